"""A life: one arm of a session, its years made when they are asked for, and made anew from where a change acts."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator

from sim.kernel.scenario_types import Scenario
from sim.kernel.world import World
from sim.page.events import EventfulTimeline, first_apart
from sim.runs.history import HistoryRecorder, header_of
from sim.scenario.reading import scenario_identity

MEMORY = 40_000_000
"""Bytes that the kept years of an arm take at most."""
STRIDE = 10
"""Years between those that are kept to go on from."""


class Overtaken(Exception):
    """The run that a year was asked of has been changed since."""


class Shelf:
    """Histories of runs that were made whole, the last few of all sessions: what a class opens is made once."""

    def __init__(self, most: int = 8) -> None:
        self.most = most
        self._kept: OrderedDict[tuple[str, int], dict[int, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, scenario: Scenario, seed: int) -> dict[int, bytes]:
        """The frames of a run by year; empty where it is not kept."""
        key = (scenario_identity(scenario), seed)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return dict(self._kept.get(key, {}))

    def put(self, scenario: Scenario, seed: int, frames: dict[int, bytes]) -> None:
        """Keep the frames of a whole run; those not asked for the longest give way."""
        with self._lock:
            self._kept[scenario_identity(scenario), seed] = dict(frames)
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)


class Life:
    """One arm. Its methods may be called from several threads."""

    def __init__(self, name: str, scenario: Scenario, seed: int, shelf: Shelf) -> None:
        self.name = name
        self.turn = 0
        """Counts changes: a year that was asked of an earlier turn is refused."""
        self._timeline = EventfulTimeline(scenario, seed, MEMORY)
        self._shelf = shelf
        self._frames = shelf.take(scenario, seed)
        self._marks: dict[int, HistoryRecorder] = {}
        self._walk: Iterator[World] | None = None
        self._recorder = HistoryRecorder()
        self._lock = threading.Lock()

    @property
    def scenario(self) -> Scenario:
        """What runs."""
        return self._timeline.scenario

    @property
    def seed(self) -> int:
        """With which luck."""
        return self._timeline.seed

    @property
    def last_year(self) -> int:
        """Year in which it ends."""
        return self._timeline.last_year

    @property
    def header(self) -> dict[str, object]:
        """Header of its history."""
        return header_of(self.name, self.seed, self.scenario)

    def frame(self, year: int, turn: int) -> bytes:
        """The frame of `year`. Raises Overtaken for an earlier turn, ValueError for a year that there is not."""
        with self._lock:
            if turn != self.turn:
                raise Overtaken
            if not 0 <= year <= self.last_year:
                raise ValueError(f"the run has years 0 to {self.last_year}, and not {year}")
            while year not in self._frames:
                self._make_next()
            return self._frames[year]

    def revise(self, scenario: Scenario) -> int:
        """Take another scenario; returns the last year that stays as it was, -1 for none."""
        with self._lock:
            first = first_apart(self.scenario, scenario)
            self._timeline.revise(scenario)
            self._frames = {year: frame for year, frame in self._frames.items() if year < first}
            self._marks = {year: mark for year, mark in self._marks.items() if year < first}
            self._walk = None
            whole = self._shelf.take(scenario, self.seed)
            self._frames = {**whole, **self._frames}
            self.turn += 1
            return int(min(first - 1, self.last_year))

    @property
    def kept_bytes(self) -> int:
        """What the years take from which it can go on."""
        return self._timeline.kept_bytes

    def rest(self) -> bool:
        """Let go of the years from which it can go on, and keep those that it shows: a later change lives through the
        run from its opening. False where it is at work."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            if self._walk is not None:
                return False
            if not self._marks:
                return True
            self._timeline = EventfulTimeline(self.scenario, self.seed, MEMORY)
            self._marks, self._recorder = {}, HistoryRecorder()
            return True
        finally:
            self._lock.release()

    def _make_next(self) -> None:
        """Make the year after those that are there, from the last mark."""
        if self._walk is None:
            start = max(self._marks, default=0)
            self._recorder = self._marks[start].copy() if start in self._marks else HistoryRecorder()
            self._walk = self._timeline.walk(start, STRIDE)
            world = next(self._walk)
            if start not in self._marks:
                self._keep(world)
        else:
            self._keep(next(self._walk))

    def _keep(self, world: World) -> None:
        year = int(world.year)
        self._frames[year] = self._recorder.observe(world)
        self._recorder.frames.clear()
        if year % STRIDE == 0:
            self._marks[year] = self._recorder.copy()
        if year == self.last_year:
            self._walk = None
            self._shelf.put(self.scenario, self.seed, self._frames)
