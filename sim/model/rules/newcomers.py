"""Newcomers: how many firms start follows what a newcomer itself would earn, with its own customers, cost and capacity.

Free entry under heterogeneity (Hopenhayn 1992; Melitz 2003): founders reckon with what a firm like theirs sells, not
with the margin of firms that stand. They know few customers and have no contracts (Foster, Haltiwanger & Syverson
2016). Their number has a base that grows with the nation: the firms of usual size that an industry's sales carry.
"""

from __future__ import annotations

import math

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.niche_index import elasticity_expected
from sim.kernel.typed import (
    Industries,
    IndustryRow,
    LocalIndustries,
    LocalIndustryRow,
    Parameters,
    Regions,
)
from sim.kernel.world import World
from sim.model.rules.customer_base import most_won
from sim.model.rules.production import overhead_at
from sim.model.rules.scale import scale_cost

NEWCOMERS = mechanism(
    "entry_by_earnings", "4.8", "Entry follows what a newcomer would earn with its own customers, cost and capacity.",
)  # fmt: skip
NEWCOMERS.param(
    "newcomer_rate", 0.08, 0.0, 0.5, unit="1/year", evidence="A", sweep=(0.05, 0.1),
    source="set so that ALL entry, spin-offs and attracted firms included, is in the 6-12 % of Eurostat",
    help="de novo firms a year per firm of usual size that the industry's sales carry, at the usual margin of "
    "newcomers",
)  # fmt: skip
NEWCOMERS.param(
    "newcomer_response", 8.0, 0.0, 50.0, unit="1", evidence="A", sweep=(4.0, 12.0),
    source="Geroski 1995 (sign; weak); digits ours",
    help="change of ln entry per unit of the profit margin that a newcomer expects",
)  # fmt: skip
NEWCOMERS.param(
    "newcomer_normal", 0.08, -0.5, 0.5, unit="1", evidence="A", sweep=(0.06, 0.1),
    source="Melitz 2003 (mean profits pay for sunk entry costs and failures); digits ours",
    help="profit margin of newcomers at which entry runs at its usual rate",
)  # fmt: skip


@rule
def usual_lead(industry: IndustryRow, p: Parameters) -> float:
    """ln z of a usual newcomer over the industry's mean: -gap, less part of what the industry has learnt (founding)."""
    return -p.entrant_gap - (p.frontier_barrier * industry.frontier if p.learning else 0.0)


@rule
def first_customers(industry: IndustryRow, p: Parameters) -> float:
    """A0 of a newcomer (see founding)."""
    return p.first_customers if p.customer_base else p.entrant_size * industry.mean_appeal


@rule
def hoped_orders(price: float, local_industry: LocalIndustryRow, industry: IndustryRow, p: Parameters) -> float:
    """A0 p^-sigma MA_open: what a newcomer sells at this price without contracts (Redding & Venables 2004).

    With `niches` times what those who copy lose to their rivals (see niches); with `customer_base` at most what a firm
    wins of its industry: where nobody sells, market access is that of prohibitive prices, which the first firm ends.
    """
    alone = first_customers(industry, p) * price**-p.variety_elasticity * local_industry.open_access
    if p.customer_base and industry.sales > 0.0:
        alone = min(alone, most_won(industry, p) * industry.sales / price)
    return alone * industry.newcomer_orders if p.niches else alone


@rule
def waits_for_supply(industry: IndustryRow) -> bool:
    """Whether demand for an industry's goods is still to come, with the firms that make them (see demand)."""
    return industry.sales <= 0.0 or industry.available < 1.0


@rule
def newcomer_capacity(local_industry: LocalIndustryRow, industry: IndustryRow, p: Parameters) -> float:
    """K0 = A0 (p* pi(K0))^-sigma MA_open / u_n e^(response sigma lead): room for the orders that a newcomer hopes for.

    pi is what a unit costs more below efficient scale: with pi = (K_m / K)^gamma, K0 = K1 (K1 / K_m)^(g / (1 - g)), g =
    gamma sigma, K1 the same without pi, and K0 is no less than at the limit of pi. Where demand is still to come it is
    `entrant_size` mean capacities (see founding).
    """
    hoped = hoped_orders(local_industry.full_cost_price, local_industry, industry, p) / p.normal_utilisation
    hoped *= math.exp(p.capacity_response * p.variety_elasticity * usual_lead(industry, p))
    if hoped <= 0.0 or waits_for_supply(industry):
        return p.entrant_size * industry.mean_capacity
    if hoped >= industry.efficient_capacity:
        return hoped
    power = industry.scale_elasticity * p.variety_elasticity
    least = hoped * p.scale_cost_limit**-p.variety_elasticity
    if power >= 1.0:
        return least
    return max(least, hoped * (hoped / industry.efficient_capacity) ** (power / (1.0 - power)))


@rule
def newcomer_cost(capacity: float, industry: IndustryRow, p: Parameters) -> float:
    """Unit cost of a usual newcomer over that of a firm of mean productivity and efficient scale: pi e^-lead."""
    return scale_cost(capacity, industry, p) * math.exp(-usual_lead(industry, p))


@rule
def newcomer_margin(local_industry: LocalIndustryRow, industry: IndustryRow, wage: float, p: Parameters) -> float:
    """1/eps - rd - overhead/sales at a newcomer's own cost, customers and capacity, rivals' plans allowed for.

    Sales at full cost are p A0 p^-sigma MA_open x crowding; the margin is no lower than the floor (after Melitz 2003).
    Where demand is still to come founders expect the usual margin.
    """
    if waits_for_supply(industry):
        return p.newcomer_normal
    capacity = local_industry.newcomer_capacity
    price = local_industry.full_cost_price * newcomer_cost(capacity, industry, p)
    sales = price * hoped_orders(price, local_industry, industry, p) * industry.crowding
    fixed = overhead_at(capacity, industry, wage, p)
    if sales <= fixed:
        return p.prospect_floor
    return max(1.0 / elasticity_expected(industry, p) - industry.research_intensity - fixed / sales, p.prospect_floor)


@rule
def reckon_all(regions: Regions, industries: Industries, local_industries: LocalIndustries, p: Parameters) -> None:
    """Set what a usual newcomer would build and earn in every local industry."""
    for region in range(len(regions)):
        for row in range(len(industries)):
            local_industry, industry = local_industries[region, row], industries[row]
            local_industry.newcomer_capacity = newcomer_capacity(local_industry, industry, p)
            local_industry.newcomer_margin = newcomer_margin(local_industry, industry, regions[region].wage, p)


def reckon(world: World) -> None:
    """Founders work out what a newcomer would build and earn."""
    if world.p.entry_by_earnings:
        reckon_all(world.regions, world.industries, world.local_industries, world.p)
