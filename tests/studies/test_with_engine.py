"""The whole path on the real engine, with few firms and years."""

from pathlib import Path

import pytest

from sim.front import compare, run_to_folder
from sim.kernel.scenario_types import Scenario
from sim.runs.run import run_scenario
from sim.scenario.reading import load_scenario

SMALL = (
    "population.firms=60",
    "population.institutes=4",
    "years.burn_in=3",
    "years.treatment=3",
    "record.panels=[events, firms]",
)


def story(*overrides: str) -> Scenario:
    return load_scenario("policy_text", [*SMALL, *overrides])


@pytest.mark.slow
def test_a_comparison_from_scenario_to_report(tmp_path: Path) -> None:
    layouts = ("differentiated", "duplicated", "balanced", "random_specialised")
    arms = {layout: story(f"plan.layout={layout}") for layout in layouts}
    one = compare(arms, 2, 1, tmp_path / "one", progress=False)
    two = compare(arms, 2, 2, tmp_path / "two", progress=False)
    assert one.failures == two.failures == []
    assert one.headline == "ln_real_income"
    tables = sorted(one.results.manifest["tables"])
    assert tables == ["hashes.parquet", "history.parquet", "ledger.parquet", "metrics.parquet", "panels/events.parquet",
                      "panels/firms.parquet", "sites.parquet", "tiers.parquet"]  # fmt: skip
    for file in tables:
        assert (one.folder / file).read_bytes() == (two.folder / file).read_bytes(), file
    assert [run["hash"] for run in one.results.manifest["runs"]] == [
        run["hash"] for run in two.results.manifest["runs"]
    ]
    assert len(list((one.folder / "figures").glob("*.png"))) == 6
    assert one.decomposition.obstacle is None
    page = (one.folder / "report.html").read_text(encoding="utf-8")
    assert "in 2 replications; too few to tell" in page
    # the burn-in is the same in all arms, and an arm does not depend on the company it keeps
    hashes = one.results.hashes
    local_industry = hashes[hashes["year"] == 3].groupby("seed")["hash"].nunique()
    assert local_industry.tolist() == [1, 1]
    alone = run_scenario(arms["balanced"], seed=1, panel_folder=tmp_path).hashes["hash"].tolist()
    mine = hashes[(hashes["arm"] == "balanced") & (hashes["seed"] == 1)]
    assert mine.sort_values("year")["hash"].tolist() == alone
    firms = one.results.panel("firms")
    assert firms.groupby(["arm", "seed"], observed=True)["year"].nunique().tolist() == [6] * 8


@pytest.mark.slow
@pytest.mark.long
def test_a_run_from_scenario_to_report(tmp_path: Path) -> None:
    results = run_to_folder(story(), tmp_path / "run", progress=False).results
    assert results.hashes["year"].tolist() == [1, 2, 3, 4, 5, 6]
    assert results.panels == ("events", "firms")
    assert (results.folder / "figures" / "overview.png").exists()
