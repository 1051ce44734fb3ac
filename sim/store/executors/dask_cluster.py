"""Tasks on the workers of a Dask cluster that runs already. The numbers do not depend on it.

Who runs what is decided here and not by the scheduler: each worker has at hand one task more than it has threads, and
is asked by name. So a result waits for nobody, no more than those few are in memory at once, and a worker that leaves,
as at the end of its allocation, is no reason to blame what it ran: that is handed to another. Every task goes out under
a key that was never used before: Dask takes calls with equal keys for the same and would not run the second.
"""

from __future__ import annotations

import logging
import pickle
import queue
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from sim.store.executors.cluster import Cluster, ClusterError
from sim.store.executors.limits import Limits
from sim.store.executors.local import Attempt, Halt, Seeded
from sim.store.executors.program import Program, this_program
from sim.store.executors.servant import Answer, Dismissal, Order

T = TypeVar("T", bound=Seeded)
R = TypeVar("R")

log = logging.getLogger("clustersim")
AHEAD = 1
"""Tasks that wait at a worker beside those that its threads run."""
LOOK = 0.5
"""Seconds between looks at which workers there are."""
PATIENCE = 60.0
"""Seconds for which a cluster whose workers are all refused is waited for to get others."""
CONNECTING = "15 s"


class _Lost(Exception):
    """A worker left with what it had at hand."""


@contextmanager
def connected(cluster: Cluster) -> Iterator[Any]:
    """A client of the scheduler. Raises ClusterError where there is none, or Dask is not installed."""
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        told = f"--dask needs {error.name}, which is not installed: pip install 'clustersim[experiments]'"
        raise ClusterError(told) from error
    named = {"scheduler_file": cluster.address} if Path(cluster.address).is_file() else {"address": cluster.address}
    try:
        client = Client(**named, timeout=CONNECTING, set_as_default=False)
    except (OSError, TimeoutError, ValueError, ImportError) as error:
        raise ClusterError(f"no Dask scheduler answers at {cluster.address}: {error}") from error
    try:
        yield client
    finally:
        with suppress(Exception):
            client.close()


def threads_of(cluster: Cluster) -> int:
    """Threads of all its workers at this moment. Raises ClusterError."""
    with connected(cluster) as client:
        return sum(client.nthreads().values())


def run_on_cluster(
    work: Callable[[T], R], tasks: Sequence[T], cluster: Cluster, ended: Callable[[T, Attempt[R]], None],
    limits: Limits | None, weight: Callable[[T], float],
) -> None:  # fmt: skip
    """As sim.store.executors.local.run_tasks, on a cluster. Raises ClusterError when it is gone or takes no task."""
    if not tasks:
        return
    with connected(cluster) as client:
        crew = _Crew(client, cluster, this_program(), limits or Limits())
        try:
            crew.carry_out(work, tasks, ended, weight)
        finally:
            crew.let_go()


@dataclass
class _Crew:
    """The workers of a cluster, and what each has at hand."""

    client: Any
    cluster: Cluster
    program: Program
    limits: Limits
    experiment: str = field(default_factory=lambda: f"clustersim-{uuid4().hex}")
    fit: dict[str, int] = field(default_factory=dict)
    """Worker -> its threads; those that were refused left out."""
    refused: dict[str, str] = field(default_factory=dict)
    """Worker -> why it is given no tasks."""
    flying: dict[Any, tuple[int, str]] = field(default_factory=dict)
    """Future -> number of the task, and its worker."""
    landed: queue.SimpleQueue[Any] = field(default_factory=queue.SimpleQueue)
    """Futures that came to an end, well or not."""
    sent: int = 0
    """Orders so far: no two have the same key."""
    looked: float = -PATIENCE
    alone_since: float = field(default_factory=time.monotonic)
    """When there was last a worker that fits."""
    told: bool = False

    def carry_out(
        self, work: Callable[[T], R], tasks: Sequence[T], ended: Callable[[T, Attempt[R]], None],
        weight: Callable[[T], float],
    ) -> None:  # fmt: skip
        """Have all tasks run; `ended` is called here as each one ends. Raises ClusterError, and Halt when work does."""
        waiting = deque(range(len(tasks)))
        while waiting or self.flying:
            waiting.extendleft(self.look())
            for worker in self.free():
                if not waiting:
                    break
                number = waiting.popleft()
                task = tasks[number]
                packed = pickle.dumps((work, task))
                order = Order(self.experiment, self.program, task.seed, packed, self.limits, weight(task))
                self.send(number, worker, pickle.dumps(order))
            with suppress(queue.Empty):
                future = self.landed.get(timeout=LOOK)
                if future in self.flying:
                    number, worker = self.flying.pop(future)
                    attempt = self.result(future, worker)
                    if attempt is None:
                        waiting.appendleft(number)
                    else:
                        ended(tasks[number], attempt)

    def send(self, number: int, worker: str, order: bytes) -> None:
        """Have a worker load an order, which carries it out."""
        self.sent += 1
        future = self.client.submit(
            pickle.loads, order, key=f"{self.experiment}-{self.sent}", pure=False, workers=[worker],
            allow_other_workers=False, retries=0,
        )  # fmt: skip
        self.flying[future] = (number, worker)
        future.add_done_callback(self.landed.put)

    def free(self) -> list[str]:
        """Workers that have too little at hand, as often as they lack a task; the least busy first."""
        at_hand = dict.fromkeys(self.fit, 0)
        for _, worker in self.flying.values():
            if worker in at_hand:
                at_hand[worker] += 1
        lacking = [(count / threads, worker) for worker, threads in self.fit.items()
                   for count in range(at_hand[worker], threads + AHEAD)]  # fmt: skip
        return [worker for _, worker in sorted(lacking)]

    def look(self) -> list[int]:
        """See which workers there are, now and then; returns the tasks of those that are gone."""
        now = time.monotonic()
        if now - self.looked < LOOK:
            return []
        self.looked = now
        try:
            present = dict(self.client.nthreads())
        except (OSError, TimeoutError, ValueError) as error:
            raise ClusterError(
                f"the Dask scheduler at {self.cluster.address} is gone ({error or type(error).__name__}). What is "
                "finished is kept: the same command goes on"
            ) from error
        self.fit = {worker: threads for worker, threads in present.items() if worker not in self.refused}
        self._mind_patience(now, present)
        lost = [(future, number) for future, (number, worker) in self.flying.items() if worker not in present]
        for future, _ in lost:
            self.drop(future)
        return [number for _, number in lost]

    def _mind_patience(self, now: float, present: dict[str, int]) -> None:
        """Say once that there is no worker; where there are some and none fits, wait only so long."""
        if self.fit:
            self.alone_since = now
        elif present and now - self.alone_since > PATIENCE:
            reasons = "\n".join(f"  {worker}: {self.refused[worker]}" for worker in present)
            raise ClusterError(f"no worker at {self.cluster.address} can take part:\n{reasons}")
        elif not present and not self.told:
            self.told = True
            log.warning("there is no worker at %s yet: waiting for one", self.cluster.address)

    def result(self, future: Any, worker: str) -> Attempt[Any] | None:
        """What came back; None where the task is to be handed out again."""
        try:
            answer: Answer = pickle.loads(self._fetched(future))
        except Exception as error:
            if not _worker_was_lost(error):
                self.refuse(worker, f"{type(error).__name__}: {error}")
            return None
        finally:
            future.release()
        if answer.kind == "attempt":
            return answer.told  # type: ignore[no-any-return]
        if answer.kind == "halt" and self.cluster.shares_folder:
            raise Halt(f"worker {worker}: {answer.told}")
        self.refuse(worker, answer.told)
        return None

    def _fetched(self, future: Any) -> bytes:
        """The result of a future that has one. Raises what its task raised, and _Lost where its worker left with it."""
        while True:
            try:
                return future.result(timeout=10 * LOOK)  # type: ignore[no-any-return]
            except TimeoutError:
                if future.status != "finished":
                    raise _Lost from None

    def refuse(self, worker: str, reason: str) -> None:
        """Give a worker no more tasks. Its others come back the same way."""
        if worker not in self.refused:
            log.warning("worker %s is given no runs: %s", worker, reason)
        self.refused[worker] = reason
        self.fit.pop(worker, None)

    def drop(self, future: Any) -> None:
        """Forget a task that was handed out."""
        del self.flying[future]
        with suppress(Exception):
            future.cancel()

    def let_go(self) -> None:
        """Cancel what is still out, and end the processes that work on it."""
        out = list(self.flying)
        for future in out:
            self.drop(future)
        with suppress(Exception):
            if out:
                self.client.run(pickle.loads, pickle.dumps(Dismissal(self.experiment)), on_error="ignore")


def _worker_was_lost(error: Exception) -> bool:
    """Whether a task ended because its worker did: not its fault."""
    from concurrent.futures import CancelledError

    from distributed import KilledWorker

    return isinstance(error, KilledWorker | CancelledError | _Lost) or "Cancelled" in type(error).__name__
