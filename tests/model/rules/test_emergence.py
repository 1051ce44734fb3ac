"""Future industries: when they open, who enters first, and how demand for them grows."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.kernel.draws import Purpose, normal_quantile, uniform
from sim.kernel.scenario_types import Industry
from sim.kernel.world import INDUSTRY, Event, World
from sim.model import schedule
from sim.model.rules import consumption, demand, emergence
from tests.model.rules.worlds import CHAIN, chain_world, parameters

FUTURE = CHAIN | {
    "fusion": Industry(
        chain="stellar energy", stage="downstream", category="future", weight=0.3, growth=0.2, ceiling=4.0
    )
}


def with_future(opens: int = 0, **given: object) -> World:
    """A world in which one industry waits to be opened, in year `opens` or by an innovation."""
    industries = FUTURE | {"fusion": FUTURE["fusion"].model_copy(update={"opens": opens})}
    return chain_world(industries=industries, **given)


@pytest.mark.parametrize(
    ("cosine", "expected"),
    [
        (1.0, 0.02),
        # .02 x .5^4 = .02 / 16
        (0.5, 0.00125),
        (-0.5, 0.0),
    ],
)
def test_chance_to_open_falls_with_distance_in_knowledge(cosine: float, expected: float) -> None:
    knowledge = np.array([cosine, math.sqrt(1.0 - cosine * cosine), 0.0, 0.0, 0.0, 0.0])
    position = np.array([1.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    p = parameters(emergence_chance=0.02, emergence_focus=4.0)
    assert emergence.chance_to_open(knowledge, position, p) == pytest.approx(expected)


def test_the_true_ceiling_is_uncertain_and_right_on_average() -> None:
    p = parameters(ceiling_spread=0.5)
    # Median luck: 1 + 3 exp(-.125) = 3.6475; one deviation above: 1 + 3 exp(.5 - .125) = 5.3650.
    assert emergence.true_ceiling(4.0, p, 0.5) == pytest.approx(3.6475, abs=1e-4)
    assert emergence.true_ceiling(4.0, p, 0.8413447) == pytest.approx(5.3650, abs=1e-3)
    assert emergence.true_ceiling(0.0, p, 0.9) == 0.0
    lucks = (np.arange(20000) + 0.5) / 20000
    assert np.mean([emergence.true_ceiling(4.0, p, luck) for luck in lucks]) == pytest.approx(4.0, abs=0.01)


def test_ceilings_are_drawn_with_a_key_of_the_industry() -> None:
    world = with_future(seed=5, ceiling_spread=0.5)
    industry = world.industries[2]
    luck = normal_quantile(uniform(5, int(Purpose.EMERGENCE), 0, int(industry.id), 0))
    assert industry.ceiling == pytest.approx(1.0 + 3.0 * math.exp(0.5 * luck - 0.125))
    assert with_future(emergence=False).industries[2].ceiling == 4.0


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        # 4 / (1 + 3 exp(-.2 t)): 1 at the start, 2 when 3 exp(-.2 t) = 1, that is t = 5.493, and 4 in the end.
        (0.0, 0.3),
        (5.493061443, 0.6),
        (200.0, 1.2),
    ],
)
def test_demand_grows_on_a_logistic(years: float, expected: float) -> None:
    industry = INDUSTRY.empty(1)[0]
    industry.opened, industry.slump = True, 1.0
    industry.weight, industry.growth, industry.ceiling = 0.3, 0.2, 4.0
    assert demand.trend_weight(industry, years) == pytest.approx(expected)


def test_demand_cannot_run_ahead_of_the_first_firms() -> None:
    industry = INDUSTRY.empty(1)[0]
    industry.opened_year, industry.ready = 12, 0.02
    # Capacity is worth .02 of the budget, demand would take .10: 1.25 x .02 / .10 = .25 of it appears.
    assert demand.appears(industry, 0.10, parameters()) == pytest.approx(0.25)
    assert demand.appears(industry, 0.02, parameters()) == 1.0
    industry.opened_year = 0
    assert demand.appears(industry, 0.10, parameters()) == 1.0


def test_an_industry_opens_on_its_date_and_firms_enter() -> None:
    world = with_future(opens=3, emergence_chance=0.0, entry_rate=0.5)
    for _ in range(2):
        schedule.step(world)
    assert not world.industries.opened[2]
    assert float(world.local_industries.final[:, 2].sum()) == 0.0
    for _ in range(6):
        schedule.step(world)
        assert np.all(np.isfinite(world.regions.consumption))
    fusion = world.industries[2]
    assert fusion.opened and fusion.opened_year == 3
    assert fusion.firms > 0
    assert fusion.sales > 0.0
    pioneers = world.firms[world.firms.industry == 2]
    assert np.all(pioneers.capacity > 0.0)
    # What consumers spend on it is what its firms can make, and a quarter more.
    assert 0.0 < fusion.available <= 1.0


def test_the_first_firms_of_an_industry_are_like_those_of_others() -> None:
    world = with_future(opens=1, emergence_chance=0.0)
    world.year = 1
    emergence.prepare_pioneers(world)
    industries = world.industries
    for name in ("mean_productivity", "mean_capacity", "mean_appeal"):
        assert industries[name][2] == pytest.approx(industries[name][:2].mean())


def radicals(world: World) -> np.ndarray:
    """Put three firms into the event table as radical innovators; returns their rows."""
    rows = np.array([1, 4, 7])
    world.year = 9
    world.note(Event.RADICAL_INNOVATION, world.firms[rows], detail=1)
    return rows


def test_a_radical_innovation_near_it_opens_an_industry() -> None:
    world = with_future(emergence_chance=1.0, emergence_focus=1.0)
    rows = radicals(world)
    world.firms.knowledge[rows] = -world.industries.position[2]
    emergence.break_through(world)
    assert not world.industries.opened[2]
    world.firms.knowledge[rows] = world.industries.position[2]
    emergence.break_through(world)
    assert world.industries.opened[2]
    assert world.industries.opened_year[2] == 9
    told = world.events[world.events.event == Event.EMERGENCE]
    assert told.detail.tolist() == [2]
    assert told.agent[0] in world.firms.id[rows]


def test_without_the_mechanism_nothing_opens() -> None:
    world = with_future(opens=2, emergence=False, emergence_chance=1.0)
    for _ in range(4):
        schedule.step(world)
    assert not world.industries.opened[2]


def test_nobody_sells_what_is_not_made_yet_and_its_price_is_a_comparison() -> None:
    world = with_future(opens=50)
    assert float(world.local_industries.imports[:, 2].sum()) == 0.0
    made = np.asarray(world.industries.import_price[:2])
    assert float(world.industries.import_price[2]) == pytest.approx(float(made.mean()))
    consumption.rebase(world)
    reference = np.asarray(world.local_industries.reference_price)
    assert reference[:, 2] == pytest.approx(2.0 * reference[:, :2].mean(axis=1))
