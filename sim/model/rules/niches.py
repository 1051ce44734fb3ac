"""Niches: firms of a niche sell close substitutes; newcomers copy one that they see, or open one by what they know.

Elasticities of 6.9 within firms and 3.9 between them, as medians over groups of goods: Hottman, Redding & Weinstein
(2016); Broda & Weinstein (2006). Mark-ups fall as rivals of the same niche come (Atkeson & Burstein 2008).
Entrepreneurs know what they see around them (Sorenson & Audia 2000), those near the frontier and near science do what
is new (Acemoglu, Aghion & Zilibotti 2006; Audretsch & Feldman 1996), and firms that follow the same signal meet in the
same goods (Lin, Wu & Xing 2010). A niche ends with its last firm. The market is in sim.model.rules.niche_market.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import OPENING, mechanism
from sim.kernel.draws import Luck, Purpose, uniform
from sim.kernel.niche_index import NicheIndex, niches_of
from sim.kernel.typed import (
    Array,
    FirmRow,
    Firms,
    FirmTable,
    Industries,
    IndustryRow,
    Links,
    Parameters,
    RegionRow,
    Regions,
)
from sim.kernel.world import ENDOWMENT_NAMES, Tie, World
from sim.model.rules.newcomers import first_customers, usual_lead
from sim.model.rules.niche_market import theft, weight_in_niche

NICHES = mechanism(
    "niches", "4.4", "Firms of a niche sell close substitutes; newcomers copy a niche or open one.", default=False,
    acts=OPENING,
)  # fmt: skip
NICHES.param(
    "niche_elasticity", 8.0, 2.5, 20.0, unit="1", evidence="P", sweep=(6.0, 11.0),
    source="Hottman, Redding & Weinstein 2016 (6.9 within firms, 3.9 between them, medians); Broda & Weinstein 2006 "
    "(elasticities rise as goods are defined more closely); about twice variety_elasticity, as these say",
    help="eta: elasticity of substitution between firms of a niche; above variety_elasticity, which then holds between "
    "niches",
)  # fmt: skip
NICHES.param(
    "niche_opening", 0.3, 0.01, 1.0, unit="1", evidence="A", sweep=(0.15, 0.5),
    source="Koellinger 2008 (most founders offer nothing new; sign); digits ours",
    help="share of usual newcomers, where science is usual, that open a niche instead of copying one",
)  # fmt: skip
NICHES.param(
    "opening_lead", 3.0, 0.0, 20.0, unit="1", evidence="S", sweep=(0.0, 6.0),
    source="Acemoglu, Aghion & Zilibotti 2006 (innovation near the frontier, imitation far from it); digits ours",
    help="how much the log odds of opening a niche rise with a newcomer's ln productivity over that of a usual one",
)  # fmt: skip
NICHES.param(
    "opening_science", 0.3, 0.0, 3.0, unit="1/s.d.", evidence="S", sweep=(0.0, 0.6),
    source="Audretsch & Feldman 1996 (new products come where science is); digits ours",
    help="how much they rise with the region's endowment with science",
)  # fmt: skip
NICHES.param(
    "attracted_copying", 1.0, 0.0, 5.0, unit="1", evidence="S", sweep=(0.0, 2.0),
    source="Lin, Wu & Xing 2010 (firms that follow the same signal invest in the same goods; sign); digits ours",
    help="how much they are lower of a newcomer whose start the public pays, times the share that it pays",
)  # fmt: skip
NICHES.param(
    "copy_local", 0.7, 0.0, 1.0, unit="1", evidence="A", sweep=(0.4, 0.9),
    source="Sorenson & Audia 2000; Figueiredo, Guimarães & Woodward 2002 (founders know what is near); digits ours",
    help="share of those who copy that look in their own region, if the industry stands there; others in the nation",
)  # fmt: skip

OPEN_DRAW, NEAR_DRAW, PICK_DRAW = 0, 1, 2
"""Counters of a newcomer's draws: whether it opens a niche, whether it looks near by, and whom it copies."""
SCIENCE = ENDOWMENT_NAMES.index("science")
NOBODY = -1
"""What a newcomer copies that sees no firm."""


class Seen(NamedTuple):
    """Firms that newcomers may copy: near[starts[s, r]:starts[s, r+1]] of industry s in region r, and
    far[begin[s]:begin[s+1]] of the nation, rows in order of id.
    """

    near: Array
    """Shape (n,)."""
    starts: Array
    """Shape (S, R+1)."""
    far: Array
    """Shape (n,)."""
    begin: Array
    """Shape (S+1,)."""


# -- what firms face -------------------------------------------------------------------------------------


@rule
def elasticity_faced(share: float, p: Parameters) -> float:
    """eps = eta - (eta - sigma) share, share of a firm in its niche (Atkeson & Burstein 2008; prices given)."""
    return p.niche_elasticity - (p.niche_elasticity - p.variety_elasticity) * share


@rule
def share_of_niche(weight: float, crowd: float, access: float) -> float:
    """Share in its niche of a firm of `weight` A p^(1-eta): mean over buyers, by what they order of it (identity)."""
    return min(weight * crowd / access, 1.0) if access > 0.0 else 1.0


@rule
def face_rivals(firms: Firms, niches: NicheIndex, p: Parameters) -> None:
    """Firms learn from this year's orders which elasticity of demand they face."""
    for row in range(len(firms)):
        firm, place = firms[row], niches.place[row]
        weight = weight_in_niche(firm, p)
        firm.elasticity = elasticity_faced(share_of_niche(weight, niches.crowd[place], niches.access[place]), p)


@rule
def share_faced(firm: FirmRow, p: Parameters) -> float:
    """Share of a firm in its niche, from the elasticity that it faces: (eta - eps) / (eta - sigma) (identity)."""
    return min(max((p.niche_elasticity - firm.elasticity) / (p.niche_elasticity - p.variety_elasticity), 0.0), 1.0)


@rule
def judge_suppliers(firms: Firms, links: Links, p: Parameters) -> None:
    """Set every customer's `supplier_share`: mean over its contracts, by weight, of the supplier's share in its niche.

    What others of the niche sell can be had in the place of what a lost supplier sold; only specific inputs hurt
    (Barrot & Sauvagnat 2016).
    """
    ordered = np.zeros(len(firms))
    for firm in firms:
        firm.supplier_share = 0.0
    for link in links:
        if link.tie == Tie.SUPPLY and link.living:
            ordered[link.first] += link.share
            firms[link.first].supplier_share += link.share * share_faced(firms[link.second], p)
    for row in range(len(firms)):
        if ordered[row] > 0.0:
            firms[row].supplier_share /= ordered[row]


# -- what founders expect --------------------------------------------------------------------------------


@rule
def orders_among(own: float, others: float, largest: float, p: Parameters) -> float:
    """Orders of a newcomer with A0 = `own` among firms of A = `others` in all, over those in a niche of its own.

    (B / B0) ((A0 + others) / A0)^-theta = (max(A0, largest) / (A0 + others))^theta at equal prices and places.
    """
    return (max(own, largest) / (own + others)) ** theft(p)


@rule
def expect_rivals(firms: Firms, industries: Industries, niches: NicheIndex, p: Parameters) -> None:
    """Set the elasticity and the orders that a usual newcomer expects in every industry: `niche_opening` of them open a
    niche, the others copy any firm alike (after Melitz 2003: founders know what awaits them on average).
    """
    count = len(niches.base)
    sums, largest, members = np.zeros(count), np.zeros(count), np.zeros(count)
    for row in range(len(firms)):
        niche = niches.niche_of[niches.place[row]]
        sums[niche] += firms[row].appeal
        largest[niche] = max(largest[niche], firms[row].appeal)
        members[niche] += 1.0
    for row in range(len(industries)):
        industry = industries[row]
        own = first_customers(industry, p)
        firms_here = 0.0
        inverse = 0.0
        ordered = 0.0
        for niche in range(niches.begin[row], niches.begin[row + 1]):
            firms_here += members[niche]
            inverse += members[niche] / elasticity_faced(own / (own + sums[niche]), p)
            ordered += members[niche] * orders_among(own, sums[niche], largest[niche], p)
        copying = 1.0 - p.niche_opening if firms_here > 0.0 else 0.0
        alone = 1.0 / p.variety_elasticity
        industry.newcomer_orders = 1.0 - copying + (copying * ordered / firms_here if copying > 0.0 else 0.0)
        mean = (1.0 - copying) * alone + (copying * inverse / firms_here if copying > 0.0 else 0.0)
        industry.newcomer_elasticity = 1.0 / mean


# -- which niche a newcomer takes ------------------------------------------------------------------------


@rule
def chance_of_opening(usual: float, lead: float, science: float, paid: float, p: Parameters) -> float:
    """Chance that a newcomer opens a niche: log odds ln(usual/(1-usual)) + k_z lead + k_s science - k_a paid (logit).

    `usual` that of usual newcomers, `lead` ln z over theirs, `science` in s.d., `paid` the share of the start that the
    public pays.
    """
    if usual >= 1.0:
        return 1.0
    odds = usual / (1.0 - usual)
    odds *= math.exp(p.opening_lead * lead + p.opening_science * science - p.attracted_copying * paid)
    return odds / (1.0 + odds)


@rule
def paid_share(firm: FirmRow) -> float:
    """Share of what a start costs that the public pays (identity)."""
    cost = firm.subsidy + firm.investment
    return firm.subsidy / cost if cost > 0.0 else 0.0


@rule
def whom_to_copy(firm: FirmRow, parent: int, seen: Seen, p: Parameters, luck: Luck) -> int:
    """Row of the firm that a newcomer copies: its parent; else any firm of its industry alike, in its region with
    chance `copy_local` if some stand there, else in the nation; NOBODY if there is none (form ours).
    """
    if parent != NOBODY:
        return parent
    u = uniform(luck.seed, Purpose.NICHE, 0, firm.id, PICK_DRAW)
    first, last = seen.starts[firm.industry, firm.region], seen.starts[firm.industry, firm.region + 1]
    if last > first and uniform(luck.seed, Purpose.NICHE, 0, firm.id, NEAR_DRAW) < p.copy_local:
        return seen.near[first + int(u * (last - first))]
    first, last = seen.begin[firm.industry], seen.begin[firm.industry + 1]
    return seen.far[first + int(u * (last - first))] if last > first else NOBODY


@rule
def lead_of(firm: FirmRow, industry: IndustryRow, p: Parameters) -> float:
    """ln z of a newcomer over that of a usual one (see newcomers)."""
    return math.log(firm.productivity) - industry.mean_productivity - usual_lead(industry, p)


@rule
def open_niche(firm: FirmRow, p: Parameters) -> None:
    """A firm has a niche of its own."""
    firm.niche = firm.id
    firm.copied = False
    firm.elasticity = p.variety_elasticity


@rule
def join_niche(firm: FirmRow, other: FirmRow, industry: IndustryRow) -> None:
    """A firm sells what another sells, and asks for the mark-up that newcomers expect until it knows its own."""
    firm.niche = other.niche
    firm.copied = True
    firm.elasticity = industry.newcomer_elasticity


@rule
def opens_one(firm: FirmRow, usual: float, region: RegionRow, industry: IndustryRow, p: Parameters, luck: Luck) -> bool:
    """Whether a newcomer opens a niche; `usual` is how often usual ones do."""
    lead, science = lead_of(firm, industry, p), region.endowment[SCIENCE]
    chance = chance_of_opening(usual, lead, science, paid_share(firm), p)
    return uniform(luck.seed, Purpose.NICHE, 0, firm.id, OPEN_DRAW) < chance


@rule
def take_niches(
    firms: Firms, parents: Array, seen: Seen, regions: Regions, industries: Industries, p: Parameters, luck: Luck
) -> None:
    """Every firm without a niche opens one or joins that of a firm it sees. `parents` (N,) are rows, NOBODY if none."""
    for row in range(len(firms)):
        firm = firms[row]
        if firm.niche != 0:
            continue
        industry, other = industries[firm.industry], NOBODY
        if not opens_one(firm, p.niche_opening, regions[firm.region], industry, p, luck):
            other = whom_to_copy(firm, parents[row], seen, p, luck)
        if other == NOBODY:
            open_niche(firm, p)
        else:
            join_niche(firm, firms[other], industry)


def see_firms(firms: FirmTable, rows: Array, regions: int, industries: int) -> Seen:
    """What newcomers see of the firms in `rows`."""
    industry, region = np.asarray(firms.industry, dtype=np.int64)[rows], np.asarray(firms.region, np.int64)[rows]
    order, far = np.lexsort((firms.id[rows], region, industry)), np.lexsort((firms.id[rows], industry))
    bounds = np.arange(industries)[:, None] * regions + np.arange(regions + 1)[None, :]
    return Seen(
        rows[order], np.searchsorted((industry * regions + region)[order], bounds),
        rows[far], np.searchsorted(industry[far], np.arange(industries + 1)),
    )  # fmt: skip


def rows_of_parents(firms: FirmTable) -> Array:
    """Row of the firm that each spun off from, if it lives; else NOBODY; shape (N,)."""
    order = np.argsort(firms.id)
    row = order[np.minimum(np.searchsorted(firms.id, firms.parent, sorter=order), len(firms) - 1)]
    return np.where((firms.parent != 0) & (firms.id[row] == firms.parent) & (firms.niche[row] != 0), row, NOBODY)


def expect(world: World) -> None:
    """Founders judge how crowded niches are."""
    if world.p.niches:
        expect_rivals(world.firms, world.industries, niches_of(world), world.p)


def choose(world: World) -> None:
    """Newcomers open niches or join them; they see the firms that stood when the year began."""
    firms = world.firms
    if not world.p.niches or np.all(firms.niche != 0):
        return
    seen = see_firms(firms, np.flatnonzero(firms.niche != 0), *world.local_industries.shape)
    take_niches(firms, rows_of_parents(firms), seen, world.regions, world.industries, world.p, world.luck)


def learn_rivals(world: World) -> None:
    """Firms learn which elasticity of demand they face, which their mark-ups of next year follow, and how few rivals
    their suppliers have.
    """
    if world.p.niches:
        face_rivals(world.firms, niches_of(world), world.p)
        judge_suppliers(world.firms, world.links, world.p)
