"""How governments choose and what they may spend: seats, picks, blends and budgets with numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.model.plans import LAYOUTS, planning
from sim.model.plans.registry import Layout, PlannerView
from tests.small_world import fork, past, present, scenario

REGIONS, INDUSTRIES = 3, 4


def view(**changes: object) -> PlannerView:
    """What governments of three regions see of four industries, the last of which has not opened."""
    nothing = np.zeros((REGIONS, INDUSTRIES))
    known = PlannerView(
        advantage=nothing,
        relatedness=nothing,
        presence=nothing,
        demand_share=np.array([0.5, 0.3, 0.2, 0.0]),
        unmet=np.zeros(INDUSTRIES),
        hot=np.array([0.0, 1.0, 2.0, 3.0]),
        opened=np.array([True, True, True, False]),
        luck=np.full((REGIONS, INDUSTRIES), 0.5),
        choices=nothing,
        industries=2,
        unmet_weight=0.0,
        related_weight=0.0,
        crowding_weight=0.0,
    )
    return replace(known, **changes)


# -- seats ---------------------------------------------------------------------------------------------------


def test_without_coordination_every_region_may_promote_everything() -> None:
    assert planning.seats(view(), coordinated=False, imitation=0.0).tolist() == [3, 3, 3, 3]


def test_coordination_gives_seats_in_proportion_to_demand_rounded_up() -> None:
    # 3 regions x 2 industries x shares .5, .3, .2 = 3, 1.8, 1.2; what has not opened has no seat.
    assert planning.seats(view(), coordinated=True, imitation=0.0).tolist() == [3, 2, 2, 0]


def test_no_industry_has_more_seats_than_there_are_regions() -> None:
    # 3 x 4 x .5 = 6.
    assert planning.seats(view(industries=4), coordinated=True, imitation=0.0).tolist() == [3, 3, 3, 0]


def test_closed_industries_leave_their_demand_to_the_others() -> None:
    shares = np.array([0.25, 0.15, 0.1, 0.5])  # of what is open: .5, .3, .2
    assert planning.seats(view(demand_share=shares), coordinated=True, imitation=0.0).tolist() == [3, 2, 2, 0]


def test_imitation_frees_seats() -> None:
    # Half of 3, 2, 2, 0 and half of 3, rounded up.
    assert planning.seats(view(), coordinated=True, imitation=0.5).tolist() == [3, 3, 3, 2]
    assert planning.seats(view(), coordinated=True, imitation=1.0).tolist() == [3, 3, 3, 3]


# -- picks ---------------------------------------------------------------------------------------------------

SCORES = np.array([[9.0, 8.0, 1.0, 99.0], [7.0, 2.0, 6.0, 99.0], [5.0, 4.0, 3.0, 99.0]])


def test_the_best_pairs_come_first_within_the_seats() -> None:
    # In order: (0,0) 9, (0,1) 8, (1,0) 7, (1,2) 6; (2,0) 5 and (2,1) 4 find no seat, (2,2) 3 does. The third region
    # still lacks one and takes its best beyond the seats.
    picked = planning.pick(view(), SCORES, np.array([2, 1, 2, 0]))
    assert picked.tolist() == [[0.5, 0.5, 0, 0], [0.5, 0, 0.5, 0], [0.5, 0, 0.5, 0]]


def test_without_limits_each_region_takes_its_own_best() -> None:
    picked = planning.pick(view(), SCORES, np.full(INDUSTRIES, REGIONS))
    assert picked.tolist() == [[0.5, 0.5, 0, 0], [0.5, 0, 0.5, 0], [0.5, 0.5, 0, 0]]


def test_one_industry_takes_the_whole_budget() -> None:
    picked = planning.pick(view(industries=1), SCORES, np.array([1, 3, 3, 3]))
    assert picked.tolist() == [[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0]]


def test_no_region_promotes_more_than_is_open() -> None:
    picked = planning.pick(view(industries=9), SCORES, np.full(INDUSTRIES, REGIONS))
    assert picked == pytest.approx(np.array([[1 / 3, 1 / 3, 1 / 3, 0]] * 3))


def test_ties_go_to_the_smaller_draw() -> None:
    luck = np.array([[0.9, 0.1, 0.2, 0.0], [0.3, 0.9, 0.2, 0.0], [0.1, 0.2, 0.9, 0.0]])
    picked = planning.pick(view(luck=luck), np.zeros((REGIONS, INDUSTRIES)), np.full(INDUSTRIES, REGIONS))
    assert (picked > 0).tolist() == [[False, True, True, False], [True, False, True, False], [True, True, False, False]]


# -- blends of a layout and the hot list ---------------------------------------------------------------------


def own_scores(_view: PlannerView) -> np.ndarray:
    return np.array([[3.0, 2.0, 1.0, 0.0]] * REGIONS)


def own_shares(_view: PlannerView) -> np.ndarray:
    return np.array([[1.0, 0.0, 0.0, 0.0]] * REGIONS)


def test_imitation_moves_a_ranking_from_own_scores_to_the_hot_list() -> None:
    ranked = Layout("own", "", "", scores=own_scores)
    assert planning.choose(view(industries=1), ranked, 0.0).tolist() == [[1, 0, 0, 0]] * REGIONS
    assert planning.choose(view(industries=1), ranked, 1.0).tolist() == [[0, 0, 1, 0]] * REGIONS
    # Both lists are the same numbers in opposite order: below one half the own ranking decides, above it the other.
    assert planning.choose(view(industries=1), ranked, 0.49).tolist() == [[1, 0, 0, 0]] * REGIONS
    assert planning.choose(view(industries=1), ranked, 0.51).tolist() == [[0, 0, 1, 0]] * REGIONS


def test_imitation_splits_a_budget_between_own_shares_and_the_hot_list() -> None:
    outright = Layout("own", "", "", weights=own_shares)
    # A quarter goes to the two hottest industries that are open.
    assert planning.choose(view(), outright, 0.25).tolist() == [[0.75, 0.125, 0.125, 0]] * REGIONS
    assert planning.choose(view(), outright, 0.0).tolist() == [[1, 0, 0, 0]] * REGIONS


def test_a_coordinated_layout_keeps_to_the_seats() -> None:
    ranked = Layout("own", "", "", scores=own_scores, coordinated=True)
    shares = np.array([0.2, 0.4, 0.4, 0.0])  # seats 3 x 1 x these, rounded up: 1, 2, 2
    chosen = planning.choose(view(industries=1, demand_share=shares), ranked, 0.0)
    assert (chosen > 0).sum(axis=0).tolist() == [1, 2, 0, 0]


# -- budgets -------------------------------------------------------------------------------------------------

PEOPLE = [0.1, 0.2, 0.3, 0.2, 0.1, 0.1]
INCOME = [4.0, 1.0, 2.0, 1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("basis", "shares"),
    [
        ("equal", [1 / 6] * 6),
        ("population", PEOPLE),
        ("income", [0.4, 0.1, 0.2, 0.1, 0.1, 0.1]),
    ],
)
def test_budgets_follow_their_basis(basis: str, shares: list[float]) -> None:
    world = present(f"plan.basis={basis}", "plan.budget=0.2")
    world.expenditure = 50.0
    world.regions.population[:] = PEOPLE
    world.regions.income[:] = 7.0  # of this year: it does not count
    world.fork_income = np.array(INCOME)
    assert planning.budgets(world, world.plan) == pytest.approx(10.0 * np.array(shares))


def test_before_the_fork_budgets_follow_the_income_of_the_year() -> None:
    world = fork(past())
    world.fork_income = None
    world.regions.income[:] = INCOME
    plan = replace(world.plan, basis="income", budget=0.1)
    assert planning.budgets(world, plan) == pytest.approx(0.1 * world.expenditure * np.array(INCOME) / 10.0)


def test_a_plan_that_promotes_nothing_leaves_the_money_to_consumers() -> None:
    world = present("plan.layout=market")
    world.year = world.plan.start
    planning.renew_plans(world)
    assert not world.regions.budget.any()
    assert world.regions.allowance.sum() == pytest.approx(0.1 * world.expenditure)
    assert world.consumption_budget == world.expenditure


def test_what_a_plan_pays_is_taken_from_consumers() -> None:
    world = present("plan.layout=balanced")
    world.year = world.plan.start
    planning.renew_plans(world)
    assert world.regions.budget.sum() == pytest.approx(0.1 * world.expenditure)
    assert world.consumption_budget == pytest.approx(0.9 * world.expenditure)


def test_an_announcement_pays_nothing_and_pulls_all_the_same() -> None:
    world = present("plan.layout=placebo")
    world.year = world.plan.start
    planning.renew_plans(world)
    assert not world.regions.budget.any()
    promoted = np.asarray(world.local_industries.promoted)
    assert promoted.sum(axis=1) == pytest.approx(np.ones(6))
    assert np.asarray(world.local_industries.grant_pull) == pytest.approx(float(world.p.announcement_pull) * promoted)


def test_plans_are_renewed_when_their_term_begins_and_stand_between() -> None:
    world = present("plan.layout=random_specialised", "plan.every=3")
    first = world.plan.start
    promoted = []
    for year in range(first, first + 4):
        world.year = year
        planning.renew_plans(world)
        promoted.append(np.asarray(world.local_industries.promoted).copy())
    assert (promoted[0] == promoted[1]).all()
    assert (promoted[1] == promoted[2]).all()
    assert (promoted[2] != promoted[3]).any()  # other draws in another planning year


def test_regions_without_a_row_in_an_explicit_plan_follow_the_other_layout() -> None:
    choices = "plan.choices=[{region: R1A, industry: garments, weight: 3}, {region: R1A, industry: fibres}]"
    story = ("plan.layout=explicit", choices, "plan.elsewhere=balanced")
    world = present(*story)
    world.year = world.plan.start
    planning.renew_plans(world)
    names, promoted = list(scenario(*story).industries), np.asarray(world.local_industries.promoted)
    assert promoted[0, names.index("garments")] == pytest.approx(0.75)
    assert promoted[0, names.index("fibres")] == pytest.approx(0.25)
    others = planning.choose(planning.look(world, world.plan), LAYOUTS["balanced"], 0.0)
    assert promoted[1:] == pytest.approx(others[1:])
