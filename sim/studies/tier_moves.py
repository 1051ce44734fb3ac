"""The gradient system in a comparison: how firms move between tiers in a year, how long they live, how they grow.

Counts of the treatment years are pooled within each replication; means over replications have 95 % t-intervals. Tables
begin from tiers.parquet, see sim.runs.tier_moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.kernel.scenario_types import Scenario
from sim.metrics.formulas.arithmetic import ratio
from sim.metrics.formulas.gradient import transition_shares
from sim.runs.tier_moves import FATES, SPAN, TIER_NAMES
from sim.studies.estimates import Array, estimate

MEASURES = {f"survival_{SPAN}": "1", "growth": "ln/year"}
"""Of the firms on a tier: the share that still lives SPAN years later, and the mean change of ln sales in a year."""


def transitions_table(tiers: pd.DataFrame, arms: Mapping[str, Scenario]) -> pd.DataFrame:
    """Share of the firms of a tier that stand on each tier, or have left, a year later.

    Columns arm, from_tier, to_tier, unit, mean, ci_low, ci_high, reason, replications; a tier that nobody stood on has
    no replications. Empty when nothing was recorded.
    """
    rows = []
    for arm, pools in _pooled(tiers, arms).items():
        shares = np.array([transition_shares(pool[list(FATES)].to_numpy(float)) for pool in pools])
        for start, name in enumerate(TIER_NAMES):
            found = _means(shares[:, start, :].T)
            rows += [{"arm": arm, "from_tier": name, "to_tier": fate, "unit": "1/year", **row}
                     for fate, row in zip(FATES, found, strict=True)]  # fmt: skip
    return pd.DataFrame(rows)


def tiers_table(tiers: pd.DataFrame, arms: Mapping[str, Scenario]) -> pd.DataFrame:
    """Survival and growth of the firms of each tier: arm, tier, measure, unit, mean, ci_low, ci_high, reason,
    replications.

    Both go by the tier on which a firm stood at first, whatever it became. Survival counts firms of all ages on a tier
    from the fork year on. Empty when nothing was recorded.
    """
    rows = []
    for arm, pools in _pooled(tiers, arms).items():
        values = {
            f"survival_{SPAN}": [ratio(pool["left"], pool["before"]) for pool in pools],
            "growth": [ratio(pool["growth"], pool["traded"]) for pool in pools],
        }
        for measure, unit in MEASURES.items():
            found = _means(np.array(values[measure]).T)
            rows += [{"arm": arm, "tier": tier, "measure": measure, "unit": unit, **row}
                     for tier, row in zip(TIER_NAMES, found, strict=True)]  # fmt: skip
    return pd.DataFrame(rows)


def _pooled(tiers: pd.DataFrame, arms: Mapping[str, Scenario]) -> dict[str, list[pd.DataFrame]]:
    """Sums over the treatment years by arm, one table per seed with a row per tier.

    Cohorts that began before the fork year are left out: their firms lived under the neutral plan first.
    """
    pooled: dict[str, list[pd.DataFrame]] = {}
    for arm, scenario in arms.items():
        mine = tiers[tiers["arm"] == arm] if len(tiers) else tiers
        mine = mine[mine["year"] > scenario.years.burn_in] if len(mine) else mine
        if mine.empty:
            continue
        early = mine["year"] < scenario.years.burn_in + SPAN
        mine = mine.assign(
            tier=mine["tier"].astype(str), before=mine["before"].mask(early, 0.0), left=mine["left"].mask(early, 0.0)
        )
        sums = mine.drop(columns=["run", "arm", "year"]).groupby(["seed", "tier"]).sum()
        pooled[arm] = [sums.loc[seed].reindex(list(TIER_NAMES)) for seed in sorted(mine["seed"].unique())]
    return pooled


def _means(values: Array) -> list[dict[str, Any]]:
    """Mean, interval and number of replications of each row of `values` (rows, seeds)."""
    found = estimate(values, np.zeros(values.shape))
    return [
        {"mean": found["difference"][row], "ci_low": found["ci_low"][row], "ci_high": found["ci_high"][row],
         "reason": found["reason"][row], "replications": found["replications"][row]}
        for row in range(len(values))
    ]  # fmt: skip
