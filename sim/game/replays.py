"""What the debrief needs beside the session: the class's history with one region on its coordinated row, and with other
luck. Every replay is a World of its own, so that they run side by side; what comes out does not hang on how many do.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sim.game.engine import ARMS, CLASS, COORDINATED, Plans
from sim.game.rules import ROUND_YEARS, in_whole_chips
from sim.game.scores import growth
from sim.game.worlds import Played, Worlds

LUCK = 12
"""Other draws of luck."""
LUCK_SEED = 700_001
"""Added to the seed of a session for the first of them."""
Step = Callable[[int, int], None]
Years = list[dict[str, Any]]


def side_by_side(jobs: list[Callable[[], Any]], step: Callable[[], None]) -> list[Any]:
    """What the jobs return, in their order; `step` hears of each that is done."""
    with ThreadPoolExecutor(max(1, min(4, os.cpu_count() or 1))) as pool:
        told = [pool.submit(job) for job in jobs]
        for one in told:
            one.add_done_callback(lambda _one: step())
        return [one.result() for one in told]


def advised(worlds: Worlds, nation: int, played: Played, regions: list[str], names: list[str]) -> list[Plans]:
    """Round by round what the coordinated plan had for each region, as the class's advisers saw it then, in chips."""
    found: list[Plans] = []
    for round in range(1, len(played.rounds[nation]) + 1):
        rows = worlds.advice(nation, round, played)["coordinated"]
        found.append({region: in_whole_chips(row, names) for region, row in zip(regions, rows, strict=True)})
    return found


def costs(
    worlds: Worlds,
    nation: int,
    played: Played,
    usual: Years,
    regions: list[str],
    names: list[str],
    step: Callable[[], None],
) -> list[dict[str, Any]]:
    """For each region: what it gained by its own plans against its coordinated row, and what that cost the others.

    `usual` are the years of the class.
    """
    plans = list(played.rounds[nation])
    rows = advised(worlds, nation, played, regions, names)

    def other(region: str) -> Callable[[], Years]:
        changed = [{**own, region: row[region]} for own, row in zip(plans, rows, strict=True)]
        return lambda: worlds.replayed(nation, CLASS, changed)

    found = side_by_side([other(region) for region in regions], step)
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


def lucks(worlds: Worlds, nation: int, played: Played, seed: int, step: Callable[[], None]) -> list[dict[str, Any]]:
    """Rows of nation.csv for the same plans with other luck from the first round on, in all arms."""
    plans = list(played.rounds[nation])
    wanted = [(arm, luck) for arm in ARMS for luck in range(1, LUCK + 1)]

    def life(arm: str, luck: int) -> Callable[[], Years]:
        return lambda: worlds.replayed(nation, arm, plans, seed + LUCK_SEED + luck - 1)

    found = side_by_side([life(*one) for one in wanted], step)
    return [
        {"nation": nation, "arm": arm, "luck": luck, "round": 1 + row // ROUND_YEARS, "year": year["year"],
         **year["nation"]}
        for (arm, luck), years in zip(wanted, found, strict=True) for row, year in enumerate(years)
    ]  # fmt: skip


__all__ = ["COORDINATED", "LUCK", "costs", "lucks"]
