"""What a comparison shows in the terminal: tables that fit 80 columns."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from sim.reporting.wording import (
    RESILIENCE,
    decimals,
    excludes_zero,
    label,
    level,
    main_metrics,
    rows_of,
    signed,
    times,
    with_half,
)

ARMS_ACROSS = 3
SURE_ABOUT = 5
"""How many of the main metrics show how sure their differences are."""
NOTE = (
    "Means over the treatment years; difference ± half of its 95 % interval.\n"
    "* the interval excludes zero, ** also after correction for many measures (Holm).\n"
    "Differences in % of the baseline unless marked; points: percentage points."
)


SURENESS = (
    "agree: replications whose difference has the sign of the mean.\n"
    "d: mean of the paired differences over their standard deviation.\n"
    "saved: their variance if each arm had luck of its own, over what it is."
)


def comparison_table(differences: pd.DataFrame, arms: list[str], baseline: str) -> Group:
    """Main metrics over the treatment years: the baseline's mean, and for every other arm the difference.

    More than three other arms are shown in several tables, one below the other.
    """
    rows = differences[differences["window"] == "treatment years"]
    others = [arm for arm in arms if arm != baseline]
    metrics = main_metrics(rows["metric"])
    blocks = [others[start : start + ARMS_ACROSS] for start in range(0, len(others), ARMS_ACROSS)]
    return Group(
        Text(f"Difference to {baseline} (baseline)", style="bold"),
        *(_block(rows, metrics, block) for block in blocks),
        Text(NOTE, style="dim"),
        *(_sureness(rows, metrics[:SURE_ABOUT], block) for block in blocks),
        Text(SURENESS, style="dim"),
    )


def _table(arms: list[str], corner: str = "", baseline: bool = False, width: int = 14) -> Table:
    """An empty table with a column for names, one for the baseline if wanted, and one for each arm."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 0), show_edge=False)
    table.add_column(corner, width=23, no_wrap=True)
    if baseline:
        table.add_column("baseline", width=8, justify="right", no_wrap=True)
    for arm in arms:
        table.add_column(Text(arm.replace("_", " ")), width=width, justify="right", overflow="fold")
    return table


def _sureness(rows: pd.DataFrame, metrics: list[str], arms: list[str]) -> Table:
    """How sure the first differences are: agreement of replications, effect size, variance saved by the same luck."""
    table = _table(arms, "agree, d, saved", width=18)
    for metric in metrics:
        found = {str(row.arm): row for row in rows_of(rows[rows["metric"] == metric])}
        if found:
            table.add_row(Text(label(metric).removesuffix(" index")), *(_how_sure(found.get(arm)) for arm in arms))
    return table


def _how_sure(row: Any) -> Text:
    if row is None or row.replications < 1:
        return Text("-")
    told = f"{int(row.agreeing)}/{int(row.replications)}"
    if math.isfinite(row.effect_size):
        told += f" {signed(row.effect_size, 1)}"
    if math.isfinite(row.variance_ratio):
        told += f" {times(row.variance_ratio)}"
    return Text(told)


def _block(rows: pd.DataFrame, metrics: list[str], arms: list[str]) -> Table:
    table = _table(arms, baseline=True)
    for metric in metrics:
        found = {str(row.arm): row for row in rows_of(rows[rows["metric"] == metric])}
        if not found:
            continue
        first = next(iter(found.values()))
        unit = {"%": "", "1": ", index"}.get(first.shown_unit, f", {first.shown_unit}")
        cells = [_cell(found.get(arm)) for arm in arms]
        name = label(metric).removesuffix(" index")
        unit = "" if name.endswith(first.shown_unit) else unit  # high end clusters are clusters
        table.add_row(Text(name[: max(12, 23 - len(unit))] + unit), level(metric, first.baseline_mean), *cells)
    return table


def _cell(row: Any) -> Text:
    if row is None:
        return Text("-")
    places = decimals(row.shown_low, row.shown_high)
    half = (row.shown_high - row.shown_low) / 2
    stars = ("**" if row.p_holm < 0.05 else "*") if excludes_zero(row) else ""
    text = signed(row.shown, places)
    if math.isfinite(half):
        text += f" ±{half:,.{places}f}"
    return Text(f"{text} {stars:<2}", style="bold" if stars == "**" else "")


def decomposition_table(terms: pd.DataFrame) -> Table:
    """The decomposition over the treatment years, in per cent of real income."""
    table = Table(
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        show_edge=False,
        title="Where the gain of differentiated over duplicated comes from",
        title_justify="left",
    )
    table.add_column("")
    table.add_column("%, 95 % interval", justify="right")
    table.add_column("what changes")
    for row in rows_of(terms[terms["window"] == "treatment years"]):
        places = decimals(row.shown_low, row.shown_high)
        interval = f"{signed(row.shown, places)} ({signed(row.shown_low, places)} to {signed(row.shown_high, places)})"
        table.add_row(row.term, interval, row.meaning)
    return table


def resilience_on_screen(resilience: pd.DataFrame) -> Group:
    """What shocks cost the nation in each arm, and differences to the arm that they are taken from."""
    rows = resilience[resilience["group"] == "nation"]
    arms = list(dict.fromkeys(rows["arm"]))
    blocks = [arms[start : start + ARMS_ACROSS] for start in range(0, len(arms), ARMS_ACROSS)]
    against = str(rows["against"].iloc[0])
    if rows["replications"].max() < 2:
        note = "One replication has no interval: it is an example, not an answer."
    else:
        note = f"Mean ± half of its 95 % interval. * the paired difference to {against} excludes zero."
    return Group(
        Text("What shocks cost: real income against the same seed without them", style="bold"),
        *(_resilience_block(rows, block) for block in blocks),
        Text(note if len(arms) > 1 else note.partition(" *")[0], style="dim"),
    )


def _resilience_block(rows: pd.DataFrame, arms: list[str]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 0), show_edge=False)
    table.add_column("", width=31, no_wrap=True)
    for arm in arms:
        table.add_column(Text(arm.replace("_", " ")), width=15, justify="right", overflow="fold")
    for measure, words in RESILIENCE.items():
        found = {str(row.arm): row for row in rows_of(rows[rows["measure"] == measure])}
        cells = [_resilience_cell(found[arm]) if arm in found else Text("-") for arm in arms]
        table.add_row(Text(words), *cells)
    return table


def _resilience_cell(row: Any) -> Text:
    apart = row.difference_low > 0 or row.difference_high < 0
    least = 1 if row.measure == "years_to_regain" else 2
    return Text(f"{with_half(row.mean, row.ci_low, row.ci_high, least)} {'*' if apart else ' '}")
