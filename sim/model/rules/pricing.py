"""Prices: firms mark up unit cost, and move their price with utilisation and back towards full cost.

Monopolistic competition: Dixit & Stiglitz (1977). Full-cost pricing and adjustment to utilisation: Hall & Hitch
(1939); Fabiani et al. (2006) for how firms say they do it. Without the pull towards full cost, price and capacity
adjust to the same utilisation and the price has a unit root.
"""

from __future__ import annotations

import math

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.niche_index import elasticity_expected, elasticity_of
from sim.kernel.typed import FirmRow, Firms, Industries, LocalIndustries, Parameters
from sim.kernel.world import World

PRICING = mechanism("pricing", "4.5", "Prices rise when capacity is short and fall when it is idle.")
PRICING.param(
    "price_speed", 0.1, 0.0, 1.0, unit="1/year", evidence="A", sweep=(0.05, 0.3),
    source="prototype: stable while price_speed x sigma x u_n < 2",
    help="xi: change of ln price per unit of utilisation above normal",
)  # fmt: skip
PRICING.param(
    "utilisation_cap", 1.5, 1.0, 3.0, unit="1", evidence="A", sweep=(1.2, 2.0),
    source="our assumption",
    help="orders over capacity beyond which prices rise no faster",
)  # fmt: skip
PRICING.param(
    "price_anchor", 0.5, 0.0, 1.0, unit="1/year", evidence="A", sweep=(0.15, 0.7),
    source="Fabiani et al. 2006 (prices are reviewed one to three times a year and changed less often); digits ours",
    help="share of the gap to the full-cost price that is closed each year",
)  # fmt: skip
PRICING.param(
    "normal_utilisation", 0.82, 0.5, 1.0, unit="1", evidence="A", sweep=(0.75, 0.95),
    source="set so that MEAN utilisation comes near the .77-.80 of official figures: orders fluctuate",
    help="u_n: utilisation at which a firm has no wish to change price or capacity",
)  # fmt: skip


@rule
def full_cost_price(unit_cost: float, elasticity: float, p: Parameters) -> float:
    """p* = eps/(eps-1) c (1 + (r + delta) pk / u_n): mark-up over variable and capital cost (Dixit & Stiglitz 1977)."""
    capital = (p.interest + p.depreciation) * p.capital_price / p.normal_utilisation
    return elasticity / (elasticity - 1.0) * unit_cost * (1.0 + capital)


@rule
def move_price(firm: FirmRow, p: Parameters) -> float:
    """d ln p = xi (min(d/K, cap) - u_n) + price_anchor ln(p*/p), never below unit cost less support passed on.

    Form ours; after Fabiani et al. 2006.
    """
    use = p.utilisation_cap
    if firm.capacity > 0.0:
        use = min(firm.demand / firm.capacity, p.utilisation_cap)
    pressure = p.price_speed * (use - p.normal_utilisation) if p.pricing else 0.0
    change = pressure + p.price_anchor * math.log(firm.full_cost_price / firm.price)
    return max(firm.unit_cost * (1.0 - firm.price_cut), firm.price * math.exp(change))


@rule
def set_full_cost_prices(
    firms: Firms, industries: Industries, local_industries: LocalIndustries, p: Parameters
) -> None:
    """Set the full-cost price of every firm, and of a mean firm in every local industry."""
    for firm in firms:
        firm.full_cost_price = full_cost_price(firm.unit_cost, elasticity_of(firm, p), p) * (1.0 - firm.price_cut)
    for region in range(local_industries.shape[0]):
        for row in range(local_industries.shape[1]):
            local_industry, elasticity = local_industries[region, row], elasticity_expected(industries[row], p)
            local_industry.full_cost_price = full_cost_price(local_industry.unit_cost, elasticity, p)


def price_at_full_cost(world: World) -> None:
    """Work out full-cost prices from this year's unit costs."""
    set_full_cost_prices(world.firms, world.industries, world.local_industries, world.p)


@rule
def reprice(firms: Firms, p: Parameters) -> None:
    """Let every firm set next year's price."""
    for firm in firms:
        if firm.living:
            firm.last_price = firm.price
            firm.price = move_price(firm, p)


def set_prices(world: World) -> None:
    """Firms set next year's prices from this year's orders."""
    reprice(world.firms, world.p)
