"""One number a run: what a claim or a knock-out is about.

A measure is the mean over the treatment years of a metric of the nation; `final_NAME`, what a metric of the nation or
of industries is in the last year; or one of the few defined here that need more than one year or more than one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from sim.kernel.declare import METRICS
from sim.kernel.scenario_types import Scenario
from sim.runs.run import Run
from sim.studies import last_year

Array = np.ndarray[Any, Any]
RISK_AVERSION = 2.0
"""Relative risk aversion: Chetty (2006), American Economic Review 96, finds about 1 and at most 2."""


@dataclass(frozen=True)
class Measure:
    """How a number is made from a series by group and year."""

    name: str
    unit: str
    help: str
    metric: str
    """The metric that it is made from."""
    level: str
    """The level of that metric."""
    function: Callable[[Array], float] | None = None
    """(groups, treatment years) -> the number; NaN where a year is undefined."""
    of_run: Callable[[Run], float] | None = None
    """The run -> the number, where a series is not enough."""


def mean_over_years(series: Array) -> float:
    """Mean over the years in which the metric is defined; NaN when it never is, infinite when it is so in any year."""
    known = series[~np.isnan(series)]
    return float(known.mean()) if len(known) else float("nan")


def volatility(series: Array) -> float:
    """Standard deviation over years of the yearly change, series in logarithms (Ramey & Ramey 1995)."""
    return float(np.diff(series, axis=1).std(axis=1, ddof=1).mean()) if series.shape[1] > 2 else float("nan")


def risk(series: Array) -> float:
    """Standard deviation over years of ln consumption around its own trend, mean of regions (Conroy 1975)."""
    return float(np.sqrt(_around_trend(np.log(series))).mean())


def certainty_equivalent(series: Array) -> float:
    """ln of the sure consumption worth as much, mean of regions: mean ln c - (aversion - 1) / 2 x variance."""
    logs = np.log(series)
    return float(logs.mean() - 0.5 * (RISK_AVERSION - 1.0) * _around_trend(logs).mean())


def _around_trend(logs: Array) -> Array:
    """Variance of each row around its least-squares line, shape (groups,)."""
    years = np.arange(logs.shape[1]) - (logs.shape[1] - 1) / 2
    if len(years) < 3:
        return np.full(len(logs), np.nan)
    slope = logs @ years / (years @ years)
    left = logs - logs.mean(axis=1, keepdims=True) - slope[:, None] * years
    return np.asarray((left**2).sum(axis=1) / (len(years) - 2))


_OWN = (
    Measure("volatility", "ln/year", "standard deviation of the yearly change of ln real income of the nation",
            "ln_real_income", "nation", volatility),
    Measure("regional_risk", "ln", "standard deviation of ln consumption a head around its trend, mean of regions",
            "region_real_income_per_head", "region", risk),
    Measure("certainty_equivalent", "ln", "ln of the sure consumption a head worth as much as the risky one, mean of "
            f"regions, at relative risk aversion {RISK_AVERSION:g} (Chetty 2006)",
            "region_real_income_per_head", "region", certainty_equivalent),
    Measure("dispersion", "1", "variance over mean of an industry's firms by region in the last year, mean of "
            "industries: 1 by chance, more if clustered", "firms", "nation", of_run=last_year.dispersion),
    Measure("sub_centres", "cells/industry", "cells that hold much of an industry, specialised, above all neighbours, "
            "in the last year", "firms", "nation", of_run=last_year.sub_centres),
)  # fmt: skip
OWN = {measure.name: measure for measure in _OWN}
FINAL = "final_"
"""Begins the name of a metric of the last year."""
FINAL_LEVELS = ("nation", "industry")


def known_measures() -> list[str]:
    """Names of all measures: metrics of the nation, our own, then metrics of the last year."""
    means = [name for name, metric in METRICS.items() if metric.level == "nation"]
    return [*means, *OWN, *(f"{FINAL}{name}" for name, metric in METRICS.items() if metric.level in FINAL_LEVELS)]


def measure_named(name: str) -> Measure:
    """The measure of that name. Raises KeyError when there is none."""
    if name in OWN:
        return OWN[name]
    whole = name.removeprefix(FINAL)
    metric = METRICS[name if name in METRICS else whole]
    if name not in METRICS and metric.level in FINAL_LEVELS:
        of_run = partial(last_year.mean_over_groups, metric=whole)
        return Measure(name, metric.unit, f"{metric.help}, in the last year", whole, metric.level, of_run=of_run)
    if metric.level != "nation":
        raise KeyError(name)
    return Measure(name, metric.unit, metric.help, name, "nation", mean_over_years)


def recorded_for(scenario: Scenario, names: Iterable[str]) -> Scenario:
    """`scenario` that records what the measures need, and no more."""
    measures = [measure_named(name) for name in names]
    record = scenario.record.model_copy(
        update={
            "levels": tuple(dict.fromkeys(["nation", *(measure.level for measure in measures)])),
            "metrics": tuple(dict.fromkeys(measure.metric for measure in measures)),
            "also": tuple(dict.fromkeys(one.metric for one in measures if METRICS[one.metric].every == "asked")),
            "panels": (),
        }
    )
    return scenario.model_copy(update={"record": record})


def measure_run(metrics: pd.DataFrame | Mapping[str, Array], burn_in: int, names: Iterable[str]) -> dict[str, float]:
    """Value of each measure that is made of a series, from the tidy metrics of one run: its columns metric, group,
    year and value."""
    after = np.asarray(metrics["year"]) > burn_in
    named = np.asarray(metrics["metric"])[after]
    groups, years, values = (np.asarray(metrics[column])[after] for column in ("group", "year", "value"))
    found = {}
    for name in names:
        measure = measure_named(name)
        assert measure.function is not None
        rows = named == measure.metric
        series = by_group_and_year(groups[rows], years[rows], values[rows])
        found[name] = measure.function(series) if series.size else float("nan")
    return found


def by_group_and_year(groups: Array, years: Array, values: Array) -> Array:
    """`values`, one a row, as shape (groups, years), both in order; NaN where there is none.

    Done without pandas, whose `pivot` takes as long for so few rows as a small run.
    """
    row_names, rows = np.unique(groups.astype(str), return_inverse=True)
    column_names, columns = np.unique(years, return_inverse=True)
    series = np.full((len(row_names), len(column_names)), np.nan)
    series[rows, columns] = values
    return series
