"""Tasks on N worker processes. The numbers do not depend on N: each task is by itself."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from sim.store.executors.cluster import Cluster, Workers
from sim.store.executors.cores import cores, one_thread_each
from sim.store.executors.limits import POLL, Cause, Limits, Watch


class Seeded(Protocol):
    """Anything that is run with a seed."""

    @property
    def seed(self) -> int:
        """Of its random draws."""
        ...


T = TypeVar("T", bound=Seeded)
R = TypeVar("R")


class Halt(Exception):
    """Raised by work after which no other task can end well either, such as on a full disk: all of them end."""


@dataclass(frozen=True)
class Failure:
    """A task that did not finish."""

    seed: int
    arm: str
    """Arm that was running, when the error says so; else empty."""
    error: str
    """The error in one line."""
    traceback: str
    cause: Cause = "error"


@dataclass(frozen=True)
class Attempt(Generic[R]):
    """What came back from a worker: a result, or a failure."""

    result: R | None
    failure: Failure | None


def attempt(work: Callable[[T], R], task: T, number: int = 0) -> Attempt[R]:
    """Run one task. An error is reported in words, since not every exception can be pickled."""
    if _beginnings is not None:
        _beginnings.put((number, os.getpid()))
    try:
        return Attempt(work(task), None)
    except Halt:
        raise
    except MemoryError as error:
        lines = "".join(traceback.format_exception(error))
        arm = str(getattr(error, "arm", ""))
        return Attempt(None, Failure(task.seed, arm, "MemoryError: there was no memory left", lines, "memory"))
    except Exception as error:
        lines = "".join(traceback.format_exception(error))
        message = f"{type(error).__name__}: {error}".splitlines()[0]
        return Attempt(None, Failure(task.seed, str(getattr(error, "arm", "")), message, lines))


_beginnings: Any = None
"""In a worker whose tasks have limits: where it tells that one begins."""


def _begin(stop: Connection, beginnings: Any) -> None:
    """Prepare a worker: Ctrl-C is the parent's affair, and a worker ends when the parent closes `stop` or is gone."""
    global _beginnings  # noqa: PLW0603  # a worker has one for all its tasks
    _beginnings = beginnings
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def end_after(waited: Callable[[], object]) -> None:
        waited()
        os._exit(1)

    def until_closed() -> None:
        with suppress(EOFError, OSError):
            stop.recv()

    for waited in ([parent.join] if parent is not None else []) + [until_closed]:
        threading.Thread(target=end_after, args=(waited,), daemon=True).start()


def processes(workers: int | None, tasks: int) -> int:
    """On how many processes so many tasks run; 1 is this program itself. Raises ValueError below 1."""
    wanted = min(cores() if workers is None else workers, max(tasks, 1))
    if wanted < 1:
        raise ValueError(f"workers must be 1 or more, not {workers}")
    return wanted


def run_tasks(
    work: Callable[[T], R],
    tasks: Sequence[T],
    workers: Workers,
    ended: Callable[[T, Attempt[R]], None],
    limits: Limits | None = None,
    weight: Callable[[T], float] = lambda task: 1.0,
) -> None:
    """Run `work(task)` for every task on `workers` processes, all cores by default, or on a cluster; `work` must be
    picklable.

    `ended` is called here as each one ends. One worker runs here, without another process. A worker that dies takes
    its task along, not the others: they are run again, suspects one at a time. With `limits` a task never runs here,
    and one that takes more (of time, `weight` times as much) is ended and named. Raises Halt when the work does, and
    RuntimeError in a script that every worker would run again.
    """
    if isinstance(workers, Cluster):
        from sim.store.executors.dask_cluster import run_on_cluster

        run_on_cluster(work, tasks, workers, ended, limits, weight)
        return
    count = processes(workers, len(tasks))
    if count == 1 and limits is None:
        for task in tasks:
            ended(task, attempt(work, task))
        return
    check_guard()
    suspects, waiting = [], list(tasks)
    while waiting:
        broken, waiting = _run_pool(work, waiting, count, ended, limits, weight)
        suspects += broken
    message = "the worker ended without a word (killed, or out of memory)"
    for task in suspects:
        broken, _ = _run_pool(work, [task], 1, ended, limits, weight)
        for lost in broken:
            ended(lost, Attempt(None, Failure(lost.seed, "", message, message)))


GUARD = """\
{script} runs on several processes, and each of them would begin by running it again: it needs a main guard. Write

    if __name__ == "__main__":
        main()

at its end, with what it does now in a function `def main():`, or run it with workers=1"""


def check_guard() -> None:
    """Raise RuntimeError where the script that was started lacks a main guard: workers load it, and would run it."""
    main = sys.modules["__main__"]
    script, spec = getattr(main, "__file__", None), getattr(main, "__spec__", None)
    if script is None or (spec is not None and spec.name.rpartition(".")[2] == "__main__"):
        return  # a console, a notebook, or a package that was started with -m: workers do not load these
    try:
        text = Path(script).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    if Path(script).suffix == ".py" and "__main__" not in text:
        raise RuntimeError(GUARD.format(script=script))


@contextmanager
def _signals_held() -> Iterator[None]:
    """Workers that begin within do not hear Ctrl-C, not even while they load; here it is heard afterwards."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run_pool(
    work: Callable[[T], R], tasks: list[T], workers: int, ended: Callable[[T, Attempt[R]], None],
    limits: Limits | None, weight: Callable[[T], float],
) -> tuple[list[T], list[T]]:  # fmt: skip
    """Run tasks on one pool until done or until a worker dies: (suspects, the tasks that are to be run still).

    Suspects were in flight as a worker died by itself. Where one was ended for its limits, that one has failed, and the
    others that went down with the pool are to be run still.
    """
    waiting = list(enumerate(tasks))
    running: dict[Future[Attempt[R]], tuple[int, T]] = {}
    context = multiprocessing.get_context("spawn")
    # Closed, it ends the workers. An event would wait for each of them to take notice, dead ones included.
    stop, begun = context.Pipe(duplex=False)
    watch = Watch(limits, context.SimpleQueue(), [weight(task) for task in tasks]) if limits is not None else None
    beginnings = watch.beginnings if watch is not None else None
    pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(stop, beginnings))
    broken = False
    try:
        while (waiting or running) and not broken:
            while waiting and len(running) < workers and not broken:
                try:
                    with _signals_held(), one_thread_each():
                        number, task = waiting[0]
                        running[pool.submit(attempt, work, task, number)] = waiting[0]
                    waiting.pop(0)
                except BrokenProcessPool:
                    broken = True
            done, _ = wait(running, None if watch is None else POLL, return_when=FIRST_COMPLETED)
            if watch is not None:
                watch.look()
            for future in done:
                try:
                    outcome = future.result()
                except BrokenProcessPool:
                    broken = True
                    continue
                number, task = running.pop(future)
                if watch is not None:
                    watch.forget(number)
                ended(task, outcome)
        if watch is None or not watch.over:
            return [task for _, task in running.values()], [task for _, task in waiting]
        for number, task in running.values():
            if number in watch.over:
                cause, why = watch.over[number]
                ended(task, Attempt(None, Failure(task.seed, "", why, why, cause)))
        innocent = [task for number, task in running.values() if number not in watch.over]
        return [], [*innocent, *(task for _, task in waiting)]
    except BaseException:
        begun.close()  # nobody waits for what was begun
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        begun.close()
        stop.close()
