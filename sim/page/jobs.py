"""Jobs: what a lesson or a comparison of plans comes to, replication by replication, behind the page.

One replication of all arms is one task of a small pool. What was computed once is kept, so that a class is pooled at
once when its students' runs were made here.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from sim.kernel.fingerprint import fingerprint
from sim.kernel.scenario_types import Scenario
from sim.scenario.reading import scenario_identity
from sim.studies.claims import Estimate
from sim.studies.lessons import Lesson, answer_of

Values = dict[str, dict[str, float]]
"""Arm -> measure -> value of one replication."""
KEPT = 2_000
"""Replications that are remembered."""
MOST_SEEDS = 60
"""Of one job."""


class Job:
    """A comparison of arms over seeds that is under way."""

    def __init__(self, lesson: Lesson, arms: Mapping[str, Scenario], seeds: Sequence[int]) -> None:
        self.lesson = lesson
        self.arms = dict(arms)
        self.seeds = tuple(seeds)
        identity = [part for name, arm in arms.items() for part in (name, scenario_identity(arm))]
        self.key = fingerprint(*identity, *lesson.measures)
        self.values: dict[int, Values] = {}
        self.error = ""
        self.stopped = False

    @property
    def is_done(self) -> bool:
        """Whether nothing more comes."""
        return bool(self.error) or len(self.values) == len(self.seeds)

    def found(self) -> tuple[Estimate, ...]:
        """The estimate of each question over the replications that are done; at least one must be."""
        return answer_of(self.lesson, [self.values[seed] for seed in self.seeds if seed in self.values])


class Bench:
    """All jobs of a server."""

    def __init__(self, workers: int) -> None:
        self.pool = ThreadPoolExecutor(workers, thread_name_prefix="replication")
        self._kept: OrderedDict[tuple[str, int], Values] = OrderedDict()
        self._line: list[Job] = []
        self._lock = threading.Lock()

    def start(self, job: Job) -> Job:
        """Put a job into the line; seeds that are known are done at once."""
        with self._lock:
            known = {seed: self._kept[job.key, seed] for seed in job.seeds if (job.key, seed) in self._kept}
            job.values.update(known)
            if not job.is_done:
                self._line.append(job)
        for seed in job.seeds:
            if seed not in known:
                self.pool.submit(self._replicate, job, seed)
        return job

    def stop(self, job: Job | None) -> None:
        """Leave out what a job has not begun."""
        if job is not None:
            job.stopped = True
            self._leave(job)

    def waiting(self, job: Job) -> int:
        """Replications of others that come before the next of this one, as far as they have begun or wait."""
        with self._lock:
            if job not in self._line or job.values:
                return 0
            before = self._line[: self._line.index(job)]
            return sum(len(one.seeds) - len(one.values) for one in before)

    def close(self) -> None:
        """Begin nothing more."""
        self.pool.shutdown(wait=False, cancel_futures=True)

    def _replicate(self, job: Job, seed: int) -> None:
        if job.stopped or job.error:
            return
        try:
            values = job.lesson.run(seed, job.arms)
        except Exception as error:  # it would be lost with the task, and the page would wait for ever
            job.error = f"{type(error).__name__}: {error}"
            self._leave(job)
            return
        with self._lock:
            job.values[seed] = values
            self._kept[job.key, seed] = values
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        if job.is_done:
            self._leave(job)

    def _leave(self, job: Job) -> None:
        with self._lock:
            if job in self._line:
                self._line.remove(job)
