"""What a scenario may say and seldom means is told in notes; what it cannot mean is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.problems import Problem
from sim.scenario.reading import load_scenario
from tests.scenario_files import MAP, SMALL, problems_in, spot, the_problem, within, written


def notes_on(folder: Path, text: str) -> list[Problem]:
    written(folder, "place,r,c,coal\nNorth,0,0,1\nSouth,1,0,2\n", "places.csv")
    notes: list[Problem] = []
    load_scenario(written(folder, text), notes=notes)
    return notes


NEEDY = MAP.replace("upstream", "upstream, requires: {resources: 1, skills: 0}") + "population: {firms: 100}\n"


def test_a_map_without_an_endowment_that_is_required(tmp_path: Path) -> None:
    (note,) = notes_on(tmp_path, NEEDY)
    assert spot(note) == ("story.yaml", 2, 3, "regions.map")
    assert "the map has no 'resources', which parts requires: all its regions count as equally endowed" in note.message
    assert note.remedy == "name its columns in regions.endowments.resources"
    endowed = NEEDY.replace("industries:", "  endowments: {resources: [{column: coal}]}\nindustries:")
    assert notes_on(tmp_path, endowed) == []
    assert notes_on(tmp_path, NEEDY + "mechanisms: {endowments: off}\n") == []


def test_too_few_firms_to_last(tmp_path: Path) -> None:
    (note,) = notes_on(tmp_path, SMALL.replace("firms: 40", "firms: 2"))
    assert spot(note) == ("story.yaml", 8, 21, "population.firms")
    assert "2 firms in 2 industries" in note.message and note.remedy == "20 or more are safer"
    assert notes_on(tmp_path, SMALL) == []


def test_a_parameter_beyond_what_is_examined(tmp_path: Path) -> None:
    (note,) = notes_on(tmp_path, SMALL + "parameters: {specific_congestion: 0.45}\n")
    assert spot(note) == ("story.yaml", 9, 35, "parameters.specific_congestion")
    assert "0.45 is allowed, and beyond 0 to 0.4, where the model is examined" in note.message


# -- numbers at the edge ---------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["1e-300", "1e308", "-1e308", ".nan", ".inf", "-.inf", "5e-324", "1e400", "-1e-300"])
@pytest.mark.parametrize(
    "key",
    ["regions.cell_km", "regions.reach_km", "industries.cars.weight", "industries.cars.ceiling",
     "industries.cars.requires.skills", "industries.cars.opens", "parameters.foresight", "plan.budget", "years.burn_in",
     "population.firms", "population.leaders"],
)  # fmt: skip
def test_a_number_at_the_edge_has_a_place(tmp_path: Path, key: str, number: str) -> None:
    path = written(tmp_path, SMALL)
    with within(2):
        found = problems_in(path, [f"{key}={number}"])
    assert len(found) <= 1
    small = "e-3" in number and not number.startswith("-") and key not in ("regions.cell_km", "regions.reach_km")
    share = key.rpartition(".")[2] in ("weight", "ceiling", "foresight", "budget", "leaders", "skills")
    if not (small and share) and not (key.endswith("skills") and "e-3" in number):
        assert found and (found[0].line, found[0].key) == (1, key)


@pytest.mark.parametrize("number", ["1e308", "-1e308", "5e-324", "1e-300"])
def test_a_cell_at_the_edge_has_a_place(tmp_path: Path, number: str) -> None:
    written(tmp_path, f"place,r,c,coal\nNorth,0,0,{number}\nSouth,1,0,2\n", "places.csv")
    problem = the_problem(tmp_path, MAP.replace("column: c", "column: c, population: coal"))
    assert spot(problem) == ("places.csv", 2, 11, "regions.map.population")
    assert "which is out of range; numbers are 0, or lie between 1e-15 and 1e+15" in str(problem)


# -- names -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "held"),
    [("a;b", "';'"), ("a=b", "'='"), ("a\\nb", "a line break"), ("a\\u2028b", "a line break"), ("a\\tb", "U+0009"),
     ("a\\x7fb", "U+007F"), ("a\\u00a0b", "an invisible character, no-break space (U+00A0)"),
     ("a\\u200bb", "an invisible character, zero width space (U+200B)")],
)  # fmt: skip
def test_what_a_name_may_not_hold(tmp_path: Path, name: str, held: str) -> None:
    problem = the_problem(
        tmp_path, SMALL.replace("population:", f'  "{name}": {{chain: x, stage: upstream}}\npopulation:')
    )
    assert spot(problem)[1:3] == (8, 3)
    assert f"cannot be a name: it holds {held}" in problem.message.replace("the control character ", "")
    problem = the_problem(tmp_path, SMALL.replace("parts: {chain: cars,", f'parts: {{chain: "{name}",'))
    assert spot(problem) == ("story.yaml", 6, 18, "industries.parts.chain")
    assert "cannot be a name: it holds" in problem.message


@pytest.mark.parametrize(
    ("mark", "told"),
    [
        ("\u00a0", "no-break space (U+00A0)"),
        ("\u3000", "ideographic space (U+3000)"),
        ("\ufeff", "byte order mark (U+FEFF)"),
        ("\u200b", "zero width space (U+200B)"),
        ("\u202f", "narrow no-break space (U+202F)"),
    ],
)
def test_an_invisible_character_is_named(tmp_path: Path, mark: str, told: str) -> None:
    problem = the_problem(tmp_path, SMALL + f"plan:\n  budget{mark}: 0.1\n")
    assert spot(problem)[1:3] == (10, 3)
    assert f"it holds an invisible character, {told}" in problem.message
    assert problem.remedy == "did you mean 'budget'?"
    problem = the_problem(tmp_path, SMALL + f"plan: {{hot: ['cars{mark}']}}\n")
    assert f"it holds an invisible character, {told}" in problem.message


def test_an_invisible_character_that_breaks_a_line_is_named(tmp_path: Path) -> None:
    problem = the_problem(tmp_path, SMALL + "plan:\n  budget:\u00a00.1\n  every: 3\n")
    assert problem.remedy == "write plain spaces: line 10 holds an invisible character, no-break space (U+00A0)"
