"""What each mechanism contributes, as dots with intervals: one panel an aspect, one line a mechanism."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd

from sim.reporting.figures.style import BLUE, GREY, INK, VERMILION, Picture, blank, look
from sim.reporting.wording import rows_of
from sim.reporting.wording.en import figures as words
from sim.store.provenance import Provenance


def draw_knockout(table: pd.DataFrame, provenance: Provenance) -> Picture:
    """Panels share their lines; each has its own scale, cut where single mechanisms would hide the others."""
    aspects = list(dict.fromkeys(table["aspect"]))
    order = list(dict.fromkeys(table["mechanism"]))
    clear = int(table.groupby("mechanism")["clear"].any().sum())
    title, reading = words.knockout_title(clear, len(order)), words.KNOCKOUT
    with look():
        page = blank(title, provenance, height=2.9 + 0.34 * len(order), legend_lines=2)
        panels = page.figure.subplots(1, len(aspects), sharey=True, squeeze=False)[0]
        before = ""
        for axes, aspect in zip(panels, aspects, strict=True):
            rows = table[table["aspect"] == aspect]
            limit = scale_of(rows)
            for row in rows_of(rows):
                _draw(axes, order.index(str(row.mechanism)), row, limit)
            axes.axvline(0, color=INK, linewidth=1.5)
            axes.set_xlim(-1.12 * limit, 1.12 * limit)
            theme = str(rows["theme"].iloc[0])
            head = theme if theme != before else ""
            axes.set_title(f"{head}\n{aspect}\n[{rows['unit'].iloc[0]}]", fontsize=13, loc="left")
            before = theme
            axes.locator_params(axis="x", nbins=3)
            axes.tick_params(axis="x", labelsize=11)
            axes.tick_params(axis="y", length=0)
        page.figure.text(0.012, page.legend_top, textwrap.fill(reading, 150), fontsize=12, va="top", color="#444444")
        switched = table.drop_duplicates("mechanism").set_index("mechanism")["switched"]
        names = [name.replace("_", " ") + (" (off)" if switched[name] == "on" else "") for name in order]
        panels[0].set_yticks(range(len(order)), names, fontsize=12.5)
        panels[0].set_ylim(len(order) - 0.4, -0.6)
    return Picture("knockout", title, reading, page.figure)


def scale_of(rows: pd.DataFrame) -> float:
    """Half-width of a panel: three times the median distance of intervals' ends from zero, at most the largest."""
    ends = np.nanmax(np.abs(rows[["contribution", "ci_low", "ci_high"]].to_numpy(float)), axis=1, initial=0.0)
    ends = ends[np.isfinite(ends) & (ends > 0.0)]
    if len(ends) == 0:
        return 1.0
    return float(min(ends.max(), 3.0 * np.median(ends)))


def _draw(axes, position: int, row, limit: float) -> None:  # type: ignore[no-untyped-def]
    if not np.isfinite(row.contribution):
        axes.text(0, position, "no value", ha="center", va="center", fontsize=10, color=GREY)
        return
    colour = (BLUE if row.contribution > 0 else VERMILION) if row.clear else GREY
    if abs(row.contribution) > limit:
        side = np.sign(row.contribution)
        axes.plot(
            side * 1.05 * limit, position, marker=">" if side > 0 else "<", color=colour, markersize=9, clip_on=False
        )
        text = f"{row.contribution:.3g}"
        axes.text(side * 0.95 * limit, position, text, ha="right" if side > 0 else "left", va="center", fontsize=10)
        return
    if np.isfinite(row.ci_low):
        low, high = np.clip([row.ci_low, row.ci_high], -1.12 * limit, 1.12 * limit)
        axes.plot([low, high], [position, position], color=colour, linewidth=3, solid_capstyle="butt")
    face = colour if row.clear else "white"
    axes.plot(
        row.contribution, position, marker="o", markersize=7, color=colour, markerfacecolor=face, markeredgewidth=1.8
    )
