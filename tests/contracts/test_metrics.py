"""What every registered metric owes, new ones included unasked."""

from __future__ import annotations

import numpy as np
import pytest

import sim.metrics  # noqa: F401  (declares)
from sim.kernel.declare import METRICS
from sim.kernel.world import Tier, World
from sim.model import schedule
from tests.small_world import present, shuffled

pytestmark = pytest.mark.slow
every_metric = pytest.mark.parametrize("name", sorted(METRICS))


@pytest.fixture(scope="module")
def world() -> World:
    """Two years into a plan with a policy and a shock."""
    moved = present(
        "policies=[{policy: industrial_park}, {policy: soft_loan}]",
        "shocks=[{shock: demand_slump, industries: [chips]}]",
    )
    for _ in range(2):
        schedule.step(moved)
    return moved


@pytest.fixture(scope="module")
def other_order(world: World) -> World:
    """The same World with its rows in another order."""
    return shuffled(world, np.random.default_rng(7))


@every_metric
def test_it_has_the_shape_of_its_level(name: str, world: World) -> None:
    metric = METRICS[name]
    region_count, industry_count = world.local_industries.shape
    shape = {
        "nation": (),
        "region": (region_count,),
        "industry": (industry_count,),
        "local_industry": (region_count, industry_count),
        "tier": (len(Tier),),
    }
    value = np.asarray(metric.function(world), dtype=float)
    assert value.shape == shape[metric.level]
    assert not np.isinf(value).any()


@every_metric
def test_it_only_looks(name: str, world: World) -> None:
    before = world.state_hash()
    first = np.asarray(METRICS[name].function(world), dtype=float)
    second = np.asarray(METRICS[name].function(world), dtype=float)
    assert world.state_hash() == before
    assert np.array_equal(first, second, equal_nan=True)


@every_metric
def test_it_is_blind_to_the_order_of_rows(name: str, world: World, other_order: World) -> None:
    expected = np.asarray(METRICS[name].function(world), dtype=float)
    assert np.asarray(METRICS[name].function(other_order), dtype=float) == pytest.approx(
        expected, rel=1e-9, abs=1e-9, nan_ok=True
    )


@every_metric
def test_it_is_documented(name: str) -> None:
    metric = METRICS[name]
    assert metric.unit
    assert metric.formula
    assert metric.help
    assert metric.theme
    assert metric.source
