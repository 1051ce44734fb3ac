"""Numbers as tables write them: a whole column decides how a comma is meant, or it is refused."""

from __future__ import annotations

import pytest

from sim.scenario.numerals import as_number, read_numbers


def read(*cells: str | float, point: bool = False) -> tuple[list[float | None], list[str]]:
    found = read_numbers(cells, point_is_decimal=point)
    assert found.faults == []
    return found.values, found.how


@pytest.mark.parametrize(
    ("cells", "numbers", "how"),
    [
        (["1", "2.5", "-3", "1e3", ".5"], [1, 2.5, -3, 1000, 0.5], []),
        (["0,5", "1,234"], [0.5, 1.234], ["the comma is the decimal sign"]),
        (["1,234.5", "1,234"], [1234.5, 1234], ["the comma parts thousands"]),
        (["1,234,567", "1,234"], [1234567, 1234], ["the comma parts thousands"]),
        (["1.234,5", "1.234"], [1234.5, 1234], ["the comma is the decimal sign", "the point parts thousands"]),
        (["1.234.567", "1.234"], [1234567, 1234], ["the point parts thousands"]),
        (
            ["1 234", "12\u00a0345,5", "1\u202f234\u2009567"],
            [1234, 12345.5, 1234567],
            ["the comma is the decimal sign"],
        ),
        (["1'234", "1\u2019234.5"], [1234, 1234.5], []),
        (["\u22123", "+4"], [-3, 4], []),
        (["12345,678", "1,234"], [12345.678, 1.234], ["the comma is the decimal sign"]),
        (["0,125", "1,234"], [0.125, 1.234], ["the comma is the decimal sign"]),
        (["1.3 b", "2.5", ":", ": c"], [1.3, 2.5, None, None], ["the flags b are left out", "a colon counts as blank"]),
        (["1.3e", "2.5p"], [1.3, 2.5], ["the flags e, p are left out"]),
        (["", " 7 "], [None, 7], []),
        ([3.0, "4"], [3, 4], []),
    ],
)
def test_a_column_that_decides(cells: list[str], numbers: list[float | None], how: list[str]) -> None:
    assert read(*cells) == (numbers, how)


def test_a_point_in_a_file_of_commas_is_a_decimal_point() -> None:
    assert read("1.234", "12.345", point=True) == ([1.234, 12.345], [])


@pytest.mark.parametrize(
    ("cells", "row", "said", "remedy"),
    [
        (["12", "1,234", "2,345"], 1, "'1,234', whose comma may part thousands or decimals", "write 1234, or 1.2340"),
        (["1.234"], 0, "'1.234', whose point may part thousands or decimals", "write 1234, or 1.2340"),
        (["0,5", "2.5"], 1, "'2.5', and other cells have another decimal sign", "in one way"),
        (["1.5 b", "2.5 b"], 0, "every other cell has its 'b': a flag, or a unit?", "take the letter out"),
        (["1", "x"], 1, "'x', which is not a number", ""),
        (["1,23,4"], 0, "not a number", ""),
        (["1.2,3.4"], 0, "not a number", ""),
        (["1_0"], 0, "not a number", ""),
        (["inf"], 0, "not a number", ""),
        (["12 34"], 0, "not a number", ""),
        (["5 %"], 0, "not a number", ""),
        (["1e300"], 0, "1e+300, which is out of range", "1e+15"),
    ],
)
def test_a_column_that_is_refused_has_one_fault(cells: list[str], row: int, said: str, remedy: str) -> None:
    (fault,) = read_numbers(cells, point_is_decimal=False).faults
    assert fault.row == row
    assert said in fault.message
    assert remedy in fault.remedy


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 1.0), (" 2.5 ", 2.5), ("1e3", 1000.0), ("1_0", None), ("inf", None), ("x", None), ("", None)],
)
def test_a_number_in_plain_form(text: str, number: float | None) -> None:
    assert as_number(text) == number
