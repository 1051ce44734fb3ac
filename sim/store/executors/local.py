"""Replications on N worker processes. The numbers do not depend on N: each replication is a task of its own."""

from __future__ import annotations

import multiprocessing
import os
import threading
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

Task = Callable[[int], None]
"""Runs the replication of one seed and keeps its results; must be importable in a worker (picklable)."""


@dataclass(frozen=True)
class Failure:
    """A replication that did not finish."""

    seed: int
    arm: str
    """Arm that was running, when the error says so; else empty."""
    error: str
    """The error in one line."""
    traceback: str


@dataclass(frozen=True)
class _Attempt:
    """What came back from a worker."""

    seed: int
    failure: Failure | None


def _attempt(task: Task, seed: int) -> _Attempt:
    """Run one replication in a worker. An error is reported in words, since not every exception can be pickled."""
    try:
        task(seed)
    except Exception as error:
        lines = "".join(traceback.format_exception(error))
        message = f"{type(error).__name__}: {error}".splitlines()[0]
        return _Attempt(seed, Failure(seed, str(getattr(error, "arm", "")), message, lines))
    return _Attempt(seed, None)


def _end_with_parent() -> None:
    """Have this worker end when the program that started it is killed: an idle orphan would wait for ever."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _lost(seed: int) -> Failure:
    message = "the worker ended without a word (killed, or out of memory)"
    return Failure(seed, "", message, message)


def cores() -> int:
    """Cores that this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_replications(
    task: Task,
    seeds: Sequence[int],
    workers: int | None = None,
    report: Callable[[int, Failure | None], None] | None = None,
) -> list[Failure]:
    """Run `task(seed)` for every seed on `workers` processes (all cores by default) and return what failed.

    One worker runs here, without another process. `report(seed, failure or None)` is called as each one ends.
    A worker that dies takes its replication along, not the others: they are run again, suspects one at a time.
    """
    workers = min(workers or cores(), max(len(seeds), 1))
    if workers < 1:
        raise ValueError(f"workers must be 1 or more, not {workers}")
    tell = report or (lambda seed, failure: None)
    if workers == 1:
        attempts = []
        for seed in seeds:
            attempts.append(_attempt(task, seed))
            tell(seed, attempts[-1].failure)
        return [attempt.failure for attempt in attempts if attempt.failure]
    failures, suspects, waiting = [], [], list(seeds)
    while waiting:
        ended, broken, waiting = _run_pool(task, waiting, workers, tell)
        failures += ended
        suspects += broken
    for seed in suspects:
        ended, broken, _ = _run_pool(task, [seed], 1, tell)
        failures += ended
        for lost in broken:
            failures.append(_lost(lost))
            tell(lost, failures[-1])
    return sorted(failures, key=lambda failure: list(seeds).index(failure.seed))


def _run_pool(
    task: Task, seeds: list[int], workers: int, tell: Callable[[int, Failure | None], None]
) -> tuple[list[Failure], list[int], list[int]]:
    """Run seeds on one pool until done or until a worker dies: (failures, seeds in flight then, seeds not begun)."""
    waiting, failures = list(seeds), []
    running: dict[Future[_Attempt], int] = {}
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_end_with_parent)
    broken = False
    try:
        while (waiting or running) and not broken:
            while waiting and len(running) < workers and not broken:
                try:
                    running[pool.submit(_attempt, task, waiting[0])] = waiting[0]
                    waiting.pop(0)
                except BrokenProcessPool:
                    broken = True
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                try:
                    attempt = future.result()
                except BrokenProcessPool:
                    broken = True
                    continue
                del running[future]
                tell(attempt.seed, attempt.failure)
                if attempt.failure:
                    failures.append(attempt.failure)
        return failures, sorted(running.values()), waiting
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
