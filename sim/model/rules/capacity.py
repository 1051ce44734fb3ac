"""Capacity: it wears out, takes years to build, and is planned by many at once.

Investment against what rivals are expected to build: the wave phenomenon of Lin, Wu & Xing (2010); time to build:
Kydland & Prescott (1982). With little foresight of rivals' simultaneous plans, a hot industry is overbuilt.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.niche_index import elasticity_of
from sim.kernel.typed import FirmRow, Firms, Industries, IndustryRow, Parameters, RegionRow
from sim.kernel.world import PIPELINE, World

CAPACITY = mechanism("investment", "4.5", "Firms build capacity for the orders they expect, all at the same time.")
CAPACITY.param(
    "foresight", 0.3, 0.0, 1.0, unit="1", evidence="S", sweep=(0.0, 1.0),
    source="Lin, Wu & Xing 2010 (the wave phenomenon)",
    help="chi: how much of rivals' capacity under construction is seen; acts in investment, entry and the plan",
)  # fmt: skip
CAPACITY.param(
    "investment_speed", 0.34, 0.0, 1.0, unit="1/year", evidence="A", sweep=(0.3, 0.8),
    source="Chirinko 1993 (sluggish adjustment); digits ours",
    help="share of the gap to desired capacity that is ordered each year",
)  # fmt: skip
CAPACITY.param(
    "investment_cap", 0.5, 0.02, 2.0, unit="1/year", evidence="A", sweep=(0.25, 1.0),
    source="our assumption (that capital grows in steps is published, how large they may be is not: Doms & Dunne 1998)",
    help="most capacity that a firm orders in a year, over what it has",
)  # fmt: skip
CAPACITY.param(
    "build_lag", 2, 1, PIPELINE, unit="years", evidence="P", sweep=(1, 4), whole=True,
    source="Kydland & Prescott 1982; Koeva 2000 (two years)",
    help="years from ordering capacity to using it",
)  # fmt: skip
CAPACITY.param(
    "depreciation", 0.08, 0.0, 0.5, unit="1/year", evidence="P", sweep=(0.05, 0.12),
    source="Zhang 2008, Journal of Chinese Economic and Business Studies 6 (9.6 % a year, Chinese provinces); Brandt, "
    "Van Biesebroeck & Zhang 2012 (9 %); .08 is a little below both",
    help="delta: share of capacity that wears out each year",
)  # fmt: skip
CAPACITY.param(
    "capital_price", 0.8, 0.1, 5.0, unit="1", evidence="A", sweep=(0.5, 1.5),
    source="prototype: capital-output ratio near .8",
    help="pk: price of a unit of capacity in units of the firm's unit cost",
)  # fmt: skip
CAPACITY.param(
    "interest", 0.05, 0.0, 0.3, unit="1/year", evidence="A", sweep=(0.03, 0.10),
    source="long-run loan rates",
    help="r: rate of interest, in the user cost of capital and on debts",
)  # fmt: skip


@rule
def expected_rivals(industry: IndustryRow, p: Parameters) -> float:
    """Capacity that rivals are expected to have: chi (K + coming) + (1 - chi) K of last year.

    Form ours; after Lin, Wu & Xing 2010 (the idea only).
    """
    true = industry.capacity + industry.coming
    return p.foresight * true + (1.0 - p.foresight) * industry.last_capacity


@rule
def desired_capacity(firm: FirmRow, crowding: float, p: Parameters) -> float:
    """K* = d (p/p*)^eps / u_n x crowding, with crowding = K_s over what rivals are expected to have."""
    orders_at_full_cost = firm.demand * (firm.price / firm.full_cost_price) ** elasticity_of(firm, p)
    return orders_at_full_cost / p.normal_utilisation * crowding


@rule
def investment(firm: FirmRow, crowding: float, p: Parameters) -> float:
    """I = speed (K* - K (1-delta)^lag - pipeline), between 0 and cap x K and within the finance limit, in goods."""
    pipeline = 0.0
    for year in range(PIPELINE):
        pipeline += firm.building[year]
    kept = firm.capacity * (1.0 - p.depreciation) ** p.build_lag
    wanted = p.investment_speed * (desired_capacity(firm, crowding, p) - kept - pipeline)
    wanted = min(max(wanted, 0.0), p.investment_cap * firm.capacity)
    unit_value = p.capital_price * firm.unit_cost
    return min(wanted, firm.credit / unit_value)


@rule
def usable_capacity(firm: FirmRow, region: RegionRow) -> float:
    """K (1 - out of use) (1 - unstaffed): what a firm can make this year (form ours)."""
    return firm.capacity * (1.0 - region.disaster) * (1.0 - region.unstaffed)


@rule
def wear_and_complete(firms: Firms, p: Parameters) -> None:
    """A year passes for capital: capacity wears out, and every building project is a year nearer to completion."""
    for firm in firms:
        firm.capacity = firm.capacity * (1.0 - p.depreciation) + firm.building[0]
        firm.granted = firm.granted * (1.0 - p.depreciation) + firm.granted_building[0]
        for year in range(PIPELINE - 1):
            firm.building[year] = firm.building[year + 1]
            firm.granted_building[year] = firm.granted_building[year + 1]
        firm.building[PIPELINE - 1] = 0.0
        firm.granted_building[PIPELINE - 1] = 0.0


@rule
def judge_crowding(industries: Industries, p: Parameters) -> None:
    """Set how crowded each industry is expected to be: K_s over expected rivals' capacity, 1 when nobody builds."""
    for industry in industries:
        rivals = expected_rivals(industry, p)
        industry.crowding = industry.capacity / rivals if rivals > 0.0 else 1.0


@rule
def invest_all(firms: Firms, industries: Industries, p: Parameters) -> None:
    """Every firm that has traded a year orders capacity; it is paid at once and ready after the build lag."""
    for firm in firms:
        if firm.age == 0:
            continue  # what its start costs stands there already
        firm.investment = 0.0
        if not firm.living:
            continue
        if p.investment:
            ordered = investment(firm, industries[firm.industry].crowding, p)
        else:
            # Switched off, firms only replace what wears out.
            ordered = p.depreciation * firm.capacity
        firm.building[p.build_lag - 1] += ordered
        firm.investment = ordered * p.capital_price * firm.unit_cost


def complete_building(world: World) -> None:
    """Capacity wears out and buildings are completed."""
    industries = world.industries
    industries.last_capacity = np.where(industries.capacity > 0.0, industries.capacity, industries.last_capacity)
    wear_and_complete(world.firms, world.p)


def foresee(world: World) -> None:
    """Everyone forms the same expectation of rivals' capacity; entry, investment and plans use it."""
    judge_crowding(world.industries, world.p)


def invest(world: World) -> None:
    """Firms order capacity, all at the same time."""
    invest_all(world.firms, world.industries, world.p)
