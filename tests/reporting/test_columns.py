"""`clustersim describe results` explains every column of every table, and no other: compared with real folders."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.kernel.declare import METRICS
from sim.kernel.scenario_types import ShockEvent
from sim.reporting.columns import FILES, METRIC, STATISTIC, VARIED, explained
from sim.reporting.comparison import write_tables
from sim.runs.panels import PANELS
from sim.studies.compare import Comparison, run_comparison
from sim.studies.facts.verdicts import verdicts
from tests.model.engine.worlds import small_story

LAYOUTS = ("differentiated", "duplicated", "balanced", "random_specialised")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison of four layouts with a shock, panels and all levels, with all that it writes but its figures."""
    record = {"levels": ("nation", "region", "industry", "tier"), "panels": tuple(PANELS)}
    shock = ShockEvent(shock="demand_slump", start=1, years=1, strength=0.3)
    base = small_story("years.burn_in=1", "years.treatment=3", "plan.imitation=0")
    base = base.model_copy(update={"record": base.record.model_copy(update=record), "shocks": (shock,)})
    arms = {
        layout: base.model_copy(update={"plan": base.plan.model_copy(update={"layout": layout})}) for layout in LAYOUTS
    }
    where = tmp_path_factory.mktemp("results") / "compared"
    write_tables(run_comparison(arms, 2, 1, where))
    return where


def columns_of(path: Path) -> list[str]:
    """Names of the columns of a CSV or Parquet file."""
    if path.suffix == ".parquet":
        return list(pq.read_schema(path).names)
    return list(pd.read_csv(path, nrows=0, encoding="utf-8-sig").columns)


def test_every_column_of_a_real_folder_is_explained(folder: Path) -> None:
    told: dict[str, set[str]] = {}
    for file, _, column, _, meaning in explained():
        assert meaning or file.startswith("panels/"), (file, column)
        told.setdefault(file, set()).add(column)
    found = {path.relative_to(folder).as_posix(): columns_of(path) for path in folder.rglob("*.[cp][sa][vr]*")}
    assert {"metrics.parquet", "tables/nation.csv", "tables/resilience.csv", "tables/decomposition.csv"} <= set(found)
    assert {f"panels/{name}.parquet" for name in PANELS} <= set(found)
    for file, columns in found.items():
        across = METRICS if file == "tables/nation.csv" else ()
        named = {VARIED if name == "plan.layout" else METRIC if name in across else name for name in columns}
        assert named - told[file] == set(), file
        if file != "summary.csv":
            assert told[file] - named == set(), file
        assert len(columns) == len(set(columns))
    assert told["summary.csv"] - {VARIED if name == "plan.layout" else name for name in found["summary.csv"]} == {
        "year", METRIC,  # of one arm alone
    }  # fmt: skip


def test_tables_of_the_other_studies_have_the_columns_that_are_explained() -> None:
    assert set(verdicts({}).columns) == set(FILES["facts.csv"].columns)
    assert FILES["facts_by_seed.csv"].columns == ("seed", STATISTIC)


def test_places_and_what_arms_vary_are_columns_of_their_own(folder: Path) -> None:
    metrics = pd.read_parquet(folder / "metrics.parquet")
    both = metrics[metrics["group"].str.contains(";")]
    assert (both["group"] == "region=" + both["region"] + ";industry=" + both["industry"]).all() and len(both)
    assert metrics.loc[metrics["group"] == "nation", ["region", "industry", "tier"]].isna().all(axis=None)
    assert set(metrics["tier"].dropna()) >= {"sme", "leading_firm"}
    groups = pd.read_csv(folder / "tables" / "groups.csv", encoding="utf-8-sig")
    assert set(groups["arm"]) == set(LAYOUTS[1:]) and (groups["arm"] == groups["plan.layout"]).all()
    regions = groups[groups["region"].notna()]
    assert (regions["group"] == "region=" + regions["region"]).all() and len(regions)


def test_the_nation_has_yearly_values_of_every_seed(folder: Path) -> None:
    nation = pd.read_csv(folder / "tables" / "nation.csv", encoding="utf-8-sig")
    assert list(nation.columns[:4]) == ["arm", "plan.layout", "seed", "year"]
    assert len(nation) == len(LAYOUTS) * 2 * 4 and list(nation["arm"].unique()) == list(LAYOUTS)
    from sim.studies.compare import read_comparison

    found: Comparison = read_comparison(folder)
    exact = found.results.nation.set_index(["arm", "seed", "year", "metric"])["value"]
    row = nation.iloc[-1]
    key = (row["arm"], row["seed"], row["year"])
    for metric in ("ln_real_income", "firms", "utilisation"):
        assert row[metric] == pytest.approx(exact[(*key, metric)], rel=1e-8)


def test_the_command_lists_them() -> None:
    result = CliRunner().invoke(main, ["describe", "results", "--csv"])
    assert result.exit_code == 0 and "tables/groups.csv" in result.output
    assert "why there is no interval" in result.output
