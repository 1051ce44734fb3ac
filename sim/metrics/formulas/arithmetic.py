"""Quotients, means and quantiles that meet empty groups without a warning: what is not defined is NaN."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Array = np.ndarray[Any, Any]


def quotient(top: float, bottom: float) -> float:
    """`top` / `bottom`; NaN when `bottom` is zero."""
    return float(top / bottom) if bottom != 0.0 else math.nan


def ratio(top: ArrayLike, bottom: ArrayLike) -> Array:
    """`top` / `bottom` elementwise (broadcast); NaN where `bottom` is zero."""
    below = np.asarray(bottom)
    if np.count_nonzero(below) < below.size:  # seldom, and to look is much cheaper than to choose
        below = np.where(below != 0, below, math.nan)
    return np.asarray(np.asarray(top) / below)


def logarithm(values: Array) -> Array:
    """Natural logarithm elementwise; NaN where a value is not positive."""
    return np.asarray(np.log(np.where(np.asarray(values) > 0.0, values, math.nan)))


def mean_defined(values: Array) -> float:
    """Mean of the entries that are not NaN; NaN when there is none."""
    values = np.asarray(values, dtype=float)
    values = values[~np.isnan(values)]
    return float(values.mean()) if len(values) else math.nan


def median_defined(values: Array) -> float:
    """Median of the entries that are not NaN; NaN when there is none."""
    return quantile(values, 0.5)


def weighted_mean(values: Array, weights: Array) -> float:
    """Mean of `values` weighted by `weights` over entries where both are defined; NaN when weights sum to zero."""
    values, weights = np.ravel(values).astype(float, copy=False), np.ravel(weights).astype(float, copy=False)
    lacking = np.isnan(values) | np.isnan(weights)
    if lacking.any():
        values, weights = values[~lacking], weights[~lacking]
    return quotient(float(values @ weights), float(weights.sum()))


def quantile(values: Array, share: float) -> float:
    """Quantile of the entries that are not NaN, linear between order statistics (Hyndman & Fan 1996, type 7)."""
    return quantiles(values, (share,))[0]


def quantiles(values: Array, shares: Sequence[float]) -> list[float]:
    """The same for several shares from one sort."""
    ranked = np.sort(np.ravel(values).astype(float))
    count = len(ranked) - int(np.isnan(ranked).sum())
    if count == 0:
        return [math.nan] * len(shares)
    found = []
    for share in shares:
        position = share * (count - 1)
        below = int(position)
        above = min(below + 1, count - 1)
        found.append(float(ranked[below] + (position - below) * (ranked[above] - ranked[below])))
    return found


def rows_among(wanted: Array, known: Array) -> Array:
    """Row in `known` (m,), all different, of each of `wanted` (n,); -1 for what is not there; shape (n,)."""
    if len(known) == 0:
        return np.full(len(wanted), -1, dtype=np.int64)
    order = np.argsort(known)
    row = order[np.minimum(np.searchsorted(known, wanted, sorter=order), len(known) - 1)]
    return np.where(known[row] == wanted, row, -1)


def group_sum(group: Array, count: int, values: Array | None = None) -> Array:
    """Sum of `values` (1 each if omitted) by `group` (row numbers below `count`); shape (count,)."""
    sums = np.bincount(group, weights=values, minlength=count)
    return sums.astype(float, copy=False)


def group_mean(group: Array, count: int, values: Array) -> Array:
    """Mean of `values` by `group`; NaN for an empty group; shape (count,)."""
    return ratio(group_sum(group, count, values), group_sum(group, count))


def group_max(group: Array, count: int, values: Array) -> Array:
    """Largest of `values` by `group`; NaN for an empty group; shape (count,)."""
    largest = np.full(count, -math.inf)
    np.maximum.at(largest, group, values)
    largest[np.isneginf(largest)] = math.nan
    return largest


def group_quantile(group: Array, count: int, values: Array, share: float) -> Array:
    """`quantile` of `values` within each `group`, shape (count,); NaN for an empty group. Values hold no NaN."""
    return group_quantiles(group, count, values, (share,))[0]


def group_quantiles(group: Array, count: int, values: Array, shares: Sequence[float]) -> Array:
    """The same for several shares from one sort, shape (len(shares), count)."""
    by_value = np.argsort(values)
    small = group.astype(np.int16) if count < 2**15 else group  # short integers are sorted much faster
    ranked = np.append(values[by_value[np.argsort(small[by_value], kind="stable")]], math.nan)
    members = np.bincount(group, minlength=count)
    start = np.cumsum(members) - members
    last = np.maximum(members - 1, 0)
    position = np.array(shares)[:, None] * last
    below = position.astype(np.int64)
    low, high = ranked[start + below], ranked[start + np.minimum(below + 1, last)]
    return np.where(members > 0, low + (position - below) * (high - low), math.nan)
