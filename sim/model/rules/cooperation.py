"""Cooperation: firms and institutes tie where both gain, near in space and at a middle distance in knowledge.

Proximities: Boschma (2005); inverted U in cognitive distance: Nooteboom et al. (2007); strategic network formation:
Jackson & Wolinsky (1996); preferential attachment and closure in R&D networks: Tomasello et al. 2014.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import OPENING, mechanism
from sim.kernel.draws import Luck, Purpose, draw, pair_id
from sim.kernel.geography import Positions, cell_distance, neighbours_of
from sim.kernel.neighbours import Crowd, Search, common_partners, consider, crowd_of, partners_of, pick_near
from sim.kernel.proximity import cognitive_distance, novelty
from sim.kernel.typed import Array, FirmRow, Firms, Institutes, LinkRow, Links, LinkTable, Parameters
from sim.kernel.world import LINK, Event, Tie, World

COOPERATION = mechanism("cooperation", "4.7", "Firms and institutes join in projects when both gain.", acts=OPENING)
COOPERATION.param(
    "tie_distance", 0.14, 0.0, 3.0, unit="1", evidence="S", sweep=(0.05, 0.4),
    source="Hoekman, Frenken & van Oort 2009 (sign); Boschma 2005",
    help="th_d: loss of utility per ln(1 + distance / tie_scale)",
)  # fmt: skip
COOPERATION.param(
    "tie_scale", 50.0, 1.0, 1000.0, unit="km", evidence="A", sweep=(25.0, 100.0),
    source="size of a cell",
    help="l: distance at which distance begins to bite",
)  # fmt: skip
COOPERATION.param(
    "search_decay", 0.37, 0.0, 3.0, unit="1", evidence="S", sweep=(0.2, 1.0),
    source="Hoekman, Frenken & van Oort 2009; Maggioni, Nosvelli & Uberti 2007 (distance decay of joint research)",
    help="partners are looked for with weight (1 + distance / tie_scale)^-search_decay",
)  # fmt: skip
COOPERATION.param(
    "tie_cognition", 1.0, 0.0, 5.0, unit="1", evidence="S", sweep=(0.5, 2.0),
    source="Nooteboom et al. 2007",
    help="th_c: utility of a partner at the best cognitive distance",
)  # fmt: skip
COOPERATION.param(
    "best_distance", 0.4, 0.05, 1.0, unit="1", evidence="S", sweep=(0.2, 0.6),
    source="Nooteboom et al. 2007 (inverted U); place of the top ours",
    help="D*: cognitive distance (1 - cosine) at which cooperation yields most",
)  # fmt: skip
COOPERATION.param(
    "tie_closure", 0.15, 0.0, 2.0, unit="1", evidence="S", sweep=(0.0, 0.4),
    source="Tomasello et al. 2014 (sign)",
    help="th_n: utility per partner in common",
)  # fmt: skip
COOPERATION.param(
    "closure_limit", 3, 0, 20, unit="firms", evidence="A", sweep=(1, 6), whole=True,
    source="our assumption",
    help="partners in common beyond which more of them add nothing",
)  # fmt: skip
COOPERATION.param(
    "tie_success", 0.15, 0.0, 2.0, unit="1", evidence="S", sweep=(0.0, 0.3),
    source="Ahuja 2000, Strategic Management Journal 21 (firms with technical capital attract linkages; sign)",
    help="th_p: utility of ln(1 + the partner's innovations so far)",
)  # fmt: skip
COOPERATION.param(
    "tie_attachment", 0.45, 0.0, 2.0, unit="1", evidence="S", sweep=(0.2, 0.7),
    source="Tomasello et al. 2014; Barabási & Albert 1999",
    help="th_h: utility of ln(1 + the partner's links)",
)  # fmt: skip
COOPERATION.param(
    "tie_cost", 0.6, 0.0, 5.0, unit="1", evidence="A", sweep=(0.4, 1.2),
    source="Jackson & Wolinsky 1996 (mechanism); digits ours",
    help="utility that a tie costs each side",
)  # fmt: skip
COOPERATION.param(
    "institute_tie_cost", 0.5, 0.0, 2.0, unit="1", evidence="A", sweep=(0.25, 1.0),
    source="Mansfield & Lee 1996 (firms work with institutes near by; mechanism); digits ours",
    help="share of tie_cost that a tie with an institute costs, since it does not rival",
)  # fmt: skip
COOPERATION.param(
    "tie_crowding", 0.05, 0.0, 1.0, unit="1", evidence="A", sweep=(0.03, 0.15),
    source="Kale, Dyer & Singh 2002 (experience carries larger portfolios); digits ours",
    help="further cost per link a firm already has, over the root of 1 + its innovations: experience carries more",
)  # fmt: skip
COOPERATION.param(
    "tie_institution", 0.2, 0.0, 2.0, unit="1", evidence="S", sweep=(0.0, 0.5),
    source="Ponds, van Oort & Frenken 2007 (unlike partners tie locally)",
    help="extra loss per ln(1 + distance / tie_scale) between a firm and an institute",
)  # fmt: skip
COOPERATION.param(
    "tie_end", 0.2, 0.0, 1.0, unit="1/year", evidence="S", sweep=(0.1, 0.33),
    source="three to five years are usually assumed (Kogut 1988; Schilling & Phelps 2007), since ends are seldom "
    "recorded; digits ours",
    help="share of projects that end each year",
)  # fmt: skip
COOPERATION.param(
    "tie_candidates", 3, 0, 10, unit="firms/year", evidence="A", sweep=(1, 4), whole=True,
    source="limited search; digits ours",
    help="how many firms near it a firm considers each year; and as many institutes at most one",
)  # fmt: skip
COOPERATION.param(
    "tie_activity", 0.46, 0.0, 1.0, unit="1", evidence="S", sweep=(0.2, 0.8),
    source="Tomasello, Perra, Tessone, Karsai & Schweitzer 2014 (activity in forming alliances is broadly distributed)",
    help="elasticity of the number of firms considered to the firm's R&D over the mean: 0, all search alike",
)  # fmt: skip
COOPERATION.param(
    "activity_limit", 10.0, 1.0, 100.0, unit="1", evidence="A", sweep=(3.0, 30.0),
    source="our assumption",
    help="most by which a firm's R&D multiplies the number of firms it considers",
)  # fmt: skip
COOPERATION.param(
    "project_gain", 0.08, 0.0, 2.0, unit="1", evidence="S", sweep=(0.03, 0.3),
    source="Nooteboom et al. 2007; Branstetter & Sakakibara 2002 (sign)",
    help="joint projects multiply the hazard of innovation by 1 + gain x V(D)",
)  # fmt: skip
COOPERATION.param(
    "project_limit", 3, 1, 6, unit="links", evidence="A", sweep=(1, 6), whole=True,
    source="Deeds & Hill 1996 (new products rise with alliances, then fall; sign); digits ours",
    help="joint projects of a firm that help it innovate: those at the best cognitive distance",
)  # fmt: skip
COOPERATION.param(
    "institute_places", 10, 0, 1000, unit="links", evidence="A", sweep=(4, 30), whole=True, acts=OPENING,
    source="size ours",
    help="joint projects that one institute can host",
)  # fmt: skip


END_DRAW = 200
"""Counter of the draw by which a link ends; its agent is the link."""
INSTITUTE_DRAW, ACTIVITY_DRAW = 1000, 1001
"""Counters of a firm's draws of an institute and of how many firms it looks at; lower ones are of its looks."""


class Pair(NamedTuple):
    """What two agents have between them."""

    apart: float
    """km"""
    value: float
    """V(D) of their cognitive distance."""
    common: int
    """Partners of both."""
    unlike: bool
    """Whether one of them is an institute."""


@rule
def utility(firm: FirmRow, partner_links: int, partner_successes: int, pair: Pair, p: Parameters) -> float:
    """What a firm gains from a tie, section 4.7; positive on both sides makes a tie (Jackson & Wolinsky 1996).

    A tie with an institute, which is no rival, costs a share of one with a firm (the share is ours; Mansfield & Lee
    1996 for closeness).
    """
    remoteness = math.log(1.0 + pair.apart / p.tie_scale)
    return (
        -p.tie_distance * remoteness
        - (p.tie_institution * remoteness if pair.unlike else 0.0)
        + p.tie_cognition * pair.value
        + p.tie_closure * min(pair.common, p.closure_limit)
        + p.tie_success * math.log(1.0 + partner_successes)
        + p.tie_attachment * math.log(1.0 + partner_links)
        - p.tie_cost * (p.institute_tie_cost if pair.unlike else 1.0)
        - p.tie_crowding * firm.partners / math.sqrt(1.0 + firm.successes)
    )


@rule
def both_gain(firm: FirmRow, partner: FirmRow, pair: Pair, p: Parameters) -> bool:
    """Whether two firms tie: the tie is worth more than nothing to both (Jackson & Wolinsky 1996)."""
    if utility(firm, partner.partners, partner.successes, pair, p) <= 0.0:
        return False
    return utility(partner, firm.partners, firm.successes, pair, p) > 0.0


@rule
def pair_key(first: int, second: int) -> int:
    """Key of an unordered pair of ids."""
    if first > second:
        first, second = second, first
    return pair_id(first, second)


@rule
def nearness(gap: float, p: Parameters) -> float:
    """Weight of a partner `gap` km away in the search: (1 + d/l)^-decay.

    Form ours; after Hoekman, Frenken & van Oort 2009 (sign only).
    """
    return (1.0 + gap / p.tie_scale) ** -p.search_decay


@rule
def weigh_search(gaps: Array, weights: Array, p: Parameters) -> None:
    """Fill `weights` (K,) with the weight of each neighbouring cell in the search for partners."""
    for entry in range(len(gaps)):
        weights[entry] = nearness(gaps[entry], p)


@rule
def activity(research: float, mean: float, p: Parameters, u: float) -> int:
    """How many partners a firm considers in a year: floor(candidates x min((R / mean R)^activity, limit) + uniform).

    Activity in forming alliances is broadly distributed (Tomasello et al. 2014); that it follows R&D is ours.
    """
    if research <= 0.0 or mean <= 0.0:
        return 0
    return int(p.tie_candidates * min((research / mean) ** p.tie_activity, p.activity_limit) + u)


@rule
def mean_research(firms: Firms) -> float:
    """Mean R&D of the firms that do any."""
    total = 0.0
    count = 0
    for firm in firms:
        if firm.research > 0.0:
            total += firm.research
            count += 1
    return total / count if count > 0 else 0.0


@rule
def count_looks(firms: Firms, looks: Array, p: Parameters, luck: Luck) -> int:
    """Fill `looks` (N,) with how many partners each firm considers this year; returns their sum."""
    mean = mean_research(firms)
    total = 0
    for row in range(len(firms)):
        firm = firms[row]
        looks[row] = activity(firm.research, mean, p, draw(luck, Purpose.COOPERATION, firm.id, ACTIVITY_DRAW))
        total += looks[row]
    return total


@rule
def write_link(link: LinkRow, tie: int, first: int, second: int, identity: int, pair: Pair, year: int) -> None:
    """Fill the record of a new tie."""
    link.id = identity
    link.tie = tie
    link.first = first
    link.second = second
    link.since = year
    link.distance = pair.apart
    link.novelty = pair.value
    link.trust = 0.0
    link.living = True


@rule
def compare(row: int, other: int, firms: Firms, search: Search, p: Parameters) -> Pair:
    """What two firms would bring into a tie."""
    firm, partner = firms[row], firms[other]
    apart = cell_distance(firm.cell, partner.cell, search.positions)
    value = novelty(cognitive_distance(firm.knowledge, partner.knowledge), p)
    return Pair(apart, value, common_partners(row, other, search.partners), False)


@rule
def tie_firms(firms: Firms, looks: Array, search: Search, proposals: Links, p: Parameters, luck: Luck) -> int:
    """Every firm considers `looks` (N,) firms nearby; ties that both sides want are written. Returns how many."""
    count = 0
    for row in range(len(firms)):
        for attempt in range(looks[row]):
            other = consider(row, attempt, firms, search, p, luck)
            if other < 0:
                continue
            pair = compare(row, other, firms, search, p)
            if both_gain(firms[row], firms[other], pair, p):
                identity = pair_key(firms[row].id, firms[other].id)
                write_link(proposals[count], Tie.FIRM, row, other, identity, pair, luck.year)
                count += 1
    return count


@rule
def tie_institutes(
    firms: Firms,
    institutes: Institutes,
    crowd: Crowd,
    positions: Positions,
    proposals: Links,
    p: Parameters,
    luck: Luck,
) -> int:
    """Every firm considers one institute nearby; it agrees while it has places: it does not rival. Returns how many."""
    count = 0
    for row in range(len(firms)):
        firm = firms[row]
        other = pick_near(firm.cell, crowd, draw(luck, Purpose.COOPERATION, firm.id, INSTITUTE_DRAW))
        if other < 0:
            continue
        institute = institutes[other]
        apart = cell_distance(firm.cell, institute.cell, positions)
        value = novelty(cognitive_distance(firm.knowledge, institute.knowledge), p)
        pair = Pair(apart, value, 0, True)
        if utility(firm, institute.partners, 0, pair, p) > 0.0 and institute.partners < institute.places:
            identity = pair_key(firm.id, institute.id)
            write_link(proposals[count], Tie.INSTITUTE, row, other, identity, pair, luck.year)
            count += 1
    return count


@rule
def end_ties(
    links: Links, firms: Firms, institutes: Institutes, positions: Positions, p: Parameters, luck: Luck
) -> None:
    """Projects end at random; trust in the others grows; distances are those of firms that moved."""
    for link in links:
        if link.tie == Tie.SUPPLY:
            continue
        link.living = draw(luck, Purpose.COOPERATION, link.id, END_DRAW) >= p.tie_end
        link.trust = 1.0 - math.exp(-(luck.year - link.since) / 3.0)
        there = institutes[link.second].cell if link.tie == Tie.INSTITUTE else firms[link.second].cell
        link.distance = cell_distance(firms[link.first].cell, there, positions)


@rule
def keep_best(best: Array, value: float) -> None:
    """Keep the largest values in `best`, largest first."""
    for rank in range(len(best)):
        if value > best[rank]:
            best[rank], value = value, best[rank]


@rule
def join_forces(firms: Firms, institutes: Institutes, links: Links, best: Array, p: Parameters) -> None:
    """Count links and set the boost of joint projects: product over a firm's best ones of 1 + gain V(D)."""
    for row in range(len(firms)):
        firms[row].partners = 0
        for rank in range(best.shape[1]):
            best[row, rank] = 0.0
    for institute in institutes:
        institute.partners = 0
    for link in links:
        if not link.living or link.tie == Tie.SUPPLY:
            continue
        firms[link.first].partners += 1
        keep_best(best[link.first], link.novelty)
        if link.tie == Tie.FIRM:
            firms[link.second].partners += 1
            keep_best(best[link.second], link.novelty)
        else:
            institutes[link.second].partners += 1
    for row in range(len(firms)):
        boost = 1.0
        for rank in range(best.shape[1]):
            boost *= 1.0 + p.project_gain * best[row, rank]
        firms[row].project_boost = boost


def propose(world: World) -> tuple[LinkTable, LinkTable]:
    """New ties of the year among firms and with institutes, each (n,); a pair that chose each other is tied once."""
    firms, institutes, p = world.firms, world.institutes, world.p
    around, positions = neighbours_of(world, "search_weights", weigh_search), world.geography.positions
    search = Search(crowd_of(firms, around), partners_of(firms, world.links), positions)
    looks = np.zeros(len(firms), dtype=np.int32)
    proposals = LINK.empty(count_looks(firms, looks, p, world.luck))
    count = tie_firms(firms, looks, search, proposals, p, world.luck)
    _, unique = np.unique(proposals.id[:count], return_index=True)
    desired = LINK.empty(len(firms) + 1)
    count = tie_institutes(firms, institutes, crowd_of(institutes, around), positions, desired, p, world.luck)
    return proposals[unique], desired[give_places(desired[:count], world)]


def give_places(desired: LinkTable, world: World) -> Array:
    """Rows of the projects in `desired` (n,) that an institute takes on: new ones, while it has places.

    Places are filled in order of id, so that the order of rows cannot decide who gets the last one.
    """
    links, institutes = world.links, world.institutes
    names, hosts = np.ascontiguousarray(desired.id), np.ascontiguousarray(desired.second)
    old = np.sort(links.id[links.tie == Tie.INSTITUTE])
    fresh = np.arange(len(names))
    if len(old):
        fresh = fresh[old[np.minimum(np.searchsorted(old, names), len(old) - 1)] != names]
    if len(fresh) == 0:
        return fresh
    ranked = fresh[np.lexsort((names[fresh], hosts[fresh]))]
    host = hosts[ranked]
    first = np.r_[True, host[1:] != host[:-1]]
    queue = np.arange(len(ranked)) - np.maximum.accumulate(np.where(first, np.arange(len(ranked)), 0))
    return np.asarray(ranked[queue < (institutes.places - institutes.partners)[host]])


def cooperate(world: World) -> None:
    """Old projects end or go on, new ones begin; partners help each other to innovate."""
    firms = world.firms
    if not world.p.cooperation or len(firms) == 0:
        return
    end_ties(world.links, firms, world.institutes, world.geography.positions, world.p, world.luck)
    among, hosted = propose(world)
    fresh = world.links_table.extend(len(among) + len(hosted))
    fresh[: len(among)], fresh[len(among) :] = among, hosted
    join_forces(firms, world.institutes, world.links, np.zeros((len(firms), world.p.project_limit)), world.p)
    with_firm = fresh.tie == Tie.FIRM
    other = np.where(
        with_firm,
        firms.id[np.where(with_firm, fresh.second, 0)],
        world.institutes.id[np.where(with_firm, 0, fresh.second)] if len(world.institutes) else 0,
    )
    world.note(Event.COOPERATION, firms, fresh.first, other=other, detail=fresh.tie, amount=fresh.distance)
