"""How a stylised fact is declared: its statistics with published bands, and the function that estimates them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sim.studies.claims import stand
from sim.studies.facts.panels import Panels

Estimates = Mapping[str, float]
"""Values by name of statistic; NaN where the panel has nothing to estimate from."""


@dataclass(frozen=True)
class Statistic:
    """A number that papers report, with the band of their results."""

    name: str
    words: str
    """What it measures, for a table."""
    unit: str
    low: float
    high: float = math.inf
    rests_on: str = ""
    """Parameters that put it in, by published values: a pass then says only that nothing undoes it. Else it emerges."""

    def meets(self, low: float, high: float) -> bool:
        """Whether an interval from `low` to `high` and the band have a point in common."""
        return stand(low, high, self.low, self.high) in ("within", "across")


@dataclass(frozen=True)
class Fact:
    """A regularity of real economies."""

    name: str
    title: str
    """The fact in a few words."""
    method: str
    """How it is estimated."""
    source: str
    statistics: tuple[Statistic, ...]
    estimate: Callable[[Panels], Estimates]
    searched: bool
    """Whether the calibration looks at it; the others are only validated (experiments/calibration.yaml)."""
    largest_cell: float
    """km: with larger cells there is nothing to see."""


FACTS: dict[str, Fact] = {}


def fact(
    name: str, title: str, *, source: str, statistics: tuple[Statistic, ...], searched: bool = False,
    largest_cell: float = math.inf,
) -> Callable[[Callable[[Panels], Estimates]], Callable[[Panels], Estimates]]:  # fmt: skip
    """Declare the decorated estimator as a fact; its docstring says how it is estimated, as the paper did."""

    def declare(estimate: Callable[[Panels], Estimates]) -> Callable[[Panels], Estimates]:
        if name in FACTS:
            raise ValueError(f"fact {name!r} is declared twice")
        taken = {one.name for other in FACTS.values() for one in other.statistics}
        for statistic in statistics:
            if statistic.name in taken:
                raise ValueError(f"statistic {statistic.name!r} is declared twice")
        method = " ".join((estimate.__doc__ or "").split())
        if not method:
            raise ValueError(f"fact {name!r} needs a docstring: it says how the fact is estimated")
        FACTS[name] = Fact(name, title, method, source, statistics, estimate, searched, largest_cell)
        return estimate

    return declare
