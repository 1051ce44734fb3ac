"""Financing by hand: who pays for plans, and to whom money comes back."""

from __future__ import annotations

from typing import Any

import pytest

from sim.kernel.world import REGION
from sim.model.rules import financing
from tests.model.by_hand.records import region, some
from tests.model.rules.worlds import parameters


def test_residents_pay_a_part_of_their_own_plan() -> None:
    p = parameters(regional_financing=True, own_share=0.5)
    # Own taxes 20 against a quarter of the nation's 40: half of the 10 beyond.
    assert financing.own_burden(20.0, 0.25, 40.0, p) == pytest.approx(5.0)
    assert financing.own_burden(4.0, 0.25, 40.0, p) == pytest.approx(-3.0)
    assert financing.own_burden(20.0, 0.25, 40.0, parameters(own_share=0.5)) == 0.0


def test_income_falls_by_own_taxes_and_rises_by_what_comes_back() -> None:
    p = parameters(regional_financing=True, own_share=1.0)
    one = region(income=33.0, savings=3.0, budget=15.0, levy=5.0, returned=2.0)
    # A share of 30 / 100: 20 - .3 x 40 = 8 of burden; 2 - .3 x 4 = .8 come back beyond its share.
    assert financing.shift(one, 100.0, 40.0, 4.0, p) == pytest.approx(7.2)


def two_regions(**columns: Any) -> Any:
    """A poor region with a large plan and a rich one with none, on 100 of consumption."""
    return some(REGION, 2, income=[40.0, 62.0], savings=[0.0, 2.0], budget=[20.0, 0.0], **columns)


def test_what_one_region_pays_others_need_not() -> None:
    regions = two_regions()
    financing.charge(regions, 100.0, parameters(regional_financing=True, own_share=0.5))
    # The first pays half of 20 - .4 x 20 = 12 more, the second as much less.
    assert regions.income.tolist() == pytest.approx([34.0, 68.0])


def test_no_region_gives_up_more_than_a_share_of_its_income() -> None:
    regions = two_regions()
    financing.charge(regions, 100.0, parameters(regional_financing=True, own_share=1.0, burden_bound=0.15))
    assert regions.income.tolist() == pytest.approx([34.0, 68.0])  # .15 x 40 of the 12


def test_what_comes_back_is_spent_where_it_comes_back() -> None:
    regions = two_regions(returned=[0.0, 10.0])
    financing.charge(regions, 100.0, parameters())
    assert regions.income.tolist() == pytest.approx([36.0, 66.0])
    assert float(regions.income.sum()) == pytest.approx(102.0)
