"""Sources of growth: exact formulas by hand, and a nation in which they add up to what is measured."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.metrics import measure
from sim.metrics.formulas import growth as formula
from sim.metrics.formulas.nested_growth import Sellers, nested_sources
from sim.metrics.growth import CAUSES, sources
from sim.model.opening import build_world
from tests.model.engine.worlds import everything_on, pass_year, small_story

OPEN = "mechanisms.open_economy=true"


def varieties(*weights: float, industry: int = 0) -> formula.Varieties:
    return formula.Varieties(np.full(len(weights), industry), np.array(weights))


def test_the_logarithmic_mean_lies_between_its_arguments() -> None:
    found = formula.logarithmic_mean(np.array([1.0, 2.0, 3.0]), np.array([math.e, 2.0, 3.0 + 1e-9]))
    assert found.tolist() == pytest.approx([math.e - 1.0, 2.0, 3.0])


def test_weights_of_stayers_make_their_mean_growth_exact() -> None:
    before, after = varieties(1.0, 2.0, 5.0), varieties(3.0, 2.0, 4.0)
    weights = formula.sato_vartia(before, after, 1)
    assert weights.sum() == pytest.approx(1.0)
    assert weights @ np.log(after.weight / before.weight) == pytest.approx(math.log(9.0 / 8.0))


def test_a_new_variety_like_the_others_is_variety_and_a_better_one_selection_too() -> None:
    stayed = varieties(1.0, 1.0), varieties(1.0, 1.0)
    number, selection = formula.turnover(stayed[0], varieties(1.0, 1.0, 1.0), stayed, 1)
    assert (number[0], selection[0]) == pytest.approx((math.log(1.5), 0.0))
    number, selection = formula.turnover(stayed[0], varieties(1.0, 1.0, 2.0), stayed, 1)
    assert (number[0], selection[0]) == pytest.approx((math.log(1.5), math.log(2.0) - math.log(1.5)))
    number, selection = formula.turnover(varieties(1.0, 1.0, 0.5), stayed[1], stayed, 1)
    # A weak one leaves: two thirds of the number, but 2 of 2.5 of what they weigh.
    assert (number[0], selection[0]) == pytest.approx((math.log(2 / 3), math.log(2 / 2.5) - math.log(2 / 3)))


def test_an_industry_without_stayers_does_not_count() -> None:
    nobody = varieties()
    number, selection = formula.turnover(varieties(1.0), varieties(2.0, 2.0), (nobody, nobody), 1)
    assert (number[0], selection[0]) == (0.0, 0.0)
    assert formula.growth_of(varieties(1.0), varieties(2.0, 2.0), nobody, 1)[0] == 0.0
    assert formula.growth_of(varieties(1.0), varieties(2.0), varieties(1.0), 1)[0] == pytest.approx(math.log(2.0))


def test_an_upstream_industry_saves_what_its_goods_cost_in_all_that_is_bought() -> None:
    demand, inputs = np.array([0.2, 0.8]), np.array([[0.0, 0.5], [0.0, 0.0]])
    assert formula.domar_weights(demand, inputs, np.zeros(2)).tolist() == pytest.approx([0.6, 0.8])
    # A quarter of downstream goods comes from abroad and needs no parts from here.
    assert formula.domar_weights(demand, inputs, np.array([0.0, 0.25])).tolist() == pytest.approx([0.5, 0.8])


def sellers(niche: list[int], appeal: list[float], productivity: list[float], industry: int = 0) -> Sellers:
    ids, told = np.array(niche), (np.array(appeal), np.array(productivity))
    return Sellers(np.full(len(niche), industry), ids, *told)


def test_a_firm_that_copies_adds_less_than_one_that_opens_a_niche() -> None:
    """With sigma 4 and eta 8 another firm in the one niche adds ln 2/(eta-1), another niche ln 2/(sigma-1)."""
    alone = sellers([1], [1.0], [1.0])
    for niches, gain in (([1, 1], math.log(2.0) / 7.0), ([1, 2], math.log(2.0) / 3.0)):
        found = nested_sources(alone, sellers(niches, [1.0, 1.0], [1.0, 1.0]), (alone, alone), 1, 4.0, 8.0)
        assert found.variety[0] == pytest.approx(gain)
        assert found.whole[0] == pytest.approx(gain)
        assert (found.selection[0], found.liking[0]) == pytest.approx((0.0, 0.0))


def test_the_best_known_firm_carries_its_niche() -> None:
    """Two firms of a niche; the better known one leaves: customers fall by theta ln A of the niche, and one of two."""
    before, stays = sellers([1, 1, 2], [4.0, 1.0, 1.0], [1.0] * 3), sellers([1, 2], [1.0, 1.0], [1.0] * 2)
    found = nested_sources(before, stays, (before.chosen(np.array([1, 2])), stays), 1, 4.0, 8.0)
    theta, rho = 4 / 7, 3 / 7
    weight = 4.0**theta * 5.0**rho
    assert found.whole[0] == pytest.approx(math.log(2.0 / (weight + 1.0)) / 3.0)
    assert found.variety[0] + found.selection[0] == pytest.approx(found.whole[0])
    assert found.variety[0] < 0.0 and found.selection[0] < 0.0 and found.liking[0] == 0.0


def test_split_of_niches_is_exact_and_is_the_plain_one_where_each_firm_has_its_own() -> None:
    luck = np.random.default_rng(4)
    for alone in (False, True):
        count = 60
        industry = luck.integers(0, 3, count)
        niche = np.arange(count) if alone else industry * 100 + luck.integers(0, 8, count)
        one = Sellers(industry, niche, luck.lognormal(0, 1, count), luck.lognormal(0, 0.3, count))
        other = Sellers(industry, niche, luck.lognormal(0, 1, count), luck.lognormal(0, 0.3, count))
        before, after, both = one.chosen(np.arange(45)), other.chosen(np.arange(10, 60)), np.arange(10, 45)
        stayed = one.chosen(both), other.chosen(both)
        found = nested_sources(before, after, stayed, 3, 4.0, 8.0)
        own = found.stayers * np.log(stayed[1].productivity / stayed[0].productivity)
        split = np.bincount(stayed[0].industry, weights=own, minlength=3) + found.liking
        assert split + found.variety + found.selection == pytest.approx(found.whole, abs=1e-12)
        if alone:
            plain = [formula.Varieties(told.industry, told.appeal * told.productivity**3) for told in (before, after)]
            same = [formula.Varieties(told.industry, told.appeal * told.productivity**3) for told in stayed]
            number, selection = formula.turnover(plain[0], plain[1], (same[0], same[1]), 3)
            assert found.variety == pytest.approx(number / 3)
            assert found.selection == pytest.approx(selection / 3)
            assert found.stayers == pytest.approx(formula.sato_vartia(same[0], same[1], 3))


@pytest.mark.parametrize(
    "story",
    [everything_on(), small_story(OPEN), small_story(OPEN, "mechanisms.niches=true", "parameters.price_speed=0.1")],
    ids=["everything", "open", "niches"],
)
def test_sources_add_up_to_measured_growth_every_year(story: object) -> None:
    world = build_world(story)
    assert sources(world) == {}
    seen: dict[str, float] = dict.fromkeys(CAUSES, 0.0)
    for _ in range(story.years.burn_in + story.years.treatment):
        pass_year(world, story)
        found = sources(world)
        assert sum(found[cause] for cause in CAUSES) == pytest.approx(found["measured"], abs=1e-12)
        seen = {cause: seen[cause] + abs(found[cause]) for cause in CAUSES}
    quiet = {cause for cause in CAUSES if seen[cause] < 1e-6}
    assert quiet <= {"programmes"}, "every source was at work"
    names = [f"growth_by_{cause}" for cause in CAUSES]
    taken = measure(world, ["growth", *names])
    assert taken["growth"] == pytest.approx(sum(taken[name] for name in names), abs=1e-12)


def test_without_sources_there_is_no_growth() -> None:
    firms = ("entry", "spin_offs", "exit", "demand_shocks", "relocation")
    off = (
        "innovation", "diffusion", "fading_leads", "learning", "anchoring", "customer_base", "viability", "takeovers",
        *firms,
    )  # fmt: skip
    story = small_story(
        OPEN, *(f"mechanisms.{name}=false" for name in off), "plan.budget=0", "neutral.budget=0",
        "parameters.world_progress=0", "parameters.world_convergence=0", "parameters.wage_adjustment=0",
    )  # fmt: skip
    world = build_world(story)
    for _ in range(3):
        pass_year(world, story)
        found = sources(world)
        for cause in CAUSES[:-1]:
            assert found[cause] == pytest.approx(0.0, abs=1e-12), cause
        # The exchange rate still moves with prices: what it does to imports is all there is.
        assert found["measured"] == pytest.approx(found["imports"], abs=1e-12)
        assert abs(found["imports"]) < 0.01
    closed = story.model_copy(update={"mechanisms": {**story.mechanisms, "open_economy": False}})
    world = build_world(closed)
    for _ in range(2):
        pass_year(world, closed)
        assert sources(world)["measured"] == pytest.approx(0.0, abs=1e-12)
