"""The frames of a film: the map of one run, or of two side by side, with its clock and a few curves, year by year.

Maps are squares in an image, since thousands of patches a year take too long; all else is drawn once and moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

from sim.reporting.figures.evidence import abbreviations
from sim.reporting.figures.fonts import give_letters, quietly
from sim.reporting.figures.map_drawing import OTHERS, MapFrame, finish_map, tint
from sim.reporting.figures.style import ARM_COLOURS, CLASS_COLOURS, GREY, INK, look, wrap
from sim.reporting.wording.catalogues import LANGUAGES
from sim.runs.frames import NOBODY
from sim.runs.history import Frame, History

Array = np.ndarray[Any, Any]
CURVES = {"utilisation": "chart_utilisation", "ln_real_income": "chart_welfare", "innovations": "chart_innovation"}
"""Measure of the nation -> its title among the texts of the player."""
PIXELS = (1280, 720)
DPI = 100
PAPER = (255 * np.array(to_rgb("#F3F3F3"))).astype(np.uint8)
"""Colour of an empty place."""
CELL = 24
"""Pixels of a cell in the image of a map, before it is drawn."""


class Film:
    """Draws the years of one or two histories that have the same years."""

    def __init__(self, histories: Sequence[History], language: str = "en") -> None:
        """Raises ValueError for none, for more than two, and for two with different years."""
        if not 1 <= len(histories) <= 2:
            raise ValueError(f"a film shows one run or two side by side, not {len(histories)}")
        if len({tuple(history.hashes) for history in histories}) > 1:
            raise ValueError("the two runs have different years")
        self.histories, self.told = histories, LANGUAGES[language]
        self.years = list(histories[0].hashes)
        self.maps = [_Map(history) for history in histories]
        self.names, self.colours = self._classes()
        self.largest = max(one.largest for one in self.maps)
        with look():
            self._draw()

    def frames(self) -> Iterator[Array]:
        """One picture a year, shape (720, 1280, 3), whole numbers from 0 to 255."""
        with look(), quietly():
            for number in range(len(self.years)):
                self._show(number)
                self.canvas.draw()
                yield np.asarray(self.canvas.buffer_rgba())[:, :, :3].copy()

    def _classes(self) -> tuple[list[str], Array]:
        """Names of what colours stand for, and the number of the class of each industry: industries when there are
        few, else chains, else the largest chains and the rest."""
        ground = self.histories[0].ground
        named = ground["industries"] if len(ground["industries"]) <= len(CLASS_COLOURS) else ground["chains"]
        weight = dict.fromkeys(named, 0.0)
        for one in self.maps:
            leading = one.last.column("cell_leading")
            for industry, workers in zip(leading, one.last.column("cell_employment"), strict=True):
                if industry != NOBODY:
                    weight[named[int(industry)]] += float(workers)
        names = sorted(weight, key=lambda name: -weight[name])
        most = len(CLASS_COLOURS)
        names = [*names[: most - 1], OTHERS] if len(names) > most else sorted(names)
        return names, np.array([names.index(name) if name in names else most - 1 for name in named])

    def _name(self, name: str) -> str:
        return str(self.told.NAMES.get(name, name.replace("_", " ")))

    def _draw(self) -> None:
        """Everything but what changes from year to year."""
        self.figure = Figure(figsize=(PIXELS[0] / DPI, PIXELS[1] / DPI), dpi=DPI)
        self.canvas = FigureCanvasAgg(self.figure)
        count = len(self.maps)
        self.images = []
        for number, (one, history) in enumerate(zip(self.maps, self.histories, strict=True)):
            axes = self.figure.add_axes((0.01 + 0.35 * number, 0.13, 0.34 if count == 2 else 0.69, 0.7))
            finish_map(axes, one.frame, 12.0 if len(one.frame.labels) <= 40 else 0.0)
            self.images.append(axes.imshow(one.empty, extent=one.extent, zorder=0, interpolation="nearest"))
            title = self._name(history.arm) if count == 2 else str(history.header.get("title") or history.arm)
            axes.set_title("\n".join(wrap(title, 28 if count == 2 else 56)), fontsize=17, fontweight="bold")
        self.figure.legend(
            handles=[Patch(color=colour, label=self._name(name))
                     for name, colour in zip(self.names, CLASS_COLOURS, strict=False)],
            loc="lower left", bbox_to_anchor=(0.01, 0.005), ncols=4, frameon=False, fontsize=12, handlelength=1.2,
        )  # fmt: skip
        self.clock: Text = self.figure.text(0.725, 0.9, "", fontsize=30, fontweight="bold", va="center")
        self.phase: Text = self.figure.text(0.725, 0.75, "", fontsize=11, va="top", color="#444444", linespacing=1.3)
        self._draw_clock()
        self.curves = [self._curve(number, name, title) for number, (name, title) in enumerate(CURVES.items())]
        seeds = ", ".join(dict.fromkeys(str(history.seed) for history in self.histories))
        code = str(self.histories[0].header.get("code", ""))
        self.figure.text(0.725, 0.012, f"clustersim · seed {seeds} · code {code}", fontsize=8.5, color="#666666")
        for number in (0, len(self.years) - 1):  # fonts are chosen for all letters that will come
            self._show(number)
            give_letters(self.figure)

    def _draw_clock(self) -> None:
        """A bar from the first year to the last, with the year in which the plan begins."""
        axes = self.figure.add_axes((0.725, 0.8, 0.255, 0.035))
        first, last = self.years[0], max(self.years[-1], self.years[0] + 1)
        axes.set_xlim(first, last)
        axes.set_ylim(0, 1)
        axes.axis("off")
        axes.fill_between([first, last], 0.3, 0.7, color="#E3E3E3")
        self.passed = axes.fill_betweenx([0.3, 0.7], first, first, color=INK)
        self.clock_axes = axes
        axes.axvline(self._burn_in(), color=CLASS_COLOURS[4], linewidth=2.5)

    def _burn_in(self) -> int:
        return int(self.histories[0].header.get("burn_in", 0))

    def _curve(self, number: int, name: str, title: str) -> tuple[list[Line2D], list[Array], Axes]:
        axes = self.figure.add_axes((0.765, 0.48 - 0.205 * number, 0.215, 0.135))
        values = [self._values(history, name) for history in self.histories]
        known = np.concatenate(values)
        known = known[np.isfinite(known)]
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
        room = 0.08 * (high - low) or 0.5
        axes.set_xlim(self.years[0], max(self.years[-1], self.years[0] + 1))
        axes.set_ylim(low - room, high + room)
        axes.axvline(self._burn_in(), color=GREY, linewidth=1.2)
        axes.set_title(self.told.TEXTS[title], fontsize=12, loc="left")
        axes.tick_params(labelsize=9)
        lines = [
            axes.plot(
                [], [], "--" if place else "-", color=ARM_COLOURS[place], linewidth=2.2, label=self._name(one.arm)
            )[0]
            for place, one in enumerate(self.histories)
        ]
        if number == 0 and len(lines) > 1:
            axes.legend(fontsize=9, frameon=False, loc="best", handlelength=1.8)
        return lines, values, axes

    def _values(self, history: History, name: str) -> Array:
        """A measure of every year; real income as an index that is 100 in the year in which the plan begins."""
        values = np.array([_number(frame.series.get(name)) for frame in history.years])
        if not name.startswith("ln_"):
            return values
        fork = self.years.index(self._burn_in()) if self._burn_in() in self.years else 0
        return 100.0 * np.exp(values - values[fork])

    def _show(self, number: int) -> None:
        """Move everything to one year."""
        year, burn_in = self.years[number], self._burn_in()
        texts = self.told.TEXTS
        for image, one in zip(self.images, self.maps, strict=True):
            image.set_data(one.picture(number, self.colours, self.largest))
        self.clock.set_text(texts["year"].format(year=year))
        past = "phase_past" if len(self.maps) == 2 else "phase_past_one"
        plan = "phase_plan" if len(self.maps) == 2 else "phase_plan_one"
        phase = texts[past if year <= burn_in else plan]
        words = phase.format(burn_in=burn_in, first=burn_in + 1, done=year - burn_in)
        self.phase.set_text("\n".join(wrap(words, 46)))
        self.passed.remove()
        self.passed = self.clock_axes.fill_betweenx([0.3, 0.7], self.years[0], year, color=INK)
        for lines, values, _ in self.curves:
            for line, own in zip(lines, values, strict=True):
                line.set_data(self.years[: number + 1], own[: number + 1])


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")


class _Map:
    """Where the cells of a history lie in an image."""

    def __init__(self, history: History) -> None:
        first, ground = history.years[0], history.ground
        self.years = history.years
        self.column = first.column("cell_column").astype(int)
        self.row = first.column("cell_row").astype(int)
        side = float(ground["cell_km"])
        regions = [ground["regions"][int(region)] for region in first.column("cell_region")]
        cells = pd.DataFrame({"region": regions, "x": self.column * side, "y": -self.row * side})
        labels = abbreviations(list(dict.fromkeys(regions)))
        self.frame = MapFrame(cells, side, labels, cells[["x", "y"]].assign(side=side), False)
        columns, rows = self.column.max() + 1, self.row.max() + 1
        self.pixels = max(3, min(CELL, 1400 // max(columns, rows)))
        self.empty = np.full((rows * self.pixels, columns * self.pixels, 3), 255, dtype=np.uint8)
        self.extent = (-side / 2, (columns - 0.5) * side, (0.5 - rows) * side, side / 2)

    @property
    def last(self) -> Frame:
        """The last year."""
        return self.years[-1]

    @property
    def largest(self) -> float:
        """Employment, in workers, that fills a cell: what all but one in fifty reach at most in the last year."""
        workers = self.last.column("cell_employment")
        return float(np.quantile(workers[workers > 0], 0.98)) if (workers > 0).any() else 1.0

    def picture(self, number: int, colours: Array, largest: float) -> Array:
        """The map of a year: a square for each cell, its area employment, its colour what leads there, and the paler
        the less it leads."""
        frame, size = self.years[number], self.pixels
        image = self.empty.copy()
        leading, share = frame.column("cell_leading"), frame.column("cell_share")
        workers = frame.column("cell_employment")
        for column, row, industry, part, work in zip(self.column, self.row, leading, share, workers, strict=True):
            top, left = row * size, column * size
            image[top : top + size, left : left + size] = PAPER
            if industry != NOBODY and work > 0:
                side = max(1, round(size * max(0.25, min(1.0, (work / largest) ** 0.5))))
                edge = (size - side) // 2
                colour = 255 * tint(CLASS_COLOURS[colours[int(industry)]], float(np.clip(part, 0.0, 1.0)))
                image[top + edge : top + edge + side, left + edge : left + edge + side] = colour
        return image
