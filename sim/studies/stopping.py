"""How many replications are enough: a rule of stopping in two stages, and power from a pilot.

Stein (1945, Annals of Mathematical Statistics 16): from the spread s of a pilot of n replications the number that gives
an interval of half-width h is (t s / h)^2, and the interval keeps the pilot's spread and its degrees of freedom. So its
coverage does not suffer from looking. Differences of economies are skewed, and a pilot that happens to be calm would
stop too early: s is therefore the upper 80 % bound of the pilot's spread (chi-square), which takes some 1.6 times the
replications of a fixed number with known spread (pilot of 20; simulated in tests), and the wider of Stein's and the
ordinary interval is reported.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import scipy  # its parts are loaded when they are first used: statistics take a second

from sim.studies.estimates import CONFIDENCE, FEWEST, IDENTICAL, NO_VALUE, TOO_FEW

Array = np.ndarray[Any, Any]
BOUND = 0.8
"""Confidence of the upper bound of the pilot's spread."""
POWER = 0.8
MOST = 100_000


@dataclass(frozen=True)
class Stage:
    """What a pilot says of one difference."""

    pilot: int
    """Replications of it that have a number."""
    spread: float
    """Standard deviation of the pilot's differences, its upper bound."""
    wanted: int
    """Replications for the half-width asked for; 0 where the pilot does not tell."""
    reason: str
    """Why it does not tell, as in sim.studies.statistics."""


def spread_bound(values: Array) -> float:
    """Upper bound, at confidence BOUND, of the standard deviation that `values` are drawn with."""
    count = len(values)
    return float(values.std(ddof=1)) * _inflation(count)


@cache
def _inflation(count: int) -> float:
    return math.sqrt((count - 1) / float(scipy.stats.chi2.ppf(1 - BOUND, count - 1)))


def first_stage(pilot: Array, half_width: float) -> Stage:
    """How many replications the differences of a pilot ask for; NaN values do not count."""
    told = pilot[np.isfinite(pilot)]
    if len(told) < FEWEST:
        return Stage(len(told), math.nan, 0, TOO_FEW if len(told) else NO_VALUE)
    if np.ptp(told) == 0.0:
        return Stage(len(told), 0.0, len(told), IDENTICAL)
    spread = spread_bound(told)
    wanted = math.ceil((quantile(len(told)) * spread / half_width) ** 2)
    return Stage(len(told), spread, max(len(told), wanted), "")


@cache
def quantile(count: int) -> float:
    """The t-quantile of a two-sided interval from `count` differences."""
    return float(scipy.stats.t.ppf(0.5 + CONFIDENCE / 2, count - 1))


def second_stage(values: Array, stage: Stage) -> tuple[float, float, float]:
    """(mean, low, high) of all replications: the wider of Stein's interval and the ordinary one."""
    told = values[np.isfinite(values)]
    if stage.reason in (TOO_FEW, NO_VALUE) or len(told) < FEWEST:
        return float(told.mean()) if len(told) else math.nan, math.nan, math.nan
    stein = quantile(stage.pilot) * stage.spread if not stage.reason else 0.0
    half = max(stein, quantile(len(told)) * float(told.std(ddof=1))) / math.sqrt(len(told))
    mean = float(told.mean())
    return mean, mean - half, mean + half


def replications_for(pilot: Array, difference: float, power: float = POWER) -> int:
    """Replications with which a paired t-test finds a true `difference` with that power, from a pilot's spread.

    The spread is the pilot's own, no bound. 0 where the pilot does not tell, MOST where it would take more.
    """
    told = pilot[np.isfinite(pilot)]
    if len(told) < FEWEST or difference == 0.0 or not math.isfinite(difference):
        return 0
    spread = float(told.std(ddof=1))
    if spread == 0.0:
        return FEWEST
    effect = abs(difference) / spread
    low = high = FEWEST
    while high < MOST and power_of(high, effect) < power:
        low, high = high + 1, min(2 * high, MOST)
    if high == MOST:
        return MOST
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if power_of(middle, effect) >= power else (middle + 1, high)
    return low


def power_of(count: int, effect: float) -> float:
    """Power of the two-sided paired t-test on `count` differences whose mean is `effect` standard deviations."""
    at, shift = quantile(count), effect * math.sqrt(count)
    if shift > at + 8:  # beyond it the distribution function of scipy may have no value
        return 1.0
    return float(scipy.stats.nct.sf(at, count - 1, shift) + scipy.stats.nct.cdf(-at, count - 1, shift))
