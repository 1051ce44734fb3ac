"""Scenario -> the World of year 0: places, industries, firms and institutes, at the zero-profit scale of money.

Money is scaled so that the scenario's number of firms is the number that free entry would leave (model
description 4.0), and capacities are those that orders at full-cost prices ask for.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import parameter_record
from sim.kernel.geography import build_geography
from sim.model.opening.agents import settle_firms, settle_institutes
from sim.model.opening.changes import adopt
from sim.model.opening.industries import industries_in_order, make_industries, relate_industries
from sim.model.opening.first_market import find_first_market, open_for_business, scale_money
from sim.model.opening.orders import resolve_plan, treat
from sim.model.opening.places import make_cells, make_regions, open_gateways, standard, tiles
from sim.model.rules import census, demand, emergence, endowments, labour
from sim.kernel.scenario_types import Scenario
from sim.kernel.world import LOCAL_INDUSTRY, SITE, World

__all__ = ["adopt", "build_world", "tiles", "treat"]


def build_world(scenario: Scenario, seed: int | None = None) -> World:
    """The World of year 0 of a scenario. `seed` replaces the scenario's own."""
    names, tile_positions = tiles(scenario.regions)
    seed = scenario.seed if seed is None else seed
    scenario = scenario.model_copy(update={"seed": seed})
    p = parameter_record(dict(scenario.parameters), dict(scenario.mechanisms))
    regions = make_regions(scenario, names, tile_positions)
    open_gateways(regions, float(p.gateways))
    cells, grid = make_cells(scenario.regions, tile_positions)
    industries, shares, chains = make_industries(scenario, float(p.stage_offset))
    geography = build_geography(grid, cells, len(names), scenario.regions.cell_km, scenario.regions.reach_km)
    world = World(
        seed=seed,
        p=p,
        geography=geography,
        regions=regions,
        industries=industries,
        cells=cells,
        local_industries=LOCAL_INDUSTRY.empty(len(names), len(industries)),
        sites=SITE.empty(len(cells), len(industries)),
        input_shares=shares,
        relatedness=relate_industries(industries, shares, float(p.chain_relatedness)),
        region_names=names,
        industry_names=list(industries_in_order(scenario)),
        chain_names=chains,
    )
    endow(world)
    emergence.draw_ceilings(world)
    demand.update_shares(industries, 0, p)
    sales = scale_money(world, scenario.population.firms, np.asarray(industries.demand_share))
    open_for_business(world, sales, scenario.population.firms)
    settle_firms(world, scenario, sales)
    find_first_market(world)
    world.firms.cash = p.opening_cash * world.firms.sales
    settle_institutes(world, scenario)
    world.regions.chain_link = 1.0
    world.labour_force = world.labour_demand + float(world.institutes.budget.sum())
    labour.staff_opening(world)
    census.take_census(world)
    industries.last_capacity = industries.capacity
    world.plan = resolve_plan(scenario.neutral, world, start=1)
    world.flows[:] = 0.0
    return world


def endow(world: World) -> None:
    """Set comparative and absolute advantage from endowments."""
    p = world.p
    if not p.endowments:
        return
    requirement = np.asarray(world.industries.requirement)
    world.local_industries.fit[:] = endowments.comparative_advantage(
        np.asarray(world.regions.endowment), requirement, float(p.endowment_spread)
    )
    world.regions.advantage = p.absolute_advantage * standard(np.asarray(world.regions.endowment).mean(axis=1))
