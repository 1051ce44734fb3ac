"""The professional market: where suppliers are many, finding one costs little."""

from __future__ import annotations

import numpy as np
import pytest

from sim.kernel.state_hash import hash_present
from sim.model import schedule
from sim.model.rules import production, professional_market
from tests.model.rules.worlds import chain_world, parameters


@pytest.mark.parametrize(
    ("firms", "mean", "expected"),
    [
        (0, 5.0, 0.04),
        # as many as the mean region has: half of it; three times as many: a quarter
        (5, 5.0, 0.02),
        (15, 5.0, 0.01),
        (0, 0.0, 0.04),
    ],
)
def test_cost_of_search(firms: int, mean: float, expected: float) -> None:
    p = parameters(search_markup=0.04, search_half=1.0)
    assert professional_market.search_cost(firms, mean, p) == pytest.approx(expected)


def test_search_makes_inputs_dearer_by_their_share_in_cost() -> None:
    world = chain_world(firms=60, search_markup=0.1)
    production.price_inputs(world.local_industries, world.input_shares)
    before = np.asarray(world.local_industries.input_price).copy()
    professional_market.price_matching(world)
    production.price_inputs(world.local_industries, world.input_shares)
    ratio = np.asarray(world.local_industries.input_price) / before
    # Goods buy parts at 30 % of cost; parts buy nothing.
    assert ratio[:, 0] == pytest.approx(np.ones(4))
    assert ratio[:, 1] == pytest.approx((1.0 + np.asarray(world.local_industries.search_cost[:, 0])) ** 0.3)
    assert np.argmin(ratio[:, 1]) == np.argmax(world.local_industries.firms[:, 0])


def test_off_search_costs_nothing_and_its_parameters_do_not_matter() -> None:
    worlds = [chain_world(firms=30, professional_market=False, search_markup=markup) for markup in (0.0, 0.4)]
    for world in worlds:
        for _ in range(3):
            schedule.step(world)
    assert hash_present(worlds[0]) == hash_present(worlds[1])
    assert not worlds[0].local_industries.search_cost.any()
