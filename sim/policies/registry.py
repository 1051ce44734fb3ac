"""How an instrument is declared, and how the instruments of a scenario are paid each year.

An instrument spends its yearly cost from the budgets of its regions, so money spent here is not spent by the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.state import World

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Policy:
    """One kind of instrument. `apply(world, programme)` writes incentives and books what it spends."""

    name: str
    help: str
    unit: str
    source: str
    settings: Mapping[str, float]
    apply: Callable[[World, Programme], None]


@dataclass(frozen=True)
class Programme:
    """An instrument at work: where, for what, when and how strongly. Years count from the branch year."""

    policy: str
    start: int
    years: int
    strength: float
    regions: Array
    """(R,) bool: where it runs."""
    industries: Array
    """(S,) bool: for which industries."""
    settings: dict[str, float] = field(default_factory=dict)

    def runs(self, world: World) -> bool:
        """Whether it is at work this year."""
        year = world.year - world.branch_year
        return world.constants.get("treated", False) and self.strength > 0.0 and self.start < year <= self.start + self.years


POLICIES: dict[str, Policy] = {}


def policy(
    name: str, *, help: str, unit: str, source: str, **settings: float
) -> Callable[[Callable[[World, Programme], None]], Callable[[World, Programme], None]]:
    """Declare the decorated function of (World, Programme) as an instrument; `settings` are its defaults."""

    def declare(function: Callable[[World, Programme], None]) -> Callable[[World, Programme], None]:
        if name in POLICIES:
            raise ValueError(f"policy {name!r} is declared twice")
        POLICIES[name] = Policy(name, help, unit, source, dict(settings), function)
        return function

    return declare


def pay(world: World) -> None:
    """Every instrument that runs this year does its work, in the order of the scenario."""
    for programme in world.policies:
        if programme.runs(world):
            POLICIES[programme.policy].apply(world, programme)
