"""Cooperation: firms and institutes tie where both gain, near in space and at a middle distance in knowledge.

Proximities: Boschma (2005); inverted U in cognitive distance: Nooteboom et al. (2007); strategic network formation:
Jackson & Wolinsky (1996); preferential attachment and closure in R&D networks: Tomasello et al. 2014.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.draws import Purpose, pair_id, uniform
from sim.kernel.geography import cell_distance, count_by_cell, kernel
from sim.kernel.neighbours import common_partners, crowd_around, friend_of_friend, list_partners, pick_near
from sim.kernel.proximity import cognitive_distance, novelty
from sim.kernel.world import LINK, Event, Tie, World

END_DRAW = 200
"""Counter of the draw by which a link ends; its agent is the link."""
INSTITUTE_DRAW, ACTIVITY_DRAW = 1000, 1001
"""Counters of a firm's draws of an institute and of how many firms it looks at; lower ones are of its looks."""

COOPERATION = mechanism("cooperation", "4.7", "Firms and institutes join in projects when both gain.")
COOPERATION.param(
    "tie_distance", 0.15, 0.0, 3.0, unit="1", evidence="S", sweep=(0.05, 0.4),
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
    source="Deeds & Hill 1996 (alliances have diminishing returns; sign); digits ours",
    help="joint projects of a firm that help it innovate: those at the best cognitive distance",
)  # fmt: skip
COOPERATION.param(
    "institute_places", 10, 0, 1000, unit="links", evidence="A", sweep=(4, 30), whole=True,
    source="size ours",
    help="joint projects that one institute can host",
)  # fmt: skip


@rule
def utility(own_links, own_successes, partner_links, partner_successes, common, value, apart, unlike, p):
    """What one side gains from a tie, section 4.7; positive on both sides makes a tie (Jackson & Wolinsky 1996).

    A tie with an institute, which is no rival, costs a share of one with a firm (the share is ours; Mansfield & Lee
    1996 for closeness).
    """
    remoteness = math.log(1.0 + apart / p.tie_scale)
    return (
        -p.tie_distance * remoteness
        - (p.tie_institution * remoteness if unlike else 0.0)
        + p.tie_cognition * value
        + p.tie_closure * min(common, p.closure_limit)
        + p.tie_success * math.log(1.0 + partner_successes)
        + p.tie_attachment * math.log(1.0 + partner_links)
        - p.tie_cost * (p.institute_tie_cost if unlike else 1.0)
        - p.tie_crowding * own_links / math.sqrt(1.0 + own_successes)
    )


@rule
def pair_key(first, second):
    """Key of an unordered pair of ids."""
    if first > second:
        first, second = second, first
    return pair_id(first, second)


@rule
def nearness(gap, p):
    """Weight of a partner `gap` km away in the search: (1 + d/l)^-decay.

    Form ours; after Hoekman, Frenken & van Oort 2009 (sign only).
    """
    return (1.0 + gap / p.tie_scale) ** -p.search_decay


@rule
def weigh_search(gaps, weights, p):
    """Fill `weights` (K,) with the weight of each neighbouring cell in the search for partners."""
    for entry in range(len(gaps)):
        weights[entry] = nearness(gaps[entry], p)


@rule
def activity(research, mean, luck, p):
    """How many partners a firm considers in a year: floor(candidates x min((R / mean R)^activity, limit) + uniform).

    Activity in forming alliances is broadly distributed (Tomasello et al. 2014); that it follows R&D is ours.
    """
    if research <= 0.0 or mean <= 0.0:
        return 0
    return int(p.tie_candidates * min((research / mean) ** p.tie_activity, p.activity_limit) + luck)


@rule
def mean_research(firms):
    """Mean R&D of the firms that do any."""
    total = 0.0
    count = 0
    for firm in firms:
        if firm.research > 0.0:
            total += firm.research
            count += 1
    return total / count if count > 0 else 0.0


@rule
def count_looks(seed, year, firms, looks, p):
    """Fill `looks` (N,) with how many partners each firm considers this year; returns their sum."""
    mean = mean_research(firms)
    total = 0
    for row in range(len(firms)):
        firm = firms[row]
        looks[row] = activity(firm.research, mean, uniform(seed, Purpose.COOPERATION, year, firm.id, ACTIVITY_DRAW), p)
        total += looks[row]
    return total


@rule
def write_link(link, tie, first, second, identity, year, apart, value):
    """Fill the record of a new tie."""
    link.id = identity
    link.tie = tie
    link.first = first
    link.second = second
    link.since = year
    link.distance = apart
    link.novelty = value
    link.trust = 0.0
    link.living = True


@rule
def tie_firms(seed, year, firms, cells, cell_km, start, near, crowd, by_cell, starts, others, looks, proposals, p):
    """Every firm considers `looks` (N,) firms nearby; ties that both sides want are written. Returns how many."""
    count = 0
    for row in range(len(firms)):
        firm = firms[row]
        for attempt in range(looks[row]):
            luck = uniform(seed, Purpose.COOPERATION, year, firm.id, attempt)
            # The first search is among firms nearby, the others among partners of partners.
            other = friend_of_friend(luck, row, starts, others) if attempt % p.tie_candidates > 0 else -1
            if other < 0:
                other = pick_near(luck, firm.cell, start, near, crowd, by_cell)
            if other < 0 or other == row:
                continue
            partner = firms[other]
            known = False
            for mine in range(starts[row], starts[row + 1]):
                known = known or others[mine] == other
            if known:
                continue
            apart = cell_distance(cells, firm.cell, partner.cell, cell_km)
            value = novelty(cognitive_distance(firm.knowledge, partner.knowledge), p)
            common = common_partners(row, other, starts, others)
            ours = utility(
                firm.partners, firm.successes, partner.partners, partner.successes, common, value, apart, False, p
            )
            theirs = utility(
                partner.partners, partner.successes, firm.partners, firm.successes, common, value, apart, False, p
            )
            if ours > 0.0 and theirs > 0.0:
                identity = pair_key(firm.id, partner.id)
                write_link(proposals[count], Tie.FIRM, row, other, identity, year, apart, value)
                count += 1
    return count


@rule
def tie_institutes(seed, year, firms, institutes, cells, cell_km, start, near, crowd, by_cell, proposals, p):
    """Every firm considers one institute nearby; it agrees while it has places: it does not rival. Returns how many."""
    count = 0
    for row in range(len(firms)):
        firm = firms[row]
        luck = uniform(seed, Purpose.COOPERATION, year, firm.id, INSTITUTE_DRAW)
        other = pick_near(luck, firm.cell, start, near, crowd, by_cell)
        if other < 0:
            continue
        institute = institutes[other]
        apart = cell_distance(cells, firm.cell, institute.cell, cell_km)
        value = novelty(cognitive_distance(firm.knowledge, institute.knowledge), p)
        gain = utility(firm.partners, firm.successes, institute.partners, 0, 0, value, apart, True, p)
        if gain > 0.0 and institute.partners < institute.places:
            write_link(proposals[count], Tie.INSTITUTE, row, other, pair_key(firm.id, institute.id), year, apart, value)
            count += 1
    return count


@rule
def end_ties(seed, year, links, cells, firms, institutes, cell_km, p):
    """Projects end at random; trust in the others grows; distances are those of firms that moved."""
    for link in links:
        if link.tie == Tie.SUPPLY:
            continue
        link.living = uniform(seed, Purpose.COOPERATION, year, link.id, END_DRAW) >= p.tie_end
        link.trust = 1.0 - math.exp(-(year - link.since) / 3.0)
        there = institutes[link.second].cell if link.tie == Tie.INSTITUTE else firms[link.second].cell
        link.distance = cell_distance(cells, firms[link.first].cell, there, cell_km)


@rule
def keep_best(best, value):
    """Keep the largest values in `best`, largest first."""
    for rank in range(len(best)):
        if value > best[rank]:
            best[rank], value = value, best[rank]


@rule
def join_forces(firms, institutes, links, best, p):
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


def propose(world: World) -> np.ndarray:
    """All new ties of the year, shape (n,) of links; a pair that chose each other is tied once."""
    firms, institutes, p = world.firms, world.institutes, world.p
    geography, cells = world.geography, world.cells
    starts = np.zeros(len(firms) + 1, dtype=np.int64)
    others = np.zeros(2 * len(world.links) + 1, dtype=np.int64)
    list_partners(world.links, starts, others)
    by_cell = np.zeros(len(cells) + 1, dtype=np.int64)
    count_by_cell(firms, by_cell)
    institutes_by_cell = np.zeros(len(cells) + 1, dtype=np.int64)
    count_by_cell(institutes, institutes_by_cell)
    looks = np.zeros(len(firms), dtype=np.int64)
    proposals = LINK.empty(count_looks(world.seed, world.year, firms, looks, p))
    reach, weights = (geography.start, geography.near), kernel(world, "search_weights", weigh_search)
    crowd, panel = np.zeros(len(weights)), np.zeros(len(weights))
    crowd_around(*reach, weights, by_cell, crowd)
    crowd_around(*reach, weights, institutes_by_cell, panel)
    count = tie_firms(
        world.seed, world.year, firms, cells, geography.cell_km, *reach, crowd, by_cell, starts, others, looks,
        proposals, p,
    )  # fmt: skip
    _, unique = np.unique(proposals.id[:count], return_index=True)
    desired = LINK.empty(len(firms) + 1)
    count = tie_institutes(
        world.seed, world.year, firms, institutes, cells, geography.cell_km, *reach, panel, institutes_by_cell, desired,
        p
    )  # fmt: skip
    hosted = give_places(desired[:count], world)
    return np.concatenate([proposals[unique], desired[hosted]])


def give_places(desired: np.ndarray, world: World) -> np.ndarray:
    """Rows of the projects in `desired` (n,) that an institute takes on: new ones, while it has places.

    Places are filled in order of id, so that the order of rows cannot decide who gets the last one.
    """
    links, institutes = world.links, world.institutes
    names, hosts = np.ascontiguousarray(desired["id"]), np.ascontiguousarray(desired["second"])
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
    end_ties(
        world.seed, world.year, world.links, world.cells, firms, world.institutes, world.geography.cell_km, world.p
    )
    fresh = propose(world)
    world.links_table.extend(len(fresh))[...] = fresh
    join_forces(firms, world.institutes, world.links, np.zeros((len(firms), world.p.project_limit)), world.p)
    with_firm = fresh["tie"] == Tie.FIRM
    other = np.where(
        with_firm,
        firms.id[np.where(with_firm, fresh["second"], 0)],
        world.institutes.id[np.where(with_firm, 0, fresh["second"])] if len(world.institutes) else 0,
    )
    world.note(Event.COOPERATION, firms[fresh["first"]], other=other, detail=fresh["tie"], amount=fresh["distance"])
