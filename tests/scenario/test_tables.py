"""Tables as people have them: read where the meaning is certain, refused with one problem where it is not."""

from __future__ import annotations

import codecs
import time
import unicodedata
import zipfile
from functools import partial
from pathlib import Path

import openpyxl
import pytest

from sim.cli.shared import as_name
from sim.kernel.scenario_types import Scenario
from sim.scenario.arms import load_arms, parse_arm
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.reading import load_scenario
from tests.scenario_files import SMALL, spot, written

MAP = """\
regions:
  map: {table: places.csv, name: region, row: r, column: c, population: people}
industries:
  parts: {chain: cars, stage: upstream}
"""
TALL = "region,r,c,people\nNorth,0,0,1.5\nSouth,1,0,2500\n"
PLANNED = SMALL + "plan: {layout: explicit, matrix: plan.csv}\n"
CZECH = "region;r;c;people\nStředočeský;0;0;1,5\nPlzeňský;1;0;2500\n"
CHINESE = "region,r,c,people\n北京,0,0,1.5\n天津,1,0,2500\n"


def loaded(folder: Path, table: str | bytes, text: str = MAP, name: str = "places.csv") -> tuple[Scenario, list[str]]:
    """The scenario and the notes on how its table was read."""
    (folder / name).write_bytes(table.encode() if isinstance(table, str) else table)
    notes: list[Problem] = []
    scenario = load_scenario(written(folder, text), notes=notes)
    return scenario, [note.message for note in notes]


def refused(folder: Path, table: str | bytes, text: str = MAP, name: str = "places.csv") -> Problem:
    """The one problem of a scenario with such a table."""
    with pytest.raises(ScenarioError) as caught:
        loaded(folder, table, text, name)
    assert len(caught.value.problems) == 1, str(caught.value)
    return caught.value.problems[0]


def people(scenario: Scenario) -> dict[str, float]:
    real = scenario.regions.map
    assert real is not None
    return dict(zip(map(str, real.data["region"]), map(float, real.data["people"]), strict=True))


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (TALL, None),
        (TALL.replace(",", ";").replace("1.5", "1,5"), "semicolons part its cells"),
        (TALL.replace(",", "\t"), "tabs part its cells"),
        (TALL.replace(",", "|"), "vertical bars part its cells"),
        (TALL.replace(",", "，"), "full-width commas part its cells"),
        (TALL.encode("utf-32"), None),
        (codecs.BOM_UTF32_BE + TALL.encode("utf-32-be"), None),
        (TALL.encode("utf-16"), None),
        (TALL.encode("utf-16-le"), None),
        (TALL.encode("utf-16-be"), None),
        (TALL.encode("utf-8-sig"), None),
        (TALL.replace("\n", "\r\n"), None),
        ("Regions of the country,,,\n,,,\n" + TALL, "its header stands on line 3, what is above it is left out"),
        ("Regions\n\n" + TALL, "its header stands on line 3"),
        (TALL.replace("people\n", "people\n,,,1000 persons\n"), "line 2 below the header is left out"),
        (TALL + "\nSource: own, of 2024\n", "line 5 below the data is left out"),
        (TALL + ",,,\n* as of May,,,\nb break,,,\n", "lines 5 to 6 below the data are left out"),
        (TALL + "注：2024年\n", "line 4 below the data is left out"),
        (TALL.replace("people", "people,,").replace("5\n", "5,,\n").replace("00\n", "00,,\n"), None),
        (TALL.replace("1.5", "1.5,").replace("2500", "2500,"), None),
        (TALL.replace("region", "Region"), "its column 'Region' is read as 'region'"),
        (TALL.replace("region", "\ufeffREGION\u00a0"), "its column 'REGION' is read as 'region'"),
        (TALL.replace("1.5", "1.5 e"), "'people': the flags e are left out"),
        (TALL.replace("2500", '"2,500.0"'), "'people': the comma parts thousands"),
        (TALL.replace("2500", "2 500"), None),
        (TALL.replace("1.5", '"1,5"'), "'people': the comma is the decimal sign"),
    ],
)
def test_a_table_whose_meaning_is_certain(tmp_path: Path, table: str | bytes, told: str | None) -> None:
    scenario, notes = loaded(tmp_path, table)
    assert people(scenario) == {"North": 1.5, "South": 2500}
    assert (told is None and notes == []) or (told is not None and told in "\n".join(notes))


@pytest.mark.parametrize(
    ("table", "place", "said"),
    [
        (
            TALL.replace("1.5", '"1,234"').replace("2500", "7"),
            (2, 11),
            "column 'people' holds '1,234', whose comma may",
        ),
        (TALL.replace(",", ";").replace("1.5", "1.234"), (2, 11), "holds '1.234', whose point may part thousands"),
        (
            TALL.replace("1.5", "1,5"),
            (2, 1),
            "this row has 5 cells, the header has 4; put a number with a",
        ),
        (TALL + "West\n", (4, 1), "this row has 1 cells, the header has 4"),
        (TALL.replace("1.5", ":"), (2, 11), "the cell of column 'people' is blank"),
        (TALL.replace("South", "North"), (3, 1), "two regions are called 'North'; the other stands on line 2"),
        (TALL.replace("North", "Nor;th"), (2, 1), "'Nor;th' cannot be the name of a region: it holds ';'"),
        (TALL.replace("North", '"Nor\nth"'), (2, 1), "cannot be the name of a region: it holds a line break"),
        (TALL.replace("North", "Nor\x07th"), (2, 1), "it holds the control character U+0007"),
    ],
)
def test_a_table_whose_meaning_is_not_certain(tmp_path: Path, table: str, place: tuple[int, int], said: str) -> None:
    problem = refused(tmp_path, table)
    assert spot(problem)[:3] == ("places.csv", *place)
    assert said in str(problem)


@pytest.mark.parametrize("begin", ["<!DOCTYPE html>\n", "\ufeff<html>", "<table><tr><td>", '<?xml version="1.0"?>'])
def test_a_web_page_that_is_named_like_a_table(tmp_path: Path, begin: str) -> None:
    problem = refused(tmp_path, begin + TALL)
    assert "is a web page or XML, not a table" in str(problem)
    assert "save it as CSV UTF-8" in str(problem)


def test_names_in_decomposed_letters_are_the_same_names(tmp_path: Path) -> None:
    text = MAP + "shocks: [{shock: disaster, regions: [Plzeňský]}]\n"
    apart = unicodedata.normalize("NFD", CZECH)
    assert apart != CZECH
    scenario, _notes = loaded(tmp_path, apart, text)
    assert scenario.regions.names() == ("Středočeský", "Plzeňský")
    scenario, _notes = loaded(tmp_path, CZECH, unicodedata.normalize("NFD", text))
    assert scenario.shocks[0].regions == ("Plzeňský",)


def test_files_and_arms_whose_names_have_letters_apart(tmp_path: Path) -> None:
    apart = partial(unicodedata.normalize, "NFD")
    written(tmp_path, CZECH, apart("kraje_Plzeňský.csv"))
    written(tmp_path, MAP.replace("places.csv", "kraje_Plzeňský.csv"), apart("Plzeňský.yaml"))
    base = load_scenario(written(tmp_path, "extends: Plzeňský.yaml\n"))
    assert base.regions.names() == ("Středočeský", "Plzeňský")
    arms = load_arms([tmp_path / apart("Plzeňský.yaml"), tmp_path / "story.yaml"], [])
    assert list(arms) == ["Plzeňský", "story"]
    ((other, _),) = [parse_arm(apart("město=plan.layout:market"))]
    assert other == "město"
    assert as_name(apart("město")) == "město"


# -- encodings -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "encoding"), [(CHINESE, "gb18030"), (CZECH, "cp1250")])
def test_an_encoding_is_asked_for_where_names_do_not_tell_it(tmp_path: Path, table: str, encoding: str) -> None:
    problem = refused(tmp_path, table.encode(encoding))
    assert spot(problem) == ("story.yaml", 2, 16, "regions.map.table")
    assert "is not UTF-8 text, and its names do not tell what it is; save it as CSV UTF-8, or write " in str(problem)
    assert f"`encoding: {encoding}`" in problem.remedy and problem.remedy.endswith(" into the map")
    text = MAP.replace("name: region", f"encoding: {encoding}, name: region")
    scenario, _notes = loaded(tmp_path, table.encode(encoding), text)
    assert scenario == loaded(tmp_path, table)[0]


@pytest.mark.parametrize(
    ("table", "encoding", "mentioned"),
    [(CHINESE, "gb18030", "[北京, 天津]"), (CZECH, "cp1250", "[Středočeský, Plzeňský]")],
)
def test_names_that_the_scenario_knows_tell_the_encoding(
    tmp_path: Path, table: str, encoding: str, mentioned: str
) -> None:
    text = MAP + f"shocks: [{{shock: disaster, regions: {mentioned}}}]\n"
    scenario, notes = loaded(tmp_path, table.encode(encoding), text)
    assert scenario == loaded(tmp_path, table, text)[0]
    assert f"read so: it is {encoding} text" in notes[0]


def test_one_unknown_name_leaves_the_encoding_open(tmp_path: Path) -> None:
    text = MAP + "shocks: [{shock: disaster, regions: [Plzeňský]}]\n"
    assert "its names do not tell" in refused(tmp_path, CZECH.encode("cp1250"), text).message


def test_the_encoding_does_not_matter_where_what_is_used_is_ascii(tmp_path: Path) -> None:
    scenario, notes = loaded(tmp_path, ("Obyvatelstvo v krajích;;;\n" + CZECH_ASCII).encode("cp1250"))
    assert scenario.regions.names() == ("Praha", "Brno")
    assert "not UTF-8 text; of what is used, all is ASCII" in notes[0]


CZECH_ASCII = "region;r;c;people\nPraha;0;0;1,5\nBrno;1;0;2500\n"


@pytest.mark.parametrize("encoding", ["klingon", "zlib", "punycode", "utf-7"])
def test_an_unknown_encoding(tmp_path: Path, encoding: str) -> None:
    problem = refused(tmp_path, TALL, MAP.replace("name: region", f"encoding: {encoding}, name: region"))
    assert "has an `encoding` that is not known" in problem.message
    assert "gb18030" in problem.allowed


def test_a_stated_encoding_that_is_wrong(tmp_path: Path) -> None:
    problem = refused(tmp_path, b"\xff\xff", MAP.replace("name: region", "encoding: utf-8, name: region"))
    assert "is not utf-8 text" in problem.message


# -- workbooks -------------------------------------------------------------------------------------------


def workbook(folder: Path, *sheets: list[list[object]], name: str = "places.xlsx") -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Sheet {number + 1}")
        for row in rows:
            sheet.append(row)
    book.save(folder / name)
    return folder / name


XLSX = MAP.replace("places.csv", "places.xlsx")
ROWS: list[list[object]] = [["region", "r", "c", "people"], ["北京", 0, 0, 1.5], ["Plzeňský", 1, 0, 2500]]


def test_a_workbook(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["About"]], [["Regions"], [], *ROWS, [], ["Source: own"]])
    scenario, notes = loaded(tmp_path, path.read_bytes(), XLSX, path.name)
    assert people(scenario) == {"北京": 1.5, "Plzeňský": 2500}
    assert "sheet 'Sheet 2' of the workbook; its header stands on line 3" in notes[0]


def test_a_mistake_in_a_workbook_is_shown_by_row_and_column(tmp_path: Path) -> None:
    path = workbook(tmp_path, [*ROWS, ["West", 1, 1, "many"]])
    problem = refused(tmp_path, path.read_bytes(), XLSX, path.name)
    assert spot(problem) == ("places.xlsx", 4, 4, "regions.map.population")


def test_two_sheets_that_both_fit(tmp_path: Path) -> None:
    path = workbook(tmp_path, ROWS, ROWS)
    problem = refused(tmp_path, path.read_bytes(), XLSX, path.name)
    assert "more than once: sheet 'Sheet 1' of the workbook and sheet 'Sheet 2'" in problem.message


def test_a_workbook_that_unpacks_to_too_much(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "places.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 30_000_000)
    assert (tmp_path / "places.xlsx").stat().st_size < 100_000
    problem = refused(tmp_path, (tmp_path / "places.xlsx").read_bytes(), XLSX, "places.xlsx")
    assert "unpacks to too much; allowed: up to 20,000,000 bytes" in str(problem)


@pytest.mark.parametrize("content", [b"PK\x03\x04 and nothing", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_is_no_workbook(tmp_path: Path, content: bytes) -> None:
    problem = refused(tmp_path, content, XLSX, "places.xlsx")
    assert spot(problem)[0] == "story.yaml"
    assert "CSV UTF-8" in problem.remedy


def test_a_workbook_with_a_cell_far_out(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["XFD1000"] = 1  # type: ignore[index]
    for row in range(1, 200):
        book.active.cell(row, 16384, 1)  # type: ignore[union-attr]
    book.save(tmp_path / "places.xlsx")
    problem = refused(tmp_path, (tmp_path / "places.xlsx").read_bytes(), XLSX, "places.xlsx")
    assert problem.allowed == "up to 20,000 rows and 500,000 cells"


# -- plans -----------------------------------------------------------------------------------------------


def chosen(scenario: Scenario) -> set[tuple[str, str, float]]:
    return {(choice.region, choice.industry, choice.weight) for choice in scenario.plan.choices}


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("region,cars,parts\nR1A,2,\nR2B,0,.5\n", "regions down and industry by industry across"),
        (",cars,parts\nR1A,2,\nR2B,,.5\n", "regions down and industry by industry across"),
        ("Plan;;\nRegion;Cars;PARTS\nR1A;2;\nR2B;;0,5\n", "regions down and industry by industry across"),
        ("industry,R1A,R2B\ncars,2,\nparts,,.5\n", "industries down and region by region across"),
        ("Region,Industry,Weight\nR1A,cars,2\nR2B,parts,.5\n", "its column 'Industry' is read as 'industry'"),
        ("region;industry;weight\nR1A;cars;2\nR2B;parts;0,5\n\nSource: ministry; 2024\n", "'weight': the comma is the"),
    ],
)
def test_a_plan_in_other_forms(tmp_path: Path, table: str, told: str) -> None:
    scenario, notes = loaded(tmp_path, table, PLANNED, "plan.csv")
    assert chosen(scenario) == {("R1A", "cars", 2.0), ("R2B", "parts", 0.5)}
    assert told in "\n".join(notes)


@pytest.mark.parametrize(
    ("table", "place", "key", "said"),
    [
        ("region,industry\nR1A,cars\nR1A,cars\n", (3, 1), "plan.matrix",
         "'R1A' promotes 'cars' twice; the other stands on line 2; keep one row, with the weight that is meant"),
        ("region,cars,total\nR1A,2,2\n", (1, 13), "plan.matrix", "column 'total' is no industry, and the others are"),
        ("region,cars,part\nR1A,2,2\n", (1, 13), "plan.matrix", "did you mean 'parts'?"),
        ("region,cars,parts\nR1A,2,x\n", (2, 7), "plan.matrix", "column 'parts' holds 'x', which is not a number"),
        ("region,cars,parts\nR1A,2,-1\n", (2, 7), "plan.matrix", "'-1' is not a weight"),
        ("region,cars,parts\nR7A,2,\n", (2, 1), "plan.choices.0.region", "there is no region 'R7A'"),
        ("region;industry;weight\nR1A;cars;1,234\n", (2, 10), "plan.matrix", "'1,234', whose comma may part thousands"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_plan(tmp_path: Path, table: str, place: tuple[int, int], key: str, said: str) -> None:
    problem = refused(tmp_path, table, PLANNED, "plan.csv")
    assert spot(problem) == ("plan.csv", *place, key)
    assert said in str(problem)


def test_a_choice_given_twice_in_the_scenario(tmp_path: Path) -> None:
    choice = "{region: R1A, industry: cars}"
    with pytest.raises(ScenarioError) as caught:
        load_scenario(written(tmp_path, SMALL + f"plan: {{layout: explicit, choices: [{choice}, {choice}]}}\n"))
    (problem,) = caught.value.problems
    assert spot(problem) == ("story.yaml", 9, 67, "plan.choices.1")
    assert "'R1A' promotes 'cars' twice; the other stands on line 9" in problem.message


# -- tables that are too much ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "table",
    [
        "region,r,c,people\n" + "North,0,0,1\n" * 300_000,
        "\n" * 4_000_000,
        "," * 4_000_000,
        '"' * 4_000_000,
        ("region,r,c,people\n" + "北,0,0,1\n" * 19_000).encode("gb18030"),
        "x" * 5_000_001,
    ],
)
def test_a_table_that_is_too_much_is_refused_at_once(tmp_path: Path, table: str | bytes) -> None:
    loaded(tmp_path, TALL)
    began = time.process_time()
    problem = refused(tmp_path, table)
    assert time.process_time() - began < 2
    assert len(str(problem)) < 1000


def test_a_table_full_of_mistakes_shows_the_first(tmp_path: Path) -> None:
    table = "region,r,c,people\n" + "".join(f"R{row},x,0,1\n" for row in range(12_000))
    began = time.process_time()
    with pytest.raises(ScenarioError) as caught:
        loaded(tmp_path, table)
    assert time.process_time() - began < 2
    assert len(caught.value.problems) == 51
    assert "11,950 more problems with this table" in str(caught.value.problems[-1])


# -- what is no table ------------------------------------------------------------------------------------


def test_the_lines_of_a_foreign_file_are_not_shown(tmp_path: Path) -> None:
    problem = refused(tmp_path, "login:x:0:0:secret\nother:y:1:1:word\n")
    assert spot(problem) == ("story.yaml", 2, 16, "regions.map.table")
    assert "has none of the columns 'region', 'r', 'c', 'people' in its first rows" in problem.message
    assert "secret" not in repr(problem) and "login" not in repr(problem)
