"""What a table on the screen asks of a language: a catalogue that lacks a word fails the type check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from sim.reporting.wording.en import terminal as english
from sim.reporting.wording.zh import terminal as chinese
from sim.store.executors.local import Failure
from sim.studies.decomposition import Decomposition

if TYPE_CHECKING:
    import pandas as pd


class Terminal(Protocol):
    """Words of the tables of a comparison; each is explained in sim.reporting.wording.en.terminal."""

    BASELINE: str
    SURE: str
    YEAR: str
    BETWEEN: str
    NOTE: str
    FEW: str
    SURENESS: str
    NO_INTERVAL: dict[str, str]
    DECOMPOSITION: str
    DECOMPOSITION_HEADS: tuple[str, str]
    TERMS: dict[str, str]
    MEANINGS: dict[str, str]
    RETURNS: str
    RETURN_HEADS: tuple[str, str]
    NO_RETURNS: str
    RESILIENCE: dict[str, str]
    RESILIENCE_TITLE: str
    WRITTEN: str
    COMMA: str

    def label(self, metric: str, /) -> str:
        """A measure."""

    def arm_name(self, arm: str, /) -> str:
        """An arm."""

    def named(self, metric: str, unit: str, /) -> str:
        """A measure at the left of a row, with its unit."""

    def difference_to(self, baseline: str, /) -> str:
        """Title of a table of differences."""

    def answers(self, differences: pd.DataFrame, metric: str, baseline: str, /) -> list[str]:
        """A sentence for each arm."""

    def other_pasts_in_words(self, arms: Sequence[str], baseline: str, fork: int, /) -> str:
        """That arms had other pasts than the baseline."""

    def no_decomposition(self, decomposition: Decomposition, /) -> str:
        """Why there are no terms."""

    def resilience_note(self, replications: int, against: str, several: bool, /) -> str:
        """What the numbers of the table of resilience are."""

    def not_counted(self, failure: Failure, /) -> str:
        """A replication that failed."""


ENGLISH: Terminal = english
TERMINAL: dict[str, Terminal] = {"en": english, "zh": chinese}
"""By language."""
