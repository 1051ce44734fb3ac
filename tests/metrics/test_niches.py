"""What is said of niches: by hand, and of a nation without them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.kernel.declare import parameter_record
from sim.metrics import measure
from tests.metrics.conftest import bare_world
from tests.model.rules.worlds import some_firms

NAMES = ["niches", "industry_niches", "crowded_share", "margin_alone", "margin_crowded", "copying_share"]


def test_niches_by_hand() -> None:
    world = bare_world(1, 2)
    world.p, world.year = parameter_record({}, {"niches": True}), 9
    world.firms_table.extend(5)[...] = some_firms(
        5, industry=[0, 0, 0, 1, 1], niche=[1, 1, 3, 4, 4], price=2.0, unit_cost=[1.5, 1.6, 1.0, 1.7, 1.0],
        sales=[1.0, 1.0, 1.0, 1.0, 0.0], born=[9, 9, 9, 1, 1], copied=[False, True, True, False, True],
    )  # fmt: skip
    found = measure(world, NAMES)
    assert found["niches"] == 3.0
    assert np.asarray(found["industry_niches"]).tolist() == [2.0, 1.0]
    assert found["crowded_share"] == 0.8
    assert found["margin_alone"] == 0.5
    assert found["margin_crowded"] == pytest.approx((0.25 + 0.2 + 0.15) / 3), "who sells nothing has no margin"
    assert found["copying_share"] == pytest.approx(2 / 3)


def test_without_niches_nothing_is_said_of_them() -> None:
    world = bare_world(1, 2)
    world.p = parameter_record({}, {})
    world.firms_table.extend(2)[...] = some_firms(2, price=2.0, unit_cost=1.0, sales=1.0)
    found = measure(world, NAMES)
    assert all(math.isnan(float(found[name])) for name in NAMES if name != "industry_niches" and "margin" not in name)
    assert np.isnan(found["industry_niches"]).all()
    assert math.isnan(found["margin_alone"])
    assert math.isnan(found["margin_crowded"])
