"""Scores: formulas on numbers that the journal and the exports hold, and on nothing else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sim.game.presets import Payoff

Years = Sequence[dict[str, Any]]
"""What sim.game.engine.observe gave, year by year."""
ROUNDING = 9


def growth(before: float | None, after: float | None) -> float | None:
    """100 ln(after / before); None where one of them is no positive number."""
    if before is None or after is None or before <= 0.0 or after <= 0.0:
        return None
    return 100.0 * math.log(after / before)


def beaten(values: Sequence[float | None]) -> list[float]:
    """How many others each is above, ties counting a half; who has no value is below all."""
    told = [-math.inf if value is None else round(value, ROUNDING) for value in values]
    return [sum(one > other for other in told) + (told.count(one) - 1) / 2.0 for one in told]


def region_growth(fork: dict[str, Any], years: Years) -> list[float | None]:
    """Growth of each region's value added from the fork year to the last of `years`, per cent (ln)."""
    last = years[-1]["regions"]["value_added"]
    return [growth(before, after) for before, after in zip(fork["regions"]["value_added"], last, strict=True)]


def mean_change(before: float | None, values: Sequence[float | None]) -> float | None:
    """100 ln(mean of values / before)."""
    known = [value for value in values if value is not None]
    return growth(before, sum(known) / len(known)) if len(known) == len(values) and known else None


def national_change(fork: dict[str, Any], years: Years, key: str = "income") -> float | None:
    """Change of a measure of the nation, mean of `years` over the fork year, per cent (ln)."""
    return mean_change(fork["nation"][key], [year["nation"][key] for year in years])


def scores(payoff: Payoff, fork: dict[str, Any], years: Years) -> list[float | None]:
    """Score of each region after `years`, the years of all rounds so far.

    rank: regions beaten in growth of value added since the fork year; nation: change of the nation's real income;
    residents: change of the region's own real consumption, both as means of these years over the fork year, per cent.
    """
    if payoff == "rank":
        return list(beaten(region_growth(fork, years)))
    if payoff == "nation":
        return [national_change(fork, years)] * len(fork["regions"]["value_added"])
    own = fork["regions"]["income"]
    return [
        mean_change(before, [year["regions"]["income"][region] for year in years]) for region, before in enumerate(own)
    ]


def places(values: Sequence[float | None]) -> list[float]:
    """Place of each, the first being the best; equal ones share the mean of their places."""
    return [len(values) - above for above in beaten(values)]
