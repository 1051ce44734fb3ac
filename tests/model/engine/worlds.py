"""Small worlds for tests of the engine: few firms, few places, one chain of three stages and a mature industry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.kernel.declare import MECHANISMS
from sim.kernel.scenario_types import Instrument, Measure, Regions, Scenario, ShockEvent, TileMap
from sim.kernel.world import World
from sim.model import schedule
from sim.model.opening import build_world, treat
from sim.model.policies.registry import POLICIES
from sim.model.shocks.registry import SHOCKS
from sim.scenario.json_schema import declare_everything
from sim.scenario.reading import load_scenario
from tests.model.rules.worlds import APART

DROPPED = ("components", "machines", "fibres", "garments")
SMALL = (
    "regions.grid.rows=2",
    "regions.grid.columns=2",
    "regions.cells=2",
    "population.firms=48",
    "population.institutes=4",
    "years.burn_in=3",
    "years.treatment=4",
    "plan.industries=2",
    "parameters.tie_cost=0.1",  # so that few firms have links, too
    "plan.hot=[devices]",
    *(f"industries.{name}=null" for name in DROPPED),
)


ALONE = tuple(f"mechanisms.{name}=false" for name in APART)
"""Overrides with which the base rules stand alone."""


def small_story(*overrides: str) -> Scenario:
    """A nation of 2 x 2 regions with four cells each, four industries, 48 firms and four institutes."""
    return load_scenario("policy_text", [*SMALL, *overrides])


def everything_on(*overrides: str) -> Scenario:
    """The small nation with every mechanism, every instrument and every kind of event at work."""
    declare_everything()
    story = small_story(
        "years.burn_in=2", "years.treatment=5", "plan.research_share=0.2", "plan.imitation=0.3", "plan.every=2",
        "parameters.specific_congestion=0.1", "parameters.place_learning=0.02", "parameters.absolute_advantage=0.1",
        "parameters.industry_elasticity=1.5", "parameters.herding=0.5", "parameters.relocation_rate=0.2",
        "industries.devices.category=emerging", "industries.devices.ceiling=3.0", "industries.devices.growth=0.1",
        "industries.metals.opens=3", *overrides
    )  # fmt: skip
    return story.model_copy(
        update={
            "mechanisms": dict.fromkeys(MECHANISMS, True),
            "policies": tuple(Instrument(policy=name, strength=0.2, start=1) for name in POLICIES),
            "shocks": tuple(
                ShockEvent(shock=name, strength=0.3, start=1 + number % 3, years=2)
                for number, name in enumerate(SHOCKS)
            ),
        }
    )


MAP = {
    "name": ("north", "south", "east", "west", "island"),
    "row": (0, 2, 1, 1, 2),
    "column": (1, 1, 2, 0, 3),
    "people": (30, 12, 25, 20, 13),
    "ore": (5.0, 1.0, 2.0, 7.0, 3.0),
    "schools": (2.0, 6.0, 3.0, 1.0, 4.0),
}


def map_story(*overrides: str) -> Scenario:
    """The small nation on a map of five unlike regions, with holes in it; `endowments=equal` makes them alike."""
    equal = "endowments=equal" in overrides
    story = small_story(*(text for text in overrides if text != "endowments=equal"))
    data = {name: tuple(column) for name, column in MAP.items()}
    if equal:
        data |= {"people": (1,) * 5, "ore": (1.0,) * 5, "schools": (1.0,) * 5}
    regions = Regions(
        grid=None,
        map=TileMap(data=data, name="name", row="row", column="column", population="people"),
        cells=2,
        endowments={"resources": (Measure(column="ore"),), "skills": (Measure(column="schools"),)},
    )
    return story.model_copy(update={"regions": regions})


def lived(scenario: Scenario, years: int, seed: int | None = None) -> World:
    """The world of a scenario after `years`, with its plan in force from the end of the burn-in."""
    world = build_world(scenario, scenario.seed if seed is None else seed)
    for _ in range(years):
        pass_year(world, scenario)
    return world


def pass_year(world: World, scenario: Scenario) -> None:
    """One more year; the treatment begins when the burn-in is over."""
    if world.year == scenario.years.burn_in and not world.treated:
        treat(world, scenario)
    schedule.step(world)


def hashes(scenario: Scenario, years: int, seed: int | None = None) -> list[str]:
    """State hash of every year."""
    world = build_world(scenario, scenario.seed if seed is None else seed)
    found = []
    for _ in range(years):
        pass_year(world, scenario)
        found.append(world.state_hash())
    return found


def tables(world: World) -> dict[str, np.ndarray[Any, Any]]:
    """Every table of records by name."""
    return {
        name: np.asarray(getattr(world, name)).view(np.ndarray)
        for name in ("regions", "industries", "cells", "local_industries", "sites", "firms", "institutes", "links")
    }


def columns(records: Any, only: Sequence[str] = ()) -> dict[str, np.ndarray[Any, Any]]:
    """Columns of floating point numbers of a table by name."""
    names = [name for name in records.dtype.names if records.dtype[name].base.kind == "f"]
    return {name: np.asarray(records[name]) for name in names if not only or name in only}
