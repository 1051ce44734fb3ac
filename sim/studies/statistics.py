"""Paired differences between arms over replications, by metric and window of years.

A replication is the same seed in every arm: the same endowments, the same firms, the same luck. So the difference
between two arms is taken within each replication, and the interval is that of the mean difference (paired t).
All functions take tidy metrics (arm, seed, year, group, metric, unit, value) and return tidy tables.

Every table with intervals has a column `reason`: why a row has no interval and no p-value (both NaN), "" where it has:
`no value` (no replication has the pair), `too few` (fewer than FEWEST), `identical` (the differences of all
replications are the same, to rounding: a t-test has nothing to go by).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import scipy  # its parts are loaded when they are first used: statistics take a second

from sim.studies.estimates import Array, estimate

PAIRS = ["arm", "group", "metric", "window", "seed", "unit", "value", "baseline_value"]
HEADLINES = ("ln_real_income", "real_income", "value_added")


def windows(burn_in: int, treatment: int) -> dict[str, tuple[int, int]]:
    """First and last year of each window in which arms are compared, the main one first.

    Raises ValueError when there are no treatment years.
    """
    if treatment < 1:
        raise ValueError("arms can only be compared over treatment years, and there are none")
    last = burn_in + treatment
    found = {"treatment years": (burn_in + 1, last)}
    if treatment > 10:
        found["last 10 years"] = (last - 9, last)
    return {**found, "final year": (last, last)}


def headline(metrics: pd.DataFrame) -> str:
    """The metric that the answer is about: ln real income, or the next best one that was recorded."""
    recorded = set(metrics["metric"].unique())
    for name in HEADLINES:
        if name in recorded:
            return name
    return str(min(recorded))


def since_fork(metrics: pd.DataFrame, fork: int) -> pd.DataFrame:
    """Each value less that of the same arm, seed, group and metric in the year `fork`; missing where there is none."""
    keys = ["arm", "seed", "group", "metric"]
    first = metrics[metrics["year"] == fork].set_index(keys)["value"]
    start = first.reindex(pd.MultiIndex.from_frame(metrics[keys].astype({"arm": str, "group": str, "metric": str})))
    return metrics.assign(value=metrics["value"].to_numpy(float) - start.to_numpy(float))


def pair(metrics: pd.DataFrame, baseline: str, spans: dict[str, tuple[int, int]]) -> pd.DataFrame:
    """One row per arm, group, metric, window and seed: means of arm and baseline over years in which both are defined.

    Columns PAIRS. Give it one replication at a time when
    tables are large: rows of different seeds never meet here.
    """
    cube, names = _cube(metrics)
    units = units_of(metrics)
    years, base = np.array(names["year"]), names["arm"].index(baseline)
    found = []
    for window, (first, last) in spans.items():
        inside = cube[..., (years >= first) & (years <= last)]
        for number, arm in enumerate(names["arm"]):
            if number == base:
                continue
            both = ~(np.isnan(inside[number]) | np.isnan(inside[base]))  # what is infinite must not pass as undefined
            count = both.sum(axis=-1)
            group, metric, seed = np.nonzero(count)
            means = [
                _sum(side, both)[group, metric, seed] / count[group, metric, seed] for side in inside[[number, base]]
            ]
            columns: dict[str, Any] = {
                "arm": arm,
                "group": np.array(names["group"], dtype=object)[group],
                "metric": np.array(names["metric"], dtype=object)[metric],
                "window": window,
                "seed": np.array(names["seed"])[seed],
                "unit": np.array([units[name] for name in names["metric"]], dtype=object)[metric],
                "value": means[0],
                "baseline_value": means[1],
            }
            found.append(pd.DataFrame(columns))
    return pd.concat(found, ignore_index=True)


def units_of(metrics: pd.DataFrame) -> dict[str, str]:
    """The unit of each metric of a tidy table."""
    first = metrics.drop_duplicates("metric")
    return dict(zip(first["metric"].astype(str), first["unit"].astype(str), strict=True))


def _sum(values: Array, where: Array) -> Array:
    return np.where(where, values, 0.0).sum(axis=-1)


def _cube(metrics: pd.DataFrame) -> tuple[Array, dict[str, list[Any]]]:
    """Values by arm, group, metric, seed and year (five axes, NaN where there is none), and the names along each.

    Raises ValueError when a value is there twice.
    """
    codes, names = [], {}
    for axis in ("arm", "group", "metric", "seed", "year"):
        code, names[axis] = _codes(metrics[axis])
        codes.append(code)
    shape = tuple(len(found) for found in names.values())
    places = np.ravel_multi_index(codes, shape)
    count = np.bincount(places, minlength=math.prod(shape))
    if (count > 1).any():
        raise ValueError(f"metrics hold a value twice: {metrics.iloc[int(np.argmax(count[places] > 1))].to_dict()}")
    cube = np.full(math.prod(shape), np.nan)
    cube[places] = metrics["value"].to_numpy(float)
    return cube.reshape(shape), names


def _codes(column: pd.Series) -> tuple[Array, list[Any]]:
    """A number for each row, and the values that there are, in order. Categories have numbers already."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        codes, found = pd.factorize(column, sort=True)
        return codes, list(found)
    told = column.cat.codes.to_numpy()
    there = np.flatnonzero(np.bincount(told, minlength=len(column.cat.categories)))
    rank = np.zeros(len(column.cat.categories), dtype=np.intp)
    rank[there] = np.arange(len(there))
    return rank[told], list(column.cat.categories[there])


def differences(pairs: pd.DataFrame, named: str = "", changes: bool = False) -> pd.DataFrame:
    """Statistics of the paired difference (arm minus baseline) per arm, group, metric and window.

    Columns: unit; replications; arm_mean, baseline_mean; difference with ci_low and ci_high, the 95 % t-interval, and
    reason, why there is none; effect_size, Cohen's d_z: mean over standard deviation of the paired
    differences; agree, the share of replications whose difference has the sign of the mean, and agreeing, their
    number; variance_ratio; p_value of the paired t-test, and p_holm, corrected for the many tests of the same window
    (Holm 1979): rows of the metric `named` in advance, the headline, are one family (as many tests as arms), all
    others another.

    `variance_ratio` is (var(arm) + var(baseline)) / var(arm - baseline), all within this experiment: how many times
    more replications would be needed for the same interval if the two arms had been given different seeds. It tells
    what pairing saves in THIS design, where each seed also draws the world. On an abstract map most of it is the
    shared endowments, not shared luck: it must not be read as the quality of the random numbers (across worlds it can
    reach hundreds, within one world 3 to 150, falling as arms drift apart).

    Fewer than FEWEST replications, and equal differences, give no interval and no p-value (NaN): see `reason`.
    `changes`: values are changes since the fork year (`since_fork`), of which no per cent is shown.
    """
    if pairs.empty:
        return pd.DataFrame()
    index = ["window", "arm", "group", "metric"]
    table = pairs.set_index([*index, "seed"])[["value", "baseline_value"]].unstack("seed")
    value, base = table["value"].to_numpy(float), table["baseline_value"].to_numpy(float)
    estimates = pd.DataFrame(estimate(value, base), index=table.index).reset_index()
    units = units_of(pairs)
    estimates.insert(4, "unit", [units[name] for name in estimates["metric"]])
    estimates["p_holm"] = np.nan
    for _, rows in estimates.groupby(["window", estimates["metric"] == named]).groups.items():
        estimates.loc[rows, "p_holm"] = holm(estimates.loc[rows, "p_value"].to_numpy(float))
    return pd.concat([estimates, shown(estimates, changes)], axis=1)


def holm(p_values: Array) -> Array:
    """Holm's step-down correction for many tests (Holm 1979, Scand. J. Statist. 6); NaN stays NaN."""
    corrected = np.full(len(p_values), np.nan)
    rows = np.flatnonzero(np.isfinite(p_values))
    order = rows[np.argsort(p_values[rows], kind="stable")]
    steps = p_values[order] * np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1.0) if len(order) else steps
    return corrected


def benjamini_hochberg(p_values: Array) -> Array:
    """False discovery rate at which each test would be found (Benjamini & Hochberg 1995, JRSS B 57); NaN stays NaN."""
    corrected = np.full(len(p_values), np.nan)
    rows = np.isfinite(p_values)
    if rows.any():
        corrected[rows] = scipy.stats.false_discovery_control(p_values[rows], method="bh")
    return corrected


def shown(table: pd.DataFrame, changes: bool = False) -> pd.DataFrame:
    """The difference as a reader meets it: columns shown, shown_low, shown_high and shown_unit.

    Logarithms become per cent, 100 (exp(d) - 1); shares become percentage points; what is positive in both arms
    becomes per cent of the baseline's mean (taken as a constant) unless values are `changes` themselves; everything
    else keeps its unit.
    """
    parts = table[["difference", "ci_low", "ci_high"]].to_numpy(float)
    units = table["unit"].astype(str).to_numpy()
    logs = table["metric"].astype(str).str.startswith("ln_").to_numpy()
    shares = np.isin(units, ("share", "1/year", "share/year"))
    base = table["baseline_mean"].to_numpy(float)
    relative = ~logs & ~shares & (not changes) & (base > 0) & (table["arm_mean"].to_numpy(float) >= 0)
    scale = np.where(shares, 100.0, np.where(relative, 100.0 / np.where(relative, base, 1.0), 1.0))
    values = np.where(logs[:, None], 100.0 * np.expm1(np.where(logs[:, None], parts, 0.0)), parts * scale[:, None])
    words = np.where(logs | relative, "%", np.where(shares, "points", units))
    return pd.DataFrame(
        {"shown": values[:, 0], "shown_low": values[:, 1], "shown_high": values[:, 2], "shown_unit": words},
        index=table.index,
    )


def by_year(metrics: pd.DataFrame, baseline: str, fork: int | None = None) -> pd.DataFrame:
    """Means over replications by arm, metric and year of the nation, and paired differences to the baseline.

    Columns arm, metric, unit, year, replications, mean, low, high, reason, difference, difference_low, difference_high,
    difference_reason: means with 95 % t-intervals, and why there are none. For the baseline the difference is 0.
    With `fork` it is the difference in what changed since that year.
    """
    nation = metrics[metrics["group"] == "nation"]
    cube, names = _cube(nation)
    units = units_of(nation)
    shape = cube.shape[2:]  # metric, seed, year
    compared = cube if fork is None else cube - cube[..., [names["year"].index(fork)]]
    base = np.moveaxis(compared[names["arm"].index(baseline), 0], 1, 2).reshape(-1, shape[1])
    found = []
    for number, arm in enumerate(names["arm"]):
        value = np.moveaxis(cube[number, 0], 1, 2).reshape(-1, shape[1])
        other = np.moveaxis(compared[number, 0], 1, 2).reshape(-1, shape[1])
        own, apart = estimate(value, np.zeros(value.shape)), estimate(other, base)
        columns: dict[str, Any] = {
            "arm": str(arm),
            "metric": np.repeat(np.array(names["metric"], dtype=object), shape[2]),
            "unit": np.repeat(np.array([units[name] for name in names["metric"]], dtype=object), shape[2]),
            "year": np.tile(names["year"], shape[0]),
            "replications": own["replications"],
            "mean": own["difference"],
            "low": own["ci_low"],
            "high": own["ci_high"],
            "reason": own["reason"],
            "difference": apart["difference"],
            "difference_low": apart["ci_low"],
            "difference_high": apart["ci_high"],
            "difference_reason": apart["reason"],
        }
        found.append(pd.DataFrame(columns))
    return pd.concat(found, ignore_index=True)
