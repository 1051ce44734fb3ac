import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from sim.store.executors.local import Failure, run_replications


@dataclass(frozen=True)
class Note:
    """A task that leaves a file; seed 3 fails in arm b, and a deadly one takes its worker along at seed 2."""

    folder: Path
    deadly: bool = False

    def __call__(self, seed: int) -> None:
        if seed == 3:
            error = ArithmeticError("no balance\nsecond line")
            error.arm = "b"
            raise error
        if self.deadly and seed == 2:
            os._exit(1)
        (self.folder / str(seed)).write_text("done")


@dataclass(frozen=True)
class Wait:
    """A task that says that it runs and then waits for something that never comes."""

    folder: Path

    def __call__(self, seed: int) -> None:
        os.write(1, f"{seed} waits\n".encode())  # at one stroke: two workers share the pipe
        threading.Event().wait()


def done(folder: Path) -> list[int]:
    return sorted(int(path.name) for path in folder.iterdir())


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failure_is_reported_and_loses_no_other(tmp_path: Path, workers: int) -> None:
    told: list[tuple[int, bool]] = []
    failures = run_replications(
        Note(tmp_path), [1, 2, 3, 4], workers, lambda seed, failure: told.append((seed, bool(failure)))
    )
    assert done(tmp_path) == [1, 2, 4]
    assert [(failure.seed, failure.arm, failure.error) for failure in failures] == [
        (3, "b", "ArithmeticError: no balance")
    ]
    assert "in __call__" in failures[0].traceback
    assert sorted(told) == [(1, False), (2, False), (3, True), (4, False)]


def test_a_dead_worker_is_named_and_loses_no_other(tmp_path: Path) -> None:
    told: list[int] = []

    def report(seed: int, failure: Failure | None) -> None:
        told.append(seed)

    failures = run_replications(Note(tmp_path, deadly=True), [1, 2, 4, 5], 2, report)
    assert done(tmp_path) == [1, 4, 5]
    assert [failure.seed for failure in failures] == [2]
    assert "killed" in failures[0].error
    assert sorted(told) == [1, 2, 4, 5]


def test_workers_end_with_the_program_that_is_killed(tmp_path: Path) -> None:
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from sim.store.executors.local import run_replications\n"
        "from tests.studies.test_executor import Wait\n"
        "run_replications(Wait(Path(sys.argv[1])), [1, 2], 2)\n"
    )
    program = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    workers = [program.stdout.readline() for _ in range(2)]
    program.kill()
    program.wait()
    # workers hold the other end of the pipe: reading ends when the last of them is gone
    assert program.stdout.read() == ""
    program.stdout.close()
    assert sorted(workers) == ["1 waits\n", "2 waits\n"]


def test_nothing_to_do_and_no_workers(tmp_path: Path) -> None:
    assert run_replications(Note(tmp_path), [], 4) == []
    with pytest.raises(ValueError, match="workers"):
        run_replications(Note(tmp_path), [1], -1)
