"""What a comparison shows in the terminal: tables that fit a line of any length."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from sim.reporting.fitting import Column, Fitting
from sim.reporting.wording import (
    IDENTICAL,
    NO_VALUE,
    RESILIENCE,
    TOO_FEW,
    arm_name,
    decimals,
    excludes_zero,
    label,
    level,
    main_metrics,
    mean_with_half,
    rows_of,
    signed,
    times,
)
from sim.reporting.wording.en import terminal as words
from sim.reporting.wording.en.report import NO_INTERVAL
from sim.reporting.wording.en.returns import returns_in_words

SURE_ABOUT = 5
"""How many of the main metrics show how sure their differences are."""


def comparison_table(differences: pd.DataFrame, arms: list[str], baseline: str) -> Group:
    """Main metrics over the treatment years: the baseline's mean, and for every other arm the difference.

    Arms for which a line has no room are shown in tables below.
    """
    rows = differences[differences["window"] == "treatment years"]
    others = [arm for arm in arms if arm != baseline]
    metrics = main_metrics(rows["metric"])
    title = Text(words.difference_to(baseline), style="bold")
    if all(row.reason in (TOO_FEW, NO_VALUE) for row in rows_of(rows)):
        return Group(title, _differences(rows, metrics, others), Text(words.FEW, style="dim"))
    return Group(
        title, _differences(rows, metrics, others), Text(words.NOTE, style="dim"),
        _sureness(rows, metrics[:SURE_ABOUT], others), Text(words.SURENESS, style="dim"),
    )  # fmt: skip


def _differences(rows: pd.DataFrame, metrics: list[str], arms: list[str]) -> Fitting:
    """The baseline's means, and the difference of every arm."""
    found = by_arm(rows, metrics)
    names, means = [], []
    for metric, here in found.items():
        first = next(iter(here.values()))
        unit = {"%": "", "1": ", index"}.get(first.shown_unit, f", {first.shown_unit}")
        name = label(metric).removesuffix(" index")
        names.append(name + ("" if name.endswith(first.shown_unit) else unit))  # high end clusters are clusters
        means.append(level(metric, first.baseline_mean))
    columns = [Column(arm_name(arm), [difference_cell(here.get(arm)) for here in found.values()]) for arm in arms]
    return Fitting(names, [Column("baseline", means), *columns], kept=1)


def _sureness(rows: pd.DataFrame, metrics: list[str], arms: list[str]) -> Fitting:
    """How sure the first differences are: agreement of replications, effect size, variance saved by the same luck."""
    found = by_arm(rows, metrics)
    names = [label(metric).removesuffix(" index") for metric in found]
    columns = [Column(arm_name(arm), [how_sure(here.get(arm)) for here in found.values()]) for arm in arms]
    return Fitting(names, columns, corner="agree, d, saved")


def by_arm(rows: pd.DataFrame, metrics: list[str]) -> dict[str, dict[str, Any]]:
    """Rows by metric and arm, without metrics that no arm has."""
    found = {metric: {str(row.arm): row for row in rows_of(rows[rows["metric"] == metric])} for metric in metrics}
    return {metric: here for metric, here in found.items() if here}


def how_sure(row: Any) -> str:
    """Agreement of replications, effect size and variance saved, of a row of differences."""
    if row is None or row.replications < 1:
        return "-"
    told = f"{int(row.agreeing)}/{int(row.replications)}"
    if math.isfinite(row.effect_size) and not row.reason:
        told += f" {signed(row.effect_size, 1)}"
    if math.isfinite(row.variance_ratio) and not row.reason:
        told += f" {times(row.variance_ratio)}"
    return told


def difference_cell(row: Any) -> Text:
    """A difference with its interval and stars."""
    if row is None:
        return Text("-")
    places, reason = decimals(row.shown_low, row.shown_high), row.reason
    stars = ("**" if row.p_holm < 0.05 else "*") if excludes_zero(row) else "=" if reason == IDENTICAL else ""
    text = signed(row.shown, places)
    if not reason:
        text += f" ±{(row.shown_high - row.shown_low) / 2:,.{places}f}"
    return Text(f"{text} {stars:<2}" if reason != TOO_FEW else text, style="bold" if stars == "**" else "")


def interval_in_words(mean: float, low: float, high: float, why: str) -> str:
    """A mean with its interval, or with the reason `why` it has none."""
    places = decimals(low, high)
    if why == NO_VALUE:
        return "-"
    return f"{signed(mean, places)} ({NO_INTERVAL[why] if why else f'{signed(low, places)} to {signed(high, places)}'})"


def decomposition_table(terms: pd.DataFrame) -> Group:
    """The decomposition over the treatment years, in per cent of real income."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    table.add_column("")
    table.add_column("%, 95 % interval", justify="right", no_wrap=True)
    table.add_column("what changes", overflow="fold")
    for row in rows_of(terms[terms["window"] == "treatment years"]):
        interval = interval_in_words(row.shown, row.shown_low, row.shown_high, row.reason)
        table.add_row(row.term, interval, row.meaning)
    return Group(Text(words.DECOMPOSITION), table)


def returns_on_screen(returns: pd.DataFrame) -> Group:
    """What a unit of every arm's money does over the treatment years; where it cannot be told, what that needs."""
    if returns.empty:
        return Group(Text(words.NO_RETURNS, style="dim"))
    found = returns_in_words(returns)
    columns = [Column(title, [told[row] for told in found.values()]) for row, title in enumerate(("gain", "return"))]
    return Group(Text(words.RETURNS, style="bold"), Fitting([arm_name(arm) for arm in found], columns))


def resilience_on_screen(resilience: pd.DataFrame) -> Group:
    """What shocks cost the nation in each arm, and differences to the arm that they are taken from."""
    rows = resilience[resilience["group"] == "nation"]
    arms = list(dict.fromkeys(rows["arm"]))
    found = {
        measure: {str(row.arm): row for row in rows_of(rows[rows["measure"] == measure])} for measure in RESILIENCE
    }
    columns = [
        Column(arm_name(arm), [resilience_cell(here[arm]) if arm in here else "-" for here in found.values()])
        for arm in arms
    ]
    note = words.resilience_note(int(rows["replications"].max()), str(rows["against"].iloc[0]), len(arms) > 1)
    table = Fitting(list(RESILIENCE.values()), columns)
    return Group(Text(words.RESILIENCE_TITLE, style="bold"), table, Text(note, style="dim"))


def resilience_cell(row: Any) -> str:
    """A measure of resilience with its interval, and a star where it differs from the arm compared with."""
    low, high = row.difference_low, row.difference_high
    apart = low > 0 or high < 0
    least = 1 if row.measure == "years_to_regain" else 2
    return f"{mean_with_half(row, least)} {'*' if apart else ' '}"
