"""Sign maps of a known response: through the emulator alone, and through the whole command with runs that fail."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from html import unescape
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

pytest.importorskip("SALib")
pytest.importorskip("sklearn")

from sim.kernel.scenario_types import Scenario
from sim.reporting.columns import FILES
from sim.reporting.pages.sensitivity import answers
from sim.reporting.sensitivity import publish_sensitivity
from sim.runs.run import Progress, Run
from sim.studies import measured
from sim.studies.experiment.designs import Sampling, units
from sim.studies.experiment.reading import read_experiment
from sim.studies.experiment.setup import Setup
from sim.studies.sensitivity.emulator import fit
from sim.studies.sensitivity.sign_maps import GRID, maps_table, sign_map
from sim.studies.sensitivity.study import Sensitivity, run_sensitivity

TEXT = """\
scenario: policy_text
set: {years.burn_in: 1, years.treatment: 2}
arms:
  duplicated: {plan.layout: duplicated}
  differentiated: {plan.layout: differentiated}
factors: {distance_cost: 0.1:0.5, endowment_spread: 0:0.4, industry_elasticity: 0.5:2.5}
replications: 3
design: {kind: morris, trajectories: 4}
record: [ln_real_income]
maps: [[endowment_spread, distance_cost], [industry_elasticity, parameters.distance_cost]]
"""


def setup_of(folder: Path) -> Setup:
    path = folder / "mine.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return read_experiment(path)


def response(scenario: Scenario) -> float:
    """Above zero where the two parameters, as shares of their ranges, sum to more than a half."""
    told = scenario.parameters
    return 0.02 * ((told["distance_cost"] - 0.1) / 0.4 + told["endowment_spread"] / 0.4 - 0.5)


def lived(
    given: Mapping[str, Scenario], seed: int, progress: Progress, *, start: object = None, counts: bool = True
) -> dict[str, Run]:
    """Runs with that response, on luck that arms and points share, and a little of their own."""
    luck = np.random.default_rng(seed).normal(0.0, 0.02)
    runs = {}
    for arm, scenario in given.items():
        treated = scenario.plan.layout == "differentiated" or "differentiated" in arm
        own = np.random.default_rng([seed, *arm.encode()]).normal(0.0, 1e-4)
        value = 4.0 + luck + own + (response(scenario) if treated else 0.0)
        rows = [(f"{arm}-{seed}", arm, seed, year, "nation", "ln_real_income", "ln", value) for year in (1, 2, 3)]
        table = pd.DataFrame(rows, columns=["run", "arm", "seed", "year", "group", "metric", "unit", "value"])
        empty = pd.DataFrame({"run": [], "arm": [], "seed": [], "year": [], "hash": []})
        runs[arm] = Run(arm, seed, scenario, pa.Table.from_pandas(table), empty, pd.DataFrame(), pd.DataFrame(), 0.1)
    return runs


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sensitivity:
    monkeypatch.setattr(measured, "run_arms", lived)
    return run_sensitivity(setup_of(tmp_path), 1, tmp_path / "out", trajectories=4, points=40, most=1)


def test_the_share_that_an_arm_wins_is_the_known_one(found: Sensitivity) -> None:
    first, second = found.maps
    assert [one.name for one in (first.across, first.up)] == ["endowment_spread", "distance_cost"]
    assert {one.name for one in found.kept} == {"endowment_spread", "distance_cost", "industry_elasticity"}
    known = np.add.outer((first.y - 0.1) / 0.4, first.x / 0.4) - 0.5
    assert np.abs(first.mean - 0.02 * known).max() < 0.002
    assert first.share[0] == pytest.approx((known > 0).mean(), abs=0.03) and first.share[1] < 0.875 < first.share[2]
    sure = np.abs(known) > 0.1
    assert ((first.low > 0) == (known > 0))[sure].all() and ((first.high < 0) == (known < 0))[sure].all()
    assert sum(first.clear) == pytest.approx(1.0) and first.clear[0] > 0.75 and first.clear[1] > 0.05
    # averaged over endowments the sum exceeds a half wherever distance costs more than the least
    assert second.share[0] == pytest.approx(1.0, abs=0.05) and np.ptp(second.mean.mean(axis=0)) < 0.002


def test_tables_and_figures_tell_of_every_map(found: Sensitivity, tmp_path: Path) -> None:
    paths = {path.name: path for path in publish_sensitivity(found, tmp_path, ("png",))}
    assert {"maps.csv", "map_cells.csv", "map-1.png", "map-2.png", "report.html"} <= set(paths)
    page = unescape(paths["report.html"].read_text(encoding="utf-8")).replace("\N{NO-BREAK SPACE}", " ")
    for said in answers(found):
        assert said in page
    assert page.count('src="data:image/png') == 4 and "endowment spread" in page and "Saltelli" in page
    table = pd.read_csv(paths["maps.csv"], encoding="utf-8-sig")
    assert tuple(table.columns) == FILES["maps.csv"].columns and len(table) == 2
    cells = pd.read_csv(paths["map_cells.csv"], encoding="utf-8-sig")
    assert tuple(cells.columns) == FILES["map_cells.csv"].columns and len(cells) == 2 * GRID * GRID
    first = cells[cells["across"] == "endowment_spread"]
    assert (first["difference"] > 0).mean() == pytest.approx(table["share_won"][0], abs=0.02)


def test_luck_that_all_points_share_widens_the_share_and_not_the_shape() -> None:
    at = units(2, Sampling(kind="sobol", points=64))
    truth = at[:, 0] - 0.5
    chance = np.random.default_rng(2)
    own = chance.normal(0.0, 0.01, (8, 64))
    factors = setup_like(2)
    calm, lucky = (
        sign_map(fit(at, truth + own + shift), factors, *factors)
        for shift in (np.zeros((8, 1)), chance.normal(0.0, 0.5, (8, 1)))
    )
    assert calm.share[0] == pytest.approx(0.5, abs=0.02) and calm.share[2] - calm.share[1] < 0.05
    assert lucky.share[2] - lucky.share[1] > 5 * (calm.share[2] - calm.share[1])
    assert lucky.clear[2] > calm.clear[2]
    assert maps_table([calm])["open"][0] == pytest.approx(calm.clear[2])


def setup_like(count: int) -> tuple:
    """Factors over 0 to 1."""
    from sim.scenario.problems import Position
    from sim.scenario.reading import load_scenario
    from sim.studies.experiment.levels import factor_at

    scenario = load_scenario("policy_text", [])
    names = ("plan.imitation", "parameters.herding", "plan.budget")[:count]
    return tuple(factor_at(name, "0:1", scenario, Position("test"), ends=True) for name in names)


def test_runs_that_fail_or_are_not_finite_are_named_and_left_out_of_screening_and_emulator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run raises and another gives an infinite income, in the screening (24 points) and in the emulator alike."""
    met: dict[str, int] = {}

    def faulty(
        given: Mapping[str, Scenario], seed: int, progress: Progress, *, start: object = None, counts: bool = True
    ) -> dict[str, Run]:
        places = {arm: met.setdefault(arm, len(met)) if seed == 2 and "differ" in arm else -1 for arm in given}
        if {4, 34} & set(places.values()):
            raise ArithmeticError("no balance")
        runs = lived(given, seed, progress)
        for arm in (arm for arm, place in places.items() if place in (9, 39)):
            told = runs[arm].tidy.to_pandas().assign(value=np.inf)
            runs[arm] = dataclasses.replace(runs[arm], tidy=pa.Table.from_pandas(told))
        return runs

    monkeypatch.setattr(measured, "run_arms", faulty)
    found = run_sensitivity(setup_of(tmp_path), 1, tmp_path / "out", trajectories=6, points=40, most=3)
    assert found.screening["left_out"].max() >= 1 and found.screening["trajectories"].min() <= 5
    assert len(found.left_out) == 2
    errors = [failure.error for failure in found.failures]
    assert any("ArithmeticError: no balance" in error for error in errors)
    assert any("not finite: inf" in error for error in errors)
    assert np.isfinite(found.indices[["S1", "ST"]].to_numpy()).all()
    assert found.maps[0].share[0] == pytest.approx(0.875, abs=0.04), "no zero was put in their place"
