"""Experiment files: what they may say, where every fault is told, and that a sweep saved as one is the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from sim.cli import main
from sim.reporting.sweep import plan_in_words
from sim.reporting.wording.measures import HEADLINES
from sim.scenario.problems import ScenarioError
from sim.scenario.shipped import shipped
from sim.studies.experiment.contents import RECORDED
from sim.studies.experiment.reading import read_experiment
from sim.studies.experiment.text import experiment_as_yaml
from sim.studies.experiment.words import sweep_of
from sim.studies.kinds import kind_of, read_file

GOOD = """\
title: Mine
scenario: policy_text
set: {plan.budget: 0.1}
arms:
  duplicated: {plan.layout: duplicated}
  differentiated: {plan.layout: differentiated}
factors:
  distance_cost: 0.1:0.3:3
  imitation: [0, 1]
replications: 3
record: [ln_real_income, utilisation]
claims:
  - {claim: above, contrast: differentiated - duplicated, expect: above, at: {imitation: 0}}
"""


def file(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def call(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


def test_an_experiment_is_read(tmp_path: Path) -> None:
    setup = read_experiment(file(tmp_path, GOOD))
    assert [factor.levels for factor in setup.factors] == [(0.1, 0.2, 0.3), (0.0, 1.0)]
    assert (setup.arms, setup.baseline, setup.seeds) == (("duplicated", "differentiated"), "duplicated", (1, 2, 3))
    assert len(setup.points) == 6 and len(setup.runs) == 12
    scenario = setup.runs[(0.3, 1.0), "differentiated"]
    assert (scenario.parameters["distance_cost"], scenario.plan.imitation, scenario.plan.budget) == (0.3, 1.0, 0.1)
    assert setup.run_name((0.3, 1.0), "differentiated") == "distance_cost 0.3, imitation 1, differentiated"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("distance_cost: 0.1:0.3:3", "distanc_cost: 0.1:0.3:3", "8:17: nothing is called 'distanc_cost'; "),
        ("distance_cost: 0.1:0.3:3", "distance_cost: 0:1:.25", "8:18: N is the number of levels"),
        ("imitation: [0, 1]", "imitation: [0, 2]", "9:14: plan.imitation: 2 is out of range; allowed: 0 to 1"),
        ("plan.budget: 0.1", "plan.budget: 7", "3:20: plan.budget: 7 is out of range"),
        ("layout: duplicated}", "layout: duplicatd}", "5:29: plan.layout: there is no layout 'duplicatd'"),
        ("  differentiated: {plan.layout: differentiated}\n", "", "5:3: arms: there is one arm"),
        ("plan.budget: 0.1", "plan.imitation: 0.1", "3:23: set.plan.imitation: plan.imitation is varied"),
        ("scenario: policy_text", "scenario: polcy_text", "2:11: there is no such file; did you mean 'policy_text'"),
        ("replications: 3", "replications: 0", "10:15: replications: "),
        ("replications: 3", "replication: 3", "10:14: replication: unknown key 'replication'; did you mean 'replicat"),
        ("utilisation]", "utilisatoin]", "11:26: record.1: 'utilisatoin' is no measure; did you mean"),
        ("contrast: differentiated - duplicated", "contrast: differentiated - duplicate", "no arm 'duplicate'"),
        ("at: {imitation: 0}", "at: {imitation: 0.5}", "13:90: claims.0: imitation has no level 0.5; allowed: 0, 1"),
        ("replications: 3", "design: sobol", "10:9: design: needs points"),
        ("replications: 3", "maps: [[distance_cost, imitatoin]]", "10:8: maps.0: there is no factor 'imitatoin'; did"),
        ("replications: 3", "maps: [[imitation, plan.imitation]]", "10:8: maps.0: a map needs two different factors"),
        ("replications: 3", "maps: [[imitation]]", "maps.0"),
        ("replications: 3", "stop: {half_width: 0.1, measure: firms}", "stop.measure: firms is not recorded"),
    ],
)  # fmt: skip
def test_every_fault_has_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in GOOD
    path = file(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ScenarioError) as refused:
        read_experiment(path)
    assert told in str(refused.value), str(refused.value)
    assert str(refused.value).startswith(f"{path}:")
    result = call("check", str(path))
    assert result.exit_code == 2 and told in result.output


def test_several_faults_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("distance_cost: 0.1", "distanc_cost: 0.1").replace("[0, 1]", "[0]")
    with pytest.raises(ScenarioError) as refused:
        read_experiment(file(tmp_path, text))
    assert [problem.line for problem in refused.value.problems] == [8, 9]


def test_designs_that_sample_take_ranges(tmp_path: Path) -> None:
    text = GOOD.replace("0.1:0.3:3", "0.1:0.3").replace("replications: 3", "design: {kind: sobol, points: 8}")
    setup = read_experiment(file(tmp_path, text.split("claims:")[0]))
    assert len(setup.points) == 8 and setup.factors[0].span
    assert all(0.1 <= point[0] <= 0.3 and point[1] in (0.0, 1.0) for point in setup.points)


def test_one_at_a_time_starts_from_the_scenario_as_it_is(tmp_path: Path) -> None:
    text = GOOD.split("claims:", maxsplit=1)[0].replace("replications: 3", "design: one_at_a_time")
    setup = read_experiment(file(tmp_path, text))
    assert setup.points[0] == (0.25, 0.0)
    assert set(setup.points[1:]) == {(0.1, 0.0), (0.2, 0.0), (0.3, 0.0), (0.25, 1.0)}


def test_a_scenario_beside_the_file_is_found_and_told_relative_when_saved(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("extends: policy_text\ntitle: Own\n", encoding="utf-8")
    setup = read_experiment(file(tmp_path, GOOD.replace("policy_text", "own.yaml")))
    assert setup.source == str(tmp_path / "own.yaml")
    swept = sweep_of(tmp_path / "own.yaml", ["imitation=0,1"])
    (tmp_path / "deep").mkdir()
    text = experiment_as_yaml(swept.experiment, tmp_path / "deep")
    assert "scenario: ../own.yaml" in text and str(tmp_path) not in text
    path = tmp_path / "deep" / "saved.yaml"
    path.write_text(text, encoding="utf-8")
    assert read_experiment(path).points == swept.points


def test_a_sweep_that_is_saved_reads_as_the_same(tmp_path: Path) -> None:
    words = ["policy_text", "-p", "distance_cost=.1:.5:5", "-p", "imitation=0,.5,1", "-p", "agglomeration",
             "--set", "plan.budget=0.1", "--years", "2+3", "--replications", "5"]  # fmt: skip
    saved = tmp_path / "deep" / "saved.yaml"
    result = call("sweep", *words, "--save-experiment", str(saved))
    assert result.exit_code == 0, result.output
    assert "0000000" not in saved.read_text(encoding="utf-8")
    read = read_experiment(saved)
    swept = sweep_of("policy_text", ["distance_cost=.1:.5:5", "imitation=0,.5,1", "agglomeration"],
                     overrides=["plan.budget=0.1", "years.burn_in=2", "years.treatment=3"], replications=5)  # fmt: skip
    assert read.points == swept.points and read.runs == swept.runs and read.seeds == swept.seeds


def test_the_files_that_ship_are_in_order_and_of_their_kind() -> None:
    kinds = {path.stem: kind_of(path) for path in sorted(shipped("experiments").rglob("*.yaml"))}
    assert {"R1", "calibration", "klepper_spin_offs", "distance_and_imitation"} <= set(kinds)
    assert {name for name, kind in kinds.items() if kind != "experiment"} == {"evidence"}
    assert read_file(shipped("experiments") / "distance_and_imitation.yaml", "experiment") == 30
    result = call("check", str(shipped("experiments") / "distance_and_imitation.yaml"))
    assert result.exit_code == 0 and "in order (experiment, 30 scenarios)" in result.output


def test_what_is_recorded_are_the_six_headlines_of_reports() -> None:
    assert set(RECORDED) == set(HEADLINES) and RECORDED[0] == "ln_real_income"


WITHOUT_FACTORS = """\
scenario: policy_text
set: {years.burn_in: 1, years.treatment: 2, population.firms: 60, population.institutes: 4}
arms_from: opening
arms:
  duplicated: {plan.layout: duplicated, parameters.foresight: 0.25}
  market: {plan.layout: market}
replications: 4
record: [ln_real_income, final_firms]
claims:
  - {claim: no plan is better, contrast: market - duplicated, expect: above}
  - {claim: there are firms, contrast: market - 10, expect: above, measure: final_firms}
"""


def test_an_experiment_without_factors_has_one_point(tmp_path: Path) -> None:
    setup = read_experiment(file(tmp_path, WITHOUT_FACTORS))
    assert (setup.points, setup.run_name((), "market")) == (((),), "market")
    scenario = setup.runs[(), "duplicated"]
    assert scenario.parameters["foresight"] == 0.25 and not scenario.changes  # from the opening, not from the fork
    words = setup.command((), "duplicated", 3).split()
    assert words[:4] == ["clustersim", "run", "policy_text", "--seed"]
    assert "'parameters.foresight=0.25'" in setup.command((), "duplicated", 3) or "parameters.foresight=0.25" in words
    with pytest.raises(ScenarioError, match="no factors to design"):
        read_experiment(file(tmp_path, WITHOUT_FACTORS + "design: one_at_a_time\n"))


def test_a_batch_without_factors_compares_its_arms_and_judges_its_claims(tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ["batch", str(file(tmp_path, WITHOUT_FACTORS)), "--workers", "1", "--out", str(out), "--figures", "png"]
    result = call(*words)
    assert result.exit_code == 0, result.output
    assert "2 arms (duplicated, market) x 4 replications = 8 runs" in result.output
    verdicts = pd.read_csv(out / "verdicts.csv")
    assert verdicts["holds"].tolist()[1] == "holds" and verdicts["replications"].tolist() == [4, 4]
    assert (out / "figures" / "responses-ln_real_income.png").stat().st_size > 10_000
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "there are firms" in page and "points" not in page.split("</h1>")[1].split("<section")[0]


def test_points_that_the_model_cannot_have_are_drawn_anew_and_told(tmp_path: Path) -> None:
    """price_speed x variety_elasticity x normal_utilisation must stay below 2, whatever the bounds of each."""
    text = GOOD.split("claims:", maxsplit=1)[0].replace("distance_cost: 0.1:0.3:3", "price_speed: 0.05:0.3")
    text = text.replace("imitation: [0, 1]", "variety_elasticity: 3:10")
    setup = read_experiment(file(tmp_path, text + "design: {kind: sobol, points: 64}\n"))
    assert len(setup.points) == 64 and setup.misfits > 1
    assert all(speed * elasticity * 0.82 < 2 for speed, elasticity in setup.points)
    assert len(setup.runs) == 128
    assert f"{setup.misfits} points within the bounds are none that the model can have" in plan_in_words(setup)
    crossed = read_experiment(file(tmp_path, text.replace("0.05:0.3", "0.05:0.3:2").replace("3:10", "3:10:2")))
    with pytest.raises(ScenarioError, match=r"at price_speed 0.3, variety_elasticity 10: .*below 2"):
        _ = crossed.runs


def test_points_of_many_factors_are_told_by_their_number(tmp_path: Path) -> None:
    names = ("plan.imitation", "parameters.herding", "plan.budget", "parameters.distance_cost", "parameters.protection",
             "parameters.foresight", "parameters.planner_error", "parameters.trade_scale",
             "parameters.payout")  # fmt: skip
    setup = sweep_of("policy_text", [f"{name}=0.1:0.2:2" for name in names[:7]])
    assert setup.told_run(setup.points[1], "market") == setup.run_name(setup.points[1], "market")
    nine = sweep_of("policy_text", [*(f"{name}=0.1:0.2:2" for name in (*names[:7], names[8])), "trade_scale=30,40"])
    assert nine.told_run(nine.points[2], "market") == "point 3 of 512, market"
    names_of_runs = {nine.run_name(point, arm) for point in nine.points for arm in nine.arms}
    assert len(names_of_runs) == 512 * 2 and max(map(len, names_of_runs)) < 40
    fewer = replace(nine, points=nine.points[2:3])
    assert fewer.run_name(nine.points[2], "market") == nine.run_name(nine.points[2], "market")
