"""Batches: the forecast, faults that lose no other run, limits, stopping, exit codes and the command."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import sim
from sim.cli import main
from sim.cli.exits import end_with
from sim.kernel.scenario_types import Scenario
from sim.reporting.columns import FILES, VARIED
from sim.runs.run import Progress, Run
from sim.store.executors.limits import Limits
from sim.store.executors.local import Failure
from sim.store.folder import carry_out
from sim.store.manifest import known_runs
from sim.store.results import AllFailed, read_results
from sim.store.tasks import Design, Kept, Task
from sim.studies import measured
from sim.studies.batch import forecast, run_batch
from sim.studies.experiment.reading import read_experiment
from sim.studies.experiment.setup import Setup
from sim.studies.measured import kept_values
from sim.studies.sweep import run_experiment
from tests.synthetic import arms as synthetic_arms
from tests.synthetic import run_synthetic

TEXT = """\
scenario: policy_text
set: {regions.grid.rows: 2, regions.grid.columns: 2, regions.cells: 1, population.firms: 40, population.institutes: 4,
      years.burn_in: 1, years.treatment: 3}
arms:
  duplicated: {plan.layout: duplicated}
  differentiated: {plan.layout: differentiated}
factors: {imitation: [0, 0.5]}
replications: 4
record: [ln_real_income]
"""


def setup_of(folder: Path, more: str = "") -> Setup:
    path = folder / "mine.yaml"
    path.write_text(TEXT + more, encoding="utf-8")
    return read_experiment(path)


def call(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


@dataclass
class Faulty:
    """Synthetic runs, of which one raises."""

    error: Exception | None
    seed: int = 2
    ran: int = 0

    def __call__(
        self, given: dict[str, Scenario], seed: int, progress: Progress, *, start: object = None, counts: bool = True
    ) -> dict[str, Run]:
        for arm, scenario in given.items():
            if self.error and seed == self.seed and scenario.plan.imitation == 0.5 and arm.endswith("differentiated"):
                raise type(self.error)(*self.error.args)
        self.ran += len(given)
        return run_synthetic(dict(given), seed, progress)


@pytest.mark.parametrize("error", [KeyError("no such firm"), ArithmeticError("no balance"), MemoryError()])
def test_a_run_that_raises_loses_no_other_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    setup, out = setup_of(tmp_path), tmp_path / "out"
    monkeypatch.setattr(measured, "run_arms", Faulty(error))
    found = run_experiment(setup, 1, out)
    (missing,) = found.missing.to_dict("records")
    assert (missing["imitation"], missing["arm"], missing["seed"]) == (0.5, "differentiated", 2)
    assert type(error).__name__ in missing["error"] and "--seed 2" in missing["command"]
    assert found.curve["replications"].tolist() == [4, 3] and np.isfinite(found.curve["difference"]).all()
    (failure,) = found.failures
    assert failure.cause == ("memory" if isinstance(error, MemoryError) else "error")
    assert failure.arm == "imitation 0.5, differentiated"
    assert len(read_results(out).manifest["runs"]) == 15 + isinstance(error, ArithmeticError)


def test_failed_runs_are_tried_again_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setup, out = setup_of(tmp_path), tmp_path / "out"
    monkeypatch.setattr(measured, "run_arms", Faulty(KeyError("x")))
    run_experiment(setup, 1, out)
    mended = Faulty(None)
    monkeypatch.setattr(measured, "run_arms", mended)
    found = run_experiment(setup, 1, out)
    assert found.missing.empty and mended.ran == 1
    monkeypatch.setattr(measured, "run_arms", Faulty(None))
    whole = run_experiment(setup, 1, tmp_path / "undisturbed")
    pd.testing.assert_frame_equal(found.runs, whole.runs)


def test_where_no_run_has_a_number_all_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: object, **_more: object) -> None:
        raise ArithmeticError("no balance")

    monkeypatch.setattr(measured, "run_arms", fail)
    with pytest.raises(AllFailed, match=r"no run has a number; .* with seed 1: ArithmeticError: no balance"):
        run_experiment(setup_of(tmp_path), 1, tmp_path / "out")


@dataclass(frozen=True)
class Keep:
    """Keeps one number of each run; arm b hangs."""

    def __call__(self, task: Task, folder: Path, progress: Progress) -> Kept:
        if "b" in task.runs:
            time.sleep(60)
        return kept_values(task, {arm: {"m": 1.0} for arm in task.runs})


@pytest.mark.slow
def test_a_run_that_hangs_is_parted_from_those_that_share_its_past(tmp_path: Path) -> None:
    """That one which takes too much memory is ended and told as such: tests/store/test_executor.py."""
    given = dict(zip(("a", "b"), synthetic_arms("market", "duplicated", treatment=2, burn_in=1).values(), strict=True))
    design = Design("trial", given, (1,), "a", kept="m", isolates=True)
    failures = carry_out(tmp_path / "out", design, Keep(), 1, limits=Limits(seconds=1.0))
    assert [(failure.arm, failure.cause) for failure in failures] == [("b", "time")]
    values = read_results(tmp_path / "out").values
    assert values[["arm", "value"]].to_dict("split")["data"] == [["a", 1.0]]
    told = {failure["arm"]: failure["cause"] for failure in read_results(tmp_path / "out").manifest["failures"]}
    assert told == {"b": "time"}


@pytest.mark.parametrize(
    ("causes", "code"), [([], 0), (["error"], 3), (["error", "time"], 5), (["time", "memory", "error"], 6)]
)
def test_every_way_to_fail_has_an_exit_code_of_its_own(causes: list[str], code: int) -> None:
    import click

    @click.command()
    def end() -> None:
        end_with([Failure(1, "a", "e", "t", cause) for cause in causes])  # type: ignore[arg-type]

    assert CliRunner().invoke(end).exit_code == code


def test_a_pilot_is_followed_by_what_it_asks_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured, "run_arms", Faulty(None))
    spread = run_experiment(setup_of(tmp_path), 1, tmp_path / "pilot").curve
    half = float(spread["ci_high"][0] - spread["difference"][0]) / 2
    told: list[tuple[int, int]] = []
    setup = setup_of(tmp_path, f"stop: {{half_width: {half!r}, most: 12}}\n")
    found = run_batch(setup, 1, tmp_path / "out", told=lambda pilot, wanted: told.append((pilot, wanted)))
    assert len(found.stopping) == 2 and set(found.stopping["pilot"]) == {4}
    wanted = min(int(found.stopping["wanted"].max()), 12)
    assert told == [(4, wanted)] and wanted > 4
    assert len(found.responses.seeds) == wanted and set(found.stopping["replications"]) == {wanted}
    within = (found.stopping["ci_high"] - found.stopping["ci_low"]) / 2 <= half
    assert found.stopping["reached"].tolist() == within.tolist()


@pytest.mark.slow
def test_the_forecast_times_two_runs_that_count(tmp_path: Path) -> None:
    setup, out = setup_of(tmp_path), tmp_path / "out"
    expected = forecast(setup, 2, out)
    assert (expected.runs, expected.done, expected.workers, len(expected.timed)) == (16, 2, 2, 2)
    assert expected.seconds > 0 and expected.memory > 50e6 and expected.disk > 0 and expected.fits
    timed = known_runs(out)
    assert [run["seed"] for run in timed] == [1, 2]
    run_batch(setup, 1, out)
    after = known_runs(out)
    assert len(after) == 16 and [run for run in after if run in timed] == timed
    again = forecast(setup, 2, out)
    assert (again.done, again.seconds, again.memory) == (16, 0.0, 0.0) and known_runs(out) == after


@pytest.mark.slow
def test_the_command_asks_before_a_large_batch(tmp_path: Path) -> None:
    setup_of(tmp_path)
    words = ["batch", str(tmp_path / "mine.yaml"), "--workers", "1", "--out", str(tmp_path / "out"), "--figures", "png"]
    asked = call(*words, "--ask-above", "0")
    assert asked.exit_code == 2 and "give --yes" in asked.output and "16 runs, 2 of them done" in asked.output
    result = call(*words, "--ask-above", "0", "--yes")
    assert result.exit_code == 0, result.output
    assert len(pd.read_csv(tmp_path / "out" / "runs.csv")) == 16
    for file, told in FILES.items():
        if (tmp_path / "out" / file).exists() and file.endswith(".csv"):
            columns = set(pd.read_csv(tmp_path / "out" / file, nrows=0, encoding="utf-8-sig").columns)
            assert {VARIED if name == "imitation" else name for name in columns} == set(told.columns), file
    from_python = sim.batch(tmp_path / "mine.yaml", 1, tmp_path / "out", progress=False, figures=["png"])
    assert len(from_python.responses.runs) == 16 and from_python.failures == ()
