"""The gradient system and the spread between firms: how firms move between tiers, and how far the best are ahead."""

from __future__ import annotations

import math

import numpy as np

from sim.metrics.formulas.arithmetic import Array, group_quantiles, quantiles, ratio


def transition_counts(before: Array, after: Array, tiers: int, fates: int = 0) -> Array:
    """Firms by tier `before` and `after` (n,), shape (tiers, fates); more fates than tiers leave room for exits."""
    fates = fates or tiers
    pairs = before.astype(np.int64) * fates + after
    return np.bincount(pairs, minlength=tiers * fates).reshape(tiers, fates).astype(float)


def transition_shares(counts: Array) -> Array:
    """Share of each row of `counts` (tiers, fates) that falls to each column; NaN rows for empty tiers.

    Source: Quah 1993 for the use of transition matrices; Anderson & Goodman 1957 for this estimator.
    """
    return ratio(counts, counts.sum(axis=1, keepdims=True))


def transition_matrix(before: Array, after: Array, tiers: int) -> Array:
    """Share of the firms of each tier (row) that stand in each tier (column) afterwards; NaN rows for empty tiers."""
    return transition_shares(transition_counts(before, after, tiers))


def percentile_ratio(logarithms: Array, high: float = 0.9, low: float = 0.1) -> float:
    """exp(q_high - q_low) of values given as logarithms: the P90/P10 ratio. Source: Syverson 2004; Syverson 2011."""
    if len(logarithms) == 0:
        return math.nan
    upper, lower = quantiles(logarithms, (high, low))
    return math.exp(upper - lower)


def group_percentile_ratio(group: Array, count: int, logarithms: Array, high: float = 0.9, low: float = 0.1) -> Array:
    """`percentile_ratio` of the logarithms within each `group`, shape (count,); NaN for an empty group."""
    upper, lower = group_quantiles(group, count, logarithms, (high, low))
    return np.asarray(np.exp(upper - lower))


def olley_pakes_covariance(values: Array, shares: Array) -> float:
    """sum_i (s_i - mean s)(v_i - mean v): how far larger firms are the better ones; NaN without firms.

    Source: Olley & Pakes 1996, Econometrica 64.
    """
    if len(values) == 0 or shares.sum() <= 0.0:
        return math.nan
    weight = shares / shares.sum()
    return float((weight - weight.mean()) @ (values - values.mean()))
