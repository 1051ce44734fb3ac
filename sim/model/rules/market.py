"""The market: CES demand over firm varieties, iceberg trade costs, market access, rationing by capacity.

Dixit & Stiglitz (1977); Krugman (1980); market access: Redding & Venables (2004); gravity: Disdier & Head (2008).
Varieties belong to firms, never to regions. With price indices per region and industry a firm's orders are A p^-sigma
times the market access of its place. Chains are acyclic, so that orders and deliveries are solved in one pass each.
Inputs nest with a short-run elasticity nu (Atalay 2017; Boehm, Flaaen & Pandalai-Nayar 2019).
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.contract_index import Contracts, contracts_of
from sim.kernel.declare import OPENING, mechanism
from sim.kernel.typed import Array, FirmRow, Firms, Industries, LocalIndustries, LocalIndustryRow, Parameters, Regions
from sim.kernel.world import Nation, World

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
IMPORTS = mechanism("imports", "4.10", "The rest of the world sells one variety of each importable industry.")
IMPORTS.param(
    "import_share", 0.05, 0.0, 0.5, unit="1", evidence="A", sweep=(0.0, 0.2), acts=OPENING,
    source="set at the start; it then follows prices",
    help="share of imports in spending on an importable industry in year 0",
)  # fmt: skip
IMPORTS.param(
    "gateways", 0.25, 0.0, 1.0, unit="1", evidence="A", sweep=(0.1, 1.0),
    source="Coşar & Fajgelbaum 2016 (mechanism); digits ours",
    help="share of regions, those with the best ports, through which imports come in; at least one",
)  # fmt: skip
IMPORTS.param(
    "import_markup", 0.25, 0.0, 3.0, unit="1", evidence="A", sweep=(0.0, 1.0), acts=OPENING,
    source="Anderson & van Wincoop 2004 (border costs in rich countries are larger still)",
    help="how much dearer than the domestic price of year 0 an imported good is",
)  # fmt: skip
IMPORTS.param(
    "world_progress", 0.015, -0.05, 0.1, unit="1/year", evidence="A", sweep=(0.0, 0.02),
    source="set near the model's own trend of productivity",
    help="yearly fall of import prices, as the rest of the world progresses too",
)  # fmt: skip
SHORTAGE = mechanism("input_shortage", "4.10", "Firms whose inputs do not arrive produce less.")
SHORTAGE.param(
    "input_elasticity", 0.2, 0.05, 0.95, unit="1", evidence="S", sweep=(0.05, 0.5),
    source="complements: Atalay 2017; Boehm, Flaaen & Pandalai-Nayar 2019; digits ours",
    help="nu: short-run elasticity of substitution between inputs",
)  # fmt: skip


@rule
def iceberg(distance: float, crosses: bool, p: Parameters) -> float:
    """tau = (1 + d/l)^distance_cost (1 + protection across a border); form ours, slope: Disdier & Head 2008."""
    if not p.trade_costs:
        return 1.0
    return (1.0 + distance / p.trade_scale) ** p.distance_cost * (1.0 + (p.protection if crosses else 0.0))


@rule
def orders(firm: FirmRow, access: float, p: Parameters) -> float:
    """d = A p^-sigma MA: what buyers everywhere order from this firm (Redding & Venables 2004)."""
    return firm.appeal * firm.price**-p.variety_elasticity * access


@rule
def output_allowed(share: float, arrived: float, p: Parameters) -> float:
    """Output over plan when a share of cost arrives only in part: CES with elasticity nu, 1 when all arrives.

    (1 - a + a f^((nu-1)/nu))^(nu/(nu-1)) (Atalay 2017). `share` a, `arrived` f in [0, 1].
    """
    if arrived >= 1.0 or share <= 0.0:
        return 1.0
    if arrived <= 1e-9:
        return 0.0
    power = (p.input_elasticity - 1.0) / p.input_elasticity
    return (1.0 - share + share * arrived**power) ** (1.0 / power)


@rule
def weigh_trade(distances: Array, freeness: Array, p: Parameters) -> None:
    """Fill `freeness` (R, R) with tau^(1-sigma)."""
    for here in range(len(distances)):
        for there in range(len(distances)):
            cost = iceberg(distances[here, there], here != there, p)
            freeness[here, there] = cost ** (1.0 - p.variety_elasticity)


@rule
def land(regions: Regions, freeness: Array) -> None:
    """Fill `landing`: tau^(1-sigma) from the gateway from which goods come most cheaply, max over g of freeness[g, r].

    Imports bear the costs of inland trade like other goods (Coşar & Fajgelbaum 2016).
    """
    for region in range(len(regions)):
        best = 0.0
        for gate in range(len(regions)):
            if regions[gate].gateway:
                best = max(best, freeness[gate, region])
        regions[region].landing = best


@rule
def index_all(
    firms: Firms,
    regions: Regions,
    industries: Industries,
    local_industries: LocalIndustries,
    freeness: Array,
    p: Parameters,
) -> None:
    """Price indices: P_rs^(1-sigma) = sum over places of tau^(1-sigma) G, G = sum of A p^(1-sigma), plus imports."""
    region_count, industry_count = local_industries.shape
    power = 1.0 - p.variety_elasticity
    for region in range(region_count):
        for industry_row in range(industry_count):
            local_industries[region, industry_row].supply = 0.0
    for firm in firms:
        if firm.living and firm.capacity > 0.0:
            local_industries[firm.region, firm.industry].supply += firm.appeal * firm.price**power
    for industry_row in range(industry_count):
        industry = industries[industry_row]
        foreign = 0.0
        if p.imports and industry.importable and industry.opened:
            foreign = industry.import_appeal * industry.import_price**power
        for buyer in range(region_count):
            total = foreign * regions[buyer].landing
            for seller in range(region_count):
                total += freeness[seller, buyer] * local_industries[seller, industry_row].supply
            local_industry = local_industries[buyer, industry_row]
            # Where nothing is sold at all, buyers face a prohibitive price instead of an infinite one.
            local_industry.price_index = total ** (1.0 / power) if total > 0.0 else 5.0 * industry.import_price


@rule
def reach_buyers(industry: int, local_industries: LocalIndustries, freeness: Array, p: Parameters) -> None:
    """Market access of `industry` at every place: MA_r = sum over buyers tau^(1-sigma) P^(sigma-1) E.

    Once for all spending, which is what a newcomer may hope for, and once without what is ordered under contract.
    """
    region_count = local_industries.shape[0]
    for seller in range(region_count):
        access = 0.0
        open_access = 0.0
        for buyer in range(region_count):
            local_industry = local_industries[buyer, industry]
            weight = freeness[seller, buyer] * local_industry.price_index ** (p.variety_elasticity - 1.0)
            access += weight * local_industry.spending
            open_access += weight * (local_industry.spending - local_industry.contracted)
        local_industries[seller, industry].access = access
        local_industries[seller, industry].open_access = open_access


@rule
def order_inputs(row: int, firms: Firms, contracts: Contracts, nation: Nation, booked: Array, p: Parameters) -> None:
    """A firm orders inputs for planned output: `contract_share` of each under its contracts, the rest openly.

    Adds to `booked` (N,) what suppliers are to deliver under contract, in goods.
    """
    firm = firms[row]
    cost = firm.unit_cost * firm.planned
    for source in range(len(nation.input_shares)):
        share = nation.input_shares[source, firm.industry]
        if share > 0.0:
            nation.local_industries[firm.region, source].spending += share * cost
    for entry in range(contracts.starts[row], contracts.starts[row + 1]):
        link, source = contracts.links[contracts.rows[entry]], contracts.goods[entry]
        link.value = p.contract_share * link.share * nation.input_shares[source, firm.industry] * cost
        nation.local_industries[firm.region, source].contracted += link.value
        booked[link.second] += link.value / firms[link.second].price


@rule
def plan_output(firm: FirmRow, booked: float, nation: Nation, p: Parameters) -> None:
    """A firm gets its orders and plans to fill them, as far as capacity and suppliers lost allow.

    `booked` are orders under contract, in goods.
    """
    local_industry = nation.local_industries[firm.region, firm.industry]
    firm.demand = orders(firm, local_industry.open_access, p) + booked
    usable = firm.capacity * (1.0 - nation.regions[firm.region].disaster)
    firm.planned = min(usable, firm.demand) * firm.supply_limit
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
def count_stages(industries: Industries) -> int:
    """How many stages the longest chain has."""
    last = 0
    for industry in industries:
        last = max(last, industry.stage)
    return last + 1


@rule
def place_orders(
    firms: Firms, contracts: Contracts, nation: Nation, freeness: Array, booked: Array, p: Parameters
) -> None:
    """From downstream to upstream: buyers order, firms plan output min(capacity, orders) and order their inputs."""
    open_orders(nation.local_industries)
    for stage in range(count_stages(nation.industries) - 1, -1, -1):
        for industry in range(len(nation.industries)):
            if nation.industries[industry].stage == stage:
                reach_buyers(industry, nation.local_industries, freeness, p)
        for row in range(len(firms)):
            firm = firms[row]
            if firm.living and nation.industries[firm.industry].stage == stage:
                plan_output(firm, booked[row], nation, p)
                order_inputs(row, firms, contracts, nation, booked, p)


@rule
def receive(industry: int, nation: Nation, freeness: Array, p: Parameters) -> None:
    """What buyers of an industry get of what they ordered openly: in value (paid_share) and really (filled)."""
    sold, local_industries = nation.industries[industry], nation.local_industries
    region_count = local_industries.shape[0]
    power = 1.0 - p.variety_elasticity
    foreign = 0.0
    if p.imports and sold.importable and sold.opened:
        foreign = sold.import_appeal * sold.import_price**power
    allowed = 1.0 - sold.embargo * (1.0 - sold.rerouted)
    for buyer in range(region_count):
        local_industry = local_industries[buyer, industry]
        scale = local_industry.price_index ** (p.variety_elasticity - 1.0)
        landed = foreign * nation.regions[buyer].landing
        value = landed * allowed
        real = landed * allowed ** (-power / p.variety_elasticity)
        for seller in range(region_count):
            value += freeness[seller, buyer] * local_industries[seller, industry].served
            real += freeness[seller, buyer] * local_industries[seller, industry].delivered
        local_industry.paid_share = min(1.0, value * scale)
        local_industry.filled = min(1.0, (real * scale) ** (p.variety_elasticity / (p.variety_elasticity - 1.0)))
        openly = local_industry.spending - local_industry.contracted
        local_industry.paid = local_industry.paid_share * openly
        local_industry.imports = landed * allowed * scale * openly


@rule
def supplied(customer: int, source: int, contracts: Contracts, kept: Array, p: Parameters) -> tuple[float, float]:
    """Shares of an input that a firm ordered under contract, and that arrived. `kept` (N,): share of orders filled."""
    ordered = 0.0
    arrived = 0.0
    for entry in range(contracts.starts[customer], contracts.starts[customer + 1]):
        if contracts.goods[entry] == source:
            link = contracts.links[contracts.rows[entry]]
            ordered += p.contract_share * link.share
            arrived += p.contract_share * link.share * kept[link.second]
    return ordered, arrived


@rule
def take_delivery(row: int, firms: Firms, contracts: Contracts, nation: Nation, kept: Array, p: Parameters) -> float:
    """Pay for the inputs that arrive, and return the share of planned output that they allow.

    Of an input arrives (1 - k) x the market's fill + k x the mean fill of the suppliers under contract, with k
    `contract_share` where there are contracts and 0 where there are none: what one supplier fails to deliver
    cannot be had elsewhere within the year (Barrot & Sauvagnat 2016). `kept` (N,): share of contract orders filled.
    """
    firm = firms[row]
    allowed = 1.0
    firm.input_bill = 0.0
    for source in range(len(nation.input_shares)):
        share = nation.input_shares[source, firm.industry]
        if share <= 0.0:
            continue
        local_industry = nation.local_industries[firm.region, source]
        tied, arrived = supplied(row, source, contracts, kept, p)
        ordered = share * firm.unit_cost * firm.planned
        firm.input_bill += ordered * ((1.0 - tied) * local_industry.paid_share + arrived)
        local_industry.paid += ordered * arrived
        if p.input_shortage:
            allowed *= output_allowed(share, (1.0 - tied) * local_industry.filled + arrived, p)
    for entry in range(contracts.starts[row], contracts.starts[row + 1]):
        link = contracts.links[contracts.rows[entry]]
        link.filled = kept[link.second]
        link.value *= link.filled
    return allowed


@rule
def keep_promises(firm: FirmRow, booked: float) -> float:
    """Share of contract orders that a firm fills: they come first when capacity is short, min(booked, normal)/booked,
    and lose like all others when output falls short of plan, output/normal (priority: Macchiavello & Morjaria 2015).
    """
    normal = min(firm.capacity, firm.demand)
    if booked <= 0.0 or normal <= 0.0:
        return 0.0
    return min(booked, normal) / booked * firm.output / normal


@rule
def offer(firm: FirmRow, booked: float, kept: float, local_industry: LocalIndustryRow, p: Parameters) -> None:
    """Add what a firm has left for open orders, once the share `kept` of those `booked` is filled, to local supply."""
    openly = firm.demand - booked
    if openly > 0.0:
        power = 1.0 - p.variety_elasticity
        fill = max(0.0, firm.output - booked * kept) / openly
        weight = firm.appeal * firm.price**power
        local_industry.served += weight * fill
        local_industry.delivered += weight * fill ** (-power / p.variety_elasticity)


@rule
def deliver(firms: Firms, contracts: Contracts, nation: Nation, freeness: Array, booked: Array, p: Parameters) -> None:
    """From upstream to downstream: firms produce what their inputs allow, and buyers get their part of it."""
    region_count, industry_count = nation.local_industries.shape
    kept = np.zeros(len(firms))
    for region in range(region_count):
        for industry in range(industry_count):
            nation.local_industries[region, industry].served = 0.0
            nation.local_industries[region, industry].delivered = 0.0
    for stage in range(count_stages(nation.industries)):
        for row in range(len(firms)):
            firm = firms[row]
            if firm.living and nation.industries[firm.industry].stage == stage:
                firm.output = firm.planned * take_delivery(row, firms, contracts, nation, kept, p)
                kept[row] = keep_promises(firm, booked[row])
                offer(firm, booked[row], kept[row], nation.local_industries[firm.region, firm.industry], p)
        for industry in range(industry_count):
            if nation.industries[industry].stage == stage:
                receive(industry, nation, freeness, p)


def trade_freeness(world: World) -> np.ndarray:
    """tau^(1-sigma) between regions, shape (R, R), computed once; protection may be raised by a policy."""
    if world.freeness is None:
        distances = world.geography.region_distance
        freeness = np.ones_like(distances)
        weigh_trade(distances, freeness, world.p)
        world.freeness = freeness
    return world.freeness


def index_prices(world: World) -> None:
    """Import prices fall with world progress; work out what buyers pay for each industry in each region."""
    world.industries.import_price *= math.exp(-world.p.world_progress)
    freeness = trade_freeness(world)
    land(world.regions, freeness)
    index_all(world.firms, world.regions, world.industries, world.local_industries, freeness, world.p)


def trade(world: World) -> None:
    """Split spending, place orders down to up, produce and deliver up to down."""
    firms, nation, contracts = world.firms, world.nation, contracts_of(world)
    freeness, booked = trade_freeness(world), np.zeros(len(firms))
    place_orders(firms, contracts, nation, freeness, booked, world.p)
    deliver(firms, contracts, nation, freeness, booked, world.p)
