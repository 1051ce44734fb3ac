"""Scenarios: files, inheritance, overrides, and back to text."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from pydantic import ValidationError

from sim.kernel.scenario_types import Regions, Scenario, TileMap
from sim.scenario import layers
from sim.scenario.problems import ScenarioError
from sim.scenario.reading import diff_scenarios, known_scenarios, load_scenario, scenario_as_yaml, scenario_identity
from tests.scenario_files import SMALL, problems_in, spot, the_problem, written

LIBRARY = sorted(known_scenarios())


def test_a_file_becomes_a_frozen_scenario(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL)
    scenario = load_scenario(path)
    assert scenario.title == "Small"
    assert scenario.origin == str(path)
    assert scenario.industries["cars"].inputs == {"parts": 0.4}
    assert scenario.years.treatment == 30
    with pytest.raises(ValidationError, match="frozen"):
        scenario.seed = 3  # type: ignore[misc]


@pytest.mark.parametrize("name", LIBRARY)
def test_every_scenario_of_the_library_loads_by_its_bare_name(name: str) -> None:
    scenario = load_scenario(name)
    assert scenario.title
    assert Path(scenario.origin).stem == name


@pytest.mark.parametrize("name", LIBRARY)
def test_text_made_from_a_scenario_loads_as_the_same_scenario(name: str, tmp_path: Path) -> None:
    scenario = load_scenario(name, ["plan.layout=balanced", "neutral.imitation=0"])
    again = load_scenario(written(tmp_path, scenario_as_yaml(scenario)))
    assert again.model_copy(update={"origin": scenario.origin}) == scenario
    assert scenario_identity(again) == scenario_identity(scenario)


def test_bare_names_are_looked_for_in_the_current_folder_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scenarios").mkdir()
    written(tmp_path / "scenarios", SMALL, "mine.yaml")
    written(tmp_path / "scenarios", SMALL, "base.yaml")
    monkeypatch.chdir(tmp_path)
    assert load_scenario("mine").title == "Small"
    assert load_scenario("base").title == "Small"
    assert load_scenario("policy_text").title != "Small"


# -- extends ---------------------------------------------------------------------------------------------


def test_mappings_merge_and_lists_and_numbers_replace(tmp_path: Path) -> None:
    written(tmp_path, SMALL + "plan: {layout: balanced, hot: [parts, cars], budget: 0.1}\n", "base.yaml")
    child = "extends: base.yaml\nplan: {hot: [cars]}\nindustries: {cars: {inputs: {parts: 0.3}, weight: 2}}\n"
    scenario = load_scenario(written(tmp_path, child))
    assert scenario.plan.layout == "balanced"
    assert scenario.plan.budget == 0.1
    assert scenario.plan.hot == ("cars",)
    assert scenario.industries["cars"].inputs == {"parts": 0.3}
    assert scenario.industries["cars"].weight == 2
    assert scenario.industries["cars"].stage == "downstream"


def test_null_removes_what_is_inherited(tmp_path: Path) -> None:
    written(tmp_path, SMALL + "plan: {hot: [cars], budget: 0.1}\n", "base.yaml")
    child = "extends: base\nindustries: {cars: null}\nplan: {hot: null, budget: null}\n"
    scenario = load_scenario(written(tmp_path, child))
    assert list(scenario.industries) == ["parts"]
    assert scenario.plan.hot == ()
    assert scenario.plan.budget == 0.05


def test_an_empty_section_takes_its_defaults(tmp_path: Path) -> None:
    scenario = load_scenario(written(tmp_path, SMALL + "plan:\npolicies:\nyears:\n  burn_in:\n"))
    assert scenario.plan == Scenario().plan
    assert scenario.policies == ()
    assert scenario.years.burn_in == Scenario().years.burn_in


def test_a_line_of_the_neutral_plan_leaves_the_rest_as_it_is(tmp_path: Path) -> None:
    scenario = load_scenario(written(tmp_path, SMALL + "neutral: {budget: 0.1}\n"))
    assert scenario.neutral.layout == "random_specialised"
    assert scenario.neutral.imitation == 0.5
    assert scenario.neutral.budget == 0.1


def test_three_generations(tmp_path: Path) -> None:
    written(tmp_path, SMALL + "seed: 4\n", "first.yaml")
    (tmp_path / "deep").mkdir()
    written(tmp_path / "deep", "extends: ../first.yaml\nyears: {burn_in: 3}\n", "second.yaml")
    scenario = load_scenario(written(tmp_path, "extends: deep/second.yaml\nyears: {treatment: 2}\n"))
    assert (scenario.seed, scenario.years.burn_in, scenario.years.treatment) == (4, 3, 2)


def test_a_problem_in_the_base_points_at_the_base(tmp_path: Path) -> None:
    written(tmp_path, SMALL + "seed: -1\n", "base.yaml")
    assert spot(the_problem(tmp_path, "extends: base.yaml\n")) == ("base.yaml", 9, 7, "seed")


def test_files_that_extend_each_other_are_shown_as_a_chain(tmp_path: Path) -> None:
    written(tmp_path, "seed: 1\nextends: second.yaml\n", "first.yaml")
    written(tmp_path, "extends: first.yaml\n", "second.yaml")
    problem = the_problem(tmp_path, "extends: first.yaml\n")
    assert spot(problem) == ("second.yaml", 1, 10, "extends")
    assert [Path(file).name for file in problem.message.split(": ", 1)[1].split(" -> ")] == [
        "story.yaml", "first.yaml", "second.yaml", "first.yaml",
    ]  # fmt: skip


def test_a_file_that_extends_itself(tmp_path: Path) -> None:
    problem = the_problem(tmp_path, "extends: story.yaml\n")
    assert spot(problem) == ("story.yaml", 1, 10, "extends")
    assert "circle" in problem.message


def test_a_missing_base_is_suggested(tmp_path: Path) -> None:
    written(tmp_path, SMALL, "common.yaml")
    problem = the_problem(tmp_path, "title: x\nextends: comon.yaml\n")
    assert spot(problem) == ("story.yaml", 2, 10, "extends")
    assert problem.remedy == "did you mean 'common'?"


def test_only_one_file_can_be_extended(tmp_path: Path) -> None:
    problem = the_problem(tmp_path, "extends: [a.yaml, b.yaml]\n")
    assert spot(problem) == ("story.yaml", 1, 10, "extends")
    assert "one file" in problem.message


# -- overrides -------------------------------------------------------------------------------------------


def test_overrides_come_last_and_in_order(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL + "plan: {budget: 0.1}\nshocks: [{shock: x, strength: 0}]\n")
    texts = ["plan.budget=0.2", "plan.budget=3e-1", "industries.cars.inputs.parts=.25", "plan.hot=[cars]",
             "mechanisms.pricing=off", "parameters={price_speed: 0.1}", "shocks=null"]  # fmt: skip
    scenario = load_scenario(path, texts)
    assert scenario.plan.budget == 0.3
    assert scenario.industries["cars"].inputs == {"parts": 0.25}
    assert scenario.plan.hot == ("cars",)
    assert scenario.mechanisms == {"pricing": False}
    assert scenario.parameters == {"price_speed": 0.1}
    assert scenario.shocks == ()


def test_items_of_lists_are_numbered_from_zero_and_null_removes_one(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL + "plan: {hot: [cars, parts]}\n")
    assert load_scenario(path, ["plan.hot.0=parts"]).plan.hot == ("parts", "parts")
    assert load_scenario(path, ["plan.hot.0=null"]).plan.hot == ("parts",)
    assert load_scenario(path, ["plan.hot.2=cars"]).plan.hot == ("cars", "parts", "cars")
    assert load_scenario(path, ["neutral.hot.0=cars"]).neutral.hot == ("cars",)


@pytest.mark.parametrize(
    ("text", "column", "key", "said"),
    [
        ("plan.bugdet=1", 6, "plan.bugdet", "did you mean 'budget'?"),
        ("plna.budget=1", 1, "plna", "did you mean 'plan'?"),
        ("plan.budget=much", 13, "plan.budget", "should be a number, not 'much'"),
        ("plan.budget=0.9", 13, "plan.budget", "0.9 is out of range; allowed: 0 to 0.5"),
        ("plan.hot={a: [}", 15, "", "not YAML"),
        ("plan.hot.3=cars", 10, "plan.hot.3", "which holds items 0 to 0; 1 adds one"),
        ("plan.hot.x=cars", 10, "plan.hot.x", "'x' is not a place in this list"),
        ("shocks.1.strength=1", 8, "shocks.1.strength", "is empty; 0 adds an item"),
        ("parameters.price_sped=1", 12, "parameters.price_sped", "did you mean 'price_speed' or"),
        ("plan.budget", 1, "", "is not of the form key=value"),
        ("=3", 1, "", "is not of the form key=value"),
        ("plan..budget=3", 1, "", "is not of the form key=value"),
        ("extends=base.yaml", 1, "extends", "cannot be overridden"),
        ("seed=.nan", 6, "seed", ".nan is not a finite number"),
        ("seed=-1", 6, "seed", "-1 is out of range; allowed: 0 to 2147483647"),
        ("a." * 60 + "b=1", 1, "", "the key has 61 parts; allowed: up to 50"),
        ("seed=1\x00", 7, "", "U+0000 cannot stand in YAML"),
    ],
)
def test_what_is_wrong_with_an_override_points_into_its_text(
    tmp_path: Path, text: str, column: int, key: str, said: str
) -> None:
    problem = the_problem(tmp_path, SMALL + "plan: {hot: [cars]}\n", [text])
    shown_text = text if text.isprintable() else ascii(text)
    assert (problem.file, problem.line, problem.column) == (f"override {shown_text}", 1, column)
    assert key in ("", problem.key)
    assert said in str(problem)


# -- missing files ---------------------------------------------------------------------------------------


def test_a_missing_file_is_suggested(tmp_path: Path) -> None:
    written(tmp_path, SMALL, "story.yaml")
    (problem,) = problems_in(tmp_path / "stroy.yaml")
    assert spot(problem) == ("stroy.yaml", 1, 1, "")
    assert problem.remedy.startswith("did you mean 'story'")
    (problem,) = problems_in("polcy_text")
    assert problem.remedy.startswith("did you mean 'policy_text'")


@pytest.mark.parametrize("name", ["", ".", "a\x00b", "x" * 5000])
def test_a_name_that_can_be_no_file(name: str) -> None:
    (problem,) = problems_in(name)
    assert "no such file" in problem.message or "is a folder" in problem.message


def test_no_scenario_folder_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(layers, "SCENARIOS", tmp_path / "nowhere")
    assert known_scenarios() == {}
    (problem,) = problems_in("base")
    assert str(problem).startswith("base:1:1: there is no such file; `clustersim scenarios`")


def test_a_file_anywhere_may_extend_one_of_the_library(tmp_path: Path) -> None:
    for name in ("base", "base.yaml", "policy_text"):
        path = written(tmp_path, f"extends: {name}\ntitle: Mine\n", "mine.yaml")
        assert len(load_scenario(path).industries) == 8
    # One that stands beside it comes first.
    written(tmp_path, SMALL, "base.yaml")
    assert set(load_scenario(written(tmp_path, "extends: base\n", "mine.yaml")).industries) == {"parts", "cars"}
    (problem,) = problems_in(written(tmp_path, "extends: bse\n", "mine.yaml"))
    assert "there is no file 'bse' beside this one or in the library; did you mean 'base'?" in str(problem)


# -- identity and differences ----------------------------------------------------------------------------


def test_titles_and_seeds_do_not_change_the_identity(tmp_path: Path) -> None:
    first = load_scenario(written(tmp_path, SMALL))
    second = load_scenario(written(tmp_path, "# other\n" + SMALL, "other.yaml"), ["title=Other", "seed=9"])
    assert scenario_identity(first) == scenario_identity(second)
    assert scenario_identity(first) == scenario_identity(load_scenario(tmp_path / "story.yaml", ["plan.budget=0.05"]))


@pytest.mark.parametrize("change", ["plan.budget=0.1", "parameters.price_speed=0.2", "mechanisms.pricing=false",
                                    "industries.cars.weight=2", "years.treatment=3"])  # fmt: skip
def test_what_decides_outcomes_changes_the_identity(tmp_path: Path, change: str) -> None:
    path = written(tmp_path, SMALL)
    assert scenario_identity(load_scenario(path)) != scenario_identity(load_scenario(path, [change]))


def test_a_default_that_is_written_out_is_no_difference(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL)
    assert diff_scenarios(load_scenario(path), load_scenario(path, ["parameters.price_speed=0.1"])) == []
    assert diff_scenarios(load_scenario(path), load_scenario(path, ["mechanisms.pricing=on"])) == []


def test_only_what_differs_is_listed(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL)
    changes = ["plan.budget=0.1", "parameters.price_speed=0.2", "industries.cars=null", "plan.hot=[parts]"]
    assert diff_scenarios(load_scenario(path), load_scenario(path, changes)) == [
        ("industries.cars", load_scenario(path).model_dump(mode="json")["industries"]["cars"], None),
        ("parameters.price_speed", 0.1, 0.2),
        ("plan.budget", 0.05, 0.1),
        ("plan.hot", [], ["parts"]),
    ]


def test_lists_of_one_length_are_compared_row_by_row(tmp_path: Path) -> None:
    path = written(
        tmp_path, SMALL + "plan: {choices: [{region: R1A, industry: cars}, {region: R1B, industry: cars}]}\n"
    )
    differences = diff_scenarios(load_scenario(path), load_scenario(path, ["plan.choices.1.weight=3"]))
    assert differences == [("plan.choices.1.weight", 1.0, 3)]


# -- small things ----------------------------------------------------------------------------------------


def test_errors_travel_between_processes() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario("policy_text", ["plan.budget=9"])
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_names_of_regions() -> None:
    grid = Regions.model_validate({"grid": {"rows": 2, "columns": 28}})
    assert grid.names()[:3] == ("R1A", "R1B", "R1C")
    assert grid.names()[26:29] == ("R1A1", "R1B1", "R2A")
    assert len(set(grid.names())) == 56
    real = Regions(map=TileMap(name="n", data={"n": ("North", "South")}))
    assert real.names() == ("North", "South")


def test_names_of_regions_are_those_of_the_model() -> None:
    from sim.model.opening import tiles

    for name in LIBRARY:
        regions = load_scenario(name).regions
        assert tuple(tiles(regions)[0]) == regions.names()
