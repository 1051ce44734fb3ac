"""The words of `clustersim check` by language, apart from tables of results, so that the command answers at once."""

from __future__ import annotations

from typing import Protocol

from sim.reporting.wording.en import checks as english
from sim.reporting.wording.zh import checks as chinese
from sim.scenario.problems import Problem


class Checks(Protocol):
    """Words of `clustersim check`."""

    IN_ORDER: str
    NOTE: str

    def study(self, kind: str, count: int, /) -> str:
        """Kind of a study and its scenarios."""

    def problem(self, problem: Problem, /) -> str:
        """What is wrong with a file, and where; also a note."""


CHECKS: dict[str, Checks] = {"en": english, "zh": chinese}
"""By language."""
