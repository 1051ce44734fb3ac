"""With every policy at work at once no outcome depends on the order of rows, to the bit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from sim.kernel.scenario_types import Instrument, Scenario
from sim.kernel.world import World
from sim.model import schedule
from sim.model.opening import build_world, treat
from sim.model.policies.registry import POLICIES
from sim.runs.run import fork
from tests.model.engine.test_row_order import by_name, reordered_industries
from tests.small_world import past, scenario, shuffled

pytestmark = pytest.mark.slow
NICHES = {
    "one niche a firm": ("mechanisms.niches=false",),
    "niches": ("mechanisms.niches=true", "parameters.price_speed=0.1"),
}
with_and_without_niches = pytest.mark.parametrize("niches", NICHES)


def every_policy(niches: str) -> Scenario:
    """The small nation with every instrument at work from the fork year on."""
    programmes = tuple(Instrument(policy=name, strength=0.2, start=0) for name in sorted(POLICIES))
    return scenario(*NICHES[niches]).model_copy(update={"policies": programmes})


def years(world: World, count: int = 6) -> Iterator[World]:
    """The world after each year."""
    for _ in range(count):
        schedule.step(world)
        yield world


@with_and_without_niches
def test_agents_and_links_may_be_written_in_any_order_in_any_year(niches: str) -> None:
    straight = fork(past(*NICHES[niches]))
    mixed, spent = shuffled(straight, np.random.default_rng(6)), 0.0
    for world in (straight, mixed):
        treat(world, every_policy(niches))
    assert mixed.state_hash() == straight.state_hash(), "normalisers are taken in the fork year"
    for luck in range(6):
        mixed = shuffled(straight, np.random.default_rng(luck))
        assert mixed.state_hash() != straight.state_hash(), "the rows stand in another order"
        for world in (straight, mixed):
            schedule.step(world)
        assert mixed.state_hash() == straight.state_hash(), straight.year
        known = {straight.accounts[row] for row in straight.ledger.account}
        spent += len(known & set(POLICIES))
    assert spent > 3 * len(POLICIES), "the instruments were at work"


@with_and_without_niches
def test_industries_may_be_listed_in_any_order(niches: str) -> None:
    story = every_policy(niches)
    other = reordered_industries(story, np.random.default_rng(3).permutation(len(story.industries)))
    assert list(other.industries) != list(story.industries)
    worlds = [build_world(one, 1) for one in (story, other)]
    for world, one in zip(worlds, (story, other), strict=True):
        treat(world, one)
    for first, second in zip(years(worlds[0]), years(worlds[1]), strict=True):
        told = by_name(second)
        for name, values in by_name(first).items():
            np.testing.assert_array_equal(told[name], values, err_msg=f"{name} in year {first.year}")
