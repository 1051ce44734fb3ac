"""The report's section on the gradient system: where firms of each tier stand a year later, and how they fare."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd

from sim.reporting.wording import decimals, label, rows_of

METHOD = (
    "Of the firms on a tier as a year begins: the share that stands on each tier at its end, or has left; then the "
    "share that still lives five years later, and the growth of sales in a year of those that live at its end. Per "
    "cent, means over the treatment years and replications ± half of the 95 % interval."
)


def tier_section(transitions: pd.DataFrame, tiers: pd.DataFrame, baseline: str) -> str:
    """HTML of the section: the baseline's transitions, and survival and growth in every arm; empty without records."""
    if transitions.empty:
        return ""
    return (
        f"<h2>How firms climb</h2><p>{escape(METHOD)}</p>{_transitions(transitions, baseline)}{_fortunes(tiers)}"
        '<p class="small">The transitions of all arms are in tables/transitions.csv.</p>'
    )


def _transitions(transitions: pd.DataFrame, arm: str) -> str:
    mine = transitions[transitions["arm"] == arm]
    fates = list(dict.fromkeys(mine["to_tier"]))
    rows = ""
    for tier, row in mine.groupby("from_tier", sort=False):
        cells = "".join(f"<td>{_percent(cell)}</td>" for cell in rows_of(row))
        rows += f'<tr><td class="words">{escape(label(str(tier)))}</td>{cells}</tr>'
    head = "".join(f"<th>{escape(label(name))}</th>" for name in (f"{arm}: from", *fates))
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _fortunes(tiers: pd.DataFrame) -> str:
    names = list(dict.fromkeys(tiers["tier"]))
    rows = ""
    for (measure, arm), row in tiers.groupby(["measure", "arm"], sort=False):
        words = "alive five years later" if str(measure).startswith("survival") else "growth of sales"
        cells = "".join(f"<td>{_percent(cell)}</td>" for cell in rows_of(row))
        rows += f'<tr><td class="words">{escape(words)}</td><td class="words">{escape(str(arm))}</td>{cells}</tr>'
    head = "".join(f"<th>{escape(label(name))}</th>" for name in ("", "arm", *names))
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _percent(row: Any) -> str:
    """A share or a change of logarithms in per cent, with half of its interval."""
    if row.mean != row.mean:
        return "-"
    if row.mean == 0.0 and row.ci_low != row.ci_low:
        return "0"
    low, high = 100 * row.ci_low, 100 * row.ci_high
    if low != low:
        return f"{100 * row.mean:.1f}"
    places = min(decimals(low, high), 2)
    return f"{100 * row.mean:.{places}f} ±{(high - low) / 2:.{places}f}"
