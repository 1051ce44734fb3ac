"""Panels are what their documentation says, hold what published regressions need, and facts come from them alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import sim.studies.facts  # noqa: F401  (declares)
from sim.kernel.scenario_types import Record, Scenario
from sim.runs.panels import PANELS, schema_of
from sim.runs.run import run_arms
from sim.store.tasks import Task
from sim.studies.facts.panels import COLUMNS, Panels, panels_of
from sim.studies.facts.replication import estimate_all, keep_estimates, with_lean_record
from tests.studies.facts.conftest import ARM, SEED

TYPES = {"i8": "int64", "i4": "int32", "i1": "int8", "f8": "double", "?": "bool", "text": "string"}


def test_panels_have_the_documented_columns_and_types(small: Scenario, tmp_path: Path) -> None:
    short = small.model_copy(update={"record": Record(panels=tuple(PANELS), metrics=("utilisation",)),
                                     "years": small.years.model_copy(update={"treatment": 2})})  # fmt: skip
    run_arms({ARM: short}, SEED, None, tmp_path)
    for name in PANELS:
        written = pq.read_schema(tmp_path / f"{name}-{ARM}-{SEED}.parquet")
        told = {column: TYPES[kind] for column, kind, _, _ in schema_of(name)}
        assert written.names == list(told), name
        assert {field.name: str(field.type).removeprefix("large_") for field in written} == told, name
        assert all(meaning for *_, meaning in schema_of(name)), name


def test_every_column_that_facts_read_is_documented() -> None:
    for name, columns in COLUMNS.items():
        assert set(columns) <= {column for column, *_ in schema_of(name)}


@pytest.mark.slow
def test_streamed_panels_are_those_kept_in_memory(recorded: dict[str, pd.DataFrame], files: dict[str, Path]) -> None:
    for name, path in files.items():
        pd.testing.assert_frame_equal(pd.read_parquet(path), recorded[name])


@pytest.mark.slow
def test_events_say_origin_cause_and_tier(recorded: dict[str, pd.DataFrame]) -> None:
    events = recorded["events"]
    said = events.groupby("event")["meaning"].agg(set)
    assert said["entry"] <= {"de_novo", "spin_off", "attracted"} and "de_novo" in said["entry"]
    assert said["exit"] <= {"bankrupt", "closed"} and said["exit"]
    assert said["cooperation"] <= {"firm", "institute"}
    assert {"innovation", "contract", "promotion"} <= set(said.index)


@pytest.mark.slow
def test_lives_add_up(recorded: dict[str, pd.DataFrame]) -> None:
    """Firms of a year are those of the year before, plus entries, less exits: nobody comes or goes unrecorded."""
    firms, events = recorded["firms"], recorded["events"]
    members = firms.groupby("year")["id"].agg(set)
    for year in range(2, int(firms["year"].max()) + 1):
        entered = set(events.loc[(events["year"] == year) & (events["event"] == "entry"), "agent"])
        left = set(events.loc[(events["year"] == year) & (events["event"] == "exit"), "agent"])
        assert members[year] == (members[year - 1] | entered) - left


@pytest.mark.slow
def test_links_point_at_firms_of_the_year(recorded: dict[str, pd.DataFrame]) -> None:
    links, firms = recorded["links"], recorded["firms"]
    known = set(zip(firms["year"], firms["id"], strict=True))
    assert set(zip(links["year"], links["first"], strict=True)) <= known
    between = links[links["tie"] != "institute"]
    assert len(between) and set(zip(between["year"], between["second"], strict=True)) <= known


@pytest.mark.slow
def test_facts_rerun_from_panels_are_those_of_the_program(
    small: Scenario, recorded: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    """Bit for bit, from files as the command does and from tables in memory."""
    kept = keep_estimates(Task(SEED, {ARM: with_lean_record(small)}, {}), tmp_path, lambda *_: None)
    (table,) = kept.tables["values.parquet"].tables
    program = dict(zip(table["measure"].to_pylist(), table["value"].to_pylist(), strict=True))
    again = estimate_all(panels_of(small, SEED, dict(recorded)))
    np.testing.assert_array_equal(list(program.values()), list(again.values()))
    assert not list(tmp_path.iterdir())
    assert sum(np.isfinite(value) for value in program.values()) >= 24


@pytest.mark.slow
def test_only_the_years_of_treatment_are_looked_at(small: Scenario, files: dict[str, Path]) -> None:
    panels = panels_of(small, SEED, dict(files))
    assert (panels.first, panels.last) == (5, 16)
    assert set(panels.table("firms")["year"]) == set(range(5, 17))
    assert panels.snapshots() == [6, 11, 16]


@pytest.mark.slow
def test_nothing_to_estimate_from_is_not_available(recorded: dict[str, pd.DataFrame], small: Scenario) -> None:
    bare = dict(recorded)
    bare["links"] = bare["links"].iloc[:0]
    values = estimate_all(panels_of(small, SEED, bare))
    for name in ("suppliers_local", "supplier_jobs", "degree_skew", "ties_distance"):
        assert np.isnan(values[name]), name
    assert values["entry_rate"] == pytest.approx(estimate_all(Panels(
        dict(recorded), SEED, 5, 16, 50.0, 110.0))["entry_rate"])  # fmt: skip
