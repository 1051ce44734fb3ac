"""Rules of costs, prices, capacity, finance and the market for one agent, against numbers worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.kernel.contract_index import Promises
from sim.kernel.draws import Luck
from sim.kernel.world import FIRM, INDUSTRY, LINK, LOCAL_INDUSTRY, REGION, Flow, Kind, Tie
from sim.model.rules import (
    agglomeration,
    appeal,
    capacity,
    congestion,
    delivery,
    demand,
    endowments,
    finance,
    market,
    pricing,
    production,
    supply,
)
from tests.model.by_hand.records import E, cell, firm, industry, local_industry, norms, region, site, some
from tests.model.rules.worlds import a_nation, contracts_in_order, parameters


def exactly(value: Any) -> Any:
    """Equal up to rounding."""
    return pytest.approx(value, rel=1e-12, abs=1e-15)


# -- 4.1 agglomeration, 4.3 congestion -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gap", "decay", "expected"),
    [
        (0.0, 1.0, 1.0),  # (1 + 0/50)^-1
        (50.0, 1.0, 0.5),  # (1 + 1)^-1
        (50.0, 2.0, 0.25),  # (1 + 1)^-2
        (350.0, 1.0, 0.125),  # (1 + 7)^-1
    ],
)
def test_closeness(gap: float, decay: float, expected: float) -> None:
    assert agglomeration.closeness(gap, parameters(agglomeration_decay=decay)) == exactly(expected)


@pytest.mark.parametrize(
    ("own", "all_industries", "variety", "expected"),
    [
        (0.0, 0.0, 0.0, 0.0),  # nobody near: ln 1 = 0
        (10.0, 0.0, 0.0, 0.06 * math.log(2)),  # own M at its norm of 10: .03 x 2 ln(1 + 1)
        (0.0, 60.0, 0.0, 0.04 * math.log(4)),  # all M at three times its norm of 20: .02 x 2 ln(1 + 3)
        (0.0, 0.0, 1.5, 0.015),  # .01 x 1.5
        (30.0, 20.0, 1.0, 0.06 * math.log(4) + 0.04 * math.log(2) + 0.01),
    ],
)
def test_place_advantage(own: float, all_industries: float, variety: float, expected: float) -> None:
    p = parameters(localisation_elasticity=0.03, urbanisation_elasticity=0.02, related_variety=0.01)
    here = agglomeration.place_advantage(
        site(potential=own), cell(potential=all_industries), region(variety=variety),
        industry(own_potential=10.0), norms(potential=20.0), p,
    )  # fmt: skip
    assert here == exactly(expected)


@pytest.mark.parametrize(
    ("employment", "expected"),
    [(0.0, 0.0), (10.0, 2 * math.log(2)), (30.0, 4 * math.log(2))],  # at a norm of 10: 2 ln 1, 2 ln 2, 2 ln 4
)
def test_nearness_gain(employment: float, expected: float) -> None:
    assert agglomeration.nearness_gain(employment, 10.0) == exactly(expected)


def log_productivity(others: float, own: float) -> float:
    """ln Theta of a firm of `own` counted workers among `others`, in an industry whose norm is 40 workers."""
    p, sector = parameters(localisation_elasticity=0.03), industry(own_potential=40.0)
    here = site(potential=others + own)
    here.advantage = agglomeration.place_advantage(here, cell(), region(), sector, norms(potential=1.0), p)
    mine = firm(productivity=1.0, localised=others)
    mine.own_gain = agglomeration.own_gain(mine, here, sector, p)
    return math.log(production.efficiency(mine, here, local_industry(), region()))


@pytest.mark.parametrize(
    ("others", "own", "expected"),
    [
        (40.0, 0.0, 0.03),  # at the industry's mean the elasticity is the one stated
        (40.0, 500.0, 0.03),  # whatever the firm's own size
        (120.0, 5.0, 0.045),  # 2 x .03 x 120/160
        (1e-9, 5.0, 0.0),  # alone
    ],
)
def test_localisation_elasticity_is_the_stated_one_at_the_mean(others: float, own: float, expected: float) -> None:
    step = 1e-4
    above, below = (log_productivity(others * math.exp(d), own) for d in (step, -step))
    assert (above - below) / (2.0 * step) == pytest.approx(expected, rel=1e-7, abs=1e-9)


def test_a_firm_alone_gets_nothing_from_its_own_workers() -> None:
    assert log_productivity(0.0, 500.0) == exactly(0.0)
    # 30 others at a norm of 40: .03 x 2 ln(1 + 3/4), its own 90 left out.
    assert log_productivity(30.0, 90.0) == exactly(0.06 * math.log(1.75))


def test_each_industry_has_its_own_norm() -> None:
    sectors = np.zeros(4, dtype=INDUSTRY.dtype).view(np.recarray)
    sectors.opened_year = [0, 0, 3, 0]
    firms = np.zeros(6, dtype=FIRM.dtype).view(np.recarray)
    firms.industry, firms.localised = [0, 0, 1, 1, 1, 2], [10.0, 30.0, 1.0, 2.0, 9.0, 0.5]
    # Means 20 and 4; the third opened in year 3 and the fourth has no firms: mean of these, 12.
    assert agglomeration.usual_potential(firms, sectors).tolist() == [20.0, 4.0, 12.0, 12.0]
    assert agglomeration.usual_potential(firms[:0], sectors).tolist() == [1.0, 1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("density", "elasticity", "expected"),
    [
        (1.0, 0.05, 1.0),  # at the mean
        (16.0, 0.25, 2.0),  # 16^(1/4)
        (0.0, 0.5, 0.1**0.5),  # where nothing stands, .1 is taken
        (4.0, 0.0, 1.0),
    ],
)
def test_density_price(density: float, elasticity: float, expected: float) -> None:
    assert congestion.density_price(density, elasticity, parameters()) == exactly(expected)


@pytest.mark.parametrize(
    ("employment", "psi", "expected"),
    [
        (5.0, 0.3, 0.0),  # at the mean: ln 1
        (15.0, 0.3, 0.3 * math.log(3)),  # three times the mean
        (0.0, 0.3, 0.3 * math.log(0.1)),  # nobody: a tenth of the mean is taken
        (15.0, 0.0, 0.0),
    ],
)
def test_specific_shortage(employment: float, psi: float, expected: float) -> None:
    p = parameters(specific_congestion=psi)
    assert congestion.specific_shortage(employment, 5.0, p) == exactly(expected)


# -- 4.2 endowments --------------------------------------------------------------------------------------


def test_comparative_advantage_of_two_regions_and_two_industries() -> None:
    # x = 1, -1; v = 1, -1. -1/2 (x - v)^2 = [[0, -2], [-2, 0]]: row and column means -1, mean -1.
    # Less row, less column, plus mean: [[1, -1], [-1, 1]], s.d. 1, scaled to .2.
    got = endowments.comparative_advantage(np.array([[1.0], [-1.0]]), np.array([[1.0], [-1.0]]), 0.2)
    np.testing.assert_allclose(got, [[0.2, -0.2], [-0.2, 0.2]], rtol=1e-12)


def test_where_nothing_varies_nobody_has_an_advantage() -> None:
    assert not endowments.comparative_advantage(np.ones((3, 2)), np.ones((4, 2)), 0.2).any()


@pytest.mark.parametrize(
    ("capacity_here", "learnt", "expected"),
    [
        (20.0, 0.0, 0.02),  # twice the fair share of 10: .02 min(1, 2 - 1)
        (100.0, 0.1, 0.12),  # ten times: no more than for twice
        (15.0, 0.0, 0.01),  # .02 x .5
        (5.0, 0.1, 0.09),  # half: .02 x -.5
        (0.0, 0.01, 0.0),  # forgetting stops at 0: .01 - .02
    ],
)
def test_learning_by_doing(capacity_here: float, learnt: float, expected: float) -> None:
    p = parameters(place_learning=0.02)
    here = local_industry(capacity=capacity_here, learnt=learnt)
    assert endowments.learn_by_doing(here, 10.0, p) == exactly(expected)
    assert endowments.learn_by_doing(here, 0.0, p) == learnt


# -- demand ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "years", "expected"),
    [
        ({"weight": 2.0}, 10.0, 2.0),
        ({"weight": 2.0, "growth": 0.1}, 10.0, 2.0 * E),  # 2 exp(.1 x 10)
        ({"weight": 2.0, "slump": 0.5}, 0.0, 1.0),
        ({"weight": 1.0, "opened": False}, 10.0, 0.0),
        ({"weight": 3.0, "ceiling": 4.0, "growth": 0.1}, 0.0, 3.0),  # 3 x 4 / (1 + 3)
        ({"weight": 3.0, "ceiling": 4.0, "growth": 0.1}, 10.0 * math.log(3), 6.0),  # exp(-ln 3) = 1/3: 3 x 4/(1 + 1)
        ({"weight": 3.0, "ceiling": 4.0, "growth": 0.3}, 1e4, 12.0),  # at its ceiling
    ],
)
def test_trend_weight(columns: dict[str, Any], years: float, expected: float) -> None:
    assert demand.trend_weight(industry(**columns), years) == exactly(expected)


def test_income_follows_production_in_part() -> None:
    # mu .4, 100 to spend: region 1 makes 3/4 and holds 1/2 of the people: 100 (.4 x .75 + .6 x .5) = 60.
    regions = some(REGION, 2, value_added=[30.0, 10.0], population=[0.5, 0.5])
    demand.share_income(regions, 100.0, parameters(income_from_production=0.4))
    assert regions.income.tolist() == exactly([60.0, 40.0])
    demand.share_income(regions, 100.0, parameters(income_from_production=0.4, demand=False))
    assert regions.income.tolist() == exactly([50.0, 50.0])


def test_spending_between_industries_at_an_elasticity_of_two() -> None:
    # Shares 1/2 each; industry 2 has become twice as dear: its weight is 1/2 x 2^(1-2) = 1/4, so 2 : 1.
    local_industries = some(LOCAL_INDUSTRY, 1, 2, price_index=[[1.0, 2.0]], reference_price=[[1.0, 1.0]])
    regions, industries = some(REGION, 1, income=90.0), some(INDUSTRY, 2, demand_share=[0.5, 0.5])
    demand.split_spending(regions, industries, local_industries, parameters(industry_elasticity=2.0))
    assert local_industries.final[0].tolist() == exactly([60.0, 30.0])
    demand.split_spending(regions, industries, local_industries, parameters(industry_elasticity=1.0))
    assert local_industries.final[0].tolist() == exactly([45.0, 45.0])


# -- costs and prices ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind.SME, 2.0 * E**0.45),  # ln: ln 2 + .1 + .3 - .05 + .1 = ln 2 + .45
        (Kind.LEADING_FIRM, 2.0 * E**0.35),  # what it gives to others (.1) it does not take
    ],
)
def test_efficiency(kind: Kind, expected: float) -> None:
    got = production.efficiency(
        firm(productivity=2.0, kind=kind), site(advantage=0.3, anchored=0.1), local_industry(fit=0.1, congestion=0.05),
        region(advantage=0.1),
    )  # fmt: skip
    assert got == exactly(expected)


def test_unit_cost() -> None:
    # 16^.5 x 81^.25 x 2 / 3 = 4 x 3 x 2 / 3
    its_industry = industry(labour_share=0.5, land_share=0.25)
    factors, here = production.factor_cost(its_industry, 16.0, 81.0), local_industry(input_price=2.0)
    assert factors == exactly(12.0)
    assert production.unit_cost(3.0, factors, 0.0, its_industry, here) == exactly(8.0)
    # suppliers of its own that make inputs half as dear again
    assert production.unit_cost(3.0, factors, math.log(1.5), its_industry, here) == exactly(12.0)


def test_inputs_are_priced_as_a_bundle() -> None:
    # Industry 3 takes 1/2 of industry 1 at 4 and 1/2 of industry 2 at 6 x (1 + .5) = 9: 4^.5 x 9^.5 = 6.
    local_industries = some(LOCAL_INDUSTRY, 1, 3, price_index=[[4.0, 6.0, 1.0]], search_cost=[[0.0, 0.5, 0.0]])
    shares = np.zeros((3, 3))
    shares[0, 2] = shares[1, 2] = 0.5
    production.price_inputs(local_industries, shares)
    assert local_industries.input_price[0].tolist() == exactly([1.0, 1.0, 6.0])


@pytest.mark.parametrize(
    ("sigma", "expected"),
    [
        (5.0, 10.0 * 5 / 4 * 1.25),  # capital (.05 + .15) x 1 / .8 = .25
        (2.0, 10.0 * 2 * 1.25),
    ],
)
def test_full_cost_price(sigma: float, expected: float) -> None:
    p = parameters(interest=0.05, depreciation=0.15, capital_price=1.0, normal_utilisation=0.8)
    assert pricing.full_cost_price(10.0, sigma, p) == exactly(expected)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        # Orders at normal use (.8) and price at full cost: nothing moves.
        ({"demand": 80.0, "capacity": 100.0, "price": 2.0, "full_cost_price": 2.0}, 2.0),
        # .2 above normal use: + .5 x .2 = .1 in ln.
        ({"demand": 100.0, "capacity": 100.0, "price": 2.0, "full_cost_price": 2.0}, 2.0 * E**0.1),
        # Three times too many orders count as 1.5: + .5 x .7.
        ({"demand": 300.0, "capacity": 100.0, "price": 2.0, "full_cost_price": 2.0}, 2.0 * E**0.35),
        # No capacity at all counts as 1.5 too.
        ({"demand": 0.0, "capacity": 0.0, "price": 2.0, "full_cost_price": 2.0}, 2.0 * E**0.35),
        # p* four times p: 1/2 of ln 4 = ln 2 is closed.
        ({"demand": 80.0, "capacity": 100.0, "price": 2.0, "full_cost_price": 8.0}, 4.0),
        # No orders: - .5 x .8 = -.4, but never below unit cost.
        ({"demand": 0.0, "capacity": 100.0, "price": 2.0, "full_cost_price": 2.0}, 2.0 * E**-0.4),
        ({"demand": 0.0, "capacity": 100.0, "price": 2.0, "full_cost_price": 2.0, "unit_cost": 1.9}, 1.9),
    ],
)
def test_move_price(columns: dict[str, Any], expected: float) -> None:
    p = parameters(price_speed=0.5, price_anchor=0.5, normal_utilisation=0.8)
    assert pricing.move_price(firm(**columns), p) == exactly(expected)


def test_without_the_mechanism_prices_only_follow_costs() -> None:
    p = parameters(price_speed=0.5, price_anchor=0.5, normal_utilisation=0.8, pricing=False)
    asked = firm(demand=300.0, capacity=100.0, price=2.0, full_cost_price=8.0)
    assert pricing.move_price(asked, p) == exactly(4.0)


def test_accounts_of_one_year() -> None:
    p = parameters(overhead=2.0, overhead_scale=0.5, interest=0.1, depreciation=0.1, capital_price=0.5, payout=0.5)
    one = firm(
        price=4.0, output=50.0, unit_cost=2.0, capacity=60.0, input_bill=30.0, research=12.0, research_grant=2.0,
        investment=8.0, cash=-20.0, loan=10.0, sales=100.0,
    )  # fmt: skip
    production.keep_accounts(one, industry(labour_share=0.4, land_share=0.1, mean_capacity=60.0), region(wage=2.0), p)
    assert one.last_sales == 100.0
    assert one.sales == 200.0  # 4 x 50
    # own cost (.4 + .1) x 2 x 50 = 50; overhead 2 x 2 = 4; own R&D 12 - 2 = 10; capital (.1 + .1) x .5 x 2 x 60 = 12
    assert one.profit == exactly(200 - 50 - 30 - 4 - 10 - 12)
    assert one.margin == exactly(94 / 200)
    # workers: .4 x 2 x 50 / 2 = 20 in production, 2 overhead, (12 + 8)/2 = 10 in research and building
    assert one.labour == exactly(32.0)
    # cash: -20 + (200 - 50 - 30 - 4 - 10 - 8) - .1 (20 + 10) = 75; 75 <= 100 = half a year's sales, nothing is paid out
    assert one.cash == exactly(75.0)
    assert one.growth == exactly(math.log(2))


def test_what_a_firm_pays_is_added_up() -> None:
    p = parameters(overhead=2.0, overhead_scale=0.5, interest=0.1, payout=0.5, cash_reserve=0.0)
    one = firm(output=50.0, unit_cost=2.0, capacity=60.0, research=12.0, research_grant=2.0, investment=8.0)
    flows = np.ones(len(Flow))
    production.sum_outlays(one, industry(labour_share=0.4, land_share=0.1, mean_capacity=60.0), 4.0, flows)
    paid = {Flow.PRODUCTION_WAGES: 40.0, Flow.RENTS: 10.0, Flow.OVERHEAD: 4.0, Flow.RESEARCH: 12.0,
            Flow.INVESTMENT: 8.0, Flow.RESEARCH_GRANTS: 2.0}  # fmt: skip
    assert flows.tolist() == pytest.approx([1.0 + paid.get(flow, 0.0) for flow in Flow])
    owing = firm(price=4.0, output=50.0, cash=-20.0, loan=10.0)
    # .1 x 30 of interest; of -20 + 200 - 3 = 177 half is paid out
    told = production.keep_accounts(owing, industry(mean_capacity=0.0), region(wage=2.0), p)
    assert told == pytest.approx((0.0, 3.0, 88.5))


def test_overhead_of_a_small_firm() -> None:
    p = parameters(overhead=2.0, overhead_scale=0.5)
    # 2 x 3 x (25/100)^.5 = 3; a firm of the mean pays 6
    assert production.overhead_cost(firm(capacity=25.0), industry(mean_capacity=100.0), 3.0, p) == exactly(3.0)
    assert production.overhead_cost(firm(capacity=100.0), industry(mean_capacity=100.0), 3.0, p) == exactly(6.0)
    assert production.overhead_cost(firm(capacity=1.0), industry(), 3.0, p) == 0.0


def test_owners_are_paid_from_what_is_spare() -> None:
    p = parameters(overhead=0.0, interest=0.0, depreciation=0.0, payout=0.5)
    one = firm(price=1.0, output=100.0, cash=50.0)
    production.keep_accounts(one, industry(), region(wage=1.0), p)
    assert one.cash == exactly(100.0)  # 50 + 100 = 150; half of the 100 above 50 is paid out
    assert one.growth == 0.0, "there is no growth without last year's sales"


def test_a_firm_that_sells_nothing_has_the_lowest_margin() -> None:
    one = firm(unit_cost=1.0)
    production.keep_accounts(one, industry(), region(wage=1.0), parameters(overhead=1.0))
    assert one.margin == -1.0


# -- 4.5 capacity, 4.11 finance --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chi", "expected"),
    [
        (0.0, 80.0),  # last year's
        (1.0, 150.0),  # 100 + 50 coming
        (0.5, 115.0),
    ],
)
def test_expected_rivals(chi: float, expected: float) -> None:
    assert capacity.expected_rivals(
        industry(capacity=100.0, coming=50.0, last_capacity=80.0), parameters(foresight=chi)
    ) == exactly(expected)


@pytest.mark.parametrize(
    ("price", "crowding", "expected"),
    [
        (2.0, 1.0, 100.0),  # 80 / .8
        (4.0, 1.0, 400.0),  # twice the full-cost price: orders at that price would be 2^2 times as many
        (2.0, 0.5, 50.0),
    ],
)
def test_desired_capacity(price: float, crowding: float, expected: float) -> None:
    p = parameters(variety_elasticity=2.0, normal_utilisation=0.8)
    wanting = firm(demand=80.0, price=price, full_cost_price=2.0)
    assert capacity.desired_capacity(wanting, crowding, p) == exactly(expected)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        # K* = 100; kept 80 x .9^2 = 64.8; pipeline 5 + 5: .5 (100 - 64.8 - 10)
        ({"demand": 80.0, "capacity": 80.0, "building": [5.0, 5.0, 0.0, 0.0]}, 12.6),
        ({"demand": 800.0, "capacity": 80.0}, 40.0),  # at most half of what stands
        ({"demand": 8.0, "capacity": 80.0}, 0.0),  # never negative
        ({"demand": 80.0, "capacity": 80.0, "credit": 9.0}, 3.0),  # 9 of credit at 1.5 x 2 a unit
    ],
)
def test_investment(columns: dict[str, Any], expected: float) -> None:
    p = parameters(
        variety_elasticity=5.0, normal_utilisation=0.8, investment_speed=0.5, depreciation=0.1, build_lag=2,
        capital_price=1.5,
    )  # fmt: skip
    one = firm(**{"price": 1.0, "full_cost_price": 1.0, "unit_cost": 2.0, "credit": 1e300, **columns})
    assert capacity.investment(one, 1.0, p) == exactly(expected)


def test_what_is_being_built_comes_nearer() -> None:
    firms = some(FIRM, 1, capacity=100.0, building=[[8.0, 4.0, 0.0, 2.0]])
    capacity.wear_and_complete(firms, parameters(depreciation=0.1))
    assert firms[0].capacity == exactly(98.0)  # 100 x .9 + 8
    assert firms[0].building.tolist() == [4.0, 0.0, 2.0, 0.0]


def test_orders_of_capacity_are_paid_and_queue() -> None:
    p = parameters(investment_speed=1.0, depreciation=0.0, build_lag=3, capital_price=0.5, normal_utilisation=1.0)
    firms = some(
        FIRM, 3, living=[True, True, False], age=[5, 0, 5], demand=120.0, capacity=100.0, price=1.0,
        full_cost_price=1.0, unit_cost=4.0, credit=1e300,
    )  # fmt: skip
    capacity.invest_all(firms, some(INDUSTRY, 1, crowding=1.0), p)
    assert firms.building[0].tolist() == exactly([0.0, 0.0, 20.0, 0.0])  # ready after three years
    assert firms.investment.tolist() == exactly([40.0, 0.0, 0.0])  # 20 x .5 x 4; newcomers wait, the dead do not build
    capacity.invest_all(
        firms, some(INDUSTRY, 1, crowding=1.0), parameters(depreciation=0.1, build_lag=1, investment=False)
    )
    assert firms.building[0, 0] == exactly(10.0)  # switched off: only what wears out is replaced


@pytest.mark.parametrize(
    ("columns", "neighbours", "expected"),
    [
        ({"cash": 10.0}, 0, 10.0 + 12.0),  # .3 x .5 x 2 x 40 of collateral
        ({"cash": -30.0}, 0, 0.0),  # debts beyond collateral
        ({"cash": 10.0, "loan": 4.0, "credit_line": 1.0}, 0, 19.0),
        ({"cash": 0.0, "sales": 100.0}, 3, 12.0 + 6.0),  # .02 x 3 x 100
        ({"cash": 0.0, "sales": 100.0}, 30, 12.0 + 20.0),  # at most ten partners
    ],
)
def test_credit_limit(columns: dict[str, Any], neighbours: int, expected: float) -> None:
    p = parameters(collateral=0.3, trade_credit=0.02, capital_price=0.5)
    assert finance.credit_limit(firm(unit_cost=2.0, capacity=40.0, **columns), neighbours, p) == exactly(expected)


def test_trade_credit_comes_from_firms_of_the_same_region() -> None:
    firms = some(FIRM, 4, region=[0, 0, 0, 1])
    links = some(LINK, 4, tie=[Tie.FIRM, Tie.SUPPLY, Tie.FIRM, Tie.INSTITUTE], first=[0, 0, 1, 0], second=[1, 2, 3, 0])
    links.living = [True, True, True, True]
    neighbours = np.zeros(4, dtype=np.int64)
    finance.count_neighbours(firms, links, neighbours)
    # 0 works with 1 and buys from 2; 1 also with 3, far away; an institute lends nothing.
    assert neighbours.tolist() == [2, 1, 1, 0]


def test_a_squeeze_takes_its_share_of_credit() -> None:
    firms = some(FIRM, 1, cash=10.0)
    finance.limit_all(firms, np.zeros(1, dtype=np.int64), 0.25, parameters())
    assert firms[0].credit == exactly(7.5)
    finance.limit_all(firms, np.zeros(1, dtype=np.int64), 0.25, parameters(finance=False))
    assert firms[0].credit > 1e299


# -- 4.4 trade -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("distance", "crosses", "expected"),
    [
        (0.0, False, 1.0),
        (750.0, False, 2.0),  # (1 + 15)^.25
        (750.0, True, 2.2),  # and 10 % at the border
    ],
)
def test_iceberg(distance: float, crosses: bool, expected: float) -> None:
    p = parameters(distance_cost=0.25, protection=0.1)
    assert market.iceberg(distance, crosses, p) == exactly(expected)
    assert market.iceberg(distance, crosses, parameters(trade_costs=False)) == 1.0


def test_orders() -> None:
    # 3 x 2^-5 = 3/32 for each unit of market access; 3 x 2^-4 = 3/16 as a weight
    assert market.wanted_of(firm(appeal=3.0, price=2.0), parameters(variety_elasticity=5.0)) == exactly(3.0 / 32.0)
    assert market.weight_of(firm(appeal=3.0, price=2.0), parameters(variety_elasticity=5.0)) == exactly(3.0 / 16.0)


@pytest.mark.parametrize(
    ("share", "arrived", "elasticity", "expected"),
    [
        (0.5, 1.0, 0.5, 1.0),
        (0.0, 0.1, 0.5, 1.0),
        (0.5, 0.0, 0.5, 0.0),
        # nu .5: power -1, so the harmonic mean: 1/(1/2 + 1/2 x 2) = 2/3
        (0.5, 0.5, 0.5, 2 / 3),
        # nu .2: power -4: (3/4 + 1/4 x 2^4)^(-1/4)
        (0.25, 0.5, 0.2, 4.75**-0.25),
    ],
)
def test_output_allowed(share: float, arrived: float, elasticity: float, expected: float) -> None:
    assert delivery.output_allowed(share, arrived, parameters(input_elasticity=elasticity)) == exactly(expected)


@pytest.mark.parametrize(
    ("booked", "columns", "expected"),
    [
        (0.0, {"capacity": 10.0, "orders": 20.0, "output": 10.0}, 0.0),  # nothing was promised
        (8.0, {"capacity": 10.0, "orders": 20.0, "output": 10.0}, 1.0),  # promises come first
        (20.0, {"capacity": 10.0, "orders": 25.0, "output": 10.0}, 0.5),  # capacity for half of them
        (8.0, {"capacity": 10.0, "orders": 20.0, "output": 5.0}, 0.5),  # output falls short by half
        (20.0, {"capacity": 10.0, "orders": 25.0, "output": 5.0}, 0.25),  # both
    ],
)
def test_promises_are_kept_first(booked: float, columns: dict[str, Any], expected: float) -> None:
    assert delivery.keep_promises(firm(**columns), booked) == exactly(expected)


def test_inputs_are_ordered_under_contract_and_openly() -> None:
    firms = some(FIRM, 2, industry=[1, 0], unit_cost=2.0, planned=50.0, price=[1.0, 5.0])
    links = some(LINK, 1, tie=Tie.SUPPLY, first=0, second=1, share=1.0, living=True)
    local_industries, booked = some(LOCAL_INDUSTRY, 1, 2), np.zeros(2)
    shares = np.array([[0.0, 0.3], [0.0, 0.0]])
    p = parameters(contract_share=0.5)
    nation = a_nation(some(INDUSTRY, 2), local_industries, shares)
    contracts = contracts_in_order(firms, links, np.array([[-1, -1], [0, -1]]))
    market.order_inputs(0, firms, contracts, nation, np.array([1.0, 5.0]), booked, p)
    assert contracts.value.tolist() == exactly([15.0])
    # .3 x 2 x 50 = 30 in all, half under contract: 15, which is 3 goods at 5
    assert local_industries.spending[0].tolist() == exactly([30.0, 0.0])
    assert local_industries.contracted[0].tolist() == exactly([15.0, 0.0])
    assert booked.tolist() == exactly([0.0, 3.0])


def test_inputs_that_arrive_are_paid_and_bound_output() -> None:
    firms = some(FIRM, 2, industry=[1, 0], unit_cost=2.0, planned=50.0)
    links = some(LINK, 1, tie=Tie.SUPPLY, first=0, second=1, share=1.0, value=15.0, living=True)
    local_industries = some(LOCAL_INDUSTRY, 1, 2, paid_share=[[0.8, 0.0]], filled=[[0.6, 0.0]])
    shares = np.array([[0.0, 0.3], [0.0, 0.0]])
    p = parameters(contract_share=0.5, input_elasticity=0.5)
    accepted, kept = np.array([1.0, 0.5]), np.array([0.0, 0.4])
    promises = Promises(booked=np.zeros(2), accepted=accepted, kept=kept, tied=np.zeros(2), arrived=np.zeros(2))
    nation = a_nation(some(INDUSTRY, 2), local_industries, shares)
    contracts = contracts_in_order(firms, links, np.array([[-1, -1], [0, -1]]))
    allowed = delivery.take_delivery(0, firms, contracts, nation, promises, p)
    # Half of .5 under contract is accepted: .75 x .6 + .25 x .4 = .55 of 30 % of cost; harmonic mean 1/(.7 + .3/.55)
    assert allowed == exactly(1 / (0.7 + 0.3 / 0.55))
    assert firms[0].input_bill == exactly(30 * (0.75 * 0.8 + 0.25 * 0.4))
    assert local_industries[0, 0].paid == exactly(3.0)  # of which under contract: 30 x .25 x .4
    supply.note_deliveries(contracts, promises)
    assert (links[0].value, links[0].filled) == exactly((6.0, 0.2))  # of 15 accepted .4 came, of 30 asked for .2
    free = parameters(contract_share=0.5, input_elasticity=0.5, input_shortage=False)
    assert delivery.take_delivery(0, firms, contracts, nation, promises, free) == 1.0


# -- appeal ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("appeal_now", "luck", "expected"),
    [
        (2.0, 0.5, 2.0),  # the median shock is 0
        (2.0, 0.25, 2.0 * 2**-0.2),  # Laplace at 1/4: ln(1/2), times .2
        (2.0, 0.75, 2.0 * 2**0.2),
        (math.exp(8.0), 0.999, math.exp(8.0)),  # bounded
    ],
)
def test_drift_of_appeal(appeal_now: float, luck: float, expected: float) -> None:
    p = parameters(appeal_volatility=0.2, appeal_tail=1.0)
    assert appeal.drift(firm(appeal=appeal_now), p, luck) == exactly(expected)


def test_tastes_move_between_firms_and_leave_appeal_in_all_as_it_was() -> None:
    firms = some(FIRM, 4, id=[1, 2, 3, 4], industry=[0, 0, 0, 1], appeal=[1.0, 2.0, 5.0, 3.0], born=[1, 1, 9, 1], age=1)
    firms.age[2] = 0
    before, after = np.zeros(2), np.zeros(2)
    appeal.grow_older(firms, before, after, parameters(appeal_volatility=0.5, appeal_drift=0.1), Luck(7, 9))
    # The third is new: it keeps its appeal. The others lose the drift, and only that, as a whole.
    assert firms.appeal[2] == 5.0
    assert firms.appeal[0] + firms.appeal[1] == exactly(3.0 * E**-0.1)
    assert firms.appeal[0] != exactly(1.0 * E**-0.1)
    assert firms.appeal[3] == exactly(3.0 * E**-0.1)  # alone in its industry, it has nobody to lose to
    appeal.sum_appeal(firms, before)
    assert before.tolist() == exactly([firms.appeal[0] + firms.appeal[1], firms.appeal[3]])


def test_shocks_of_any_tail_have_the_variance_of_laplace() -> None:
    # ln 2 ^ 1.5 x (2 / Gamma(4))^.5, Gamma(4) = 6
    p = parameters(appeal_tail=1.5)
    assert appeal.shock(p, 0.75) == exactly(math.log(2) ** 1.5 / math.sqrt(3.0))
    assert appeal.shock(p, 0.25) == exactly(-(math.log(2) ** 1.5) / math.sqrt(3.0))
    even = (np.arange(200_000) + 0.5) / 200_000
    assert np.var([appeal.shock(p, luck) for luck in even]) == pytest.approx(2.0, rel=0.01)
