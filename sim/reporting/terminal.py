"""What a comparison shows in the terminal, in any language: tables that fit a line of any length."""

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
    decimals,
    excludes_zero,
    level,
    main_metrics,
    mean_with_half,
    rows_of,
    signed,
    times,
)
from sim.reporting.wording.intervals import interval_in_words, returns_in_words
from sim.reporting.wording.languages import ENGLISH, Terminal

SURE_ABOUT = 5
"""How many of the main metrics show how sure their differences are."""


def comparison_table(differences: pd.DataFrame, arms: list[str], baseline: str, words: Terminal = ENGLISH) -> Group:
    """Main metrics over the treatment years: the baseline's mean, and for every other arm the difference.

    Arms for which a line has no room are shown in tables below.
    """
    rows = differences[differences["window"] == "treatment years"]
    others = [arm for arm in arms if arm != baseline]
    metrics = main_metrics(rows["metric"])
    title = Text(words.difference_to(baseline), style="bold")
    if all(row.reason in (TOO_FEW, NO_VALUE) for row in rows_of(rows)):
        return Group(title, _differences(rows, metrics, others, words), Text(words.FEW, style="dim"))
    return Group(
        title, _differences(rows, metrics, others, words), Text(words.NOTE, style="dim"),
        _sureness(rows, metrics[:SURE_ABOUT], others, words), Text(words.SURENESS, style="dim"),
    )  # fmt: skip


def _differences(rows: pd.DataFrame, metrics: list[str], arms: list[str], words: Terminal) -> Fitting:
    """The baseline's means, and the difference of every arm."""
    found = _by_arm(rows, metrics)
    first = {metric: next(iter(here.values())) for metric, here in found.items()}
    names = [words.named(metric, row.shown_unit) for metric, row in first.items()]
    means = [level(metric, row.baseline_mean) for metric, row in first.items()]
    columns = [Column(words.arm_name(arm), [difference_cell(here.get(arm)) for here in found.values()]) for arm in arms]
    return Fitting(names, [Column(words.BASELINE, means), *columns], kept=1)


def _sureness(rows: pd.DataFrame, metrics: list[str], arms: list[str], words: Terminal) -> Fitting:
    """How sure the first differences are: agreement of replications, effect size, variance saved by the same luck."""
    found = _by_arm(rows, metrics)
    names = [words.named(metric, "%") for metric in found]
    columns = [Column(words.arm_name(arm), [how_sure(here.get(arm)) for here in found.values()]) for arm in arms]
    return Fitting(names, columns, corner=words.SURE)


def _by_arm(rows: pd.DataFrame, metrics: list[str]) -> dict[str, dict[str, Any]]:
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


def levels_table(by_year: pd.DataFrame, fork_year: int, last_year: int, words: Terminal = ENGLISH) -> Fitting:
    """The main measures of one arm in the fork year and in the last year."""
    values = by_year.pivot(index="metric", columns="year", values="mean")
    shown = [year for year in dict.fromkeys((fork_year, last_year)) if year in values.columns]
    metrics = main_metrics(values.index)
    columns = [
        Column(words.YEAR.format(year), [level(metric, float(values.at[metric, year])) for metric in metrics])
        for year in shown
    ]
    return Fitting([words.label(metric) for metric in metrics], columns)


def decomposition_table(terms: pd.DataFrame, words: Terminal = ENGLISH) -> Group:
    """The decomposition over the treatment years, in per cent of real income."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    interval, meaning = words.DECOMPOSITION_HEADS
    table.add_column("")
    table.add_column(interval, justify="right", no_wrap=True)
    table.add_column(meaning, overflow="fold")
    for row in rows_of(terms[terms["window"] == "treatment years"]):
        told = interval_in_words(row.shown, row.shown_low, row.shown_high, row.reason, words)
        table.add_row(words.TERMS[row.term], told, words.MEANINGS[row.term])
    return Group(Text(words.DECOMPOSITION), table)


def returns_on_screen(returns: pd.DataFrame, words: Terminal = ENGLISH) -> Group:
    """What a unit of every arm's money does over the treatment years; where it cannot be told, what that needs."""
    if returns.empty:
        return Group(Text(words.NO_RETURNS, style="dim"))
    found = returns_in_words(returns, words)
    columns = [Column(head, [told[row] for told in found.values()]) for row, head in enumerate(words.RETURN_HEADS)]
    return Group(Text(words.RETURNS, style="bold"), Fitting([words.arm_name(arm) for arm in found], columns))


def resilience_on_screen(resilience: pd.DataFrame, words: Terminal = ENGLISH) -> Group:
    """What shocks cost the nation in each arm, and differences to the arm that they are taken from."""
    rows = resilience[resilience["group"] == "nation"]
    arms = list(dict.fromkeys(rows["arm"]))
    found = {
        measure: {str(row.arm): row for row in rows_of(rows[rows["measure"] == measure])} for measure in RESILIENCE
    }
    columns = [
        Column(words.arm_name(arm), [resilience_cell(here[arm]) if arm in here else "-" for here in found.values()])
        for arm in arms
    ]
    note = words.resilience_note(int(rows["replications"].max()), str(rows["against"].iloc[0]), len(arms) > 1)
    table = Fitting([words.RESILIENCE[measure] for measure in RESILIENCE], columns)
    return Group(Text(words.RESILIENCE_TITLE, style="bold"), table, Text(note, style="dim"))


def resilience_cell(row: Any) -> str:
    """A measure of resilience with its interval, and a star where it differs from the arm compared with."""
    low, high = row.difference_low, row.difference_high
    apart = low > 0 or high < 0
    least = 1 if row.measure == "years_to_regain" else 2
    return f"{mean_with_half(row, least)} {'*' if apart else ' '}"
