"""The market: CES demand over firm varieties, iceberg trade costs, market access, orders.

Dixit & Stiglitz (1977); Krugman (1980); market access: Redding & Venables (2004); gravity: Disdier & Head (2008).
Varieties belong to firms, never to regions. With price indices per region and industry a firm's orders are A p^-sigma
times the market access of its place. Chains are acyclic, so that orders and deliveries are solved in one pass each;
what arrives is worked out in sim.model.rules.delivery.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.contract_index import Contracts, Promises, Stages, market_of, stages_of, standing
from sim.kernel.declare import mechanism
from sim.kernel.niche_index import Reach, niches_of
from sim.kernel.typed import (
    Array,
    FirmRow,
    Firms,
    Industries,
    LocalIndustries,
    Parameters,
    Regions,
)
from sim.kernel.world import Nation, World
from sim.model.rules import delivery, foreign_trade, niche_delivery, niche_market, redirection
from sim.model.rules.capacity import usable_capacity

TRADE = mechanism("trade_costs", "4.4", "Goods cost more the farther they travel, and more across a protected border.")
TRADE.param(
    "variety_elasticity", 5.0, 2.0, 12.0, unit="1", evidence="P", sweep=(3.0, 10.0),
    source="Head & Mayer 2014 (median trade elasticity sigma - 1 near 5, so sigma near 6); Broda & Weinstein 2006 "
    "(lower medians)",
    help="sigma: elasticity of substitution between the varieties of an industry",
)  # fmt: skip
TRADE.param(
    "distance_cost", 0.25, 0.0, 2.0, unit="1", evidence="P", sweep=(0.1, 0.5),
    source="form ours; with sigma 5 the gravity slope is -1 (Disdier & Head 2008 for the slope only)",
    help="iceberg cost is (1 + d/l)^distance_cost, l being trade_scale",
)  # fmt: skip
TRADE.param(
    "trade_scale", 50.0, 1.0, 1000.0, unit="km", evidence="A", sweep=(25.0, 100.0),
    source="size of a cell; our assumption",
    help="l: distance at which goods begin to cost more to move, in (1 + d/l)^distance_cost",
)  # fmt: skip
TRADE.param(
    "protection", 0.05, 0.0, 5.0, unit="1", evidence="A", sweep=(0.0, 0.5),
    source="Poncet 2005; Young 2000 (sign, Chinese provinces)",
    help="extra cost of goods that cross a region's border, as a share of their price",
)  # fmt: skip


@rule
def iceberg(distance: float, crosses: bool, p: Parameters) -> float:
    """tau = (1 + d/l)^distance_cost (1 + protection across a border); form ours, slope: Disdier & Head 2008."""
    if not p.trade_costs:
        return 1.0
    return (1.0 + distance / p.trade_scale) ** p.distance_cost * (1.0 + (p.protection if crosses else 0.0))


@rule
def weight_of(firm: FirmRow, p: Parameters) -> float:
    """A p^(1-sigma): what a firm weighs with buyers (Dixit & Stiglitz 1977)."""
    return firm.appeal * firm.price ** (1.0 - p.variety_elasticity)


@rule
def wanted_of(firm: FirmRow, p: Parameters) -> float:
    """A p^-sigma: what buyers order of a firm for each unit of its market access, d = A p^-sigma MA (Redding & Venables
    2004).
    """
    return firm.appeal * firm.price**-p.variety_elasticity


@rule
def weigh_firms(firms: Firms, reach: Reach, p: Parameters) -> None:
    """Fill `weights`, `wanted` and `prices` as Reach describes them."""
    for row in range(len(firms)):
        reach.weights[row] = weight_of(firms[row], p)
        reach.wanted[row] = wanted_of(firms[row], p)
        reach.prices[row] = firms[row].price


@rule
def weigh_buyers(local_industries: LocalIndustries, pull: Array, p: Parameters) -> None:
    """Fill `pull` (R, S): P^(sigma-1), what buyers order of a unit of weight for each unit that they spend."""
    for buyer in range(pull.shape[0]):
        for industry in range(pull.shape[1]):
            pull[buyer, industry] = local_industries[buyer, industry].price_index ** (p.variety_elasticity - 1.0)


@rule
def weigh_trade(distances: Array, freeness: Array, p: Parameters) -> None:
    """Fill `freeness` (R, R) with tau^(1-sigma)."""
    for here in range(len(distances)):
        for there in range(len(distances)):
            cost = iceberg(distances[here, there], here != there, p)
            freeness[here, there] = cost ** (1.0 - p.variety_elasticity)


@rule
def index_all(
    firms: Firms,
    regions: Regions,
    industries: Industries,
    local_industries: LocalIndustries,
    freeness: Array,
    weights: Array,
    p: Parameters,
) -> None:
    """Price indices: P_rs^(1-sigma) = sum over places of tau^(1-sigma) G, G = sum of A p^(1-sigma), plus imports.

    `weights` (N,) are A p^(1-sigma).
    """
    region_count, industry_count = local_industries.shape
    for region in range(region_count):
        for industry_row in range(industry_count):
            local_industries[region, industry_row].supply = 0.0
    for row in range(len(firms)):
        firm = firms[row]
        if firm.living and firm.capacity > 0.0:
            local_industries[firm.region, firm.industry].supply += weights[row]
    for industry_row in range(industry_count):
        industry = industries[industry_row]
        foreign = foreign_trade.import_weight(industry, p)
        for buyer in range(region_count):
            total = foreign * regions[buyer].landing
            for seller in range(region_count):
                total += freeness[seller, buyer] * local_industries[seller, industry_row].supply
            local_industries[buyer, industry_row].price_index = foreign_trade.price_index(total, industry, p)


@rule
def reach_buyers(industry: int, nation: Nation, freeness: Array, pull: Array) -> None:
    """Market access of `industry` at every place: MA_r = sum over buyers tau^(1-sigma) P^(sigma-1) E + abroad.

    Once for all spending, which is what a newcomer may hope for, and once without what is ordered under contract.
    `pull` (R, S) is P^(sigma-1).
    """
    local_industries = nation.local_industries
    region_count = local_industries.shape[0]
    for seller in range(region_count):
        access = 0.0
        open_access = 0.0
        for buyer in range(region_count):
            local_industry = local_industries[buyer, industry]
            weight = freeness[seller, buyer] * pull[buyer, industry]
            access += weight * local_industry.spending
            open_access += weight * (local_industry.spending - local_industry.contracted)
        abroad = nation.regions[seller].shipping * nation.industries[industry].foreign_demand
        local_industries[seller, industry].export_access = abroad
        local_industries[seller, industry].access = access + abroad
        local_industries[seller, industry].open_access = open_access + abroad
        local_industries[seller, industry].extra_access = 0.0
        local_industries[seller, industry].extra = 0.0


@rule
def order_inputs(
    row: int, firms: Firms, contracts: Contracts, nation: Nation, prices: Array, booked: Array, p: Parameters
) -> None:
    """A firm orders inputs for planned output: `contract_share` of each under its contracts, the rest openly.

    Adds to `booked` (N,) what suppliers are asked to deliver under contract, in goods; `prices` (N,) are theirs.
    """
    firm = firms[row]
    cost = firm.unit_cost * firm.planned
    for source in contracts.sources[firm.industry]:
        if source < 0:
            break
        nation.local_industries[firm.region, source].spending += nation.input_shares[source, firm.industry] * cost
    for entry in range(contracts.starts[row], contracts.starts[row + 1]):
        source, supplier = contracts.goods[entry], contracts.suppliers[entry]
        value = p.contract_share * contracts.shares[entry] * nation.input_shares[source, firm.industry] * cost
        contracts.value[entry] = value
        nation.local_industries[firm.region, source].contracted += value
        booked[supplier] += value / prices[supplier]


@rule
def output_planned(firm: FirmRow, nation: Nation) -> float:
    """What a firm plans to make: min(usable capacity, orders), as far as suppliers lost allow (form ours)."""
    usable = usable_capacity(firm, nation.regions[firm.region])
    return min(usable, firm.orders) * firm.supply_limit


@rule
def plan_output(firm: FirmRow, openly: float, booked: float, nation: Nation) -> None:
    """A firm gets its orders and plans to fill them, as far as capacity and suppliers lost allow.

    `openly` are open orders and `booked` those under contract, in goods.
    """
    local_industry = nation.local_industries[firm.region, firm.industry]
    firm.orders = openly + booked
    firm.demand = firm.orders
    firm.redirected = 0.0
    firm.room = 0.0
    firm.planned = output_planned(firm, nation)
    local_industry.demand += firm.demand


@rule
def plan_again(firm: FirmRow, placed: float, nation: Nation) -> None:
    """A firm that has room gets its part of orders `placed` once more, in goods, and plans to fill these, too."""
    local_industry = nation.local_industries[firm.region, firm.industry]
    firm.redirected = firm.room * placed
    if firm.redirected <= 0.0:
        return
    firm.orders += firm.redirected
    firm.planned = output_planned(firm, nation)
    local_industry.demand -= firm.demand
    firm.demand = redirection.orders_seen(firm)
    local_industry.demand += firm.demand


@rule
def open_orders(local_industries: LocalIndustries) -> None:
    """At first buyers spend what final demand spends."""
    region_count, industry_count = local_industries.shape
    for region in range(region_count):
        for industry in range(industry_count):
            local_industry = local_industries[region, industry]
            local_industry.spending = local_industry.final
            local_industry.contracted = 0.0
            local_industry.demand = 0.0


@rule
def redirect_orders(
    stage: int, firms: Firms, stages: Stages, nation: Nation, reach: Reach, booked: Array, p: Parameters
) -> None:
    """Orders of a stage that find no goods go once to firms with room. `booked` (N,) are those under contract."""
    extra_access, places, landed = reach.niches.extra_access, reach.niches.place, np.zeros(len(nation.regions))
    here = stages.rows[stages.starts[stage] : stages.starts[stage + 1]]
    if p.niches:
        niche_delivery.look_round_niches(stage, firms, nation, booked, reach.niches, p)
    else:
        redirection.look_round(stage, here, firms, nation, reach.weights, booked, p)
    for industry in range(len(nation.industries)):
        sold = nation.industries[industry]
        if sold.stage == stage:
            for buyer in range(len(landed)):
                landed[buyer] = foreign_trade.import_weight(sold, p) * nation.regions[buyer].landing
            allowed = foreign_trade.import_allowed(sold)
            if p.niches:
                niche_delivery.place_again_in_niches(industry, nation, landed, allowed, reach, p)
            else:
                redirection.place_again(industry, nation, landed, allowed, reach, p)
    for row in here:
        firm = firms[row]
        if firm.room <= 0.0:
            continue
        if p.niches:
            placed = niche_market.orders_in_niche(firm, extra_access[places[row]], p)
        else:
            placed = reach.wanted[row] * nation.local_industries[firm.region, firm.industry].extra_access
        plan_again(firm, placed, nation)


@rule
def open_promises(promises: Promises) -> None:
    """Nothing is booked or kept yet, and nothing refused."""
    promises.booked[:] = 0.0
    promises.accepted[:] = 1.0
    promises.kept[:] = 0.0


@rule
def place_orders(
    firms: Firms, stages: Stages, contracts: Contracts, nation: Nation, reach: Reach, promises: Promises, p: Parameters
) -> None:
    """From downstream to upstream: buyers order, firms plan output min(capacity, orders) and order their inputs."""
    booked, wanted = promises.booked, np.zeros(len(nation.regions) + 1)
    open_promises(promises)
    access, places = reach.niches.access, reach.niches.place
    open_orders(nation.local_industries)
    weigh_buyers(nation.local_industries, reach.pull, p)
    for stage in range(len(stages.starts) - 2, -1, -1):
        here = stages.rows[stages.starts[stage] : stages.starts[stage + 1]]
        if p.redirection:
            redirection.accept_contracts(stage, here, firms, contracts, nation, promises)
        for industry in range(len(nation.industries)):
            if nation.industries[industry].stage == stage:
                reach_buyers(industry, nation, reach.freeness, reach.pull)
                if p.niches:
                    niche_market.reach_niches(industry, nation, wanted, reach)
        for row in here:
            firm = firms[row]
            if p.niches:
                openly = niche_market.orders_in_niche(firm, access[places[row]], p)
            else:
                openly = reach.wanted[row] * nation.local_industries[firm.region, firm.industry].open_access
            plan_output(firm, openly, booked[row], nation)
        if p.redirection:
            redirect_orders(stage, firms, stages, nation, reach, booked, p)
        for row in here:
            order_inputs(row, firms, contracts, nation, reach.prices, booked, p)


def trade_freeness(world: World) -> np.ndarray:
    """tau^(1-sigma) between regions, shape (R, R), computed once; protection may be raised by a policy."""
    if world.freeness is None:
        distances = world.geography.region_distance
        freeness = np.ones_like(distances)
        weigh_trade(distances, freeness, world.p)
        world.freeness = freeness
    return world.freeness


def reach_of(world: World) -> Reach:
    """Whom firms reach at the prices that they ask."""
    count = len(world.firms)
    weights, wanted, prices = np.empty(count), np.empty(count), np.empty(count)
    pull = np.empty(world.local_industries.shape)
    reach = Reach(trade_freeness(world), weights, wanted, prices, pull, niches_of(world))
    weigh_firms(world.firms, reach, world.p)
    return reach


def stages_here(world: World) -> Stages:
    """Living firms by stage."""
    return stages_of(world.firms, world.industries)


def index_prices(world: World) -> None:
    """Work out what buyers pay for each industry in each region, imports included."""
    reach, places = standing(world, "reach", reach_of), (world.regions, world.industries, world.local_industries)
    foreign_trade.reach_ports(world.regions, reach.freeness)
    if world.p.niches:
        niche_market.index_niches(world.firms, *places, reach.freeness, reach.niches, world.p)
    else:
        index_all(world.firms, *places, reach.freeness, reach.weights, world.p)


def domestic_weight(world: World) -> np.ndarray:
    """P^(1-sigma) of what is made at home for buyers in every region, (R, S), once prices are indexed."""
    if world.p.niches:
        return niches_of(world).weight[:-1]
    return np.asarray(trade_freeness(world).T @ np.asarray(world.local_industries.supply))


def weight_abroad(world: World) -> np.ndarray:
    """The same for buyers abroad, (S,)."""
    if world.p.niches:
        return niches_of(world).weight[-1]
    supply = np.asarray(world.local_industries.supply)
    return np.asarray((np.asarray(world.regions.shipping)[:, None] * supply).sum(axis=0))


def trade(world: World) -> None:
    """Split spending, place orders down to up, produce and deliver up to down."""
    firms, nation, year = world.firms, world.nation, market_of(world)
    stages, reach = standing(world, "stages", stages_here), standing(world, "reach", reach_of)
    place_orders(firms, stages, year.contracts, nation, reach, year.promises, world.p)
    delivery.deliver(firms, stages, year.contracts, nation, reach, year.promises, world.p)
