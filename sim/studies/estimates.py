"""The paired estimate: the mean difference over replications with its interval (paired t), or why there is none.

It stands by itself, without tables: pages that only show it load neither pandas nor SciPy.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
CONFIDENCE = 0.95
FEWEST = 4
"""Replications below which there is no interval: with two the t-quantile is 12.7, and equality is often chance."""
ROUNDING = 64 * float(np.finfo(float).eps)
"""Standard deviation, as a share of the largest value, up to which differences count as the same: means of some
decades and differences of them carry rounding errors of this size."""
NO_VALUE, TOO_FEW, IDENTICAL = "no value", "too few", "identical"


def estimate(value: Array, base: Array, size: Array | None = None) -> dict[str, Array]:
    """Paired statistics of rows: `value` and `base` have shape (rows, seeds), NaN where a pair is missing.

    `size` is the largest value of each row, shape (rows,), where `value` is a difference already: it says what rounding
    may do. Each array has shape (rows,); ci_low, ci_high and p_value are NaN where `reason` is not "".
    """
    from scipy import special  # takes a second that a page has not before its first picture

    with np.errstate(invalid="ignore"):  # two that are infinite are no pair
        apart = value - base
    there = np.isfinite(apart)
    count = there.sum(axis=1)
    mean = _mean(apart, there)
    spread = _variance(apart, there)
    largest = np.where(there, np.maximum(np.abs(value), np.abs(base)), 0.0).max(axis=1, initial=0.0)
    same = ~(np.sqrt(spread) > ROUNDING * (largest if size is None else np.maximum(size, largest)))
    reason = np.select([count == 0, count < FEWEST, same], [NO_VALUE, TOO_FEW, IDENTICAL], "").astype(object)
    told = reason == ""
    error = np.where(told, np.sqrt(spread / np.maximum(count, 1)), np.nan)
    quantile = special.stdtrit(np.maximum(count - 1, 1), 0.5 + CONFIDENCE / 2)
    agreeing = np.where(mean != 0, (there & (np.sign(apart) == np.sign(mean)[:, None])).sum(axis=1), 0)
    independent = _variance(value, there) + _variance(base, there)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = independent / spread
        effect = mean / np.sqrt(spread)
    return {
        "replications": count,
        "arm_mean": _mean(value, there),
        "baseline_mean": _mean(base, there),
        "difference": mean,
        "ci_low": mean - quantile * error,
        "ci_high": mean + quantile * error,
        "reason": reason,
        "effect_size": np.where(same, np.nan, effect),
        "agreeing": agreeing,
        "agree": np.where((count > 0) & (mean != 0), agreeing / np.maximum(count, 1), np.nan),
        "variance_ratio": np.where(same, np.nan, ratio),
        "p_value": 2.0 * special.stdtr(np.maximum(count - 1, 1), -np.abs(mean / error)),
    }


def _mean(values: Array, there: Array) -> Array:
    count = there.sum(axis=1)
    return np.where(count > 0, np.where(there, values, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)


def _variance(values: Array, there: Array) -> Array:
    """Sample variance of each row; NaN below two values; exactly 0 when all are equal."""
    count = there.sum(axis=1)
    centred = np.where(there, values - _mean(values, there)[:, None], 0.0)
    low = np.where(there, values, np.inf).min(axis=1, initial=np.inf)
    high = np.where(there, values, -np.inf).max(axis=1, initial=-np.inf)
    squares = np.where(low == high, 0.0, (centred * centred).sum(axis=1))
    return np.where(count > 1, squares / np.maximum(count - 1, 1), np.nan)
