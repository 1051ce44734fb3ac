"""Comparisons of layouts under every setting, as dots with intervals: one panel a comparison, one line a setting."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.reporting.figures.style import BLUE, GREY, INK, VERMILION, Picture, blank, look, wrap
from sim.reporting.wording import arm_name, rows_of
from sim.reporting.wording.en import signs as words
from sim.store.provenance import Provenance

MOST = 24
"""Settings that are drawn: those that move a comparison the most."""
COLOURS = {"positive": BLUE, "negative": VERMILION}


def draw_signs(rows: pd.DataFrame, place: str, provenance: Provenance) -> Picture:
    """`rows` are those of one map of the table of signs; means are shown in per cent (100 x ln points)."""
    comparisons = list(dict.fromkeys(rows["comparison"]))
    wide = {name: table.set_index(["setting", "value"]) for name, table in rows.groupby("comparison", sort=False)}
    keys = list(dict.fromkeys(zip(rows["setting"], rows["value"], strict=True)))
    chosen = [keys[0], *most_moved(wide, keys)[:MOST]]
    title = words.title(arm_name(place), changed_signs(wide, keys), len(keys) - 1)
    notes = [text for text in (words.more(len(keys) - len(chosen)),) if text]
    with look():
        page = blank(title, provenance, height=3.2 + 0.36 * len(chosen), legend_lines=2, notes=notes)
        panels = page.figure.subplots(1, len(comparisons), sharey=True, squeeze=False)[0]
        for axes, comparison in zip(panels, comparisons, strict=True):
            _draw(axes, wide[comparison], chosen)
            axes.set_title(comparison, fontsize=16, loc="left")
            axes.set_xlabel(words.AXIS, fontsize=14)
        page.figure.text(
            0.012, page.legend_top, "\n".join(wrap(words.READING, 150)), fontsize=12, va="top", color="#444444"
        )
        names = [f"{name} {value}".strip().replace("_", " ") for name, value in chosen]
        panels[0].set_yticks(range(len(chosen)), names, fontsize=12.5)
        panels[0].set_ylim(len(chosen) - 0.4, -0.6)
    return Picture(f"signs-{place}", title, words.READING, page.figure)


def most_moved(wide: dict[str, pd.DataFrame], keys: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Settings other than the first, by how far they move a comparison, farthest first."""
    moved = {key: max(abs(table.at[key, "moved"]) for table in wide.values()) for key in keys[1:]}
    return sorted(moved, key=lambda key: (-np.nan_to_num(moved[key], nan=-1.0), keys.index(key)))


def changed_signs(wide: dict[str, pd.DataFrame], keys: list[tuple[str, str]]) -> int:
    """How many settings have a clear sign that the first has not, in some comparison."""
    return sum(
        any(table.at[key, "sign"] in COLOURS and table.at[key, "sign"] != table.at[keys[0], "sign"]
            for table in wide.values())
        for key in keys[1:]
    )  # fmt: skip


def _draw(axes: Axes, table: pd.DataFrame, chosen: list[tuple[str, str]]) -> None:
    for position, row in enumerate(rows_of(table.loc[chosen].reset_index())):
        if not np.isfinite(row.mean):
            axes.text(0, position, "no value", ha="center", va="center", fontsize=10, color=GREY)
            continue
        low, middle, high = 100 * row.low, 100 * row.mean, 100 * row.high
        if position == 0 and np.isfinite(low):
            axes.axvspan(low, high, color="#EEEEEE", zorder=0)
        colour = COLOURS.get(row.sign, GREY)
        if np.isfinite(low):
            axes.plot([low, high], [position, position], color=colour, linewidth=3, solid_capstyle="butt")
        axes.plot(middle, position, marker="o", markersize=8, color=colour, markeredgewidth=1.8,
                  markerfacecolor=colour if row.sign in COLOURS else "white")  # fmt: skip
    axes.axvline(0, color=INK, linewidth=1.5)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    axes.locator_params(axis="x", nbins=5)
