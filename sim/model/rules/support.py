"""Support: plan money that goes to firms as transfers, and lowers their prices as far as they pass it on.

Most industrial policy hires nobody: it moves money from taxpayers to firms. Cash subsidies, tax benefits, cheap land
and cheap credit: Garcia-Macia, Kothari & Tao (2025), IMF Working Paper 25/155, who put them at 2.0, 1.5, .5 and .4 %
of China's GDP. A region divides its money over what it promotes by the mix of its plan. What nobody claims is paid as
cash in the next year; where no firm of a promoted industry stands it goes back to consumers. Only what hires labour
takes goods from consumers: national expenditure is what they and the public spend together.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.draws import Purpose, uniform
from sim.kernel.money import Mix
from sim.kernel.tables import SUPPORTS
from sim.kernel.typed import (
    Array,
    FirmRow,
    Firms,
    Industries,
    IndustryRow,
    LocalIndustries,
    LocalIndustryRow,
    Parameters,
    RegionRow,
    Regions,
)
from sim.kernel.world import Flow, World

SUPPORT = mechanism(
    "transfers", "4.12", "Plan money is transferred to firms or shares their outlays; only what hires takes goods from "
    "consumers.",
)  # fmt: skip
SUPPORT.param(
    "pass_through", 0.6, 0.0, 1.0, unit="1", evidence="A", sweep=(0.0, 1.0),
    source="Amiti, Itskhoki & Konings 2019 (a typical firm passes .6 of a change of its own costs on to its price, "
    "small firms all, large ones .5); Ganapati, Shapiro & Walker 2020 (.7); Weyl & Fabinger 2013 (1 in competitive "
    "markets); that support is passed on as costs are is our assumption",
    help="share of cash, cheap land and cheap credit by which a firm lowers its full-cost price",
)  # fmt: skip
SUPPORT.param(
    "pass_through_bound", 0.6, 0.0, 0.95, unit="1", evidence="A", sweep=(0.3, 0.8),
    source="our assumption",
    help="most by which support lowers a full-cost price",
)  # fmt: skip
SUPPORT.param(
    "support_reach", 0.15, 0.01, 1.0, unit="1", evidence="S", sweep=(0.1, 1.0),
    source="Aghion et al. 2015 (a minority of firms in the industrial survey of 1998-2007 is subsidised); Branstetter, "
    "Li & Ren 2023 (listed firms: size decides who is); digits ours",
    help="share of firms that get cash, cheap land and cheap credit; which ones is drawn once in a firm's life",
)  # fmt: skip
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
SUPPORT.param(
    "returned_share", 0.0, 0.0, 1.0, unit="1", evidence="A", sweep=(0.0, 1.0),
    source="our assumption: 0 keeps plan money with firms",
    help="share of plan money that nobody claimed which residents of the region get; the rest is paid as cash",
)  # fmt: skip

CASH, TAX, LAND, CREDIT = range(SUPPORTS)
"""Kinds of support in their order: the rows of a local industry's `support`."""


@rule
def is_favoured(firm: FirmRow, seed: int, p: Parameters) -> bool:
    """Whether a firm is one of those that get cash, land and credit: a draw for life below `support_reach`."""
    return uniform(seed, Purpose.SUPPORT, 0, firm.id, 0) < p.support_reach


@rule
def support_base(firm: FirmRow, industry: IndustryRow, kind: int, p: Parameters) -> float:
    """What support is given in proportion to: last year's sales (cash), profit above 0 (tax), rents (land), value of
    capital (credit) (Garcia-Macia, Kothari & Tao 2025).
    """
    if kind == CASH:
        return firm.sales
    if kind == TAX:
        return max(firm.profit, 0.0)
    if kind == LAND:
        return industry.land_share * firm.unit_cost * firm.output
    return p.capital_price * firm.unit_cost * firm.capacity


@rule
def cut_of_price(support: float, sales: float, p: Parameters) -> float:
    """Share by which a firm's full-cost price falls: min(bound, pass_through x support / sales) (Weyl & Fabinger 2013).

    `support` is cash, land and credit; relief from a tax on profit changes no price.
    """
    return min(p.pass_through_bound, p.pass_through * support / sales) if sales > 0.0 else 0.0


@rule
def takes_support(local_industry: LocalIndustryRow) -> bool:
    """Whether firms stand here that can be supported: they sold something last year."""
    return local_industry.firms > 0 and local_industry.sales > 0.0


@rule
def spendable(region: RegionRow) -> float:
    """Money of the plan this year: budget less instruments less what last year's payments exceeded, at least 0."""
    return max(0.0, region.budget - region.spent + min(region.fund, 0.0))


@rule
def divide_support(money: float, unclaimed: float, local_industry: LocalIndustryRow, mix: Mix) -> None:
    """Divide a local industry's money: research first, the rest by the mix; `unclaimed` is of last year, paid as cash.

    Money for entry and investment waits for founders and investors; where no firm stands only founders can come.
    """
    rest = (1.0 - mix.research) * money
    local_industry.entry_fund = mix.entry * rest
    if takes_support(local_industry):
        local_industry.research_grant = mix.research * money
        local_industry.investment_fund = mix.investment * rest
        local_industry.support[CASH] = mix.cash * rest + unclaimed
        local_industry.support[TAX] = mix.tax * rest
        local_industry.support[LAND] = mix.land * rest
        local_industry.support[CREDIT] = mix.credit * rest


@rule
def clear_support(local_industry: LocalIndustryRow) -> None:
    """Last year's support ends."""
    local_industry.attracted = 0
    local_industry.entry_grant = 0.0
    local_industry.capacity_grant = 0.0
    local_industry.research_grant = 0.0
    local_industry.entry_fund = 0.0
    local_industry.investment_fund = 0.0
    local_industry.cover = 0.0
    for kind in range(SUPPORTS):
        local_industry.support[kind] = 0.0


@rule
def given(local_industry: LocalIndustryRow) -> float:
    """Support and research grants of a local industry."""
    total = local_industry.research_grant
    for kind in range(SUPPORTS):
        total += local_industry.support[kind]
    return total


@rule
def split_support(regions: Regions, local_industries: LocalIndustries, mix: Mix, p: Parameters) -> None:
    """Divide each region's money over local industries and uses; what is left waits in the region's fund.

    Of what nobody claimed last year `returned_share` goes back to residents; all of it where no firm of a promoted
    industry stands.
    """
    for row in range(len(regions)):
        region = regions[row]
        promoted = 0.0
        standing = 0.0
        for industry in range(local_industries.shape[1]):
            promoted += local_industries[row, industry].promoted
            if takes_support(local_industries[row, industry]):
                standing += local_industries[row, industry].promoted
        money, unclaimed = spendable(region), max(region.fund, 0.0)
        left = region.budget - region.spent + region.fund
        back = p.returned_share if standing > 0.0 and region.budget > 0.0 else 1.0
        region.returned = back * unclaimed
        for industry in range(local_industries.shape[1]):
            local_industry = local_industries[row, industry]
            clear_support(local_industry)
            if local_industry.promoted > 0.0 and region.budget > 0.0:
                late = (unclaimed - region.returned) * local_industry.promoted / standing if standing > 0.0 else 0.0
                divide_support(money * local_industry.promoted / promoted, late, local_industry, mix)
                left -= given(local_industry)
        region.fund = left - region.returned


@rule
def sum_bases(firms: Firms, industries: Industries, bases: Array, seed: int, p: Parameters) -> None:
    """Fill `bases` (R, S, 2, SUPPORTS) with the sums of what support follows: [0] of favoured firms, [1] of all."""
    for firm in firms:
        favoured = is_favoured(firm, seed, p)
        for kind in range(SUPPORTS):
            base = support_base(firm, industries[firm.industry], kind, p)
            bases[firm.region, firm.industry, 1, kind] += base
            if favoured:
                bases[firm.region, firm.industry, 0, kind] += base


@rule
def share_of_support(firm: FirmRow, industry: IndustryRow, kind: int, bases: Array, seed: int, p: Parameters) -> float:
    """A firm's part of its local industry's support of one kind: of favoured firms alone, or of all for tax relief and
    where none is favoured; by sales where nobody has what it follows. `bases` (2, SUPPORTS) of its local industry.
    """
    whose = 1 if kind == TAX or bases[0, CASH] <= 0.0 else 0
    if whose == 0 and not is_favoured(firm, seed, p):
        return 0.0
    by = kind if bases[whose, kind] > 0.0 else CASH
    return support_base(firm, industry, by, p) / bases[whose, by]


@rule
def support_firms(
    firms: Firms, industries: Industries, local_industries: LocalIndustries, bases: Array, seed: int, p: Parameters
) -> None:
    """Support reaches firms and lowers their prices; research grants are shared by sales. `bases` of `sum_bases`."""
    for firm in firms:
        local_industry = local_industries[firm.region, firm.industry]
        if given(local_industry) <= 0.0:
            continue
        own = bases[firm.region, firm.industry]
        lowering = 0.0
        for kind in range(SUPPORTS):
            money = local_industry.support[kind] * share_of_support(firm, industries[firm.industry], kind, own, seed, p)
            firm.support += money
            lowering += money if kind != TAX else 0.0
        firm.price_cut = cut_of_price(lowering, firm.sales, p)
        granted = local_industry.research_grant * firm.sales / local_industry.sales
        firm.research_grant += granted
        firm.subsidy += firm.support + granted


def pay_support(world: World) -> None:
    """Divide plan money by the mix of the plan, pay support and research, and book it."""
    if not world.p.transfers:
        return
    regions, local_industries, p = world.regions, world.local_industries, world.p
    before = np.asarray(regions.fund).copy()
    split_support(regions, local_industries, Mix(*world.mix), p)
    returned = np.asarray(regions.returned)
    bases = np.zeros((*local_industries.shape, 2, SUPPORTS))
    sum_bases(world.firms, world.industries, bases, world.seed, p)
    support_firms(world.firms, world.industries, local_industries, bases, world.seed, p)
    late = np.maximum(before, 0.0) - returned
    paid = np.asarray(local_industries.support).sum(axis=1)
    world.book_all("unclaimed, as cash", -late)
    world.book_all("returned to consumers", -returned)
    world.flows[Flow.SUPPORT] += paid.sum()
    world.flows[Flow.RETURNED] += returned.sum()
    for kind, name in enumerate(("cash", "tax relief", "cheap land", "cheap credit")):
        world.book_all(name, -(paid[:, kind] - late if kind == CASH else paid[:, kind]))


def leave_to_consumers(world: World) -> None:
    """Consumers spend what the public does not: E - wages that it pays - research that it pays firms for."""
    if world.p.transfers:
        hired = world.public_labour * world.wage + float(world.firms.research_grant.sum())
        world.consumption_budget = world.expenditure - hired
