"""The evidence on policy for readers: tables and figure in the folder, and what is said on the screen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from rich.console import Console

from sim.reporting.ending import tell_failures, tell_written
from sim.reporting.figures import save_pictures
from sim.reporting.figures.style import BLUE, GREY, INK, SIZE, VERMILION, Picture, blank, look
from sim.reporting.fitting import Column, Fitting
from sim.reporting.pages import shot, write_page
from sim.reporting.pages.studies import evidence_page
from sim.reporting.theory_results import provenance_of
from sim.reporting.wording import number, rows_of
from sim.reporting.wording.en import evidence as words
from sim.reporting.wording.en import figures as figure_words
from sim.store.files import write_csv
from sim.store.provenance import Provenance
from sim.studies.evidence.study import MISS, PASS, Evidence, by_benchmark

BAND, REACH = "#DCE6EE", 1.25
"""Colour of bands; how far a row shows beyond its band, in widths of the band."""


def publish_evidence(found: Evidence, folder: Path, forms: Sequence[str] = ("png",)) -> list[Path]:
    """Write evidence.csv, evidence_by_seed.csv, the figure as files of `forms` and report.html; returns their paths."""
    origin = provenance_of(found.study.title, tuple(found.study.benchmarks), found.seeds)
    picture = draw_evidence(found, origin)
    files, (image,) = save_pictures([picture], folder / "figures", origin, forms)
    page = evidence_page(found, [shot(picture.title, picture.reading, image)], origin.footer())
    return [
        write_csv(folder / "evidence.csv", found.table),
        write_csv(folder / "evidence_by_seed.csv", found.values),
        *files,
        write_page(folder / "report.html", page),
    ]


def draw_evidence(found: Evidence, origin: Provenance) -> Picture:
    """One row a statistic, under the name of its benchmark: band, interval and mean on the scale of the band."""
    title = words.title(by_benchmark(found.table))
    rows = rows_of(found.table)
    with look():
        page = blank(title, origin, height=max(SIZE[1], 1.8 + 0.4 * len(rows)))
        axes = page.figure.subplots()
        for position, row in enumerate(rows):
            _draw_row(axes, position, row)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(-REACH - 0.05, 1 + REACH)
        axes.set_yticks(
            range(len(rows)), [f"{row.benchmark.replace('_', ' ')}: {row.what}" for row in rows], fontsize=12.5
        )
        axes.set_xticks([0, 1], figure_words.BAND_ENDS, fontsize=12)
        axes.tick_params(axis="y", length=0)
        axes.grid(visible=False)
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
    return Picture("evidence", title, words.READING, page.figure)


def span(row: Any) -> tuple[float, float]:
    """Ends of the scale of a row: its band; an end that is open is drawn as far out as the mean lies from the other."""
    low, high = row.band_low, row.band_high
    if math.isfinite(low) and math.isfinite(high):
        return low, high
    end = low if math.isfinite(low) else high
    reach = max(2.0 * abs(row.value - end), 1e-9) if math.isfinite(row.value) else 1.0
    return (end, end + reach) if math.isfinite(low) else (end - reach, end)


def _draw_row(axes: Axes, position: int, row: Any) -> None:
    low, high = span(row)
    left = 0.0 if math.isfinite(row.band_low) else -REACH
    right = 1.0 if math.isfinite(row.band_high) else 1 + REACH
    axes.add_patch(Rectangle((left, position - 0.36), right - left, 0.72, color=BAND, linewidth=0))
    if not math.isfinite(row.value):
        axes.text(0.5, position, row.reason, ha="center", va="center", fontsize=12, color="#555555")
        return
    ends = (row.value, row.value) if row.reason else (row.ci_low, row.ci_high)
    places = [min(max((value - low) / (high - low), -REACH), 1 + REACH) for value in (ends[0], row.value, ends[1])]
    colour = {PASS: BLUE, MISS: VERMILION}.get(row.verdict, GREY)
    axes.plot([places[0], places[2]], [position, position], color=colour, linewidth=4, solid_capstyle="butt")
    marker = {-REACH: "<", 1 + REACH: ">"}.get(places[1], "o")
    axes.plot(places[1], position, marker=marker, markersize=9.5, color=colour, markeredgewidth=2.2,
              markerfacecolor=colour if row.mean_in_band else "white", clip_on=False)  # fmt: skip
    axes.text(1 + REACH + 0.06, position, number(row.value), va="center", fontsize=12.5, color=INK)


def tell_evidence(found: Evidence, folder: Path, console: Console | None = None) -> None:
    """Print the table, a finding and its source above its statistics, and why some are missed if it is known."""
    console = console or Console()
    rows = rows_of(found.table)
    intervals = ["-" if row.reason else f"{number(row.ci_low)} to {number(row.ci_high)}" for row in rows]
    bands = [words.band(row.band_low, row.band_high, (number(row.band_low), number(row.band_high))) for row in rows]
    columns = [
        Column(words.HEAD[1], [number(row.value) for row in rows]),
        Column(words.HEAD[2], intervals),
        Column(words.HEAD[3], bands),
        Column(words.HEAD[4], [row.verdict for row in rows]),
    ]
    names = [f"{row.benchmark.replace('_', ' ')}: {row.what}" for row in rows]
    ends = [at for at, row in enumerate(rows[:-1]) if rows[at + 1].benchmark != row.benchmark]
    console.print(Fitting(names, columns, words.HEAD[0], breaks=ends))
    for name, verdict in by_benchmark(found.table).items():
        benchmark = found.study.benchmarks[name]
        if verdict != PASS and benchmark.note:
            console.print(f"{name.replace('_', ' ')}: {benchmark.note.strip()}", markup=False, highlight=False)
    console.print(f"{words.title(by_benchmark(found.table))}.", markup=False, highlight=False)
    tell_failures(console, found.failures)
    tell_written(console, folder, "report.html", "evidence.csv", "evidence_by_seed.csv", "figures/")
