"""Worlds to measure: a small one set by hand, empty ones, and one that has run for ten years."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.kernel.declare import parameter_record
from sim.kernel.geography import build_geography
from sim.kernel.world import CELL, INDUSTRY, LOCAL_INDUSTRY, REGION, SITE, Event, Kind, Origin, Tie, Tier, World
from sim.model import schedule
from sim.model.opening import build_world
from sim.model.rules.census import take_census
from sim.scenario.reading import load_scenario

HOME = Path(__file__).resolve().parents[2]


def bare_world(regions: int, industries: int, cells: tuple[int, int] = (2, 1)) -> World:
    """A world without firms: `regions` side by side, each of `cells` (rows, columns), prices and shares all 1."""
    rows, columns = cells[0], cells[1] * regions
    grid = np.arange(rows * columns).reshape(rows, columns)
    land = CELL.empty(rows * columns)
    land.y, land.x = (axis.ravel() * 50.0 for axis in np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij"))
    land.region = (np.arange(rows * columns) % columns) // cells[1]
    land.land = land.rent = 1.0
    region_table, industry_table = REGION.empty(regions), INDUSTRY.empty(industries)
    region_table.id, industry_table.id = np.arange(1, regions + 1), np.arange(101, industries + 101)
    region_table.population = 1.0 / regions
    region_table.wage = region_table.cost_of_living = 1.0
    return World(
        seed=1,
        p=parameter_record({"normal_utilisation": 0.8, "capital_price": 0.5, "input_elasticity": 0.5}, {}),
        geography=build_geography(grid, land, regions, 50.0, 200.0),
        regions=region_table,
        industries=industry_table,
        cells=land,
        local_industries=LOCAL_INDUSTRY.empty(regions, industries),
        sites=SITE.empty(len(land), industries),
        input_shares=np.zeros((industries, industries)),
        relatedness=np.eye(industries),
        region_names=[f"region {region}" for region in range(regions)],
        industry_names=[f"industry {industry}" for industry in range(industries)],
        chain_names=["chain"],
        year=5,
        expenditure=100.0,
        labour_force=50.0,
        labour_demand=45.0,
    )


FIRMS = (
    # cell industry  kind tier labour capacity output demand price cost sales profit research ln z  age innovations
    (0, 0, 0, 0, 10.0, 10.0, 8.0, 8.0, 1.0, 0.8, 8.0, 0.8, 0.4, 0.0, 1, 0),
    (2, 0, 0, 2, 20.0, 20.0, 16.0, 18.0, 1.0, 0.5, 16.0, 3.2, 0.8, 0.2, 5, 1),
    (0, 1, 1, 4, 30.0, 30.0, 15.0, 15.0, 2.0, 1.0, 30.0, -3.0, 3.0, 0.4, 9, 2),
    (1, 0, 0, 0, 10.0, 10.0, 4.0, 4.0, 1.0, 1.0, 4.0, -0.4, 0.0, -0.2, 0, 0),
    (3, 1, 0, 1, 30.0, 30.0, 25.0, 30.0, 2.0, 1.0, 50.0, 5.0, 1.0, 0.0, 3, 1),
)
"""Five firms in two regions (cells 0 and 2 are in the first) and two industries (parts, and cars made of parts)."""


def hand_world() -> World:
    """Two regions, two industries, five firms, an institute, three links, five events, four ledger entries.

    Six firms lived as the year began.
    """
    world = bare_world(2, 2)
    world.industries.chain = 0
    world.industries.stage = [0, 2]
    world.input_shares = np.array([[0.0, 0.4], [0.0, 0.0]])
    world.relatedness = np.array([[1.0, 0.5], [0.5, 1.0]])
    firms = world.firms_table.extend(len(FIRMS))
    names = ("cell", "industry", "kind", "tier", "labour", "capacity", "output", "demand", "price", "unit_cost",
             "sales", "profit", "research", "productivity", "age", "innovations")  # fmt: skip
    for name, values in zip(names, zip(*FIRMS, strict=True), strict=True):
        firms[name] = values
    firms.productivity = np.exp(firms.productivity)
    firms.efficiency = firms.productivity * np.exp(0.1)
    firms.full_cost_price = firms.unit_cost * 2.0
    firms.id = [11, 12, 13, 14, 15]
    firms.region = world.cells.region[firms.cell]
    firms.living = True
    firms.origin = [Origin.INITIAL, Origin.INITIAL, Origin.ATTRACTED, Origin.SPIN_OFF, Origin.DE_NOVO]
    firms.born = world.year - firms.age
    firms.knowledge = np.eye(6)[[0, 0, 1, 1, 2]]
    firms.last_sales = firms.sales / np.e
    firms.growth = 1.0
    firms.building[:, 0] = 1.0
    institutes = world.institutes_table.extend(1)
    institutes.id, institutes.cell, institutes.region, institutes.knowledge = 21, 1, 1, np.eye(6)[0]
    links = world.links_table.extend(4)
    links.tie = [Tie.FIRM, Tie.FIRM, Tie.INSTITUTE, Tie.SUPPLY]
    links.first, links.second = [0, 2, 3, 2], [1, 4, 0, 1]
    links.id, links.living = [31, 32, 33, 34], True
    links.distance, links.novelty = [50.0, 100.0, 0.0, 50.0], [0.5, 1.0, 0.6, 0.0]
    links.value[3], links.filled[3], links.trust[3] = 12.0, 0.9, 0.3
    take_census(world)
    keep_flows(world)
    world.local_industries.contracted = [[12.0, 0.0], [0.0, 0.0]]
    world.regions.consumption = [30.0, 60.0]
    world.regions.income, world.regions.cost_of_living = [40.0, 60.0], [1.0, 2.0]
    world.regions.value_added = [40.0, 50.0]
    world.regions.budget = [2.0, 6.0]
    world.local_industries.promoted = [[1.0, 0.0], [0.5, 0.5]]
    world.local_industries.fit = [[0.2, -0.2], [-0.2, 0.2]]
    happen(world, Event.ENTRY, 3)
    happen(world, Event.EXIT, 0, detail=0)
    happen(world, Event.EXIT, 0, detail=1)
    happen(world, Event.RADICAL_INNOVATION, 2, detail=2)
    happen(world, Event.PROMOTION, 4, detail=Tier.INNOVATIVE_SME)
    world.at_start = {  # 14 is new; 98 and 99 have left
        "id": np.array([11, 12, 13, 15, 98, 99]),
        "tier": np.array([0, 2, 4, 0, 0, 1], dtype=np.int8),
        "region": np.array([0, 0, 0, 1, 0, 1], dtype=np.int32),
        "industry": np.array([0, 0, 1, 1, 0, 0], dtype=np.int32),
        "sales": np.ones(6),
        "worth": np.array([1.0, 2.0, 3.0, 4.0, 5.0, 7.0]),
        "productivity": np.ones(6),
        "appeal": np.ones(6),
        "taught": np.zeros(6),
    }
    world.book("budget", 8.0, 0)
    world.book("entry grants", -3.0, 0, 1)
    world.book("bail-outs", -1.0, 1, 0)
    world.book("carried forward", -4.0, 0)
    return world


def keep_flows(world: World) -> None:
    """What the market would have written to the local industries: sales, spending, payments, imports."""
    firms, local_industries = world.firms, world.local_industries
    where = (firms.region, firms.industry)
    for name in ("output", "demand", "sales", "research", "innovations"):
        np.add.at(local_industries[name], where, firms[name])
    local_industries.value_added = local_industries.sales * [[1.0, 0.8]]
    local_industries.final = [[10.0, 30.0], [0.0, 60.0]]
    local_industries.spending = [[20.0, 30.0], [20.0, 60.0]]
    local_industries.paid = [[18.0, 30.0], [17.0, 52.0]]
    local_industries.imports = [[2.0, 1.0], [5.0, 2.0]]
    world.industries.sales = local_industries.sales.sum(axis=0)


def happen(world: World, event: Event, row: int, detail: int = 0) -> None:
    """Note an event of the firm in `row`."""
    world.note(event, world.firms[row : row + 1], detail=detail)


@pytest.fixture
def world() -> World:
    """The world set by hand."""
    return hand_world()


def one_firm(regions: int, industries: int) -> World:
    """A world with a single firm."""
    world = bare_world(regions, industries)
    firm = world.firms_table.extend(1)
    firm.id, firm.living, firm.kind = 1, True, Kind.SME
    firm.productivity = firm.efficiency = firm.capacity = firm.output = firm.sales = firm.labour = 1.0
    firm.knowledge[:, 0] = 1.0
    take_census(world)
    return world


def equal_firms(regions: int, industries: int) -> World:
    """A world in which every cell holds one firm of every industry, all alike."""
    world = bare_world(regions, industries, (3, 3))
    count = len(world.cells)
    firms = world.firms_table.extend(count * industries)
    firms.id = np.arange(1, len(firms) + 1)
    firms.cell, firms.industry = np.repeat(np.arange(count), industries), np.tile(np.arange(industries), count)
    firms.region, firms.living = world.cells.region[firms.cell], True
    for name in ("productivity", "efficiency", "capacity", "output", "sales", "labour", "demand", "unit_cost"):
        firms[name] = 1.0
    firms.knowledge[:, 0] = 1.0
    take_census(world)
    world.local_industries.sales = world.local_industries.value_added = world.local_industries.spending = (
        world.local_industries.firms.astype(float)
    )
    return world


LIMITS: dict[str, Callable[[], World]] = {
    "no firms": lambda: bare_world(3, 2),
    "one region, no firms": lambda: bare_world(1, 1, (1, 1)),
    "one firm": lambda: one_firm(3, 2),
    "one firm, one region, one industry": lambda: one_firm(1, 1),
    "one region": lambda: equal_firms(1, 3),
    "one industry": lambda: equal_firms(4, 1),
    "all equal": lambda: equal_firms(3, 4),
}


@pytest.fixture(params=LIMITS)
def limit(request: pytest.FixtureRequest) -> World:
    """Worlds at the limits of what is defined."""
    return LIMITS[request.param]()


@pytest.fixture(scope="session")
def lived() -> Any:
    """A world that has lived for ten years, forked in the fifth; not to be changed."""
    scenario = load_scenario(
        HOME / "scenarios" / "policy_text.yaml", ["population.firms=180", "population.institutes=12"]
    )
    world = build_world(scenario)
    for year in range(1, 11):
        schedule.step(world)
        if year == 5:
            schedule.take_norms(world)
    return world
