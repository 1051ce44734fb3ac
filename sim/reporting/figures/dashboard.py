"""One run on one page: the map of its clusters and its main measures over time."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sim.reporting.figures.evidence import Evidence
from sim.reporting.figures.maps import (
    classes,
    draw_leaders,
    employment,
    finish_map,
    fitting_size,
    map_frame,
    map_notes,
    map_scale,
)
from sim.reporting.figures.paths import draw_lines
from sim.reporting.figures.style import SIZE, Picture, blank, legend_of, look
from sim.reporting.wording import label, main_metrics
from sim.reporting.wording.en import figures as words

PANELS = ("ln_real_income", "utilisation", "innovations", "mean_krugman_specialisation", "duplication_index", "firms")


def draw_dashboard(evidence: Evidence, arm: str) -> Picture:
    """Overview of one arm: the map in its last year on the left, up to four measures on the right."""
    metrics = [name for name in PANELS if evidence.has(name)]
    metrics += [
        name for name in main_metrics(evidence.by_year["metric"].unique()) if name not in metrics and evidence.has(name)
    ]
    title = evidence.provenance.title
    with look():
        notes = map_notes(map_frame(evidence)) if not evidence.sites.empty else []
        figure = blank(title, evidence.provenance, SIZE[1] + 0.19 * max(0, len(notes) - 3), notes=notes).figure
        grid = figure.add_gridspec(2, 4)
        panels = [figure.add_subplot(grid[row, column]) for row in (0, 1) for column in (2, 3)]
        if not evidence.sites.empty:
            _draw_map(figure.add_subplot(grid[:, :2]), evidence, arm)
        for axes, metric in zip(panels, metrics, strict=False):
            draw_lines(axes, evidence, metric)
            unit = evidence.metrics.get(metric, {}).get("unit", "")
            name = words.LN_INCOME if metric == "ln_real_income" else label(metric).capitalize()
            axes.set_title(name + (f" [{unit}]" if unit not in ("", "1", "ln") else ""), loc="left", fontsize=15)
        for axes in panels[len(metrics) :]:
            axes.axis("off")
        for axes in panels[2:]:
            axes.set_xlabel(words.YEARS_OF_PLAN, fontsize=14)
    return Picture("overview", title, words.OVERVIEW, figure)


def _draw_map(axes: Axes, evidence: Evidence, arm: str) -> None:
    frame, kinds = map_frame(evidence), classes(evidence)
    workers = employment(evidence, frame, arm, evidence.last_year, kinds)
    draw_leaders(axes, frame, workers, map_scale([workers]), kinds)
    finish_map(axes, frame, fitting_size(frame, 6.0, 4.8))
    axes.set_title(words.clusters_in(evidence.last_year), loc="left")
    labels = legend_of(kinds.names, 24).labels
    handles = [Patch(color=kinds.colours[name], label=label) for name, label in zip(kinds.names, labels, strict=True)]
    axes.legend(
        handles=handles,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.01),
        ncols=2,
        frameon=False,
        fontsize=14,
        handlelength=1.2,
    )
