"""Exits by hand: who closes, who is taken over, and where plants go."""

from __future__ import annotations

import numpy as np
import pytest

from sim.kernel.draws import Luck, Purpose, draw
from sim.kernel.world import FIRM, INDUSTRY, ExitCause
from sim.model.rules import production, takeover, used_plants, viability
from tests.model.by_hand.records import E, firm, industry, some
from tests.model.rules.worlds import parameters

exactly = pytest.approx


@pytest.mark.parametrize(("sales", "earned", "expected"), [(10.0, 4.0, 0.3), (10.0, -40.0, -0.4), (0.0, 5.0, -0.4)])
def test_what_a_firm_expects_follows_what_it_earns(sales: float, earned: float, expected: float) -> None:
    one = firm(sales=sales, outlook=0.2)
    production.look_ahead(one, earned, parameters(outlook_speed=0.5))
    assert one.outlook == exactly(expected)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"cash": -21.0, "outlook": 0.01}, True),  # interest 1.05 a year, earnings 1
        ({"cash": -21.0, "outlook": 0.02}, False),
        ({"cash": -19.0, "outlook": -0.5}, False),  # backed by capacity: 1 x .5 x 2 x 20
        ({"cash": 0.0, "loan": 21.0, "outlook": 0.01}, True),
    ],
)
def test_a_firm_that_cannot_pay_its_interest_is_bankrupt(columns: dict[str, float], expected: bool) -> None:
    p = parameters(bankruptcy=1.0, capital_price=0.5, interest=0.05)
    assert viability.cannot_pay(firm(unit_cost=2.0, capacity=20.0, sales=100.0, **columns), p) == expected


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"age": 1, "outlook": -0.01}, 1.0),
        ({"age": 0, "outlook": -0.01}, 0.09),  # no firm is judged by its first year
        ({"age": 4}, 0.05 + 0.04 / E),
        ({"age": 0, "sales": 16.0}, 0.045),  # four typical sizes
        ({"age": 0, "margin": 0.1}, 0.09 * E**-0.5), ({"age": 0, "margin": 0.9}, 0.09 / E),
        ({"age": 0, "margin": -0.9}, 0.09 * E), ({"age": 0, "sales": 1e-9}, 0.9),
    ],
)  # fmt: skip
def test_chance_of_closing(columns: dict[str, float], expected: float) -> None:
    p = parameters(
        closing_old=0.05, closing_young=0.04, closing_years=4.0, closing_size=0.5, closing_margin=0.2,
        exit_hazard_max=0.9,
    )  # fmt: skip
    one = firm(**{"sales": 4.0, **columns})
    assert viability.closing_chance(one, industry(typical_sales=4.0), p) == exactly(expected)
    assert viability.closing_chance(firm(age=0), industry(), p) == exactly(0.09)


def test_who_is_not_viable_is_marked() -> None:
    p = parameters(closing_old=0.5, closing_young=0.0, closing_size=0.0)
    firms = some(
        FIRM, 402, id=np.arange(1, 403), age=5, sales=1.0, capacity=1.0, unit_cost=1.0, failing=-1, living=True
    )
    firms.cash[400], firms.outlook[401] = -1e6, -0.1
    viability.close_unviable(firms, some(INDUSTRY, 1, typical_sales=1.0), p, Luck(3, 7))
    assert firms.failing[400:].tolist() == [ExitCause.BANKRUPT, ExitCause.CLOSED]
    drawn = [draw(Luck(3, 7), Purpose.EXIT, one, 0) < 0.5 for one in range(1, 401)]
    np.testing.assert_array_equal(firms.failing[:400] == ExitCause.CLOSED, drawn)


@pytest.mark.parametrize(("sales", "expected"), [(8.0, True), (7.9, False), (0.0, False)])
def test_large_firms_find_new_owners(sales: float, expected: bool) -> None:
    assert takeover.is_wanted(firm(sales=sales), industry(typical_sales=2.0), parameters(takeover_size=4.0)) == expected


def test_debts_end_with_a_takeover_and_the_firm_goes_on() -> None:
    one = firm(cash=-3.0, loan=2.0, appeal=4.0, capacity=8.0, outlook=-0.2, rising=True, failing=0)
    assert takeover.change_hands(one, parameters(takeover_loss=0.25)) == exactly(5.0)
    assert (one.cash, one.loan, one.appeal, one.capacity, one.outlook) == exactly((0.0, 0.0, 3.0, 6.0, 0.0))
    assert not one.rising
    assert one.failing == -1
    rich = firm(cash=3.0, outlook=0.2)
    assert takeover.change_hands(rich, parameters()) == 0.0
    assert (rich.cash, rich.outlook) == (3.0, 0.2)


def test_only_failing_firms_change_hands() -> None:
    firms = some(FIRM, 3, sales=[9.0, 9.0, 1.0], failing=[1, -1, 1], cash=-2.0)
    debts = np.zeros(3)
    takeover.take_over(firms, some(INDUSTRY, 1, typical_sales=1.0), debts, parameters(takeover_size=4.0))
    assert debts.tolist() == [2.0, -1.0, -1.0]
    assert firms.failing.tolist() == [-1, -1, 1]


def test_a_firm_gets_part_of_its_order_at_once_and_for_less() -> None:
    p = parameters(capital_price=0.5, used_price=0.5, build_lag=2.0)
    one = firm(age=3, investment=8.0, unit_cost=2.0, capacity=10.0, building=[1.0, 9.0, 0.0, 0.0])
    assert used_plants.ordered(one, p) == exactly(8.0)
    used_plants.buy_used(one, 2.0, p)
    assert one.building.tolist() == exactly([1.0, 7.0, 0.0, 0.0])
    assert (one.capacity, one.used_outlay, one.investment) == exactly((12.0, 1.0, 7.0))
    for other in (firm(age=0, investment=8.0), firm(age=3), firm(age=3, investment=8.0, living=False)):
        assert used_plants.ordered(other, p) == 0.0


@pytest.mark.parametrize(("offered", "wanted", "expected"), [(2.0, 8.0, 0.25), (9.0, 8.0, 1.0), (2.0, 0.0, 0.0)])
def test_used_plants_meet_part_of_the_orders(offered: float, wanted: float, expected: float) -> None:
    assert used_plants.share_used(offered, wanted) == expected


def test_plants_of_closed_firms_are_sold_in_their_industry_and_the_rest_decays() -> None:
    p = parameters(capital_price=1.0, used_price=0.5, used_decay=0.25, used_share=0.5)
    firms = some(
        FIRM, 3, living=True, age=2, unit_cost=1.0, investment=[6.0, 2.0, 1.0], industry=[0, 0, 1], capacity=10.0,
        building=[[0.0, 6.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]], used_outlay=9.0,
    )  # fmt: skip
    industries = some(INDUSTRY, 2, used_plants=[4.0, 3.0])
    used_plants.sell_all(firms, industries, np.zeros(2), p)
    assert firms.capacity.tolist() == exactly([13.0, 11.0, 11.0])
    assert firms.building[:, 1].tolist() == exactly([3.0, 1.0, 0.0])
    assert firms.used_outlay.tolist() == exactly([1.5, 0.5, 0.5])
    assert firms.investment.tolist() == exactly([4.5, 1.5, 0.5])
    assert industries.used_plants.tolist() == exactly([0.0, 1.5])  # (3 - 1) x .75
    firms.failing = [-1, 1, 0]
    used_plants.offer_all(firms, industries, p)
    assert industries.used_plants.tolist() == exactly([5.5, 7.0])


def test_used_plants_hire_nobody() -> None:
    here = industry(labour_share=0.5)
    one = firm(unit_cost=2.0, output=8.0, research=3.0, investment=5.0, used_outlay=4.0)
    assert production.labour_needed(one, here, 2.0, 0.0) == exactly(6.0)  # without overhead: (8 + 3 + 1) / 2
