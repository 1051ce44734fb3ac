"""National learning by doing: how productivity follows experience, and what newcomers lack."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.kernel.state_hash import hash_present
from sim.kernel.world import INDUSTRY, LOCAL_INDUSTRY, Category, Origin
from sim.model import schedule
from sim.model.rules import learning, production
from tests.model.rules.worlds import CHAIN, chain_world, parameters

YOUNG = CHAIN | {"goods": CHAIN["goods"].model_copy(update={"category": "emerging"})}


def an_industry(**columns: float):
    industry = INDUSTRY.empty(1)[0]
    industry.available = 1.0
    for name, value in columns.items():
        industry[name] = value
    return industry


def test_a_doubling_of_experience_gives_the_learning_rate() -> None:
    industry = an_industry(experience=50.0, output=50.0, frontier=0.1)
    learning.learn(industry, parameters(national_learning=0.3))
    # .1 + .3 ln 2 = .30794: costs fall by 19 %, as in the learning curves of the literature.
    assert industry.frontier == pytest.approx(0.1 + 0.3 * math.log(2.0))
    assert industry.experience == 100.0


def test_the_first_year_sets_experience_by_what_demand_will_carry() -> None:
    # 4 of an output that full demand makes 4 / .2 = 20: ten years of that are 200; then ln(204/200).
    industry = an_industry(output=4.0, available=0.2)
    learning.learn(industry, parameters(national_learning=0.3, first_experience=10.0))
    assert industry.experience == pytest.approx(204.0)
    assert industry.frontier == pytest.approx(0.3 * math.log(204.0 / 200.0))


def test_without_output_nothing_is_learnt() -> None:
    industry = an_industry(experience=10.0)
    learning.learn(industry, parameters())
    assert (industry.experience, industry.frontier) == (10.0, 0.0)


@pytest.mark.parametrize(
    ("category", "everywhere", "expected"),
    [
        (Category.TRADITIONAL, 0.0, False),
        (Category.HIGH_END, 0.0, False),
        (Category.EMERGING, 0.0, True),
        (Category.FUTURE, 0.0, True),
        (Category.TRADITIONAL, 1.0, True),
    ],
)
def test_who_learns(category: Category, everywhere: float, expected: bool) -> None:
    assert learning.learns(an_industry(category=category), parameters(learning_everywhere=everywhere)) == expected


def test_what_is_learnt_lowers_unit_cost_of_everyone() -> None:
    local_industry = LOCAL_INDUSTRY.empty(1)[0]
    local_industry.input_price = 1.0
    old, new = (an_industry(labour_share=1.0, frontier=frontier) for frontier in (0.0, 0.2))
    for industry, expected in ((old, 1.5), (new, 1.5 * math.exp(-0.2))):
        factors = production.factor_cost(industry, 3.0, 1.0)
        assert production.unit_cost(2.0, factors, 0.0, industry, local_industry) == pytest.approx(expected)


def test_only_the_young_industry_learns_and_its_newcomers_lag() -> None:
    worlds = {barrier: chain_world(firms=80, industries=YOUNG, frontier_barrier=barrier) for barrier in (0.0, 1.0)}
    for world in worlds.values():
        for _ in range(8):
            schedule.step(world)
        frontier = world.industries.frontier
        assert frontier[0] == 0.0
        assert frontier[1] > 0.1
    young = {}
    for barrier, world in worlds.items():
        firms = world.firms
        fresh = (firms.industry == 1) & (firms.origin == Origin.DE_NOVO) & (firms.age <= 2)
        young[barrier] = float(np.log(firms.productivity[fresh]).mean() - world.industries.mean_productivity[1])
    assert young[1.0] < young[0.0] - 0.05


def test_off_nobody_learns_and_its_parameters_do_not_matter() -> None:
    worlds = [
        chain_world(firms=30, industries=YOUNG, learning=False, frontier_barrier=barrier, national_learning=elasticity)
        for barrier, elasticity in ((0.1, 0.2), (0.9, 0.5))
    ]
    for world in worlds:
        for _ in range(3):
            schedule.step(world)
    assert hash_present(worlds[0]) == hash_present(worlds[1])
    assert not worlds[0].industries.frontier.any()
