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
from sim.studies.sensitivity.sign_maps import SignMap
from sim.studies.sensitivity.study import Sensitivity

MOST = 20


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
        axes.set_xlabel(words.AXIS_TAMED.format(scale=found.scale) if found.scale else words.AXIS_EFFECT, fontsize=14)
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


def draw_maps(found: Sensitivity, provenance: Provenance) -> list[Picture]:
    """Where each layout wins, a picture for each pair of factors."""
    single = len(found.maps) == 1
    return [
        _draw_map(found, one, "map" if single else f"map-{number}", provenance)
        for number, one in enumerate(found.maps, start=1)
    ]


def _draw_map(found: Sensitivity, one: SignMap, name: str, provenance: Provenance) -> Picture:
    measure = found.setup.experiment.record[0]
    shown, unit = readable(one.mean, measure, "")
    baseline, arm = found.setup.arms[:2]
    title = words.won_on_map(
        arm, baseline, one.across.name, one.up.name, one.share, one.clear, found.emulator.explained
    )
    reading = words.MAP_READING.format(arm=arm_name(arm), baseline=arm_name(baseline))
    largest = float(np.abs(shown).max()) or 1.0
    with look():
        page = blank(title, provenance, height=8.2, legend_lines=2)
        axes = page.figure.subplots()
        filled = axes.pcolormesh(one.x, one.y, shown, vmin=-largest, vmax=largest, cmap="RdBu", shading="nearest",
                                 rasterized=True)  # fmt: skip
        if shown.min() < 0 < shown.max():
            axes.contour(one.x, one.y, shown, levels=[0.0], colors=INK, linewidths=2.5)
        up, across = np.nonzero((one.low <= 0) & (one.high >= 0))
        axes.plot(one.x[across], one.y[up], linestyle="none", marker=".", markersize=5, color=INK)
        bar = page.figure.colorbar(filled, ax=axes, ticks=np.linspace(-largest, largest, 5), format="%.2g")
        bar.set_label(f"difference{f', {unit}' if unit else ''}", fontsize=14)
        axes.grid(visible=False)
        axes.tick_params(pad=8)
        for set_label, factor in ((axes.set_xlabel, one.across), (axes.set_ylabel, one.up)):
            told = f" [{factor.unit}]" if factor.unit not in ("", "1") else ""
            set_label("\n".join(wrap(f"{factor.name.replace('_', ' ')}{told}", 50)), fontsize=14)
        _reading(page.figure, page.legend_top, reading)
    return Picture(name, title, reading, page.figure)


def _names(axes: Axes, names: list[str]) -> None:
    axes.set_yticks(range(len(names)), [name.replace("_", " ") for name in names], fontsize=13)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)


def _reading(figure: Figure, top: float, text: str) -> None:
    figure.text(0.012, top, "\n".join(wrap(text, 150)), fontsize=12, va="top", color="#444444")
