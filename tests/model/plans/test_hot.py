"""What planners take for hot, by hand, and how many regions copy it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.model import schedule
from sim.model.opening import build_world, treat
from sim.model.plans import planning
from sim.model.plans.hot import MEANINGS, standardised
from sim.scenario.reading import load_scenario
from tests.small_world import present


def score(name: str, world: object) -> np.ndarray:
    """Scores of one meaning, shape (S,)."""
    return MEANINGS[name].function(world)  # type: ignore[arg-type]


def test_standardised_values_have_mean_zero_and_deviation_one() -> None:
    assert standardised(np.array([1.0, 2.0, 3.0, 6.0])) == pytest.approx(
        np.array([-2.0, -1.0, 0.0, 3.0]) / np.sqrt(3.5)
    )
    assert standardised(np.full(3, 7.0)).tolist() == [0.0, 0.0, 0.0]


def test_the_centre_names_what_grows_and_does_research() -> None:
    world = present()
    world.industries.growth[:] = 0.0
    world.industries.growth[2] = 0.05
    world.industries.research_intensity[:] = 0.02
    found = score("named", world)
    assert int(np.argmax(found)) == 2
    # One of eight: (1 - 1/8) / sqrt(1/8 x 7/8) = 7^.5.
    assert found[2] == pytest.approx(7.0**0.5)
    world.industries.margin[:] = np.linspace(-0.5, 0.5, 8)
    assert score("named", world) == pytest.approx(found), "margins are another meaning"


def test_planners_judge_growth_research_and_margins_together() -> None:
    world = present("parameters.hot_margin_weight=0.5")
    world.industries.growth[:] = 0.0
    world.industries.research_intensity[:] = 0.02
    world.industries.margin[:] = [0.1, 0.4, 5.0, -5.0, 0.0, 0.0, 0.0, 0.0]
    expected = 0.5 * standardised(np.array([0.1, 0.3, 0.3, -0.3, 0.0, 0.0, 0.0, 0.0]))
    assert score("judged", world) == pytest.approx(expected)


def test_winners_have_grown_since_the_last_renewal() -> None:
    world = present()
    world.industries.planned_sales[:] = 10.0
    world.industries.planned_sales[3] = 0.0
    world.industries.sales[:] = 10.0 * np.exp(np.arange(8) / 10.0)
    expected = np.arange(8) / 10.0
    expected[3] = 0.0
    assert score("winners", world) == pytest.approx(expected)


def test_sales_of_the_last_renewal_are_kept() -> None:
    world = present("plan.layout=duplicated", "plan.every=5")
    world.industries.planned_sales[:] = -1.0
    planning.renew_plans(world)
    if (world.year - world.plan.start) % 5 == 0:
        assert world.industries.planned_sales == pytest.approx(world.industries.sales)
    else:
        assert (world.industries.planned_sales == -1.0).all()
        world.plan = replace(world.plan, start=world.year)
        planning.renew_plans(world)
        assert world.industries.planned_sales == pytest.approx(world.industries.sales)


def test_leaders_are_the_regions_of_the_highest_income_a_head() -> None:
    world = present("parameters.leading_regions=0.3")
    count = len(world.regions)
    world.regions.population[:] = 1.0 / count
    world.regions.income[:] = 1.0
    world.regions.income[[1, 4]] = [5.0, 7.0]
    leading = [1, 4][: max(1, round(0.3 * count))] if round(0.3 * count) != 1 else [4]
    world.local_industries.capacity[:] = 1.0
    world.local_industries.capacity[leading[-1], 6] = 1.0 + count
    found = score("leaders", world)
    others = [industry for industry in range(8) if industry != 6]
    assert found[others] == pytest.approx(np.full(7, np.log(2.0))), "a location quotient of 1"
    capacity = world.local_industries.capacity[:, 6]
    quotient = capacity[leading].sum() / capacity.sum() * count / len(leading)
    assert found[6] == pytest.approx(np.log1p(quotient))


def test_announced_demand_counts_growth_and_not_what_rivals_build() -> None:
    world = present("plan.every=4")
    world.p.normal_utilisation = 0.5
    world.industries.demand[:], world.industries.capacity[:] = 3.0, 6.0
    world.industries.growth[:] = 0.0
    world.industries.growth[5] = 0.25
    world.industries.coming[:] = 1e9
    expected = np.zeros(8)
    expected[5] = 1.0
    assert score("announced", world) == pytest.approx(expected)
    world.industries.opened[5] = False
    assert score("announced", world)[5] == pytest.approx(0.0)


def test_margins_beyond_the_bound_look_no_hotter() -> None:
    world = present()
    world.industries.margin[:] = [0.1, 0.4, 5.0, -5.0, 0.0, 0.0, 0.0, 0.0]
    assert score("margins", world) == pytest.approx([0.1, 0.3, 0.3, -0.3, 0.0, 0.0, 0.0, 0.0])


@pytest.mark.parametrize("name", sorted(MEANINGS))
def test_every_meaning_ranks_all_industries_and_says_where_it_is_from(name: str) -> None:
    world = present("plan.layout=duplicated", f"plan.hot_by={name}", "plan.hot=[]")
    assert world.plan.hot_by == name
    assert planning.hotness(world, world.plan) == pytest.approx(standardised(score(name, world)))
    assert MEANINGS[name].source and MEANINGS[name].help


def test_a_scenario_may_name_every_meaning_and_no_other() -> None:
    for name in MEANINGS:
        assert load_scenario("base", [f"plan.hot_by={name}"]).plan.hot_by == name
    with pytest.raises(Exception, match="hot_by"):
        load_scenario("base", ["plan.hot_by=lucky"])


def test_a_region_that_leaves_an_industry_out_ranks_it_last_and_always_the_same() -> None:
    hot = np.arange(8.0)
    world = present("parameters.hot_naming=0.5")
    seen = planning.hot_list(world, hot)
    left_out = seen != hot
    assert 0.2 < left_out[:, 1:].mean() < 0.8
    assert (seen[left_out] == 0.0).all()
    world.year += 5
    assert (planning.hot_list(world, hot) == seen).all()
    for naming, share in ((0.0, 0.0), (1.0, 1.0)):
        world.p.hot_naming = naming
        assert ((planning.hot_list(world, hot) == hot)[:, 1:].mean()) == share


@pytest.mark.slow
def test_as_many_provinces_name_the_same_industries_as_plans_of_2021() -> None:
    """28, 26 and 24 of 31 provincial plans name the three leading fields (ANBOUND)."""
    named = []
    for seed in range(8):
        small = [
            "population.firms=200",
            "population.institutes=5",
            "plan.layout=duplicated",
        ]
        scenario = load_scenario("china_45", small)
        world = build_world(scenario, seed)
        treat(world, scenario)
        schedule.step(world)
        listed = [world.industry_names.index(name) for name in scenario.plan.hot]
        named.append((world.local_industries.promoted[:, listed] > 0.0).sum(axis=0).mean())
    assert scenario.parameters["hot_naming"] == pytest.approx((28 + 26 + 24) / (3 * 31), abs=5e-4)
    # Three standard errors of the mean of 8 x 93 draws, in provinces.
    assert abs(np.mean(named) - 26.0) < 3.0 * 31.0 * (0.839 * 0.161 / (8.0 * 93.0)) ** 0.5
