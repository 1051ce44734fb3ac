"""Figures for papers: the width of a column or of a page, all text of one size, panels below each other where needed.

A figure is drawn once, for a screen; here a copy of it is laid out anew. What a journal sets below a figure (title, how
to read it, provenance) is taken out and goes into the file's own description.
"""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, MaxNLocator

from sim.reporting.figures.style import SIZE, look, wrap
from sim.reporting.forms import COLUMN, WIDTHS

INCH = 25.4
"""Millimetres."""
POINTS = 8.0
"""Size of all text; names on maps may be smaller, down to LEAST, or are left out."""
LEAST = 5.0
TALLEST = 235.0
"""Millimetres: what a page has room for."""
SHRINK = POINTS / 16.0
"""Of lines, markers and heights: letters on a screen have about 16 points."""
LETTER = 0.55 * POINTS / 72.0
"""Inches that a letter takes."""
LINE = 1.3 * POINTS / 72.0
"""Inches from line to line."""
MAP = SIZE[0] / 4
"""Inches that a map has on the screen."""
HANDLE = 0.6
"""Inches that an entry of the legend of a map takes beside its letters; one of a whole figure is set narrower."""
NARROW = 1.6
"""Inches of a panel below which its axis has room for two numbers or three, not for more."""
NAMES, NAMES_TIGHT = 0.42, 0.6
"""Share of the width that names beside an axis may take; where the figure would be too tall else."""


MOST_SHEETS, MARGIN = 4, 0.6
"""Sheets over which the lines of a figure may be spread; room beyond the first and the last of a sheet, in lines."""


class TooTall(ValueError):
    """A figure that would not fit the height of a page at that width."""


def sheets(figure: Figure, width: str) -> list[Figure]:
    """Copies of a figure for one of WIDTHS: one, or of many lines with names, if it were taller than a page, as few as
    hold these lines in their order. Raises TooTall where that takes more than MOST_SHEETS or there are no names."""
    for count in range(1, MOST_SHEETS + 1):
        try:
            return [fitted(figure, width, part, count) for part in range(count)]
        except TooTall:
            if count == MOST_SHEETS or not _lines_to_cut(figure):
                raise
    raise AssertionError


def fitted(figure: Figure, width: str, part: int = 0, count: int = 1) -> Figure:
    """A copy of a figure for one of WIDTHS, in its millimetres; of its lines with names a `part` of `count` alike.

    Raises TooTall where a page is not tall enough.
    """
    inches, tall = WIDTHS[width] / INCH, 0.0
    for across, tight in itertools.product((1, 2) if width == COLUMN else (0,), (False, True)):
        with look():
            copy: Figure = pickle.loads(pickle.dumps(figure))  # our own, made a moment ago
            FigureCanvasAgg(copy)
            for text in list(copy.texts):
                text.remove()
            if count > 1:
                _cut(copy, part, count)
            anew = bool(across) and _arrange(copy, across)
            _shrink(copy, inches, NAMES_TIGHT if tight else NAMES)
            legend = _legend_anew(copy, inches)
            tall = _heights(copy, figure, inches, anew, tight) + legend
            if tall * INCH > TALLEST:
                continue
            _wrap_upright(copy, tall - legend)
            copy.set_size_inches(inches, tall)
            engine: Any = copy.get_layout_engine()
            engine.set(rect=(0.0, 0.0, 1.0, 1.0 - legend / tall), w_pad=0.03, h_pad=0.03, wspace=0.02, hspace=0.02)
        return copy
    raise TooTall(f"it would be {tall * INCH:.0f} mm tall")


# -- lines with names ------------------------------------------------------------------------------------


def _named(figure: Figure) -> dict[Axes, list[Axes]]:
    """Panels that have names beside their lines -> the panels that share these lines."""
    panels = _panels(figure)
    return {one: [other for other in panels if other is one or one.get_shared_y_axes().joined(one, other)]
            for one in panels if _names(one)}  # fmt: skip


def _lines_to_cut(figure: Figure) -> bool:
    """Whether all panels consist of lines with names, which may be spread over sheets."""
    found = [panel for sharing in _named(figure).values() for panel in sharing]
    return bool(found) and set(found) == set(_panels(figure))


def _cut(figure: Figure, part: int, count: int) -> None:
    """Leave the `part` of `count` of the lines of every panel."""
    for axes, sharing in _named(figure).items():
        names = dict(zip(axes.get_yticks(), _names(axes), strict=True))
        rows = np.array_split(np.sort(axes.get_yticks()), count)[part]
        ends, upside = (rows[0] - MARGIN, rows[-1] + MARGIN), axes.yaxis_inverted()
        axes.set_yticks(rows, [names[row] for row in rows])
        axes.set_ylim(*(ends[::-1] if upside else ends))
        for text in [text for one in sharing for text in one.texts if text.get_transform() == one.transData]:
            if not ends[0] < text.get_position()[1] < ends[1]:
                text.remove()


# -- panels ----------------------------------------------------------------------------------------------


def _panels(figure: Figure) -> list[Axes]:
    """The axes that stand in a grid and show something, in order."""
    return [one for one in figure.axes if one.get_subplotspec() is not None and (one.axison or one.has_data())]


def _grid(figure: Figure) -> Any:
    """The grid in which the panels stand; None without any."""
    panels = _panels(figure)
    return panels[0].get_subplotspec().get_gridspec() if panels else None  # type: ignore[union-attr]


def _room(axes: Axes, inches: float) -> float:
    """Inches of width that a panel has in a figure of `inches`."""
    spec: Any = axes.get_subplotspec()
    return inches * len(spec.colspan) / spec.get_gridspec().ncols


def _arrange(figure: Figure, across: int) -> bool:
    """Put panels into a grid of `across`; a map beside what belongs to it, or in a row of its own.

    Returns whether there was anything to arrange.
    """
    panels, grid = _panels(figure), _grid(figure)
    if not panels or grid.ncols == 1:
        return False
    specs: list[Any] = [one.get_subplotspec() for one in panels]
    maps = any(_is_map(one) for one in panels)
    pairs = maps and all(spec.num1 == spec.num2 for spec in specs)  # a map above, its change below
    for one in list(figure.axes):  # what is empty must not keep a place
        if one.get_subplotspec() is not None and one not in panels and not one.texts and not one.child_axes:
            one.remove()

    def place(one: Axes) -> tuple[int, int]:
        spec: Any = one.get_subplotspec()
        at = (spec.rowspan.start, spec.colspan.start)
        return (at[1], at[0]) if pairs and grid.nrows == 2 else at

    ordered = sorted((one for one in figure.axes if one.get_subplotspec() is not None), key=place)
    whole = [one for one in ordered if _is_map(one) and not pairs]
    rest = [one for one in ordered if one not in whole]
    across = 2 if pairs else across
    anew = GridSpec(len(whole) - (-len(rest) // across), across, figure=figure)
    for number, one in enumerate(whole):
        one.set_subplotspec(anew[number, :])
    names, label = _names(rest[0]), rest[0].get_ylabel()
    for number, one in enumerate(rest):
        one.set_subplotspec(anew[len(whole) + number // across, number % across])
        if pairs:
            continue
        first = number % across == 0
        alone = len(one.get_shared_y_axes().get_siblings(one)) == 1
        one.tick_params(labelleft=first or alone, labelbottom=True)
        if names and alone:
            own = _names(one)
            other = any(own) and own != names
            one.set_yticks(one.get_yticks(), own if other else names if first else [""] * len(names))
        one.set_ylabel(one.get_ylabel() or label if first else "" if one.get_ylabel() == label else one.get_ylabel())
    return True


def _is_map(axes: Axes) -> bool:
    return axes.get_aspect() != "auto"


def _names(axes: Axes) -> list[str]:
    """The names beside an axis; none where there are numbers."""
    if not isinstance(axes.yaxis.get_major_locator(), FixedLocator):
        return []
    return [label.get_text() for label in axes.get_yticklabels()]


def _heights(copy: Figure, figure: Figure, inches: float, anew: bool, tight: bool) -> float:
    """Inches of height of all panels: their share of the screen's, no more than looks well, and what maps, names and
    legends need, and no more if `tight`. Where they stand `anew`, each row gets its own."""
    engine: Any = figure.get_layout_engine()
    screen = SHRINK * figure.get_figheight() * float(engine.get()["rect"][3])
    panels, grid = _panels(copy), _grid(copy)
    if not panels:
        return screen
    each, old = screen / _grid(figure).nrows, np.zeros(grid.nrows)
    for one in panels:
        spec: Any = one.get_subplotspec()
        rows = list(spec.rowspan)
        share = 0.0 if tight and _names(one) else each * len(rows)
        old[rows] = np.maximum(old[rows], _height(one, _room(one, inches), share) / len(rows))
    old[old == 0.0] = old[old > 0.0].mean()
    if anew:
        grid.set_height_ratios(list(old))
    ratios = np.array(grid.get_height_ratios(), float)
    return float(max(old.sum(), (old / ratios).max() * ratios.sum()))


def _height(axes: Axes, room: float, share: float) -> float:
    """Inches that a panel of a width of `room` needs, if `share` were its part of the screen's."""
    lines = _lines(_names(axes))
    legend: Any = axes.get_legend()
    if _is_map(axes):
        (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
        below = sum(text.get_text().count("\n") + 1 for text in legend.get_texts()) / 2 if legend else 0
        return room * abs((high - low) / (right - left)) + (3 + 1.2 * below) * LINE
    if lines:
        return max(min(share, (1.6 * lines + 4) * LINE), (lines + 3) * LINE)
    return min(share, 0.62 * room + 3 * LINE)


def _lines(names: list[str]) -> float:
    """Lines of height that names in equal steps need so that no two that follow each other touch."""
    each = [name.count("\n") + 1 for name in names]
    widest = max((sum(pair) / 2 for pair in itertools.pairwise(each)), default=sum(each))
    return max(float(sum(each)), widest * len(each))


def _wrap_upright(figure: Figure, tall: float) -> None:
    """Names of upright axes in lines that are no longer than their panel is tall."""
    for axes in _panels(figure):
        spec: Any = axes.get_subplotspec()
        ratios = spec.get_gridspec().get_height_ratios()
        share = sum(ratios[row] for row in spec.rowspan) / sum(ratios)
        axes.set_ylabel(_anew(axes.get_ylabel(), share * tall - 4 * LINE))


# -- sizes -----------------------------------------------------------------------------------------------


def _shrink(figure: Figure, inches: float, names: float) -> None:
    """Text of one size, names wrapped to their room, lines and markers in proportion."""
    for axes in _panels(figure):
        _wrap_names(axes, _room(axes, inches), names)
    for text in figure.findobj(Text):
        if text.axes is not None and _is_map(text.axes) and text in text.axes.texts:
            size = text.get_fontsize() * min(1.0, _room(text.axes, inches) / MAP)
            text.set_fontsize(min(size, POINTS))
            text.set_visible(size >= LEAST)
        else:
            text.set_fontsize(POINTS)
    for line in figure.findobj(Line2D):
        line.set_linewidth(max(0.5, line.get_linewidth() * SHRINK))
        line.set_markersize(line.get_markersize() * SHRINK)
        line.set_markeredgewidth(line.get_markeredgewidth() * SHRINK)
    for collection in [*figure.findobj(LineCollection), *figure.findobj(ContourSet)]:
        collection.set_linewidth([max(0.4, float(width) * SHRINK) for width in collection.get_linewidth()])
    for axes in figure.axes:
        axes.tick_params(width=0.6, length=2.5, pad=2, labelsize=POINTS)
        for spine in axes.spines.values():
            spine.set_linewidth(0.6)


def _wrap_names(axes: Axes, room: float, names: float) -> None:
    """Names beside an axis, above and below it in lines that leave most of the width to the panel."""
    if _names(axes):
        axes.set_yticks(axes.get_yticks(), [_anew(name, names * room) for name in _names(axes)])
    for title in (axes.title, axes._left_title):  # type: ignore[attr-defined]  # there is no public way to both
        title.set_text(_anew(title.get_text(), (1.0 - names if _names(axes) else 0.85) * room))
    axes.set_xlabel(_anew(axes.get_xlabel(), (1.0 - names if _names(axes) else 0.9) * room))
    for entry in axes.get_legend().get_texts() if _is_map(axes) and axes.get_legend() else ():
        entry.set_text(_anew(entry.get_text(), room / 2 - HANDLE))
    if room < 0.6 * MAP and isinstance(axes.xaxis.get_major_locator(), MaxNLocator):
        axes.locator_params(axis="x", nbins=3 if room > NARROW else 2)


def _anew(text: str, room: float) -> str:
    """`text` broken anew where a line of it is too wide for so many inches."""
    letters = int(room / LETTER)
    if max(map(len, text.split("\n"))) <= letters:
        return text
    return "\n".join(wrap(" ".join(text.split()), letters))


def _legend_anew(figure: Figure, inches: float) -> float:
    """The legend of the whole figure in as many columns as there is room for; returns the inches that it takes."""
    found: Sequence[Legend] = figure.legends
    if not found:
        return 0.0
    (old,) = found
    labels = [" ".join(text.get_text().split()) for text in old.get_texts()]
    handles = list(old.legend_handles)
    old.remove()
    widest = max(map(len, labels)) * LETTER + 0.75 * HANDLE
    columns = max(1, min(len(labels), int(inches / widest)))
    figure.legend(
        handles=handles, labels=labels, loc="upper left", bbox_to_anchor=(0.0, 1.0), ncols=columns, frameon=False,
        fontsize=POINTS, handlelength=2.2, columnspacing=1.0, borderaxespad=0.3, labelspacing=0.3,
    )  # fmt: skip
    return -(-len(labels) // columns) * 1.15 * LINE + 0.06
