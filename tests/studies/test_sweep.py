"""Sweeps: paired tables of constructed values, what has no number, growth of a folder, and the command."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from scipy import stats

import sim
from sim.cli import main
from sim.scenario.problems import ScenarioError
from sim.store.executors.local import Failure
from sim.store.results import read_results
from sim.studies.experiment.setup import Setup
from sim.studies.experiment.words import sweep_of
from sim.studies.sweep import named_runs, responses, run_experiment, runs_table

TINY = (
    "regions.grid.rows=2", "regions.grid.columns=2", "regions.cells=1", "population.firms=40",
    "population.institutes=4", "years.burn_in=1", "years.treatment=3",
)  # fmt: skip
SEEDS = (1, 2, 3, 4)
LUCK = {1: 0.3, 2: -0.2, 3: 0.1, 4: -0.2}
STEEP = {1: 0.01, 2: -0.01, 3: 0.02, 4: -0.02}


def setup_of(*factors: str, arms: tuple[str, ...] = ()) -> Setup:
    return sweep_of("policy_text", factors, arms, TINY, len(SEEDS), record=("ln_real_income",))


def constructed(setup: Setup, without: tuple[tuple[int, int, float], ...] = ()) -> pd.DataFrame:
    """Values of runs: differentiated exceeds duplicated by .1 - cost, and luck moves all points of a seed alike."""
    names = {key: setup.run_name(*key) for key in setup.runs}
    broken = {(place, seed): value for place, seed, value in without}
    rows = []
    for (point, arm), name in names.items():
        for seed in SEEDS:
            cost = float(point[0])
            value = 1.0 + LUCK[seed]
            if arm == "differentiated":
                value += 0.1 - cost + 2 * LUCK[seed] + STEEP[seed] * cost
                value = broken.get((setup.points.index(point), seed), value)
            rows.append((name, seed, "ln_real_income", value, ""))
    values = pd.DataFrame(rows, columns=["arm", "seed", "measure", "value", "error"])
    return runs_table(setup, values, names, SEEDS)


def test_runs_are_tidy_with_a_typed_column_for_each_factor() -> None:
    setup = setup_of("distance_cost=0.1:0.3:3", "build_lag=1,2", "agglomeration", "plan.hot_by=judged,winners")
    runs = constructed(setup)
    assert list(runs.columns) == ["point", "distance_cost", "build_lag", "agglomeration", "hot_by", "arm", "seed",
                                  "measure", "unit", "value", "error"]  # fmt: skip
    assert runs["distance_cost"].dtype == float and runs["build_lag"].dtype == np.int64
    assert runs["agglomeration"].dtype == bool
    assert len(runs) == 3 * 2 * 2 * 2 * 2 * len(SEEDS)
    assert set(runs["distance_cost"]) == {0.1, 0.2, 0.3}


def test_differences_levels_and_trends_are_paired_by_seed() -> None:
    setup = setup_of("distance_cost=0:0.2:3")
    found = responses(setup, constructed(setup), SEEDS)
    assert found.curve["difference"].tolist() == pytest.approx([0.1, 0.0, -0.1])
    assert found.curve["distance_cost"].tolist() == [0.0, 0.1, 0.2]
    luck = 2 * np.array(list(LUCK.values()))
    half = stats.t.ppf(0.975, 3) * luck.std(ddof=1) / 2
    assert found.curve["ci_high"][0] == pytest.approx(0.1 + half)
    # the same seeds at every point: of the luck nothing is left in the difference between levels but its steepness
    steep = np.array(list(STEEP.values()))
    change = found.profile.set_index("level").loc["0.2"]
    assert change["change"] == pytest.approx(-0.2)
    own = stats.t.ppf(0.975, 3) * (0.2 * steep).std(ddof=1) / 2
    assert change["change_high"] - change["change"] == pytest.approx(own)
    assert own < half / 10
    (trend,) = found.trends.to_dict("records")
    assert trend["slope"] == pytest.approx(-1.0) and trend["replications"] == 4
    assert trend["slope_high"] - trend["slope"] == pytest.approx(stats.t.ppf(0.975, 3) * steep.std(ddof=1) / 2)


def test_trends_hold_the_other_factors() -> None:
    setup = setup_of("distance_cost=0:0.2:3", "imitation=0,1", "hot_by=judged,winners")
    found = responses(setup, constructed(setup), SEEDS)
    slopes = found.trends.set_index("factor")["slope"]
    assert slopes["distance_cost"] == pytest.approx(-1.0) and slopes["imitation"] == pytest.approx(0.0, abs=1e-12)
    assert set(slopes.index) == {"distance_cost", "imitation"}
    assert len(found.profile) == 3 + 2 + 2 and len(found.curve) == 12


def test_what_fails_or_is_infinite_is_named_and_left_out_and_nothing_is_put_in_its_place() -> None:
    setup = setup_of("distance_cost=0:0.2:3")
    found = responses(setup, constructed(setup, ((1, 2, math.inf), (2, 3, math.nan))), SEEDS)
    assert found.curve["replications"].tolist() == [4, 3, 3] and found.curve["left_out"].tolist() == [0, 1, 1]
    assert np.isfinite(found.curve["difference"]).all() and len(found.runs) == 3 * 2 * 4
    assert found.curve["difference"][1] == pytest.approx(
        np.mean([2 * LUCK[seed] + 0.1 * STEEP[seed] for seed in (1, 3, 4)]), abs=1e-12
    )
    told = found.missing[["distance_cost", "arm", "seed", "error"]].to_dict("split")["data"]
    assert told == [[0.1, "differentiated", 2, "not finite: inf"], [0.2, "differentiated", 3, "undefined in all years"]]
    assert [(one.seed, one.arm) for one in found.failures] == [
        (2, "distance_cost 0.1, differentiated"), (3, "distance_cost 0.2, differentiated")
    ]  # fmt: skip
    assert found.missing["command"][0].startswith("clustersim run policy_text --seed 2 --set ")
    assert "parameters.distance_cost=0.1" in found.missing["command"][0]
    (trend,) = found.trends.to_dict("records")
    assert (trend["replications"], trend["left_out"]) == (2, 2)


def test_a_run_that_was_lost_is_told_with_its_reason() -> None:
    setup = setup_of("distance_cost=0,0.2")
    names = {key: setup.run_name(*key) for key in setup.runs}
    lost = setup.run_name((0.2,), "differentiated")
    empty = pd.DataFrame(columns=["arm", "seed", "measure", "value", "error"])
    runs = runs_table(setup, empty, names, (1,), [Failure(1, lost, "KeyError: 'x'", "traceback")])
    told = dict(zip(zip(runs["distance_cost"], runs["arm"], strict=True), runs["error"], strict=True))
    assert told[0.2, "differentiated"] == "KeyError: 'x'" and told[0.0, "duplicated"] == "it was not run"


def test_the_headline_is_corrected_over_points_and_the_rest_by_its_false_discoveries() -> None:
    setup = sweep_of("policy_text", ["distance_cost=0:0.2:3"], (), TINY, 4, record=("ln_real_income", "utilisation"))
    told = constructed(setup)
    own = told[told["measure"] == "ln_real_income"]
    other = own.assign(measure="utilisation", value=own["value"] * 2)
    curve = responses(setup, pd.concat([own, other], ignore_index=True), SEEDS).curve
    first, second = (curve[curve["measure"] == name] for name in ("ln_real_income", "utilisation"))
    ordered = np.sort(first["p_value"])
    assert first["p_holm"].min() == pytest.approx(min(3 * ordered[0], 1.0)) and first["q_value"].isna().all()
    assert second["p_holm"].isna().all()
    assert second["q_value"].tolist() == pytest.approx(stats.false_discovery_control(second["p_value"]).tolist())


def test_power_is_told_from_the_point_that_spreads_most() -> None:
    setup = setup_of("distance_cost=0:0.2:3")
    power = responses(setup, constructed(setup), SEEDS).power
    widest = max(np.std([2 * LUCK[seed] + cost * STEEP[seed] for seed in SEEDS], ddof=1) for cost in (0, 0.1, 0.2))
    assert power["spread"].tolist() == pytest.approx([widest] * 4)
    assert power["difference"][1] == pytest.approx(math.log(1.01))
    assert power["replications"].is_monotonic_decreasing and power["replications"].min() > 4


def test_one_arm_is_compared_with_the_scenario_as_it_is() -> None:
    setup = setup_of("distance_cost=0,0.2", arms=("rich=plan.budget:0.2",))
    assert setup.arms == ("policy_text", "rich")
    assert setup.runs[(0.2,), "rich"].plan.budget == 0.2
    with pytest.raises(ScenarioError, match=r"plan.budget is varied, and arms.rich sets it"):
        setup_of("plan.budget=0,0.1", arms=("rich=plan.budget:0.2",))


def test_what_an_arm_changes_begins_at_the_fork_and_levels_in_the_opening() -> None:
    setup = setup_of("distance_cost=0,0.2", arms=("near=parameters.spillover_range:50",))
    scenario = setup.runs[(0.2,), "near"]
    assert scenario.parameters["distance_cost"] == 0.2
    assert [(change.year, change.set) for change in scenario.changes] == [(2, {"parameters.spillover_range": 50.0})]
    words = setup.command((0.2,), "near", 3)
    assert "changes=" in words and "--set parameters.spillover_range" not in words


def test_combinations_that_no_scenario_may_have_name_their_point() -> None:
    shocks = "shocks=[{shock: demand_slump, strength: 0.1}]"
    setup = sweep_of("policy_text", ["shocks.0.start=0,5", "years.treatment=3,9"], overrides=[shocks])
    with pytest.raises(ScenarioError, match=r"^at start 5, treatment 3: .*start"):
        _ = setup.runs


@pytest.mark.slow
def test_more_levels_arms_and_replications_run_only_what_is_new(tmp_path: Path) -> None:
    first = setup_of("distance_cost=0.1,0.3")
    run_experiment(first, 1, tmp_path, seeds=(1,))
    before = {(run["arm"], run["seed"]): run["seconds"] for run in read_results(tmp_path).manifest["runs"]}
    wider = setup_of("distance_cost=0.1,0.2,0.3", "imitation=0,0.5", arms=("duplicated", "differentiated", "market"))
    names = named_runs(wider, tmp_path)[1]
    assert names[(0.1, 0.0), "duplicated"] == "distance_cost 0.1, duplicated", "the same run keeps its name"
    found = run_experiment(wider, 1, tmp_path, seeds=(1, 2))
    after = {(run["arm"], run["seed"]): run["seconds"] for run in read_results(tmp_path).manifest["runs"]}
    assert {key: after[key] for key in before} == before and len(after) == 3 * 2 * 3 * 2
    assert found.missing.empty and found.runs["value"].notna().all()
    alone = run_experiment(wider, 1, tmp_path / "alone", seeds=(1, 2))
    pd.testing.assert_frame_equal(alone.runs, found.runs)


def call(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


def test_the_command_refuses_before_anything_is_run(tmp_path: Path) -> None:
    result = call("sweep", "policy_text", "-p", "distance_cost=0:1:.25", "--out", str(tmp_path / "out"))
    assert result.exit_code == 2 and "for steps of .25 write 0:1:5" in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_the_command_on_a_tiny_world(tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ["sweep", "policy_text", "-p", "distance_cost=.1:.3:3", "--replications", "4", "--workers", "1",
             "--measure", "ln_real_income", "--measure", "utilisation", "--out", str(out)]  # fmt: skip
    words += [word for text in TINY for word in ("--set", text)]
    result = call(*words)
    assert result.exit_code == 0, result.output
    assert "distance_cost (parameters.distance_cost): 0.1, 0.2, 0.3\n" in result.stderr
    assert "3 points x 2 arms (duplicated, differentiated) x 4 replications = 24 runs" in result.stderr
    runs = pd.read_csv(out / "runs.csv")
    assert len(runs) == 3 * 2 * 4 * 2 and set(runs["distance_cost"]) == {0.1, 0.2, 0.3}
    assert pq.read_schema(out / "runs.parquet").field("distance_cost").type == "double"
    for form in ("png", "svg", "pdf"):
        assert (out / "figures" / f"responses-ln_real_income.{form}").stat().st_size > 5_000
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "distance cost" in page and "taken within each seed" in page
    written = "".join(path.read_text(encoding="utf-8") for path in out.glob("*.csv")) + page
    assert "0000000004" not in written and "9999999" not in written.split("<style")[0]
    assert "0.30000" not in json.dumps(read_results(out).manifest)
    again = call(*words)
    assert again.exit_code == 0, again.output


@pytest.mark.slow
def test_a_sweep_from_python_is_the_same(tmp_path: Path) -> None:
    found = sim.sweep("policy_text", ["distance_cost=0.1,0.3"], overrides=TINY, replications=1, workers=1,
                      out=tmp_path, measures=["ln_real_income"], progress=False, figures=["png"])  # fmt: skip
    assert found.curve["distance_cost"].tolist() == [0.1, 0.3]
    assert "factors distance_cost, points 2" in repr(found)
