"""Incentives: plan money becomes entrants, capacity and research, and every unit of it stands in the ledger.

Grants of quantity spend a budget exactly; what whole entrants cost more or less than planned is carried forward.
Sources: investment attraction of Chinese regions, Qian & Roland (1998); R&D grants: David, Hall & Toole (2000).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.draws import Luck, Purpose, draw, lineage, pair_id
from sim.kernel.typed import (
    Births,
    Firms,
    Industries,
    IndustryRow,
    LocalIndustries,
    LocalIndustryRow,
    Parameters,
    RegionRow,
    Regions,
)
from sim.kernel.world import BIRTH, Flow, Origin, World


@rule
def whole_entrants(money: float, cost: float, u: float) -> int:
    """Number of entrants that `money` attracts: floor(money / cost + uniform), unbiased (stochastic rounding)."""
    return int(money / cost + u) if cost > 0.0 else 0


class Uses(NamedTuple):
    """What plan money is for."""

    entry: float
    """Share of it, research apart, that attracts entrants where firms stand; the rest builds capacity."""
    research: float
    """Share of it that goes to research, taken first."""


@rule
def local_industry_draw(region: RegionRow, industry: IndustryRow, luck: Luck) -> float:
    """Uniform number of a region and industry for attraction."""
    return draw(luck, Purpose.ATTRACTION, pair_id(region.id, industry.id), 0)


@rule
def divide_budget(budget: float, local_industry: LocalIndustryRow, uses: Uses) -> float:
    """Grants of a local industry from its part of the plan's money; returns what is left for entrants.

    Where no firm stands, there is no research to pay for and nobody who builds capacity.
    """
    if local_industry.firms > 0 and local_industry.sales > 0.0:
        local_industry.research_grant = uses.research * budget
    budget -= local_industry.research_grant
    if local_industry.firms > 0:
        local_industry.capacity_grant = (1.0 - uses.entry) * budget
    return budget - local_industry.capacity_grant


@rule
def clear_grants(local_industry: LocalIndustryRow) -> None:
    """Last year's grants end."""
    local_industry.entry_grant = 0.0
    local_industry.capacity_grant = 0.0
    local_industry.research_grant = 0.0
    local_industry.attracted = 0


@rule
def split_money(
    regions: Regions, industries: Industries, local_industries: LocalIndustries, uses: Uses, luck: Luck
) -> None:
    """Divide each region's money over local industries and uses: research, then entry and capacity.

    Entrants come whole: floor(money / cost + uniform) of them, so that a small budget attracts as many per unit
    of money as a large one. What they cost more or less than planned stands in the region's fund, and next year's
    entry money is changed by it. Where no firm could build capacity, that part attracts entrants, too.
    """
    for region_row in range(len(regions)):
        region = regions[region_row]
        promoted = 0.0
        for industry in range(len(industries)):
            promoted += local_industries[region_row, industry].promoted
        left = region.budget - region.spent + region.fund
        for industry in range(len(industries)):
            local_industry = local_industries[region_row, industry]
            clear_grants(local_industry)
            if promoted <= 0.0 or region.budget <= 0.0:
                continue
            share = local_industry.promoted / promoted
            attracting = divide_budget((region.budget - region.spent) * share, local_industry, uses)
            attracting = max(0.0, attracting + region.fund * share)
            u = local_industry_draw(region, industries[industry], luck)
            local_industry.attracted = whole_entrants(attracting, local_industry.startup_cost, u)
            local_industry.entry_grant = local_industry.attracted * local_industry.startup_cost
            left -= local_industry.research_grant + local_industry.entry_grant + local_industry.capacity_grant
        region.fund = left


@rule
def pay_firms(firms: Firms, local_industries: LocalIndustries, lag: int, p: Parameters) -> None:
    """Capacity grants are shared by capacity, research grants by sales; grants add to what is being built."""
    for firm in firms:
        local_industry = local_industries[firm.region, firm.industry]
        if local_industry.capacity_grant > 0.0 and local_industry.capacity > 0.0:
            money = local_industry.capacity_grant * firm.capacity / local_industry.capacity
            firm.building[lag - 1] += money / (p.capital_price * firm.unit_cost)
            firm.subsidy += money
        if local_industry.research_grant > 0.0 and local_industry.sales > 0.0:
            money = local_industry.research_grant * firm.sales / local_industry.sales
            firm.research_grant += money
            firm.subsidy += money


@rule
def attract(
    regions: Regions, industries: Industries, local_industries: LocalIndustries, births: Births, year: int
) -> None:
    """Write a birth for every entrant the plan pays for."""
    row = 0
    for region in range(len(regions)):
        for industry in range(len(industries)):
            local_industry = local_industries[region, industry]
            for slot in range(local_industry.attracted):
                birth = births[row]
                birth.id = lineage(Purpose.ATTRACTION, pair_id(regions[region].id, industries[industry].id), year, slot)
                birth.origin = Origin.ATTRACTED
                birth.region = region
                birth.industry = industry
                birth.cell = -1
                birth.grant = local_industry.startup_cost
                row += 1


def open_budgets(world: World) -> None:
    """Last year's support ends; grants are shared by last year's sales of the firms that still stand."""
    regions, firms = world.regions, world.firms
    for paid in (regions.spent, regions.levy, regions.works, regions.returned, world.institutes.granted):
        paid[:] = 0.0
    for received in (firms.subsidy, firms.research_grant, firms.absorption, firms.credit_line, firms.support,
                     firms.price_cut):  # fmt: skip
        received[:] = 0.0
    sales = np.zeros(world.local_industries.shape)
    np.add.at(sales, (firms.region, firms.industry), firms.sales)
    world.local_industries.sales[:] = sales


def bring_forward(world: World) -> None:
    """Book the year's budgets, and what is left of last year's."""
    world.book_all("budget", np.asarray(world.regions.budget))
    world.book_all("brought forward", np.asarray(world.regions.fund).copy())


def pay_incentives(world: World) -> None:
    """Spend what instruments left of every region's budget on what its plan promotes."""
    if world.p.transfers:
        return
    regions, local_industries = world.regions, world.local_industries
    uses = Uses(world.entry_share, world.research_share)
    split_money(regions, world.industries, local_industries, uses, world.luck)
    pay_firms(world.firms, local_industries, world.p.build_lag, world.p)
    count = int(local_industries.attracted.sum())
    births = BIRTH.empty(count)
    attract(regions, world.industries, local_industries, births, world.year)
    world.births_table.extend(count)[...] = births


def waste_labour(world: World) -> None:
    """Regions whose plan hires labour that makes nothing spend on it what instruments left of their budgets."""
    regions = world.regions
    paid = np.where(regions.make_work, np.maximum(regions.budget - regions.spent, 0.0), 0.0)
    regions.fund -= paid
    regions.works += paid
    world.book_all("labour that makes nothing", -paid)


def book_grants(world: World) -> None:
    """Book the year's grants, what regions keep of their budgets, and the labour that the public hires."""
    waste_labour(world)
    regions, local_industries = world.regions, world.local_industries
    world.book_all("entry grants", -np.asarray(local_industries.entry_grant))
    world.book_all("capacity grants", -np.asarray(local_industries.capacity_grant))
    world.book_all("research grants", -np.asarray(local_industries.research_grant))
    world.book_all("carried forward", -np.asarray(regions.fund))
    building = float(local_industries.entry_grant.sum() + local_industries.capacity_grant.sum() + regions.works.sum())
    institutes = float(world.institutes.budget.sum())
    world.public_labour = (building + institutes) / world.wage
    world.flows[Flow.PUBLIC_WAGES] += building + institutes
    world.flows[Flow.TAXES] += float(regions.budget.sum()) + float(regions.levy.sum()) + institutes
