"""Experiments that are killed at random moments and started again give what undisturbed ones give, to the bit.

The short pass kills experiments on synthetic runs at a random step of writing. With TIMES=n (`make kills`) the commands
themselves are killed too, at random times, workers and all, n times each, and of a batch single workers. Of workers of
Dask: tests/kills/test_dask_kills.py.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml

from sim.kernel.scenario_types import Scenario
from sim.runs.run import Progress, Run
from sim.store import levels
from sim.studies import measured
from sim.studies.compare import run_comparison
from sim.studies.experiment.words import sweep_of
from sim.studies.regimes import read_study, run_regimes
from sim.studies.sweep import run_experiment
from tests.studies.test_regimes import R1, study_folder
from tests.synthetic import arms, run_synthetic

TIMES = int(os.environ.get("TIMES", "0"))
ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL")


def compare(folder: Path) -> None:
    """Three arms on three seeds."""
    run_comparison(arms("market", "duplicated", "balanced", treatment=2, burn_in=1), 3, 1, folder, runner=run_synthetic)


def numbers_only(
    given: Mapping[str, Scenario], seed: int, progress: Progress, *, start: object = None, counts: bool = True
) -> dict[str, Run]:
    """Synthetic runs for experiments that keep a few numbers of each."""
    return run_synthetic(dict(given), seed, progress)


def regimes(folder: Path) -> None:
    """One regime, then both."""
    study = study_folder(
        folder.parent, R1.replace(", worst_region_income", "").replace(", measure: worst_region_income", "")
    )
    measured.run_arms = numbers_only  # type: ignore[assignment]
    for names in (["R2"], []):
        run_regimes(read_study(study), 2, 1, folder, names=names)


def experiment(folder: Path) -> None:
    """One level, then two, and one more replication."""
    measured.run_arms = numbers_only  # type: ignore[assignment]
    for varied, seeds in (("imitation=0,1", (1,)), ("imitation=0,0.5,1", (1, 2))):
        run_experiment(sweep_of("policy_text", [varied], record=("ln_real_income",)), 1, folder, seeds=seeds)


EXPERIMENTS: dict[str, Callable[[Path], None]] = {"compare": compare, "regimes": regimes, "experiment": experiment}


class Steps:
    """Counts what is forced to the disk or renamed; at the step `last` the program is killed."""

    def __init__(self, last: int = -1) -> None:
        self.taken, self.last = 0, last

    def before(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: Any, **options: Any) -> Any:
            if self.taken == self.last:
                os.kill(os.getpid(), signal.SIGKILL)
            self.taken += 1
            return act(*given, **options)

        return step


def counted(name: str, folder: Path, last: int = -1) -> int:
    """Carry out an experiment, to the end or to its step `last`; returns how many steps there were."""
    steps = Steps(last)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(measured, "run_arms", measured.run_arms)
        patched.setattr(levels, "MOST_SHARDS", 2)  # so that they are merged on the way, too
        for act in ("fsync", "replace", "rename", "unlink", "rmdir"):
            patched.setattr(os, act, steps.before(getattr(os, act)))
        EXPERIMENTS[name](folder)
    return steps.taken


def left(folder: Path) -> dict[str, object]:
    """All that an experiment leaves but for how long it took and what its log says."""
    found: dict[str, object] = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*")) if path.suffix in (".parquet", ".csv")
    }  # fmt: skip
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix != ".png"}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for run in manifest["runs"]:
        for cost in ("seconds", "memory"):
            run.pop(cost, None)
    return (
        found
        | {"names": names}
        | {key: value for key, value in manifest.items() if key not in ("command", "times", "cost")}
    )


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name == "compare" else pytest.mark.long) for name in EXPERIMENTS]
)
def test_a_kill_at_any_step_of_writing_changes_nothing(name: str, tmp_path: Path) -> None:
    for place in ("whole", "killed"):
        (tmp_path / place).mkdir()
    total = counted(name, tmp_path / "whole" / "out")
    wanted = left(tmp_path / "whole" / "out")
    luck = random.Random(f"kills of {name}")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "sim.store.folder", "sim.scenario.reading"])
    for number in range(max(TIMES, 3)):
        folder = tmp_path / "killed" / f"out-{number}"
        steps = [luck.randrange(total), luck.randrange(total)]  # killed once more while it goes on
        for step in steps:
            program = context.Process(target=counted, args=(name, folder, step))
            program.start()
            program.join(60)
            assert program.exitcode in (-signal.SIGKILL, 0), (step, program.exitcode)
        counted(name, folder)
        assert left(folder) == wanted, steps


TINY = ("regions.grid={rows: 2, columns: 2}", "regions.cells=1", "population.firms=60", "population.institutes=4")
SETS = [word for one in TINY for word in ("--set", one)]
COMMANDS = {
    "compare": ["compare", "base", "--arm", "duplicated", "--arm", "market", "--replications", "4", "--years", "2+4"],
    "knockout": ["knockout", "base", "--mechanism", "spillovers", "--mechanism", "agglomeration", "--replications", "3",
                 "--years", "2+4"],
    "regimes": ["regimes", "--regime", "R1", "--replications", "2", "--set", "years={burn_in: 2, treatment: 4}"],
    "sweep": ["sweep", "base", "-p", "imitation=0,1", "-p", "distance_cost=0.1,0.3", "--replications", "2", "--years",
              "2+4", "--figures", "png"],
    "batch": ["batch", "EXPERIMENT", "--yes", "--figures", "png"],
    "facts": ["facts", "neutral", "--replications", "3", "--years", "2+8"],
}  # fmt: skip


def start(name: str, folder: Path, *more: str) -> subprocess.Popen[bytes]:
    """Start a command, on two workers unless `more` says where."""
    words, sets = list(COMMANDS[name]), SETS
    if name == "batch":
        words[1], sets = str(experiment_file(folder.parent)), []
    words += [*sets, *(more or ("--workers", "2")), "--quiet", "--out", str(folder)]
    return subprocess.Popen([sys.executable, "-m", "sim.cli", *words], cwd=ROOT, stderr=subprocess.PIPE)


def experiment_file(folder: Path) -> Path:
    """The file of an experiment of 18 small runs."""
    path = folder / "mine.yaml"
    small = dict(read_set(one) for one in (*TINY, "years.burn_in=2", "years.treatment=4"))
    path.write_text(
        f"scenario: base\nset: {json.dumps(small)}\n"
        "arms: {duplicated: {plan.layout: duplicated}, market: {plan.layout: market}}\n"
        "factors: {imitation: [0, 0.5, 1]}\nreplications: 3\nrecord: [ln_real_income, utilisation]\n",
        encoding="utf-8",
    )
    return path


def read_set(text: str) -> tuple[str, Any]:
    """Key and value of an override."""
    key, _, value = text.partition("=")
    return key, yaml.safe_load(value)


@pytest.mark.slow
@pytest.mark.skipif(not TIMES, reason="run by `make kills`")
@pytest.mark.parametrize("name", COMMANDS)
def test_a_killed_command_goes_on_to_the_same_bits(name: str, tmp_path: Path) -> None:
    for folder in ("warm", "whole"):  # the first may compile
        begun = time.monotonic()
        program = start(name, tmp_path / folder)
        _, told = program.communicate()
        assert program.returncode == 0, told
        span = time.monotonic() - begun
    wanted = left(tmp_path / "whole")
    luck = random.Random(f"kills of {name}")
    for number in range(TIMES):
        folder, moments = tmp_path / f"out-{number}", []
        for _ in range(2):
            program = start(name, folder)
            moments.append(luck.uniform(0.0, span))
            time.sleep(moments[-1])
            program.kill()
            program.communicate()  # ends when the workers are gone too
        program = start(name, folder)
        _, told = program.communicate()
        assert program.returncode == 0, (moments, told)
        assert left(folder) == wanted, moments


@pytest.mark.slow
@pytest.mark.skipif(not TIMES, reason="run by `make kills`")
def test_a_batch_of_which_workers_are_killed_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    for folder in ("warm", "whole"):
        begun = time.monotonic()
        program = start("batch", tmp_path / folder)
        _, told = program.communicate()
        assert program.returncode == 0, told
        span = time.monotonic() - begun
    wanted, luck, hit = left(tmp_path / "whole"), random.Random("kills of workers"), 0
    for number in range(TIMES):
        folder, moments = tmp_path / f"out-{number}", []
        program = start("batch", folder)
        begun = time.monotonic()
        for moment in sorted(luck.uniform(0.0, span) for _ in range(3)):
            time.sleep(max(0.0, begun + moment - time.monotonic()))
            moments.append((moment, killed_worker(program.pid, luck)))
        _, told = program.communicate()
        # a worker that dies in a run is named, and the run is done again by the next call
        assert program.returncode in (0, 3), (moments, told)
        again = start("batch", folder)
        _, told = again.communicate()
        assert again.returncode == 0, (moments, told)
        assert left(folder) == wanted, moments
        hit += any(name for _, name in moments)
    assert hit, "no worker was there to be killed"


def killed_worker(parent: int, luck: random.Random) -> str:
    """Kill one of the processes below a program that computes; returns its name, "" where there is none."""
    try:
        below = psutil.Process(parent).children(recursive=True)
        workers = [one for one in below if one.ppid() != parent or "spawn_main" in " ".join(one.cmdline())]
        if not workers:
            return ""
        chosen = luck.choice(sorted(workers, key=lambda one: one.pid))
        chosen.kill()
        return chosen.name()
    except psutil.NoSuchProcess:
        return ""
