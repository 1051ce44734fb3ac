"""The money circuit: what households, firms, the public and the rest of the world pay each other in a year.

Every flow has one payer and one payee, so that the accounts of all sectors add up to nothing. What a sector's money
changed by is counted apart: cash of firms, funds of regions and savings of programmes, and exports less imports. The
two agree in every year, which a test holds for every policy (Godley & Lavoie 2007: "everything comes from somewhere and
goes somewhere"). Households hold the rest of the nation's money.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.kernel.declare import metric
from sim.kernel.money import money_of_firms, money_of_public
from sim.kernel.world import Flow, Sector, World
from sim.metrics.columns import local_industry_table
from sim.metrics.formulas.arithmetic import Array, quotient, ratio

CIRCUIT = "System of National Accounts 2008, ch. 2; Godley & Lavoie 2007, Monetary Economics (transactions matrix)"


@dataclass(frozen=True)
class Payment:
    """One flow of the circuit: who pays whom for what, and how much it was this year, money."""

    name: str
    payer: Sector
    payee: Sector
    help: str
    amount: Callable[[World], float]


def kept(flow: Flow) -> Callable[[World], float]:
    """A flow that the year's phases add up in `World.flows`."""
    return lambda world: float(world.flows[flow])


def imported_by_households(world: World) -> float:
    """Imports for final use: open orders of households and firms are filled from abroad alike, contracts are not."""
    here = world.local_industries
    openly = np.asarray(here.spending - here.contracted)
    share = np.divide(here.final, openly, out=np.zeros_like(openly), where=openly > 0.0)
    return float((here.imports * share).sum())


def bought_at_home(world: World) -> float:
    """What households paid for goods of the nation's firms."""
    here = world.local_industries
    return float((here.final * here.paid_share).sum()) - imported_by_households(world)


def imported_by_firms(world: World) -> float:
    """Imports that became inputs."""
    return float(world.local_industries.imports.sum()) - imported_by_households(world)


HOUSEHOLDS, FIRMS, PUBLIC, ABROAD = Sector
CIRCUIT_OF_MONEY: tuple[Payment, ...] = (
    Payment("consumption", HOUSEHOLDS, FIRMS, "final goods of the nation's firms", bought_at_home),
    Payment("imported consumption", HOUSEHOLDS, ABROAD, "final goods from abroad", imported_by_households),
    Payment("imported inputs", FIRMS, ABROAD, "inputs from abroad", imported_by_firms),
    Payment("exports", ABROAD, FIRMS, "goods sold abroad (`open_economy`)",
            lambda world: float(world.local_industries.exports.sum())),
    Payment("wages of production", FIRMS, HOUSEHOLDS, "labour's share of variable cost", kept(Flow.PRODUCTION_WAGES)),
    Payment("overhead", FIRMS, HOUSEHOLDS, "wages that do not depend on output", kept(Flow.OVERHEAD)),
    Payment("wages of research", FIRMS, HOUSEHOLDS, "all research of firms, grants included", kept(Flow.RESEARCH)),
    Payment("investment", FIRMS, HOUSEHOLDS, "wages of those who build capacity and start firms, as far as firms pay",
            kept(Flow.INVESTMENT)),
    Payment("used plants", FIRMS, HOUSEHOLDS, "plants of closed firms, paid to former owners (`used_plants_market`)",
            kept(Flow.USED_PLANTS)),
    Payment("rents", FIRMS, HOUSEHOLDS, "land's share of variable cost", kept(Flow.RENTS)),
    Payment("interest", FIRMS, HOUSEHOLDS, "on overdrafts and soft loans", kept(Flow.INTEREST)),
    Payment("dividends", FIRMS, HOUSEHOLDS, "cash above the reserve that is paid out", kept(Flow.DIVIDENDS)),
    Payment("founders' equity", HOUSEHOLDS, FIRMS, "what owners put into new firms", kept(Flow.EQUITY)),
    Payment("cash of closed firms", FIRMS, HOUSEHOLDS, "what owners take out of firms that leave",
            kept(Flow.CLOSING_CASH)),
    Payment("debts written off", HOUSEHOLDS, FIRMS,
            "overdrafts of firms that leave or are taken over, lost by those who lent", kept(Flow.WRITE_OFFS)),
    Payment("taxes", HOUSEHOLDS, PUBLIC, "budgets of plans, levies for instruments, cost of institutes",
            kept(Flow.TAXES)),
    Payment("public wages", PUBLIC, HOUSEHOLDS,
            "labour that the public hires: starts of firms, capacity, works, institutes", kept(Flow.PUBLIC_WAGES)),
    Payment("premiums to leaders", PUBLIC, HOUSEHOLDS,
            "what regions pay owners of leading firms beyond the plain price", kept(Flow.PREMIUMS)),
    Payment("research grants", PUBLIC, FIRMS, "research of firms that plans and instruments pay",
            kept(Flow.RESEARCH_GRANTS)),
    Payment("support", PUBLIC, FIRMS, "cash, tax relief, cheap land, cheap credit (`transfers`)", kept(Flow.SUPPORT)),
    Payment("returned", PUBLIC, HOUSEHOLDS, "plan money that no firm could claim (`transfers`)", kept(Flow.RETURNED)),
    Payment("soft loans", PUBLIC, FIRMS, "loans, and the part of their interest that the public pays",
            kept(Flow.LOANS)),
    Payment("repayments", FIRMS, PUBLIC, "of soft loans", kept(Flow.REPAYMENTS)),
    Payment("bail-outs", PUBLIC, FIRMS, "debts of failing firms that regions pay (`bail_outs`)", kept(Flow.BAIL_OUTS)),
)  # fmt: skip
"""Every flow between sectors. Firms also pay each other for inputs, which leaves their sector's money as it is."""


def circuit(world: World) -> dict[str, float]:
    """Every flow of the year by name, money, in the order of `CIRCUIT_OF_MONEY`."""
    return {payment.name: payment.amount(world) for payment in CIRCUIT_OF_MONEY}


def received(world: World) -> dict[Sector, float]:
    """What each sector received this year less what it paid, money."""
    net = dict.fromkeys(Sector, 0.0)
    for payment in CIRCUIT_OF_MONEY:
        amount = payment.amount(world)
        net[payment.payer] -= amount
        net[payment.payee] += amount
    return net


def gathered(world: World) -> dict[Sector, float]:
    """By how much each sector's money changed this year, counted from what it holds and not from flows, money.

    Firms: cash. The public: funds and savings. Abroad: imports less exports, which is nothing where trade balances.
    Households: what the others lost. NaN in year 0.
    """
    firms = money_of_firms(world) - float(world.money_before[0])
    public = money_of_public(world) - float(world.money_before[1])
    here = world.local_industries
    abroad = float(here.imports.sum()) - float(here.exports.sum())
    return {HOUSEHOLDS: -firms - public - abroad, FIRMS: firms, PUBLIC: public, ABROAD: abroad}


@metric("region_tax_revenue", level="region", unit="money/year",
        formula="taxes of the year x value added of the region / of the nation",
        source="tax on value added where it is produced (as China's, shared by place of production)",
        theme="welfare", better="more")  # fmt: skip
def region_tax_revenue(world: World) -> Array:
    """What a tax on value added, at the one rate that pays for all plans, raises in the region."""
    added = np.asarray(local_industry_table(world).value_added.sum(axis=1))
    return float(world.flows[Flow.TAXES]) * np.asarray(ratio(added, added.sum()))


UNCLAIMED = ("unclaimed, as cash", "returned to consumers")
"""Ledger accounts of plan money that nobody claimed in the year before."""


@metric("household_saving", unit="1", formula="(income of households - taxes - consumption) / national expenditure",
        source=CIRCUIT, theme="welfare")  # fmt: skip
def household_saving(world: World) -> float:
    """What households receive and neither spend nor pay in taxes, over national expenditure; undefined in year 0."""
    if np.isnan(world.money_before).any():
        return math.nan
    return quotient(received(world)[HOUSEHOLDS], float(world.expenditure))


@metric("unclaimed_grants", unit="1", formula="plan money of last year that nobody claimed / national expenditure",
        source=CIRCUIT, theme="welfare", better="less")  # fmt: skip
def unclaimed_grants(world: World) -> float:
    """Plan money that nobody claimed last year, paid as cash or returned now, over national expenditure."""
    late = [world.accounts.index(name) for name in UNCLAIMED if name in world.accounts]
    amount = world.ledger.amount[np.isin(world.ledger.account, late)].sum()
    return quotient(-float(amount), float(world.expenditure))


@metric("public_hiring", unit="1", formula="labour that the public pays, its research grants included / national "
        "expenditure", source=CIRCUIT, theme="welfare")  # fmt: skip
def public_hiring(world: World) -> float:
    """Labour that the public hires or pays firms to hire, over national expenditure; undefined in year 0."""
    if np.isnan(world.money_before).any():
        return math.nan
    hired = float(world.flows[Flow.PUBLIC_WAGES]) + float(world.flows[Flow.RESEARCH_GRANTS])
    return quotient(hired, float(world.expenditure))
