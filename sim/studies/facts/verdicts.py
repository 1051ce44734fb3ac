"""Estimates of many seeds against the published bands."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.studies.estimates import FEWEST, IDENTICAL, NO_VALUE, TOO_FEW
from sim.studies.facts.declaration import FACTS

PASS, MISS, OPEN, ABSENT = "pass", "miss", "open", "not available"
LOW, HIGH = 0.05, 0.95
"""Quantiles over seeds between which an estimate is said to lie."""


def verdicts(by_seed: Mapping[int, Mapping[str, float]]) -> pd.DataFrame:
    """One row a statistic: mean and 5-95 % interval over seeds, band, verdict.

    A statistic that fewer than half of the seeds have is not available; one that fewer than FEWEST have is open,
    without an interval. Seeds that all give the same have no interval either; their value is judged. `reason` is
    that of sim.studies.statistics.
    """
    rows = []
    for fact in FACTS.values():
        for statistic in fact.statistics:
            values = np.array([found.get(statistic.name, math.nan) for found in by_seed.values()], dtype=float)
            values = values[np.isfinite(values)]
            enough = len(values) > 0 and 2 * len(values) >= len(by_seed)
            reason = _reason(values) if enough else NO_VALUE
            low, high = (float(np.quantile(values, share)) if enough else math.nan for share in (LOW, HIGH))
            verdict = (
                ABSENT if not enough
                else OPEN if reason == TOO_FEW
                else PASS if statistic.meets(low, high)
                else MISS
            )  # fmt: skip
            low, high = (low, high) if reason == "" else (math.nan, math.nan)
            rows.append(
                {
                    "fact": fact.name, "title": fact.title, "statistic": statistic.name, "meaning": statistic.words,
                    "unit": statistic.unit, "estimate": float(values.mean()) if enough else math.nan,
                    "low": low, "high": high, "band_low": statistic.low, "band_high": statistic.high,
                    "reason": reason, "verdict": verdict,
                    "mean_in_band": enough and statistic.low <= values.mean() <= statistic.high,
                    "rests_on": statistic.rests_on, "searched": fact.searched, "seeds": len(values),
                    "source": fact.source,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def _reason(values: np.ndarray[Any, Any]) -> str:
    """Why values of seeds have no interval, "" when they have one."""
    return TOO_FEW if len(values) < FEWEST else IDENTICAL if np.ptp(values) == 0.0 else ""


def of_fact(found: Iterable[str]) -> str:
    """The verdict on a fact from those on its statistics: all must pass; one miss decides."""
    told = set(found)
    return next((verdict for verdict in (MISS, ABSENT, OPEN) if verdict in told), PASS)


def by_fact(table: pd.DataFrame) -> dict[str, str]:
    """Verdict of every fact, in order of declaration."""
    return {name: of_fact(table.loc[table["fact"] == name, "verdict"]) for name in FACTS}


def passed(table: pd.DataFrame) -> tuple[int, int]:
    """How many facts pass, and how many there are."""
    found = by_fact(table)
    return sum(verdict == PASS for verdict in found.values()), len(found)


def distance(value: float, low: float, high: float) -> float:
    """How far a value lies outside a band, in half-widths of the band; 0 inside, NaN for an estimate that is missing.

    An open band counts as wide as its lower end.
    """
    if not math.isfinite(value):
        return math.nan
    half = 0.5 * (high - low) if math.isfinite(high) else max(abs(low), 1e-9)
    return max(low - value, value - high, 0.0) / half
