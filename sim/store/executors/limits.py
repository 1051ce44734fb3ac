"""What one task may take of time and memory, and the watch that ends the worker of one that takes more."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import psutil

Cause = Literal["error", "time", "memory"]
"""Why a task failed: it raised or ended by itself, or it took more time or memory than it might."""
POLL = 0.25
"""Seconds between looks at workers."""


@dataclass(frozen=True)
class Limits:
    """What one run may take; None: as much as it wants."""

    seconds: float | None = None
    """Of running. Time in which this program does not run either, as a computer sleeps, does not count."""
    memory: int | None = None
    """Bytes that its worker holds."""


@dataclass
class Watch:
    """Follows the tasks of a pool. Workers tell in `beginnings` which task they begin, and who they are."""

    limits: Limits
    beginnings: Any
    weights: Sequence[float] = ()
    """How many times the seconds of the limits each task has, by number; 1 beyond."""
    running: dict[int, tuple[int, float]] = field(default_factory=dict)
    """Number of a task -> its worker, and the seconds that it took so far."""
    over: dict[int, tuple[Cause, str]] = field(default_factory=dict)
    """Number of a task that was ended -> why."""
    last: float = field(default_factory=time.monotonic)

    def look(self) -> None:
        """Count the time since the last look, and end workers whose tasks took too much."""
        while not self.beginnings.empty():
            number, worker = self.beginnings.get()
            self.running[number] = (worker, 0.0)
        now = time.monotonic()
        passed, self.last = min(now - self.last, 4 * POLL), now
        for number, (worker, spent) in list(self.running.items()):
            self.running[number] = (worker, spent + passed)
            weight = self.weights[number] if number < len(self.weights) else 1.0
            why = self._why(worker, (spent + passed) / weight)
            if why is not None and number not in self.over:
                self.over[number] = why
                with suppress(psutil.Error):
                    psutil.Process(worker).kill()

    def _why(self, worker: int, spent: float) -> tuple[Cause, str] | None:
        if self.limits.seconds is not None and spent > self.limits.seconds:
            return "time", f"it ran longer than {self.limits.seconds:g} s"
        if self.limits.memory is not None:
            with suppress(psutil.Error):
                held = psutil.Process(worker).memory_info().rss
                if held > self.limits.memory:
                    return (
                        "memory",
                        f"it took {held / 2**20:,.0f} MB of memory, more than {self.limits.memory / 2**20:,.0f}",
                    )
        return None

    def forget(self, number: int) -> None:
        """A task that ended by itself is followed no more; that it begins may be told after its end."""
        while not self.beginnings.empty():
            told, worker = self.beginnings.get()
            self.running[told] = (worker, 0.0)
        self.running.pop(number, None)
