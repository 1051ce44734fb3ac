"""On a worker of a Dask cluster: each task runs in a process of its own kind beside the worker.

A Dask worker has loaded its libraries long ago, with as many threads as they liked and perhaps an older text of this
program, and it cannot end a task that hangs. So it keeps a servant for each of its threads: a Python process with one
thread for each numerical library, which says which program it is, carries out one task after the other, and ends with
the worker. A servant that dies takes one task along, and the worker can tell of it; a worker that dies tells nothing,
and its tasks are handed out again by sim.store.executors.dask_cluster.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, Literal

import psutil

from sim.store.executors.cores import THREADS
from sim.store.executors.limits import POLL, Limits, Watch
from sim.store.executors.local import Attempt, Failure, Halt, attempt
from sim.store.executors.program import Program, this_program

GRACE = 3.0
"""Seconds for which a worker outlives a servant before it tells that the servant died: an order that ends a whole job
kills both."""
ENDED = "its process ended without a word (killed, or out of memory)"
BEGUN = b"begun"
IDLE = 60.0
"""Seconds after which a servant that is asked nothing ends; until then the next run need not load everything again."""
_HEAD = struct.Struct("<Q")


@dataclass(frozen=True)
class Answer:
    """What a worker sends back of a task."""

    kind: Literal["attempt", "halt", "refused"]
    told: Any
    """The attempt; or, in words, why no other task can end well in the folder, or why this worker can run none."""


@dataclass(frozen=True)
class Order:
    """What a worker is sent."""

    experiment: str
    program: Program
    seed: int
    work: bytes
    """The pickled pair (work, task)."""
    limits: Limits
    weight: float

    def __reduce__(self) -> tuple[Any, ...]:
        """Loading an order carries it out: neither scheduler nor worker need know of anything but pickle."""
        return serve, (self.experiment, self.program, self.seed, self.work, self.limits, self.weight)


# -- in the worker ---------------------------------------------------------------------------------------


class Servant:
    """A process that carries out tasks; `program` says which text it has loaded."""

    def __init__(self) -> None:
        path = os.pathsep.join(part for part in sys.path if part)
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", "from sim.store.executors.servant import main; main()"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, **dict.fromkeys(THREADS, "1"), "PYTHONPATH": path},
        )  # fmt: skip
        self.answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()
        self.experiment = ""
        hello = self.answers.get()
        self.program: Program | None = pickle.loads(hello) if hello else None

    def _listen(self) -> None:
        """Hand on what the process says; nothing once it is gone."""
        assert self.process.stdout is not None
        with suppress(OSError, EOFError):
            while True:
                self.answers.put(_read(self.process.stdout))
        self.answers.put(b"")

    def carry_out(self, seed: int, work: bytes, limits: Limits, weight: float) -> bytes:
        """The pickled Answer to one task; a servant that took too much, or died, is gone then. Nothing where it was
        gone before it began."""
        assert self.process.stdin is not None
        with suppress(OSError):  # it is gone: told by the answer
            _write(self.process.stdin, work)
        begun = self.answers.get()  # what it is to run was loaded, which takes its time the first time
        if begun != BEGUN:
            return begun
        beginnings: queue.SimpleQueue[tuple[int, int]] = queue.SimpleQueue()
        beginnings.put((0, self.process.pid))
        watch = Watch(limits, beginnings, [weight])
        while True:
            watch.look()
            with suppress(queue.Empty):
                return self.answers.get(timeout=POLL) or self._gone(seed, watch)

    def _gone(self, seed: int, watch: Watch) -> bytes:
        cause, why = watch.over.get(0, ("error", ENDED))
        if not watch.over:
            time.sleep(GRACE)
        return pickle.dumps(Answer("attempt", Attempt(None, Failure(seed, "", why, why, cause))))

    @property
    def lives(self) -> bool:
        """Whether it can be asked again."""
        return self.program is not None and self.process.poll() is None

    def end(self) -> None:
        """End it at once."""
        with suppress(psutil.Error, OSError):
            self.process.kill()
        self.process.wait()


TRIES = 3
_lock = threading.Lock()
_idle: list[Servant] = []
_busy: list[Servant] = []


def serve(experiment: str, program: Program, seed: int, work: bytes, limits: Limits, weight: float) -> bytes:
    """Carry out a task on a servant that has the very `program`; returns the pickled Answer."""
    for _ in range(TRIES):
        servant = _servant(program)
        if isinstance(servant, str):
            return pickle.dumps(Answer("refused", servant))
        servant.experiment = experiment
        with _lock:
            _busy.append(servant)
        try:
            answer = servant.carry_out(seed, work, limits, weight)
        finally:
            with _lock:
                _busy.remove(servant)
                if servant.lives:
                    _idle.append(servant)
        if answer:
            return answer
    return pickle.dumps(Answer("refused", "its processes end before they begin a run"))


def _servant(program: Program) -> Servant | str:
    """An idle servant with this program, else a fresh one: the text may have changed since others began.

    Returns in words why there can be none.
    """
    with _lock:
        while _idle:
            servant = _idle.pop()
            if servant.lives and servant.program == program:
                return servant
            servant.end()
    servant = Servant()
    if servant.program is None:
        servant.end()
        return "its process does not begin: is this version of clustersim installed there, with all it needs?"
    difference = program.difference(servant.program)
    if difference:
        servant.end()
        return difference
    return servant


def dismiss(experiment: str) -> None:
    """End the servants that work for an experiment."""
    with _lock:
        ended = [one for one in _busy if one.experiment == experiment]
    for servant in ended:
        servant.end()


@dataclass(frozen=True)
class Dismissal:
    """Loading it ends the servants of an experiment."""

    experiment: str

    def __reduce__(self) -> tuple[Any, ...]:
        return dismiss, (self.experiment,)


# -- in the servant --------------------------------------------------------------------------------------


def main() -> None:
    """Carry out tasks from the standard input until it is closed: the worker is gone then, or wants no more."""
    for number in (signal.SIGINT, signal.SIGTERM):  # the worker's affair; a batch system tells all processes of a job
        signal.signal(number, signal.SIG_IGN)
    told = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no answer
    tasks: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def listen() -> None:
        with suppress(OSError, EOFError):
            while True:
                tasks.put(_read(sys.stdin.buffer))
        os._exit(1)

    threading.Thread(target=listen, daemon=True).start()
    _write(told, pickle.dumps(this_program()))
    with suppress(queue.Empty):
        while True:
            _write(told, pickle.dumps(_answer(tasks.get(timeout=IDLE), lambda: _write(told, BEGUN))))


def _answer(work: bytes, begin: Callable[[], None]) -> Answer:
    try:
        carry_out, task = pickle.loads(work)
    except Exception as error:  # such as a module that is only where the experiment began
        return Answer("refused", f"it cannot load what it is to run: {type(error).__name__}: {error}")
    begin()
    try:
        return Answer("attempt", attempt(carry_out, task))
    except Halt as error:
        return Answer("halt", str(error))


def _write(stream: IO[bytes], contents: bytes) -> None:
    stream.write(_HEAD.pack(len(contents)) + contents)
    stream.flush()


def _read(stream: IO[bytes]) -> bytes:
    """The next message. Raises EOFError where the stream ends."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise EOFError
    (length,) = _HEAD.unpack(head)
    contents = stream.read(length)
    if len(contents) < length:
        raise EOFError
    return contents
