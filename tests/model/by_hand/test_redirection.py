"""Redirection by hand: who accepts what, where orders go that find no goods, and what is left for next year."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.kernel.contract_index import Promises, stages_of
from sim.kernel.world import FIRM, INDUSTRY, LINK, LOCAL_INDUSTRY, REGION, Nation, Tie
from sim.model.rules import capacity, delivery, market, redirection
from tests.model.by_hand import records
from tests.model.by_hand.records import some
from tests.model.rules.worlds import a_nation, a_reach, contracts_in_order, parameters


def test_a_pass_of_the_market_begins_with_no_order_under_contract() -> None:
    """What a former pass booked, refused and kept is forgotten; what is tied and arrives is written by its readers."""
    promises = Promises(*(np.array([2.0, 0.5]) for _ in range(5)))
    market.open_promises(promises)
    assert promises.booked.tolist() == [0.0, 0.0] and promises.kept.tolist() == [0.0, 0.0]
    assert promises.accepted.tolist() == [1.0, 1.0]
    assert promises.tied.tolist() == promises.arrived.tolist() == [2.0, 0.5]


@pytest.mark.parametrize(("booked", "expected"), [(0.0, 1.0), (5.0, 1.0), (10.0, 1.0), (40.0, 0.25)])
def test_contract_orders_are_accepted_up_to_capacity(booked: float, expected: float) -> None:
    assert redirection.share_kept(records.firm(capacity=10.0), booked) == expected


@pytest.mark.parametrize(
    ("columns", "booked", "expected"),
    [
        ({"orders": 8.0, "capacity": 10.0, "planned": 8.0}, 2.0, 1.0),
        ({"orders": 14.0, "capacity": 10.0, "planned": 10.0}, 2.0, 8 / 12),
        ({"orders": 14.0, "capacity": 10.0, "planned": 5.0}, 2.0, 4 / 12),  # half is lost, of contracts, too
        ({"orders": 2.0, "capacity": 10.0, "planned": 2.0}, 2.0, 0.0),  # no open orders
        ({"orders": 5.0, "capacity": 0.0, "planned": 0.0}, 0.0, 0.0),
    ],
)
def test_open_orders_are_filled_after_contracts(columns: dict[str, float], booked: float, expected: float) -> None:
    assert redirection.share_filled(records.firm(**columns), booked) == pytest.approx(expected)


def test_capacity_that_can_be_used() -> None:
    region = some(REGION, 1, disaster=0.5, unstaffed=0.2)[0]
    assert capacity.usable_capacity(records.firm(capacity=10.0), region) == pytest.approx(10.0 * 0.5 * 0.8)


@pytest.mark.parametrize(
    ("columns", "usable", "expected"),
    [
        ({"orders": 8.0, "planned": 8.0}, 10.0, 1.0),
        ({"orders": 8.0, "planned": 7.9}, 10.0, 0.0),
        ({"orders": 9.5, "planned": 9.5}, 10.0, 0.5),  # a margin of .1: half of it is left
        ({"orders": 4.75, "planned": 4.75}, 5.0, 0.5),
        ({"orders": 10.0, "planned": 10.0}, 10.0, 0.0),
        ({}, 0.0, 0.0),
    ],
)
def test_room_is_where_all_orders_can_be_filled(columns: dict[str, float], usable: float, expected: float) -> None:
    p = parameters(room_margin=0.1)
    assert redirection.part_of_orders(records.firm(**columns), usable, p) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("unmet", "room", "expected"), [(0.2, 4.0, 0.05), (0.0, 4.0, 0.0), (0.2, 0.0, 0.0), (0.8, 0.01, 4.5)]
)
def test_what_found_no_goods_is_spread_over_firms_with_room(unmet: float, room: float, expected: float) -> None:
    assert redirection.redirected(unmet, room, 0.5, parameters(redirection_limit=10.0)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("orders", "again", "expected"),
    [(8.0, 2.0, 8.0), (13.0, 5.0, 10.0), (14.0, 0.0, 14.0)],  # within capacity; beyond it; none redirected
)
def test_a_firm_does_not_plan_for_orders_that_were_placed_with_others(
    orders: float, again: float, expected: float
) -> None:
    assert redirection.orders_seen(records.firm(orders=orders, redirected=again, capacity=10.0)) == expected


def test_importers_under_embargo_take_no_more_orders() -> None:
    assert redirection.abroad_has_room(records.industry())
    assert not redirection.abroad_has_room(records.industry(embargo=0.1))
    assert not redirection.abroad_has_room(records.industry(unpaid=0.1))


def test_more_of_few_varieties_is_worth_less_than_in_proportion() -> None:
    here = records.local_industry(extra=1.5)
    # (1 + 1.5/.5)^(1/2) - 1 with sigma 2
    assert redirection.weight_again(here, 0.5, parameters(variety_elasticity=2.0)) == pytest.approx(1.0)


def test_suppliers_that_are_asked_for_too_much_cut_all_contracts_alike() -> None:
    firms = some(FIRM, 3, living=True, industry=[1, 1, 0], capacity=[9.0, 9.0, 5.0])
    links = some(LINK, 2, tie=Tie.SUPPLY, first=[0, 1], second=[2, 2], value=[8.0, 12.0], living=True)
    here = some(LOCAL_INDUSTRY, 1, 2, spending=[[30.0, 0.0]], contracted=[[20.0, 0.0]])
    nation = a_nation(some(INDUSTRY, 2, stage=[0, 1]), here, np.zeros((2, 2)))
    promises = Promises(np.array([0.0, 0.0, 20.0]), np.ones(3), np.zeros(3), np.zeros(2), np.zeros(2))
    contracts = contracts_in_order(firms, links)
    redirection.accept_contracts(0, np.array([2]), firms, contracts, nation, promises)
    assert promises.accepted.tolist() == [1.0, 1.0, 0.25]
    assert promises.booked.tolist() == [0.0, 0.0, 5.0]
    assert contracts.value.tolist() == [2.0, 3.0]
    assert (here[0, 0].contracted, here[0, 0].spending) == (5.0, 30.0), "the rest is bought openly"


def two_sellers(**columns: float) -> tuple[Any, Nation]:
    """A full firm and one with room, each asked for 10, and their nation of one place and industry."""
    firms = some(
        FIRM, 2, living=True, appeal=10.0, price=1.0, capacity=[4.0, 12.0], supply_limit=1.0, orders=10.0,
        demand=10.0, planned=[4.0, 10.0],
    )  # fmt: skip
    here = some(LOCAL_INDUSTRY, 1, 1, price_index=20.0**-0.25, spending=20.0, demand=20.0, **columns)
    nation = a_nation(some(INDUSTRY, 1), here, np.zeros((1, 1)), regions=some(REGION, 1, shipping=1.0, landing=1.0))
    return firms, nation


def test_a_full_firm_never_sees_redirected_orders() -> None:
    firms, nation = two_sellers()
    p, here = parameters(variety_elasticity=5.0, redirection=True, imports=False), nation.local_industries[0, 0]
    reach, stages = a_reach(nation, p, firms=firms), stages_of(firms, nation.industries)
    market.redirect_orders(0, firms, stages, nation, reach, np.zeros(2), p)
    # 6 of 20 found no goods: .3 of spending over a weight of 10, on 20 of spending.
    assert here.room == 10.0
    assert here.extra == pytest.approx(0.03)
    assert firms.redirected.tolist() == pytest.approx([0.0, 6.0])
    assert firms.orders.tolist() == pytest.approx([10.0, 16.0])
    assert firms.planned.tolist() == pytest.approx([4.0, 12.0])
    assert firms.demand.tolist() == pytest.approx([10.0, 12.0]), "orders beyond capacity count where they went first"
    assert here.demand == pytest.approx(22.0)


def test_a_firm_with_room_plans_to_fill_redirected_orders_up_to_capacity() -> None:
    firms, nation = two_sellers()
    nation.regions[0].disaster = 0.25
    market.plan_again(firms[0], 6.0, nation)
    assert (firms[0].orders, firms[0].redirected, firms[0].planned) == (10.0, 0.0, 4.0), "a full firm sees none"
    firms[1].capacity, firms[1].room = 20.0, 1.0
    market.plan_again(firms[1], 6.0, nation)
    # 6 more; three quarters of 20 can be used.
    assert (firms[1].orders, firms[1].redirected, firms[1].planned) == (16.0, 6.0, 15.0)
    assert (firms[1].demand, nation.local_industries[0, 0].demand) == (16.0, 26.0)
    firms[1].supply_limit = 0.5
    assert market.output_planned(firms[1], nation) == 7.5


def test_a_firm_that_is_nearly_full_gets_part_of_redirected_orders() -> None:
    firms, nation = two_sellers()
    p, here = parameters(variety_elasticity=5.0, redirection=True, imports=False), nation.local_industries[0, 0]
    firms[1].capacity = 10.0 / 0.99
    reach, stages = a_reach(nation, p, firms=firms), stages_of(firms, nation.industries)
    market.redirect_orders(0, firms, stages, nation, reach, np.zeros(2), p)
    # A hundredth to spare is half of the margin: half the weight, and so twice the orders for a unit of it.
    assert (firms[1].room, here.room) == pytest.approx((0.5, 5.0))
    assert (here.extra, firms[1].redirected) == pytest.approx((0.06, 6.0))
    delivery.offer(firms[1], reach.weights[1], 0.0, 0.0, here, p)
    assert here.served_again == 0.0
    firms[1].output = firms[1].orders
    delivery.offer(firms[1], reach.weights[1], 0.0, 0.0, here, p)
    assert here.served_again == pytest.approx(5.0)


def test_what_comes_of_redirected_orders_adds_to_what_buyers_get() -> None:
    _, nation = two_sellers(extra=0.03, served=4.0 + 7.5, served_again=7.5, delivered_again=7.5)
    p = parameters(variety_elasticity=5.0, imports=False)
    reach = a_reach(nation, p)
    value, real, imported = redirection.receive_again(0, 0, nation, 0.0, reach, p)
    # .05 of spending for a unit of weight at first, .03 again: .03 x 7.5 = .225, with .575 of first orders .8 in all,
    # as 4 + 12 of 20.
    assert value == pytest.approx(0.225)
    assert real == pytest.approx((1.6**0.8 - 1.0) * 7.5)
    assert imported == 0.0
    value, _, imported = redirection.receive_again(0, 0, nation, 2.0, reach, p)
    assert (value, imported) == pytest.approx((0.285, 0.06))
    nation.industries[0].embargo = 0.5
    assert redirection.receive_again(0, 0, nation, 2.0, reach, p)[2] == 0.0


def test_buyers_look_at_imports_too() -> None:
    _, nation = two_sellers(served=14.0, room=10.0)
    p, here = parameters(variety_elasticity=5.0), nation.local_industries[0, 0]
    here.price_index = 25.0**-0.25  # imports weigh 5 beside 20
    reach = a_reach(nation, p)
    redirection.place_again(0, nation, np.array([5.0]), 1.0, reach, p)
    # 1 - (14 + 5)/25 = .24 over 10 + 5, on 20 of spending
    assert here.extra == pytest.approx(0.016)
    assert here.extra_access == pytest.approx(0.32)
    nation.industries[0].embargo = 0.4
    redirection.place_again(0, nation, np.array([5.0]), 0.6, reach, p)
    assert here.extra == pytest.approx((1.0 - 17.0 / 25.0) / 10.0), "under an embargo they have no room"


def test_what_consumers_cannot_spend_they_keep() -> None:
    savings = np.full(2, 9.0)
    here = some(LOCAL_INDUSTRY, 2, 2, final=[[10.0, 20.0], [5.0, 0.0]], paid_share=[[0.9, 0.5], [1.0, 0.0]])
    redirection.keep_unspent(savings, some(INDUSTRY, 2), here)
    assert savings.tolist() == pytest.approx([11.0, 0.0])
