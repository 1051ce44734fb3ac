"""Rules that go over all agents and draw luck for each, against numbers by hand and the same done in plain Python."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.kernel import neighbours
from sim.kernel.draws import Luck, Purpose, lineage, uniform
from sim.kernel.world import (
    BIRTH,
    CELL,
    FIRM,
    INDUSTRY,
    LINK,
    LOCAL_INDUSTRY,
    NORM,
    REGION,
    SITE,
    Kind,
    Origin,
    Tie,
    Tier,
    World,
)
from sim.model.rules import cooperation, founding, innovation, relocation, spin_off
from sim.runs.run import fork
from tests.model.by_hand.records import E, axis, some
from tests.model.engine.worlds import lived, map_story, small_story
from tests.model.rules.worlds import a_nation, parameters, some_firms

SEED, YEAR = 5, 40
LUCK = Luck(SEED, YEAR)
KM = 50.0


def exactly(value: Any) -> Any:
    """Equal up to rounding."""
    return pytest.approx(value, rel=1e-9, abs=1e-12)


@pytest.fixture(scope="module", params=["grid", "map"])
def world(request: pytest.FixtureRequest) -> World:
    return lived(small_story() if request.param == "grid" else map_story(), 5)


# -- 4.8 relocation ------------------------------------------------------------------------------------------


def move(firms: Any, rate: float) -> list[int]:
    """Let firms move between three regions of 2, 2 and 1 cells; which of them did."""
    regions = some(REGION, 3, id=[30, 10, 20])
    local_industries = some(LOCAL_INDUSTRY, 3, 2)
    local_industries.prospect = [[0.0, 0.0], [0.05, 0.03], [0.03, 0.01]]
    local_industries.grant_pull[2, 0] = 0.1  # worth .1 / 2 = .05 of margin: .08 in all, the best for industry 0
    cells = some(CELL, 5, land=1.0, rent=[1.0, 1.0, E, 1.0, 1.0])
    sites = some(SITE, 5, 2)
    sites.advantage[2, 1] = 0.1  # .1 - .2 x ln e = -.1
    sites.advantage[3, 1] = 0.05  # .05 - 0: the better cell of region 1
    industries = some(INDUSTRY, 2, land_share=0.2)
    moved = np.full(len(firms), 7, dtype=np.int8)
    p = parameters(relocation_rate=rate, relocation_loss=0.3, profit_pull=2.0)
    nation = a_nation(industries, local_industries, None, cells, sites, regions, cells_of=(2, 2, 1))
    relocation.move_firms(firms, nation, moved, p, LUCK)
    return moved.tolist()


def test_losers_move_to_the_best_region_and_its_best_cell() -> None:
    firms = some_firms(
        6, industry=[0, 1, 0, 0, 0, 1], age=[5, 5, 2, 5, 5, 5], margin=[-0.1, -0.1, -0.1, 0.1, -0.1, -0.1],
        region=[0, 0, 0, 0, 2, 1], cell=[0, 1, 0, 1, 4, 2], capacity=10.0,
    )  # fmt: skip
    # The third is too young, the fourth earns, the fifth and sixth stand in the best place already.
    assert move(firms, 1.0) == [1, 1, 0, 0, 0, 0]
    assert firms.region.tolist() == [2, 1, 0, 0, 2, 1]
    assert firms.cell.tolist() == [4, 3, 0, 1, 4, 2]
    assert firms.capacity.tolist() == exactly([7.0, 7.0, 10.0, 10.0, 10.0, 10.0])


def test_a_gain_of_two_points_is_not_worth_a_move() -> None:
    near = some_firms(1, industry=1, age=5, margin=-0.1, region=2, cell=4, capacity=10.0)
    assert move(near, 1.0) == [0]  # region 1 promises .03, here .01: no more than .02 better
    near = some_firms(1, industry=1, age=5, margin=-0.1, region=0, cell=0, capacity=10.0)
    assert move(near, 1.0) == [1]


def test_as_many_look_for_a_place_as_luck_has_it() -> None:
    firms = some_firms(400, industry=0, age=5, margin=-0.1, capacity=1.0)
    expected = [int(uniform(SEED, Purpose.RELOCATION, YEAR, identity, 0) < 0.2) for identity in firms.id.tolist()]
    assert move(firms, 0.2) == expected
    assert 50 < sum(expected) < 110


# -- 4.8 spin-offs -------------------------------------------------------------------------------------------


def spawned(firms: Any, **given: float) -> Any:
    """Births of a year in three regions, listed by id as 2, 0, 1; industry 1 is closed."""
    industries = some(INDUSTRY, 2, mean_productivity=[0.1, 0.1], opened=[True, False])
    births = some(BIRTH, len(firms))
    weights = np.array([[0.2, 0.0], [0.3, 0.0], [0.5, 0.0]])
    p = parameters(anchoring=False, inheritance=0.7, **given)
    bars, order = np.array([0.5, 0.5]), np.array([2, 0, 1])
    count = spin_off.spawn(firms, industries, bars, births, weights, order, p, LUCK)
    assert not births.id[count:].any()
    return births[:count]


def test_a_spin_off_has_its_parents_name_home_and_part_of_its_lead() -> None:
    firms = some_firms(
        4, age=[3, 3, 0, 3], industry=[0, 1, 0, 0], region=2, cell=8, productivity=math.exp(0.6),
        living=[True, True, True, False],
    )  # fmt: skip
    births = spawned(firms, spin_off_rate=1.0, spin_off_home=1.0)
    # The second's industry is closed, the third is in its first year, the fourth is gone.
    assert births.parent.tolist() == [1]
    assert births.id.tolist() == [lineage(Purpose.SPIN_OFF, 1, YEAR, 0)]
    assert births.inherited.tolist() == exactly([0.7 * (0.6 - 0.1)])
    assert (births.origin[0], births.industry[0], births.region[0], births.cell[0]) == (Origin.SPIN_OFF, 0, 2, 8)


def test_who_spawns_and_where_to_is_luck_with_these_odds() -> None:
    firms = some_firms(600, age=3, region=1, cell=4, productivity=np.where(np.arange(600) % 2, math.exp(0.6), 1.0))
    births = spawned(firms, spin_off_rate=0.1, spin_off_excellence=3.0, spin_off_home=0.4)
    expected = []
    for row in range(600):
        first, second, third = (uniform(SEED, Purpose.SPIN_OFF, YEAR, row + 1, counter) for counter in range(3))
        if first >= (0.3 if row % 2 else 0.1):
            continue
        elsewhere = 2 if third < 0.5 else 0 if third < 0.7 else 1
        expected.append((row + 1, 1, 4) if second < 0.4 else (row + 1, elsewhere, -1))
    found = list(zip(births.parent.tolist(), births.region.tolist(), births.cell.tolist(), strict=True))
    assert found == expected
    assert 90 < len(found) < 150


# -- 4.8 founding --------------------------------------------------------------------------------------------


def test_births_become_firms_with_what_their_origin_gives_them() -> None:
    births = some(
        BIRTH, 3, id=[101, 103, 105], origin=[Origin.DE_NOVO, Origin.SPIN_OFF, Origin.ATTRACTED],
        kind=[Kind.SME, Kind.SME, Kind.LEADING_FIRM], region=[0, 1, 1], cell=[-1, 3, -1], parent=[0, 9, 0],
        grant=[0.0, 0.0, 5.0], inherited=[0.0, 0.2, 0.0],
    )  # fmt: skip
    industries = some(
        INDUSTRY, 1, mean_productivity=0.5, mean_capacity=8.0, mean_appeal=3.0, research_intensity=0.04, frontier=2.0,
        position=axis(1),
    )  # fmt: skip
    regions, local_industries = some(REGION, 2, wage=[1.0, 2.0]), some(LOCAL_INDUSTRY, 2, 1, unit_cost=[[1.5], [3.0]])
    local_industries.full_cost_price = [[2.0], [4.5]]
    # Region 1 has two cells; only the second has land.
    cells, sites = some(CELL, 4, land=[1.0, 0.0, 0.0, 1.0], rent=1.0, region=[0, 0, 1, 1]), some(SITE, 4, 1)
    firms = some(FIRM, 3)
    p = parameters(
        entrant_gap=0.1, entrant_spread=0.25, spin_off_gap=0.03, leader_lead=0.35, entrant_size=0.25, leader_size=16.0,
        variety_elasticity=5.0, research_spread=0.8, capital_price=0.8, frontier_barrier=0.1,
    )  # fmt: skip
    nation = a_nation(industries, local_industries, None, cells, sites, regions, cells_of=(2, 2))
    founding.found(births, firms, nation, p, LUCK)
    normal = NormalDist().inv_cdf
    noise = [normal(uniform(SEED, Purpose.PRODUCTIVITY, 0, one, 0)) * 0.25 for one in (101, 103, 105)]
    # De novo: .5 - .1 x 2 (the frontier) - .1; spin-off: .5 + .2 - .03, .7 of the noise; leader: .5 + .35, half of it.
    log_z = [0.2 + noise[0], 0.67 + 0.7 * noise[1], 0.85 + 0.5 * noise[2]]
    assert np.log(firms.productivity).tolist() == exactly(log_z)
    assert firms.last_productivity.tolist() == firms.productivity.tolist()
    size = [1.0, 1.0, 16.0]
    capacity = [0.25 * 8.0 * s * math.exp(2.0 * (z - 0.5)) for s, z in zip(size, log_z, strict=True)]
    assert firms.capacity.tolist() == exactly(capacity)
    assert firms.appeal.tolist() == exactly([0.75, 0.75, 12.0])
    cost = [base / math.exp(z - 0.5) for base, z in zip((1.5, 3.0, 3.0), log_z, strict=True)]
    assert firms.unit_cost.tolist() == exactly(cost)
    assert firms.price.tolist() == exactly([cost[0] * 2.0 / 1.5, cost[1] * 1.5, cost[2] * 1.5])
    draw = [normal(uniform(SEED, Purpose.RESEARCH, 0, one, 0)) for one in (101, 103, 105)]
    assert firms.research_intensity.tolist() == exactly([0.04 * math.exp(0.8 * n - 0.32) for n in draw])
    needed = [w + 0.8 * c * k - g for w, c, k, g in zip((1, 2, 2), cost, capacity, (0, 0, 5), strict=True)]
    assert firms.investment.tolist() == exactly([max(0.0, money) for money in needed])
    assert firms.cash.tolist() == firms.investment.tolist()
    assert firms.subsidy.tolist() == [0.0, 0.0, 5.0]
    assert firms.cell.tolist() == [0, 3, 3]
    assert firms.region.tolist() == [0, 1, 1]
    assert firms.tier.tolist() == [Tier.SME, Tier.SME, Tier.LEADING_FIRM]
    assert firms.kind.tolist() == [Kind.SME, Kind.SME, Kind.LEADING_FIRM]
    assert firms.origin.tolist() == births.origin.tolist()
    assert (firms.born == YEAR).all()
    assert firms.living.all()
    assert (firms.parent == births.parent).all()
    assert (firms.id == births.id).all()
    assert (firms.supply_limit == 1.0).all()
    assert (firms.project_boost == 1.0).all()


# -- 4.6 innovation ------------------------------------------------------------------------------------------


def test_every_innovation_and_its_size_is_the_formula_with_the_firms_own_luck(world: World) -> None:
    before, after = fork(world), fork(world)
    firms, p, count = before.firms, world.p, len(world.firms)
    taught = np.linspace(0.0, 2.0, count)
    gains, radicals = np.full(count, 9.0), np.full(count, 9, dtype=np.int64)
    before.firms.research_grant[:] = after.firms.research_grant[:] = np.linspace(0.0, 0.1, count) * firms.sales
    norms = some(NORM, 1, spillover=float(firms.spillover.mean()), institute_pool=1.0)[0]
    drawn = innovation.Found(gains, radicals)
    innovation.innovate_all(after.firms, after.industries, norms, taught, drawn, p, LUCK)
    total = broke = 0
    for row, firm in enumerate(firms):
        industry = before.industries[firm.industry]
        log_z = math.log(firm.productivity)
        behind = industry.mean_productivity - log_z
        log_z += p.imitation_rate * max(0.0, behind) + p.lead_fade * min(0.0, behind)
        intensity = firm.research_intensity
        if firm.sales > 0:
            intensity += min(firm.research_grant / firm.sales, 1.0)
        absorbed = min(1.0, firm.research_intensity / (firm.research_intensity + p.absorption_half) + firm.absorption)
        size = 1.0
        if firm.sales > 0:
            size = min(max(firm.sales * industry.firms / industry.sales, 0.25), 200.0) ** p.innovation_size
        expected = size * p.innovation_rate * (intensity / 0.03) ** p.research_elasticity * firm.project_boost
        expected *= (1.0 + absorbed * firm.spillover / norms.spillover) ** p.spillover_elasticity
        expected *= (1.0 + taught[row]) ** p.institute_elasticity
        found = 0
        if firm.age > 0:
            found = int(stats.poisson.ppf(uniform(SEED, Purpose.INNOVATION, YEAR, firm.id, 0), expected))
        gain, radical = 0.0, 0
        for one in range(found):
            step = stats.expon.ppf(uniform(SEED, Purpose.INNOVATION, YEAR, firm.id, 1 + one))
            step *= p.innovation_step / max(size, 1.0)
            leap = uniform(SEED, Purpose.RADICAL, YEAR, firm.id, one) < p.radical_share
            radical += leap
            gain += 4.0 * step if leap else step
        assert after.firms[row].innovations == found
        assert (gains[row], radicals[row]) == (exactly(gain), radical)
        assert math.log(after.firms[row].productivity) == exactly(log_z + gain)
        assert after.firms[row].successes == firm.successes + found
        assert (after.firms[row].knowledge == firm.knowledge).all() == (found == 0)
        total, broke = total + found, broke + radical
    assert total > 3
    innovation.count_innovations(after.firms, after.local_industries)
    assert after.local_industries.innovations.sum() == total


# -- 4.7 cooperation -----------------------------------------------------------------------------------------


def apart(world: World, one: int, other: int) -> float:
    """Distance between two cells in km; within one, the mean distance of two points in a square."""
    cells = world.cells
    return 0.5214 * KM if one == other else math.hypot(cells.x[one] - cells.x[other], cells.y[one] - cells.y[other])


def met(world: World, luck: float, home: int, agents: Any) -> int:
    """The agent near `home` that a uniform number picks: cells by agents x nearness, the nearest first; -1 if none."""
    geography, p = world.geography, world.p
    around = geography.near[geography.start[home] : geography.start[home + 1]].tolist()
    rows = {cell: np.flatnonzero(agents.cell == cell).tolist() for cell in around}
    weights = [len(rows[cell]) * (1.0 + apart(world, home, cell) / p.tie_scale) ** -p.search_decay for cell in around]
    aim = luck * sum(weights)
    for cell, weight in zip(around, weights, strict=True):
        if weight > 0.0 and aim < weight:
            return rows[cell][int(aim / weight * len(rows[cell]))]
        aim -= weight
    return -1


def value_of(world: World, first: Any, second: Any) -> float:
    """V(D) of two knowledge vectors (Nooteboom et al. 2007)."""
    relative = (1.0 - float(np.dot(first, second))) / world.p.best_distance
    return relative * math.exp(1.0 - relative)


def gain(world: World, mine: Any, partner_links: int, partner_successes: int, common: int, value: float,
         distance: float, unlike: bool) -> float:  # fmt: skip
    """Utility of a tie to one side, section 4.7 of the model's description."""
    p, far = world.p, math.log(1.0 + distance / world.p.tie_scale)
    return (
        p.tie_cognition * value + p.tie_closure * min(common, 3) + p.tie_success * math.log(1 + partner_successes)
        + p.tie_attachment * math.log(1 + partner_links)
        - p.tie_distance * far - p.tie_institution * far * unlike - p.tie_cost * (0.5 if unlike else 1.0)
        - p.tie_crowding * mine.partners / math.sqrt(1 + mine.successes)
    )  # fmt: skip


def test_ties_between_firms_are_those_that_both_want(world: World) -> None:
    firms, geography, p = world.firms, world.geography, world.p
    partners: list[list[int]] = [[] for _ in firms]
    for link in world.links[world.links.tie == Tie.FIRM]:
        partners[link.first].append(int(link.second))
        partners[link.second].append(int(link.first))
    expected = []
    planned = []
    usual = firms.research[firms.research > 0.0].mean()
    for row, firm in enumerate(firms):
        eager = min((firm.research / usual) ** p.tie_activity, 10.0)
        looks = int(p.tie_candidates * eager + uniform(SEED, Purpose.COOPERATION, YEAR, firm.id, 1001))
        planned.append(looks if firm.research > 0.0 else 0)
        for attempt in range(planned[-1]):
            luck = uniform(SEED, Purpose.COOPERATION, YEAR, firm.id, attempt)
            if attempt % p.tie_candidates > 0 and partners[row]:
                step = int(luck * len(partners[row]))
                onward = partners[partners[row][step]]
                other = onward[int((luck * len(partners[row]) - step) * len(onward))]
            else:
                other = met(world, luck, firm.cell, firms)
            if other in (-1, row) or other in partners[row]:
                continue
            mate, distance = firms[other], apart(world, firm.cell, firms[other].cell)
            value = value_of(world, firm.knowledge, mate.knowledge)
            common = len(set(partners[row]) & set(partners[other]))
            ours = gain(world, firm, mate.partners, mate.successes, common, value, distance, False)
            theirs = gain(world, mate, firm.partners, firm.successes, common, value, distance, False)
            if min(ours, theirs) > 0.0:
                expected.append((row, other, distance, value))
    around = geography.neighbours(np.zeros(len(geography.gap)))
    cooperation.weigh_search(around.gap, around.weights, p)
    partners_now = neighbours.partners_of(firms, world.links)
    search = neighbours.Search(neighbours.crowd_of(firms, around), partners_now, geography.positions)
    wanted = np.zeros(len(firms), dtype=np.int64)
    assert cooperation.count_looks(firms, wanted, p, LUCK) == wanted.sum()
    proposals = some(LINK, int(wanted.sum()))
    count = cooperation.tie_firms(firms, wanted, search, proposals, p, LUCK)
    assert wanted.tolist() == planned
    found = proposals[:count]
    assert found.first.tolist() == [one[0] for one in expected]
    assert found.second.tolist() == [one[1] for one in expected]
    assert found.distance.tolist() == exactly([one[2] for one in expected])
    assert found.novelty.tolist() == exactly([one[3] for one in expected])
    assert set(found.tie) == {Tie.FIRM}
    assert 3 < count < len(firms) * p.tie_candidates


def test_ties_with_institutes_are_those_that_firms_want_while_there_are_places(world: World) -> None:
    firms, geography, p = world.firms, world.geography, world.p
    institutes = world.institutes.copy()
    institutes.places[0] = institutes.partners[0]  # full
    expected = []
    for row, firm in enumerate(firms):
        other = met(world, uniform(SEED, Purpose.COOPERATION, YEAR, firm.id, 1000), firm.cell, institutes)
        if other < 0 or institutes.partners[other] >= institutes.places[other]:
            continue
        value = value_of(world, firm.knowledge, institutes[other].knowledge)
        distance = apart(world, firm.cell, institutes[other].cell)
        if gain(world, firm, institutes[other].partners, 0, 0, value, distance, True) > 0.0:
            expected.append((row, other))
    around = geography.neighbours(np.zeros(len(geography.gap)))
    cooperation.weigh_search(around.gap, around.weights, p)
    proposals, crowd = some(LINK, len(firms) + 1), neighbours.crowd_of(institutes, around)
    count = cooperation.tie_institutes(firms, institutes, crowd, geography.positions, proposals, p, LUCK)
    found = proposals[:count]
    assert list(zip(found.first.tolist(), found.second.tolist(), strict=True)) == expected
    assert set(found.tie) == {Tie.INSTITUTE}
    assert 0 < count < len(firms)
    assert 0 not in found.second


def test_projects_end_by_their_own_luck_and_contracts_do_not(world: World) -> None:
    moved = fork(world)
    links, p = moved.links, world.p
    links.since = YEAR - np.arange(len(links)) % 4
    moved.firms.cell[0] = len(moved.cells) - 1
    kept = links.copy()
    cooperation.end_ties(links, moved.firms, moved.institutes, moved.geography.positions, p, LUCK)
    ended = 0
    for before, after in zip(kept, links, strict=True):
        if before.tie == Tie.SUPPLY:
            assert after == before
            continue
        assert after.living == (uniform(SEED, Purpose.COOPERATION, YEAR, before.id, 200) >= p.tie_end)
        assert after.trust == exactly(1.0 - math.exp(-(YEAR - before.since) / 3.0))
        others = moved.institutes if before.tie == Tie.INSTITUTE else moved.firms
        assert after.distance == exactly(apart(moved, moved.firms[before.first].cell, others[before.second].cell))
        ended += not after.living
    assert 0 < ended < (kept.tie != Tie.SUPPLY).sum()
