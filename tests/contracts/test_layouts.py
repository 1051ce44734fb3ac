"""What every registered layout owes, new ones included unasked."""

from __future__ import annotations

import dataclasses
import inspect

import numpy as np
import pytest

from sim.kernel.state_hash import hash_present
from sim.model import schedule
from sim.model.plans import LAYOUTS, PlannerView
from sim.model.plans.planning import PlanInForce, choose, hotness, look
from tests.small_world import Year, hashes, life, past, people, present

pytestmark = pytest.mark.slow
every_layout = pytest.mark.parametrize("name", sorted(LAYOUTS))
CHOICES = "[{region: R1A, industry: chips}, {region: R2B, industry: fibres, weight: 2.0}]"


def plan(name: str, **given: object) -> str:
    """The override that puts a layout into a scenario."""
    words = {"layout": name, "budget": 0.1, "industries": 3, "every": 3, "choices": "[]", **given}
    if name == "explicit":
        words["choices"] = CHOICES
    return f"plan={{{', '.join(f'{key}: {value}' for key, value in words.items())}}}"


def planned(name: str, **given: object) -> tuple[Year, ...]:
    """Years of the small world under a layout."""
    return life(plan(name, **given))


def view(name: str, **given: object) -> PlannerView:
    """What planners see in the first year of the plan."""
    world = present(plan(name, **given))
    seen: PlanInForce = world.plan
    return look(world, seen)


def permuted(seen: PlannerView, order: np.ndarray) -> PlannerView:
    """The same with regions in another order."""
    regional = ("advantage", "relatedness", "presence", "hot", "luck", "choices")
    return dataclasses.replace(seen, **{name: getattr(seen, name)[order] for name in regional})


def shares(name: str, seen: PlannerView, imitation: float = 0.0) -> np.ndarray:
    """Shares of budgets, shape (R, S)."""
    return choose(seen, LAYOUTS[name], imitation)


@every_layout
@pytest.mark.parametrize("imitation", [0.0, 0.5, 1.0])
def test_it_splits_each_budget_once_and_only_over_open_industries(name: str, imitation: float) -> None:
    seen = dataclasses.replace(view(name), opened=np.array([True] * 7 + [False]))
    split = shares(name, seen, imitation)
    assert np.isfinite(split).all()
    assert (split >= 0.0).all()
    total = split.sum(axis=1)
    if imitation in (0.0, 1.0):
        assert np.isclose(total, 1.0).sum() + np.isclose(total, 0.0).sum() == len(total)
    assert (total < 1.0 + 1e-9).all()
    if name != "explicit":
        assert (split[:, ~seen.opened] == 0.0).all()


@every_layout
def test_it_is_blind_to_the_order_of_regions(name: str) -> None:
    seen = view(name)
    order = np.array([3, 0, 5, 1, 4, 2])
    assert shares(name, permuted(seen, order)) == pytest.approx(shares(name, seen)[order])


@every_layout
def test_it_chooses_the_same_twice_and_leaves_what_it_saw_alone(name: str) -> None:
    seen = view(name)
    kept = {field.name: np.copy(getattr(seen, field.name)) for field in dataclasses.fields(seen)}
    assert (shares(name, seen) == shares(name, seen)).all()
    assert all((np.asarray(getattr(seen, field)) == value).all() for field, value in kept.items())


@every_layout
def test_without_money_and_words_it_is_the_market_to_the_bit(name: str) -> None:
    quiet = "parameters={announcement_pull: 0.0}"
    assert people(life(plan(name, budget=0.0), quiet)) == people(life(plan("market", budget=0.0), quiet))


@every_layout
def test_budgets_are_equal_and_spent_to_the_last_unit(name: str) -> None:
    full = planned("balanced")[0].outlays["budget"]
    for year in planned(name):
        paid = year.outlays.get("budget", np.zeros(6))
        promoting = paid > 0.0
        assert promoting.any() == (LAYOUTS[name].pays and name != "market")
        assert paid[promoting] == pytest.approx(full[promoting], rel=1e-12)
        assert sum(year.outlays.values(), np.zeros(6)) == pytest.approx(np.zeros(6), abs=1e-9 * full.max())


@every_layout
def test_every_region_has_the_same_allowance_whatever_the_layout(name: str) -> None:
    first, other = present(plan(name)), present(plan("balanced"))
    for world in (first, other):
        schedule.step(world)
    assert (first.regions.allowance == other.regions.allowance).all()


@every_layout
def test_the_past_is_the_same_whatever_comes(name: str) -> None:
    before = hash_present(past())
    assert hash_present(present(plan(name))) == hash_present(present(plan("balanced")))
    assert hash_present(past()) == before


@every_layout
def test_everything_stays_finite(name: str) -> None:
    assert [year.broken for year in planned(name)] == [[]] * len(planned(name))


@every_layout
def test_it_is_documented(name: str) -> None:
    layout = LAYOUTS[name]
    assert len(layout.help) > 10
    assert layout.source
    chosen = layout.scores or layout.weights
    assert inspect.getdoc(chosen)


def test_scores_are_weighted_as_the_scenario_says() -> None:
    seen = view("differentiated")
    flat = dict.fromkeys(("advantage", "relatedness"), np.zeros((1, 2)))
    two = dataclasses.replace(
        seen, **flat, unmet=np.array([1.0, -1.0]), unmet_weight=0.3, related_weight=0.5, crowding_weight=0.7
    )  # fmt: skip
    assert LAYOUTS["differentiated"].scores(two).tolist() == [[0.3, -0.3]]
    two = dataclasses.replace(two, advantage=np.array([[2.0, -2.0]]), relatedness=np.array([[0.1, 0.5]]))
    # In s.d.: advantage 1 and -1, relatedness -1 and 1.
    for name, expected in (("differentiated", 1 + 0.3 - 0.5), ("placebo", 1 + 0.3 - 0.5), ("related", -1 + 0.7)):
        assert LAYOUTS[name].scores(two) == pytest.approx(np.array([[expected, -expected]]))


def test_a_stated_list_comes_first_and_judgement_ranks_the_rest() -> None:
    world = present(plan("duplicated"))
    stated: PlanInForce = dataclasses.replace(world.plan, hot=np.eye(8)[3])
    judged = hotness(world, dataclasses.replace(world.plan, hot=np.zeros(8)))
    world.p.hot_judgement_weight = 0.1
    ranked = np.argsort(-hotness(world, stated)).tolist()
    assert ranked == [3] + [industry for industry in np.argsort(-judged).tolist() if industry != 3]
    world.p.hot_judgement_weight = 0.0
    assert len(set(hotness(world, stated).tolist())) == 2


def test_imitation_changes_outcomes_step_by_step() -> None:
    outcomes = {tuple(hashes(planned("differentiated", imitation=dose))) for dose in (0.0, 0.5, 1.0)}
    assert len(outcomes) == 3
