"""Arms as they are written on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario.arms import load_arms, parse_arm, split_outside_brackets
from sim.scenario.changes import in_force, past_of
from sim.scenario.problems import ScenarioError
from tests.scenario_files import SMALL, written


@pytest.mark.parametrize(
    ("text", "name", "overrides"),
    [
        ("rush=plan.imitation:1", "rush", ["plan.imitation=1"]),
        ("two = plan.imitation:1, parameters.foresight: 0", "two", ["plan.imitation=1", "parameters.foresight=0"]),
        ("hot=plan.hot:[cars, parts],seed:2", "hot", ["plan.hot=[cars, parts]", "seed=2"]),
        ("words=title:'a, b: c',seed:2", "words", ["title='a, b: c'", "seed=2"]),
        ("map=parameters:{foresight: 1, price_speed: .2}", "map", ["parameters={foresight: 1, price_speed: .2}"]),
        ("duplicated", "duplicated", ["plan.layout=duplicated"]),
        ("as_it_is=", "as_it_is", []),
    ],
)
def test_an_arm_is_a_name_and_overrides(text: str, name: str, overrides: list[str]) -> None:
    assert parse_arm(text) == (name, overrides)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("duplicate", "is neither NAME=key:value nor a layout; did you mean 'duplicated'?"),
        ("a=plan.budget", "'plan.budget' is not of the form key:value; write plan.layout:balanced"),
        ("a=plan.layout=market", "'plan.layout=market' is not of the form key:value; write plan.layout:market"),
        ("zzz", "is neither NAME=key:value nor a layout; known: "),
        ("a=:3", "':3' is not of the form key:value"),
        ("=plan.budget:3", "'' cannot name an arm; allowed: 1 to 40 letters"),
        ("a/b=seed:1", "'a/b' cannot name an arm"),
        ("x" * 41 + "=seed:1", "cannot name an arm"),
    ],
)
def test_a_wrong_arm_is_shown(text: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_arm(text)
    assert str(caught.value).startswith(f"--arm {text}: ")
    assert said in str(caught.value)


@settings(deadline=None, derandomize=True)
@given(parts=st.lists(st.text(alphabet="ab:. ", min_size=1, max_size=5).filter(str.strip), max_size=4))
def test_parts_without_brackets_are_found_again(parts: list[str]) -> None:
    assert split_outside_brackets(",".join(parts)) == parts


@settings(deadline=None, derandomize=True)
@given(text=st.text(alphabet="a,[]{}()'\" ", max_size=20))
def test_splitting_loses_only_commas_and_blanks(text: str) -> None:
    kept = "".join(split_outside_brackets(text))
    assert kept.replace(",", "").replace(" ", "") == text.replace(",", "").replace(" ", "")


def test_each_arm_changes_the_one_scenario_after_the_common_overrides(tmp_path: Path) -> None:
    arms = load_arms([written(tmp_path, SMALL)], ["a=plan.budget:.1", "b=seed:4"], ["plan.budget=.2"])
    assert [(name, arm.plan.budget, arm.seed) for name, arm in arms.items()] == [("a", 0.1, 1), ("b", 0.2, 4)]


def test_a_single_arm_is_compared_with_the_scenario_as_it_is(tmp_path: Path) -> None:
    arms = load_arms([written(tmp_path, SMALL)], ["duplicated"])
    assert [(name, arm.plan.layout) for name, arm in arms.items()] == [
        ("story", "market"),
        ("duplicated", "duplicated"),
    ]


def test_several_scenarios_are_arms_by_themselves(tmp_path: Path) -> None:
    paths = [written(tmp_path, SMALL, f"{name}.yaml") for name in ("x", "y", "z")]
    assert list(load_arms(paths, [])) == ["x", "y", "z"]


def test_what_cannot_be_compared(tmp_path: Path) -> None:
    first, second = written(tmp_path, SMALL), written(tmp_path, SMALL, "other.yaml")
    for sources, arms, said in [
        ([first], [], "is only one arm; add --arm NAME=key:value, or another scenario"),
        ([], [], "is only one arm"),
        ([first, second], ["duplicated"], "several scenarios are arms already"),
        ([first, first], [], "arm story: two arms have this name; give each its own: --arm NAME=key:value"),
        ([first], ["a=seed:1", "a=seed:2"], "two arms have this name"),
    ]:
        with pytest.raises(ScenarioError) as caught:
            load_arms(sources, arms)
        assert said in str(caught.value)


def test_the_problems_of_all_arms_are_reported_once_each(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL + "seed: -1\n")
    with pytest.raises(ScenarioError) as caught:
        load_arms([path], ["a=plan.budget:7", "b=plan.bugdet:1"])
    assert [problem.key for problem in caught.value.problems] == ["seed", "plan.budget", "plan.bugdet"]


STORY = SMALL + "years: {burn_in: 5, treatment: 5}\nparameters: {distance_cost: .1}\n"


def test_parameters_and_mechanisms_of_an_arm_change_as_the_treatment_begins(tmp_path: Path) -> None:
    path = written(tmp_path, STORY)
    arms = load_arms([path], ["a=", "b=parameters.distance_cost:.2,mechanisms.relocation:false,plan.budget:.1"])
    assert past_of(arms["a"]) == past_of(arms["b"])
    (change,) = arms["b"].changes
    assert (change.year, change.set) == (6, {"parameters.distance_cost": 0.2, "mechanisms.relocation": False})
    assert arms["b"].plan.budget == 0.1
    treated = in_force(arms["b"], 6)
    assert treated.parameters["distance_cost"] == 0.2 and treated.mechanisms["relocation"] is False


def test_what_is_said_as_it_is_changes_nothing(tmp_path: Path) -> None:
    arms = load_arms([written(tmp_path, STORY)], ["a=", "b=parameters.distance_cost:.1,mechanisms.relocation:true"])
    assert arms["b"].changes == () and past_of(arms["a"]) == past_of(arms["b"])


def test_an_arm_changes_more_than_its_scenario_does_in_that_year(tmp_path: Path) -> None:
    path = written(
        tmp_path, STORY + "changes: [{year: 6, set: {spin_offs: false}}, {year: 8, set: {plan.budget: .2}}]\n"
    )
    arms = load_arms([path], ["a=", "b=parameters.distance_cost:.2"])
    assert [(change.year, change.set) for change in arms["b"].changes] == [
        (6, {"mechanisms.spin_offs": False, "parameters.distance_cost": 0.2}), (8, {"plan.budget": 0.2})
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arm", "said"),
    [
        ("parameters.endowment_spread:.3", "parameters.endowment_spread cannot change in year 6: it acts"),
        ("population.firms:80", "population: other than in the arms' common past"),
        ("years.burn_in:4", "years: other than in the arms' common past"),
        ("neutral.budget:.5", "neutral: other than in the arms' common past"),
    ],
)
def test_what_makes_another_past_is_refused_unless_arms_begin_at_the_opening(
    tmp_path: Path, arm: str, said: str
) -> None:
    path = written(tmp_path, STORY)
    with pytest.raises(ScenarioError) as caught:
        load_arms([path], ["a=", f"b={arm}"])
    assert str(caught.value).startswith(f"--arm b: {said}")
    assert "--arms-from opening gives the arm a past of its own" in str(caught.value)
    arms = load_arms([path], ["a=", f"b={arm}"], since="opening")
    assert past_of(arms["a"]) != past_of(arms["b"])


def test_from_the_opening_parameters_are_as_in_a_scenario_of_its_own(tmp_path: Path) -> None:
    arms = load_arms([written(tmp_path, STORY)], ["a=", "b=parameters.distance_cost:.2"], since="opening")
    assert arms["b"].changes == () and arms["b"].parameters["distance_cost"] == 0.2
