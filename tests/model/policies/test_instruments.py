"""Each instrument against numbers worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from sim.kernel.world import Category, Event, Kind, Origin, Tier, World
from sim.model.policies import POLICIES, Programme
from sim.model.policies.leader_attraction import bidding_premium
from sim.model.policies.places import by_plan
from sim.model.rules import incentives
from tests.small_world import live, present


def a_programme(world: World, name: str, **settings: float) -> Programme:
    """A programme everywhere and for all industries, that began this year."""
    defaults = {key: setting.default for key, setting in POLICIES[name].settings.items()}
    everywhere, all_lines = np.ones(len(world.regions), dtype=bool), np.ones(len(world.industries), dtype=bool)
    programme = Programme(name, 0, 10, 1.0, everywhere, all_lines, {**defaults, **settings})
    world.policies = [programme]
    return programme


def funds_for(world: World, region: int, industry: int, money: float) -> np.ndarray:
    """Money for one local industry."""
    funds = np.zeros(world.local_industries.shape)
    funds[region, industry] = money
    return funds


def local_industry_with(world: World, wanted: Callable[[World, int, int], bool]) -> tuple[int, int]:
    """The first local industry for which `wanted` holds."""
    region_count, industry_count = world.local_industries.shape
    return next(
        (region, industry)
        for region in range(region_count)
        for industry in range(industry_count)
        if wanted(world, region, industry)
    )


def rows_of(world: World, region: int, industry: int) -> np.ndarray:
    """Rows of the firms of a local industry."""
    return np.flatnonzero((world.firms.region == region) & (world.firms.industry == industry))


@pytest.fixture
def world() -> World:
    """The small world in its first year of treatment, funds open, nothing paid yet."""
    moved = present()
    moved.year += 1
    moved.local_industries.startup_cost[:] = 10.0
    incentives.open_budgets(moved)
    return moved


@pytest.fixture
def busy(world: World) -> tuple[int, int]:
    """A local industry with three firms or more."""
    return local_industry_with(world, lambda all_, region, industry: len(rows_of(all_, region, industry)) >= 3)


def test_entry_grants_start_whole_firms_and_pay_their_part(world: World) -> None:
    programme = a_programme(world, "entry_grant", cover=0.5)
    spent = POLICIES["entry_grant"].apply(world, programme, funds_for(world, 2, 3, 100.0))
    assert len(world.births) == 20
    assert spent.sum() == pytest.approx(100.0)
    assert set(world.births.region) == {2}
    assert set(world.births.industry) == {3}
    assert set(world.births.grant) == {5.0}
    assert set(world.births.origin) == {Origin.ATTRACTED}
    assert len(set(world.births.id)) == 20


def test_small_funds_start_a_firm_now_and_then_and_on_average_exactly(world: World) -> None:
    programme = a_programme(world, "entry_grant", cover=1.0)
    started = 0
    for year in range(400):
        world.year = 10 + year
        spent = POLICIES["entry_grant"].apply(world, programme, funds_for(world, 0, 0, 1.0))
        assert spent.sum() in (0.0, 10.0)
        started += int(spent.sum() / 10.0)
    # A tenth of a firm a year for 400 years: 40, give or take two standard deviations of 6.
    assert 28 <= started <= 52


def test_the_same_firm_comes_whatever_else_is_bought(world: World) -> None:
    programme = a_programme(world, "entry_grant", cover=1.0)
    POLICIES["entry_grant"].apply(world, programme, funds_for(world, 1, 1, 30.0))
    alone = set(world.births.id.tolist())
    world.births_table.clear()
    POLICIES["entry_grant"].apply(world, programme, funds_for(world, 1, 1, 30.0) + funds_for(world, 0, 4, 50.0))
    assert alone < set(world.births.id.tolist())


def test_leaders_cost_what_their_size_costs(world: World) -> None:
    programme = a_programme(world, "leader_attraction", cover=0.5, mobile=10.0)
    world.regions.wage = 1.0
    p = world.p
    # wage + leader_size exp(2 (lead + gap)) (10 - wage): 8 x exp(2 x .45) x 9 + 1 at the defaults.
    cost = 1.0 + p.leader_size * math.exp(0.5 * (p.variety_elasticity - 1) * (p.leader_lead + p.entrant_gap)) * 9.0
    spent = POLICIES["leader_attraction"].apply(world, programme, funds_for(world, 0, 2, cost))
    assert spent.sum() == pytest.approx(cost)
    assert world.births.kind.tolist() == [Kind.LEADING_FIRM] * 2
    assert world.births.grant.tolist() == pytest.approx([0.5 * cost] * 2)


def test_regions_bid_each_other_up_for_the_few_leaders_that_move(world: World) -> None:
    programme = a_programme(world, "leader_attraction", mobile=0.05)
    world.firms.kind[:] = Kind.SME
    world.firms.kind[np.flatnonzero(world.firms.industry == 2)[:4]] = Kind.LEADING_FIRM
    cost = np.full(world.local_industries.shape, 10.0)
    funds = np.zeros(world.local_industries.shape)
    funds[:3, 2] = 20.0
    funds[0, 5] = 0.2
    # Six leaders are asked for in industry 2, where .05 x 4 move; .02 in industry 5, where .05 x 1 do.
    war = bidding_premium(world, programme, funds, cost)
    assert war == pytest.approx([1.0, 1.0, 6.0 / 0.2, 1.0, 1.0, 1.0, 1.0, 1.0])


def test_supplement_serves_what_is_needed_and_hardly_made(world: World) -> None:
    programme = a_programme(world, "supplement", coverage=0.3)
    world.local_industries.final[:] = 1.0
    world.local_industries.spending[:] = 1.0
    world.local_industries.spending[0] = [11.0, 11.0, 1.0, 5.0, 1.0, 1.0, 1.0, 1.0]
    world.local_industries.sales[0] = [2.9, 3.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    weights = POLICIES["supplement"].serves(world, programme)
    # Needs are 10, 10 and 4; covered .29, .31 and 0: the first and third are missing, by need.
    assert weights[0].tolist() == [10.0, 0.0, 0.0, 4.0, 0.0, 0.0, 0.0, 0.0]
    assert weights[1:].sum() == 0.0


def test_extend_serves_the_stages_beside_strong_ones(world: World) -> None:
    programme = a_programme(world, "extend", strong=1.25)
    world.local_industries.promoted[:] = 0.0
    world.local_industries.sales[:] = 1.0
    chips, materials, devices = (world.industry_names.index(name) for name in ("chips", "materials", "devices"))
    world.local_industries.sales[0, chips] = 10.0
    served = POLICIES["extend"].serves(world, programme)[0] > 0.0
    assert np.flatnonzero(served).tolist() == sorted([materials, devices])


def test_upgrade_lifts_laggards_towards_the_mean_and_no_further(world: World) -> None:
    garments = world.industry_names.index("garments")
    region = int(np.argmax([len(rows_of(world, row, garments)) for row in range(6)]))
    rows = rows_of(world, region, garments)
    world.industries.mean_productivity[garments] = 0.0
    world.firms.productivity[rows] = 2.0
    world.firms.productivity[rows[0]] = math.exp(-0.2)
    world.firms.sales[rows] = 10.0
    programme = a_programme(world, "upgrade", price=4.0)
    assert world.industries.category[garments] == Category.TRADITIONAL
    # 4 years of sales of 10 for a point of ln z: money 2 buys .05.
    spent = POLICIES["upgrade"].apply(world, programme, funds_for(world, region, garments, 2.0))
    assert spent.sum() == pytest.approx(2.0)
    assert math.log(world.firms.productivity[rows[0]]) == pytest.approx(-0.15)
    # What is left to the mean costs 6: no more is spent.
    spent = POLICIES["upgrade"].apply(world, programme, funds_for(world, region, garments, 100.0))
    assert spent.sum() == pytest.approx(6.0)
    assert world.firms.productivity[rows[0]] == pytest.approx(1.0)
    assert (world.firms.productivity[rows[1:]] == 2.0).all()


def test_investment_subsidies_become_capacity(world: World, busy: tuple[int, int]) -> None:
    rows = rows_of(world, *busy)
    world.firms.unit_cost[rows] = 2.0
    world.firms.capacity[rows] = 1.0
    world.firms.investment[rows] = 0.0
    world.firms.investment[rows[0]] = 7.0
    before = world.firms.building[rows].copy()
    programme = a_programme(world, "investment_subsidy", matching=0.5)
    spent = POLICIES["investment_subsidy"].apply(world, programme, funds_for(world, *busy, 30.0))
    assert spent.sum() == pytest.approx(30.0)
    built = world.firms.building[rows] - before
    # Half follows investment (all to the first firm), half capacity (evenly); a unit costs pk c = .8 x 2.
    even = 15.0 / len(rows) / (world.p.capital_price * 2.0)
    assert built[1:, world.p.build_lag - 1] == pytest.approx(even)
    assert built[0, world.p.build_lag - 1] == pytest.approx(even + 15.0 / (world.p.capital_price * 2.0))
    assert world.firms.subsidy[rows].sum() == pytest.approx(30.0)


def test_research_grants_follow_research_and_partly_all(world: World, busy: tuple[int, int]) -> None:
    rows = rows_of(world, *busy)
    world.firms.sales[rows] = 1.0
    world.firms.research_intensity[rows] = 0.01
    world.firms.research_intensity[rows[0]] = 0.01 * (len(rows) + 1)
    programme = a_programme(world, "research_grant", even=0.2)
    spent = POLICIES["research_grant"].apply(world, programme, funds_for(world, *busy, 10.0))
    assert spent.sum() == pytest.approx(10.0)
    # The first firm does (n + 1) / 2n of the local industry's research.
    first = 8.0 * (len(rows) + 1) / (2 * len(rows)) + 2.0 / len(rows)
    assert world.firms.research_grant[rows[0]] == pytest.approx(first)
    assert world.firms.research_grant.sum() == pytest.approx(10.0)


def test_research_grants_may_follow_joint_projects(world: World, busy: tuple[int, int]) -> None:
    rows = rows_of(world, *busy)
    world.firms.sales[rows] = 1.0
    world.firms.research_intensity[rows] = 0.01
    world.firms.partners[rows] = 0
    programme = a_programme(world, "research_grant", even=1.0, joint=0.5)
    grant = POLICIES["research_grant"].apply
    # Nobody has a joint project: all is shared evenly.
    assert grant(world, programme, funds_for(world, *busy, 10.0)).sum() == pytest.approx(10.0)
    assert world.firms.research_grant[rows] == pytest.approx(10.0 / len(rows))
    # One project with the first firm, three with the second: a quarter and three quarters of half of the money.
    world.firms.research_grant[:] = 0.0
    world.firms.partners[rows[:2]] = [1, 3]
    assert grant(world, programme, funds_for(world, *busy, 10.0)).sum() == pytest.approx(10.0)
    expected = [5.0 / len(rows) + joint for joint in (1.25, 3.75)]
    assert world.firms.research_grant[rows[:2]] == pytest.approx(expected)
    assert world.firms.research_grant[rows[2:]] == pytest.approx(5.0 / len(rows))


def test_cultivation_may_begin_at_a_tier(world: World) -> None:
    plan = by_plan(world, np.ones(world.local_industries.shape))
    busy = local_industry_with(world, lambda _, region, industry: plan[region, industry] > 0.0)
    rows = rows_of(world, *busy)
    assert len(rows) >= 3
    world.firms.kind[rows] = Kind.SME
    world.firms.tier[rows] = Tier.SME
    world.firms.tier[rows[:2]] = [Tier.INNOVATIVE_SME, Tier.SPECIALISED_SME]
    world.firms.sales[rows] = 10.0
    for level, reached in ((0, len(rows)), (1, 2), (2, 1), (3, 0)):
        world.firms.subsidy[:] = 0.0
        programme = a_programme(world, "sme_cultivation", from_tier=float(level))
        assert (POLICIES["sme_cultivation"].serves(world, programme)[busy] > 0.0) == (reached > 0)
        spent = POLICIES["sme_cultivation"].apply(world, programme, funds_for(world, *busy, 6.0))
        assert spent.sum() == pytest.approx(6.0 if reached else 0.0)
        assert (world.firms.subsidy[rows] > 0.0).sum() == reached


def test_cultivation_reaches_small_firms_only(world: World, busy: tuple[int, int]) -> None:
    rows = rows_of(world, *busy)
    world.firms.kind[rows] = Kind.SME
    world.firms.kind[rows[0]] = Kind.LEADING_FIRM
    world.firms.sales[rows] = 10.0
    programme = a_programme(world, "sme_cultivation", training=0.5, price=0.1, risk=0.05)
    spent = POLICIES["sme_cultivation"].apply(world, programme, funds_for(world, *busy, 2.0 * (len(rows) - 1)))
    assert spent.sum() == pytest.approx(2.0 * (len(rows) - 1))
    # 2 a firm: 1 trains and buys 1 / (.1 x 10) of absorption, 1 guarantees 1 / .05 of credit.
    assert world.firms.absorption[rows] == pytest.approx([0.0] + [1.0] * (len(rows) - 1))
    assert world.firms.credit_line[rows] == pytest.approx([0.0] + [20.0] * (len(rows) - 1))


def test_loans_are_lent_by_need_and_repaid(world: World, busy: tuple[int, int]) -> None:
    rows, firms = rows_of(world, *busy), world.firms
    firms.loan[:] = 0.0
    firms.unit_cost[rows] = 1.0
    firms.capacity[rows] = 10.0
    firms.cash[rows] = 0.0
    firms.credit[rows] = 100.0
    firms.credit[rows[0]] = 1.0
    programme = a_programme(world, "soft_loan", reach=0.5, term=10.0, discount=0.5)
    # The first firm lacks .5 x pk c K - 1 = .5 x 8 - 1 = 3.
    spent = POLICIES["soft_loan"].apply(world, programme, funds_for(world, *busy, 50.0))
    assert spent.sum() == pytest.approx(3.0)
    assert firms.loan[rows[0]] == pytest.approx(3.0)
    assert firms.cash[rows[0]] == pytest.approx(3.0)
    assert firms.credit_line[rows[0]] == pytest.approx(3.0)
    collect = POLICIES["soft_loan"].collects
    assert collect is not None
    income = collect(world, programme)
    assert income[busy[0]] == pytest.approx(0.3)
    assert firms.loan[rows[0]] == pytest.approx(2.7)
    # Next year half of the interest on 2.7 at 5 % is paid for it, and nothing is lent where nothing lacks.
    firms.credit[rows[0]] = 100.0
    assert POLICIES["soft_loan"].apply(world, programme, funds_for(world, *busy, 50.0)).sum() == pytest.approx(0.0675)


def test_a_loan_repays_to_one_programme_only(world: World, busy: tuple[int, int]) -> None:
    rows = rows_of(world, *busy)
    world.firms.loan[:] = 0.0
    world.firms.loan[rows[0]] = 10.0
    first = a_programme(world, "soft_loan", term=10.0)
    second = a_programme(world, "soft_loan", term=10.0)
    world.policies = [first, second]
    collect = POLICIES["soft_loan"].collects
    assert collect is not None
    assert collect(world, first).sum() == pytest.approx(1.0)
    assert collect(world, second).sum() == 0.0


def test_protection_makes_imports_of_the_region_dearer_and_ends(world: World) -> None:
    programme = a_programme(world, "local_protection", barrier=0.1, outbound=0.0)
    programme.regions[:] = False
    programme.regions[2] = True
    open_borders = world.freeness
    kept = open_borders.copy()
    POLICIES["local_protection"].apply(world, programme, np.zeros(world.local_industries.shape))
    raised = world.freeness / open_borders
    expected = np.ones_like(raised)
    expected[:, 2] = 1.1 ** (1.0 - world.p.variety_elasticity)
    expected[2, 2] = 1.0
    assert raised == pytest.approx(expected)
    assert (open_borders == kept).all()
    world.year += 20
    ends = POLICIES["local_protection"].winds_up
    assert ends is not None
    ends(world, programme)
    assert (world.freeness == open_borders).all()


def test_talent_raises_skills_and_fit_only_where_skills_lack(world: World) -> None:
    skills = 1
    world.regions.endowment[:, skills] = 0.0
    world.industries.requirement[:, skills] = [0.5, -1.0, 0.0, 0.2, -0.5, 0.1, -0.8, -0.8]
    world.regions.employment = 100.0
    world.regions.wage = 1.0
    world.local_industries.fit[:] = 0.0
    world.fit_scale = 0.1
    programme = a_programme(world, "talent", price=1.5)
    # 45 / (1.5 x 100) = .3 s.d.
    spent = POLICIES["talent"].apply(world, programme, funds_for(world, 0, 0, 45.0))
    assert spent.sum() == pytest.approx(45.0)
    assert world.regions.endowment[0, skills] == pytest.approx(0.3)
    # Fit: .1 x (.5^2 - .2^2) / 2, .1 x .2^2 / 2 and .1 x .1^2 / 2; nothing where none lack.
    assert world.local_industries.fit[0] == pytest.approx([0.0105, 0, 0, 0.002, 0, 0.0005, 0, 0])
    assert (world.local_industries.fit[1:] == 0.0).all()
    # No more is spent than what lacks: .2 s.d. cost 30.
    spent = POLICIES["talent"].apply(world, programme, funds_for(world, 0, 0, 1000.0))
    assert spent.sum() == pytest.approx(30.0)


def test_a_mission_succeeds_by_chance_and_lifts_by_its_weight(world: World) -> None:
    materials = world.industry_names.index("materials")
    rows = np.flatnonzero(world.firms.industry == materials)
    world.firms.research[:] = 0.0
    world.firms.research[rows[0]] = 30.0
    world.firms.productivity[:] = 1.0
    for chance, expected in ((0.0, 0.0), (1.0, 0.3 * 10.0 / (10.0 + 30.0))):
        programme = a_programme(world, "core_technology", duration=2.0, chance=chance, gain=0.3)
        for _ in range(2):
            assert (
                POLICIES["core_technology"].apply(world, programme, funds_for(world, 0, materials, 10.0)).sum() == 10.0
            )
            world.year += 1
        assert np.log(world.firms.productivity[rows]) == pytest.approx(expected)
        assert (np.delete(world.firms.productivity, rows) == 1.0).all()
        world.year -= 2


def test_missions_and_foundations_serve_scarce_upstream_inputs(world: World) -> None:
    upstream = [world.industry_names.index(name) for name in ("materials", "metals", "fibres")]
    world.industries.firms = 100
    for name in ("core_technology", "foundation"):
        programme = a_programme(world, name, few=0.7)
        world.industries.firms[upstream] = [50, 90, 60]
        served = POLICIES[name].serves(world, programme).sum(axis=0) > 0.0
        assert set(np.flatnonzero(served)) == {upstream[0], upstream[2]}
        # None is scarce: the one with the fewest suppliers.
        world.industries.firms[upstream] = [120, 90, 110]
        served = POLICIES[name].serves(world, programme).sum(axis=0) > 0.0
        assert np.flatnonzero(served).tolist() == [upstream[1]]


def test_foundation_projects_deliver_after_their_years(world: World) -> None:
    programme = a_programme(world, "foundation", duration=3.0, chance=1.0)
    materials = world.industry_names.index("materials")
    delivered = []
    for year in range(6):
        funds = funds_for(world, 4, materials, 20.0) if year == 0 else np.zeros(world.local_industries.shape)
        spent = POLICIES["foundation"].apply(world, programme, funds)
        assert spent.sum() == (20.0 if year == 0 else 0.0)
        delivered.append(len(world.births))
        world.births_table.clear()
        world.year += 1
    assert delivered == [0, 0, 0, 2, 0, 0]


def test_foundation_delivers_what_was_paid_also_when_it_is_over() -> None:
    # Without a plan nobody else attracts firms.
    project = "policies=[{policy: foundation, years: 1, strength: 4.0, settings: {duration: 3, chance: 1}}]"
    world = present("plan.layout=market", project)
    entered = []
    for _ in live(world, 5):
        attracted = (world.events.event == Event.ENTRY) & (world.events.detail == Origin.ATTRACTED)
        entered.append(int(attracted.sum()))
    assert [count > 0 for count in entered] == [False, False, False, True, False]


def test_institutes_open_once_where_their_field_is_and_are_paid_by_the_year(world: World) -> None:
    programme = a_programme(world, "research_institute", institutes=2.0, places=7.0)
    count = len(world.institutes)
    funds = funds_for(world, 3, 1, 6.0) + funds_for(world, 3, 4, 4.0)
    for _ in range(2):
        world.institutes.granted = 0.0
        spent = POLICIES["research_institute"].apply(world, programme, funds)
        fresh = world.institutes[world.institutes.born == world.year]
        assert spent.sum() == pytest.approx(10.0)
        assert len(world.institutes) == count + 2
        assert world.institutes.granted.sum() == pytest.approx(10.0)
    assert sorted(fresh.industry.tolist()) == [1, 4]
    assert fresh.granted.tolist() == pytest.approx([5.0, 5.0])
    assert set(fresh.region) == {3}
    assert set(fresh.places) == {7}
    assert (world.cells.region[fresh.cell] == 3).all()
    assert fresh.knowledge == pytest.approx(world.industries.position[fresh.industry])


def test_parks_add_places_and_land_in_one_cell_that_fill_with_new_firms(world: World) -> None:
    programme = a_programme(world, "industrial_park", price=0.5, relief=0.25)
    world.local_industries.unit_cost[:] = 2.0
    before = world.cells.land.copy()
    for _ in range(2):
        spent = POLICIES["industrial_park"].apply(world, programme, funds_for(world, 5, 2, 8.0))
        assert spent.sum() == 8.0
    # 8 / (.5 x .8 x 2) = 10 goods of capacity a year.
    cell = int(np.argmax(world.cells.park))
    assert world.cells.region[cell] == 5
    assert world.cells.park.sum() == world.cells.park[cell] == pytest.approx(20.0)
    assert np.flatnonzero(world.cells.land != before).tolist() == [cell]
    assert world.cells.park_relief[cell] == 0.25


def test_new_firms_take_the_places_of_a_park_and_build_less(world: World) -> None:
    from sim.kernel.world import FIRM
    from sim.model.rules import founding

    newcomers = FIRM.empty(3)
    newcomers.cell = [0, 0, 1]
    newcomers.capacity = [30.0, 10.0, 10.0]
    newcomers.unit_cost = 1.0
    newcomers.investment = 24.0
    world.cells.park[0] = 20.0
    world.cells.park_relief[0] = 0.5
    founding.move_into_parks(newcomers, world.cells, np.zeros(len(world.cells)), world.p)
    # 20 places for 40 wanted: 15 and 5 are housed and save .5 x .8 each.
    assert newcomers.investment == pytest.approx([24.0 - 6.0, 24.0 - 2.0, 24.0])
    assert world.cells.park[0] == 0.0
