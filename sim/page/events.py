"""What a person lets happen: shocks that strike now and policies that begin now, and which years then stay.

In an address: `events=65:disaster:6:0.5:3,70:talent::1:20`: year, name, number of the region (none: all), strength,
years.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.kernel.scenario_types import Instrument, Scenario, ShockEvent
from sim.model.policies.registry import POLICIES
from sim.model.shocks.registry import SHOCKS
from sim.runs.timeline import Timeline, first_difference

MOST_EVENTS = 20
HARDEST_SHOCK, STRONGEST_POLICY = 1.0, 10.0
"""As far as a scenario allows: ShockEvent.strength, Instrument.strength."""
_WRITTEN = re.compile(r"(\d{1,4}):([a-z_]{1,40}):(\d{0,3}):(\d{1,2}(?:\.\d{1,6})?):(\d{1,4})\Z", re.ASCII)


@dataclass(frozen=True)
class Event:
    """A shock or a policy that begins in `year`, counted from the start of the run."""

    year: int
    name: str
    region: int
    """Number of the region from 1; 0 for all."""
    strength: float
    years: int

    @property
    def is_shock(self) -> bool:
        """Whether it is a shock; else it is a policy."""
        return self.name in SHOCKS

    def written(self) -> str:
        """As an address says it."""
        return f"{self.year}:{self.name}:{self.region or ''}:{self.strength:g}:{self.years}"


def kinds() -> list[dict[str, Any]]:
    """What can happen: name, whether it is a shock, whether it may be limited to a region."""
    shocks = [{"name": name, "shock": True, "local": "regions" in one.by} for name, one in SHOCKS.items()]
    return shocks + [{"name": name, "shock": False, "local": "regions" in one.by} for name, one in POLICIES.items()]


def read_events(text: str) -> tuple[list[Event], bool]:
    """Events of an address, and whether something in it could not be read."""
    found, odd = [], False
    parts = [part for part in text.split(",") if part]
    for part in parts[:MOST_EVENTS]:
        told = _WRITTEN.match(part)
        if told is None or told[2] not in {**SHOCKS, **POLICIES}:
            odd = True
            continue
        found.append(Event(int(told[1]), told[2], int(told[3] or 0), float(told[4]), int(told[5])))
    return found, odd or len(parts) > MOST_EVENTS


def with_events(scenario: Scenario, events: Sequence[Event]) -> Scenario:
    """`scenario` with these events after its own. Raises ValueError for a region or a year that it does not have,
    and for a strength that no scenario may have."""
    names = scenario.regions.names()
    shocks, policies = list(scenario.shocks), list(scenario.policies)
    for event in events:
        start = event.year - scenario.years.burn_in - 1
        if not 0 <= event.region <= len(names):
            raise ValueError(f"there is no region {event.region}")
        if not 0 <= start < scenario.years.treatment:
            first = scenario.years.burn_in + 1
            raise ValueError(f"it can begin in years {first} to {first + scenario.years.treatment - 1}")
        most = HARDEST_SHOCK if event.is_shock else STRONGEST_POLICY
        if not 0.0 < event.strength <= most:
            raise ValueError(f"its strength is more than 0 and at most {most:g}")
        told: dict[str, Any] = {
            "start": start, "years": event.years, "strength": event.strength,
            "regions": (names[event.region - 1],) if event.region else (),
        }  # fmt: skip
        if event.is_shock:
            shocks.append(ShockEvent(shock=event.name, **told))
        else:
            policies.append(Instrument(policy=event.name, **told))
    return scenario.model_copy(update={"shocks": tuple(shocks), "policies": tuple(policies)})


def first_apart(one: Scenario, other: Scenario) -> float:
    """The first year in which two scenarios may give different Worlds.

    Where events differ that is the first of the treatment: what is in store is part of a state, and of its hash, from
    then on.
    """
    bare = [scenario.model_copy(update={"shocks": (), "policies": ()}) for scenario in (one, other)]
    same = one.shocks == other.shocks and one.policies == other.policies
    return min(first_difference(*bare), math.inf if same else one.years.burn_in + 1)


class EventfulTimeline(Timeline):
    """A timeline in which events may be added and taken away: the years before the treatment stay."""

    def revise(self, scenario: Scenario) -> int:
        """Take another scenario, and return the year from which the run lives on."""
        first = first_apart(self.scenario, scenario)
        self.scenario = scenario
        self._kept = {year: world for year, world in self._kept.items() if year < first}
        if self._present is not None and self._present.year >= first:
            self._present = None
        present = [int(self._present.year)] if self._present is not None else []
        return max([*self._kept, *present], default=0)
