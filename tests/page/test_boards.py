"""Plans of one's own: written and read back, as a word of the address and as a table that scenarios read."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.page.boards import board_as_csv, board_from_table, planned, read_board, write_board
from sim.page.sessions import PageError, Sessions
from sim.scenario.problems import ScenarioError
from sim.scenario.reading import load_scenario
from tests.page.test_sessions import SMALL, hashes, ran


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small scenario in a file: 16 regions, 8 industries."""
    path = tmp_path_factory.mktemp("board") / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return str(path)


def test_a_word_is_read_as_choices_and_written_back(source: str) -> None:
    scenario = load_scenario(source)
    choices = read_board("201..03", scenario)
    assert choices is not None
    names = list(scenario.industries)
    told = [(one.region, one.industry, one.weight) for one in choices]
    assert told == [("R1A", names[0], 2.0), ("R1A", names[2], 1.0), ("R1C", names[1], 3.0)]
    assert write_board(choices, scenario) == "201..03"


@pytest.mark.parametrize("text", ["", "0", "...", "1,2", "111111111", "1" + "." * 16, "x", "1\n", "١", "1" * 4000])
def test_what_is_no_plan_of_the_scenario_is_none(source: str, text: str) -> None:
    assert read_board(text, load_scenario(source)) is None


def test_weights_that_are_no_digits_are_told_in_proportion() -> None:
    real = load_scenario("china_45")
    word = write_board(real.plan.choices, real)
    again = read_board(word, real)
    assert again is not None
    assert {(one.region, one.industry) for one in again} == {
        (one.region, one.industry) for one in real.plan.choices if one.term == 1
    }


def test_the_table_is_one_that_a_scenario_reads(source: str, tmp_path: Path) -> None:
    scenario = load_scenario(source)
    table = tmp_path / "mine.csv"
    table.write_text(board_as_csv("201..03", scenario), encoding="utf-8-sig")
    read = load_scenario(source, ["plan.layout=explicit", f"plan.matrix={table}"], [])
    assert set(read.plan.choices) == set(read_board("201..03", scenario) or ())
    assert board_from_table(table.read_bytes(), source, scenario) == "201..03"


def test_a_table_from_a_spreadsheet_is_read_and_a_wrong_one_refused_in_words(source: str) -> None:
    scenario = load_scenario(source)
    table = board_as_csv("2", scenario).replace(",", ";").encode("utf-16")
    assert board_from_table(table, source, scenario) == "2"
    first = next(iter(scenario.industries))
    for content, said in (
        (f"region,{first}\r\nR9Z,1\r\n".encode(), "R9Z"), (b"\x00\x01\x02", ""), (b"PK\x03\x04 not a workbook", ""),
        (b"region," + first.encode() + b"\r\nR1A,\r\n", ""),
    ):  # fmt: skip
        with pytest.raises(ScenarioError) as refused:
            board_from_table(content, source, scenario)
        told = "; ".join(one.message for one in refused.value.problems)
        assert said in told and "/tmp" not in told


@pytest.mark.slow
def test_it_runs_as_the_exported_scenario_does_with_the_budget_of_the_others(source: str, tmp_path: Path) -> None:
    word = "201.03"
    _, session = Sessions({"small": source}).open(f"one=own&other=duplicated&own={word}")
    assert session.layouts == ("own", "duplicated") and session.told()["board"]["plan"] == word
    assert hashes(session, 0)[1:] == ran(session, 0, tmp_path)
    arms = [life.scenario.plan for life in session.lives]
    assert arms[0].budget == arms[1].budget and arms[0].basis == arms[1].basis
    _, again = Sessions({"small": source}).open(session.told()["query"])
    assert again.told()["query"] == session.told()["query"]


def test_a_bad_plan_is_named_and_the_usual_layouts_hold(source: str) -> None:
    _, session = Sessions({"small": source}).open("one=own&other=own&own=evil")
    assert session.problems == ["own"] and session.layouts == ("differentiated", "duplicated")
    with pytest.raises(PageError, match="no plan of your own"):
        session.compare_plans(Sessions({}).bench)


def test_a_region_without_a_mark_follows_the_national_mix(source: str) -> None:
    scenario = load_scenario(source)
    choices = read_board("2", scenario)
    assert choices is not None
    assert planned(scenario, choices).plan.elsewhere == "balanced"
