"""Co-financing by hand: what the public pays of starts and capacity, and how many more founders that calls forth."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.kernel.world import FIRM, LOCAL_INDUSTRY, REGION
from sim.model.rules import capacity, cofinancing, founding
from tests.model.by_hand.records import birth, firm, local_industry, some
from tests.model.rules.worlds import parameters


@pytest.mark.parametrize(
    ("money", "founders", "cost", "expected"),
    [(30.0, 10.0, 10.0, 0.3), (300.0, 10.0, 10.0, 0.5), (30.0, 0.0, 10.0, 0.0), (0.0, 10.0, 10.0, 0.0)],
)
def test_the_public_pays_a_part_of_starts(money: float, founders: float, cost: float, expected: float) -> None:
    assert cofinancing.cover_of_start(money, founders, cost, parameters(entry_cover=0.5)) == pytest.approx(expected)


def test_what_a_new_firm_sells_in_its_first_year() -> None:
    p = parameters(capital_price=0.5, normal_utilisation=0.8, startup_labour=2.0)
    # Of a cost of 10, 2 x 3 are wages: 4 buy 4 / (.5 x 2) = 4 of capacity, .8 x 4 are sold at 5.
    here = local_industry(startup_cost=10.0, unit_cost=2.0, full_cost_price=5.0)
    assert cofinancing.first_sales(here, 3.0, p) == pytest.approx(16.0)


def test_relief_counts_as_a_margin() -> None:
    p = parameters(interest=0.05, startup_write_off=0.15, entry_margin_bound=0.3)
    assert cofinancing.relief(0.5, 10.0, 16.0, p) == pytest.approx(0.0625)  # .5 x 10 x .2 / 16
    assert cofinancing.relief(0.5, 10.0, 1.0, p) == 0.3
    assert cofinancing.relief(0.5, 10.0, 0.0, p) == 0.0


def test_cofinancing_calls_forth_founders_until_the_money_is_short() -> None:
    p = parameters(
        capital_price=0.5, normal_utilisation=0.8, startup_labour=2.0, interest=0.05, startup_write_off=0.15,
        entry_response=4.0, entry_cover=0.5,
    )  # fmt: skip
    here = local_industry(startup_cost=10.0, unit_cost=2.0, full_cost_price=5.0, entry_fund=10.0, founders=2.0)
    # Two founders: half of 20 is paid, a margin of .0625 more; e^(4 x .0625) = 1.284 times as many share the 10.
    cofinancing.call_forth(here, 3.0, p)
    assert here.founders == pytest.approx(2.0 * math.exp(0.25))
    assert here.cover == pytest.approx(10.0 / (here.founders * 10.0))
    here.entry_fund, here.founders = 0.0, 2.0
    cofinancing.call_forth(here, 3.0, p)
    assert (here.founders, here.cover) == (2.0, 0.0)


def test_a_founder_pays_what_the_public_does_not_and_granted_capacity_is_noted() -> None:
    p = parameters(startup_labour=1.0, capital_price=0.5, transfers=True)
    one = firm(unit_cost=2.0, capacity=8.0)
    founding.pay_start(one, birth(cover=0.25), 2.0, p)
    # 2 + .5 x 2 x 8 = 10: 2.5 are paid, and a quarter of the capacity is granted.
    assert (one.subsidy, one.investment, one.cash, one.granted) == pytest.approx((2.5, 7.5, 7.5, 2.0))
    founding.pay_start(one, birth(grant=4.0), 2.0, parameters(startup_labour=1.0, capital_price=0.5))
    assert (one.subsidy, one.investment, one.cash) == pytest.approx((4.0, 6.0, 6.0))


@pytest.mark.parametrize(
    ("money", "outlay", "expected"), [(1000.0, 70.0, 3.0 / 7.0), (7.0, 70.0, 0.1), (7.0, 0.0, 0.0)]
)
def test_the_public_pays_at_most_its_share_of_investment(money: float, outlay: float, expected: float) -> None:
    assert cofinancing.match_rate(money, outlay, parameters(investment_match=0.3)) == pytest.approx(expected)


def test_investment_is_matched_by_what_firms_spend() -> None:
    p = parameters(build_lag=2, capital_price=0.5, investment_match=0.5)
    firms = some(FIRM, 3, living=True, age=[4, 9, 0], investment=[10.0, 30.0, 99.0], unit_cost=2.0)
    here = some(LOCAL_INDUSTRY, 1, 1, investment_fund=8.0)
    assert not cofinancing.may_match(firms[2]), "a start is not matched as an investment"
    cofinancing.match_firms(firms, here, np.zeros((1, 1)), p)
    # 8 of 40: a fifth; 2 and 6 of money are 2 and 6 goods at .5 x 2.
    assert firms.subsidy.tolist() == pytest.approx([2.0, 6.0, 0.0])
    assert firms.building[:, 1].tolist() == pytest.approx([2.0, 6.0, 0.0])
    assert firms.granted_building[:, 1].tolist() == pytest.approx([2.0, 6.0, 0.0])
    assert here[0, 0].capacity_grant == pytest.approx(8.0)
    capacity.wear_and_complete(firms, parameters(depreciation=0.1))
    capacity.wear_and_complete(firms, parameters(depreciation=0.1))
    assert firms.granted.tolist() == pytest.approx([2.0, 6.0, 0.0])
    capacity.wear_and_complete(firms, parameters(depreciation=0.1))
    assert firms.granted.tolist() == pytest.approx([1.8, 5.4, 0.0])


def test_founders_everywhere_hear_of_it_by_their_regions_wage() -> None:
    p = parameters(capital_price=0.5, startup_labour=2.0, entry_cover=0.5)
    here = some(LOCAL_INDUSTRY, 2, 2, startup_cost=10.0, unit_cost=2.0, full_cost_price=5.0, founders=2.0)
    here.entry_fund[:] = [[10.0, 0.0], [10.0, 0.0]]
    cofinancing.call_forth_all(some(REGION, 2, wage=[3.0, 4.0]), here, p)
    # A dearer start buys less capacity and sells less: the same sum is more of a margin.
    assert here.founders[:, 1].tolist() == [2.0, 2.0]
    assert 2.0 < here.founders[0, 0] < here.founders[1, 0]
