"""Demand: who has income, and how it is split over industries.

Nominal national expenditure is the numeraire. Regional income: Keynesian closure with a national part (taxes,
transfers, profits owned elsewhere). Between industries: CES (Dixit & Stiglitz 1977), elasticity 1 by default.
"""

from __future__ import annotations

import math

from sim.kernel.compiling import rule
from sim.kernel.declare import BURN_IN, mechanism
from sim.kernel.typed import Industries, IndustryRow, LocalIndustries, Parameters, Regions
from sim.kernel.world import World

DEMAND = mechanism("demand", "4.4", "Regions that produce more earn and spend more.")
DEMAND.param(
    "income_from_production", 0.4, 0.0, 1.0, unit="1", evidence="A", sweep=(0.2, 1.0),
    source="prototype: at 1 whole regions empty",
    help="mu: share of a region's income that follows its production; the rest follows population",
)  # fmt: skip
DEMAND.param(
    "industry_elasticity", 1.0, 0.2, 8.0, unit="1", evidence="A", sweep=(0.5, 3.0),
    source="1 is Cobb-Douglas, the usual choice between sectors; range ours; 3 and more for an export-led industry",
    help="epsilon: elasticity of substitution between industries in final demand",
)  # fmt: skip
DEMAND.param(
    "demand_headroom", 1.25, 0.5, 10.0, unit="1", evidence="A", sweep=(1.0, 2.0),
    source="Gort & Klepper 1982 (mechanism); digits ours",
    help="demand that an industry opened after the start finds, over what its firms can supply, until it meets its "
    "trend",
)  # fmt: skip
DEMAND.param(
    "new_good_price", 2.0, 1.0, 20.0, unit="1", evidence="A", sweep=(1.5, 4.0), acts=BURN_IN,
    source="Feenstra 1994 (under CES the reservation price of a new good is infinite); digits ours: near "
    "what ten firms' price index is over that of two hundred, (200/10)^(1/(sigma-1))",
    help="reference price of a good that is not sold yet, over the mean of goods that are",
)  # fmt: skip


@rule
def trend_weight(industry: IndustryRow, years: float) -> float:
    """Weight of an industry in final demand: weight exp(growth t), or a logistic towards its ceiling, times a slump.

    Logistic: weight ceiling / (1 + (ceiling - 1) exp(-growth t)) (Griliches 1957; Bass 1969).
    """
    if not industry.opened:
        return 0.0
    if industry.ceiling > 0.0:
        factor = industry.ceiling / (1.0 + (industry.ceiling - 1.0) * math.exp(-industry.growth * years))
    else:
        factor = math.exp(industry.growth * years)
    return industry.weight * factor * industry.slump


@rule
def share_income(regions: Regions, budget: float, p: Parameters) -> None:
    """Split consumers' money over regions: mu by last year's value added, the rest by population; add savings."""
    total = 0.0
    for region in regions:
        total += max(region.value_added, 0.0)
    follow = p.income_from_production if p.demand and total > 0.0 else 0.0
    for region in regions:
        # A region whose sales do not pay for its inputs, after a shock, earns nothing rather than less.
        earned = max(region.value_added, 0.0) / total if follow > 0.0 else 0.0
        region.income = budget * (follow * earned + (1.0 - follow) * region.population) + region.savings


@rule
def split_spending(regions: Regions, industries: Industries, local_industries: LocalIndustries, p: Parameters) -> None:
    """Split each region's income over industries: share_s ~ theta_s (P_s/P_s0)^(1-epsilon) (Dixit & Stiglitz)."""
    for region in range(len(regions)):
        total = 0.0
        for industry in range(len(industries)):
            local_industry = local_industries[region, industry]
            taste = industries[industry].demand_share
            if taste > 0.0 and p.industry_elasticity != 1.0:
                taste *= (local_industry.price_index / local_industry.reference_price) ** (1.0 - p.industry_elasticity)
            local_industry.final = taste
            total += taste
        for industry in range(len(industries)):
            local_industries[region, industry].final *= regions[region].income / total


@rule
def appears(industry: IndustryRow, share: float, p: Parameters) -> float:
    """Share of its trend demand that an industry finds: 1, or what it can supply and a margin if it opened later.

    min(1, headroom x value of its capacity over what `share` of the budget would spend on it): form ours; after Gort &
    Klepper 1982.
    """
    if industry.opened_year <= 0 or share <= 0.0:
        return 1.0
    return min(1.0, p.demand_headroom * industry.ready / share)


@rule
def update_shares(industries: Industries, year: int, p: Parameters) -> None:
    """Set each industry's share in final demand before prices."""
    total = 0.0
    for industry in industries:
        years = year - max(industry.opened_year, 0) if industry.ceiling > 0.0 else year
        industry.demand_share = trend_weight(industry, float(years))
        total += industry.demand_share
    found = 0.0
    for industry in industries:
        industry.available = appears(industry, industry.demand_share / total, p)
        industry.demand_share *= industry.available
        found += industry.demand_share
    for industry in industries:
        industry.demand_share /= found


def earn(world: World) -> None:
    """Regions earn their incomes; shares in demand change with trend and shocks."""
    update_shares(world.industries, world.year, world.p)
    share_income(world.regions, world.consumer_spending, world.p)


def spend(world: World) -> None:
    """Regions split their incomes over industries at this year's prices."""
    split_spending(world.regions, world.industries, world.local_industries, world.p)
