"""The opening: money at the zero-profit scale, first prices and capacities, imports: the market of year 0."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.kernel.world import World
from sim.model.opening.industries import gross_output
from sim.model.opening.niches import mean_inverse_elasticity
from sim.model.rules import (
    agglomeration,
    census,
    congestion,
    consumption,
    demand,
    foreign_trade,
    labour,
    market,
    niches,
    pricing,
    production,
    scale,
)
from sim.model.schedule import take_norms

Array = np.ndarray[Any, Any]


def scale_money(world: World, firms: int, start_shares: Array) -> Array:
    """Set E0 so that `firms` is the zero-profit number; return expected sales by industry, shape (S,).

    Mean sales: m = (F + s L w) / (1/sigma - rd - normal margin - s x first capacity over sales), s `startup_share`, L
    `startup_labour` (section 4.0).
    """
    p = world.p
    capital = (p.interest + p.depreciation) * p.capital_price / p.normal_utilisation
    variable = (p.variety_elasticity - 1.0) / p.variety_elasticity / (1.0 + capital)
    output = gross_output(world.input_shares, start_shares, variable)
    research = float((world.industries.research_intensity * output).sum() / output.sum())
    startup = p.startup_share * p.entrant_size * p.capital_price * variable / p.normal_utilisation
    fixed = (p.overhead if p.overhead_costs else 0.0) + p.startup_share * p.startup_labour
    mean_sales = fixed / max(mean_inverse_elasticity(p) - research - p.normal_margin - startup, 0.02)
    world.expenditure = float(firms * mean_sales / output.sum())
    world.consumption_budget = world.expenditure
    return output * world.expenditure


def price_imports(world: World) -> None:
    """Set import prices `import_markup` above domestic ones and their weight to the given share of spending.

    What nobody makes yet, nobody abroad sells either: it has a price for comparison, the mean of the others.
    """
    p = world.p
    power = 1.0 - p.variety_elasticity
    domestic = market.domestic_weight(world)
    made = domestic.sum(axis=0) > 0.0
    price = np.asarray(world.local_industries.price_index).mean(axis=0)
    price = np.where(made, price, price[made].mean())
    world.industries.import_price = price * (1.0 + p.import_markup)
    world.industries.world_price = world.industries.import_price
    landed = np.asarray(world.regions.landing)[:, None] * world.industries.import_price**power
    world.industries.import_appeal = import_appeal(
        landed, domestic, np.asarray(world.local_industries.spending), p.import_share
    )


def price_exports(world: World) -> None:
    """Set foreign demand so that exports pay for imports at e = 1, each industry selling the same share abroad."""
    industries, local_industries = world.industries, world.local_industries
    sales = np.where(industries.importable & industries.opened, np.maximum(industries.sales, 0.0), 0.0)
    reach = market.weight_abroad(world)
    sales = np.where(reach > 0.0, sales, 0.0)
    if sales.sum() > 0.0:
        bought = foreign_trade.sum_trade(local_industries)[1]
        industries.export_demand = bought * sales / sales.sum() / np.where(reach > 0.0, reach, 1.0)
    foreign_trade.convert_all(industries, world.exchange, 1.0, world.p)


def open_borders(world: World) -> None:
    """Repeat foreign demand and capacities until exports pay for imports: what is sold abroad takes imported inputs."""
    if not foreign_trade.trades(world):
        return
    for _ in range(60):
        price_exports(world)
        world.firms.capacity = 1e300
        market.trade(world)
        world.firms.capacity = np.maximum(world.firms.demand / labour.settled_use(world.p), 1e-9)
        market.trade(world)
        production.account(world)
        sold, bought = foreign_trade.sum_trade(world.local_industries)
        if abs(sold - bought) <= foreign_trade.TOLERANCE * world.expenditure:
            break
    consumption.consume_goods(world)


def import_appeal(landed: Array, domestic: Array, spending: Array, share: float) -> Array:
    """Appeal of imports (S,) at which they have `share` of national spending on each industry; 0 where nobody makes it.

    `landed`, `domestic` and `spending` (R, S): what imports of appeal 1 and domestic goods weigh with buyers, and what
    is spent. Of spending imports have sum of w a l / (a l + d), which rises with a, so that steps in odds settle.
    """
    appeal = domestic.sum(axis=0) / landed.sum(axis=0)
    made = appeal > 0.0
    if share <= 0.0:
        return np.zeros_like(appeal)
    weight = spending[:, made] + 1e-300  # where nothing is spent, all regions count alike
    weight /= weight.sum(axis=0)
    for _ in range(60):
        found = (weight * appeal[made] * landed[:, made] / (appeal[made] * landed[:, made] + domestic[:, made])).sum(
            axis=0
        )
        appeal[made] *= share / (1.0 - share) * (1.0 - found) / found
    return appeal


def set_first_prices(world: World) -> None:
    """Firms begin at full-cost prices, or where these stand still at the use of capacity with which they begin."""
    settled = labour.settled_price(labour.settled_use(world.p), world.p) if world.p.opening_labour else 0.0
    world.firms.price = world.firms.full_cost_price * math.exp(settled)


def find_first_market(world: World) -> None:
    """Repeat cost, price, orders until capacity fits orders at full-cost prices: the market of year 0."""
    world.local_industries.input_price[:] = 1.0
    for turn in range(25):
        # Unit costs depend on input prices, and these on unit costs of the stage before.
        production.cost(world)
        pricing.price_at_full_cost(world)
        set_first_prices(world)
        foreign_trade.progress(world)
        market.index_prices(world)
        if turn in (8, 16):
            price_imports(world)
        world.local_industries.reference_price[:] = world.local_industries.price_index
        demand.earn(world)
        demand.spend(world)
        world.firms.capacity = 1e300
        market.trade(world)
        world.firms.capacity = np.maximum(world.firms.demand / labour.settled_use(world.p), 1e-9)
        market.trade(world)
        niches.learn_rivals(world)
        consumption.consume_goods(world)
        production.account(world)
    open_borders(world)
    for _ in range(3):
        census.take_census(world)
        world.norms.usual_sales = float(world.firms.sales.sum()) / max(len(world.firms), 1)
        scale.judge_scale(world)
        agglomeration.agglomerate(world)
        take_norms(world)
        congestion.price_factors(world.regions, world.cells, world.local_industries, world.norms, world.wage, world.p)
        agglomeration.agglomerate(world)
        production.cost(world)
        pricing.price_at_full_cost(world)
        set_first_prices(world)
        foreign_trade.progress(world)
        market.index_prices(world)
        price_imports(world)
        foreign_trade.progress(world)
        market.index_prices(world)
        world.local_industries.reference_price[:] = world.local_industries.price_index
        demand.spend(world)
        market.trade(world)
        world.firms.capacity = np.maximum(world.firms.demand / labour.settled_use(world.p), 1e-9)
        market.trade(world)
        niches.learn_rivals(world)
        consumption.consume_goods(world)
        production.account(world)
    open_borders(world)


def open_for_business(world: World, sales: Array, firms: int) -> None:
    """First guesses that founding needs: mean capacities, unit costs and prices of every local industry."""
    industries, local_industries = world.industries, world.local_industries
    per_firm = sales.sum() / firms
    industries.mean_capacity = per_firm / world.p.normal_utilisation
    industries.sales = sales
    industries.mean_appeal = 1.0
    local_industries.unit_cost[:] = 1.0
    local_industries.full_cost_price[:] = 1.0
    local_industries.price_index[:] = 1.0
    local_industries.reference_price[:] = 1.0
    local_industries.input_price[:] = 1.0
    world.norms.potential = 1.0
    industries.own_potential = 1.0
    world.norms.region_density = world.norms.cell_density = world.norms.local_industry_employment = 1.0
