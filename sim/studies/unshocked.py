"""Unshocked runs: an arm with shocks is run again without them, on the same seed, so that their cost is measured.

An unshocked run is no arm: it stands in no table of arms. What is kept of it are a few series, beside those of its arm:
unshocked.parquet with arm, seed, year, group, metric, unit, value (of the arm), unshocked (without shocks).
Source: Martin 2012, Journal of Economic Geography 12, for resilience against a path without the shock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sim.kernel.declare import METRICS
from sim.kernel.scenario_types import Record, Scenario
from sim.runs.run import Run
from sim.scenario.reading import scenario_identity

SERIES = {"nation": "real_income", "region": "region_real_income", "industry": "industry_output"}
"""What a shock is judged by: real consumption of the nation and the regions, output of industries."""
TABLE = "unshocked.parquet"


def is_struck(scenario: Scenario) -> bool:
    """Whether a shock is felt within the run."""
    return first_shock_year(scenario) is not None


def first_shock_year(scenario: Scenario) -> int | None:
    """The first year in which a shock is felt, counted from the start of the run; None when there is none."""
    years = scenario.years
    shocks = [shock for shock in scenario.shocks if shock.strength > 0.0 and shock.years > 0]
    starts = [shock.start for shock in shocks if shock.start < years.treatment]
    return years.burn_in + min(starts) + 1 if starts else None


def without_shocks(scenario: Scenario) -> Scenario:
    """The same scenario without any shock, recording only what a shock is judged by."""
    record = Record(levels=tuple(SERIES), metrics=tuple(SERIES.values()))  # type: ignore[arg-type]
    return scenario.model_copy(update={"shocks": (), "record": record})


def name_unshocked(arms: Mapping[str, Scenario]) -> dict[str, str]:
    """Arm with shocks -> name of the run that is the same without them: another arm if there is one, else its own."""
    known = {arm: _outcome(scenario) for arm, scenario in arms.items() if not is_struck(scenario)}
    own: dict[str, str] = {}
    named: dict[str, str] = {}
    for arm, scenario in arms.items():
        if not is_struck(scenario):
            continue
        outcome = _outcome(scenario)
        given = next((name for name, theirs in known.items() if theirs == outcome), None)
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


def part_from_unshocked(
    runs: Mapping[str, Run], arms: Mapping[str, Scenario], unshocked_runs: Mapping[str, str]
) -> tuple[dict[str, Run], pd.DataFrame]:
    """The runs of the arms as they were asked for, and the series of those with an unshocked run."""
    paired = [pair_series(runs[arm], runs[unshocked]) for arm, unshocked in unshocked_runs.items()]
    added = {
        name for arm in arms if arm in {*unshocked_runs, *unshocked_runs.values()} for name in unrecorded(arms[arm])
    }
    own = {}
    for arm, scenario in arms.items():
        run = runs[arm]
        unasked = added & set(unrecorded(scenario))
        if unasked:
            others = pc.invert(pc.is_in(run.tidy["metric"], pa.array(sorted(unasked))))
            run = replace(run, tidy=run.tidy.filter(others))
        own[arm] = replace(run, scenario=scenario)
    return own, pd.concat(paired, ignore_index=True) if paired else pd.DataFrame()


def pair_series(run: Run, unshocked: Run) -> pd.DataFrame:
    """SERIES of a run in its treatment years, beside those of its unshocked run; columns as in TABLE."""
    after = run.scenario.years.burn_in
    keys = ["year", "group", "metric"]
    wanted = tuple(SERIES.values())
    mine, theirs = (
        table[(table["year"] > after) & table["metric"].isin(wanted)] for table in (run.metrics, unshocked.metrics)
    )
    found = mine.merge(theirs[[*keys, "value"]].rename(columns={"value": "unshocked"}), on=keys, how="inner")
    return found[["arm", "seed", "year", "group", "metric", "unit", "value", "unshocked"]]
