"""Co-financing: the public pays part of what founders and investors spend, and only where they spend their own.

Start-ups: Caliendo & Künn (2011); investment: Criscuolo, Martin, Overman & Van Reenen (2019). A founder takes part who
expects to earn what is left to pay (participation), so that a subsidy calls forth as many more as a margin that is
higher by the same yearly sum. What the public paid for bears no user cost for its owner and wears out.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.typed import Array, FirmRow, Firms, LocalIndustries, LocalIndustryRow, Parameters
from sim.kernel.world import Flow, Origin, World
from sim.model.rules.support import SUPPORT

SUPPORT.param(
    "entry_cover", 0.5, 0.05, 0.95, unit="1", evidence="A", sweep=(0.25, 0.75),
    source="Caliendo & Künn 2011; Dvouletý, Srhoj & Pantea 2021 (grants cover part of the cost); digits ours",
    help="most of a new firm's start-up cost that the public pays; founders pay the rest",
)  # fmt: skip
SUPPORT.param(
    "startup_write_off", 0.1, 0.0, 0.5, unit="1/year", evidence="A", sweep=(0.05, 0.2),
    source="near the yearly rate of exit (Eurostat business demography); our assumption",
    help="rate at which founders write off what a start costs, besides interest",
)  # fmt: skip
SUPPORT.param(
    "investment_match", 0.3, 0.0, 0.9, unit="1", evidence="S", sweep=(0.1, 0.5),
    source="Criscuolo, Martin, Overman & Van Reenen 2019 (ceilings on investment aid by area); digits ours",
    help="most of the cost of new capacity that the public pays",
)  # fmt: skip


@rule
def cover_of_start(money: float, founders: float, cost: float, p: Parameters) -> float:
    """Share of the cost of a start that the money pays: min(entry_cover, money / (founders x cost)) (form ours)."""
    return min(p.entry_cover, money / (founders * cost)) if founders * cost > 0.0 else 0.0


@rule
def first_sales(local_industry: LocalIndustryRow, wage: float, p: Parameters) -> float:
    """Sales of a new firm's first year at full-cost price and normal utilisation: p* u_n K0 (form ours)."""
    capacity = (local_industry.startup_cost - p.startup_labour * wage) / (p.capital_price * local_industry.unit_cost)
    return local_industry.full_cost_price * p.normal_utilisation * max(capacity, 0.0)


@rule
def relief(cover: float, cost: float, sales: float, p: Parameters) -> float:
    """What a covered start adds to a founder's margin: cover x cost x (r + write-off) / first-year sales, within
    `entry_margin_bound` (participation, form ours).
    """
    return min(p.entry_margin_bound, cover * cost * (p.interest + p.startup_write_off) / sales) if sales > 0.0 else 0.0


@rule
def call_forth(local_industry: LocalIndustryRow, founders: float, wage: float, p: Parameters) -> float:
    """Expected founders with co-financing: founders x exp(entry_response x relief) (Geroski 1995 for the response to
    margins); sets the share of their cost that is paid.
    """
    local_industry.cover = 0.0
    cost = local_industry.startup_cost
    if local_industry.entry_fund <= 0.0 or cost <= 0.0:
        return founders
    cover = cover_of_start(local_industry.entry_fund, founders, cost, p)
    founders *= math.exp(p.entry_response * relief(cover, cost, first_sales(local_industry, wage, p), p))
    local_industry.cover = cover_of_start(local_industry.entry_fund, founders, cost, p)
    return founders


@rule
def match_rate(money: float, outlay: float, p: Parameters) -> float:
    """Grant over own outlay: min(m / (1 - m), money / own outlay of all), m `investment_match` (form ours)."""
    return min(p.investment_match / (1.0 - p.investment_match), money / outlay) if outlay > 0.0 else 0.0


@rule
def may_match(firm: FirmRow) -> bool:
    """Whether what a firm spends on capacity may be matched: it is no start of this year."""
    return firm.living and firm.age > 0


@rule
def match_firms(firms: Firms, local_industries: LocalIndustries, outlays: Array, p: Parameters) -> None:
    """The public adds to the new capacity that firms order; `outlays` (R, S) is work space for what these spend."""
    outlays[:] = 0.0
    for firm in firms:
        if may_match(firm):
            outlays[firm.region, firm.industry] += firm.investment - firm.used_outlay
    for firm in firms:
        local_industry = local_industries[firm.region, firm.industry]
        if not may_match(firm) or local_industry.investment_fund <= 0.0:
            continue
        rate = match_rate(local_industry.investment_fund, outlays[firm.region, firm.industry], p)
        money = rate * (firm.investment - firm.used_outlay)
        goods = money / (p.capital_price * firm.unit_cost)
        firm.building[p.build_lag - 1] += goods
        firm.granted_building[p.build_lag - 1] += goods
        firm.subsidy += money
        local_industry.capacity_grant += money


def spend_from_funds(world: World, account: str, paid: Array) -> None:
    """Pay (R, S) for labour from what regions kept for it, and book it."""
    world.regions.fund -= paid.sum(axis=1)
    world.book_all(account, -paid)
    world.book_all("carried forward", paid.sum(axis=1))
    world.public_labour += float(paid.sum()) / world.wage
    world.flows[Flow.PUBLIC_WAGES] += paid.sum()


def pay_starts(world: World) -> None:
    """Regions pay their share of the starts of this year's new firms."""
    firms, local_industries = world.firms, world.local_industries
    if not world.p.transfers or not np.any(local_industries.cover > 0.0):
        return
    covered = firms.living & (firms.born == world.year) & (firms.origin == Origin.DE_NOVO)
    paid = np.zeros(local_industries.shape)
    np.add.at(paid, (firms.region[covered], firms.industry[covered]), firms.subsidy[covered])
    local_industries.entry_grant[:] = paid
    spend_from_funds(world, "entry grants", paid)


def match_investment(world: World) -> None:
    """Regions pay their share of the capacity that firms order."""
    if not world.p.transfers or not np.any(world.local_industries.investment_fund > 0.0):
        return
    match_firms(world.firms, world.local_industries, np.zeros(world.local_industries.shape), world.p)
    spend_from_funds(world, "capacity grants", np.asarray(world.local_industries.capacity_grant).copy())
