"""A supplier's shortage reaches customers within the year: the estimator by hand, the direction in a small world."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.studies.derived.pass_through import BAND, PassThrough, gap_within, mean_ratio, strike_one
from tests.small_world import scenario


def test_treated_firms_are_compared_within_their_industry() -> None:
    change = np.array([-0.3, -0.1, 0.0, -0.5, 0.1, -0.9])
    treated = np.array([True, True, False, True, False, True])
    control = np.array([False, False, True, False, True, False])
    group = np.array([0, 0, 0, 1, 1, 2])
    # Industry 0: -.2 less 0, two firms; industry 1: -.5 less .1, one firm; industry 2 has no controls.
    count, gap = gap_within(change, treated, control, group)
    assert count == 3
    assert gap == pytest.approx((2 * -0.2 + -0.6) / 3)
    assert math.isnan(gap_within(change, ~treated & False, control, group)[1])


def test_the_ratio_is_over_means() -> None:
    one, other = PassThrough(3, -0.1, -0.5), PassThrough(9, -0.3, -0.3)
    assert one.ratio == pytest.approx(0.2)
    assert mean_ratio([one, other]) == pytest.approx(0.2 / 0.4)
    assert math.isnan(PassThrough(0, 0.0, 0.0).ratio)


def test_a_shortage_reaches_customers_in_its_year_and_the_more_the_more_specific_inputs_are() -> None:
    told = [
        strike_one(scenario("population.firms=600", *also), 2)
        for also in (("mechanisms.specific_inputs=false",), ("parameters.input_specificity=1",))
    ]
    usual, specific = told
    assert min(usual.customers, specific.customers) >= 10
    assert usual.supplier_change < -0.3
    assert 0.0 < usual.ratio < BAND[0]
    assert specific.ratio > 1.5 * usual.ratio
    assert specific.ratio < 0.8


def test_without_a_disaster_nothing_changes() -> None:
    calm = strike_one(scenario("population.firms=300"), 2, strength=0.0)
    assert calm.customer_change == 0.0
    assert calm.supplier_change == 0.0
