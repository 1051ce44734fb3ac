"""How governments choose and what they may spend: seats, picks, blends and budgets with numbers worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.model import schedule
from sim.model.plans import LAYOUTS, planning
from sim.model.plans.registry import Layout, PlannerView
from tests.small_world import fork, past, present

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
        hot=np.tile([0.0, 1.0, 2.0, 3.0], (REGIONS, 1)),
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
    names, promoted = world.industry_names, np.asarray(world.local_industries.promoted)
    assert promoted[0, names.index("garments")] == pytest.approx(0.75)
    assert promoted[0, names.index("fibres")] == pytest.approx(0.25)
    others = planning.choose(planning.look(world, world.plan), LAYOUTS["balanced"], 0.0)
    assert promoted[1:] == pytest.approx(others[1:])


TERMS = (
    "plan.choices=[{region: R1A, industry: garments, effort: 0.5}, {region: R1B, industry: fibres, effort: 2}, "
    "{term: 3, region: R1A, industry: fibres}]"
)


def test_an_explicit_plan_has_a_matrix_and_an_effort_by_term() -> None:
    world = present("plan.layout=explicit", TERMS, "plan.elsewhere=market", "plan.every=2")
    usual, names = planning.budgets(world, world.plan), world.industry_names
    assert world.plan.choices.shape == (3, *world.local_industries.shape)
    for year, industry, effort in ((0, "garments", 0.5), (2, "garments", 0.5), (4, "fibres", 1.0), (8, "fibres", 1.0)):
        world.year = world.plan.start + year
        planning.renew_plans(world)
        assert world.local_industries.promoted[0, names.index(industry)] == 1.0
        assert float(world.regions.budget[0]) == pytest.approx(effort * usual[0])
        # The second term goes on as the first; in the third R1B has no row and does as the market does.
        assert float(world.regions.budget[1]) == pytest.approx(2.0 * usual[1] if year < 4 else 0.0)
        assert world.consumption_budget == pytest.approx(world.expenditure - float(world.regions.budget.sum()))


def test_residents_of_a_region_that_pays_for_its_own_plan_consume_what_it_does_not_spend() -> None:
    """The centre matches: of twice the effort residents pay `own_share` and the nation the rest."""

    def consumption(effort: float, own_share: float) -> float:
        choices = f"[{{region: R1A, industry: garments, effort: {effort}}}]"
        world = present(
            "plan.layout=explicit", f"plan.choices={choices}", "plan.elsewhere=balanced",
            "mechanisms.regional_financing=true", f"parameters.own_share={own_share}",
        )  # fmt: skip
        schedule.step(world)
        return float(world.regions.income[0] / world.regions.income.sum())

    spared = [consumption(0.0, share) / consumption(2.0, share) - 1.0 for share in (0.0, 0.5, 1.0)]
    assert spared[0] == pytest.approx(0.0, abs=0.01)
    assert spared[1] == pytest.approx((spared[0] + spared[2]) / 2.0, rel=0.2)
    assert spared[2] > spared[1] > 0.05


# -- what governments see ------------------------------------------------------------------------------------

SIGNS = np.array([[1, 1, 1], [1, 1, -1], [1, -1, 1], [1, -1, -1], [-1, 1, 1], [-1, 1, -1], [-1, -1, 1], [-1, -1, -1]])
"""Growth, research and margin of eight industries: all combinations of high and low."""


def heated(*overrides: str):
    """A World whose industries differ in growth, research and margin by the signs above."""
    world = present(*overrides)
    world.industries.growth[:] = 0.02 + 0.01 * SIGNS[:, 0]
    world.industries.research_intensity[:] = 0.04 + 0.02 * SIGNS[:, 1]
    world.industries.margin[:] = 0.9 * SIGNS[:, 2]
    return world


def test_what_planners_judge_hot_grows_does_research_and_earns() -> None:
    world = heated("parameters.hot_margin_weight=0.5")
    # Each of the three is +-1 s.d.; with weights 1, 1 and .5 the sum has variance 2.25.
    assert planning.hotness(world, world.plan) == pytest.approx(SIGNS @ [1.0, 1.0, 0.5] / 1.5)


def test_a_stated_list_comes_first_and_judgement_ranks_the_rest() -> None:
    world = heated("parameters.hot_judgement_weight=0.1")
    listed = np.zeros(8)
    listed[[3, 6]] = 1.0
    seen = planning.hotness(world, replace(world.plan, hot=listed))
    raw = 10.0 * listed + 0.1 * (SIGNS @ [1.0, 1.0, 0.5]) / 1.5
    assert seen == pytest.approx((raw - raw.mean()) / raw.std())
    assert set(np.argsort(-seen)[:2]) == {3, 6}


def test_planners_misjudge_fit_by_a_lasting_error() -> None:
    world = present("parameters.planner_error=2", "parameters.endowment_spread=0.1")
    errors = np.arange(48.0).reshape(6, 8)
    world.misjudgement = errors
    assert planning.advantage_seen(world) == pytest.approx(np.asarray(world.local_industries.fit) + 0.2 * errors)


def test_misjudgements_are_drawn_once_for_each_pair() -> None:
    world = fork(past())
    world.misjudgement = None
    planning.advantage_seen(world)
    first = world.misjudgement.copy()
    assert len(np.unique(first)) == first.size
    world.year += 1
    planning.advantage_seen(world)
    assert (world.misjudgement == first).all()


def test_presence_is_a_share_of_capacity_over_a_share_of_people() -> None:
    world = fork(past())
    world.regions.population[:] = PEOPLE
    world.local_industries.capacity[:] = 0.0
    world.local_industries.capacity[0, 0], world.local_industries.capacity[1, 0] = 3.0, 1.0
    seen = planning.presence(world)
    assert seen[0, 0] == pytest.approx(0.75 / 0.1)
    assert seen[1, 0] == pytest.approx(0.25 / 0.2)
    assert seen[:, 1].tolist() == [0.0] * 6


def test_related_strength_weighs_presence_by_how_alike_needs_are() -> None:
    world = fork(past())
    world.regions.population[:] = PEOPLE
    world.local_industries.capacity[:] = 0.0
    world.local_industries.capacity[0, 0] = 1.0  # presence 1 / .1
    world.industries.requirement[:] = 0.0
    world.industries.requirement[1:, 0] = 2.0
    world.industries.requirement[2:, 0] = 9.0  # like no other but each other
    seen = planning.strength_in_related(world)
    near = math.exp(-2.0)
    assert seen[0, 0] == pytest.approx((10.0 / 11.0) / (1.0 + near))  # its own strength counts
    assert seen[0, 1] == pytest.approx(near * (10.0 / 11.0) / (1.0 + near))
    assert seen[0, 2:].max() < 1e-9 and seen[1:].max() == 0.0


def test_unmet_demand_is_orders_over_the_capacity_that_is_expected() -> None:
    world = present("parameters.foresight=0.25")
    industries, half = world.industries, np.arange(8) < 4
    industries.capacity[:] = np.where(half, 2.0, 8.0)
    industries.coming[:] = np.where(half, 6.0, 4.0)
    industries.last_capacity[:] = np.where(half, 4.0, 1.0)
    # Expected: .25 x 8 + .75 x 4 = 5 and .25 x 12 + .75 x 1 = 3.75.
    short = np.array([1.0, -1.0] * 4)
    industries.demand[:] = np.where(half, 5.0, 3.75) * float(world.p.normal_utilisation) * np.exp(short)
    industries.opened[:] = True
    assert planning.look(world, world.plan).unmet == pytest.approx(short)


def test_what_has_not_opened_is_no_shorter_than_the_most_plentiful() -> None:
    world = present()
    world.industries.opened[:] = True
    world.industries.opened[5] = False
    world.industries.demand[5] = 1e9
    seen = planning.look(world, world.plan).unmet
    assert seen[5] == seen[world.industries.opened].min()


def test_demand_shares_are_shares_of_sales_or_what_is_expected_before_there_are_any() -> None:
    world = present()
    world.industries.sales[:] = [4.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0]
    assert planning.look(world, world.plan).demand_share.tolist() == [0.4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.0]
    world.industries.sales[:] = 0.0
    assert planning.look(world, world.plan).demand_share == pytest.approx(np.asarray(world.industries.demand_share))


@pytest.mark.parametrize("without", ["a plan", "planning"])
def test_without_a_plan_or_planning_nothing_is_promoted(without: str) -> None:
    world = present("plan.layout=balanced", *(["mechanisms.planning=false"] if without == "planning" else []))
    if without == "a plan":
        world.plan = None
    world.local_industries.promoted[:] = world.local_industries.grant_pull[:] = 0.5
    world.regions.budget[:] = world.regions.allowance[:] = 5.0
    world.consumption_budget = 0.0
    planning.renew_plans(world)
    assert not world.local_industries.promoted.any()
    assert not world.local_industries.grant_pull.any()
    assert not world.regions.budget.any()
    assert world.consumption_budget == world.expenditure
    allowed = 0.0 if without == "a plan" else 0.1 * world.expenditure
    assert world.regions.allowance.sum() == pytest.approx(allowed)


def test_money_may_follow_national_sales() -> None:
    shares = np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 0.0], [0.0, 0.2, 0.2]])
    sales = np.array([0.6, 0.2, 0.0])
    # .3 to .1 of what is promoted; nothing stays nothing; where only one industry sells, it has all of the .4.
    assert planning.sized(shares, sales) == pytest.approx(np.array([[0.75, 0.25, 0.0], [0, 0, 0], [0.0, 0.4, 0.0]]))
    unsold = np.array([[0.0, 0.0, 1.0]])
    assert planning.sized(unsold, sales) == pytest.approx(unsold), "where nothing promoted is sold, shares stay"


def test_uses_of_money_are_shares_and_all_is_cash_where_none_is_named() -> None:
    assert planning.normalised(np.array([2.0, 1.5, 0.5, 0.4, 0.0, 0.6])) == pytest.approx(
        np.array([0.4, 0.3, 0.1, 0.08, 0.0, 0.12])
    )
    assert planning.normalised(np.zeros(6)).tolist() == [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]


def test_a_plans_mix_and_size_reach_the_world_with_its_renewal() -> None:
    mix = "plan.mix={cash: 1, tax: 0, land: 0, credit: 0, entry: 3}"
    by_size = present("plan.layout=balanced", "plan.money=size", "plan.research_share=0.25", mix)
    even = present("plan.layout=balanced")
    for world in (by_size, even):
        world.year = world.plan.start
        planning.renew_plans(world)
    assert by_size.mix.tolist() == pytest.approx([0.25, 0.0, 0.0, 0.0, 0.75, 0.0, 0.25])
    squared = np.asarray(even.local_industries.promoted) ** 2
    expected = squared / squared.sum(axis=1, keepdims=True)
    assert by_size.local_industries.promoted == pytest.approx(expected)


@pytest.mark.parametrize("size", [0.2, 1.0, 8.0])
def test_only_the_proportions_of_uses_count_however_small_their_sum(size: float) -> None:
    assert planning.normalised(size * np.array([1.0, 3.0])).tolist() == pytest.approx([0.25, 0.75])
    assert planning.normalised(np.zeros(2)).tolist() == [1.0, 0.0]
