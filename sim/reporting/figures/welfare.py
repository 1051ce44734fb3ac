"""The answer over time: real income of each arm against the baseline."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.transforms import blended_transform_factory

from sim.reporting.figures.evidence import Evidence
from sim.reporting.figures.style import (
    Picture,
    arm_legend,
    arm_styles,
    blank,
    legend_of,
    look,
    mark_fork,
    wrapped,
)
from sim.reporting.wording import short_answer
from sim.reporting.wording.en import figures as words


def draw_welfare(evidence: Evidence) -> Picture | None:
    """Paired difference in the headline metric by year, with 95 % bands; None when there is nothing to compare."""
    metric = evidence.headline
    if not evidence.others or not evidence.has(metric):
        return None
    title = _finding(evidence)
    unit = "%" if metric.startswith("ln_") else str(evidence.path(evidence.baseline, metric)["unit"].iloc[0])
    reading = words.welfare(metric, evidence.baseline, evidence.replications)
    with look():
        page = blank(title, evidence.provenance, legend_lines=legend_of(evidence.arms).lines)
        axes = page.figure.subplots()
        styles = arm_styles(evidence)
        ends = []
        for order, arm in enumerate(evidence.others):
            path, style = _in_percent(evidence.path(arm, metric), metric), styles[arm]
            step = max(1, len(path) // 8)
            axes.fill_between(
                path["since"],
                path["difference_low"],
                path["difference_high"],
                color=style.colour,
                alpha=0.18,
                linewidth=0,
            )
            axes.plot(
                path["since"],
                path["difference"],
                color=style.colour,
                linestyle=style.line,
                marker=style.marker,
                markersize=10,
                markevery=(order * step // len(evidence.others), step),
            )
            ends.append((float(path["difference"].iloc[-1]), arm))
        axes.axhline(0, color=styles[evidence.baseline].colour, linewidth=3)
        ends.append((0.0, evidence.baseline))
        mark_fork(axes, label=True)
        axes.set_xlabel(words.years_since(words.YEARS_OF_ARMS, evidence.fork_year))
        axes.set_ylabel(wrapped(words.difference_axis(metric, evidence.baseline, unit), 32))
        axes.margins(x=0.01)
        axes.locator_params(axis="x", integer=True)
        outside = blended_transform_factory(axes.transAxes, axes.transData)
        low, high = axes.get_ylim()
        for height, arm in spread_labels(ends, low, high, label_gap(evidence.arms)):
            axes.text(
                1.01,
                height,
                wrapped(arm, 16),
                transform=outside,
                va="center",
                color=styles[arm].colour,
                fontweight="bold",
                linespacing=0.95,
            )
        arm_legend(page, evidence)
    return Picture("welfare", title, reading, page.figure)


def _in_percent(path: pd.DataFrame, metric: str) -> pd.DataFrame:
    columns = ["difference", "difference_low", "difference_high"]
    if not metric.startswith("ln_"):
        return path
    return path.assign(**{name: 100 * np.expm1(path[name]) for name in columns})


def label_gap(arms: Sequence[str]) -> float:
    """Room for the label of a line, as a share of the axis: for the name with most lines."""
    return 0.03 + 0.05 * max((wrapped(arm, 16).count("\n") + 1 for arm in arms), default=1)


def spread_labels(ends: list[tuple[float, str]], low: float, high: float, gap: float = 0.1) -> list[tuple[float, str]]:
    """Heights for labels at the ends of lines: at least `gap` of the axis apart, in order, moved as little as can be.

    Labels that would overlap form a block around their mean height (isotonic regression by pooling neighbours).
    """
    apart, ordered = gap * (high - low), sorted(end for end in ends if np.isfinite(end[0]))
    blocks: list[tuple[float, int]] = []  # where the first label of a block would stand, and how many labels it has
    for number, (height, _) in enumerate(ordered):
        mean, count = height - number * apart, 1
        while blocks and blocks[-1][0] > mean:
            before, others = blocks.pop()
            mean, count = (before * others + mean * count) / (others + count), others + count
        blocks.append((mean, count))
    starts = np.array([mean for mean, count in blocks for _ in range(count)])
    inside = np.clip(starts, low, max(low, high - (len(ordered) - 1) * apart))
    return [(float(start) + number * apart, ordered[number][1]) for number, start in enumerate(inside)]


def _finding(evidence: Evidence) -> str:
    """The clearest differences in words, or that none is clear, as on top of the report."""
    rows = [row for arm in evidence.others if (row := evidence.result(arm, evidence.headline)) is not None]
    return short_answer(rows, evidence.headline, evidence.baseline, evidence.replications)
