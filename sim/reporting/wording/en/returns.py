"""Returns per unit of money in words."""

from __future__ import annotations

import pandas as pd

from sim.reporting.wording.measures import rows_of
from sim.reporting.wording.numbers import decimals, signed
from sim.studies.returns import GAIN, RETURN

WHY = {"too few": "too few to tell", "identical": "the same in all", "no value": "-"}
"""What stands in the place of an interval."""


def returns_in_words(returns: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """By arm, over the treatment years: gain per unit of money, and return, each with its interval; "-" for none."""
    told: dict[str, dict[str, str]] = {}
    for row in rows_of(returns[returns["window"] == "treatment years"]):
        places = decimals(row.ci_low, row.ci_high)
        span = WHY[row.reason] if row.reason else f"{signed(row.ci_low, places)} to {signed(row.ci_high, places)}"
        told.setdefault(str(row.arm), {})[row.measure] = f"{signed(row.mean, places)} ({span})"
    return {arm: (found.get(GAIN, "-"), found.get(RETURN, "-")) for arm, found in told.items()}
