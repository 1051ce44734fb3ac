"""Scenario -> the World of year 0: places, industries, firms and institutes, at the zero-profit scale of money.

Money is scaled so that the scenario's number of firms is the number that free entry would leave (model
description 4.0), and capacities are those that orders at full-cost prices ask for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.declare import Setting, parameter_record
from sim.draws import Purpose, key, laplace_quantile, lineage, name_id, normal_quantile, uniform
from sim.geography import build_geography
from sim.layouts.planning import PlanInForce
from sim.policies.registry import POLICIES, Programme, dismiss
from sim.rules import agglomeration, census, congestion, demand, endowments, founding, market, pricing, production
from sim.schedule import branch_off
from sim.schema import Industry, Instrument, Measure, Plan, Regions, Scenario
from sim.schema import Blow as BlowSection
from sim.shocks.registry import SHOCKS, Blow
from sim.state import (
    BRANCH,
    CELL,
    ENDOWMENT_NAMES,
    ENDOWMENTS,
    FIELDS,
    INDUSTRY,
    REGION,
    SITE,
    Category,
    Kind,
    Origin,
    Records,
    Tier,
    World,
)

Array = np.ndarray[Any, Any]
STAGES = {"upstream": 0, "midstream": 1, "downstream": 2}
CATEGORIES = {
    "traditional": Category.TRADITIONAL,
    "high-end": Category.HIGH_END,
    "emerging": Category.EMERGING,
    "future": Category.FUTURE,
}
REACH = 600.0
"""Distance in km beyond which neighbours are not looked at: spillovers and agglomeration have faded by then."""


# -- places ----------------------------------------------------------------------------------------------


def tiles(regions: Regions) -> tuple[list[str], list[tuple[int, int]]]:
    """Names of regions and their (row, column) on a grid of regions."""
    if regions.map is not None:
        data = regions.map.data
        names = [str(name) for name in data[regions.map.name]]
        rows = [int(float(row)) for row in data[regions.map.row]]
        columns = [int(float(column)) for column in data[regions.map.column]]
        return names, [(row - min(rows), column - min(columns)) for row, column in zip(rows, columns, strict=True)]
    assert regions.grid is not None
    places = [(row, column) for row in range(regions.grid.rows) for column in range(regions.grid.columns)]
    return [f"R{row + 1}{chr(ord('A') + column % 26)}{column // 26 or ''}" for row, column in places], places


def numbers(data: dict[str, tuple[str | float, ...]], column: str) -> Array:
    """A column of the scenario's table as floats; blanks are NaN."""
    return np.array([float(value) if value != "" else np.nan for value in data[column]])


def measured(data: dict[str, tuple[str | float, ...]], measures: tuple[Measure, ...]) -> Array:
    """One endowment, standardised over regions: the mean of the standardised columns it is made of."""
    total: Array = np.zeros(0)
    for measure in measures:
        values = numbers(data, measure.column)
        if measure.missing is not None:
            values = np.where(np.isnan(values), measure.missing, values)
        if measure.per:
            values = values / numbers(data, measure.per)
        if measure.log:
            values = np.log1p(values)
        total = total + standard(values) if len(total) else standard(values)
    return standard(total)


def standard(values: Array) -> Array:
    """Values less their mean over their standard deviation; zeros if they do not vary."""
    deviation = values.std()
    return (values - values.mean()) / deviation if deviation > 1e-12 else np.zeros_like(values)


def drawn_endowments(seed: int, ids: Array, places: list[tuple[int, int]], correlation: float) -> Array:
    """Endowments of an abstract grid, shape (R, ENDOWMENTS): keyed normals, smoothed over neighbours, standardised."""
    raw = np.array(
        [
            [normal_quantile(uniform(seed, int(Purpose.WORLD), 0, int(region), field)) for field in range(ENDOWMENTS)]
            for region in ids
        ]
    )
    if correlation > 0.0:
        apart = np.array([[abs(r - a) + abs(c - b) for a, b in places] for r, c in places])
        raw = (correlation**apart) @ raw
    return np.stack([standard(raw[:, field]) for field in range(ENDOWMENTS)], axis=1)


def make_regions(scenario: Scenario, names: list[str], places: list[tuple[int, int]]) -> Records:
    """The regions' records, shape (R,)."""
    table = REGION.empty(len(names))
    table.id = [name_id(name) for name in names]
    section = scenario.regions
    table.population = 1.0 / len(names)
    if section.map is not None:
        data = section.map.data
        if section.map.population:
            people = numbers(data, section.map.population)
            table.population = people / people.sum()
        for field, name in enumerate(ENDOWMENT_NAMES):
            if name in section.endowments:
                table.endowment[:, field] = measured(data, section.endowments[name])
    else:
        table.endowment = drawn_endowments(scenario.seed, table.id, places, section.correlation)
    table.wage = 1.0
    table.chain_link = 1.0
    return table


def make_cells(section: Regions, places: list[tuple[int, int]]) -> tuple[Records, Array]:
    """Cells of all regions, shape (C,), and the grid on which they lie (-1 where there is none)."""
    side = section.cells
    rows = max(row for row, _ in places) + 1
    columns = max(column for _, column in places) + 1
    grid = np.full((rows * side, columns * side), -1, dtype=np.int32)
    for region, (row, column) in enumerate(places):
        grid[row * side : (row + 1) * side, column * side : (column + 1) * side] = region
    cells = CELL.empty(int((grid >= 0).sum()))
    lying = np.argwhere(grid >= 0)
    cells.region = grid[grid >= 0]
    cells.x = lying[:, 1] * section.cell_km
    cells.y = -lying[:, 0] * section.cell_km
    cells.land = 1.0
    cells.rent = 1.0
    grid[grid >= 0] = np.arange(len(cells))
    return cells, grid


# -- industries ------------------------------------------------------------------------------------------


def place_in_technology(industry: Industry, chain: int, stage: int) -> Array:
    """Unit vector in technology space: given, or the chain's axis with a component by stage."""
    position = np.zeros(FIELDS)
    if industry.position:
        position[: len(industry.position)] = industry.position[:FIELDS]
    else:
        position[chain % FIELDS] = 1.0
        position[(chain + stage + 1) % FIELDS] += 0.5
    norm = float(np.linalg.norm(position))
    return position / norm if norm > 0 else np.full(FIELDS, 1.0 / math.sqrt(FIELDS))


def make_industries(scenario: Scenario) -> tuple[Records, Array, list[str]]:
    """The industries' records (S,), input shares (S, S) [source, user] and names of chains."""
    sections = scenario.industries
    names = list(sections)
    chains = list(dict.fromkeys(section.chain for section in sections.values()))
    axes = sorted(chains)
    table = INDUSTRY.empty(len(names))
    shares = np.zeros((len(names), len(names)))
    for line, (name, section) in enumerate(sections.items()):
        record = table[line]
        record.id = name_id(name)
        record.chain = chains.index(section.chain)
        record.stage = STAGES[section.stage]
        record.category = CATEGORIES[section.category]
        record.requirement = [section.requires.get(field, 0.0) for field in ENDOWMENT_NAMES]
        record.position = place_in_technology(section, axes.index(section.chain), int(record.stage))
        for source, share in section.inputs.items():
            shares[names.index(source), line] = share
        record.inputs = shares[:, line].sum()
        record.land_share = section.land_share
        record.labour_share = 1.0 - section.land_share - record.inputs
        record.research_intensity = section.research_intensity
        record.weight = section.weight
        record.growth = section.growth
        record.ceiling = section.ceiling
        record.opens = section.opens
        record.opened = section.opens <= 0 and section.category != "future"
        record.opened_year = 0 if record.opened else -1
        record.importable = section.importable
        record.slump = 1.0
        record.import_price = 1.0
    return table, shares, chains


def gross_output(shares: Array, final: Array, variable_cost: float) -> Array:
    """Sales by industry that final spending `final` (S,) calls forth through input orders (Leontief 1936)."""
    return np.asarray(np.linalg.solve(np.eye(len(final)) - shares * variable_cost, final))


# -- agents ----------------------------------------------------------------------------------------------


def apportion(total: int, weights: Array, ids: Array) -> Array:
    """Whole numbers that sum to `total` in proportion to `weights` (largest remainders; equal ones go by id)."""
    exact = np.round(total * weights / weights.sum(), 9)
    whole = np.floor(exact).astype(int)
    rest = total - int(whole.sum())
    whole[np.lexsort((ids, whole - exact))[:rest]] += 1
    return whole


def column_weights(scenario: Scenario, column: str, otherwise: Array) -> Array:
    """Weights of regions from a column of the map's table, or `otherwise`."""
    if scenario.regions.map is not None and column:
        return numbers(scenario.regions.map.data, column)
    return otherwise


def regional_shares(world: World, weights: Array) -> Array:
    """Where an industry's first firms stand, shape (R, S): by weight, and more where it fits (power sigma - 1)."""
    pull = weights[:, None] * np.exp((world.p.variety_elasticity - 1.0) * world.branches.fit)
    return np.asarray(pull / pull.sum(axis=0))


def draw_place(seed: int, identity: int, shares: Array, ids: Array) -> int:
    """Row that a keyed uniform selects from `shares`, cumulated in order of `ids`: rows may stand in any order."""
    luck = uniform(seed, int(Purpose.PLACE), 0, identity, 1)
    order = np.argsort(ids)
    return int(order[min(int(np.searchsorted(np.cumsum(shares[order]), luck)), len(shares) - 1)])


def settle_firms(world: World, scenario: Scenario, sales: Array) -> None:
    """Write the first firms: numbers by industry in proportion to sales, places by fit, ages as if long in being."""
    population = scenario.population
    ids = np.asarray(world.industries.id)
    counts = apportion(population.firms, np.where(world.industries.opened, sales, 0.0), ids)
    leaders = apportion(round(population.leaders * population.firms), np.maximum(counts, 1e-9).astype(float), ids)
    people = np.asarray(world.regions.population)
    tile_map = scenario.regions.map
    ordinary = regional_shares(world, column_weights(scenario, tile_map.initial_firms if tile_map else "", people))
    leading = regional_shares(world, column_weights(scenario, tile_map.initial_leaders if tile_map else "", people))
    births = world.births_table
    for line in range(len(world.industries)):
        fresh = births.extend(int(counts[line]))
        for slot in range(len(fresh)):
            birth = fresh[slot]
            birth.id = lineage(int(Purpose.ID), int(world.industries.id[line]), 0, slot)
            birth.origin = Origin.INITIAL
            birth.kind = Kind.LEADING_FIRM if slot < leaders[line] else Kind.SME
            shares = (leading if slot < leaders[line] else ordinary)[:, line]
            birth.region = draw_place(world.seed, int(birth.id), shares, np.asarray(world.regions.id))
            birth.industry = line
            birth.cell = -1
    geography = world.geography
    firms = world.firms_table.extend(len(births.rows))
    founding.found(
        world.seed, 0, births.rows, firms, world.industries, world.regions, world.cells, world.branches, world.sites,
        geography.region_start, geography.region_cells, world.p,
    )  # fmt: skip
    births.clear()
    for firm in firms:
        luck = uniform(world.seed, int(Purpose.AGE), 0, int(firm.id), 0)
        firm.age = 1 + int(min(-math.log(luck) / 0.08, 40.0))
        firm.born = -firm.age
        firm.productivity *= math.exp(world.p.entrant_gap) if firm.kind == Kind.SME else 1.0
        firm.last_productivity = firm.productivity
        # The first firms are as large as firms of their age: the older, the better known.
        noise = laplace_quantile(uniform(world.seed, int(Purpose.APPEAL), 0, int(firm.id), 0))
        firm.appeal *= math.exp(world.p.appeal_volatility * math.sqrt(firm.age) * noise) if world.p.demand_shocks else 1.0
        firm.investment = 0.0
        firm.cash = 0.0
    firms.subsidy = 0.0
    world.settle()


def settle_institutes(world: World, scenario: Scenario) -> None:
    """Write the institutes: fields by industries' research, places by the scenario's column or population."""
    count = scenario.population.institutes
    if count == 0:
        return
    research = np.asarray(world.industries.research_intensity * np.maximum(world.industries.sales, 1e-12))
    counts = apportion(count, research, np.asarray(world.industries.id))
    tile_map = scenario.regions.map
    people = np.asarray(world.regions.population)
    weights = column_weights(scenario, tile_map.initial_institutes if tile_map else "", people)
    institutes = world.institutes_table.extend(count)
    starts = world.geography.region_start
    desks = [(line, slot) for line in range(len(counts)) for slot in range(int(counts[line]))]
    for institute, (line, slot) in zip(institutes, desks, strict=True):
        institute.id = lineage(int(Purpose.INSTITUTE), int(world.industries.id[line]), 0, slot)
        institute.region = draw_place(
            world.seed, int(institute.id), weights / weights.sum(), np.asarray(world.regions.id)
        )
        within = starts[institute.region + 1] - starts[institute.region]
        choice = int(key(world.seed, int(Purpose.PLACE), 0, int(institute.id), 2)) % int(within)
        institute.cell = world.geography.region_cells[starts[institute.region] + choice]
        institute.industry = line
        institute.knowledge = world.industries.position[line]
        institute.places = world.p.institute_places
    firms = world.firms
    total = float((firms.research_intensity * firms.sales).sum())
    institutes.budget = world.p.institute_research * total / count
    world.settle()


# -- the first year --------------------------------------------------------------------------------------


def scale_money(world: World, firms: int, start_shares: Array) -> Array:
    """Set E0 so that `firms` is the zero-profit number; return expected sales by industry, shape (S,).

    Mean sales: m = (F + .1 w) / (1/sigma - rd - normal margin - .1 start-up share of sales) (section 4.0).
    """
    p = world.p
    capital = (p.interest + p.depreciation) * p.capital_price / p.normal_utilisation
    variable = (p.variety_elasticity - 1.0) / p.variety_elasticity / (1.0 + capital)
    output = gross_output(world.input_shares, start_shares, variable)
    research = float((world.industries.research_intensity * output).sum() / output.sum())
    startup = 0.1 * p.entrant_size * p.capital_price * variable / p.normal_utilisation
    fixed = (p.overhead if p.overhead_costs else 0.0) + 0.1
    mean_sales = fixed / max(1.0 / p.variety_elasticity - research - p.normal_margin - startup, 0.02)
    world.expenditure = float(firms * mean_sales / output.sum())
    world.consumption_budget = world.expenditure
    return output * world.expenditure


def relate_industries(industries: Records, shares: Array) -> Array:
    """Closeness of industries, 0..1: cosine in technology space, and at least .5 where one supplies the other."""
    position = np.asarray(industries.position)
    closeness = np.clip(position @ position.T, 0.0, 1.0)
    linked = (shares + shares.T) > 0.0
    return np.asarray(np.where(linked, np.maximum(closeness, 0.5), closeness))


def price_imports(world: World) -> None:
    """Set import prices `import_markup` above domestic ones and their weight to the given share of spending."""
    p = world.p
    power = 1.0 - p.variety_elasticity
    freeness = market.trade_freeness(world)
    domestic = (freeness.T @ np.asarray(world.branches.supply)).mean(axis=0)
    price = np.asarray(world.branches.price_index).mean(axis=0)
    world.industries.import_price = price * (1.0 + p.import_markup)
    share = p.import_share / (1.0 - p.import_share)
    world.industries.import_appeal = share * domestic / world.industries.import_price**power


def find_first_market(world: World) -> None:
    """Repeat cost, price, orders until capacity fits orders at full-cost prices: the market of year 0."""
    world.branches.input_price[:] = 1.0
    for turn in range(25):
        # Unit costs depend on input prices, and these on unit costs of the stage before.
        production.cost(world)
        pricing.anchor_prices(world)
        world.firms.price = world.firms.full_cost_price
        market.index_prices(world)
        if turn in (8, 16):
            price_imports(world)
        world.branches.reference_price[:] = world.branches.price_index
        demand.earn(world)
        demand.spend(world)
        world.firms.capacity = 1e300
        market.trade(world)
        world.firms.capacity = np.maximum(world.firms.demand / world.p.normal_utilisation, 1e-9)
        market.trade(world)
        production.account(world)
    for _ in range(3):
        census.take_census(world)
        agglomeration.agglomerate(world)
        branch_off(world)
        congestion.price_factors(world.regions, world.cells, world.branches, world.norms, world.wage, world.p)
        agglomeration.agglomerate(world)
        production.cost(world)
        pricing.anchor_prices(world)
        world.firms.price = world.firms.full_cost_price
        market.index_prices(world)
        price_imports(world)
        market.index_prices(world)
        world.branches.reference_price[:] = world.branches.price_index
        demand.spend(world)
        market.trade(world)
        world.firms.capacity = np.maximum(world.firms.demand / world.p.normal_utilisation, 1e-9)
        market.trade(world)
        production.account(world)


def build_world(scenario: Scenario, seed: int | None = None) -> World:
    """The World of year 0 of a scenario. `seed` replaces the scenario's own."""
    names, places = tiles(scenario.regions)
    seed = scenario.seed if seed is None else seed
    scenario = scenario.model_copy(update={"seed": seed})
    p = parameter_record(dict(scenario.parameters), dict(scenario.mechanisms))
    regions = make_regions(scenario, names, places)
    cells, grid = make_cells(scenario.regions, places)
    industries, shares, chains = make_industries(scenario)
    geography = build_geography(grid, cells, len(names), scenario.regions.cell_km, REACH)
    world = World(
        seed=seed,
        p=p,
        geography=geography,
        regions=regions,
        industries=industries,
        cells=cells,
        branches=BRANCH.empty(len(names), len(industries)),
        sites=SITE.empty(len(cells), len(industries)),
        input_shares=shares,
        relatedness=relate_industries(industries, shares),
        region_names=names,
        industry_names=list(scenario.industries),
        chain_names=chains,
        hot_list=np.zeros(len(industries)),
    )
    endow(world)
    demand.update_shares(industries, 0)
    sales = scale_money(world, scenario.population.firms, np.asarray(industries.demand_share))
    open_for_business(world, sales, scenario.population.firms)
    settle_firms(world, scenario, sales)
    find_first_market(world)
    world.firms.cash = 0.25 * world.firms.sales
    settle_institutes(world, scenario)
    world.regions.chain_link = 1.0
    world.labour_force = world.labour_demand + float(world.institutes.budget.sum())
    census.take_census(world)
    industries.last_capacity = industries.capacity
    world.plan = resolve_plan(scenario.neutral, world, start=1)
    return world


def endow(world: World) -> None:
    """Set comparative and absolute advantage from endowments."""
    p = world.p
    if not p.endowments:
        return
    requirement = np.asarray(world.industries.requirement)
    world.branches.fit[:] = endowments.comparative_advantage(
        np.asarray(world.regions.endowment), requirement, float(p.endowment_spread)
    )
    world.regions.advantage = p.absolute_advantage * standard(np.asarray(world.regions.endowment).mean(axis=1))


def open_for_business(world: World, sales: Array, firms: int) -> None:
    """First guesses that founding needs: mean capacities, unit costs and prices of every branch."""
    industries, branches = world.industries, world.branches
    per_firm = sales.sum() / firms
    industries.mean_capacity = per_firm / world.p.normal_utilisation
    industries.sales = sales
    industries.mean_appeal = 1.0
    branches.unit_cost[:] = 1.0
    branches.full_cost_price[:] = 1.0
    branches.price_index[:] = 1.0
    branches.reference_price[:] = 1.0
    branches.input_price[:] = 1.0
    world.norms.potential = world.norms.own_potential = 1.0
    world.norms.region_density = world.norms.cell_density = world.norms.branch_employment = 1.0


# -- plans, policies, shocks -----------------------------------------------------------------------------


def resolve_plan(plan: Plan, world: World, start: int) -> PlanInForce:
    """A scenario's plan with names turned into rows."""
    hot = np.array([1.0 if name in plan.hot else 0.0 for name in world.industry_names])
    chosen = np.zeros(world.branches.shape)
    for choice in plan.choices:
        chosen[world.region_names.index(choice.region), world.industry_names.index(choice.industry)] += choice.weight
    return PlanInForce(
        layout=plan.layout, imitation=plan.imitation, industries=plan.industries, budget=plan.budget, every=plan.every,
        basis=plan.basis, entry=plan.entry, research=plan.research, hot=hot, chosen=chosen, elsewhere=plan.elsewhere,
        start=start,
    )  # fmt: skip


def mask(names: tuple[str, ...], known: list[str]) -> Array:
    """Which of `known` are named; all when none is."""
    return np.array([not names or name in names for name in known])


def settled(declared: Mapping[str, Setting], given: Mapping[str, Any]) -> dict[str, float]:
    """Settings of a policy or shock: what the scenario says, else the defaults."""
    return {name: float(given.get(name, setting.default)) for name, setting in declared.items()}


def resolve_policy(section: Instrument, world: World, serial: int) -> Programme:
    """A scenario's instrument, the `serial`-th of its kind, with names turned into rows and settings completed."""
    return Programme(
        section.policy, section.start, section.years, section.strength,
        mask(section.regions, world.region_names), mask(section.industries, world.industry_names),
        settled(POLICIES[section.policy].settings, section.settings), serial,
    )  # fmt: skip


def resolve_shock(section: BlowSection, world: World) -> Blow:
    """A scenario's shock with names turned into rows and settings completed."""
    return Blow(
        section.shock, section.start, section.years, section.strength,
        mask(section.regions, world.region_names), mask(section.industries, world.industry_names),
        settled(SHOCKS[section.shock].settings, section.settings),
    )  # fmt: skip


def treat(world: World, scenario: Scenario) -> None:
    """From the present state on, the plan, policies and shocks of `scenario` apply; normalisers are taken."""
    dismiss(world)
    branch_off(world)
    world.constants["treated"] = True
    world.plan = resolve_plan(scenario.plan, world, start=world.year + 1)
    kinds = [section.policy for section in scenario.policies]
    world.policies = [
        resolve_policy(section, world, kinds[:row].count(section.policy)) for row, section in enumerate(scenario.policies)
    ]
    world.shocks = [resolve_shock(section, world) for section in scenario.shocks]
