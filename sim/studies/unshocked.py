"""Unshocked runs: an arm with shocks is run again without them, on the same seed, so that their cost is measured.

An unshocked run is no arm: it stands in no table of arms. What is kept of it are a few series (series.parquet), which
are set beside those of its arm when they are read.
Source: Martin 2012, Journal of Economic Geography 12, for resilience against a path without the shock.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sim.kernel.declare import METRICS
from sim.kernel.scenario_types import Record, Scenario
from sim.runs.run import Run
from sim.scenario.changes import periods, unchanged
from sim.scenario.reading import scenario_identity
from sim.store.results import Results

SERIES = {"nation": "real_income", "region": "region_real_income", "industry": "industry_output"}
"""What a shock is judged by: real consumption of the nation and the regions, output of industries."""
TABLE = "series.parquet"
COLUMNS = ["arm", "seed", "year", "group", "metric", "unit", "value"]


def is_struck(scenario: Scenario) -> bool:
    """Whether a shock is felt within the run."""
    return first_shock_year(scenario) is not None


def first_shock_year(scenario: Scenario) -> int | None:
    """The first year in which a shock is felt, counted from the start of the run; None when there is none."""
    burn_in = scenario.years.burn_in
    felt = [
        max(first, burn_in + shock.start + 1)
        for first, last, period in periods(scenario)
        for shock in period.shocks
        if shock.strength > 0.0
        and max(first, burn_in + shock.start + 1) <= min(last, burn_in + shock.start + shock.years)
    ]
    return min(felt, default=None)


def without_shocks(scenario: Scenario) -> Scenario:
    """The same scenario without any shock, recording only what a shock is judged by."""
    record = Record(levels=tuple(SERIES), metrics=tuple(SERIES.values()))  # type: ignore[arg-type]
    return unchanged(scenario, ["shocks"]).model_copy(update={"shocks": (), "record": record})


def name_unshocked(arms: Mapping[str, Scenario], known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Arm with shocks -> name of the run that is the same without them: another arm if there is one that records
    SERIES, else its own. An arm that has such a run already (`known`) keeps it."""
    calm = {arm: _outcome(one) for arm, one in arms.items() if not is_struck(one) and not unrecorded(one)}
    own: dict[str, str] = {}
    named: dict[str, str] = {}
    for arm, scenario in arms.items():
        if not is_struck(scenario):
            continue
        outcome = _outcome(scenario)
        given = next((name for name, theirs in calm.items() if theirs == outcome), None)
        kept = (known or {}).get(arm)
        if kept is not None and kept not in arms:
            named[arm] = own.setdefault(outcome, kept)
        else:
            named[arm] = given or own.setdefault(outcome, _free_name(f"{arm} without shocks", arms))
    return named


def _outcome(scenario: Scenario) -> str:
    """Names what a scenario without its shocks gives, whatever is recorded of it."""
    return scenario_identity(without_shocks(scenario))


def _free_name(name: str, arms: Mapping[str, Scenario]) -> str:
    while name in arms:
        name += "'"
    return name


def with_unshocked(arms: Mapping[str, Scenario], unshocked_runs: Mapping[str, str]) -> dict[str, Scenario]:
    """Everything that is run: the arms, recording the series that are compared as well, then the unshocked runs."""
    judged = {*unshocked_runs, *unshocked_runs.values()}
    ran = {arm: recording_series(scenario) if arm in judged else scenario for arm, scenario in arms.items()}
    return {**ran, **{name: without_shocks(arms[arm]) for arm, name in unshocked_runs.items() if name not in arms}}


def recording_series(scenario: Scenario) -> Scenario:
    """`scenario`, recording SERIES as well as its own metrics, and nothing else besides."""
    record = scenario.record
    missing = unrecorded(scenario)
    if not missing:
        return scenario
    mine = [name for name in record.metrics or METRICS if name not in missing]
    own = [name for name in mine if METRICS[name].level in (*record.levels, "local_industry")]
    levels = (*record.levels, *(METRICS[name].level for name in missing))
    also = tuple(name for name in record.also if METRICS[name].level in (*record.levels, "local_industry"))
    wider = {"metrics": (*own, *missing), "also": also, "levels": tuple(dict.fromkeys(levels))}
    return scenario.model_copy(update={"record": record.model_copy(update=wider)})


def unrecorded(scenario: Scenario) -> tuple[str, ...]:
    """Those of SERIES that the scenario does not record by itself."""
    record = scenario.record
    return tuple(
        name
        for level, name in SERIES.items()
        if level not in record.levels or (record.metrics and name not in (*record.metrics, *record.also))
    )


def asked_and_series(run: Run, scenario: Scenario, unshocked_runs: Mapping[str, str]) -> tuple[pa.Table, pa.Table]:
    """The metrics of a run that its arm's `scenario` asked for, and the SERIES of its treatment years that it did not.

    Of an arm that shocks are not measured with the second is empty.
    """
    unasked = unrecorded(scenario) if run.arm in {*unshocked_runs, *unshocked_runs.values()} else ()
    if not unasked:
        return run.tidy, run.tidy.slice(0, 0).select(COLUMNS)
    extra = pc.is_in(run.tidy["metric"].cast(pa.string()), pa.array(unasked))
    return run.tidy.filter(pc.invert(extra)), _after(run, run.tidy.filter(extra))


def series_of(run: Run) -> pa.Table:
    """All that is kept of an unshocked run: SERIES of its treatment years."""
    return _after(run, run.tidy.filter(pc.is_in(run.tidy["metric"].cast(pa.string()), pa.array(SERIES.values()))))


def _after(run: Run, table: pa.Table) -> pa.Table:
    return table.filter(pc.greater(table["year"], run.scenario.years.burn_in)).select(COLUMNS)


def unshocked_table(results: Results) -> pd.DataFrame:
    """SERIES of every arm with shocks in its treatment years, beside those without them; empty when there are none.

    Columns arm, seed, year, group, metric, unit, value (of the arm), unshocked (without shocks).
    """
    for file in ("unshocked.parquet", "twins.parquet"):  # of the format before
        if file in results.manifest["tables"]:
            return results.table(file).rename(columns={"twin": "unshocked"})
    if not results.unshocked_runs:
        return pd.DataFrame()
    after = min(scenario.years.burn_in for scenario in results.arms.values())
    told = results.table("metrics.parquet", [("metric", "in", list(SERIES.values())), ("year", ">", after)])[COLUMNS]
    filled = [table for table in (told, results.series) if not table.empty]
    both = pd.concat(filled or [told], ignore_index=True).astype({"arm": str, "group": str, "metric": str})
    keys = ["seed", "year", "group", "metric"]
    by_name = dict(tuple(both.groupby("arm", sort=False)))
    pairs = [
        by_name[arm].merge(
            by_name[unshocked][[*keys, "value"]].rename(columns={"value": "unshocked"}), on=keys, how="inner"
        )
        for arm, unshocked in results.unshocked_runs.items()
        if arm in by_name and unshocked in by_name
    ]
    if not pairs:
        return pd.DataFrame()
    return pd.concat(pairs, ignore_index=True).sort_values("seed", kind="stable", ignore_index=True)
