"""Regimes: the study file, the run, the tables; on tiny worlds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from sim.cli import main
from sim.cli.regimes import STUDY
from sim.kernel.scenario_types import Scenario
from sim.runs.run import Run, run_arms
from sim.scenario.problems import ScenarioError
from sim.store.results import ResultsError
from sim.store.tasks import Design, tasks_of
from sim.studies import measured
from sim.studies.regimes import COLUMNS, judged, only, read_study, run_regimes, study_arms

TINY = (
    "regions.grid.rows=2", "regions.grid.columns=2", "regions.cells=1", "population.firms=40",
    "population.institutes=4", "years.burn_in=2", "years.treatment=4",
)  # fmt: skip
R1 = """
title: One
why: because
scenario: theory
arms_from: opening
set: {plan.budget: 0.1}
arms:
  D: {plan.layout: differentiated}
  B: {plan.layout: balanced}
record: [ln_real_income, worst_region_income]
claims:
  - {claim: D above B, contrast: D - B, expect: above}
  - {claim: alike, contrast: D - B, expect: within, margin: 5, measure: worst_region_income}
"""
R2 = """
title: Two
why: because
scenario: theory
arms_from: opening
arms:
  D: {plan.layout: differentiated, plan.budget: 0.1}
  M: {plan.layout: market}
record: [ln_real_income]
claims:
  - {claim: D below M, contrast: D - M, expect: below}
"""


def study_folder(folder: Path, one: str = R1, two: str = R2) -> Path:
    path = folder / "study"
    path.mkdir(exist_ok=True)
    (path / "R1.yaml").write_text(one, encoding="utf-8")
    (path / "R2.yaml").write_text(two, encoding="utf-8")
    return path


def call(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


def test_the_regimes_of_theory_can_be_read() -> None:
    study = read_study(STUDY)
    assert list(study) == [f"R{number}" for number in range(1, 11)]
    scenarios, runs = study_arms(study)
    assert len(runs) == sum(len(regime.arms) for regime in study.values())
    assert runs["R9.D"] == runs["R8.D"] or runs["R9.D"] == runs["R1.D5"]
    assert set(runs.values()) == set(scenarios)


def test_every_regime_has_a_scenario_of_its_own_with_the_same_conditions() -> None:
    from sim.scenario.reading import known_scenarios

    numbers = {name.split("_")[1] for name in known_scenarios() if name.startswith("regime_")}
    assert numbers == {f"{int(name[1:]):02d}" for name in read_study(STUDY)}


def test_arms_that_are_the_same_run_once_and_share_their_past(tmp_path: Path) -> None:
    scenarios, runs = study_arms(read_study(study_folder(tmp_path)))
    assert runs == {"R1.D": "R1.D", "R1.B": "R1.B", "R2.D": "R1.D", "R2.M": "R2.M"}
    tasks = tasks_of(Design("regimes", scenarios, (1,), kept="measures"), set())
    assert [list(task.runs) for task in tasks] == [["R1.D", "R1.B", "R2.M"]]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("contrast: D - M", "contrast: D - Q", "R2.yaml:11:34: claims.0: there is no arm 'Q'"),
        ("contrast: D - M", "contrast: D", "R2.yaml:11:34: claims.0: 'D' is no difference"),
        ("expect: below", "expect: lower", "R2.yaml:11:49: claims.0.expect"),
        ("record: [ln_real_income]", "record: [worst_region]", "R2.yaml:9:10: record.0: 'worst_region' is no measure"),
        ("plan.layout: market", "plan.layot: market", "R2.yaml:8:19: plan.layot: unknown key"),
        ("why: because", "wy: because", "R2.yaml:3:5: wy: unknown key 'wy'; did you mean 'why'?"),
        ("scenario: theory", "scenario: [", "R2.yaml:"),
    ],
)
def test_mistakes_in_a_study_are_told_with_their_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in R2
    folder = study_folder(tmp_path, R1.replace("expect: within", "expect: near"), R2.replace(old, new))
    with pytest.raises(ScenarioError) as caught:
        read_study(folder)
    assert said in str(caught.value), str(caught.value)
    assert "R1.yaml:13:45: claims.1.expect" in str(caught.value)  # of all files at once
    assert all(problem.line > 0 for problem in caught.value.problems)


def test_a_study_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="cannot be read"):
        read_study(tmp_path / "nothing.yaml")
    with pytest.raises(ScenarioError, match="file in this folder"):
        read_study(tmp_path)


def test_one_file_is_a_study_too(tmp_path: Path) -> None:
    assert list(read_study(study_folder(tmp_path) / "R2.yaml")) == ["R2"]


def test_a_part_of_a_study(tmp_path: Path) -> None:
    study = read_study(study_folder(tmp_path))
    assert list(only(study, ["R2"])) == ["R2"]
    assert only(study, []) == study
    with pytest.raises(ScenarioError, match="R1, R2"):
        only(study, ["R7"])


def test_a_run_has_the_same_name_whichever_regimes_are_asked_for(tmp_path: Path) -> None:
    study = read_study(study_folder(tmp_path))
    scenarios, runs = study_arms(study, names=["R2"])
    assert runs == {"R2.D": "R1.D", "R2.M": "R2.M"}
    assert set(scenarios) == {"R1.D", "R2.M"}


def test_claims_are_judged_on_paired_values(tmp_path: Path) -> None:
    """Constructed: D exceeds B by .1, .2, .3, .2; worst region alike; D and M differ by chance."""
    study = read_study(study_folder(tmp_path))
    _, runs = study_arms(study)
    numbers = {
        ("R1.D", "ln_real_income"): [1.1, 2.2, 3.3, 4.2], ("R1.B", "ln_real_income"): [1.0, 2.0, 3.0, 4.0],
        ("R2.M", "ln_real_income"): [1.0, 2.3, 3.3, 4.2], ("R1.D", "worst_region_income"): [1.0, 1.0, 1.0, 1.0],
        ("R1.B", "worst_region_income"): [1.0, 1.1, 0.9, 1.0], ("R2.M", "worst_region_income"): [1.0, 1.0, 1.0, 1.0],
    }  # fmt: skip
    values = pd.DataFrame(
        [
            {"arm": arm, "seed": seed, "measure": measure, "value": value, "error": ""}
            for (arm, measure), series in numbers.items() for seed, value in enumerate(series)
        ]
    )  # fmt: skip
    claims = judged(study, runs, values, range(4))
    assert list(claims.columns) == COLUMNS
    assert claims["difference"].to_numpy() == pytest.approx([0.2, 0.0, 0.0])
    half = 3.1824463052837078 * 0.1 * np.sqrt(2 / 3) / 2
    assert claims["ci_low"].iloc[0] == pytest.approx(0.2 - half)
    assert list(claims["holds"]) == ["holds", "holds", "tie"] and list(claims["reason"]) == ["", "", ""]
    few = judged(study, runs, values[values["seed"] < 3], range(3))
    assert list(few["holds"]) == ["open"] * 3 and list(few["reason"]) == ["too few"] * 3
    assert few[["ci_low", "ci_high"]].isna().all(axis=None) and few["difference"].iloc[0] == pytest.approx(0.2)
    assert claims["setting"].iloc[0] == ("plan.budget 0.1; D: plan.layout differentiated; B: plan.layout balanced")


def test_the_command_runs_judges_and_resumes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    sets = [word for text in TINY for word in ("--set", text)]
    words = ["regimes", str(study_folder(tmp_path)), "--workers", "1", "--out", str(out), *sets]
    result = call(*words, "--replications", "2")
    assert result.exit_code == 0, result.output
    table = pd.read_csv(out / "regimes.csv")
    assert list(table.columns) == COLUMNS
    assert set(table["holds"]) == {"open"} and set(table["reason"]) == {"too few"}
    assert "Of 3 claims 3 are open." in result.output
    assert (out / "figures" / "regimes.png").stat().st_size > 10_000
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "D above B" in page
    assert 'src="data:image/png' in page
    assert not (out / "parts").exists()
    seeds: list[int] = []

    def watch(arms: dict[str, Scenario], seed: int, *others: Any, **options: Any) -> dict[str, Run]:
        seeds.append(seed)
        return run_arms(arms, seed, *others, **options)

    monkeypatch.setattr(measured, "run_arms", watch)
    again = call(*words, "--replications", "3", "--quiet")
    assert again.exit_code == 0
    assert set(seeds) == {3}
    assert set(pd.read_csv(out / "regimes.csv")["replications"]) == {3}
    seeds.clear()
    part = call(*words, "--replications", "2", "--quiet", "--regime", "R2")
    assert part.exit_code == 0, part.output
    assert (seeds, set(pd.read_csv(out / "regimes.csv")["regime"])) == ([], {"R2"})
    assert call(*words, "--replications", "3", "--quiet").exit_code == 0
    assert (seeds, set(pd.read_csv(out / "regimes.csv")["regime"])) == ([], {"R1", "R2"})
    other = call("regimes", str(study_folder(tmp_path)), "--out", str(out), "--replications", "1")
    assert other.exit_code == 2
    assert "another experiment" in other.output


def test_a_foreign_folder_is_left_alone(tmp_path: Path) -> None:
    study = read_study(study_folder(tmp_path))
    with pytest.raises(ResultsError, match="not empty"):
        run_regimes(study, 1, 1, tmp_path)


def test_the_shared_past_gives_the_same_as_runs_by_themselves(tmp_path: Path) -> None:
    from sim.runs.run import run_scenario
    from sim.studies.measures import measure_run

    study = read_study(study_folder(tmp_path), TINY)
    found = run_regimes(study, 1, 1, tmp_path / "out", seed=5)
    scenarios, _ = study_arms(study)
    alone = measure_run(run_scenario(scenarios["R2.M"], 5).metrics, 2, ["ln_real_income"])["ln_real_income"]
    rows = found.values[(found.values["arm"] == "R2.M") & (found.values["measure"] == "ln_real_income")]
    assert rows["value"].iloc[0] == pytest.approx(alone, abs=1e-12)
    assert list(found.claims["holds"]) == ["open"] * 3


def test_arms_of_a_regime_share_its_conditions_and_their_own_come_last(tmp_path: Path) -> None:
    text = R1.replace("set: {plan.budget: 0.1}", "set: {plan.budget: 0.1, parameters.foresight: 0.25}").replace(
        "B: {plan.layout: balanced}", "B: {plan.layout: balanced, parameters.foresight: 0.75}"
    )
    scenarios, runs = study_arms(read_study(study_folder(tmp_path, text)))
    told = {arm: scenarios[name] for arm, name in runs.items()}
    assert (told["R1.D"].plan.budget, told["R1.B"].plan.budget) == (0.1, 0.1)
    assert told["R1.D"].parameters["foresight"] == 0.25
    assert told["R1.B"].parameters["foresight"] == 0.75
    assert "foresight" not in told["R2.D"].parameters


def test_shipped_regimes_compare_arms_under_equal_conditions() -> None:
    """Arms of a contrast differ in what the arms themselves set, and in nothing else."""
    study = read_study(STUDY)
    scenarios, runs = study_arms(study)
    for name, regime in study.items():
        for key, value in regime.experiment.set.items():
            section, _, rest = key.partition(".")
            for arm, own in regime.experiment.arms.items():
                if key in own or section not in ("parameters", "mechanisms"):
                    continue
                found = getattr(scenarios[runs[f"{name}.{arm}"]], section)[rest]
                assert found == value, f"{name}.{arm}: {key}"
