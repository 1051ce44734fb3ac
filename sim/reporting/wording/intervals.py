"""Means with their intervals, or with the reason why they have none, in the words of a language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.reporting.wording.languages import ENGLISH, Terminal
from sim.reporting.wording.measures import rows_of
from sim.reporting.wording.numbers import decimals, signed
from sim.studies.estimates import NO_VALUE
from sim.studies.returns import GAIN, RETURN

if TYPE_CHECKING:
    import pandas as pd


def span_in_words(low: float, high: float, why: str, words: Terminal = ENGLISH) -> str:
    """An interval, "+0.5 to +1.5", or the reason `why` there is none."""
    places = decimals(low, high)
    return words.NO_INTERVAL[why] if why else words.BETWEEN.format(signed(low, places), signed(high, places))


def interval_in_words(mean: float, low: float, high: float, why: str, words: Terminal = ENGLISH) -> str:
    """A mean with its interval, or with the reason `why` it has none."""
    if why == NO_VALUE:
        return "-"
    return f"{signed(mean, decimals(low, high))} ({span_in_words(low, high, why, words)})"


def returns_in_words(returns: pd.DataFrame, words: Terminal = ENGLISH) -> dict[str, tuple[str, str]]:
    """By arm, over the treatment years: gain per unit of money, and return, each with its interval; "-" for none."""
    told: dict[str, dict[str, str]] = {}
    for row in rows_of(returns[returns["window"] == "treatment years"]):
        here = interval_in_words(row.mean, row.ci_low, row.ci_high, row.reason, words)
        told.setdefault(str(row.arm), {})[row.measure] = here
    return {arm: (found.get(GAIN, "-"), found.get(RETURN, "-")) for arm, found in told.items()}
