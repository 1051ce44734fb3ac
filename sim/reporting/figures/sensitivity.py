"""What a difference is sensitive to: screening, shares of the variance, and where each layout wins."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.reporting.figures.responses import readable
from sim.reporting.figures.style import BLUE, GREY, INK, Picture, blank, look, wrap
from sim.reporting.wording import arm_name, rows_of
from sim.reporting.wording.en import sensitivity as words
from sim.store.provenance import Provenance
from sim.studies.levels import Factor
from sim.studies.sensitivity import Sensitivity

MOST = 20
GRID = 41
AVERAGED = 32
"""Values of the other factors over which the map is averaged."""


def draw_screening(found: Sensitivity, provenance: Provenance) -> Picture:
    """Effects of the factors that matter most."""
    table = found.screening.head(MOST)
    measure = found.setup.experiment.record[0]
    clear = len(found.screening) > 1 and (found.screening["rank"] == 1).sum() == 1
    title = words.screening_title(str(table["factor"][0]), measure, clear)
    with look():
        page = blank(title, provenance, height=2.9 + 0.4 * len(table), legend_lines=1)
        axes = page.figure.subplots()
        for place, row in enumerate(rows_of(table)):
            axes.plot([row.low, row.high], [place, place], color=BLUE, linewidth=3, solid_capstyle="butt")
            axes.plot(row.mu_star, place, marker="o", markersize=8, color=BLUE)
        _names(axes, [str(name) for name in table["factor"]])
        axes.set_xlim(left=0)
        axes.set_xlabel(words.AXIS_EFFECT, fontsize=14)
        _reading(page.figure, page.legend_top, words.SCREENING_READING)
    return Picture("screening", title, words.SCREENING_READING, page.figure)


def draw_indices(found: Sensitivity, provenance: Provenance) -> Picture:
    """First and total indices of the kept factors."""
    table = found.indices
    title = words.indices_title(len(table), len(found.screening))
    with look():
        page = blank(title, provenance, height=3.0 + 0.6 * len(table), legend_lines=1)
        axes = page.figure.subplots()
        for place, row in enumerate(rows_of(table)):
            for shift, middle, low, high, face in (
                (-0.13, row.ST, row.ST_low, row.ST_high, BLUE), (0.13, row.S1, row.S1_low, row.S1_high, "white")
            ):  # fmt: skip
                axes.plot([low, high], [place + shift] * 2, color=BLUE if face == BLUE else GREY, linewidth=2.5,
                          solid_capstyle="butt", zorder=2)  # fmt: skip
                axes.plot(middle, place + shift, marker="o", markersize=9, markerfacecolor=face, markeredgecolor=BLUE,
                          markeredgewidth=1.8, zorder=3)  # fmt: skip
        _names(axes, [str(name) for name in table["factor"]])
        axes.axvline(0, color=INK, linewidth=1.2)
        axes.set_xlabel(words.AXIS_SHARE, fontsize=14)
        _reading(page.figure, page.legend_top, words.INDICES_READING)
    return Picture("indices", title, words.INDICES_READING, page.figure)


def draw_map(found: Sensitivity, provenance: Provenance) -> Picture | None:
    """Where each layout wins, over the two most important numeric factors; None without two."""
    order = list(found.indices["factor"])
    numeric = sorted((one for one in found.kept if one.span), key=lambda one: order.index(one.name))
    if len(numeric) < 2:
        return None
    across, up = numeric[:2]
    middle = _surface(found, across, up)
    measure = found.setup.experiment.record[0]
    shown, unit = readable(middle, measure, "")
    baseline, arm = found.setup.arms[:2]
    title = words.won(arm, baseline, *found.wins)
    title = f"{title[0].upper()}{title[1:]}"
    reading = words.MAP_READING.format(arm=arm_name(arm), baseline=arm_name(baseline))
    largest = float(np.abs(shown).max()) or 1.0
    with look():
        page = blank(title, provenance, height=8.2, legend_lines=2)
        axes = page.figure.subplots()
        x, y = (np.linspace(float(one.levels[0]), float(one.levels[-1]), GRID) for one in (across, up))
        filled = axes.contourf(x, y, shown, levels=np.linspace(-largest, largest, 21), cmap="RdBu")
        if shown.min() < 0 < shown.max():
            axes.contour(x, y, shown, levels=[0.0], colors=INK, linewidths=2.5)
        bar = page.figure.colorbar(filled, ax=axes, ticks=np.linspace(-largest, largest, 5), format="%.2g")
        bar.set_label(f"difference{f', {unit}' if unit else ''}", fontsize=14)
        axes.grid(visible=False)
        for set_label, one in ((axes.set_xlabel, across), (axes.set_ylabel, up)):
            told = f" [{one.unit}]" if one.unit not in ("", "1") else ""
            set_label("\n".join(wrap(f"{one.name.replace('_', ' ')}{told}", 50)), fontsize=14)
        _reading(page.figure, page.legend_top, reading)
    return Picture("map", title, reading, page.figure)


def _surface(found: Sensitivity, across: Factor, up: Factor) -> np.ndarray:
    """Mean of the emulator on a grid of two factors, the others averaged over their ranges, shape (up, across)."""
    place = {one.name: number for number, one in enumerate(found.kept)}
    others = np.random.default_rng(1).random((AVERAGED if len(found.kept) > 2 else 1, len(found.kept)))
    line = np.linspace(0.0, 1.0, GRID)
    surface = np.zeros((GRID, GRID))
    for point in others:
        grid = np.tile(point, (GRID * GRID, 1))
        grid[:, place[across.name]] = np.tile(line, GRID)
        grid[:, place[up.name]] = np.repeat(line, GRID)
        surface += found.emulator.mean(grid).reshape(GRID, GRID) / len(others)
    return surface


def _names(axes: Axes, names: list[str]) -> None:
    axes.set_yticks(range(len(names)), [name.replace("_", " ") for name in names], fontsize=13)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)


def _reading(figure: Figure, top: float, text: str) -> None:
    figure.text(0.012, top, "\n".join(wrap(text, 150)), fontsize=12, va="top", color="#444444")
