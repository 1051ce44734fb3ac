"""Tasks on processes: failures are told, dead workers lose one task, and Ctrl-C is the parent's affair alone."""

import ctypes
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from sim.store.executors import cores as cores_module
from sim.store.executors import limits as limits_module
from sim.store.executors.limits import Limits
from sim.store.executors.local import Attempt, Failure, Halt, run_tasks

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Seed:
    """A task."""

    seed: int


@dataclass(frozen=True)
class Note:
    """Work that leaves a file; seed 3 fails in arm b, and a deadly one takes its worker along at seed 2."""

    folder: Path
    deadly: bool = False

    def __call__(self, task: Seed) -> str:
        if task.seed == 3:
            error = ArithmeticError("no balance\nsecond line")
            error.arm = "b"
            raise error
        if self.deadly and task.seed == 2:
            os._exit(1)
        (self.folder / str(task.seed)).write_text("done")
        return f"result {task.seed}"


@dataclass(frozen=True)
class Wait:
    """Work that says that it runs and then waits for something that never comes."""

    def __call__(self, task: Seed) -> None:
        os.write(1, f"{task.seed} waits\n".encode())  # at one stroke: two workers share the pipe
        threading.Event().wait()


@dataclass(frozen=True)
class Hang:
    """Work that leaves a file; seed 2 waits without letting Python run, seed 3 swells."""

    folder: Path

    def __call__(self, task: Seed) -> str:
        if task.seed == 2:
            ctypes.PyDLL(None).sleep(60)  # holds the interpreter, as a compiled rule that never ends does
        if task.seed == 3:
            held = []
            while True:
                held.append(bytearray(b"x" * 2**22))
                time.sleep(0.002)
        (self.folder / str(task.seed)).write_text("done")
        return f"result {task.seed}"


def ignore(task: Seed, attempt: Attempt[None]) -> None:
    """What nobody follows."""


def run(work: Note, seeds: list[int], workers: int) -> tuple[dict[int, str | None], list[Failure]]:
    """Results by seed, and failures."""
    results: dict[int, str | None] = {}
    failures: list[Failure] = []

    def ended(task: Seed, attempt: Attempt[str]) -> None:
        results[task.seed] = attempt.result
        if attempt.failure:
            failures.append(attempt.failure)

    run_tasks(work, [Seed(seed) for seed in seeds], workers, ended)
    return results, failures


def done(folder: Path) -> list[int]:
    return sorted(int(path.name) for path in folder.iterdir())


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failure_is_reported_and_loses_no_other(tmp_path: Path, workers: int) -> None:
    results, failures = run(Note(tmp_path), [1, 2, 3, 4], workers)
    assert done(tmp_path) == [1, 2, 4]
    assert results == {1: "result 1", 2: "result 2", 3: None, 4: "result 4"}
    assert [(failure.seed, failure.arm, failure.error) for failure in failures] == [
        (3, "b", "ArithmeticError: no balance")
    ]
    assert "in __call__" in failures[0].traceback


def test_a_dead_worker_is_named_and_loses_no_other(tmp_path: Path) -> None:
    results, failures = run(Note(tmp_path, deadly=True), [1, 2, 4, 5], 2)
    assert done(tmp_path) == [1, 4, 5]
    assert [failure.seed for failure in failures] == [2]
    assert "killed" in failures[0].error
    assert sorted(results) == [1, 2, 4, 5]


WAITING = """
from tests.store.test_executor import Seed, Wait, ignore
from sim.store.executors.local import run_tasks
if __name__ == "__main__":
    run_tasks(Wait(), [Seed(1), Seed(2)], 2, ignore)
"""


def start_waiting(program_text: str = WAITING) -> "subprocess.Popen[str]":
    """A program with two workers that wait for ever; both have begun."""
    program = subprocess.Popen(
        [sys.executable, "-c", program_text], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert program.stdout is not None
    assert sorted(program.stdout.readline() for _ in range(2)) == ["1 waits\n", "2 waits\n"]
    return program


def test_workers_end_with_the_program_that_is_killed() -> None:
    program = start_waiting()
    program.kill()
    program.wait()
    # workers hold the other end of the pipe: reading ends when the last of them is gone
    assert program.stdout is not None and program.stdout.read() == ""
    program.communicate()


@pytest.mark.skipif(os.name == "nt", reason="signals of a process group")
def test_ctrl_c_ends_workers_at_once_and_only_the_parent_is_told() -> None:
    program = start_waiting()
    begun = time.monotonic()
    os.killpg(program.pid, signal.SIGINT)  # as a terminal does: to the parent and its workers
    _, told = program.communicate(timeout=60)
    assert time.monotonic() - begun < 30
    assert program.returncode != 0
    assert told.count("KeyboardInterrupt") == 1 and told.count("Traceback") == 1


@pytest.mark.skipif(os.name == "nt", reason="signals of a process group")
def test_an_order_to_end_that_workers_get_too_leaves_nobody_waiting_for_the_dead() -> None:
    """As a batch system does, which signals every process of a job."""
    heard = "    import signal\n    signal.signal(signal.SIGTERM, signal.default_int_handler)\n    run_tasks"
    program = start_waiting(WAITING.replace("    run_tasks", heard))
    os.killpg(program.pid, signal.SIGTERM)
    _, told = program.communicate(timeout=60)
    assert program.returncode != 0
    assert told.count("Traceback") == 1


@pytest.mark.skipif(os.name == "nt", reason="signals of a process group")
def test_ctrl_c_while_workers_load_is_told_to_the_parent_alone() -> None:
    told = WAITING.replace("    run_tasks", "    print('begins', flush=True)\n    run_tasks")
    program = subprocess.Popen(
        [sys.executable, "-c", told], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert program.stdout is not None and program.stdout.readline() == "begins\n"
    time.sleep(0.4)
    os.killpg(program.pid, signal.SIGINT)
    _, said = program.communicate(timeout=60)
    assert program.returncode != 0
    assert said.count("KeyboardInterrupt") == 1 and said.count("Traceback") == 1, said


@pytest.mark.parametrize("guarded", [False, True])
def test_a_script_without_a_main_guard_is_told_what_to_write(tmp_path: Path, guarded: bool) -> None:
    lines = [
        "from pathlib import Path", "from sim.store.executors.local import run_tasks",
        "from tests.store.test_executor import Note, Seed, ignore", "def main():",
        f"    run_tasks(Note(Path({str(tmp_path)!r})), [Seed(1), Seed(2)], 2, ignore)",
        *(['if __name__ == "__main__":', "    main()"] if guarded else ["main()"]),
    ]  # fmt: skip
    script = tmp_path / "mine.py"
    script.write_text("\n".join(lines), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    program = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, env=environment, check=False
    )
    assert (tmp_path / "1").exists() == guarded
    assert program.stderr.count("\nRuntimeError: ") == (not guarded)
    if not guarded:
        assert f"{script} runs on several processes" in program.stderr
        assert '    if __name__ == "__main__":\n        main()\n' in program.stderr
        assert "with what it does now in a function `def main():`" in program.stderr


def test_what_no_other_task_would_outlive_ends_all(tmp_path: Path) -> None:
    seen: list[int] = []

    def halt(task: Seed) -> None:
        seen.append(task.seed)
        raise Halt("the disk is full")

    with pytest.raises(Halt, match="full"):
        run_tasks(halt, [Seed(1), Seed(2)], 1, ignore)
    assert seen == [1]


def test_nothing_to_do_and_no_workers(tmp_path: Path) -> None:
    assert run(Note(tmp_path), [], 4) == ({}, [])
    with pytest.raises(ValueError, match="workers"):
        run(Note(tmp_path), [1], -1)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="sleep of the C library")
def test_a_task_that_hangs_and_one_that_swells_are_ended_and_named_and_lose_no_other(tmp_path: Path) -> None:
    results: dict[int, str | None] = {}
    failures: list[Failure] = []

    def ended(task: Seed, attempt: Attempt[str]) -> None:
        assert task.seed not in results, "each ends once"
        results[task.seed] = attempt.result
        failures.extend([attempt.failure] if attempt.failure else [])

    begun = time.monotonic()
    limits = Limits(seconds=6.0, memory=400 * 2**20)  # a loaded machine takes seconds to fill memory
    run_tasks(Hang(tmp_path), [Seed(seed) for seed in (1, 2, 3, 4)], 2, ended, limits)
    assert time.monotonic() - begun < 50
    assert done(tmp_path) == [1, 4] and sorted(results) == [1, 2, 3, 4]
    told = {failure.seed: failure for failure in failures}
    assert (told[2].cause, told[2].error) == ("time", "it ran longer than 6 s")
    assert told[3].cause == "memory" and "more than 400" in told[3].error


def test_time_in_which_nothing_ran_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop that sleeps for eight hours between two looks has used up no time-out."""
    clock = [1000.0]
    monkeypatch.setattr(limits_module.time, "monotonic", lambda: clock[0])
    waiting: queue.SimpleQueue[tuple[int, int]] = queue.SimpleQueue()
    watch = limits_module.Watch(Limits(seconds=60), waiting, last=clock[0])
    waiting.put((7, 2**22 + 1))  # no such process
    for step in (0.25, 8 * 3600.0, 0.25):
        clock[0] += step
        watch.look()
    assert watch.over == {} and watch.running[7][1] < 3
    for _ in range(60):
        clock[0] += 1.0
        watch.look()
    assert watch.over == {7: ("time", "it ran longer than 60 s")}


def test_memory_that_runs_out_in_python_is_told_as_memory() -> None:
    def swell(task: Seed) -> None:
        raise MemoryError

    told: list[Attempt[None]] = []
    run_tasks(swell, [Seed(1)], 1, lambda task, attempt: told.append(attempt))
    assert told[0].failure is not None and told[0].failure.cause == "memory"


def test_all_cores_are_those_that_are_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _who: set(range(6)), raising=False)
    monkeypatch.setattr(cores_module, "allowed_by_container", lambda: None)
    monkeypatch.delenv("SLURM_CPUS_PER_TASK", raising=False)
    assert cores_module.cores() == 6
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", "3")
    assert cores_module.cores() == 3
    monkeypatch.setattr(cores_module, "allowed_by_container", lambda: 2)
    assert cores_module.cores() == 2


@pytest.mark.parametrize(
    ("told", "allowed"), [("200000 100000", 2), ("max 100000", None), ("50000 100000", 1), ("nonsense", None)]
)
def test_what_a_container_allows(tmp_path: Path, told: str, allowed: int | None) -> None:
    (tmp_path / "cpu.max").write_text(f"{told}\n")
    assert cores_module.allowed_by_container(tmp_path) == allowed
    (tmp_path / "cpu.max").unlink()
    assert cores_module.allowed_by_container(tmp_path) is None
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu/cpu.cfs_quota_us").write_text("300000")
    (tmp_path / "cpu/cpu.cfs_period_us").write_text("100000")
    assert cores_module.allowed_by_container(tmp_path) == 3


@dataclass(frozen=True)
class Threads:
    """Work that tells how many threads the libraries of its worker may take."""

    def __call__(self, task: Seed) -> list[str | None]:
        return [os.environ.get(name) for name in cores_module.THREADS]


def test_workers_take_one_thread_each_and_this_program_keeps_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "5")
    told: list[object] = []
    run_tasks(Threads(), [Seed(1), Seed(2)], 2, lambda task, attempt: told.append(attempt.result))
    assert told == [["1"] * len(cores_module.THREADS)] * 2
    assert os.environ["OMP_NUM_THREADS"] == "5" and "MKL_NUM_THREADS" not in os.environ
