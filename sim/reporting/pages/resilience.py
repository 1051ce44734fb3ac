"""The report's section on resilience: what shocks cost the nation, and the places and industries hit hardest."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.reporting.pages.contents import Cell, Grid, Part, Points, Words
from sim.reporting.wording import RESILIENCE, arm_name, decimals, mean_with_half, rows_of, signed
from sim.reporting.wording.en import report as words
from sim.reporting.wording.intervals import span_in_words

HARDEST = 3


def resilience_parts(resilience: pd.DataFrame) -> list[Part]:
    """The section, from the table of sim.studies.resilience; nothing when no arm has shocks."""
    if resilience.empty:
        return []
    nation = resilience[resilience["group"] == "nation"]
    several = resilience["arm"].nunique() > 1
    head = words.resilience_head(str(resilience["against"].iloc[0]) if several else "")
    rows = [
        _row(meaning, row, several)
        for measure, meaning in RESILIENCE.items()
        for row in rows_of(nation[nation["measure"] == measure])
    ]
    return [
        Words(words.RESILIENCE_METHOD),
        Grid(head, rows, words.HEADINGS["shocks"]),
        *_hardest(resilience[resilience["group"] != "nation"]),
    ]


def _row(meaning: str, row: Any, several: bool) -> list[Cell | str]:
    least = 1 if row.measure == "years_to_regain" else 2
    cells: list[Cell | str] = [
        meaning, Cell(arm_name(str(row.arm)), "words"), mean_with_half(row, least)
    ]  # fmt: skip
    if not several:
        return cells
    if row.difference != row.difference:
        return [*cells, "-", "-"]
    low, high = row.difference_low, row.difference_high
    why, places = row.difference_reason, decimals(low, high)
    clear = not why and (low > 0 or high < 0)
    return [*cells, Cell(signed(row.difference, places), "clear" if clear else "number"), span_in_words(low, high, why)]


def _hardest(groups: pd.DataFrame) -> list[Part]:
    """The groups that lost most in each arm, in words."""
    lost = groups[groups["measure"] == "loss"]
    said = []
    for arm, rows in lost.groupby("arm", sort=False):
        worst = rows.sort_values("mean", ascending=False).head(HARDEST)
        named = ", ".join(
            f"{str(row.group).partition('=')[2]} {mean_with_half(row)}" for row in rows_of(worst) if row.mean > 0
        )
        said.append(f"{arm_name(str(arm))}: {named or words.NONE_LOST}")
    return [Points(said, words.HARDEST, "small")] if said else []
