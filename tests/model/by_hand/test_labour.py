"""Labour by hand: who is there when a run begins, and how wages rise within the year."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from sim.kernel.world import CELL, FIRM, INDUSTRY, REGION, Flow
from sim.model.rules import labour, production
from tests.model.by_hand.records import firm, some
from tests.model.rules.worlds import a_nation, parameters

exactly = pytest.approx


def test_a_firm_at_settled_use_just_replaces_what_wears_out() -> None:
    p = parameters(
        opening_labour=True, depreciation=0.1, build_lag=2.0, investment_speed=0.5, normal_utilisation=0.8,
        price_speed=0.0, variety_elasticity=5.0,
    )  # fmt: skip
    # K*/K = .1/.5 + .81 + .1 = 1.11, and with prices at full cost that is use / .8
    assert labour.capacity_gap(0.8 * 1.11, p) == exactly(0.0, abs=1e-12)
    assert labour.settled_use(p) == exactly(0.888)
    assert labour.settled_price(0.9, p) == 0.0
    sticky = parameters(price_speed=0.1, price_anchor=0.5, normal_utilisation=0.8)
    assert labour.settled_price(0.9, sticky) == exactly(0.02)  # .1 x .1 / .5
    assert labour.settled_price(0.9, parameters(price_anchor=0.0)) == 0.0
    assert labour.settled_use(parameters(normal_utilisation=0.8)) == 0.8, "without the mechanism"
    assert labour.settled_use(parameters(opening_labour=True, investment=False, normal_utilisation=0.8)) == 0.8
    assert labour.settled_use(parameters(opening_labour=True, normal_utilisation=1.0)) == exactly(1.0)


def test_those_who_build_and_study_are_there() -> None:
    p = parameters(depreciation=0.1, capital_price=0.5, opening_builders=1.5, build_lag=3.0)
    firms = some(FIRM, 2, unit_cost=4.0, capacity=[10.0, 20.0], sales=30.0, research_intensity=0.1, region=[0, 1])
    assert labour.replacement_labour(firms[1], 2.0, p) == exactly(2.0)  # .1 x .5 x 4 x 20 / 2
    # 1.5 x (2/1 + 4/2) + 3/1 + 3/2
    assert labour.opening_labour(firms, some(REGION, 2, wage=[1.0, 2.0]), p) == exactly(10.5)
    labour.fill_pipeline(firms, p)
    np.testing.assert_allclose(firms.building, [[1.0, 1.0, 1.0, 0.0], [2.0, 2.0, 2.0, 0.0]])


def test_money_is_another_unit() -> None:
    old, new = (
        firm(age=5, price=2.0, investment=10.0, used_outlay=4.0, cash=1.0),
        firm(age=0, investment=10.0, cash=10.0),
    )
    for one in (old, new):
        labour.revalue(one, 1.5)
    assert (old.price, old.investment, old.used_outlay, old.cash) == exactly((3.0, 15.0, 6.0, 1.0))
    assert (new.investment, new.cash) == exactly((15.0, 15.0))
    firms, regions, cells = (
        some(FIRM, 2, living=[True, False], price=1.0),
        some(REGION, 1, wage=2.0),
        some(CELL, 1, rent=3.0),
    )
    labour.revalue_all(firms, regions, cells, 1.5)
    assert (firms.price.tolist(), regions[0].wage, cells[0].rent) == ([1.5, 1.0], 3.0, 4.5)


@pytest.mark.parametrize(("excess", "expected"), [(0.05, 0.5), (0.0999, 0.2), (-0.2, 1.5)])
def test_slope_of_labour_demand(excess: float, expected: float) -> None:
    assert labour.next_slope(0.1, excess, 0.1) == exactly(expected)


def test_labour_of_all_firms() -> None:
    p = parameters(overhead_costs=False)
    firms = some(FIRM, 2, living=[True, False], research=6.0)
    nation = a_nation(some(INDUSTRY, 1), regions=some(REGION, 1, wage=2.0))
    assert production.sum_labour(firms, nation, p) == exactly(3.0)


def nation_that_wants(elasticity: float, **switches: bool) -> tuple[SimpleNamespace, list[float]]:
    """A World whose labour demand is 110 w^-elasticity against a force of 100; and the wages it has tried."""
    world = SimpleNamespace(
        p=parameters(**switches), labour_force=100.0, wage=1.0, public_labour=8.0, barter=1.0, exchange=1.0, year=3,
        firms=some(FIRM, 1, living=True, price=1.0), regions=some(REGION, 1, wage=1.0), cells=some(CELL, 1, rent=1.0),
        elasticity=elasticity, flows=np.zeros(len(Flow)), market=SimpleNamespace(standing={}),
    )  # fmt: skip
    return world, []


@pytest.mark.parametrize("elasticity", [1.0, 0.5])
def test_wages_rise_until_no_more_labour_is_wanted_than_there_is(elasticity: float) -> None:
    world, tried = nation_that_wants(elasticity, labour_clearing=True)
    world.market.standing["costs"] = "of the wages before"
    labour.clear(world, lambda one: 110.0 * one.wage**-one.elasticity, [lambda one: tried.append(one.wage)])
    assert world.wage == exactly(1.1 ** (1.0 / elasticity), rel=1e-3)
    assert world.market.standing == {}, "what followed from the wages before is worked out anew"
    assert len(tried) == (1 if elasticity == 1.0 else 2), "the second step of the secant hits a power"
    for same in (
        world.firms[0].price,
        world.regions[0].wage,
        world.cells[0].rent,
        world.barter,
        8.0 / world.public_labour,
    ):
        assert same == exactly(world.wage)


@pytest.mark.parametrize(("open_economy", "expected"), [(True, 1.25), (False, 1.0)])
def test_foreign_money_gets_as_much_dearer_where_trade_is_paid_for(open_economy: bool, expected: float) -> None:
    world, _ = nation_that_wants(1.0, open_economy=open_economy)
    labour.raise_prices(world, 1.25)
    assert world.exchange == expected
    assert (world.public_labour, world.wage, world.barter) == (6.4, 1.25, 1.25)


def test_wages_stand_where_labour_is_not_scarce_or_the_market_does_not_clear() -> None:
    for switch, wanted in ((True, 99.0), (False, 110.0)):
        world, tried = nation_that_wants(1.0, labour_clearing=switch)
        labour.clear(world, lambda _, wanted=wanted: wanted, [lambda one, tried=tried: tried.append(one.wage)])
        assert (world.wage, tried) == (1.0, [])


def test_labour_that_does_not_follow_wages_is_an_error() -> None:
    world, _ = nation_that_wants(0.0, labour_clearing=True)
    with pytest.raises(ArithmeticError, match="year 3"):
        labour.clear(world, lambda _: 101.0, [])


def test_hands_are_shared_out_where_wages_would_more_than_triple() -> None:
    """Demand of 500 (1 - unstaffed) that no wage moves: wages rise by the factor 3, then a fifth of all goes on."""
    world, tried = nation_that_wants(0.0, labour_clearing=True)
    firm = world.firms[0]
    firm.building[world.p.build_lag - 1], firm.investment, firm.used_outlay = 10.0, 7.0, 2.0
    labour.clear(
        world,
        lambda one: 500.0 * (1.0 - one.regions[0].unstaffed),
        [lambda one: tried.append(one.regions[0].unstaffed)],
    )
    assert world.wage == exactly(3.0)
    assert tried == [0.0, exactly(0.8)]
    assert firm.building[world.p.build_lag - 1] == exactly(2.0)
    assert firm.investment == exactly(6.0 + (21.0 - 6.0) * 0.2), "used plants are bought all the same"


def test_a_reserve_of_labour_does_not_work() -> None:
    world, _ = nation_that_wants(1.0, labour_clearing=True)
    world.p = parameters(labour_clearing=True, labour_reserve=0.05)
    labour.clear(world, lambda one: 100.0 / one.wage, [])
    assert math.log(world.wage) == exactly(-math.log(0.95), rel=5e-3)


def test_what_a_start_costs_more_its_owners_add() -> None:
    world, _ = nation_that_wants(1.0, labour_clearing=True)
    world.firms = some(FIRM, 2, living=True, age=[0, 4], investment=[10.0, 10.0], cash=[10.0, 1.0], price=1.0)
    labour.raise_prices(world, 1.2)
    assert world.flows[Flow.EQUITY] == exactly(2.0) and world.flows.sum() == exactly(2.0)
