"""Why a row of a table has no interval, and whether it may be shown."""

from __future__ import annotations

import math
from typing import Any

FEWEST, NO_VALUE, TOO_FEW, IDENTICAL = 4, "no value", "too few", "identical"


def reason_of(row: Any) -> str:
    """Why a row of differences has no interval: `no value`, `too few`, `identical`, or "" where it has one."""
    return reason(row.replications, row.shown_low, row.shown_high)


def reason(replications: float, low: float, high: float) -> str:
    """As `reason_of`, from the number of replications and the interval."""
    if not replications > 0:
        return NO_VALUE
    if replications < FEWEST:
        return TOO_FEW
    return "" if math.isfinite(low) and math.isfinite(high) and low < high else IDENTICAL
