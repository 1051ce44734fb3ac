"""Time in a run: one year with its dated changes, and a timeline that goes back and lives on with other changes."""

from __future__ import annotations

import copy
import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from sim.kernel.declare import TABLES
from sim.kernel.growing_table import GrowingTable
from sim.kernel.scenario_types import Scenario
from sim.kernel.world import World
from sim.model import schedule
from sim.model.opening import adopt, build_world, treat
from sim.scenario.changes import has_change, in_force, settings_of, until
from sim.scenario.problems import dotted
from sim.scenario.reading import changed

MEMORY = 500_000_000
"""Bytes that the kept years of a timeline take at most, unless told otherwise."""


def live_year(world: World, scenario: Scenario) -> None:
    """Let one year of `scenario` pass: the treatment begins after the burn-in, changes at the start of their years."""
    year = world.year + 1
    begins = world.year == scenario.years.burn_in and not world.treated
    changes = has_change(scenario, year)
    if begins or changes:
        wanted = in_force(scenario, year)
        if begins:
            treat(world, wanted)
        if changes:
            adopt(world, wanted)
    schedule.step(world)


def fork(world: World) -> World:
    """A copy that lives on by itself; arrays that are replaced but never written (geography, kernels) are shared, and
    so are the declarations of tables: copies of them would be most of the work."""
    kept: dict[int, Any] = {id(world.geography): world.geography, id(world.p): world.p}
    kept |= {id(table): table for table in TABLES.values()}
    for value in (*world.kernels.values(), world.input_rows, world.freeness, world.open_freeness, world.misjudgement):
        kept[id(value)] = value
    return copy.deepcopy(world, kept)


class Timeline:
    """The years of one run, to go to and fro in: some are kept, and the others are lived again from the last kept one.

    The years kept take at most `memory` bytes together, what they share counted once; where one World takes more,
    nothing is kept and every way back leads through the opening. Results do not depend on what is kept.
    """

    def __init__(self, scenario: Scenario, seed: int | None = None, memory: int = MEMORY) -> None:
        """A run of `scenario` (with its own seed unless one is given) that stands at its opening."""
        self.scenario = scenario
        self.seed = scenario.seed if seed is None else seed
        self.memory = memory
        self._kept: dict[int, World] = {}
        self._present: World | None = None

    @property
    def last_year(self) -> int:
        """Year in which the run ends."""
        return self.scenario.years.burn_in + self.scenario.years.treatment

    @property
    def kept_years(self) -> list[int]:
        """Years from which the run can live on at once, the one last looked at left out."""
        return sorted(self._kept)

    @property
    def kept_bytes(self) -> int:
        """What the kept years take."""
        return count_bytes(self._kept.values())

    def at(self, year: int) -> World:
        """The World at the end of `year` (0: the opening): to look at or to fork, not to move.

        Raises ValueError for a year that the run does not have.
        """
        if not 0 <= year <= self.last_year:
            raise ValueError(f"the run has years 0 to {self.last_year}, and not {year}")
        found = self._nearest(year)
        if found is None or found.year < year:
            world = build_world(self.scenario, self.seed) if found is None else fork(found)
            self._keep(world)
            while world.year < year:
                live_year(world, self.scenario)
                self._keep(world)
            found = world
        self._present = found
        return found

    def walk(self, first: int, stride: int = 10) -> Iterator[World]:
        """The Worlds of the years from `first` to the last, one after the other, several times as fast as `at` each:
        the same World moves on when the next is asked for. Every `stride`-th year is kept, if memory lets it.

        Ask for no more of them once the run was changed. Raises ValueError as `at`.
        """
        world = fork(self.at(first))
        yield world
        while world.year < self.last_year:
            live_year(world, self.scenario)
            if world.year % stride == 0:
                self._keep(world)
            yield world

    def change(self, year: int, values: Mapping[str, Any]) -> int:
        """Let keys have other values from the start of `year` on; return the year from which the run lives on.

        `values` join the changes that the year has already and replace those of the same keys; None takes the change
        of a key out. Raises ScenarioError where `changes` in a file would be refused; all then stays as it was.
        """
        told = {
            one.year: {dotted(key): value for key, value in settings_of(one.set).items()}
            for one in self.scenario.changes
        }
        own = told.setdefault(year, {})
        for key, value in settings_of(values).items():
            own[dotted(key)] = value
        kept = {when: {key: value for key, value in one.items() if value is not None} for when, one in told.items()}
        return self.revise(changed(self.scenario, {when: one for when, one in kept.items() if one}))

    def revise(self, scenario: Scenario) -> int:
        """Take another scenario, and return the year from which the run lives on: the last one known in which both
        are the same, 0 if none is."""
        first = first_difference(self.scenario, scenario)
        self.scenario = scenario
        self._kept = {year: world for year, world in self._kept.items() if year < first}
        if self._present is not None and self._present.year >= first:
            self._present = None
        present = [self._present.year] if self._present is not None else []
        return max([*self._kept, *present], default=0)

    def _nearest(self, year: int) -> World | None:
        """The World that stands nearest before the end of `year`, or at it; None where every one is later."""
        known = dict(self._kept)
        if self._present is not None:
            known.setdefault(self._present.year, self._present)
        return known[max(before)] if (before := [one for one in known if one <= year]) else None

    def _keep(self, world: World) -> None:
        """Keep a copy of the present year, and as many others as fit: where years lie densest, one gives way."""
        if world.year in self._kept:
            return
        self._kept[world.year] = fork(world)
        while self._kept and self.kept_bytes > self.memory:
            del self._kept[self._least_missed()]

    def _least_missed(self) -> int:
        """The kept year without which the gap that opens is the shortest, of several the earliest; ends are last."""
        years = self.kept_years
        if len(years) < 3:
            return years[-1]
        gaps = {year: later - earlier for earlier, year, later in zip(years, years[1:], years[2:], strict=False)}
        return min(gaps, key=lambda year: (gaps[year], year))


def first_difference(one: Scenario, other: Scenario) -> float:
    """The first year in which two scenarios may give different Worlds: 0 the opening, infinity none."""
    if until(one, 0) != until(other, 0):
        return 0
    sides = [{change.year: settings_of(change.set) for change in scenario.changes} for scenario in (one, other)]
    years = [year for year in {*sides[0], *sides[1]} if sides[0].get(year) != sides[1].get(year)]
    return min(years, default=math.inf)


def count_bytes(worlds: Iterable[World]) -> int:
    """Bytes of the arrays of Worlds, those that they share counted once."""
    return sum({id(array): array.nbytes for world in worlds for array in _arrays(world)}.values())


def _arrays(value: Any) -> Iterator[np.ndarray[Any, Any]]:
    if isinstance(value, GrowingTable):
        yield value.buffer
    elif isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, type):
        return
    elif dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            yield from _arrays(getattr(value, one.name))
    elif isinstance(value, Mapping):
        yield from _arrays(list(value.values()))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _arrays(part)
