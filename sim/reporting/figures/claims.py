"""Claims of theory as a forest: each contrast with its interval, by regime, and whether the claim holds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.reporting.figures.style import BLUE, GREY, INK, VERMILION, Picture, blank, look, wrap
from sim.reporting.wording import rows_of
from sim.reporting.wording.en import figures as words
from sim.store.provenance import Provenance

VERDICTS = {
    "holds": (BLUE, "o", True),
    "tie": (GREY, "D", False),
    "opposite": (VERMILION, "X", True),
    "open": (GREY, "o", False),
    "no value": (GREY, "", False),
}
"""Colour, marker and whether it is filled."""
WIDEST = 15.0
"""Per cent beyond which an interval is cut off, so that the others can be read."""


def draw_claims(claims: pd.DataFrame, provenance: Provenance) -> Picture:
    """One line a claim, in per cent (100 x ln points); those expected below zero are drawn as they are."""
    rows = rows_of(claims)
    count = sum(row.holds == "holds" for row in rows)
    title = words.claims_title(count, len(rows))
    height = 2.2 + 0.42 * len(rows)
    with look():
        page = blank(title, provenance, height=height, legend_lines=1)
        axes = page.figure.subplots()
        seen = ""
        for position, row in enumerate(rows):
            colour, marker, filled = VERDICTS[str(row.holds)]
            low, middle, high = (
                float(np.clip(100 * part, -WIDEST, WIDEST)) for part in (row.ci_low, row.difference, row.ci_high)
            )
            axes.plot([low, high], [position, position], color=colour, linewidth=4, solid_capstyle="butt")
            if marker:
                face = colour if filled else "white"
                axes.plot(
                    middle,
                    position,
                    marker=marker,
                    markersize=10,
                    color=colour,
                    markerfacecolor=face,
                    markeredgewidth=2,
                )
            if row.regime != seen and position:
                axes.axhline(position - 0.5, color="#DDDDDD", linewidth=1)
            seen = row.regime
        axes.axvline(0, color=INK, linewidth=1.8)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        names = []
        before = ""
        for row in rows:
            head = f"{row.regime}  " if row.regime != before else ""
            names.append("\n".join(wrap(head + str(row.claim), 62)))
            before = row.regime
        axes.set_yticks(range(len(rows)), names, fontsize=12.5)
        axes.tick_params(axis="y", length=0)
        axes.grid(visible=False, axis="y")
        axes.set_xlabel(words.CLAIMS_AXIS)
        for verdict, (colour, marker, filled) in VERDICTS.items():
            if marker:
                axes.plot([], [], color=colour, marker=marker, markersize=10, linewidth=4, label=verdict,
                          markerfacecolor=colour if filled else "white", markeredgewidth=2)  # fmt: skip
        page.figure.legend(loc="upper left", bbox_to_anchor=(0.008, page.legend_top), ncols=4, frameon=False,
                           borderaxespad=0)  # fmt: skip
    return Picture("regimes", title, words.CLAIMS, page.figure)
