"""Sizes by hand: who wins customers, what small plants cost, and what newcomers build and expect."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.kernel.draws import Luck, Purpose, draw
from sim.kernel.world import FIRM, INDUSTRY, LOCAL_INDUSTRY, REGION
from sim.model.rules import customer_base, entry, founding, incumbents, innovation, newcomers, production, scale
from tests.model.by_hand.records import E, firm, industry, local_industry, norms, some
from tests.model.rules.worlds import parameters

exactly = pytest.approx

# -- customer base ---------------------------------------------------------------------------------------------


def test_a_share_of_firms_rises_whatever_the_year() -> None:
    p = parameters(rising_share=0.4)
    rising = {one for one in range(1, 1001) if customer_base.begins_rising(one, p, Luck(7, 0))}
    assert abs(len(rising) - 400) < 40
    assert rising == {one for one in range(1, 1001) if customer_base.begins_rising(one, p, Luck(7, 3))}
    fewer = {
        one for one in range(1, 1001) if customer_base.begins_rising(one, parameters(rising_share=0.1), Luck(7, 0))
    }
    assert fewer < rising


@pytest.mark.parametrize(("size", "expected"), [(1.0, 0.2), (16.0, 0.1), (1 / 16, 0.4), (0.0, 0.2 * 50**0.25)])
def test_growth_of_large_firms_varies_less(size: float, expected: float) -> None:
    assert customer_base.spread_of_growth(size, parameters(base_spread=0.2, base_damping=0.25)) == exactly(expected)


@pytest.mark.parametrize(
    ("sales", "carried", "expected"),
    [(10.0, 0.0, 0.5), (10.0, 100.0, 0.5), (10.0, 500.0, 1.25), (0.0, 100.0, 0.0)],
)
def test_the_bound_is_a_share_of_the_industry_or_a_number_of_usual_firms(
    sales: float, carried: float, expected: float
) -> None:
    # .2 of 100, or 40 of the 500 usual firms: .08 of 100.
    p = parameters(customer_bound=0.2, largest_size=40.0)
    one, all_firms = firm(sales=sales), industry(sales=100.0, carried=carried)
    assert customer_base.reached(one, all_firms, p) == exactly(expected)
    assert customer_base.reached(one, industry(), p) == 0.0


@pytest.mark.parametrize(
    ("sales", "rising", "expected"),
    [(0.0, True, 0.4), (5.0, True, 0.3), (5.0, False, 0.0), (20.0, True, 0.0), (30.0, True, -0.2), (30.0, False, -0.2)],
)
def test_firms_rise_up_to_the_bound_and_shrink_beyond_it(sales: float, rising: bool, expected: float) -> None:
    p = parameters(customer_bound=0.2, rising_speed=0.4)
    assert customer_base.pull_of_market(firm(sales=sales, rising=rising), industry(sales=100.0), p) == exactly(expected)


@pytest.mark.parametrize(("demand", "expected"), [(0.0, 1.0), (10.0, 1.0), (15.0, 0.5), (20.0, 0.0), (90.0, 0.0)])
def test_no_customers_are_won_who_cannot_be_served(demand: float, expected: float) -> None:
    assert customer_base.served(firm(demand=demand, capacity=10.0)) == exactly(expected)
    assert customer_base.served(firm(demand=demand)) == 0.0


def test_customers_won_in_a_year() -> None:
    p = parameters(base_spread=0.2, base_damping=0.25, base_fade=0.03, rising_speed=0.4, customer_bound=0.2)
    here = industry(sales=1000.0, typical_sales=4.0)
    # 16 typical sizes: s.d. .1, shock 0 at the median: -.03 - .005
    assert customer_base.customers_won(firm(sales=64.0), here, p, 0.5) == exactly(-0.035)
    # u = 1 - 1/(2e) is a shock of one scale, .1/sqrt 2; a firm whose orders are 1.5 of capacity gains half
    u, shock = 1.0 - 0.5 / E, 0.1 / math.sqrt(2.0)
    full = firm(sales=64.0, demand=15.0, capacity=10.0)
    assert customer_base.customers_won(full, here, p, u) == exactly(0.5 * (shock - 0.035))
    assert customer_base.customers_won(full, here, p, 0.5 / E) == exactly(-shock - 0.035), "losses are not cut"
    rising = firm(sales=64.0, rising=True, capacity=10.0)
    assert customer_base.customers_won(rising, here, p, 0.5) == exactly(0.4 * (1.0 - 0.32) - 0.035)
    # A shock of more than six scales counts as six.
    assert customer_base.customers_won(firm(sales=64.0, capacity=1.0), here, p, 1.0 - 1e-12) == exactly(
        6 * shock - 0.035
    )


def test_newcomers_begin_to_rise_and_others_win_or_cease() -> None:
    p = parameters(rising_share=1.0, rising_end=0.5, base_spread=0.0, base_fade=0.1, rising_speed=0.2)
    firms = some(FIRM, 200, id=np.arange(1, 201), age=[0] * 100 + [3] * 100, appeal=2.0, capacity=1.0, living=True)
    firms.rising[100:] = True
    customer_base.win_customers(firms, some(INDUSTRY, 1, sales=1.0), p, Luck(3, 9))
    assert firms.rising[:100].all() and (firms.appeal[:100] == 2.0).all()
    np.testing.assert_allclose(firms.appeal[100:], 2.0 * math.exp(0.1))
    ended = [draw(Luck(3, 9), Purpose.APPEAL, one, customer_base.END_DRAW) < 0.5 for one in range(101, 201)]
    np.testing.assert_array_equal(~firms.rising[100:], ended)


def test_first_customers_are_a_number_of_those_of_the_first_firms() -> None:
    here = industry(mean_appeal=8.0)
    assert founding.first_appeal(here, 0, parameters(entrant_size=0.25)) == exactly(2.0)
    p = parameters(customer_base=True, first_customers=0.4, leader_size=10.0)
    assert (founding.first_appeal(here, 0, p), founding.first_appeal(here, 1, p)) == exactly((0.4, 4.0))


# -- scale -----------------------------------------------------------------------------------------------------


def test_efficient_scale_goes_by_stage() -> None:
    p = parameters()
    stages = [industry(stage=stage) for stage in range(3)]
    assert [scale.scale_elasticity(one, p) for one in stages] == [0.06, 0.04, 0.02]
    assert [scale.efficient_size(one, p) for one in stages] == [2.0, 1.0, 0.5]


def test_efficient_capacity_is_a_share_of_the_industry() -> None:
    p = parameters(efficient_scale=True, efficient_size_midstream=2.0)
    here = industry(stage=1, capacity=500.0, carried=50.0)
    assert scale.efficient_capacity(here, p) == exactly(20.0)  # two usual firms of fifty
    assert scale.efficient_capacity(here, parameters()) == 0.0
    assert scale.efficient_capacity(industry(stage=1, capacity=5.0), p) == 0.0


@pytest.mark.parametrize(("capacity", "expected"), [(16.0, 1.0), (17.0, 1.0), (4.0, 2.0), (1.0, 3.0), (0.0, 1.0)])
def test_a_unit_costs_more_below_efficient_scale(capacity: float, expected: float) -> None:
    here = industry(efficient_capacity=16.0, scale_elasticity=0.5)
    assert scale.scale_cost(capacity, here, parameters(scale_cost_limit=3.0)) == exactly(expected)


def test_what_size_means_is_set_once_a_year() -> None:
    p = parameters(efficient_scale=True, efficient_size_upstream=2.0, scale_elasticity_upstream=0.1)
    firms, industries = some(FIRM, 2, capacity=[1.0, 9.0]), some(INDUSTRY, 1, sales=60.0, capacity=10.0)
    scale.judge_all(firms, industries, norms(usual_sales=3.0), p)
    assert (industries[0].carried, industries[0].efficient_capacity) == exactly((20.0, 1.0))
    assert firms.scale_cost.tolist() == [1.0, 1.0]
    firms.capacity[0] = 0.5
    scale.judge_all(firms, industries, norms(usual_sales=3.0), p)
    assert firms.scale_cost[0] == exactly(2.0**0.1)
    scale.judge_all(firms, industries, norms(), p)
    assert (industries[0].carried, firms.scale_cost[0]) == (0.0, 1.0)


def test_overhead_grows_with_capacity() -> None:
    here, p = industry(mean_capacity=10.0), parameters(efficient_scale=True, overhead=0.8, overhead_fixed=0.25)
    for capacity, expected in ((10.0, 1.6), (40.0, 5.2), (0.0, 0.4)):  # .8 x 2 (.25 + .75 K/10)
        assert production.overhead_cost(firm(capacity=capacity), here, 2.0, p) == exactly(expected)
        assert production.overhead_at(capacity, here, 2.0, p) == exactly(expected)
    p = parameters(overhead=0.8, overhead_scale=0.5)
    for capacity in (10.0, 40.0):
        usual = production.overhead_cost(firm(capacity=capacity), here, 2.0, p)
        assert production.overhead_at(capacity, here, 2.0, p) == usual
    assert production.overhead_at(1.0, industry(), 2.0, p) == 0.0


# -- newcomers -------------------------------------------------------------------------------------------------


def test_a_usual_newcomer_is_behind_by_the_gap_and_part_of_the_frontier() -> None:
    p = parameters(entrant_gap=0.1, frontier_barrier=0.2)
    assert newcomers.usual_lead(industry(frontier=0.5), p) == exactly(-0.2)
    assert newcomers.usual_lead(industry(frontier=0.5), parameters(entrant_gap=0.1, learning=False)) == exactly(-0.1)


def test_a_newcomer_hopes_for_orders_without_contracts() -> None:
    here = local_industry(open_access=64.0, access=1000.0)
    p = parameters(customer_base=True, first_customers=0.5, variety_elasticity=3.0)
    assert newcomers.first_customers(industry(), p) == 0.5
    assert newcomers.first_customers(industry(mean_appeal=8.0), parameters(entrant_size=0.25)) == 2.0
    assert newcomers.hoped_orders(2.0, here, industry(), p) == exactly(4.0)  # .5 x 2^-3 x 64


def test_a_newcomer_hopes_for_no_more_than_the_most_that_a_firm_wins() -> None:
    here = local_industry(open_access=64.0)
    p = parameters(
        customer_base=True, first_customers=0.5, variety_elasticity=3.0, customer_bound=0.1, largest_size=2.0
    )
    assert customer_base.most_won(industry(), p) == 0.1
    assert customer_base.most_won(industry(carried=50.0), p) == 0.04
    assert newcomers.hoped_orders(2.0, here, industry(sales=20.0), p) == exactly(1.0)  # .1 x 20 / 2 of 4
    assert newcomers.hoped_orders(2.0, here, industry(sales=20.0, carried=50.0), p) == exactly(0.4)


@pytest.mark.parametrize(
    ("scale_at", "elasticity", "limit", "expected"),
    [
        (0.0, 0.1, 2.0, 5.0),  # 4 orders over .8
        (5.0, 0.1, 2.0, 5.0),
        # g = .1 x 5 = .5: K = 5 (5/20)^(.5/.5) = 1.25, at which pi = 16^.1 and 5 pi^-5 = 1.25
        (20.0, 0.1, 2.0, 1.25),
        (20.0, 0.1, 1.1, 5.0 * 1.1**-5),  # no more than the limit
        (20.0, 0.2, 2.0, 5.0 / 32.0),  # g = 1: as small as the limit lets it be
    ],
)
def test_a_newcomer_builds_for_the_orders_it_hopes_for(
    scale_at: float, elasticity: float, limit: float, expected: float
) -> None:
    p = parameters(
        customer_base=True, first_customers=1.0, normal_utilisation=0.8, entrant_gap=0.0, scale_cost_limit=limit,
        variety_elasticity=5.0,
    )  # fmt: skip
    here = local_industry(open_access=4.0, full_cost_price=1.0)
    young = industry(efficient_capacity=scale_at, scale_elasticity=elasticity, sales=1e3, available=1.0)
    assert newcomers.newcomer_capacity(here, young, p) == exactly(expected)
    behind = parameters(
        customer_base=True, first_customers=1.0, normal_utilisation=0.8, entrant_gap=0.1, variety_elasticity=5.0,
        capacity_response=0.5,
    )  # fmt: skip
    assert newcomers.newcomer_capacity(here, industry(sales=1e3, available=1.0), behind) == exactly(
        5.0 * math.exp(-0.25)
    )


@pytest.mark.parametrize(
    ("columns", "access", "margin", "capacity"),
    [
        ({"sales": 9.0, "available": 1.0}, 0.0, -1.0, 2.0),  # nobody buys
        ({"sales": 0.0, "available": 1.0}, 5.0, 0.07, 2.0), ({"sales": 9.0, "available": 0.9}, 5.0, 0.07, 2.0),
    ],
)  # fmt: skip
def test_where_demand_is_still_to_come_founders_expect_the_usual(
    columns: dict[str, float], access: float, margin: float, capacity: float
) -> None:
    p = parameters(newcomer_normal=0.07, entrant_size=0.25, prospect_floor=-1.0, customer_base=True)
    here, young = local_industry(open_access=access, full_cost_price=1.0), industry(mean_capacity=8.0, **columns)
    assert newcomers.waits_for_supply(young) == (margin > 0.0)
    assert newcomers.newcomer_capacity(here, young, p) == capacity
    assert newcomers.newcomer_margin(here, young, 1.0, p) == margin


def test_what_a_newcomers_unit_costs() -> None:
    p = parameters(entrant_gap=0.1, scale_cost_limit=3.0)
    here = industry(efficient_capacity=16.0, scale_elasticity=0.5)
    for capacity, expected in ((16.0, 1.0), (4.0, 2.0), (1.0, 3.0), (0.0, 1.0)):
        assert newcomers.newcomer_cost(capacity, here, p) == exactly(expected * math.exp(0.1))


def test_margin_that_a_newcomer_expects() -> None:
    p = parameters(
        customer_base=True, first_customers=0.5, variety_elasticity=5.0, entrant_gap=0.0, efficient_scale=True,
        overhead=1.0, overhead_fixed=0.0, prospect_floor=-1.0,
    )  # fmt: skip
    young = industry(crowding=0.8, research_intensity=0.03, mean_capacity=10.0, sales=1e3, available=1.0)
    here = local_industry(open_access=25.0, full_cost_price=1.0, newcomer_capacity=5.0)
    # Sales .5 x 25 x .8 = 10; overhead 2 x 5/10 = 1
    assert newcomers.newcomer_margin(here, young, 2.0, p) == exactly(0.2 - 0.03 - 0.1)
    here.open_access = 1.0
    assert newcomers.newcomer_margin(here, young, 2.0, p) == -1.0, "sales do not pay for overhead"


def test_founders_reckon_with_every_place_and_entry_follows() -> None:
    p = parameters(
        entry_by_earnings=True, newcomer_rate=0.1, newcomer_response=5.0, newcomer_normal=0.06, profit_pull=0.0,
        entry_margin_bound=0.1, entry_base=10.0, customer_base=True,
    )  # fmt: skip
    regions, industries = (
        some(REGION, 2, population=[0.25, 0.75], wage=1.0),
        some(INDUSTRY, 1, crowding=1.0, opened=True, sales=900.0, available=1.0),
    )
    here = some(LOCAL_INDUSTRY, 2, 1, open_access=[[30.0], [60.0]], full_cost_price=1.0)
    newcomers.reckon_all(regions, industries, here, p)
    for place in here[:, 0]:
        assert place.newcomer_capacity == newcomers.newcomer_capacity(place, industries[0], p)
        assert place.newcomer_margin == newcomers.newcomer_margin(place, industries[0], 1.0, p)
        assert entry.prospect_of(place, industries[0], 1.0, p) == place.newcomer_margin
        plain = parameters(customer_base=True)
        assert entry.prospect_of(place, industries[0], 1.0, plain) == entry.expected_margin(
            place, industries[0], 1.0, plain
        )
    here.prospect = [[0.02], [0.14]]
    entry.expect_founders(regions, industries, here, p)
    assert industries[0].newcomer_margin == exactly(0.25 * 0.02 + 0.75 * 0.14)
    # .1 x 50 firms carried x exp(5 (.11 - .06)); at least ten firms count, and the margin by .1 at most
    assert entry.entrants_expected(industry(carried=50.0, firms=9, newcomer_margin=0.11), p) == exactly(5.0 * E**0.25)
    assert entry.entrants_expected(industry(carried=5.0, newcomer_margin=0.5), p) == exactly(E**0.5)


def test_a_better_newcomer_builds_more() -> None:
    p = parameters(capacity_response=0.5, variety_elasticity=5.0, entrant_gap=0.1, leader_size=8.0, entrant_size=0.5)
    here, young = local_industry(newcomer_capacity=3.0), industry(mean_productivity=1.0, mean_appeal=2.0)
    assert founding.hoped_capacity(0.9, 1.0, here, young, p) == exactly(3.0)  # a usual one
    assert founding.hoped_capacity(1.3, 1.0, here, young, p) == exactly(3.0 * E)  # .4 better: e^(2.5 x .4)
    assert founding.hoped_capacity(0.9, 8.0, here, young, p) == exactly(24.0)


# -- incumbents ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "weight", "expected"),
    [
        ({"age": 5, "sales": 16.0}, 0.0, 1.0), ({"age": 5, "sales": 16.0}, 0.5, 4.0),
        ({"age": 4, "sales": 16.0}, 0.0, 0.0), ({"age": 9, "sales": 0.0}, 0.0, 0.0),
        ({"age": 9, "sales": 1.0, "living": False}, 0.0, 0.0),
    ],
)  # fmt: skip
def test_who_counts_as_an_incumbent(columns: dict[str, float], weight: float, expected: float) -> None:
    p = parameters(incumbent_age=5.0, incumbent_weight=weight)
    assert incumbents.weight_as_incumbent(firm(**columns), p) == exactly(expected)


def test_newcomers_are_measured_by_incumbents() -> None:
    firms = some(
        FIRM, 4, living=True, age=[9, 9, 0, 0], industry=[0, 0, 0, 1], sales=[1.0, 9.0, 5.0, 5.0],
        productivity=[1.0, E, 0.1, 0.1],
    )  # fmt: skip
    industries = some(INDUSTRY, 2, mean_productivity=-7.0)
    incumbents.mean_of_incumbents(firms, industries, np.zeros((2, 2)), parameters())
    assert industries.mean_productivity.tolist() == exactly([0.5, -7.0])
    incumbents.mean_of_incumbents(firms, industries, np.zeros((2, 2)), parameters(incumbent_weight=1.0))
    assert industries[0].mean_productivity == exactly(0.9)


def test_leads_fade_and_lags_do_not() -> None:
    p = parameters(fading_leads=True, lead_fade=0.05)
    assert innovation.fall_back(firm(productivity=E), 0.0, p) == exactly(-0.05)
    assert innovation.fall_back(firm(productivity=1.0 / E), 0.0, p) == 0.0
    assert innovation.fall_back(firm(productivity=E), 0.0, parameters()) == 0.0
