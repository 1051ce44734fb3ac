"""Production: what a unit costs at a place, and what a firm earns in a year.

Cobb-Douglas cost over labour, land and inputs of earlier stages, fixed overhead per firm (Krugman 1979, 1991).
Value added, profit and cash are accounting identities.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.contract_index import standing
from sim.kernel.declare import mechanism
from sim.kernel.typed import (
    Array,
    FirmRow,
    Firms,
    IndustryRow,
    LocalIndustries,
    LocalIndustryRow,
    Parameters,
    RegionRow,
    SiteRow,
)
from sim.kernel.world import Flow, Kind, Nation, World

PRODUCTION = mechanism("overhead_costs", "4.0", "A firm has fixed costs, so that size pays and numbers are limited.")
PRODUCTION.param(
    "overhead", 0.8, 0.0, 10.0, unit="workers", evidence="A", sweep=(0.4, 1.6),
    source="Krugman 1979 (fixed cost); size ours",
    help="workers that a firm needs whatever it produces",
)  # fmt: skip
PRODUCTION.param(
    "overhead_scale", 0.5, 0.0, 1.0, unit="1", evidence="A", sweep=(0.0, 0.8),
    source="form and digits ours; 0 is Krugman's fixed cost",
    help="elasticity of overhead to capacity over the industry's mean",
)  # fmt: skip
PRODUCTION.param(
    "payout", 0.7, 0.0, 1.0, unit="1/year", evidence="A", sweep=(0.4, 1.0),
    source="Lintner 1956 (firms smooth towards a pay-out target)",
    help="share of cash above the reserve that is paid to owners",
)  # fmt: skip
PRODUCTION.param(
    "cash_reserve", 0.5, 0.0, 3.0, unit="years of sales", evidence="A", sweep=(0.25, 1.0),
    source="Opler, Pinkowitz, Stulz & Williamson 1999 (firms hold cash against bad years; sign); digits ours",
    help="cash above which a firm pays its owners",
)  # fmt: skip


@rule
def efficiency(firm: FirmRow, site: SiteRow, local_industry: LocalIndustryRow, region: RegionRow) -> float:
    """ln Theta = ln z + a_rs + neighbourhood - specific congestion + absolute advantage (section 4.1).

    A firm's own workers are no neighbours of its own, and what leading firms add to their neighbourhood does not raise
    their own productivity.
    """
    around = site.advantage - firm.own_gain - (site.anchored if firm.kind == Kind.LEADING_FIRM else 0.0)
    return firm.productivity * math.exp(local_industry.fit + around - local_industry.congestion + region.advantage)


class Making(NamedTuple):
    """What making costs apart from inputs, of every firm and of a firm of mean productivity at the mean place of every
    local industry.
    """

    factors: Array
    """Shape (N,): w^labour rent^land."""
    factors_here: Array
    """Shape (R, S): the same."""
    theta_here: Array
    """Shape (R, S): Theta, which firms keep as their `efficiency`."""


@rule
def factor_cost(industry: IndustryRow, wage: float, rent: float) -> float:
    """w^labour rent^land: what labour and land add to a unit's cost (Krugman & Venables 1995)."""
    return wage**industry.labour_share * rent**industry.land_share


@rule
def unit_cost(
    theta: float, factors: float, sourcing: float, industry: IndustryRow, local_industry: LocalIndustryRow
) -> float:
    """c = w^labour rent^land (inputs)^inputs / (Theta e^frontier): Cobb-Douglas (Krugman & Venables 1995).

    `factors` is what labour and land add. The frontier is what the whole nation has learnt by doing (rules/learning);
    `sourcing` is ln of what a firm's own suppliers add to the price of its inputs (rules/sourcing).
    """
    return factors * local_industry.input_price * math.exp(sourcing - industry.frontier) / theta


@rule
def price_inputs(local_industries: LocalIndustries, input_shares: Array) -> None:
    """Price of each local industry's bundle of inputs: product over sources of P^share, times the cost of search."""
    region_count, industry_count = local_industries.shape
    log_prices = np.empty(industry_count)
    for region in range(region_count):
        for source in range(industry_count):
            sold = local_industries[region, source]
            log_prices[source] = math.log(sold.price_index) + math.log(1.0 + sold.search_cost)
        for industry in range(industry_count):
            total = 0.0
            for source in range(industry_count):
                share = input_shares[source, industry]
                if share > 0.0:
                    total += share * log_prices[source]
            local_industries[region, industry].input_price = math.exp(total)


@rule
def make_where_it_stands(firm: FirmRow, nation: Nation) -> float:
    """Set a firm's efficiency, and return what labour and land add to its unit cost where it stands."""
    region, site = nation.regions[firm.region], nation.sites[firm.cell, firm.industry]
    firm.efficiency = efficiency(firm, site, nation.local_industries[firm.region, firm.industry], region)
    return factor_cost(nation.industries[firm.industry], region.wage, nation.cells[firm.cell].rent)


@rule
def make_at_mean_place(region_row: int, industry_row: int, log_rent: float, nation: Nation) -> tuple[float, float]:
    """The same factor cost, and Theta, of a firm of the industry's mean productivity at the mean place of a region.

    `log_rent` is the mean of ln rent over the region's cells.
    """
    local_industry = nation.local_industries[region_row, industry_row]
    industry, region = nation.industries[industry_row], nation.regions[region_row]
    first, last = nation.region_start[region_row], nation.region_start[region_row + 1]
    log_advantage = 0.0
    for entry in range(first, last):
        log_advantage += nation.sites[nation.region_cells[entry], industry_row].advantage
    theta = math.exp(
        industry.mean_productivity + local_industry.fit - local_industry.congestion
        + region.advantage + log_advantage / (last - first)
    )  # fmt: skip
    return factor_cost(industry, region.wage, math.exp(log_rent)), theta


@rule
def mean_log_rent(region_row: int, nation: Nation) -> float:
    """Mean of ln rent over the cells of a region."""
    first, last = nation.region_start[region_row], nation.region_start[region_row + 1]
    total = 0.0
    for entry in range(first, last):
        total += math.log(nation.cells[nation.region_cells[entry]].rent)
    return total / (last - first)


@rule
def price_making(firms: Firms, nation: Nation, making: Making) -> None:
    """Fill what making costs apart from inputs."""
    for row in range(len(firms)):
        making.factors[row] = make_where_it_stands(firms[row], nation)
    for region in range(len(nation.regions)):
        log_rent = mean_log_rent(region, nation)
        for industry in range(len(nation.industries)):
            factors, theta = make_at_mean_place(region, industry, log_rent, nation)
            making.factors_here[region, industry] = factors
            making.theta_here[region, industry] = theta


@rule
def cost_everything(firms: Firms, nation: Nation, making: Making) -> None:
    """Unit costs of all firms, at the size of their plants, and of one at the mean place of every local industry."""
    local_industries, industries = nation.local_industries, nation.industries
    price_inputs(local_industries, nation.input_shares)
    for row in range(len(firms)):
        firm = firms[row]
        industry, here = industries[firm.industry], local_industries[firm.region, firm.industry]
        cost = unit_cost(firm.efficiency, making.factors[row], firm.sourcing, industry, here)
        firm.unit_cost = cost * firm.scale_cost
    for region in range(len(nation.regions)):
        for industry_row in range(len(industries)):
            factors, theta = making.factors_here[region, industry_row], making.theta_here[region, industry_row]
            here = local_industries[region, industry_row]
            here.unit_cost = unit_cost(theta, factors, 0.0, industries[industry_row], here)


@rule
def overhead_at(capacity: float, industry: IndustryRow, wage: float, p: Parameters) -> float:
    """F = overhead w (K / mean K)^scale: fixed within the year, less for a small firm.

    With `efficient_scale` overhead w (f + (1 - f) K / mean K). Forms ours; after Krugman 1979, where all is fixed.
    """
    if not p.overhead_costs or industry.mean_capacity <= 0.0:
        return 0.0
    size = capacity / industry.mean_capacity
    if p.efficient_scale:
        return p.overhead * wage * (p.overhead_fixed + (1.0 - p.overhead_fixed) * size)
    return p.overhead * wage * size**p.overhead_scale


@rule
def overhead_cost(firm: FirmRow, industry: IndustryRow, wage: float, p: Parameters) -> float:
    """Overhead of a firm with the capacity that it has (`overhead_at`)."""
    return overhead_at(firm.capacity, industry, wage, p)


@rule
def labour_needed(firm: FirmRow, industry: IndustryRow, wage: float, fixed: float) -> float:
    """Workers for production, overhead of `fixed` in money, research and building; used plants are bought, not built
    (identity).
    """
    return (
        industry.labour_share * firm.unit_cost * firm.output / wage
        + fixed / wage
        + (firm.research + firm.investment - firm.used_outlay) / wage
    )


@rule
def look_ahead(firm: FirmRow, earned: float, p: Parameters) -> None:
    """What a firm expects to earn moves to this year's sales less avoidable cost, over sales (after Jovanovic 1982).

    Capital that stands, and research, are no cost of going on. A margin below -1 counts as -1.
    """
    margin = max(earned / firm.sales, -1.0) if firm.sales > 0.0 else -1.0
    firm.outlook += p.outlook_speed * (margin - firm.outlook)


@rule
def keep_accounts(firm: FirmRow, industry: IndustryRow, region: RegionRow, p: Parameters) -> tuple[float, float, float]:
    """Sales, labour, profit, margin and cash of one firm and year (accounting identities); returns the overhead, the
    interest and the dividend that it paid.

    profit = p q + support - variable cost - overhead - R&D - (r + delta) pk c (K - granted); cash moves with outlays,
    not user cost.
    """
    firm.last_sales = firm.sales
    firm.sales = firm.price * firm.output
    fixed = overhead_cost(firm, industry, region.wage, p)
    own = (industry.labour_share + industry.land_share) * firm.unit_cost * firm.output
    bearing = firm.capacity - min(firm.granted, firm.capacity)
    capital = (p.interest + p.depreciation) * p.capital_price * firm.unit_cost * bearing
    own_research = firm.research - firm.research_grant
    firm.profit = firm.sales - own - firm.input_bill - fixed - own_research - capital + firm.support
    firm.margin = firm.profit / firm.sales if firm.sales > 0.0 else -1.0
    firm.labour = labour_needed(firm, industry, region.wage, fixed)
    if p.viability:
        look_ahead(firm, firm.sales - own - firm.input_bill - fixed + firm.support, p)
    flow = firm.sales - own - firm.input_bill - fixed - own_research - firm.investment + firm.support
    interest = p.interest * (max(0.0, -firm.cash) + firm.loan)
    firm.cash += flow - interest
    dividend = max(0.0, p.payout * (firm.cash - p.cash_reserve * firm.sales))
    firm.cash -= dividend
    firm.growth = math.log(firm.sales / firm.last_sales) if firm.sales > 0.0 and firm.last_sales > 0.0 else 0.0
    return fixed, interest, dividend


@rule
def sum_outlays(firm: FirmRow, industry: IndustryRow, fixed: float, flows: Array) -> None:
    """Add what a firm paid for labour, `fixed` of it overhead, and land to `flows`, by Flow (accounting identities)."""
    flows[Flow.PRODUCTION_WAGES] += industry.labour_share * firm.unit_cost * firm.output
    flows[Flow.RENTS] += industry.land_share * firm.unit_cost * firm.output
    flows[Flow.OVERHEAD] += fixed
    flows[Flow.RESEARCH] += firm.research
    flows[Flow.INVESTMENT] += firm.investment - firm.used_outlay
    flows[Flow.USED_PLANTS] += firm.used_outlay
    flows[Flow.RESEARCH_GRANTS] += firm.research_grant


@rule
def sum_labour(firms: Firms, nation: Nation, p: Parameters) -> float:
    """Workers that all firms need for what they make, build and study this year (identity)."""
    total = 0.0
    for firm in firms:
        if firm.living:
            industry, wage = nation.industries[firm.industry], nation.regions[firm.region].wage
            total += labour_needed(firm, industry, wage, overhead_cost(firm, industry, wage, p))
    return total


@rule
def open_books(nation: Nation) -> None:
    """Set the sums of the year to zero."""
    region_count, industry_count = nation.local_industries.shape
    for region in range(region_count):
        nation.regions[region].value_added = 0.0
        for industry_row in range(industry_count):
            local_industry = nation.local_industries[region, industry_row]
            local_industry.output = 0.0
            local_industry.sales = 0.0
            local_industry.value_added = 0.0
            local_industry.research = 0.0
    for industry in nation.industries:
        industry.margin = 0.0
        industry.output = 0.0
        industry.sales = 0.0
        industry.demand = 0.0


@rule
def enter_books(firm: FirmRow, local_industry: LocalIndustryRow, industry: IndustryRow) -> None:
    """Add a firm's year to the sums of its local industry and its industry."""
    local_industry.output += firm.output
    local_industry.sales += firm.sales
    local_industry.value_added += firm.sales - firm.input_bill + firm.support
    local_industry.research += firm.research
    industry.margin += firm.profit
    industry.output += firm.output
    industry.sales += firm.sales
    industry.demand += firm.demand


@rule
def close_books(firms: Firms, nation: Nation, flows: Array, p: Parameters) -> None:
    """Keep every firm's accounts and add up sales, value added and margins by local industry and industry, and what
    firms paid in `flows`."""
    open_books(nation)
    for firm in firms:
        if firm.living:
            industry = nation.industries[firm.industry]
            fixed, interest, dividend = keep_accounts(firm, industry, nation.regions[firm.region], p)
            flows[Flow.INTEREST] += interest
            flows[Flow.DIVIDENDS] += dividend
            sum_outlays(firm, industry, fixed, flows)
            enter_books(firm, nation.local_industries[firm.region, firm.industry], industry)
    for region in range(len(nation.regions)):
        for industry_row in range(len(nation.industries)):
            nation.regions[region].value_added += nation.local_industries[region, industry_row].value_added
    for industry in nation.industries:
        industry.margin = industry.margin / industry.sales if industry.sales > 0.0 else 0.0


def making_of(world: World) -> Making:
    """What making costs at today's wages and rents apart from inputs."""
    here = world.local_industries.shape
    making = Making(np.empty(len(world.firms)), np.empty(here), np.empty(here))
    price_making(world.firms, world.nation, making)
    return making


def cost(world: World) -> None:
    """Work out unit costs from wages, rents, input prices, own productivity and place."""
    cost_everything(world.firms, world.nation, standing(world, "making", making_of))


def labour_wanted(world: World) -> float:
    """Workers wanted this year by firms and the public."""
    return sum_labour(world.firms, world.nation, world.p) + world.public_labour


def account(world: World) -> None:
    """Close the books: profits, cash, labour demand, what was left unspent."""
    close_books(world.firms, world.nation, world.flows, world.p)
    world.labour_demand = float(world.firms.labour.sum()) + world.public_labour
    local_industries = world.local_industries
    world.unspent = float((local_industries.final * (1.0 - local_industries.paid_share)).sum())
