"""The report's section on the gradient system: where firms of each tier stand a year later, and how they fare."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.reporting.pages.contents import Cell, Grid, Part, Words
from sim.reporting.wording import arm_name, decimals, label, rows_of
from sim.reporting.wording.en import report as words


def tier_parts(transitions: pd.DataFrame, tiers: pd.DataFrame, baseline: str) -> list[Part]:
    """The section: the baseline's transitions, and survival and growth in every arm; nothing without records."""
    if transitions.empty:
        return []
    return [
        Words(words.TIERS_METHOD),
        _transitions(transitions, baseline),
        _fortunes(tiers),
        Words(words.TIERS_NOTE, "small"),
    ]


def _transitions(transitions: pd.DataFrame, arm: str) -> Grid:
    mine = transitions[transitions["arm"] == arm]
    fates = list(dict.fromkeys(mine["to_tier"]))
    rows = [
        [label(str(tier)), *(_percent(cell) for cell in rows_of(row))]
        for tier, row in mine.groupby("from_tier", sort=False)
    ]
    return Grid([words.FROM_TIER.format(arm_name(arm)), *map(label, fates)], rows, words.MOVES)


def _fortunes(tiers: pd.DataFrame) -> Grid:
    names = list(dict.fromkeys(tiers["tier"]))
    rows: list[list[Cell | str]] = []
    for (measure, arm), row in tiers.groupby(["measure", "arm"], sort=False):
        if row["mean"].isna().all():
            continue  # too short a run to see it
        meaning = words.ALIVE if str(measure).startswith("survival") else words.GROWTH
        rows.append([meaning, Cell(arm_name(str(arm)), "words"), *(_percent(cell) for cell in rows_of(row))])
    return Grid(["", words.ARM, *map(label, names)], rows, words.FORTUNES)


def _percent(row: Any) -> str:
    """A share or a change of logarithms in per cent, with half of its interval where there is one."""
    if row.mean != row.mean:
        return "-"
    if row.reason:
        return "0" if row.mean == 0.0 else f"{100 * row.mean:.1f}"
    low, high = 100 * row.ci_low, 100 * row.ci_high
    places = min(decimals(low, high), 2)
    return f"{100 * row.mean:.{places}f} ±{(high - low) / 2:.{places}f}"
