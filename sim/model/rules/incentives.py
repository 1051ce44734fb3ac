"""Incentives: plan money becomes entrants, capacity and research, and every unit of it stands in the ledger.

Grants of quantity spend a budget exactly; what whole entrants cost more or less than planned is carried forward.
Sources: investment attraction of Chinese regions, Qian & Roland (1998); R&D grants: David, Hall & Toole (2000).
"""

from __future__ import annotations

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.draws import Purpose, lineage, pair_id, uniform
from sim.kernel.world import BIRTH, Origin, World


@rule
def whole_entrants(money, cost, luck):
    """Number of entrants that `money` attracts: floor(money / cost + uniform), unbiased (stochastic rounding)."""
    return int(money / cost + luck) if cost > 0.0 else 0


@rule
def local_industry_luck(seed, year, region, industry):
    """Keyed uniform of a region and industry for attraction."""
    return uniform(seed, Purpose.ATTRACTION, year, pair_id(region.id, industry.id), 0)


@rule
def split_money(seed, year, regions, industries, local_industries, entry_share, research_share):
    """Divide each region's money over local industries and uses: research, then entry and capacity by `entry_share`.

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
            local_industry.entry_grant = 0.0
            local_industry.capacity_grant = 0.0
            local_industry.research_grant = 0.0
            local_industry.attracted = 0
            if promoted <= 0.0 or region.budget <= 0.0:
                continue
            share = local_industry.promoted / promoted
            purse = (region.budget - region.spent) * share
            if local_industry.firms > 0 and local_industry.sales > 0.0:
                local_industry.research_grant = research_share * purse
            purse -= local_industry.research_grant
            if local_industry.firms > 0:
                local_industry.capacity_grant = (1.0 - entry_share) * purse
            attracting = max(0.0, purse - local_industry.capacity_grant + region.fund * share)
            luck = local_industry_luck(seed, year, region, industries[industry])
            local_industry.attracted = whole_entrants(attracting, local_industry.startup_cost, luck)
            local_industry.entry_grant = local_industry.attracted * local_industry.startup_cost
            left -= local_industry.research_grant + local_industry.entry_grant + local_industry.capacity_grant
        region.fund = left


@rule
def pay_firms(firms, local_industries, lag, p):
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
def attract(year, regions, industries, local_industries, births):
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


def open_purses(world: World) -> None:
    """Last year's support ends; grants are shared by last year's sales of the firms that still stand."""
    regions, firms = world.regions, world.firms
    for paid in (regions.spent, regions.levy, regions.works, world.institutes.granted):
        paid[:] = 0.0
    for received in (firms.subsidy, firms.research_grant, firms.absorption, firms.credit_line):
        received[:] = 0.0
    sales = np.zeros(world.local_industries.shape)
    np.add.at(sales, (firms.region, firms.industry), firms.sales)
    world.local_industries.sales[:] = sales


def pay_incentives(world: World) -> None:
    """Spend what instruments left of every region's budget on what its plan promotes, and book it."""
    regions, local_industries = world.regions, world.local_industries
    before = np.asarray(regions.fund).copy()
    split_money(
        world.seed, world.year, regions, world.industries, local_industries, world.entry_share, world.research_share
    )
    pay_firms(world.firms, local_industries, world.p.build_lag, world.p)
    count = int(local_industries.attracted.sum())
    births = BIRTH.empty(count)
    attract(world.year, regions, world.industries, local_industries, births)
    world.births_table.extend(count)[...] = births
    world.book_all("budget", np.asarray(regions.budget))
    world.book_all("brought forward", before)
    world.book_all("entry grants", -np.asarray(local_industries.entry_grant))
    world.book_all("capacity grants", -np.asarray(local_industries.capacity_grant))
    world.book_all("research grants", -np.asarray(local_industries.research_grant))
    world.book_all("carried forward", -np.asarray(regions.fund))
    building = float(local_industries.entry_grant.sum() + local_industries.capacity_grant.sum() + regions.works.sum())
    world.public_labour = (building + float(world.institutes.budget.sum())) / world.wage
