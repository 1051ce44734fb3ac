"""What governors gain by leaving a profile, as dots: a panel a reward and one for the nation, a line an action."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.reporting.figures.style import BLUE, GREY, INK, VERMILION, Picture, blank, look, wrap
from sim.reporting.wording import rows_of
from sim.reporting.wording.en import equilibrium as words
from sim.store.provenance import Provenance


def draw_deviations(deviations: pd.DataFrame, provenance: Provenance) -> Picture:
    """`deviations` as those of sim.studies.equilibrium."""
    lines = list(dict.fromkeys(zip(deviations["profile"], deviations["action"], strict=True)))
    rewards = list(dict.fromkeys(deviations["reward"]))
    title = words.figure_title(int(deviations["clear"].sum()), len(deviations))
    with look():
        page = blank(title, provenance, height=3.3 + 0.34 * len(lines), legend_lines=2)
        panels = page.figure.subplots(1, len(rewards) + 1, sharey=True, squeeze=False)[0]
        for axes, reward in zip(panels[:-1], rewards, strict=True):
            own = deviations[deviations["reward"] == reward]
            _dots(axes, own, lines, ("gain", "gain_low", "gain_high"))
            axes.set_title(f"{words.REWARDED[reward]},\n{own['unit'].iloc[0]}", fontsize=12, loc="left")
        first = deviations[deviations["reward"] == rewards[0]]
        _dots(panels[-1], first, lines, ("nation", "nation_low", "nation_high"))
        panels[-1].set_title(words.NATION, fontsize=12, loc="left")
        page.figure.text(
            0.012, page.legend_top, "\n".join(wrap(words.READING, 150)), fontsize=12, va="top", color="#444444"
        )
        panels[0].set_yticks(range(len(lines)), [f"{profile}: {action}" for profile, action in lines], fontsize=12)
        panels[0].set_ylim(len(lines) - 0.4, -0.6)
    return Picture("deviations", title, words.READING, page.figure)


def _dots(axes: Axes, table: pd.DataFrame, lines: list[tuple[str, str]], names: tuple[str, str, str]) -> None:
    for row in rows_of(table):
        middle, low, high = (getattr(row, name) for name in names)
        if not np.isfinite(middle):
            continue
        colour = BLUE if low > 0.0 else VERMILION if high < 0.0 else GREY
        axes.plot(middle, lines.index((row.profile, row.action)), marker="o", markersize=7, color=colour,
                  markeredgewidth=1.5, markerfacecolor="white" if colour == GREY else colour)  # fmt: skip
    axes.axvline(0, color=INK, linewidth=1.3)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    axes.locator_params(axis="x", nbins=3)
    axes.tick_params(axis="x", labelsize=11)
