"""Numbers as readers meet them: digits, signs and intervals. The same in every language."""

from __future__ import annotations

import math
from typing import Any


def decimals(low: float, high: float) -> int:
    """Digits after the point that an interval of this width deserves: its half-width shows in the last digit."""
    half = abs(high - low) / 2
    if not math.isfinite(half) or half == 0:
        return 2
    return min(max(1, math.ceil(-math.log10(half))), 5)


def times(ratio: float) -> str:
    """A ratio as "3.4x" or "12x", "-" when undefined."""
    if not math.isfinite(ratio):
        return "-"
    return f"{ratio:.{0 if ratio >= 9.95 else 1}f}x"


def number(value: float, digits: int = 3) -> str:
    """A level in a table: `digits` significant digits, thousands separated, "-" when undefined."""
    if not math.isfinite(value):
        return "-"
    if value == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(places, 8)}f}"


def level(metric: str, mean: float) -> str:
    """A mean level for readers; of a logarithm its exponential (the geometric mean)."""
    return number(math.exp(mean) if metric.startswith("ln_") else mean)


def signed(value: float, places: int) -> str:
    """A difference: always with a sign, "-" when undefined."""
    return f"{value:+,.{places}f}" if math.isfinite(value) else "-"


def with_half(mean: float, low: float, high: float, least: int = 2) -> str:
    """A mean and half of its interval, "0.93 ±0.02", with `least` digits or more after the point.

    The mean alone where there is no interval, "-" when undefined.
    """
    if not math.isfinite(mean):
        return "-"
    half = (high - low) / 2
    if not math.isfinite(half):
        return f"{mean:,.{least}f}"
    places = max(decimals(low, high), least) if half > 0 else least
    return f"{mean:,.{places}f} ±{half:,.{places}f}"


def mean_with_half(row: Any, least: int = 2) -> str:
    """As `with_half`, of a row with mean, ci_low, ci_high and reason: the mean alone where there is a reason."""
    if row.reason:
        return with_half(row.mean, math.nan, math.nan, least)
    return with_half(row.mean, row.ci_low, row.ci_high, least)


def p_value(value: float) -> str:
    """A p-value with three digits, "< 0.001" below that, "-" when undefined."""
    if not math.isfinite(value):
        return "-"
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def excludes_zero(row: Any) -> bool:
    """Whether the 95 % interval of a row of differences lies on one side of zero; no without an interval."""
    return not row.reason and bool(row.shown_low > 0 or row.shown_high < 0)
