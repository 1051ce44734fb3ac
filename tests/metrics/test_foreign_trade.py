"""What is said of foreign trade: by hand, and on a nation that trades and one that does not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.kernel.declare import parameter_record
from sim.kernel.world import World
from sim.metrics import measure
from sim.metrics.foreign_trade import export_position
from tests.metrics.conftest import bare_world


@pytest.fixture
def trading() -> World:
    """Two regions and two industries that sell abroad."""
    world = bare_world(2, 2)
    world.p = parameter_record({}, {"open_economy": True})
    here = world.local_industries
    here["sales"] = [[40.0, 10.0], [20.0, 30.0]]
    here["exports"] = [[8.0, 1.0], [1.0, 0.0]]
    here["imports"] = [[2.0, 3.0], [4.0, 1.0]]
    world.exchange, world.barter = 1.25, 1.5
    return world


def test_trade_by_hand(trading: World) -> None:
    found = measure(
        trading,
        ["exports", "imports", "exchange_rate", "terms_of_trade", "industry_export_share", "region_export_share",
         "local_industry_export_share"],
    )  # fmt: skip
    assert found["exports"] == pytest.approx(0.1)  # of 100
    assert found["imports"] == pytest.approx(0.1)
    assert (found["exchange_rate"], found["terms_of_trade"]) == pytest.approx((1.25, 1.2))
    assert np.asarray(found["industry_export_share"]).tolist() == pytest.approx([0.15, 0.025])
    assert np.asarray(found["region_export_share"]).tolist() == pytest.approx([0.18, 0.02])
    assert np.asarray(found["local_industry_export_share"]).tolist() == [pytest.approx([0.2, 0.1]), [0.05, 0.0]]


def test_where_the_world_buys(trading: World) -> None:
    share, relative = export_position(trading)
    assert share.tolist() == [pytest.approx([8 / 9, 1.0]), pytest.approx([1 / 9, 0.0])]
    assert relative.tolist() == [
        pytest.approx([2.0, 1.0]),
        pytest.approx([0.5, 0.0]),
    ]  # nation: .1


def test_a_nation_that_sells_nothing_abroad_has_no_terms_of_trade(trading: World) -> None:
    trading.p = parameter_record({}, {"open_economy": False})
    found = measure(trading, ["exchange_rate", "terms_of_trade"])
    assert all(math.isnan(float(value)) for value in found.values())
