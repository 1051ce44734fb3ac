"""The yardstick: agents who give a unit of wealth to each other at random (Boltzmann exchange), in several systems.

Dragulescu & Yakovenko (2000). Every agent in turn gives one unit, if it has any, to an agent drawn evenly. An
agent-step is the turn of one agent.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import mesa
import numba
import numpy as np

NANO = 1e9


@numba.njit  # type: ignore[untyped-decorator]
def exchange(wealth: Any, steps: int) -> None:
    """Let all agents act `steps` times."""
    count = len(wealth)
    for _ in range(steps):
        for agent in range(count):
            if wealth[agent] > 0:
                wealth[agent] -= 1
                wealth[int(random.random() * count)] += 1


class Giver(mesa.Agent):  # type: ignore[misc]
    """An agent of the plain Mesa model."""

    def __init__(self, model: mesa.Model) -> None:
        super().__init__(model)
        self.wealth = 1

    def give(self) -> None:
        """Give a unit to somebody."""
        if self.wealth > 0:
            self.wealth -= 1
            self.model.everybody[self.model.random.randrange(len(self.model.everybody))].wealth += 1


class Exchange(mesa.Model):  # type: ignore[misc]
    """The exchange in plain Mesa."""

    def __init__(self, count: int) -> None:
        super().__init__(rng=1)
        self.everybody = [Giver(self) for _ in range(count)]

    def step(self) -> None:
        """All agents act."""
        self.agents.do("give")


def in_numba(count: int) -> Callable[[int], None]:
    """A function that lets `count` agents act a number of times, compiled."""
    wealth = np.ones(count, dtype=np.int64)
    exchange(wealth, 1)
    return lambda steps: exchange(wealth, steps)


def in_mesa(count: int) -> Callable[[int], None]:
    """The same in plain Mesa."""
    model = Exchange(count)

    def act(steps: int) -> None:
        for _ in range(steps):
            model.step()

    return act


def in_agentpy(count: int) -> Callable[[int], None]:
    """The same in AgentPy."""
    import agentpy

    class Person(agentpy.Agent):  # type: ignore[misc]
        def setup(self) -> None:
            self.wealth = 1

        def give(self) -> None:
            if self.wealth > 0:
                self.wealth -= 1
                self.model.people[self.model.random.randrange(len(self.model.people))].wealth += 1

    class People(agentpy.Model):  # type: ignore[misc]
        def setup(self) -> None:
            self.people = agentpy.AgentList(self, count, Person)

        def step(self) -> None:
            self.people.give()

    model = People({"steps": 0})
    model.run(display=False)

    def act(steps: int) -> None:
        for _ in range(steps):
            model.step()

    return act


def in_mesa_frames(count: int) -> Callable[[int], None]:
    """The same in mesa-frames, where all agents act at once on columns, as its own example does."""
    import polars
    from mesa_frames import AgentSet, Model

    class People(AgentSet):  # type: ignore[misc]
        def __init__(self, model: Any) -> None:
            super().__init__(model)
            self.add(polars.DataFrame({"wealth": polars.ones(count, eager=True)}))

        def step(self) -> None:
            self.select(self.wealth > 0)
            to = self.df.sample(n=len(self.active_agents), with_replacement=True)
            self["active", "wealth"] -= 1
            gained = to.group_by("unique_id").len()
            self[gained, "wealth"] += gained["len"]

    class Frames(Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.sets += People(self)

        def step(self) -> None:
            self.sets.do("step")

    model = Frames()

    def act(steps: int) -> None:
        for _ in range(steps):
            model.step()

    return act


SYSTEMS: dict[str, tuple[str, Callable[[int], Callable[[int], None]], int]] = {
    "numba": ("numba", in_numba, 400), "mesa": ("mesa", in_mesa, 4),
    "agentpy": ("agentpy", in_agentpy, 4), "mesa-frames": ("mesa_frames", in_mesa_frames, 4),
}  # fmt: skip
"""Package, how a model is made, and how many steps are timed at once."""


def agent_steps(count: int, rounds: int) -> dict[str, float | str]:
    """Nanoseconds an agent-step at `count` agents by system, medians of `rounds` by turns; or why there is none."""
    found: dict[str, float | str] = {}
    acting = {}
    for name, (package, make, _) in SYSTEMS.items():
        if find_spec(package) is None:
            found[name] = "not installed"
            continue
        try:
            acting[name] = make(count)
        except Exception as error:  # A release of another system may not run beside ours: that is told.
            found[name] = f"does not run here: {type(error).__name__}"
    times: dict[str, list[float]] = {name: [] for name in acting}
    for _ in range(rounds):
        for name, act in acting.items():
            steps = SYSTEMS[name][2]
            begun = time.process_time()
            act(steps)
            times[name].append((time.process_time() - begun) * NANO / steps / count)
    return found | {name: statistics.median(values) for name, values in times.items()}
