"""Financing: whose consumption pays for a region's plan, the nation's or that of its own residents.

By default the nation pays: taxes fall on incomes everywhere alike, wherever the money goes. Regions may pay a part
themselves, the nation matching the rest (fiscal federalism: Oates 1972; Qian & Roland 1998 for why own money is spent
with more care). Plan money that comes back because no firm could claim it is spent by the region's residents.
"""

from __future__ import annotations

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.typed import Parameters, RegionRow, Regions
from sim.kernel.world import World

FINANCING = mechanism(
    "regional_financing", "4.12", "Regions pay a part of their plans and instruments themselves.", default=False
)
FINANCING.param(
    "own_share", 0.5, 0.0, 1.0, unit="1", evidence="S", sweep=(0.0, 1.0),
    source="Qian & Roland 1998 (own budgets bind; no share); digits: Ministry of Finance of China 2023 (local "
    "governments raised 10.9 of the 22.5 trillion yuan that they spent in 2022), rounded; the regions of a plan are "
    "not all they spend",
    help="share of a region's plan that its own residents pay; the nation matches the rest",
)  # fmt: skip
FINANCING.param(
    "burden_bound", 0.3, 0.01, 0.95, unit="1", evidence="A", sweep=(0.1, 0.9),
    source="our assumption",
    help="most of a region's income that its residents give up for their own plan beyond what the nation's plans cost",
)  # fmt: skip


@rule
def own_burden(taxes: float, share: float, nation: float, p: Parameters) -> float:
    """What residents pay beyond their part of the nation's taxes: own_share x (own taxes - income share x nation's).

    After Oates 1972; 0 where the nation pays.
    """
    return p.own_share * (taxes - share * nation) if p.regional_financing else 0.0


@rule
def shift(region: RegionRow, budget: float, nation: float, back: float, p: Parameters) -> float:
    """By how much a region's income falls: own burden less what comes back beyond its share of that (form ours)."""
    share = (region.income - region.savings) / budget
    return own_burden(region.budget + region.levy, share, nation, p) - (region.returned - share * back)


@rule
def charge(regions: Regions, budget: float, p: Parameters) -> None:
    """Move income from regions that pay more to those that pay less, all in equal proportion within `burden_bound`."""
    nation = 0.0
    back = 0.0
    for region in regions:
        nation += region.budget + region.levy
        back += region.returned
    part = 1.0
    for region in regions:
        falls = shift(region, budget, nation, back, p)
        if falls > 0.0:
            part = min(part, p.burden_bound * (region.income - region.savings) / falls)
    for region in regions:
        region.income -= part * shift(region, budget, nation, back, p)


def charge_regions(world: World) -> None:
    """Residents' incomes follow who pays for plans, and to whom money comes back."""
    moved = world.p.regional_financing or bool(world.regions.returned.any())
    if moved and world.consumer_spending > 0.0:
        charge(world.regions, world.consumer_spending, world.p)
