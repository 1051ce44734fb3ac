"""Dated changes in scenario files: what may change in which year, and every refusal with its place and reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.kernel.scenario_types import Change, Scenario
from sim.scenario.arms import parse_arm
from sim.scenario.changes import acts_at, full_key, has_change, in_force, periods, unchanged, until
from sim.scenario.problems import ScenarioError
from sim.scenario.reading import changed, diff_scenarios, load_scenario, scenario_as_yaml, scenario_identity
from tests.scenario_files import SMALL, problems_in, spot, the_problem, written

YEARS = "years: {burn_in: 10, treatment: 20}\n"
PROGRAMMES = "policies: [{policy: research_grant}, {policy: foundation}]\nshocks: [{shock: demand_slump, start: 5}]\n"
STORY = SMALL + YEARS + PROGRAMMES
LINE = STORY.count("\n") + 1
"""Where `changes:` stands in STORY with changes."""


def with_change(year: int, told: str) -> str:
    """The story with one change; its keys begin at line LINE + 2, column 11."""
    return f"{STORY}changes:\n  - year: {year}\n    set: {{{told}}}\n"


def loaded(folder: Path, text: str, overrides: tuple[str, ...] = ()) -> Scenario:
    return load_scenario(written(folder, text), overrides)


# -- what is understood ----------------------------------------------------------------------------------


def test_keys_and_values_are_those_of_overrides_and_bare_names_too(tmp_path: Path) -> None:
    told = "distance_cost: 0.3, parameters.entry_base: 12, relocation: off, plan.budget: 0.08, policies.0.strength: 2"
    scenario = loaded(tmp_path, with_change(15, told))
    assert scenario.changes == (
        Change(
            year=15,
            set={
                "mechanisms.relocation": False,
                "parameters.distance_cost": 0.3,
                "parameters.entry_base": 12.0,
                "plan.budget": 0.08,
                "policies.0.strength": 2.0,
            },
        ),
    )
    assert in_force(scenario, 14) == scenario.model_copy(update={"changes": ()})
    later = in_force(scenario, 15)
    assert (later.parameters, later.mechanisms) == ({"distance_cost": 0.3, "entry_base": 12.0}, {"relocation": False})
    assert (later.plan.budget, later.policies[0].strength, later.changes) == (0.08, 2.0, ())
    assert later.policies[1] == scenario.policies[1]


def test_order_spelling_and_grouping_do_not_make_another_scenario(tmp_path: Path) -> None:
    plain = loaded(tmp_path, with_change(15, "plan.budget: 0.1, plan.every: 2, distance_cost: 1"))
    other = STORY + (
        "changes:\n  - {year: 15, set: {parameters: {distance_cost: 1.0}}}\n"
        "  - {year: 15, set: {plan: {every: 2, budget: 1e-1}}}\n"
    )
    assert loaded(tmp_path, other).changes == plain.changes
    assert scenario_identity(loaded(tmp_path, other)) == scenario_identity(plain)
    assert scenario_identity(plain) != scenario_identity(loaded(tmp_path, STORY))


def test_later_changes_come_on_top_of_earlier_ones(tmp_path: Path) -> None:
    text = STORY + (
        "changes:\n  - {year: 20, set: {distance_cost: null, plan.hot: null}}\n"
        "  - {year: 12, set: {distance_cost: 0.5, plan.hot: [parts], plan.budget: 0.2}}\n"
    )
    scenario = loaded(tmp_path, text)
    assert [change.year for change in scenario.changes] == [12, 20]
    assert scenario.changes[1].set == {"parameters.distance_cost": 0.25, "plan.hot": []}
    assert in_force(scenario, 19).plan.hot == ("parts",)
    assert in_force(scenario, 20).plan.hot == () and in_force(scenario, 20).plan.budget == 0.2
    assert [(first, last) for first, last, _ in periods(scenario)] == [(1, 11), (12, 19), (20, 30)]
    assert has_change(scenario, 12) and not has_change(scenario, 13)


def test_overrides_and_arms_reach_into_changes(tmp_path: Path) -> None:
    path = written(tmp_path, with_change(15, "distance_cost: 0.3"))
    scenario = load_scenario(path, ["changes.0.set.distance_cost=0.4", "changes.0.year=16"])
    assert scenario.changes == (Change(year=16, set={"parameters.distance_cost": 0.4}),)
    added = load_scenario(path, ["changes.1={year: 20, set: {plan.budget: 0}}"])
    assert [change.year for change in added.changes] == [15, 20]
    _, overrides = parse_arm("dear=changes:[{year: 11, set: {distance_cost: 0.9, plan.budget: 0.1}}],seed:2")
    assert load_scenario(path, overrides).changes[0].set == {"parameters.distance_cost": 0.9, "plan.budget": 0.1}


def test_a_table_of_a_plan_becomes_part_of_the_change(tmp_path: Path) -> None:
    written(tmp_path, "region,industry,weight\nR1A,cars,2\n", "plan.csv")
    scenario = loaded(tmp_path, with_change(15, "plan.layout: explicit, plan.matrix: plan.csv"))
    choices = [{"region": "R1A", "industry": "cars", "weight": 2.0, "term": 1, "effort": 1.0}]
    assert scenario.changes[0].set == {"plan.choices": choices, "plan.layout": "explicit"}
    assert in_force(scenario, 15).plan.choices[0].weight == 2.0


def test_written_as_yaml_it_loads_as_an_equal_scenario(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, with_change(15, "relocation: no, plan.hot: [cars], policies.0.settings.share: 0.4"))
    again = loaded(tmp_path, scenario_as_yaml(scenario))
    assert again.changes == scenario.changes and scenario_identity(again) == scenario_identity(scenario)
    assert Scenario.model_validate_json(scenario.model_dump_json()) == scenario
    differences = {key for key, _, _ in diff_scenarios(loaded(tmp_path, STORY), scenario)}
    assert differences == {"changes"}


# -- what is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "told", "reason"),
    [
        (15, "stage_offset: 1", "cannot change in year 15: it acts only when year 0 is made"),
        (1, "regions.cells: 2", "cannot change in year 1: it acts only when year 0 is made"),
        (15, "industries.cars.growth: 0.1", "cannot change in year 15: it acts only when year 0 is made"),
        (15, "years.treatment: 30", "cannot change in year 15: it acts only when year 0 is made"),
        (15, "seed: 2", "say `seed` outside `changes`"),
        (15, "record.panels: [firms]", "holds for the whole run"),
        (15, "changes: []", "holds for the whole run"),
        (15, "mechanisms.cooperation: off", "acts only when year 0 is made, and what was made then stays"),
        (11, "neutral.budget: 0.1", "the neutral plan is in force in the burn-in only; allowed: years 1 to 10"),
        (10, "plan.budget: 0.1", "it begins with the treatment, in year 11; allowed: years 11 to 30"),
        (10, "policies.0.strength: 2", "it begins with the treatment, in year 11"),
        (11, "exit_norm_speed: 0.3", "acts only up to the end of the burn-in"),
        (12, "policies.0.start: 3", "it acts only as the treatment begins; allowed: year 11"),
        (12, "shocks.0.industries: [cars]", "it acts only as the treatment begins; allowed: year 11"),
        (12, "policies.1.settings.duration: 3", "it acts only as the treatment begins; allowed: year 11"),
        (11, "policies.2.policy: talent", "there is no policies.2 that could change"),
        (11, "shocks: []", "a change is of one key of one of them"),
        (15, "parameters: null", "a change is of one key in it; write parameters.KEY"),
        (15, "plan: balanced", "a change is of one key in it; write plan.KEY"),
        (15, "distance_costs: 1", "unknown key 'distance_costs'; did you mean 'parameters.distance_cost'?"),
        (15, "parameters.foresigth: 1", "unknown key 'foresigth'; did you mean 'foresight'?"),
        (15, "plan.bugdet: 0.1", "unknown key 'bugdet'; did you mean 'budget'?"),
        (15, "policies.0.settings.shares: 0.1", "unknown key 'shares'; did you mean 'share'?"),
        (15, "nothing_like_it: 1", "unknown key 'nothing_like_it'"),
        (15, "plan..budget: 1", "is not a key"),
        (15, "distance_cost: 50", "50 is out of range; allowed: 0 to 2 (1)"),
        (15, "plan.budget: 0.9", "0.9 is out of range; allowed: 0 to 0.5"),
        (15, "plan.layout: related_", "there is no layout 'related_'; did you mean 'related'?"),
        (15, "plan.hot: boats", "should be a list"),
        (15, "entry_base: 1.5", "should be a whole number, not 1.5"),
        (15, "relocation: perhaps", "should be true or false, not 'perhaps'"),
        (15, "price_speed: 0.9", "prices would overshoot further every year"),
    ],
)
def test_a_change_that_cannot_be_is_refused_at_its_place(tmp_path: Path, year: int, told: str, reason: str) -> None:
    problem = the_problem(tmp_path, with_change(year, told))
    assert reason in str(problem)
    key = told.partition(":")[0]
    assert problem.file.endswith("story.yaml") and problem.line == LINE + 2
    assert problem.column in (11, 11 + len(key) + 2)  # the key, or the value
    assert problem.key.startswith("changes.0.set.")


def test_a_year_outside_the_run_is_refused(tmp_path: Path) -> None:
    late = the_problem(tmp_path, with_change(31, "distance_cost: 0.3"))
    assert spot(late) == ("story.yaml", LINE + 1, 11, "changes.0.year")
    assert "31 is past the end: the run ends in year 30; allowed: 1 to 30" in str(late)
    early = the_problem(tmp_path, with_change(0, "distance_cost: 0.3"))
    assert spot(early) == ("story.yaml", LINE + 1, 11, "changes.0.year")
    assert "0 is out of range; allowed: at least 1" in str(early)


def test_two_changes_of_one_key_in_a_year_are_refused_however_they_are_spelt(tmp_path: Path) -> None:
    text = with_change(15, "distance_cost: 0.3") + "  - {year: 15, set: {parameters.distance_cost: 0.4}}\n"
    problem = the_problem(tmp_path, text)
    assert spot(problem) == ("story.yaml", LINE + 3, 22, "changes.1.set.parameters.distance_cost")
    assert "year 15 changes parameters.distance_cost twice" in problem.message
    assert "twice" in the_problem(tmp_path, with_change(15, "plan.every: 2, plan: {every: 3}")).message


def test_what_only_shows_elsewhere_is_told_at_the_change(tmp_path: Path) -> None:
    """The parameter that the condition names stands in the file; what broke the condition is the change."""
    text = STORY + "parameters: {price_speed: 0.4}\nchanges:\n  - {year: 15, set: {variety_elasticity: 8}}\n"
    problem = the_problem(tmp_path, text)
    assert spot(problem) == ("story.yaml", LINE + 2, 16, "changes.0.set")
    assert problem.message.startswith("from year 15 on, parameters.price_speed: price_speed 0.4 x variety_elasticity 8")


def test_all_that_is_wrong_is_told_at_once_and_nothing_twice(tmp_path: Path) -> None:
    text = with_change(15, "distance_cost: 50, seed: 3") + "  - {year: 40, set: {plan.budget: 2}}\nplan: {every: 0}\n"
    assert [(one.line - LINE, one.key) for one in problems_in(written(tmp_path, text))] == [
        (2, "changes.0.set.parameters.distance_cost"),
        (2, "changes.0.set.seed"),
        (3, "changes.1.year"),
        (3, "changes.1.set.plan.budget"),
        (4, "plan.every"),
    ]


def test_a_change_on_the_command_line_is_refused_in_its_text(tmp_path: Path) -> None:
    path = written(tmp_path, STORY)
    (problem,) = problems_in(path, ["changes=[{year: 15, set: {seed: 3}}]"])
    assert str(problem).startswith("override changes=[{year: 15, set: {seed: 3}}]:1:27: changes.0.set.seed: cannot")


# -- from Python -----------------------------------------------------------------------------------------


def test_changes_from_python_are_checked_as_those_of_files_are(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, STORY)
    told = {"distance_cost": 0.3, "plan": {"budget": 0.2}, "policies.0.years": 4}
    found = changed(scenario, {15: told})
    inside = "distance_cost: 0.3, plan.budget: 0.2, policies.0.years: 4"
    assert found == loaded(tmp_path, with_change(15, inside)).model_copy(update={"origin": scenario.origin})
    with pytest.raises(ScenarioError, match=r"change of year 15: .*distance_cost: 9 is out of range; allowed: 0 to 2"):
        changed(scenario, {15: {"distance_cost": 9}})
    assert changed(found, {}) == scenario


def test_a_map_survives_a_change_from_python() -> None:
    scenario = load_scenario("china_45")
    assert changed(scenario, {40: {"distance_cost": 0.3}}).regions == scenario.regions


def test_parts_of_changes_are_left_out_on_request(tmp_path: Path) -> None:
    text = with_change(12, "shocks.0.strength: 0.5, plan.budget: 0.1") + "  - {year: 20, set: {shocks.0.years: 3}}\n"
    scenario = loaded(tmp_path, text)
    assert unchanged(scenario, ["shocks"]).changes == (Change(year=12, set={"plan.budget": 0.1}),)
    assert until(scenario, 12).changes == scenario.changes[:1] and until(scenario, 11).changes == ()


def test_every_key_says_when_it_acts(tmp_path: Path) -> None:
    scenario = loaded(tmp_path, STORY)
    told = {
        "distance_cost": "every year", "mechanisms.relocation": "every year", "stage_offset": "opening",
        "plan.budget": "every year", "neutral.layout": "every year", "policies.0.strength": "every year",
        "policies.0.policy": "fork", "policies.0.settings.share": "every year", "policies.1.settings.duration": "fork",
        "shocks.0.start": "fork", "shocks.0.years": "every year", "new_good_price": "burn-in", "seed": "opening",
        "population.firms": "opening", "plan.no": None, "parameters.no": None, "no": None, "policies.0.no": None,
        "policies.0.settings.no": None,
    }  # fmt: skip
    assert {key: acts_at(full_key(key), scenario) for key in told} == told
