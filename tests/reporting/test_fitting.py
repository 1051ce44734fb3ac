"""Tables on the screen: whatever the width of a line, no number is cut and no line too long."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.text import Text

from sim.reporting.comparison import tell
from sim.reporting.fitting import Column, Fitting
from sim.studies.compare import Comparison


def lines(table: object, width: int) -> list[str]:
    console = Console(width=width, file=io.StringIO(), record=True)
    console.print(table)
    return console.export_text().splitlines()


TABLE = Fitting(
    ["real income", "a name that is long"],
    [
        Column("base", ["1,234", "5"]),
        Column("arm one", ["+1.0 ±0.2", "-"]),
        Column("a much longer arm", ["2", "-12.34 ±5.67 **"]),
    ],
    kept=1,
)


@pytest.mark.parametrize("width", [80, 60, 48, 40, 30])
def test_no_number_is_cut_and_no_line_is_too_long(width: int) -> None:
    shown = lines(TABLE, width)
    assert max(len(line.rstrip()) for line in shown) <= width
    text = "\n".join(shown)
    for number in ("1,234", "+1.0 ±0.2", "-12.34 ±5.67 **"):
        assert number in text
    assert "…" not in text and "[" not in text


def test_columns_without_room_go_below_with_those_that_are_kept() -> None:
    assert [[column.heading for column in block] for block, _ in TABLE.blocks(80)] == [
        ["base", "arm one", "a much longer arm"]
    ]
    assert [[column.heading for column in block] for block, _ in TABLE.blocks(40)] == [
        ["base", "arm one"], ["base", "a much longer arm"]
    ]  # fmt: skip
    assert "\n".join(lines(TABLE, 40)).count("1,234") == 2


def test_wide_letters_take_two_places() -> None:
    assert Column("集群", ["1"]).width == 4
    assert Column("", [Text("bold", style="bold"), "longer one"]).width == 10


@pytest.mark.parametrize("width", [80, 60])
def test_a_comparison_fits(comparison: Comparison, width: int) -> None:
    console = Console(width=width, record=True, file=io.StringIO())
    tell(comparison, console)
    shown = console.export_text()
    assert max(len(line.rstrip()) for line in shown.splitlines()) <= width
    assert "…" not in shown and "random_specialised" not in shown
    table = comparison.differences.query("window == 'treatment years'")
    for metric in ("ln_real_income", "firms"):
        for row in table[table["metric"] == metric].itertuples():
            assert f"{row.shown:+.1f}" in shown
