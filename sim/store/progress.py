"""How far an experiment is: told by a plain function, so that whoever shows it decides how."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sim.store.executors.local import Failure

Progress = Callable[[float, int, float, "Failure | None"], None]
"""Called as progress(done, total, seconds since the start, what failed just now or None); `done` may be a fraction."""


@dataclass
class Count:
    """Counts what has ended and hands it on."""

    progress: Progress | None
    total: int
    ended: int
    """Of `total`, those that were there already."""
    started: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        """Tell where it starts."""
        self.tell(self.ended)

    def ended_with(self, runs: int, failure: Failure | None) -> None:
        """So many more runs ended, well or with a failure."""
        self.ended += runs
        self.tell(self.ended, failure)

    def follow(self, arms: list[str]) -> Callable[[str, int, int], None]:
        """A function that tells of every year of a task with runs of `arms`, in this program."""

        def year(arm: str, done: int, years: int) -> None:
            self.tell(self.ended + arms.index(arm) + done / years)

        return year

    def tell(self, done: float, failure: Failure | None = None) -> None:
        """Hand on how much is done."""
        if self.progress is not None:
            self.progress(done, self.total, time.perf_counter() - self.started, failure)
