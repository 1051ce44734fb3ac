"""The report's section on resilience: what shocks cost the nation, and the places and industries hit hardest."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd

from sim.reporting.wording import RESILIENCE, decimals, rows_of, signed, with_half

HARDEST = 3
METHOD = (
    "Every arm with shocks was also run without them, with the same luck in every replication: the loss is the gap "
    "between the two. Real income stands for the nation and for regions, output for industries. Years count from the "
    "first in which a shock is felt. A replication that is not back at 95 % by the end counts with the years observed, "
    "so the mean time is then a lower bound. A loss of 1 year is what is made in one year without the shock."
)


def resilience_section(resilience: pd.DataFrame) -> str:
    """HTML of the section; empty when no arm has shocks."""
    if resilience.empty:
        return ""
    nation = resilience[resilience["group"] == "nation"]
    several = resilience["arm"].nunique() > 1
    against = str(resilience["against"].iloc[0])
    head = ["Nation", "Arm", "Mean, 95 % interval"]
    head += [f"Difference to {against}", "95 % interval"] if several else []
    rows = "".join(
        _row(words, row, several)
        for measure, words in RESILIENCE.items()
        for row in rows_of(nation[nation["measure"] == measure])
    )
    return (
        f'<h2>What shocks cost</h2><p>{escape(METHOD)}</p><div class="scroll"><table><thead><tr>'
        + "".join(f"<th>{escape(name)}</th>" for name in head)
        + f"</tr></thead><tbody>{rows}</tbody></table></div>"
        + _hardest(resilience[resilience["group"] != "nation"])
    )


def _row(words: str, row: Any, several: bool) -> str:
    least = 1 if row.measure == "years_to_regain" else 2
    cells = [
        f'<td class="words">{escape(words)}</td><td class="words">{escape(str(row.arm))}</td>',
        f"<td>{with_half(row.mean, row.ci_low, row.ci_high, least)}</td>",
    ]
    if several:
        places = decimals(row.difference_low, row.difference_high)
        clear = ' class="clear"' if row.difference_low > 0 or row.difference_high < 0 else ""
        cells.append(f"<td{clear}>{signed(row.difference, places)}</td>")
        cells.append(f"<td>{_interval(row.difference_low, row.difference_high, places)}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _interval(low: float, high: float, places: int) -> str:
    return f"{signed(low, places)} to {signed(high, places)}" if low == low else "-"


def _hardest(groups: pd.DataFrame) -> str:
    """The groups that lost most in each arm, in words."""
    lost = groups[groups["measure"] == "loss"]
    said = ""
    for arm, rows in lost.groupby("arm", sort=False):
        worst = rows.sort_values("mean", ascending=False).head(HARDEST)
        named = ", ".join(
            f"{str(row.group).partition('=')[2]} {with_half(row.mean, row.ci_low, row.ci_high)}"
            for row in rows_of(worst)
            if row.mean > 0
        )
        said += f"<li>{escape(str(arm))}: {escape(named or 'none lost')}</li>"
    if not said:
        return ""
    return (
        f'<p class="small">Regions and industries that lost most (years of their own; all are in '
        f"tables/resilience.csv):</p><ul>{said}</ul>"
    )
