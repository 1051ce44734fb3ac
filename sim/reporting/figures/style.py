"""How figures look: colours that the colour-blind can tell apart, line styles and markers as well, large letters.

Colours: Okabe & Ito 2008, Color Universal Design. Figures are made without pyplot, so nothing is left open.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.reporting.figures.evidence import Evidence
from sim.store.provenance import Provenance

BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, YELLOW, INK = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    "#F0E442",
    "#222222",
)
ARM_COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
CLASS_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, VERMILION, SKY, YELLOW, "#7F7F7F")
LINES: tuple[Any, ...] = ("--", "-.", ":", (0, (6, 1.5, 1, 1.5, 1, 1.5)), (0, (2, 1)), (0, (8, 2)))
MARKERS = ("s", "^", "D", "v", "P", "X")
GREY = "#8A8A8A"
SIZE = (13.33, 7.5)
"""Inches: a 16:9 slide."""
DPI = 120

_SETTINGS: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 17,
    "axes.titlesize": 18,
    "axes.labelsize": 17,
    "xtick.labelsize": 15,
    "ytick.labelsize": 15,
    "legend.fontsize": 17,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.8,
    "axes.axisbelow": True,
    "lines.linewidth": 3.0,
    "axes.unicode_minus": True,
    "axes.formatter.useoffset": False,
    "savefig.facecolor": "white",
    "text.parse_math": False,
    "svg.hashsalt": "clustersim",
}


@dataclass(frozen=True)
class Picture:
    """A finished figure, and in words what it shows."""

    name: str
    """File name without suffix."""
    title: str
    """The finding, or the question."""
    reading: str
    """One sentence: how to read it."""
    figure: Figure


@dataclass(frozen=True)
class ArmStyle:
    """Colour, line style and marker of an arm, the same in every figure."""

    colour: str
    line: Any
    marker: str


def arm_styles(evidence: Evidence) -> dict[str, ArmStyle]:
    """The baseline is a solid dark line; the others differ in colour, line and marker."""
    styles = {evidence.baseline: ArmStyle(INK, "-", "o")}
    for number, arm in enumerate(evidence.others):
        styles[arm] = ArmStyle(
            ARM_COLOURS[number % len(ARM_COLOURS)], LINES[number % len(LINES)], MARKERS[number % len(MARKERS)]
        )
    return styles


@contextmanager
def look() -> Iterator[None]:
    """Our settings, for as long as a figure is being drawn or saved."""
    with matplotlib.rc_context(_SETTINGS):  # type: ignore[arg-type]
        yield


@dataclass(frozen=True)
class Page:
    """An empty figure with its title and provenance; axes go below `legend_top` and the rows kept for a legend."""

    figure: Figure
    legend_top: float
    """Height of the upper edge of a legend, 0 to 1."""


def blank(title: str, provenance: Provenance, height: float = SIZE[1], legend_rows: int = 0) -> Page:
    """A page of SIZE[0] x `height` inches: title on top (two lines at most), then a legend, axes, and a footer."""
    figure = Figure(figsize=(SIZE[0], height), layout="constrained")
    FigureCanvasAgg(figure)
    lines = textwrap.wrap(title, 66)
    shown = "\n".join(lines[:2]) + (" …" if len(lines) > 2 else "")
    figure.text(0.012, 1 - 0.16 / height, shown, fontsize=23, fontweight="bold", va="top", linespacing=1.15)
    legend_top = 1 - (0.3 + 0.37 * min(len(lines), 2)) / height
    top = legend_top - (0.33 * legend_rows + 0.1) / height
    figure.get_layout_engine().set(rect=(0.005, 0.42 / height, 0.99, top - 0.42 / height))  # type: ignore[union-attr,call-arg]
    footer = provenance.footer()
    if provenance.command != "Python":
        footer += f" · {provenance.command}"
    figure.text(0.012, 0.1 / height, textwrap.shorten(footer, 175, placeholder=" …"), fontsize=9.5, color="#555555")
    return Page(figure, legend_top)


def wrapped(arm: str, width: int = 14) -> str:
    """An arm's name for a label, broken at words into two lines at most."""
    lines = textwrap.wrap(arm.replace("_", " "), width) or [""]
    return "\n".join(lines[:2]) + ("…" if len(lines) > 2 else "")


def short(words: str, width: int) -> str:
    """`words` on one line, cut to `width` letters."""
    plain = words.replace("_", " ")
    return plain if len(plain) <= width else plain[: width - 1].rstrip() + "…"


def legend_rows(names: Sequence[str], columns: int = 4) -> int:
    """Rows that a legend of `names` takes."""
    return -(-len(names) // columns)


def arm_legend(page: Page, evidence: Evidence, arms: Sequence[str] = ()) -> None:
    """One legend of all arms, or of those given, for the whole figure."""
    styles = arm_styles(evidence)
    handles = [
        Line2D(
            [],
            [],
            color=styles[arm].colour,
            linestyle=styles[arm].line,
            marker=styles[arm].marker,
            markersize=9,
            label=short(arm, 24),
        )
        for arm in arms or evidence.arms
    ]
    page.figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0.008, page.legend_top),
        ncols=4,
        frameon=False,
        handlelength=2.6,
        columnspacing=1.4,
        borderaxespad=0,
    )


def mark_fork(axes: Axes, label: bool = False) -> None:
    """A line where the arms part: years are counted from there."""
    axes.axvline(0, color=GREY, linewidth=1.6)
    if label:
        axes.annotate(
            "arms part",
            (0, 1),
            xycoords=("data", "axes fraction"),
            xytext=(5, -2),
            textcoords="offset points",
            va="top",
            fontsize=14,
            color="#555555",
        )
