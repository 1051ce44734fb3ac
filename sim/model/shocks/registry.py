"""How a kind of event is declared, and how the events of a scenario strike and pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.kernel.declare import Setting
from sim.kernel.world import World

Array = np.ndarray[Any, Any]
EITHER = ("regions", "industries")


@dataclass(frozen=True)
class Shock:
    """One kind of event. `strike(world, blow)` writes the environment of a year in which it is felt."""

    name: str
    help: str
    unit: str
    source: str
    settings: Mapping[str, Setting]
    by: tuple[str, ...]
    """What an event may be limited to: "regions", "industries", both or neither. Scenarios cannot ask for more."""
    strike: Callable[[World, Blow], None]


@dataclass(frozen=True)
class Blow:
    """An event that strikes: what, when, where and how hard. Years count from the fork year."""

    shock: str
    start: int
    years: int
    strength: float
    regions: Array
    """(R,) bool: where it is felt."""
    industries: Array
    """(S,) bool: in which industries."""
    settings: dict[str, float] = field(default_factory=dict)

    def year(self, world: World) -> int:
        """Which year of its own this is: 1 in the first."""
        return world.year - world.fork_year - self.start

    def left(self, world: World) -> float:
        """What is left of its strength: it fades by the share `fading` a year, if it has such a setting."""
        return float(self.strength * (1.0 - self.settings.get("fading", 0.0)) ** (self.year(world) - 1))

    def begins(self, world: World) -> bool:
        """Whether this is its first year."""
        return self.lasts(world) and world.year - world.fork_year == self.start + 1

    def lasts(self, world: World) -> bool:
        """Whether it is felt this year."""
        year = world.year - world.fork_year
        return world.treated and self.strength > 0.0 and self.start < year <= self.start + self.years


SHOCKS: dict[str, Shock] = {}


def shock(
    name: str, *, help: str, unit: str, source: str, by: tuple[str, ...] = EITHER, **settings: Setting
) -> Callable[[Callable[[World, Blow], None]], Callable[[World, Blow], None]]:
    """Declare the decorated function of (World, Blow) as a kind of event; `unit` is what is lost, `by` see `Shock`."""

    def declare(function: Callable[[World, Blow], None]) -> Callable[[World, Blow], None]:
        if name in SHOCKS:
            raise ValueError(f"shock {name!r} is declared twice")
        SHOCKS[name] = Shock(name, help, unit, source, dict(settings), by, function)
        return function

    return declare


def calm(world: World) -> None:
    """The environment without any event."""
    world.industries.slump[:] = 1.0
    world.industries.embargo[:] = 0.0
    world.regions.disaster[:] = 0.0
    world.credit_squeeze = 0.0
    world.recession = 0.0
    world.foreign_recession = 0.0


def strike(world: World) -> None:
    """Events of the scenario start, last or end."""
    calm(world)
    for blow in world.shocks:
        if blow.lasts(world):
            SHOCKS[blow.shock].strike(world, blow)
