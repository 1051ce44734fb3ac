"""Work for workers of a cluster, in a file that loads fast."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sim.store.executors.cores import THREADS


@dataclass(frozen=True)
class Seed:
    """A task."""

    seed: int


@dataclass(frozen=True)
class Noting:
    """Draws from its seed, after a while; notes that it ran, and with how many threads."""

    notes: Path

    def __call__(self, task: Seed) -> list[float]:
        with (self.notes / str(task.seed)).open("a") as stream:
            stream.write("ran\n")
        threads = {os.environ.get(name, "") for name in THREADS}
        unfinished = self.notes / f"unfinished-{os.getpid()}"  # this process may be killed at any moment
        unfinished.write_text(" ".join(sorted(threads)))
        unfinished.replace(self.notes / f"threads-{os.getpid()}")
        time.sleep(0.05)
        return np.random.default_rng(task.seed).normal(size=3).tolist()  # type: ignore[no-any-return]
