"""All facts at a glance: every interval on the scale of its published band."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from sim.reporting.figures.style import BLUE, GREY, INK, SIZE, VERMILION, Picture, blank, look
from sim.reporting.wording import number, rows_of
from sim.reporting.wording.en import facts as words
from sim.reporting.wording.en import figures as figure_words
from sim.store.provenance import Provenance
from sim.studies.facts.verdicts import ABSENT, OPEN, PASS, by_fact

REACH = 1.25
"""How far a row shows beyond its band, in widths of the band."""
BAND = "#DCE6EE"


def draw_facts(table: pd.DataFrame, provenance: Provenance) -> Picture:
    """Two columns of rows, one a statistic: the band as a grey box, the 5-95 % interval over seeds and the mean."""
    title, reading = words.title(by_fact(table)), words.READING
    rows = rows_of(table)
    half = -(-len(rows) // 2)
    with look():
        page = blank(title, provenance, height=max(SIZE[1], 1.6 + 0.36 * half))
        left, right = page.figure.subplots(1, 2)
        _draw_column(left, rows[:half], half)
        _draw_column(right, rows[half:], half)
    return Picture("facts", title, reading, page.figure)


def scale(value: float, low: float, high: float) -> float:
    """Place of a value when the band runs from 0 to 1; an open band is drawn as wide as its lower end."""
    top = high if math.isfinite(high) else low + max(abs(low), 1e-9)
    return (value - low) / (top - low)


def _draw_column(axes: Axes, rows: list[Any], height: int) -> None:
    for position, row in enumerate(rows):
        open_end = 0.0 if math.isfinite(row.band_high) else REACH
        axes.add_patch(Rectangle((0.0, position - 0.36), 1.0 + open_end, 0.72, color=BAND, linewidth=0))
        if row.verdict == ABSENT:
            axes.text(0.5, position, "not available", ha="center", va="center", fontsize=12, color="#555555")
            continue
        ends = (row.estimate, row.estimate) if row.reason else (row.low, row.high)
        low, mean, high = (scale(value, row.band_low, row.band_high) for value in (ends[0], row.estimate, ends[1]))
        _draw_interval(axes, position, low, mean, high, row.verdict)
        axes.text(1 + REACH + 0.06, position, number(row.estimate, 2), va="center", fontsize=12.5, color=INK)
    axes.text(1 + REACH + 0.06, -0.85, "mean", fontsize=12, color="#555555")
    axes.set_ylim(height - 0.4, -0.6)
    axes.set_xlim(-REACH - 0.05, 1 + REACH)
    axes.set_yticks(range(len(rows)), [row.statistic.replace("_", " ") for row in rows], fontsize=13)
    axes.set_xticks([0, 1], figure_words.BAND_ENDS, fontsize=12)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_visible(False)


def _draw_interval(axes: Axes, position: int, low: float, mean: float, high: float, verdict: str) -> None:
    colour, edge = {PASS: BLUE, OPEN: GREY}.get(verdict, VERMILION), 1 + REACH
    inside = [min(max(value, -REACH), edge) for value in (low, mean, high)]
    axes.plot([inside[0], inside[2]], [position, position], color=colour, linewidth=4, solid_capstyle="butt")
    if mean < -REACH or mean > edge:
        arrow = "<" if mean < 0 else ">"
        axes.plot(inside[1] * 0.97, position, marker=arrow, markersize=11, color=colour, clip_on=False)
        return
    axes.plot(inside[1], position, marker="o", markersize=9.5, color=colour, markeredgewidth=2.2,
              markerfacecolor=colour if verdict == PASS else "white")  # fmt: skip
