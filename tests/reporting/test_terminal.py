"""Stars on the terminal: one for an interval without zero, two where the correction holds too, none without one."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest

from sim.reporting import terminal


def row(low: float, high: float, p_holm: float, replications: int = 8, reason: str = "") -> SimpleNamespace:
    """A row of the table of differences."""
    middle = (low + high) / 2
    return SimpleNamespace(
        shown=middle,
        shown_low=low,
        shown_high=high,
        ci_low=low,
        ci_high=high,
        difference=middle,
        p_holm=p_holm,
        replications=replications,
        reason=reason,
    )


@pytest.mark.parametrize(
    ("low", "high", "p_holm", "stars"),
    [
        (1.0, 3.0, 0.049, "**"),
        (1.0, 3.0, 0.05, "*"),
        (1.0, 3.0, 0.4, "*"),
        (-3.0, -1.0, 0.001, "**"),
        (-1.0, 3.0, 0.001, ""),
    ],
)
def test_stars(low: float, high: float, p_holm: float, stars: str) -> None:
    told = terminal.difference_cell(row(low, high, p_holm))
    assert told.plain.rstrip().endswith(stars) and told.plain.count("*") == len(stars)
    assert (told.style == "bold") == (stars == "**")


def test_without_an_interval_there_is_neither_star_nor_half() -> None:
    few = row(math.nan, math.nan, math.nan, 3, "too few")
    few.shown = -2.5
    assert terminal.difference_cell(few).plain == "-2.50"
    same = row(math.nan, math.nan, math.nan, 8, "identical")
    same.shown = -2.5
    assert terminal.difference_cell(same).plain.rstrip() == "-2.50 ="
    assert terminal.interval_in_words(-2.5, math.nan, math.nan, "identical") == "-2.50 (the same in all)"
    assert terminal.interval_in_words(1.0, 0.5, 1.5, "") == "+1.0 (+0.5 to +1.5)"
    assert terminal.interval_in_words(math.nan, math.nan, math.nan, "no value") == "-"
