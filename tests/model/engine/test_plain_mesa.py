"""The plain Mesa model, written without any rule of the engine, gives the same firms the same years."""

from __future__ import annotations

import pytest

from benchmarks.plain_mesa import PlainModel, base_scenario
from benchmarks.plain_mesa.comparing import differences, same_agents
from sim.model import schedule
from sim.model.opening import build_world

NEAR = 1e-9
SMALL = ("regions.grid={rows: 2, columns: 3}", "regions.cells=2", "population.leaders=0.1", "parameters.tie_cost=0.3")
OTHERWISE = (
    "parameters.industry_elasticity=1.5", "parameters.specific_congestion=0.1", "parameters.herding=0.5",
    "parameters.suppliers_per_input=3", "parameters.build_lag=3", "industries.devices.ceiling=3.0",
    "industries.devices.growth=0.1",
)  # fmt: skip


def live_both(firms: int, seed: int, years: int, *overrides: str, story: str = "base") -> None:
    """Engine and plain model live `years` years side by side; after each all firms agree."""
    world = build_world(base_scenario(firms, *overrides, story=story), seed)
    model = PlainModel(world)
    for _ in range(years):
        schedule.step(world)
        model.step()
        assert same_agents(world, model), world.year
        found = differences(world, model)
        assert max(found.values()) < NEAR, (world.year, max(found, key=found.__getitem__), max(found.values()))
    assert len(world.events) and len(world.links), "nothing happened"


@pytest.mark.parametrize("overrides", [(), OTHERWISE], ids=["defaults", "other parameters"])
def test_six_years_of_few_firms_agree(overrides: tuple[str, ...]) -> None:
    live_both(120, 5, 6, *SMALL, *overrides)


def test_a_difference_is_told() -> None:
    world = build_world(base_scenario(60, *SMALL), 5)
    model = PlainModel(world)
    schedule.step(world)
    model.step()
    world.firms.price[7] *= 1.0 + 1e-6
    assert differences(world, model)["price"] > NEAR
    world.firms.id[3] += 2
    assert not same_agents(world, model)


@pytest.mark.long
@pytest.mark.parametrize("story", ["base", "neutral_china"])
def test_twenty_years_agree(story: str) -> None:
    live_both(1000, 1, 20, story=story)
