"""Labour: who is there to work when the run begins, and wages that rise within the year when more hands are wanted.

Demand for labour beyond the force cannot be met. Within a year the wage, rents and prices at home then rise together,
so that what is spent buys fewer goods and so fewer hands; relative prices move from year to year only. In slumps wages
fall slowly (Bewley 1999; Schmitt-Grohé & Uribe 2016): the force stands idle, and the step of sim.model.rules.congestion
lowers the wage from year to year. The market clears outside the balance of trade, which is found anew at every wage: a
limit on labour inside it would be taken for a lack of capacity.

After a blow that leaves most of what was ordered out of reach, orders that prices do not move (contracts, plants that
are begun) can want more hands than there are at any wage. Wages then rise to a limit and the hands are shared out: all
make and build less in one proportion (rationing by the short side, Barro & Grossman 1971).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from sim.kernel.compiling import rule
from sim.kernel.contract_index import revalued
from sim.kernel.declare import OPENING, mechanism
from sim.kernel.money import money_of_firms
from sim.kernel.typed import Cells, FirmRow, Firms, Parameters, Regions
from sim.kernel.world import Flow, World

STAFF = mechanism(
    "opening_labour", "4.0", "When the run begins, firms build what replaces wear, and builders and researchers are "
    "there.",
    acts=OPENING,
)  # fmt: skip
STAFF.param(
    "opening_builders", 1.2, 0.0, 5.0, unit="1", evidence="A", sweep=(1.0, 1.4), acts=OPENING,
    source="replacement, and a fifth of it for new firms: with entry of 8 % a year at .4 of the mean size and growth "
    "of "
    "1 %, (.08 + .03 + .01) / .08 less used plants; digits ours",
    help="labour that builds in year 0 over what replacing worn capacity takes",
)  # fmt: skip
CLEARING = mechanism(
    "labour_clearing", "4.3", "Wages and prices rise within the year until no more labour is wanted than there is.",
)  # fmt: skip
CLEARING.param(
    "labour_reserve", 0.0, -0.05, 0.1, unit="1", evidence="A", sweep=(-0.02, 0.02),
    source="our assumption: 0 means that the whole force can work; overtime makes it negative",
    help="share of the labour force that does not work even when labour is scarce",
)  # fmt: skip

TOLERANCE = 1e-4
"""Demand for labour over its limit, less 1, at which the market counts as cleared."""
PASSES = 40
"""Most passes of a year's market; it takes three or four where labour is scarce and none elsewhere."""
LARGEST_RISE = math.log(3.0)
"""Most that wages and prices rise within a year, ln; beyond it hands are shared out."""
LEAST_SLOPE, LARGEST_SLOPE = 0.2, 1.5
"""Bounds of the fall of ln labour demand per unit of ln wage: 1 where sales follow prices, less where goods are
short.
"""


@rule
def capacity_gap(use: float, p: Parameters) -> float:
    """ln of desired capacity over what a firm with d/K = `use` has, less the same for one that just replaces wear.

    K*/K = use/u_n (p/p*)^sigma at the price that stands still at this use, ln p/p* = xi (use - u_n) / anchor;
    investment speed (K* - K (1-delta)^lag - (lag-1) delta K) equals delta K at K*/K = delta/speed + (1-delta)^lag +
    (lag-1) delta.
    """
    kept = (1.0 - p.depreciation) ** p.build_lag + (p.build_lag - 1) * p.depreciation
    wanted = p.depreciation / p.investment_speed + kept
    return math.log(use / p.normal_utilisation) + p.variety_elasticity * settled_price(use, p) - math.log(wanted)


@rule
def settled_price(use: float, p: Parameters) -> float:
    """ln p/p* at which the price of a firm with d/K = `use` stands still: xi (use - u_n) / anchor (see pricing)."""
    if not p.pricing or p.price_anchor <= 0.0:
        return 0.0
    return p.price_speed * (use - p.normal_utilisation) / p.price_anchor


@rule
def settled_use(p: Parameters) -> float:
    """Orders over capacity, at most 1, at which firms replace what wears out; normal utilisation without the
    mechanism.
    """
    usual = p.normal_utilisation
    if not p.opening_labour or not p.investment or p.investment_speed <= 0.0 or capacity_gap(usual, p) >= 0.0:
        return usual
    low, high = usual, max(usual, 1.0)
    for _ in range(PASSES):
        middle = (low + high) / 2.0
        low, high = (middle, high) if capacity_gap(middle, p) < 0.0 else (low, middle)
    return (low + high) / 2.0


@rule
def replacement_labour(firm: FirmRow, wage: float, p: Parameters) -> float:
    """Workers who replace what wears out in a year: delta pk c K / w (identity)."""
    return p.depreciation * p.capital_price * firm.unit_cost * firm.capacity / wage


@rule
def fill_pipeline(firms: Firms, p: Parameters) -> None:
    """What replaces the wear of the coming years is being built already: delta K in every year of the build lag."""
    for firm in firms:
        for year in range(p.build_lag):
            firm.building[year] = p.depreciation * firm.capacity


@rule
def opening_labour(firms: Firms, regions: Regions, p: Parameters) -> float:
    """Workers who build and do research in year 0, besides those of production and overhead."""
    total = 0.0
    for firm in firms:
        wage = regions[firm.region].wage
        total += p.opening_builders * replacement_labour(firm, wage, p)
        total += firm.research_intensity * firm.sales / wage
    return total


def staff_opening(world: World) -> None:
    """The labour force holds those who build and do research; last year's demand for labour was the force."""
    if world.p.opening_labour:
        fill_pipeline(world.firms, world.p)
        world.labour_force += opening_labour(world.firms, world.regions, world.p)
        world.labour_demand = world.labour_force


@rule
def revalue(firm: FirmRow, rise: float) -> None:
    """A firm's price and what it pays for building rise by the factor; owners of a new firm add what its start costs
    more.

    Money is another unit: nothing changes but what given sums buy (identity).
    """
    firm.price *= rise
    if firm.age == 0:
        firm.cash += firm.investment * (rise - 1.0)
    firm.investment *= rise
    firm.used_outlay *= rise


@rule
def revalue_all(firms: Firms, regions: Regions, cells: Cells, rise: float) -> None:
    """Wages, rents, prices and outlays on building all over the nation rise by the factor."""
    for firm in firms:
        if firm.living:
            revalue(firm, rise)
    for region in regions:
        region.wage *= rise
    for cell in cells:
        cell.rent *= rise


@rule
def next_slope(before: float, excess: float, step: float) -> float:
    """Fall of ln labour demand per unit of ln wage over the last step, between .2 and 1.5 (secant; form ours)."""
    return min(max((before - excess) / step, LEAST_SLOPE), LARGEST_SLOPE)


@rule
def ration(firms: Firms, regions: Regions, share: float, p: Parameters) -> None:
    """Hands are there for the share `share` of the capacity in use and of what is begun to be built this year."""
    for region in regions:
        region.unstaffed = 1.0 - (1.0 - region.unstaffed) * share
    for firm in firms:
        begun = firm.building[p.build_lag - 1]
        firm.building[p.build_lag - 1] = begun * share
        firm.granted_building[p.build_lag - 1] = min(firm.granted_building[p.build_lag - 1], begun * share)
        firm.investment = firm.used_outlay + (firm.investment - firm.used_outlay) * share


def raise_prices(world: World, rise: float) -> None:
    """Home money buys less by the factor `rise`: wages, rents and prices; sums that the public pays stay."""
    before = money_of_firms(world)
    revalue_all(world.firms, world.regions, world.cells, rise)
    revalued(world)
    world.flows[Flow.EQUITY] += money_of_firms(world) - before
    world.wage *= rise
    world.public_labour /= rise
    world.barter *= rise
    if world.p.open_economy and world.p.imports:
        # Where trade balances it did so at these real prices; the balance is found anew from there.
        world.exchange *= rise


def clear(world: World, wanted: Callable[[World], float], market: Sequence[Callable[[World], None]]) -> None:
    """Raise wages and prices, and repeat the phases of the `market`, until labour `wanted` is within the force; where
    wages would more than triple, share out the hands.

    Raises ArithmeticError if that is out of reach.
    """
    p = world.p
    if not p.labour_clearing:
        return
    limit = math.log(world.labour_force * (1.0 - p.labour_reserve))
    excess, slope, risen = math.log(wanted(world)) - limit, 1.0, 0.0
    for _ in range(PASSES):
        if excess <= TOLERANCE:
            return
        step = min(excess / slope, LARGEST_RISE - risen)
        if step > 0.0:
            risen += step
            raise_prices(world, math.exp(step))
        else:
            ration(world.firms, world.regions, math.exp(-excess), p)
        for phase in market:
            phase(world)
        before, excess = excess, math.log(wanted(world)) - limit
        if step > 0.0:
            slope = next_slope(before, excess, step)
    raise ArithmeticError(f"more labour is wanted than there is in year {world.year}: {excess!r}")
