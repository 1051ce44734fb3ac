"""Support by hand: what a region's money is for, whom it reaches, how far prices follow, and what is left to spend."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.kernel.draws import Purpose, uniform
from sim.kernel.money import Mix
from sim.kernel.world import FIRM, INDUSTRY, LOCAL_INDUSTRY, REGION
from sim.model.rules import pricing, production, support
from tests.model.by_hand.records import firm, industry, local_industry, region, some
from tests.model.rules.worlds import parameters

SEED = 5
MIX = Mix(cash=0.4, tax=0.2, land=0.1, credit=0.1, entry=0.15, investment=0.05, research=0.2)
"""Of 100: research 20, and of the other 80 cash 32, tax 16, land 8, credit 8, entry 12, investment 4."""


def drawn(identity: int) -> float:
    """The number that decides for life whether the firm of that id is favoured."""
    return uniform(SEED, Purpose.SUPPORT, 0, identity, 0)


def test_support_follows_sales_profit_rents_and_capital() -> None:
    p = parameters(capital_price=0.5)
    one = firm(sales=100.0, profit=8.0, unit_cost=2.0, output=30.0, capacity=40.0)
    made = industry(land_share=0.1)
    bases = [support.support_base(one, made, kind, p) for kind in range(4)]
    assert bases == pytest.approx([100.0, 8.0, 6.0, 40.0])  # .1 x 2 x 30 rents; .5 x 2 x 40 capital
    assert support.support_base(firm(profit=-3.0), made, support.TAX, p) == 0.0


@pytest.mark.parametrize(
    ("money", "sales", "settings", "expected"),
    [
        (10.0, 100.0, {}, 0.06),
        (10.0, 100.0, {"pass_through": 0.3}, 0.03),
        (90.0, 100.0, {"pass_through_bound": 0.5}, 0.5),
        (10.0, 0.0, {}, 0.0),
    ],
)
def test_prices_follow_support_as_far_as_it_is_passed_on(
    money: float, sales: float, settings: dict[str, Any], expected: float
) -> None:
    assert support.cut_of_price(money, sales, parameters(**settings)) == pytest.approx(expected)


def test_a_supported_firm_has_a_lower_full_cost_price_and_floor() -> None:
    p = parameters(variety_elasticity=5.0, capital_price=0.5, interest=0.1, depreciation=0.1, normal_utilisation=0.8)
    firms = some(FIRM, 2, unit_cost=2.0, price_cut=[0.0, 0.2], price=1.0, capacity=1.0)
    firms.living = True
    pricing.set_full_cost_prices(firms, some(INDUSTRY, 1), some(LOCAL_INDUSTRY, 1, 1, unit_cost=2.0), p)
    # 5/4 x 2 x (1 + .2 x .5 / .8) = 2.8125, and a fifth less
    assert firms.full_cost_price.tolist() == pytest.approx([2.8125, 2.25])
    # Prices of 1 are raised to unit cost at least: 2, and 1.6 where a fifth is paid by others.
    still = parameters(price_speed=0.0, price_anchor=0.0)
    assert [pricing.move_price(one, still) for one in firms] == pytest.approx([2.0, 1.6])


def test_support_enters_profit_cash_and_value_added_and_granted_capacity_bears_no_cost() -> None:
    p = parameters(overhead=0.0, interest=0.1, depreciation=0.1, capital_price=0.5, payout=0.0)
    one = firm(price=2.0, output=50.0, unit_cost=1.0, capacity=60.0, granted=20.0, support=7.0, input_bill=10.0)
    production.keep_accounts(one, industry(labour_share=0.4), region(wage=1.0), p)
    # 100 - .4 x 50 - 10 - (.1 + .1) x .5 x (60 - 20) + 7
    assert one.profit == pytest.approx(100 - 20 - 10 - 4 + 7)
    assert one.cash == pytest.approx(100 - 20 - 10 + 7)
    here = local_industry()
    production.enter_books(one, here, industry())
    assert here.value_added == pytest.approx(97.0)
    all_granted = firm(price=2.0, output=50.0, unit_cost=1.0, capacity=60.0, granted=90.0)
    production.keep_accounts(all_granted, industry(), region(wage=1.0), p)
    assert all_granted.profit == pytest.approx(100.0)


def test_money_is_divided_by_the_mix() -> None:
    here = local_industry(firms=2, sales=10.0)
    support.divide_support(100.0, 5.0, here, MIX)
    assert here.support.tolist() == pytest.approx([32.0 + 5.0, 16.0, 8.0, 8.0])
    assert (here.research_grant, here.entry_fund, here.investment_fund) == pytest.approx((20.0, 12.0, 4.0))
    assert support.given(here) == pytest.approx(37 + 16 + 8 + 8 + 20)
    empty = local_industry(firms=0)
    support.divide_support(100.0, 5.0, empty, MIX)
    assert support.given(empty) == 0.0
    assert (empty.entry_fund, empty.investment_fund) == pytest.approx((12.0, 0.0))
    support.clear_support(here)
    assert (support.given(here), here.entry_fund, here.investment_fund) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("fund", "money"), [(0.0, 80.0), (9.0, 80.0), (-30.0, 50.0), (-90.0, 0.0)])
def test_what_was_paid_too_much_is_taken_from_this_year(fund: float, money: float) -> None:
    assert support.spendable(region(budget=100.0, spent=20.0, fund=fund)) == pytest.approx(money)


def split(promoted: list[float], firms: list[int], back: float = 0.0, **columns: float) -> tuple[Any, Any, float]:
    """A region's money divided over two industries: the region, its industries, and what goes back to consumers."""
    regions = some(REGION, 1, **{"budget": 100.0, **columns})
    here = some(LOCAL_INDUSTRY, 1, 2)
    here.promoted[0], here.firms[0], here.sales[0] = promoted, firms, [10.0 * count for count in firms]
    support.split_support(regions, here, MIX, parameters(returned_share=back))
    return regions[0], here[0], float(regions[0].returned)


def test_what_nobody_claimed_is_paid_as_cash_where_firms_stand() -> None:
    own, here, returned = split([0.75, 0.25], [1, 0], fund=6.0)
    # 75 and 25: the first gets research 15, cash 24 + 6, tax 12, land 6, credit 6, and keeps 9 + 3 ready; the second 3.
    assert here[0].support.tolist() == pytest.approx([30.0, 12.0, 6.0, 6.0])
    assert (here[0].research_grant, here[0].entry_fund, here[0].investment_fund) == pytest.approx((15.0, 9.0, 3.0))
    assert here[1].entry_fund == pytest.approx(3.0)
    assert own.fund == pytest.approx(106.0 - 69.0)
    assert returned == 0.0


def test_a_part_of_what_nobody_claimed_may_go_to_residents() -> None:
    own, here, returned = split([0.75, 0.25], [1, 0], back=0.5, fund=6.0)
    assert returned == 3.0
    assert here[0].support[support.CASH] == pytest.approx(24.0 + 3.0)
    assert own.fund == pytest.approx(106.0 - 66.0 - 3.0)


def test_what_no_firm_can_claim_goes_back_to_consumers() -> None:
    own, here, returned = split([0.75, 0.25], [0, 0], fund=6.0)
    assert returned == 6.0
    assert own.fund == pytest.approx(100.0)
    own, here, returned = split([0.75, 0.25], [1, 1], fund=6.0, budget=0.0)
    assert (returned, own.fund) == (6.0, 0.0)
    assert support.given(here[0]) == 0.0
    own, here, returned = split([0.75, 0.25], [0, 0], fund=-6.0)
    assert (returned, own.fund) == (0.0, pytest.approx(94.0))


def test_support_reaches_favoured_firms_and_tax_relief_all() -> None:
    reach = 0.5
    favoured = next(identity for identity in range(1, 99) if drawn(identity) < reach)
    others = [identity for identity in range(1, 99) if drawn(identity) >= reach][:2]
    p = parameters(support_reach=reach, pass_through=1.0, capital_price=1.0)
    firms = some(FIRM, 3, id=[favoured, *others], sales=[20.0, 30.0, 50.0], profit=[2.0, 6.0, -9.0], unit_cost=1.0,
                 output=10.0, capacity=10.0)  # fmt: skip
    made = some(INDUSTRY, 1, land_share=0.1)
    here = some(LOCAL_INDUSTRY, 1, 1, firms=3, sales=100.0, research_grant=10.0)
    here[0, 0].support[:] = [4.0, 8.0, 1.0, 3.0]
    bases = np.zeros((1, 1, 2, 4))
    support.sum_bases(firms, made, bases, SEED, p)
    assert bases[0, 0, 0].tolist() == pytest.approx([20.0, 2.0, 1.0, 10.0])
    assert bases[0, 0, 1].tolist() == pytest.approx([100.0, 8.0, 3.0, 30.0])
    support.support_firms(firms, made, here, bases, SEED, p)
    # Cash 4, land 1 and credit 3 to one firm; tax 8 by profits of 2 and 6.
    assert firms.support.tolist() == pytest.approx([4 + 1 + 3 + 2.0, 6.0, 0.0])
    assert firms.price_cut.tolist() == pytest.approx([8.0 / 20.0, 0.0, 0.0])
    assert firms.research_grant.tolist() == pytest.approx([2.0, 3.0, 5.0])
    assert firms.subsidy.tolist() == pytest.approx([12.0, 9.0, 5.0])


def test_where_nobody_is_favoured_or_earns_all_share_by_sales() -> None:
    p = parameters(support_reach=0.01)
    others = [identity for identity in range(1, 999) if not support.is_favoured(firm(id=identity), SEED, p)][:2]
    firms = some(FIRM, 2, id=others, sales=[10.0, 30.0])
    made = some(INDUSTRY, 1)
    bases = np.zeros((1, 1, 2, 4))
    support.sum_bases(firms, made, bases, SEED, p)
    for kind in range(4):
        parts = [support.share_of_support(one, made[0], kind, bases[0, 0], SEED, p) for one in firms]
        assert parts == pytest.approx([0.25, 0.75])
    assert not support.takes_support(local_industry(firms=1, sales=0.0))


def test_consumers_spend_what_the_public_does_not_hire_for() -> None:
    world: Any = SimpleNamespace(
        p=parameters(transfers=True), public_labour=4.0, wage=2.0, expenditure=100.0, consumption_budget=95.0,
        firms=some(FIRM, 2, research_grant=[1.0, 3.0]),
    )  # fmt: skip
    support.leave_to_consumers(world)
    assert world.consumption_budget == pytest.approx(100.0 - 8.0 - 4.0)
    world.p, world.consumption_budget = parameters(), 95.0
    support.leave_to_consumers(world)
    assert world.consumption_budget == 95.0
