"""Resilience: how far a series falls behind the unshocked run, how fast it returns, and what is lost.

Series are paired: `actual` and `unshocked` (T,), the same seed with and without the shock, positive, from the shock's
first year on (index 0). Source: Martin 2012, Journal of Economic Geography 12, for the dimensions; Bruneau et al.
2003 for the loss triangle.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.metrics.formulas.arithmetic import Array


@dataclass(frozen=True)
class Resilience:
    """The dimensions of one series after one shock, and its risk."""

    resistance: float
    """Share of the unshocked run's level kept in the worst year: 1 = not hurt."""
    recoverability: float
    """Share of the worst year's loss that is made good by the end; NaN when nothing was lost."""
    years_to_regain: float
    """Years from the shock until it is back at `regained` of its unshocked run; infinite if never."""
    loss: float
    """Loss triangle: sum over years of the relative gap, in years of unshocked output."""
    risk: float
    """Root mean square over years of the relative gap: spread around what would have been, not around an own trend
    (variance as risk: Conroy 1975; the unshocked run as reference: form ours)."""


def relative_gap(actual: Array, unshocked: Array) -> Array:
    """(actual - unshocked) / unshocked by year, shape (T,). Raises ValueError when the series do not match."""
    if actual.shape != unshocked.shape or actual.ndim != 1:
        raise ValueError(f"the two series need the same years: {actual.shape} and {unshocked.shape}")
    if not (unshocked > 0.0).all():
        raise ValueError("the series without the shock must be positive")
    return np.asarray((actual - unshocked) / unshocked)


def resilience(actual: Array, unshocked: Array, regained: float = 0.95) -> Resilience:
    """The dimensions of resilience of `actual` against `unshocked`, and its risk."""
    gap = relative_gap(actual, unshocked)
    if len(gap) == 0:
        return Resilience(math.nan, math.nan, math.nan, math.nan, math.nan)
    worst = int(np.argmin(gap))
    deepest = float(gap[worst])
    risk = math.sqrt(float((gap**2).mean()))
    if deepest >= 0.0:
        return Resilience(1.0 + deepest, math.nan, 0.0, float(-gap.sum()), risk)
    return Resilience(
        resistance=1.0 + deepest,
        recoverability=float((gap[-1] - deepest) / -deepest),
        years_to_regain=_years_to_regain(gap, worst, regained),
        loss=float(-gap.sum()),
        risk=risk,
    )


def _years_to_regain(gap: Array, worst: int, regained: float) -> float:
    """First year from the worst one on at which the series is at `regained` of its unshocked run; 0 if never below."""
    standing = 1.0 + gap >= regained - 1e-12
    if standing.all():
        return 0.0
    later = np.flatnonzero(standing[worst:])
    return float(worst + later[0]) if len(later) else math.inf
