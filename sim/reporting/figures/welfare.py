"""The answer over time: real income of each arm against the baseline."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.transforms import blended_transform_factory

from sim.reporting.figures.evidence import Evidence
from sim.reporting.figures.style import (
    Picture,
    arm_legend,
    arm_styles,
    blank,
    legend_rows,
    look,
    mark_fork,
    short,
    wrapped,
)
from sim.reporting.wording import decimals, excludes_zero, label, signed


def draw_welfare(evidence: Evidence) -> Picture | None:
    """Paired difference in the headline metric by year, with 95 % bands; None when there is nothing to compare."""
    metric = evidence.headline
    if not evidence.others or not evidence.has(metric):
        return None
    title = _finding(evidence)
    unit = "%" if metric.startswith("ln_") else str(evidence.path(evidence.baseline, metric)["unit"].iloc[0])
    reading = (
        f"Above zero an arm gives more {label(metric)} than {evidence.baseline} in the same replication; "
        "the shade is the 95 % interval of the mean paired difference; before the fork all arms are one."
    )
    with look():
        page = blank(title, evidence.provenance, legend_rows=legend_rows(evidence.arms))
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
        axes.set_xlabel(f"Years since the arms parted (in year {evidence.fork_year})")
        axes.set_ylabel(f"Difference in {label(metric)}\nto {short(evidence.baseline, 24)} [{unit}]")
        axes.margins(x=0.01)
        axes.locator_params(axis="x", integer=True)
        outside = blended_transform_factory(axes.transAxes, axes.transData)
        for height, arm in spread_labels(ends, *axes.get_ylim()):
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
    """The two or three clearest differences in words, else that none is clear."""
    rows = [row for arm in evidence.others if (row := evidence.result(arm, evidence.headline)) is not None]
    clear = sorted((row for row in rows if excludes_zero(row)), key=lambda row: -abs(row.shown))
    name = label(evidence.headline)
    if not clear:
        runs = f"{evidence.replications} replication{'' if evidence.replications == 1 else 's'}"
        return f"{name.capitalize()}: no arm can be told from {short(evidence.baseline, 20)} with {runs}"
    places = max(decimals(row.shown_low, row.shown_high) for row in clear[:3])
    parts = [
        f"{short(row.arm, 20)} {signed(row.shown, places)}{' ' + row.shown_unit if row.shown_unit != '1' else ''}"
        for row in clear[:3]
    ]
    said = f"{name.capitalize()} against {short(evidence.baseline, 20)}: {', '.join(parts)}"
    unclear = len(rows) - len(clear)
    return said + (f"; {unclear} {'other is' if unclear == 1 else 'others are'} too close to call" if unclear else "")
