"""What the debrief takes from lives beside the session: what own plans gained and cost, and other luck."""

from __future__ import annotations

import math
from typing import Any

from sim.game.lives import Lives, Sofar, Years
from sim.game.rules import ROUND_YEARS
from sim.game.scores import growth


def costs(lives: Lives, nation: int, sofar: Sofar, usual: Years, regions: list[str]) -> list[dict[str, Any]]:
    """For each region: what it gained by its own plans against its coordinated row, and what that cost the others.

    `usual` are the years of the class.
    """
    found = [lives.years(life, sofar) for life in lives.with_a_row(nation, regions)]
    return [
        {"nation": nation, "region": region, "gain": growth(_own(years, row, "value_added"),
                                                            _own(usual, row, "value_added")),
         "cost": growth(_others(usual, row), _others(years, row))}
        for row, (region, years) in enumerate(zip(regions, found, strict=True))
    ]  # fmt: skip


def _own(years: Years, region: int, key: str) -> float | None:
    values = [year["regions"][key][region] for year in years]
    return math.fsum(values) / len(values) if values and None not in values else None


def _others(years: Years, region: int) -> float | None:
    told = [value for year in years for row, value in enumerate(year["regions"]["income"]) if row != region]
    return math.fsum(told) if None not in told else None


def lucks(lives: Lives, nation: int, sofar: Sofar) -> list[dict[str, Any]]:
    """Rows of nation.csv for the same plans with other luck from the first round on, in all arms."""
    found = []
    for life in lives.with_other_luck(nation):
        head = {"nation": nation, "arm": life.arm, "luck": life.luck}
        for row, year in enumerate(lives.years(life, sofar)):
            found.append({**head, "round": 1 + row // ROUND_YEARS, "year": year["year"], **year["nation"]})
    return found
