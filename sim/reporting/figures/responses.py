"""Response curves: the paired difference against each parameter, one panel a parameter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.reporting.figures.style import (
    ARM_COLOURS,
    GREY,
    INK,
    LINES,
    MARKERS,
    Picture,
    blank,
    look,
    wrap,
)
from sim.reporting.wording import arm_name
from sim.reporting.wording.en import sweep as words
from sim.store.provenance import Provenance
from sim.studies.experiment.levels import Factor, labels, level_text
from sim.studies.experiment.setup import Setup
from sim.studies.sweep import POINT, Responses

ACROSS = 3
"""Panels beside each other."""
MOST_LINES = 6
"""Levels of another factor that are drawn as lines of their own."""
MOST_TICKS = 9
ROW, HANDLE = 42, 4
"""Letters that a row of a legend has room for in the width of a column, and those that a line takes beside its name."""


def readable(values: Any, measure: str, unit: str) -> tuple[Any, str]:
    """Differences as readers meet them, and their unit: logarithms in per cent, shares in percentage points."""
    if measure.startswith("ln_"):
        return 100.0 * np.expm1(values), "%"
    if unit in ("share", "1/year", "share/year"):
        return 100.0 * np.asarray(values), "points"
    return values, "" if unit == "1" else unit


def draw_responses(found: Responses, measure: str, title: str, provenance: Provenance) -> Picture:
    """The responses of one measure as a picture; `title` says what comes out."""
    setup, others = found.setup, found.setup.arms[1:]
    factors = setup.factors
    if not factors:
        return _draw_arms(found, measure, title, provenance)
    rows = -(-len(factors) // ACROSS)
    sampled = setup.experiment.design.kind not in ("full", "one_at_a_time")
    reading = reading_of(setup, sampled)
    lines = wrap(reading, 150)
    with look():
        page = blank(title, provenance, height=3.0 + 3.9 * rows, legend_lines=len(lines) - len(lines) // 3)
        across = min(len(factors), ACROSS)
        panels = page.figure.subplots(rows, across, sharey=True, squeeze=False)
        flat = list(panels.flat)
        unit = str(found.curve.loc[found.curve["measure"] == measure, "unit"].iloc[0])
        for axes, factor in zip(flat, factors, strict=False):
            for number, arm in enumerate(others):
                table = rows_for(found, measure, arm, factor, sampled)
                alone = len(others) == 1
                colour = INK if alone else ARM_COLOURS[number % len(ARM_COLOURS)]
                if alone and not sampled and setup.balanced and len(factors) == 2:
                    _draw_others(axes, found, measure, arm, factor)
                apart = 0.0 if alone else number - (len(others) - 1) / 2
                _draw(axes, table, factor, measure, colour, number if not alone else -1, sampled, apart,
                      "" if alone else arm_name(arm))  # fmt: skip
            _finish(axes, factor)
        for axes in flat[len(factors) :]:
            axes.set_visible(False)
        for row in panels:
            row[0].set_ylabel(words.axis(measure, readable(0.0, measure, unit)[1]), fontsize=14)
        page.figure.text(0.012, page.legend_top, "\n".join(lines), fontsize=12, va="top", color="#444444")
        if len(others) > 1:
            _legend_above(flat[0], "")
    return Picture(f"responses-{measure}", title, reading, page.figure)


def _draw_arms(found: Responses, measure: str, title: str, provenance: Provenance) -> Picture:
    """The difference of every arm, from top to bottom: an experiment that varies nothing else."""
    table = found.curve[found.curve["measure"] == measure]
    reading = words.READING_ONE.format(baseline=arm_name(found.setup.baseline))
    unit = str(table["unit"].iloc[0])
    with look():
        page = blank(title, provenance, height=3.2 + 0.55 * len(table), legend_lines=1)
        axes = page.figure.subplots()
        middle, low, high = (
            np.asarray(readable(table[name].to_numpy(float), measure, unit)[0])
            for name in ("difference", "ci_low", "ci_high")
        )
        rows = np.arange(len(table))
        axes.hlines(rows, low, high, color=INK, linewidth=2.4, zorder=3)
        axes.plot(middle, rows, color=INK, linestyle="none", marker="o", markersize=9, zorder=4)
        axes.axvline(0, color=GREY, linewidth=1.5, zorder=1)
        axes.set_yticks(rows, [arm_name(arm) for arm in table["arm"]], fontsize=13)
        axes.set_ylim(len(table) - 0.4, -0.6)
        axes.grid(visible=False, axis="y")
        axes.set_xlabel(words.axis(measure, readable(0.0, measure, unit)[1]), fontsize=14)
        page.figure.text(0.012, page.legend_top, reading, fontsize=12, va="top", color="#444444")
    return Picture(f"responses-{measure}", title, reading, page.figure)


def reading_of(setup: Setup, sampled: bool) -> str:
    """How the picture is read."""
    baseline, arm = arm_name(setup.baseline), arm_name(setup.arms[1])
    over = "" if len(setup.factors) == 1 else words.OVER_OTHERS if setup.balanced else words.THE_REST
    if sampled:
        return words.READING_SAMPLED.format(arm=arm, baseline=baseline)
    if len(setup.arms) > 2:
        return words.READING_ARMS.format(over=over, baseline=baseline)
    thin = words.THIN if setup.balanced and len(setup.factors) == 2 else ""
    return words.READING.format(over=over, arm=arm, baseline=baseline) + thin


def rows_for(found: Responses, measure: str, arm: str, factor: Factor, sampled: bool) -> pd.DataFrame:
    """level, difference, ci_low and ci_high of a panel."""
    setup = found.setup
    if setup.balanced:
        told = found.profile
        rows = told[(told["measure"] == measure) & (told["arm"] == arm) & (told["factor"] == factor.name)]
        return rows.assign(level=list(factor.levels))
    told = found.curve[(found.curve["measure"] == measure) & (found.curve["arm"] == arm)]
    if sampled:
        return told.assign(level=told[factor.name])
    present = setup.points[0]
    place = [one.name for one in setup.factors].index(factor.name)
    kept = [
        all(level == present[at] for at, level in enumerate(setup.points[point]) if at != place)
        for point in told[POINT]
    ]
    rows = told[kept]
    levels = [setup.points[point][place] for point in rows[POINT]]
    rows = rows.assign(level=pd.Series(levels, index=rows.index, dtype=object))
    return rows.sort_values("level", kind="stable") if factor.numeric else rows


def places_of(levels: Sequence[Any], factor: Factor) -> list[float]:
    """Where levels stand on the axis: numbers at their value, others side by side."""
    if factor.numeric:
        return [float(level) for level in levels]
    order = list(factor.levels)
    return [float(order.index(level)) if level in order else -1.0 for level in levels]


def _draw(
    axes: Axes, table: pd.DataFrame, factor: Factor, measure: str, colour: str, number: int, sampled: bool,
    apart: float, label: str,
) -> None:  # fmt: skip
    at = np.array(places_of(list(table["level"]), factor))
    at = at + apart * 0.012 * np.ptp(at)
    middle, low, high = (
        np.asarray(readable(table[name].to_numpy(float), measure, str(table["unit"].iloc[0]))[0])
        for name in ("difference", "ci_low", "ci_high")
    )
    known = np.isfinite(low)
    axes.vlines(at[known], low[known], high[known], color=colour, linewidth=2.4 if not sampled else 1.2, zorder=3)
    style = "-" if number < 0 else LINES[number % len(LINES)]
    joined = factor.numeric and not sampled
    axes.plot(
        at, middle, color=colour, linestyle=style if joined else "none", zorder=4,
        marker="o" if number < 0 else MARKERS[number % len(MARKERS)], markersize=9 if not sampled else 6,
        label=label or None,
    )  # fmt: skip


def _draw_others(axes: Axes, found: Responses, measure: str, arm: str, factor: Factor) -> None:
    """A thin line for each level of the other of two factors."""
    (other,) = [one for one in found.setup.factors if one.name != factor.name]
    if len(other.levels) > MOST_LINES:
        return
    told = found.curve[(found.curve["measure"] == measure) & (found.curve["arm"] == arm)]
    for number, (level, text) in enumerate(zip(other.levels, labels(other.levels), strict=True)):
        rows = told[told[other.name] == (level if not isinstance(level, str) else level_text(level))]
        middle = readable(rows["difference"].to_numpy(float), measure, str(told["unit"].iloc[0]))[0]
        axes.plot(
            places_of(list(rows[factor.name]), factor), middle, color=ARM_COLOURS[number % len(ARM_COLOURS)],
            linestyle=LINES[number % len(LINES)], linewidth=1.6, label=text, zorder=2,
        )  # fmt: skip
    _legend_above(axes, other.name.replace("_", " "))


def _legend_above(axes: Axes, title: str) -> None:
    """The names of lines above their panel, where no line is."""
    longest = max(map(len, axes.get_legend_handles_labels()[1]))
    axes.legend(
        loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=max(1, min(3, ROW // (longest + HANDLE))), title=title,
        alignment="left", fontsize=11, title_fontsize=11, frameon=False, borderaxespad=0.3, columnspacing=1.2,
        handlelength=2.4,
    )  # fmt: skip


def _finish(axes: Axes, factor: Factor) -> None:
    axes.axhline(0, color=GREY, linewidth=1.5, zorder=1)
    unit = f" [{factor.unit}]" if factor.unit not in ("", "1") else ""
    axes.set_xlabel("\n".join(wrap(f"{factor.name.replace('_', ' ')}{unit}", 34)), fontsize=14)
    axes.margins(x=0.08)
    if factor.span:
        axes.locator_params(axis="x", nbins=5)
    elif not factor.numeric or len(factor.levels) <= MOST_TICKS:
        axes.set_xticks(places_of(factor.levels, factor), _shown(factor))
    axes.tick_params(labelsize=13)


def _shown(factor: Factor) -> list[str]:
    told = labels(factor.levels)
    return told if factor.numeric else ["\n".join(wrap(arm_name(text), 12)) for text in told]
