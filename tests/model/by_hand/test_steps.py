"""Steps of longer rules, each by hand."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from sim.kernel import neighbours
from sim.kernel.draws import Luck, Purpose, lineage, uniform
from sim.kernel.sellers import open_market
from sim.kernel.world import CELL, INDUSTRY, LINK, LOCAL_INDUSTRY, REGION, SITE, Kind, Origin, Tier
from sim.model.rules import (
    census,
    cooperation,
    delivery,
    founding,
    incentives,
    innovation,
    market,
    production,
    spin_off,
    supply,
)
from tests.model.by_hand import records
from tests.model.by_hand.records import axis, some
from tests.model.rules.worlds import (
    a_nation,
    all_around,
    contracts_in_order,
    lines_of,
    parameters,
    some_contracts,
    some_firms,
)

LUCK = Luck(7, 30)


def one_place() -> tuple[object, object]:
    """A nation of one region, cell and industry, and its local industry."""
    nation = a_nation(
        some(INDUSTRY, 1), some(LOCAL_INDUSTRY, 1, 1), np.zeros((1, 1)),
        some(CELL, 1, land=1.0, rent=1.0), some(SITE, 1, 1), some(REGION, 1), (1,),
    )  # fmt: skip
    return nation, nation.local_industries[0, 0]


# -- counting and books --------------------------------------------------------------------------------------


def test_a_firm_is_counted_in_its_place_and_its_industry() -> None:
    nation, here = one_place()
    firm = records.firm(productivity=math.e, labour=4.0, capacity=3.0, appeal=2.0)
    firm.building[:2] = [0.5, 0.25]
    for _ in range(2):
        census.count_firm(firm, nation)
    assert (here.firms, here.employment, here.capacity, here.coming) == (2, 8.0, 6.0, 1.5)
    assert (nation.sites[0, 0].firms, nation.sites[0, 0].employment, nation.cells[0].firms) == (2, 8.0, 2)
    assert nation.industries[0].mean_productivity == pytest.approx(2.0)
    assert nation.industries[0].mean_appeal == 4.0


def test_a_firms_year_is_added_to_the_books_of_its_industry() -> None:
    nation, here = one_place()
    firm = records.firm(output=5.0, sales=10.0, input_bill=3.0, research=1.0, profit=2.0, demand=6.0)
    for _ in range(2):
        production.enter_books(firm, here, nation.industries[0])
    assert (here.output, here.sales, here.value_added, here.research) == (10.0, 20.0, 14.0, 2.0)
    industry = nation.industries[0]
    assert (industry.margin, industry.output, industry.sales, industry.demand) == (4.0, 10.0, 20.0, 12.0)


def test_a_unit_costs_what_factors_cost_over_efficiency() -> None:
    nation, here = one_place()
    here.input_price, here.congestion = 8.0, math.log(2.0)
    nation.regions[0].wage, nation.cells[0].rent = 4.0, 16.0
    nation.industries[0].labour_share, nation.industries[0].land_share = 0.5, 0.25
    firm = records.firm(productivity=4.0, sourcing=math.log(1.5))
    factors = production.make_where_it_stands(firm, nation)
    # Theta = 4 / 2; 4^.5 x 16^.25 = 4; 4 x 8 x 1.5 / 2 = 24.
    assert firm.efficiency == pytest.approx(2.0)
    assert factors == pytest.approx(4.0)
    cost = production.unit_cost(firm.efficiency, factors, firm.sourcing, nation.industries[0], here)
    assert cost == pytest.approx(24.0)


# -- the market ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("capacity", "disaster", "limit", "planned"), [
    (100.0, 0.0, 1.0, 9.0), (5.0, 0.0, 1.0, 5.0), (10.0, 0.5, 1.0, 5.0), (100.0, 0.0, 0.5, 4.5),
])  # fmt: skip
def test_a_firm_plans_to_fill_its_orders_as_far_as_it_can(
    capacity: float, disaster: float, limit: float, planned: float
) -> None:
    nation, here = one_place()
    nation.regions[0].disaster = disaster
    firm = records.firm(capacity=capacity, supply_limit=limit)
    market.plan_output(firm, 6.0, 3.0, nation)
    # 6 open orders and 3 under contract
    assert (firm.demand, firm.orders, firm.planned, here.demand) == (9.0, 9.0, planned, 9.0)


def test_what_is_left_over_from_contracts_is_offered_to_all() -> None:
    _, here = one_place()
    p = parameters(variety_elasticity=3.0)
    firm = records.firm(appeal=6.0, price=2.0, orders=10.0, output=5.0)
    delivery.offer(firm, market.weight_of(firm, p), 4.0, 0.5, here, p)
    # 5 - 4 x .5 = 3 are left for 6 open orders: half of them; weight 6 x 2^-2 = 1.5.
    assert here.served == pytest.approx(1.5 * 0.5)
    assert here.delivered == pytest.approx(1.5 * 0.5 ** (2.0 / 3.0))
    assert delivery.fill_openly(firm, 4.0, 0.5) == 0.5
    assert delivery.fill_openly(firm, 10.0, 0.5) == -1.0
    delivery.offer(firm, market.weight_of(firm, p), 10.0, 0.5, here, p)
    assert here.served == pytest.approx(0.75), "a firm all of whose orders stand under contract offers nothing"


# -- new firms -----------------------------------------------------------------------------------------------


def test_newcomers_de_novo_lack_part_of_what_the_industry_has_learnt() -> None:
    industry = records.industry(mean_productivity=2.0, frontier=0.9)
    p = parameters(frontier_barrier=0.5)
    assert founding.mean_at_entry(records.birth(origin=Origin.DE_NOVO), industry, p) == pytest.approx(1.55)
    assert founding.mean_at_entry(records.birth(origin=Origin.SPIN_OFF), industry, p) == 2.0
    unlearnt = parameters(frontier_barrier=0.5, learning=False)
    assert founding.mean_at_entry(records.birth(origin=Origin.DE_NOVO), industry, unlearnt) == 2.0


def test_owners_pay_the_start_less_the_grant_and_as_much_again_in_cash() -> None:
    p = parameters(startup_labour=2.0, capital_price=0.5)
    firm = records.firm(unit_cost=4.0, capacity=3.0)
    founding.pay_start(firm, records.birth(grant=5.0), 1.5, p)
    # 2 x 1.5 + .5 x 4 x 3 = 9
    assert (firm.subsidy, firm.investment, firm.cash) == (5.0, 4.0, 4.0)
    founding.pay_start(firm, records.birth(grant=12.0), 1.5, p)
    assert (firm.subsidy, firm.investment, firm.cash) == (12.0, 0.0, 0.0)


@pytest.mark.parametrize(("kind", "tier"), [(Kind.SME, Tier.SME), (Kind.LEADING_FIRM, Tier.LEADING_FIRM)])
def test_a_new_firm_is_who_its_birth_says(kind: int, tier: int) -> None:
    firm = some_firms(1, living=False, supply_limit=0.0)[0]
    founding.register(firm, records.birth(id=9, parent=4, kind=kind, origin=Origin.SPIN_OFF, region=2, industry=3), 12)
    found = (firm.id, firm.parent, firm.kind, firm.tier, firm.origin, firm.region, firm.industry, firm.born)
    assert found == (9, 4, kind, tier, Origin.SPIN_OFF, 2, 3, 12)
    assert firm.living and firm.project_boost == 1.0 and firm.supply_limit == 1.0


def test_a_new_firm_is_equipped_by_its_own_draws() -> None:
    p = parameters(
        entrant_gap=0.2, entrant_spread=0.3, research_spread=0.4, capacity_response=0.0, entrant_size=0.5,
        knowledge_spread=0.01,
    )  # fmt: skip
    industry = records.industry(mean_productivity=1.0, mean_capacity=6.0, mean_appeal=2.0, research_intensity=0.1)
    industry.position[:] = axis(1)
    firm = records.firm(id=77)
    log_productivity = founding.equip(firm, records.birth(id=77, origin=Origin.ATTRACTED), industry, p, LUCK)
    noise = NormalDist().inv_cdf(uniform(7, Purpose.PRODUCTIVITY, 0, 77, 0))
    assert log_productivity == pytest.approx(1.0 - 0.2 + 0.3 * noise, abs=1e-7)
    assert firm.productivity == firm.last_productivity == pytest.approx(math.exp(log_productivity))
    assert (firm.capacity, firm.appeal) == (3.0, 1.0)
    noise = NormalDist().inv_cdf(uniform(7, Purpose.RESEARCH, 0, 77, 0))
    assert firm.research_intensity == pytest.approx(0.1 * math.exp(0.4 * noise - 0.08), rel=1e-6)
    assert np.linalg.norm(firm.knowledge) == pytest.approx(1.0)
    assert int(np.argmax(firm.knowledge)) == 1


def test_a_spin_off_begins_where_its_parent_stands_with_part_of_its_lead() -> None:
    birth = records.birth()
    parent = records.firm(id=5, region=2, cell=9, industry=1, productivity=math.exp(1.5))
    spin_off.write_birth(birth, parent, records.industry(mean_productivity=0.5), parameters(inheritance=0.6), 30)
    assert birth.id == lineage(Purpose.SPIN_OFF, 5, 30, 0)
    assert (birth.origin, birth.parent, birth.region, birth.cell, birth.industry) == (Origin.SPIN_OFF, 5, 2, 9, 1)
    assert birth.inherited == pytest.approx(0.6)


# -- plans ---------------------------------------------------------------------------------------------------


def test_money_is_divided_between_research_capacity_and_entrants() -> None:
    uses = incentives.Uses(entry=0.25, research=0.4)
    here = records.local_industry(firms=3, sales=1.0)
    assert incentives.divide_budget(100.0, here, uses) == pytest.approx(15.0)
    assert (here.research_grant, here.capacity_grant) == (pytest.approx(40.0), pytest.approx(45.0))
    idle = records.local_industry(firms=3)
    assert incentives.divide_budget(100.0, idle, uses) == pytest.approx(25.0)
    assert (idle.research_grant, idle.capacity_grant) == (0.0, pytest.approx(75.0))
    empty = records.local_industry()
    assert incentives.divide_budget(100.0, empty, uses) == 100.0
    assert (empty.research_grant, empty.capacity_grant) == (0.0, 0.0)
    for grant in ("entry_grant", "capacity_grant", "research_grant", "attracted"):
        here[grant] = 3
    incentives.clear_grants(here)
    assert (here.entry_grant, here.capacity_grant, here.research_grant, here.attracted) == (0.0, 0.0, 0.0, 0)


# -- innovation ----------------------------------------------------------------------------------------------


def test_each_innovation_has_a_size_and_some_are_radical() -> None:
    p = parameters(innovation_step=0.05, radical_share=0.3, radical_gain=4.0)
    firm = records.firm(id=11)
    radical = []
    for count in range(40):
        size = -math.log(1.0 - uniform(7, Purpose.INNOVATION, 30, 11, 1 + count)) * 0.05 / 2.0
        leaps = uniform(7, Purpose.RADICAL, 30, 11, count) < 0.3
        gain, found = innovation.innovate_once(firm, count, 2.0, p, LUCK)
        assert found == leaps
        assert gain == pytest.approx(4.0 * size if leaps else size)
        radical.append(leaps)
    assert 0 < sum(radical) < 40


def test_innovations_expected_are_lines_times_hazard_with_grants_up_to_a_limit() -> None:
    p = parameters(
        innovation_rate=0.2, research_elasticity=1.0, spillover_elasticity=1.0, institute_elasticity=1.0,
        absorption_half=0.03, innovation_size=1.0, breadth_min=0.1, grant_intensity_limit=0.03, competition=False,
    )  # fmt: skip
    industry = records.industry(sales=100.0, firms=10)
    firm = records.firm(sales=20.0, research_intensity=0.03, spillover=4.0)
    pools = records.norms(spillover=2.0, institute_pool=5.0)
    # lines 20 x 10 / 100 = 2; absorptive capacity .5, twice the mean pool: 1 + 1 = 2; institutes at the mean: 2.
    assert innovation.innovations_expected(firm, industry, 5.0, pools, p) == pytest.approx(2.0 * 0.2 * 2.0 * 2.0)
    firm.research_grant = 0.3  # 1.5 % of sales
    assert innovation.innovations_expected(firm, industry, 5.0, pools, p) == pytest.approx(1.6 * 1.5)
    firm.research_grant = 8.0
    assert innovation.innovations_expected(firm, industry, 5.0, pools, p) == pytest.approx(1.6 * 2.0)
    assert innovation.innovations_expected(firm, industry, 5.0, records.norms(), p) == pytest.approx(0.8)


# -- cooperation ---------------------------------------------------------------------------------------------


def a_search(ties: dict[int, list[int]], firms: int) -> neighbours.Search:
    """Firms in one cell with these partners."""
    starts = np.cumsum([0, *(len(ties.get(row, [])) for row in range(firms))])
    others = np.array([other for row in range(firms) for other in ties.get(row, [])], dtype=np.int64)
    crowd = neighbours.Crowd(np.array([0, 1]), np.array([0]), np.array([float(firms)]), np.array([0, firms]))
    return neighbours.Search(crowd, neighbours.Partners(starts, others), lines_of(1))


def test_two_firms_bring_distance_difference_and_common_partners() -> None:
    firms = some_firms(4)
    for row in range(4):
        firms.knowledge[row] = axis(row)
    search = a_search({0: [2, 3], 1: [2, 3], 2: [0, 1], 3: [0, 1]}, 4)
    pair = cooperation.compare(0, 1, firms, search, parameters(best_distance=0.5))
    # D = 1 is twice the best distance: V = 2 exp(-1).
    assert pair.value == pytest.approx(2.0 * math.exp(-1.0))
    assert (pair.apart, pair.common, pair.unlike) == (pytest.approx(0.5214 * 50.0), 2, False)


def test_a_tie_needs_a_gain_on_both_sides() -> None:
    p = parameters()
    pair = cooperation.Pair(0.0, 1.0, 0, False)
    free, busy = records.firm(partners=0), records.firm(partners=0)
    worth = cooperation.utility(free, 0, 0, pair, p)
    assert cooperation.both_gain(free, busy, pair, p) == (worth > 0.0)
    generous = parameters(tie_cognition=50.0)
    assert cooperation.both_gain(free, busy, pair, generous)
    # Ties cost the more the more a firm has: the one that has very many gains nothing, whoever asks.
    busy.partners = 10_000
    assert cooperation.utility(busy, 0, 0, pair, generous) < 0.0
    assert not cooperation.both_gain(free, busy, pair, generous)
    assert not cooperation.both_gain(busy, free, pair, generous)


def test_a_firm_considers_neighbours_first_and_then_partners_of_partners() -> None:
    firms = some_firms(4)
    search = a_search({0: [1], 1: [0, 2], 2: [1]}, 4)
    p = parameters(tie_candidates=4)
    for attempt in range(8):
        u = uniform(7, Purpose.COOPERATION, 30, 1, attempt)
        near = int(u * 4)
        onward = [0, 2][int(u * 2)] if attempt % 4 else near  # the way 0 - 1 leads back to 0 or on to 2
        other = near if attempt % 4 == 0 else onward
        expected = -1 if other in (0, 1) else other
        assert neighbours.consider(0, attempt, firms, search, p, LUCK) == expected


# -- contracts -----------------------------------------------------------------------------------------------


def test_only_contracts_that_come_up_for_review_are_compared() -> None:
    firms = some_firms(3, industry=[1, 0, 0], age=3, capacity=1.0, price=[9.0, 5.0, 1.0])
    around = open_market(firms, 2, all_around([[1.0]]), lines_of(1), parameters())
    need = supply.Need(0, 0, 0)
    replaced = 0
    for year in range(20):
        luck = Luck(7, year)
        met = 1 + int(uniform(7, Purpose.SUPPLY, year, 1, supply.search_counter(0, supply.REVIEWS + 1)) * 2)
        for review in (0.0, 1.0):
            links = some_contracts((0, 1), price=5.0)
            fresh = some(LINK, 4)
            contracts = contracts_in_order(firms, links)
            signed = supply.review_contracts(need, contracts, around, fresh, parameters(contract_review=review), luck)
            expected = int(review == 1.0 and met == 2)
            assert (signed, bool(links[0].living)) == (expected, not expected)
            replaced += signed
            if signed:
                assert (fresh[0].first, fresh[0].second) == (0, 2)
    assert 0 < replaced < 20
