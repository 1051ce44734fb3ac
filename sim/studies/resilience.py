"""Resilience: what a shock costs each arm, against the same arm and seed without the shock.

The dimensions of Martin 2012 by arm and group (sim.metrics.formulas.resilience), their means over replications with
95 % t-intervals, and paired differences between arms. Tables begin from those of sim.studies.unshocked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.kernel.scenario_types import Scenario
from sim.metrics.formulas.resilience import resilience
from sim.studies.estimates import estimate
from sim.studies.unshocked import SERIES, first_shock_year

UNITS = {"resistance": "1", "recoverability": "1", "regained": "1", "years_to_regain": "years", "loss": "years",
         "risk": "1"}  # fmt: skip
"""The measures and their units. A loss of 1 year is what the group makes in one year without the shock."""
KEYS = ["arm", "group", "measure"]


def outcomes(unshocked_runs: pd.DataFrame, arms: Mapping[str, Scenario]) -> pd.DataFrame:
    """One row per arm, group, measure and seed: arm, group, measure, seed, value.

    Years count from the first in which a shock of the arm is felt. `years_to_regain` of a replication that does not
    stand at 95 % again by the end is the number of years observed, a lower bound, and `regained` is 0: the mean is then
    the restricted mean time (Royston & Parmar 2013, BMC Medical Research Methodology 13). A group that makes nothing
    without the shock in some year (an industry that is not open yet) has no row.
    """
    rows: list[tuple[str, str, str, int, float]] = []
    for (arm, group, seed), table in unshocked_runs.groupby(["arm", "group", "seed"], sort=False, observed=True):
        begin = first_shock_year(arms[str(arm)])
        felt = table[table["year"] >= (begin or 0)].sort_values("year")
        actual, unshocked = felt["value"].to_numpy(float), felt["unshocked"].to_numpy(float)
        if len(felt) == 0 or not (np.isfinite(actual).all() and (unshocked > 0.0).all()):
            continue
        found = resilience(actual, unshocked)
        back = np.isfinite(found.years_to_regain)
        values = (
            found.resistance, found.recoverability, float(back), found.years_to_regain if back else float(len(felt)),
            found.loss, found.risk,
        )  # fmt: skip
        rows += [(str(arm), str(group), name, int(seed), value) for name, value in zip(UNITS, values, strict=True)]
    return pd.DataFrame(rows, columns=[*KEYS, "seed", "value"])


def resilience_table(unshocked_runs: pd.DataFrame, arms: Mapping[str, Scenario], baseline: str) -> pd.DataFrame:
    """Means of each measure over replications and paired differences between arms, with 95 % t-intervals.

    Columns arm, group, measure, unit, mean, ci_low, ci_high, reason, replications; against, the arm that differences
    are taken from (the baseline, or the first arm with shocks when the baseline has none); difference, difference_low,
    difference_high, NaN for that arm itself, and difference_reason. Empty without unshocked runs.
    """
    if unshocked_runs.empty:
        return pd.DataFrame()
    found = outcomes(unshocked_runs, arms)
    struck = [arm for arm in arms if arm in set(found["arm"])]
    if not struck:
        return pd.DataFrame()
    against = baseline if baseline in struck else struck[0]
    table = found.pivot(index=KEYS, columns="seed", values="value")
    own = estimate(table.to_numpy(float), np.zeros(table.shape))
    base = table.reindex(pd.MultiIndex.from_tuples([(against, *key[1:]) for key in table.index], names=KEYS))
    apart = estimate(table.to_numpy(float), base.to_numpy(float))
    itself = table.index.get_level_values("arm") == against
    columns: dict[str, Any] = {
        "unit": [UNITS[measure] for measure in table.index.get_level_values("measure")],
        "mean": own["difference"], "ci_low": own["ci_low"], "ci_high": own["ci_high"],
        "reason": own["reason"], "replications": own["replications"], "against": against,
        **{
            name: np.where(itself, np.nan, apart[column])
            for name, column in (
                ("difference", "difference"), ("difference_low", "ci_low"), ("difference_high", "ci_high")
            )
        },
        "difference_reason": np.where(itself, "", apart["reason"]),
    }  # fmt: skip
    result = pd.DataFrame(columns, index=table.index).reset_index()
    orders = {"arm": list(arms), "group": list(dict.fromkeys(found["group"])), "measure": list(UNITS)}
    return result.sort_values(KEYS, key=lambda column: column.map(orders[str(column.name)].index), ignore_index=True)


def losses_by_year(unshocked_runs: pd.DataFrame) -> pd.DataFrame:
    """ln of real income over that of the unshocked run by arm and year: arm, year, mean, low, high (95 %), reason."""
    if unshocked_runs.empty:
        return pd.DataFrame()
    rows = unshocked_runs[(unshocked_runs["group"] == "nation") & (unshocked_runs["metric"] == SERIES["nation"])]
    rows = rows[(rows["value"] > 0.0) & (rows["unshocked"] > 0.0)]
    rows = rows.assign(arm=rows["arm"].astype(str), gap=np.log(rows["value"] / rows["unshocked"]))
    table = rows.pivot(index=["arm", "year"], columns="seed", values="gap")
    found = estimate(table.to_numpy(float), np.zeros(table.shape))
    columns = {"mean": found["difference"], "low": found["ci_low"], "high": found["ci_high"], "reason": found["reason"]}
    return pd.DataFrame(columns, index=table.index).reset_index()
