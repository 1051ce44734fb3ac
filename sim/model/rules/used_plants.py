"""Used plants: part of what closed firms leave is sold to others at a lower price; what nobody buys decays.

Ramey & Shapiro (2001): plants of a shrinking industry sell far below replacement cost, mostly to firms of the same
industry. Money for used plants goes to former owners; it hires nobody.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.typed import Array, FirmRow, Firms, Industries, Parameters
from sim.kernel.world import World

USED = mechanism("used_plants_market", "4.5", "Capacity of firms that close is sold to others of the industry.")
USED.param(
    "used_share", 0.5, 0.0, 1.0, unit="1", evidence="S", sweep=(0.25, 0.75),
    source="Ramey & Shapiro 2001 (capital is specific; sign); digits ours",
    help="share of a closed firm's capacity that others of its industry can use",
)  # fmt: skip
USED.param(
    "used_price", 0.5, 0.0, 1.0, unit="1", evidence="S", sweep=(0.28, 0.75),
    source="Ramey & Shapiro 2001 (28 cents of a dollar of replacement cost; more from insiders); digits ours",
    help="price of used capacity over that of new",
)  # fmt: skip
USED.param(
    "used_decay", 0.3, 0.0, 1.0, unit="1/year", evidence="A", sweep=(0.15, 0.6),
    source="our assumption: plants that stand idle are stripped",
    help="share of what finds no buyer that is lost each year",
)  # fmt: skip


@rule
def ordered(firm: FirmRow, p: Parameters) -> float:
    """New capacity that a firm has ordered this year with its own money, in goods: I / (pk c), none for a new firm."""
    if not firm.living or firm.age == 0 or firm.investment <= 0.0:
        return 0.0
    return firm.investment / (p.capital_price * firm.unit_cost)


@rule
def buy_used(firm: FirmRow, goods: float, p: Parameters) -> None:
    """Of its order a firm gets `goods` from used plants: ready at once, at used_price pk c a unit (Ramey & Shapiro)."""
    value = p.capital_price * firm.unit_cost * goods
    firm.building[p.build_lag - 1] = max(firm.building[p.build_lag - 1] - goods, 0.0)
    firm.capacity += goods
    firm.used_outlay = p.used_price * value
    firm.investment += firm.used_outlay - value


@rule
def share_used(offered: float, wanted: float) -> float:
    """Part of an industry's orders that used plants meet: min(1, offered / ordered), all buyers alike (form ours)."""
    return min(1.0, offered / wanted) if wanted > 0.0 else 0.0


@rule
def sell_all(firms: Firms, industries: Industries, wanted: Array, p: Parameters) -> None:
    """Used plants meet part of this year's orders; what is left decays. `wanted` (S,) is work space."""
    wanted[:] = 0.0
    for firm in firms:
        firm.used_outlay = 0.0
        wanted[firm.industry] += ordered(firm, p)
    for row in range(len(industries)):
        industry = industries[row]
        share = share_used(industry.used_plants, wanted[row])
        industry.used_plants = (1.0 - p.used_decay) * (industry.used_plants - share * wanted[row])
        wanted[row] = share
    for firm in firms:
        goods = wanted[firm.industry] * ordered(firm, p)
        if goods > 0.0:
            buy_used(firm, goods, p)


@rule
def offer_all(firms: Firms, industries: Industries, p: Parameters) -> None:
    """Part of the capacity of firms that leave comes on the market of their industry."""
    for firm in firms:
        if firm.failing >= 0:
            industries[firm.industry].used_plants += p.used_share * firm.capacity


def sell(world: World) -> None:
    """Firms that have ordered capacity get part of it from used plants."""
    if world.p.used_plants_market:
        sell_all(world.firms, world.industries, np.zeros(len(world.industries)), world.p)


def offer(world: World) -> None:
    """What firms that leave have built is for sale."""
    if world.p.used_plants_market:
        offer_all(world.firms, world.industries, world.p)
