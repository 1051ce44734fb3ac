"""What shocks cost over time: real income of each arm against the same arm and seed without its shocks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.transforms import blended_transform_factory

from sim.reporting.figures.evidence import Evidence
from sim.reporting.figures.style import INK, Picture, arm_legend, arm_styles, blank, legend_of, look, wrapped
from sim.reporting.figures.welfare import label_gap, spread_labels
from sim.reporting.wording import FEWEST, arm_name, decimals, rows_of
from sim.reporting.wording.en import figures as words

SAME_LINE = "\u00a0"
"""A space at which no line is broken."""


def draw_resilience(evidence: Evidence) -> Picture | None:
    """Loss of real income by year and arm, with 95 % bands; None when no arm has shocks."""
    losses = evidence.losses
    if losses.empty:
        return None
    struck = [arm for arm in evidence.arms if arm in set(losses["arm"])]
    title = _finding(evidence, struck)
    reading = words.resilience(evidence.replications)
    with look():
        page = blank(title, evidence.provenance, legend_lines=legend_of(struck).lines if evidence.others else 0)
        axes = page.figure.subplots()
        styles = arm_styles(evidence)
        ends = []
        for order, arm in enumerate(struck):
            path, style = _in_percent(losses[losses["arm"] == arm].sort_values("year"), evidence), styles[arm]
            since = path["year"] - evidence.fork_year
            step = max(1, len(path) // 8)
            axes.fill_between(
                since, path["low"], path["high"], color=style.colour, alpha=0.3 / (1 + len(struck)), linewidth=0
            )
            for edge in ("low", "high"):  # where bands overlap, their edges tell them apart
                axes.plot(since, path[edge], color=style.colour, linestyle=style.line, linewidth=1.0, alpha=0.7)
            axes.plot(
                since, path["mean"], color=style.colour, linestyle=style.line, marker=style.marker, markersize=10,
                markevery=(order * step // len(struck), step),
            )  # fmt: skip
            ends.append((float(path["mean"].iloc[-1]), arm))
        axes.axhline(0, color=INK, linewidth=1.6)
        begun = words.YEARS_OF_ARMS if evidence.others else words.YEARS_OF_PLAN
        axes.set_xlabel(words.years_since(begun, evidence.fork_year))
        axes.set_ylabel(words.LOSS_AXIS)
        axes.margins(x=0.01)
        axes.locator_params(axis="x", integer=True)
        if evidence.others:
            outside = blended_transform_factory(axes.transAxes, axes.transData)
            low, high = axes.get_ylim()
            for height, arm in spread_labels(ends, low, high, label_gap(struck)):
                axes.text(
                    1.01, height, wrapped(arm, 16), transform=outside, va="center", color=styles[arm].colour,
                    fontweight="bold", linespacing=0.95,
                )  # fmt: skip
            arm_legend(page, evidence, struck)
    return Picture("resilience", title, reading, page.figure)


def _in_percent(path: pd.DataFrame, evidence: Evidence) -> pd.DataFrame:
    if evidence.replications >= FEWEST:  # where all are the same, as before a shock, the band has no width
        path = path.assign(**{end: path[end].fillna(path["mean"]) for end in ("low", "high")})
    return path.assign(**{name: 100 * np.expm1(path[name]) for name in ("mean", "low", "high")})


def _finding(evidence: Evidence, struck: list[str]) -> str:
    """What the nation lost in all, arm by arm, in months of its income."""
    table = evidence.resilience
    rows = table[(table["group"] == "nation") & (table["measure"] == "loss")] if len(table) else table
    if rows.empty:
        return words.QUESTIONS["resilience"]
    lost = [row for arm in struck for row in rows_of(rows) if str(row.arm) == arm]
    if not evidence.others:
        return words.months_lost([_months(lost[0])])
    if len(lost) > 3:
        least, most = min(lost, key=lambda row: row.mean), max(lost, key=lambda row: row.mean)
        return words.months_lost([_named(least), _named(most)], ends=True)
    return words.months_lost([_named(row) for row in lost])


def _named(row: Any) -> str:
    return f"{arm_name(str(row.arm))} {_months(row)}".replace(" ", SAME_LINE)


def _months(row: Any) -> str:
    """Months lost and half of the interval."""
    half = 6 * (row.ci_high - row.ci_low)
    if row.reason:
        return f"{12 * row.mean:.1f}"
    places = min(decimals(12 * row.ci_low, 12 * row.ci_high), 2)
    return f"{12 * row.mean:.{places}f} ± {half:.{places}f}"
