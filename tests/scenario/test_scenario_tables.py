"""CSV tables become part of a scenario, and mistakes in them are shown in the table."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.numerals import as_number
from sim.scenario.problems import Problem
from sim.scenario.reading import load_scenario, scenario_as_yaml, scenario_identity
from tests.scenario_files import MAP, SMALL, problems_in, spot, the_problem, written

PLACES = 'place,r,c,people,coal,note\n"North, far",0,0,10,1.5,x\nSouth,1,0,20,,y\nEast,1,1,30,4,z\n'
ENDOWED = MAP.replace(
    "industries:", "  endowments: {resources: [{column: coal, missing: 2, per: people}]}\nindustries:"
)


def put(folder: Path, text: str = MAP, table: str = PLACES) -> list[Problem]:
    """The problems of a scenario with a map."""
    written(folder, table, "places.csv")
    return problems_in(written(folder, text))


def test_the_columns_that_are_used_become_part_of_the_scenario(tmp_path: Path) -> None:
    written(tmp_path, PLACES, "places.csv")
    scenario = load_scenario(written(tmp_path, ENDOWED))
    real = scenario.regions.map
    assert real is not None
    assert real.data == {
        "place": ("North, far", "South", "East"),
        "r": (0.0, 1.0, 1.0),
        "c": (0.0, 0.0, 1.0),
        "coal": (1.5, "", 4.0),
        "people": (10.0, 20.0, 30.0),
    }
    assert real.table == ""
    assert scenario.regions.names() == ("North, far", "South", "East")


def test_short_names_come_along_for_figures() -> None:
    real = load_scenario("china_45").regions.map
    assert real is not None
    assert real.data["abbr"][:2] == ("BJ", "TJ")
    assert "gdp_100m_cny_2023_revised" not in real.data


def test_a_scenario_with_tables_stands_alone(tmp_path: Path) -> None:
    folder = tmp_path / "far"
    folder.mkdir()
    written(tmp_path, PLACES, "places.csv")
    scenario = load_scenario(written(tmp_path, ENDOWED))
    alone = load_scenario(written(folder, scenario_as_yaml(scenario)))
    assert alone.regions == scenario.regions
    assert scenario_identity(alone) == scenario_identity(scenario)


def test_a_table_is_looked_for_beside_the_file_that_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "far"
    folder.mkdir()
    written(folder, PLACES, "places.csv")
    written(folder, MAP, "base.yaml")
    path = written(tmp_path, "extends: far/base.yaml\n")
    assert load_scenario(path).regions.names() == ("North, far", "South", "East")
    written(tmp_path, PLACES.replace("East", "West"), "other.csv")
    monkeypatch.chdir(tmp_path)
    assert load_scenario(path, ["regions.map.table=other.csv"]).regions.names()[2] == "West"


# -- mistakes --------------------------------------------------------------------------------------------

ROW = "\n".join(PLACES.split("\n")[:2]) + "\n"


@pytest.mark.parametrize(
    ("table", "place", "key", "said"),
    [
        (ROW + "South,one,0,2,3,y\n", (3, 7), "regions.map.row", "column 'r' holds 'one', which is not a number"),
        (ROW + "South,,0,2,3,y\n", (3, 7), "regions.map.row", "the cell of column 'r' is blank; fill it in"),
        (ROW + "South,1,nan,2,3,y\n", (3, 9), "regions.map.column", "column 'c' holds 'nan', which is not a number"),
        (
            ROW + "South,0,0,2,3,y\n",
            (3, 7),
            "regions.map.row",
            "two regions lie on tile row 0, column 0; the other stands ",
        ),
        (
            ROW + "South,0.5,0,2,3,y\n",
            (3, 7),
            "regions.map.row",
            "0.5 is not the place of a tile; allowed: whole numbers",
        ),
        (ROW + "South,1,-1,2,3,y\n", (3, 9), "regions.map.column", "-1 is not the place of a tile"),
        (
            ROW + '"North, far",1,1,2,3,y\n',
            (3, 1),
            "regions.map.name",
            "are called 'North, far'; the other stands on line 2",
        ),
        (ROW + " ,1,1,2,3,y\n", (3, 1), "regions.map.name", "'' cannot be the name of a region"),
        (ROW + "South,1,1\n", (3, 1), "regions.map.table", "this row has 3 cells, the header has 6"),
        ("place,r,r\nA,0,0\n", (1, 1), "regions.map.table", "two columns are called 'r'"),
        ("place,r,c\n", (1, 1), "regions.map.table", "the table has no rows"),
        ("\n\n", (1, 1), "regions.map.table", "the table is empty"),
        ('place,r,c\nA,0,0\n"B,1,1\n', (3, 1), "regions.map.table", "not CSV"),
    ],
)
def test_a_mistake_in_the_table(tmp_path: Path, table: str, place: tuple[int, int], key: str, said: str) -> None:
    (problem,) = put(tmp_path, table=table)
    assert spot(problem) == ("places.csv", *place, key)
    assert said in str(problem)


@pytest.mark.parametrize(
    ("text", "place", "key", "said"),
    [
        (MAP.replace("name: place", "name: plaice"), (2, 34), "regions.map.name",
         "has no column 'plaice'; did you mean 'place'"),
        (MAP.replace("row: r, ", ""), (2, 3), "regions.map.row", "has no column 'grid_row'"),
        (MAP.replace("places.csv", "place.csv"), (2, 16), "regions.map.table", "did you mean 'places.csv'?"),
        (MAP.replace("table: places.csv, ", ""), (2, 8), "regions.map", "needs exactly one of `table` and `data`"),
        (MAP.replace("c}", "c, data: {place: [A]}}"), (2, 8), "regions.map", "write `data: null` to drop the inh"),
        (MAP.replace("c}", "c, population: peple}"), (2, 72), "regions.map.population", "did you mean 'people'"),
        (ENDOWED.replace("column: coal", "column: cola"), (3, 37), "regions.endowments.resources.0.column", "'coal'"),
        (ENDOWED.replace("resources", "resource"), (3, 16), "regions.endowments.resource", "did you mean 'resources'?"),
    ],
)  # fmt: skip
def test_a_mistake_in_what_is_asked_of_the_table(
    tmp_path: Path, text: str, place: tuple[int, int], key: str, said: str
) -> None:
    (problem,) = put(tmp_path, text)
    if problem.key == "regions.map.row":
        assert spot(problem)[1] == 2
    else:
        assert spot(problem) == ("story.yaml", *place, key)
    assert said in str(problem)


@pytest.mark.parametrize(
    ("change", "place", "key", "said"),
    [
        ((", missing: 2", ""), (3, 14), "regions.endowments.resources.0.column", "or say what a blank counts as with"),
        (
            ("per: people", "per: note"),
            (2, 25),
            "regions.endowments.resources.0.per",
            "column 'note' holds 'x', which is",
        ),
        (
            ("per: people", "per: r"),
            (2, 14),
            "regions.endowments.resources.0.per",
            "cannot be divided by the 0 in column",
        ),
        (
            ("missing: 2, per: people", "missing: -2, log: on"),
            (3, 14),
            "regions.endowments.resources.0.log",
            "too low for",
        ),
    ],
)
def test_a_mistake_in_an_endowment(
    tmp_path: Path, change: tuple[str, str], place: tuple[int, int], key: str, said: str
) -> None:
    first = put(tmp_path, ENDOWED.replace(*change))[0]
    assert spot(first) == ("places.csv", *place, key)
    assert said in str(first)


def test_columns_that_become_shares_are_not_negative_and_not_all_zero(tmp_path: Path) -> None:
    text = MAP.replace("c}", "c, initial_firms: coal}")
    (problem,) = put(tmp_path, text, "place,r,c,coal\nA,0,0,-1\nB,0,1,2\n")
    assert spot(problem) == ("places.csv", 2, 7, "regions.map.initial_firms")
    assert "is negative" in problem.message
    (problem,) = put(tmp_path, text, "place,r,c,coal\nA,0,0,0\nB,0,1,0\n")
    assert "holds only zeros" in problem.message


def test_an_industry_names_a_column_of_its_own(tmp_path: Path) -> None:
    text = MAP.replace("stage: upstream", "stage: upstream, initial_firms: coal")
    written(tmp_path, "place,r,c,coal\nA,0,0,1\nB,0,1,2\n", "places.csv")
    real = load_scenario(written(tmp_path, text)).regions.map
    assert real is not None
    assert real.data["coal"] == (1.0, 2.0)
    (problem,) = put(tmp_path, text, "place,r,c,coal\nA,0,0,-1\nB,0,1,2\n")
    assert spot(problem) == ("places.csv", 2, 7, "industries.parts.initial_firms")
    assert "is negative" in problem.message
    (problem,) = put(tmp_path, text, "place,r,c,coal\nA,0,0,\nB,0,1,2\n")
    assert "is blank" in problem.message
    (problem,) = put(tmp_path, text, "place,r,c,cole\nA,0,0,1\nB,0,1,2\n")
    assert problem.key == "industries.parts.initial_firms"
    assert "did you mean 'cole'" in problem.remedy


def test_a_grid_has_no_columns_for_first_firms(tmp_path: Path) -> None:
    text = SMALL.replace("stage: upstream", "stage: upstream, initial_firms: coal")
    problem = the_problem(tmp_path, text)
    assert problem.key == "industries.parts.initial_firms"
    assert "there is no map" in problem.message


def test_a_table_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_bytes(b"place,r,c\nCaf\xe9,0,0\n")
    problem = the_problem(tmp_path, MAP)
    assert spot(problem) == ("story.yaml", 2, 16, "regions.map.table")
    assert "not UTF-8" in problem.message


def test_a_table_that_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "places.csv").mkdir()
    problem = the_problem(tmp_path, MAP)
    assert "cannot be read" in problem.message


def test_a_row_over_several_lines_is_shown_where_it_begins(tmp_path: Path) -> None:
    table = 'note,place,r,c\n"a\nlong one",A,0,0\nb,B,x,0\n'
    (problem,) = put(tmp_path, table=table)
    assert spot(problem) == ("places.csv", 4, 5, "regions.map.row")


# -- tables written in the scenario ----------------------------------------------------------------------

INLINE = MAP.replace("table: places.csv", "data: {place: [A, B], r: [0, 0], c: [0, 1]}")


def test_a_table_may_stand_in_the_scenario(tmp_path: Path) -> None:
    assert load_scenario(written(tmp_path, INLINE)).regions.names() == ("A", "B")


@pytest.mark.parametrize(
    ("change", "place", "key", "said"),
    [
        (("[A, B]", "[A, A]"), (2, 27), "regions.map.name", "two regions are called 'A'; the other stands on line 2"),
        (("r: [0, 0]", "r: [0, x]"), (2, 38), "regions.map.row", "column 'r' holds 'x'"),
        (("c: [0, 1]", "c: [0]"), (2, 15), "regions.map.data", "the columns differ in length: place 2, r 2, c 1"),
        (("c: [0, 1]", "c: [0, 0]"), (2, 38), "regions.map.row", "two regions lie on tile row 0, column 0"),
        (("c: [0, 1]", "c: [0, null]"), (2, 49), "regions.map.data.c.1", "should be text or a number, not null"),
    ],
)
def test_a_mistake_in_a_table_that_stands_in_the_scenario(
    tmp_path: Path, change: tuple[str, str], place: tuple[int, int], key: str, said: str
) -> None:
    first = problems_in(written(tmp_path, INLINE.replace(*change)))[0]
    assert spot(first) == ("story.yaml", *place, key)
    assert said in str(first)


# -- explicit plans --------------------------------------------------------------------------------------

PLANNED = SMALL + "plan: {layout: explicit, matrix: plan.csv}\n"


def test_the_matrix_becomes_choices(tmp_path: Path) -> None:
    written(tmp_path, "note,industry,region,weight\nx,cars,R1A,2\ny,parts,R2B,.5\n", "plan.csv")
    plan = load_scenario(written(tmp_path, PLANNED)).plan
    assert [(choice.region, choice.industry, choice.weight) for choice in plan.choices] == [
        ("R1A", "cars", 2.0), ("R2B", "parts", 0.5),
    ]  # fmt: skip
    assert plan.matrix == ""


def test_a_matrix_without_weights_counts_each_row_once(tmp_path: Path) -> None:
    written(tmp_path, "region,industry\nR1A,cars\n", "plan.csv")
    scenario = load_scenario(written(tmp_path, SMALL + "neutral: {layout: explicit, matrix: plan.csv}\n"))
    assert scenario.neutral.choices[0].weight == 1.0


@pytest.mark.parametrize(
    ("table", "place", "key", "said"),
    [
        ("region,industry\nR1A,cars\nR7A,cars\n", (3, 1), "plan.choices.1.region", "there is no region 'R7A'"),
        ("region,industry\nR1A,cart\n", (2, 5), "plan.choices.0.industry", "did you mean 'cars' or 'parts'?"),
        ("region,industry,weight\nR1A,cars,0\n", (2, 10), "plan.matrix", "'0' is not a weight; allowed: more than 0"),
        ("region,industry,weight\nR1A,cars,lots\n", (2, 10), "plan.matrix", "'lots' is not a weight"),
        ("region,industry\nR1A,\n", (2, 5), "plan.matrix", "the cell of column 'industry' is blank or too long"),
        (
            "region,indus\nR1A,cars\n",
            (1, 1),
            "plan.matrix",
            "the table has no column 'industry'; did you mean 'indus'?",
        ),
    ],
)
def test_a_mistake_in_a_matrix(tmp_path: Path, table: str, place: tuple[int, int], key: str, said: str) -> None:
    written(tmp_path, table, "plan.csv")
    problem = problems_in(written(tmp_path, PLANNED))[0]
    assert spot(problem) == ("plan.csv", *place, key)
    assert said in str(problem)


TERMS = """term,region,industry,share,effort
1,R1A,cars,2,0.5
1,R1A,parts,1,
1,R2B,cars,1,1.5
3,R1A,parts,1,2
"""


def test_a_plan_has_terms_and_efforts(tmp_path: Path) -> None:
    written(tmp_path, TERMS, "plan.csv")
    plan = load_scenario(written(tmp_path, PLANNED)).plan
    assert [(one.term, one.region, one.industry, one.weight, one.effort) for one in plan.choices] == [
        (1, "R1A", "cars", 2.0, 0.5), (1, "R1A", "parts", 1.0, 0.5), (1, "R2B", "cars", 1.0, 1.5),
        (3, "R1A", "parts", 1.0, 2.0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "place", "key", "said"),
    [
        (("3,R1A", "1.5,R1A"), (5, 1), "plan.matrix", "'1.5' is not a term; allowed: a whole number from 1 to 1000"),
        (("3,R1A", ",R1A"), (5, 1), "plan.matrix", "'' is not a term"),
        (("1,1.5", "1,11"), (4, 14), "plan.matrix", "'11' is not an effort; allowed: from 0 to 10, or blank"),
        (("parts,1,\n", "parts,1,.6\n"), (3, 15), "plan.choices.1.effort", "'R1A' has two efforts in term 1"),
        (("1,1.5", "1,10"), (4, 14), "plan.choices.2.effort", "with a budget of 0.06 this region would spend more"),
        (("1,R2B,cars", "1,R1A,cars"), (4, 3), "plan.matrix", "'R1A' promotes 'cars' twice in term 1; the other"),
        (("share,effort", "share,weight"), (1, 22), "plan.matrix", "'share' and 'weight' mean the same; keep one"),
    ],
)
def test_a_mistake_in_a_plan_with_terms(
    tmp_path: Path, change: tuple[str, str], place: tuple[int, int], key: str, said: str
) -> None:
    assert change[0] in TERMS
    written(tmp_path, TERMS.replace(*change), "plan.csv")
    text = PLANNED.replace("layout: explicit", "layout: explicit, budget: 0.06")
    problem = problems_in(written(tmp_path, text))[0]
    assert said in str(problem)
    assert spot(problem) == ("plan.csv", *place, key)


def test_the_first_plan_must_be_given(tmp_path: Path) -> None:
    written(tmp_path, "term,region,industry\n2,R1A,cars\n", "plan.csv")
    problem = problems_in(written(tmp_path, PLANNED))[0]
    assert spot(problem) == ("plan.csv", 2, 1, "plan.choices.0.term")
    assert problem.remedy == "number the terms from 1"


def test_a_matrix_and_choices_exclude_each_other(tmp_path: Path) -> None:
    text = PLANNED.replace("plan.csv", "plan.csv, choices: [{region: R1A, industry: cars}]")
    problem = the_problem(tmp_path, text)
    assert spot(problem) == ("story.yaml", 9, 34, "plan")
    assert problem.remedy == "write `choices: null` or `matrix: null`"


def test_a_missing_matrix(tmp_path: Path) -> None:
    problem = the_problem(tmp_path, PLANNED)
    assert spot(problem) == ("story.yaml", 9, 34, "plan.matrix")


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 1.0), (" 2.5 ", 2.5), ("1e3", 1000.0), ("1_0", None), ("inf", None), ("x", None), ("", None)],
)
def test_numbers_in_cells(text: str, number: float | None) -> None:
    assert as_number(text) == number
