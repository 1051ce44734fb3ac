"""All headline metrics at a glance: paired differences with their intervals, a small panel for each metric."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from sim.reporting.figures.evidence import Evidence
from sim.reporting.figures.style import SIZE, Picture, arm_styles, blank, look, wrapped
from sim.reporting.wording import TOO_FEW, excludes_zero, label, main_metrics, rows_of
from sim.reporting.wording.en import figures as words

MOST = 9


def draw_forest(evidence: Evidence) -> Picture | None:
    """Differences over the treatment years of the main metrics; None when there are none."""
    table = evidence.differences
    if table.empty or not evidence.others:
        return None
    rows = table[(table["window"] == "treatment years") & np.isfinite(table["shown"])]
    metrics = main_metrics(rows["metric"])[:MOST]
    if not metrics:
        return None
    clear = {str(row.metric) for row in rows_of(rows) if excludes_zero(row) and row.metric in metrics}
    few = all(row.reason == TOO_FEW for row in rows_of(rows))
    title = words.forest_title(evidence.baseline, len(clear), len(metrics), few)
    reading = words.forest(evidence.baseline, evidence.replications)
    columns = min(3, len(metrics))
    panel_rows = 1 + (len(metrics) - 1) // columns
    with look():
        height = max(SIZE[1], 1.3 + panel_rows * (1.25 + _room(evidence) * len(evidence.others)))
        page = blank(title, evidence.provenance, height=height)
        grid = page.figure.subplots(panel_rows, columns, squeeze=False)
        for number, axes in enumerate(grid.flat):
            if number >= len(metrics):
                axes.axis("off")
                continue
            _draw_metric(axes, evidence, metrics[number], names=number % columns == 0)
    return Picture("differences", title, reading, page.figure)


def _room(evidence: Evidence) -> float:
    """Inches for an arm in a panel: its name may take several lines."""
    return 0.1 + 0.24 * max(wrapped(arm, 14).count("\n") + 1 for arm in evidence.others)


def _draw_metric(axes: Axes, evidence: Evidence, metric: str, names: bool) -> None:
    styles, unit = arm_styles(evidence), ""
    for position, arm in enumerate(evidence.others):
        row = evidence.result(arm, metric)
        if row is None or not np.isfinite(row.shown):
            continue
        unit = row.shown_unit
        style = styles[arm]
        if not row.reason:
            axes.plot(
                [row.shown_low, row.shown_high],
                [position, position],
                color=style.colour,
                linewidth=3.5,
                solid_capstyle="butt",
            )
        axes.plot(
            row.shown,
            position,
            marker=style.marker,
            markersize=12,
            color=style.colour,
            markeredgewidth=2.5,
            markerfacecolor=style.colour if excludes_zero(row) else "white",
        )
    axes.axvline(0, color="#222222", linewidth=2)
    axes.set_ylim(len(evidence.others) - 0.4, -0.6)
    axes.set_yticks(
        range(len(evidence.others)),
        [wrapped(arm, 14) for arm in evidence.others] if names else [""] * len(evidence.others),
    )
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.margins(x=0.12)
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, 0 - 0.04 * (high - low)), max(high, 0.04 * (high - low)))
    axes.locator_params(axis="x", nbins=5)
    axes.set_title(
        wrapped(f"{label(metric).capitalize()}{f' [{unit}]' if unit not in ('', '1') else ''}", 36),
        loc="left",
        fontsize=16,
    )
    better = evidence.metrics.get(metric, {}).get("better", "")
    if better:  # below the axis, so that it never meets the title
        axes.set_xlabel(
            words.BETTER[better],
            loc="right" if better == "more" else "left", fontsize=13, color="#666666", labelpad=0,
        )  # fmt: skip
