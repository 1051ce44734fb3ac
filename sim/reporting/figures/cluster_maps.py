"""Where the clusters are: a map for every arm, and who gains or loses employment against the baseline."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Patch

from sim.reporting.figures.evidence import Evidence
from sim.reporting.figures.map_drawing import (
    Classes,
    MapFrame,
    classes,
    draw_change,
    draw_leaders,
    employment,
    fitting_size,
    map_frame,
    map_notes,
    map_scale,
)
from sim.reporting.figures.style import SIZE, Page, Picture, blank, legend_of, look, wrapped
from sim.reporting.wording.en import figures as words

CHANGE = LinearSegmentedColormap.from_list("loss and gain", ["#B35806", "#F1A340", "#F7F7F7", "#67A9CF", "#0B4F8A"])

MOST_ACROSS = 5
"""Maps that stand side by side."""


def draw_clusters(evidence: Evidence) -> Picture | None:
    """Maps of the last year side by side, with the difference to the baseline; None without sites."""
    if evidence.sites.empty:
        return None
    arms = [evidence.baseline, *evidence.others][:8]
    frame, kinds, year = map_frame(evidence), classes(evidence), evidence.last_year
    workers = {arm: employment(evidence, frame, arm, year, kinds) for arm in arms}
    totals = {arm: table.sum(axis=1).to_numpy() for arm, table in workers.items()}
    scale = map_scale(list(workers.values()))
    mean = float(np.mean(totals[evidence.baseline])) or 1.0
    changes = {arm: 100 * (totals[arm] - totals[evidence.baseline]) / mean for arm in arms[1:]}
    bound = max((float(np.quantile(np.abs(change), 0.98)) for change in changes.values()), default=1.0) or 1.0
    title = words.clusters_title(bool(evidence.others))
    with look():
        page, upper, lower, spare = _grid(title, evidence, arms, kinds, frame)
        for axes, arm in zip(upper, arms, strict=True):
            draw_leaders(axes, frame, workers[arm], scale, kinds)
            axes.set_title(wrapped(arm, 22), fontweight="bold")
        mappable: Any = None
        columns, blocks = _across(len(arms)) if len(arms) > 2 else (3, 1)
        rows = 2 * blocks if len(arms) > 2 else 1
        room = (page.figure.get_figheight() - 2.4 - 0.19 * len(map_notes(frame))) / rows - 0.4
        label_size = fitting_size(frame, 0.95 * SIZE[0] / columns, room)
        for axes, arm in zip(lower, arms[1:], strict=True):
            mappable = draw_change(axes, frame, changes[arm], bound, CHANGE, label_size)
            axes.set_title(words.JOBS, fontsize=15)
        _explain(page, spare, mappable, arms[0], frame.word)
    reading = words.clusters(
        year, None if evidence.same_map else min(evidence.provenance.seeds), kinds.column, evidence.baseline,
        frame.word, len(arms), len(evidence.arms),
    )  # fmt: skip
    return Picture("clusters", title, reading, page.figure)


def _across(arms: int) -> tuple[int, int]:
    """Maps in a row, and rows: no more rows than needed, as even as can be."""
    rows = -(-arms // MOST_ACROSS)
    return -(-arms // rows), rows


def _grid(
    title: str, evidence: Evidence, arms: list[str], kinds: Classes, frame: MapFrame
) -> tuple[Page, list[Any], list[Any], list[Any]]:
    """Axes for the maps (one an arm) and the differences (one less), and one or two spare places for words."""
    legend = legend_of(kinds.names)
    handles = [
        Patch(color=kinds.colours[name], label=label) for name, label in zip(kinds.names, legend.labels, strict=True)
    ]
    notes = map_notes(frame)
    more = 0.19 * max(0, len(notes) - 3)
    if len(arms) <= 2:
        page = blank(title, evidence.provenance, SIZE[1] + more, legend.lines, notes)
        maps, below = page.figure.subplots(2, 2 * len(arms) - 1, squeeze=False, height_ratios=(8, 1))
        for axes in below:
            axes.axis("off")
        upper, lower, spare = list(maps[: len(arms)]), list(maps[len(arms) :]), [below[0], below[-1]]
    else:
        columns, blocks = _across(len(arms))
        page = blank(title, evidence.provenance, SIZE[1] * (1 if blocks == 1 else 1.75) + more, legend.lines, notes)
        grid = page.figure.subplots(2 * blocks, columns, squeeze=False)
        for axes in grid.flat:
            axes.axis("off")
        upper = [grid[2 * (number // columns), number % columns] for number in range(len(arms))]
        lower = [grid[2 * (number // columns) + 1, number % columns] for number in range(1, len(arms))]
        spare = [grid[1, 0]]
    page.figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0.008, page.legend_top),
        ncols=legend.columns,
        frameon=False,
        handlelength=1.2,
        columnspacing=1.3,
        fontsize=15,
        borderaxespad=0,
    )
    return page, upper, lower, spare


def _explain(page: Page, spare: list[Any], mappable: Any, baseline: str, place: str) -> None:
    """What squares and colours mean, and the colour bar: in the one spare place, or below the maps in two."""
    jobs = [wrapped(line, 22) for line in words.jobs_against(baseline, place)]
    if len(spare) == 1:
        spare[0].text(0.06, 1.0, "\n".join(words.SQUARES), transform=spare[0].transAxes, fontsize=14, va="top")
        spare[0].text(0.06, 0.26, "\n".join(jobs), transform=spare[0].transAxes, fontsize=14, va="bottom")
        corner = (0.06, 0.14, 0.84, 0.08)
    else:
        told = spare[0].text(
            0.0,
            0.9,
            ". ".join(words.SQUARES),
            transform=spare[0].transAxes,
            fontsize=14,
            va="top",
        )
        told.set_in_layout(False)
        corner = (0.05, 0.55, 0.9, 0.3)
    if mappable is None:
        return
    bar = page.figure.colorbar(mappable, cax=spare[-1].inset_axes(corner), orientation="horizontal", extend="both")
    if len(spare) > 1:
        bar.set_label(" ".join(jobs), fontsize=14)
    bar.ax.tick_params(labelsize=13)
    bar.outline.set_visible(False)
