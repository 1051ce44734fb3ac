"""How figures look: colours that the colour-blind can tell apart, line styles and markers as well, large letters.

Colours: Okabe & Ito 2008, Color Universal Design. Figures are made without pyplot, so nothing is left open.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.reporting.figures.evidence import Evidence
from sim.reporting.wording import arm_name
from sim.reporting.wording.en.figures import ARMS_PART
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


def blank(
    title: str, provenance: Provenance, height: float = SIZE[1], legend_lines: int = 0, notes: Sequence[str] = ()
) -> Page:
    """A page of SIZE[0] x `height` inches: title on top, then a legend, axes, `notes` line by line, and a footer."""
    figure = Figure(figsize=(SIZE[0], height), layout="constrained")
    FigureCanvasAgg(figure)
    size, width = (23, 66) if len(title) <= 132 else (18, 84)
    lines = wrap(title, width)
    figure.text(
        0.012, 1 - 0.16 / height, "\n".join(lines), fontsize=size, fontweight="bold", va="top", linespacing=1.15
    )
    legend_top = 1 - (0.3 + size / 62 * len(lines)) / height
    top = legend_top - (0.33 * legend_lines + 0.1) / height
    foot = 0.42 + 0.19 * len(notes)
    figure.get_layout_engine().set(rect=(0.005, foot / height, 0.99, top - foot / height))  # type: ignore[union-attr,call-arg]
    if notes:
        figure.text(0.012, 0.36 / height, "\n".join(notes), fontsize=11, va="bottom", color="#333333", linespacing=1.2)
    footer = provenance.footer()
    if provenance.command != "Python":
        footer += f" · {provenance.command}"
    figure.text(0.012, 0.1 / height, textwrap.shorten(footer, 175, placeholder=" …"), fontsize=9.5, color="#555555")
    return Page(figure, legend_top)


def wrap(words: str, width: int) -> list[str]:
    """`words` in lines of about `width` Latin letters, broken at words where there are any; nothing is cut."""
    wide = sum(east_asian_width(letter) in "WF" for letter in words)
    narrow = width * len(words) // (len(words) + wide) if words else width
    return textwrap.wrap(words, max(narrow, 2)) or [""]


def wrapped(arm: str, width: int = 14) -> str:
    """A name for a label, the whole of it, broken into lines."""
    return "\n".join(wrap(arm_name(arm), width))


@dataclass(frozen=True)
class Legend:
    """How a legend of some names is laid out over the width of a figure."""

    labels: tuple[str, ...]
    columns: int
    lines: int
    """Lines that it takes in all."""


def legend_of(names: Sequence[str], width: int = 26) -> Legend:
    """Up to four columns, fewer where names are long; names of more than `width` letters are broken."""
    labels = tuple(wrapped(name, width) for name in names)
    columns = next(
        (count for count in (4, 3, 2) if count <= len(labels) and _breadth(labels, count) < SIZE[0] - 0.3), 1
    )
    rows = -(-len(labels) // columns)
    deepest = [max(label.count("\n") + 1 for label in labels[row::rows]) for row in range(rows)]
    return Legend(labels, columns, sum(deepest))


def _breadth(labels: Sequence[str], columns: int) -> float:
    """Inches that a legend takes: each column is as wide as its widest label; large letters and a handle."""
    lengths = [max(len(line) for line in label.split("\n")) for label in labels]
    return sum(1.1 + 0.145 * max(part) for part in np.array_split(lengths, columns))


def arm_legend(page: Page, evidence: Evidence, arms: Sequence[str] = ()) -> None:
    """One legend of all arms, or of those given, for the whole figure."""
    styles, shown = arm_styles(evidence), tuple(arms or evidence.arms)
    legend = legend_of(shown)
    handles = [
        Line2D([], [], color=styles[arm].colour, linestyle=styles[arm].line, marker=styles[arm].marker, markersize=9,
               label=label)
        for arm, label in zip(shown, legend.labels, strict=True)
    ]  # fmt: skip
    page.figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.008, page.legend_top), ncols=legend.columns,
        frameon=False, handlelength=2.6, columnspacing=1.4, borderaxespad=0,
    )  # fmt: skip


def mark_fork(axes: Axes, label: bool = False) -> None:
    """A line where the arms part: years are counted from there."""
    axes.axvline(0, color=GREY, linewidth=1.6)
    if label:
        axes.annotate(
            ARMS_PART,
            (0, 1),
            xycoords=("data", "axes fraction"),
            xytext=(5, -2),
            textcoords="offset points",
            va="top",
            fontsize=14,
            color="#555555",
        )
