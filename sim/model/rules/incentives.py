"""Incentives: plan money becomes entrants, capacity and research, and every unit of it stands in the ledger.

Grants of quantity spend a budget exactly; what whole entrants cost more or less than planned is carried forward.
Sources: investment attraction of Chinese regions, Qian & Roland (1998); R&D grants: David, Hall & Toole (2000).
"""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import rule
from sim.kernel.draws import Purpose, absorb, lineage, uniform, word
from sim.kernel.world import BIRTH, Origin, World


@rule
def whole_entrants(money, cost, luck):
    """Number of entrants that `money` attracts: floor(money / cost + uniform), unbiased (stochastic rounding)."""
    return int(money / cost + luck) if cost > 0.0 else 0


@rule
def branch_luck(seed, year, region, industry):
    """Keyed uniform of a region and industry for attraction."""
    pair = np.int64(absorb(word(region.id), industry.id) >> word(12))
    return uniform(seed, Purpose.ATTRACTION, year, pair, 0)


@rule
def split_money(seed, year, regions, industries, branches, entry_share, research_share):
    """Divide each region's money over branches and uses: research first, then entry and capacity by `entry_share`.

    Entrants come whole: floor(money / cost + uniform) of them, so that a thin purse attracts as many per unit of
    money as a thick one. What they cost more or less than planned stands in the region's fund, which next year's
    entry money makes good. Where no firm stands to build capacity, that part looks for entrants too.
    """
    for place in range(len(regions)):
        region = regions[place]
        promoted = 0.0
        for line in range(len(industries)):
            promoted += branches[place, line].promoted
        left = region.budget - region.spent + region.fund
        for line in range(len(industries)):
            branch = branches[place, line]
            branch.entry_grant = 0.0
            branch.capacity_grant = 0.0
            branch.research_grant = 0.0
            branch.attracted = 0
            if promoted <= 0.0 or region.budget <= 0.0:
                continue
            share = branch.promoted / promoted
            purse = (region.budget - region.spent) * share
            if branch.firms > 0 and branch.sales > 0.0:
                branch.research_grant = research_share * purse
            purse -= branch.research_grant
            if branch.firms > 0:
                branch.capacity_grant = (1.0 - entry_share) * purse
            attracting = max(0.0, purse - branch.capacity_grant + region.fund * share)
            luck = branch_luck(seed, year, region, industries[line])
            branch.attracted = whole_entrants(attracting, branch.startup_cost, luck)
            branch.entry_grant = branch.attracted * branch.startup_cost
            left -= branch.research_grant + branch.entry_grant + branch.capacity_grant
        region.fund = left


@rule
def pay_firms(firms, branches, lag, p):
    """Capacity grants are shared by capacity, research grants by sales; grants add to what is being built."""
    for firm in firms:
        branch = branches[firm.region, firm.industry]
        if branch.capacity_grant > 0.0 and branch.capacity > 0.0:
            money = branch.capacity_grant * firm.capacity / branch.capacity
            firm.building[lag - 1] += money / (p.capital_price * firm.unit_cost)
            firm.subsidy += money
        if branch.research_grant > 0.0 and branch.sales > 0.0:
            money = branch.research_grant * firm.sales / branch.sales
            firm.research_grant += money
            firm.subsidy += money


@rule
def attract(year, regions, industries, branches, births):
    """Write a birth for every entrant the plan pays for."""
    row = 0
    for place in range(len(regions)):
        for line in range(len(industries)):
            branch = branches[place, line]
            for slot in range(branch.attracted):
                birth = births[row]
                pair = np.int64(absorb(word(regions[place].id), industries[line].id) >> word(12))
                birth.id = lineage(Purpose.ATTRACTION, pair, year, slot)
                birth.origin = Origin.ATTRACTED
                birth.region = place
                birth.industry = line
                birth.cell = -1
                birth.grant = branch.startup_cost
                row += 1


def open_purses(world: World) -> None:
    """Last year's support ends; grants are shared by last year's sales of the firms that still stand."""
    regions, firms = world.regions, world.firms
    for paid in (regions.spent, regions.levy, regions.works, world.institutes.granted):
        paid[:] = 0.0
    for received in (firms.subsidy, firms.research_grant, firms.absorption, firms.credit_line):
        received[:] = 0.0
    sales = np.zeros(world.branches.shape)
    np.add.at(sales, (firms.region, firms.industry), firms.sales)
    world.branches.sales[:] = sales


def pay_incentives(world: World) -> None:
    """Spend what instruments left of every region's budget on what its plan promotes, and book it."""
    regions, branches = world.regions, world.branches
    before = np.asarray(regions.fund).copy()
    split_money(world.seed, world.year, regions, world.industries, branches, world.funded_entry, world.funded_research)
    pay_firms(world.firms, branches, world.p.build_lag, world.p)
    count = int(branches.attracted.sum())
    births = BIRTH.empty(count)
    attract(world.year, regions, world.industries, branches, births)
    world.births_table.extend(count)[...] = births
    world.book_all("budget", np.asarray(regions.budget))
    world.book_all("brought forward", before)
    world.book_all("entry grants", -np.asarray(branches.entry_grant))
    world.book_all("capacity grants", -np.asarray(branches.capacity_grant))
    world.book_all("research grants", -np.asarray(branches.research_grant))
    world.book_all("carried forward", -np.asarray(regions.fund))
    building = float(branches.entry_grant.sum() + branches.capacity_grant.sum() + regions.works.sum())
    world.public_labour = (building + float(world.institutes.budget.sum())) / world.wage
