"""Stars in the table on the terminal: one for an interval without zero, two only where the correction holds too."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from sim.reporting import terminal


def row(low: float, high: float, p_holm: float, replications: int = 8) -> SimpleNamespace:
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
    told = terminal._cell(row(low, high, p_holm))
    assert told.plain.rstrip().endswith(stars) and told.plain.count("*") == len(stars)
    assert (told.style == "bold") == (stars == "**")
