"""Co-financing: the public pays part of what founders and investors spend, and only where they spend their own.

Start-ups: Caliendo & Künn (2011); investment: Criscuolo, Martin, Overman & Van Reenen (2019). A founder takes part who
expects to earn what is left to pay (participation), so that a subsidy calls forth as many more as a margin that is
higher by the same yearly sum. What the public paid for bears no user cost for its owner and wears out.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.typed import Array, FirmRow, Firms, LocalIndustries, LocalIndustryRow, Parameters, Regions
from sim.kernel.world import Flow, Origin, World


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
def call_forth(local_industry: LocalIndustryRow, wage: float, p: Parameters) -> None:
    """Expected founders rise with co-financing: founders x exp(entry_response x relief) (Geroski 1995 for the response
    to margins); then the share of their cost that is paid is known.
    """
    local_industry.cover = 0.0
    cost = local_industry.startup_cost
    if local_industry.entry_fund <= 0.0 or cost <= 0.0:
        return
    cover = cover_of_start(local_industry.entry_fund, local_industry.founders, cost, p)
    more = relief(cover, cost, first_sales(local_industry, wage, p), p)
    local_industry.founders *= math.exp(p.entry_response * more)
    local_industry.cover = cover_of_start(local_industry.entry_fund, local_industry.founders, cost, p)


@rule
def call_forth_all(regions: Regions, local_industries: LocalIndustries, p: Parameters) -> None:
    """Founders everywhere hear what the public pays of a start."""
    for region in range(len(regions)):
        for industry in range(local_industries.shape[1]):
            call_forth(local_industries[region, industry], regions[region].wage, p)


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


def cofinance_starts(world: World) -> None:
    """Where plans co-finance starts, more founders are to be expected, and each is paid a part."""
    if world.p.transfers:
        call_forth_all(world.regions, world.local_industries, world.p)


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
