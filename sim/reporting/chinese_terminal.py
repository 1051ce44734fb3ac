"""The main tables of a comparison, or of one run, in Chinese: the same numbers as in English."""

from __future__ import annotations

from typing import Any

from rich.console import Console, Group
from rich.text import Text

from sim.reporting.fitting import Column, Fitting
from sim.reporting.terminal import SURE_ABOUT, by_arm, difference_cell, how_sure, resilience_cell
from sim.reporting.wording import (
    NO_VALUE,
    TOO_FEW,
    decimals,
    excludes_zero,
    level,
    main_metrics,
    rows_of,
    signed,
)
from sim.reporting.wording.zh import terminal as words
from sim.studies.compare import Comparison


def label(metric: str) -> str:
    """A main metric in Chinese; another one as it is declared."""
    return words.METRICS.get(metric, metric)


def tell_in_chinese(comparison: Comparison, console: Console) -> None:
    """Print the tables, a sentence for each arm and where the files are."""
    if len(comparison.arms) > 1:
        console.print(differences(comparison))
        for sentence in sentences(comparison):
            console.print(sentence, markup=False, highlight=False)
        console.print(words.REST, style="dim", markup=False, highlight=False)
    else:
        console.print(levels(comparison))
    if not comparison.resilience.empty:
        console.print(resilience(comparison))
    for one in comparison.failures:
        told = words.NOT_COUNTED.format(seed=one.seed, arm=words.arm_name(one.arm or ""), error=one.error)
        console.print(told, markup=False, highlight=False)
    console.print(words.WRITTEN.format(folder=comparison.folder), markup=False, highlight=False)


def differences(comparison: Comparison) -> Group:
    """The baseline's means and every arm's difference, and how sure the first ones are."""
    table = comparison.differences
    rows = table[table["window"] == "treatment years"]
    others = [arm for arm in comparison.arms if arm != comparison.baseline]
    found = by_arm(rows, main_metrics(rows["metric"]))
    names, means = [], []
    for metric, here in found.items():
        first = next(iter(here.values()))
        names.append(label(metric) + words.UNITS.get(first.shown_unit, f"，{first.shown_unit}"))
        means.append(level(metric, first.baseline_mean))
    columns = [
        Column(words.arm_name(arm), [difference_cell(here.get(arm)) for here in found.values()]) for arm in others
    ]
    title = Text(words.DIFFERENCE.format(baseline=words.arm_name(comparison.baseline)), style="bold")
    main = Fitting(names, [Column(words.BASELINE, means), *columns], kept=1)
    if all(row.reason in (TOO_FEW, NO_VALUE) for row in rows_of(rows)):
        return Group(title, main, Text(words.FEW, style="dim"))
    first_ones = list(found)[:SURE_ABOUT]
    sure = [Column(words.arm_name(arm), [how_sure(found[metric].get(arm)) for metric in first_ones]) for arm in others]
    sureness = Fitting([label(metric) for metric in first_ones], sure, corner=words.AGREE)
    return Group(title, main, Text(words.NOTE, style="dim"), sureness, Text(words.SURENESS, style="dim"))


def sentences(comparison: Comparison) -> list[str]:
    """What the headline measure of every arm comes to."""
    table = comparison.differences
    rows = table[(table["window"] == "treatment years") & (table["metric"] == comparison.headline)]
    return [_sentence(row, comparison.baseline) for row in rows_of(rows) if row.reason != NO_VALUE]


def _sentence(row: Any, baseline: str) -> str:
    places = decimals(row.shown_low, row.shown_high)
    unit = {"%": " %", "points": " 个百分点"}.get(row.shown_unit, "")
    key = "few" if row.reason else "sure" if excludes_zero(row) else "open"
    return words.SENTENCE[key].format(
        arm=words.arm_name(str(row.arm)), baseline=words.arm_name(baseline), metric=label(row.metric),
        difference=signed(row.shown, places) + unit, low=signed(row.shown_low, places),
        high=signed(row.shown_high, places), seeds=int(row.replications),
    )  # fmt: skip


def levels(comparison: Comparison) -> Fitting:
    """The main measures of the fork year and the last year."""
    years = comparison.arms[comparison.baseline].years
    values = comparison.by_year.pivot(index="metric", columns="year", values="mean")
    shown = [year for year in dict.fromkeys((years.burn_in, years.burn_in + years.treatment)) if year in values.columns]
    metrics = main_metrics(values.index)
    columns = [
        Column(words.YEAR.format(year=year), [level(metric, float(values.at[metric, year])) for metric in metrics])
        for year in shown
    ]
    return Fitting([label(metric) for metric in metrics], columns)


def resilience(comparison: Comparison) -> Group:
    """What shocks cost the nation in each arm."""
    rows = comparison.resilience[comparison.resilience["group"] == "nation"]
    found = {name: {str(row.arm): row for row in rows_of(rows[rows["measure"] == name])} for name in words.RESILIENCE}
    columns = [
        Column(words.arm_name(arm), [resilience_cell(here[arm]) if arm in here else "-" for here in found.values()])
        for arm in dict.fromkeys(rows["arm"])
    ]
    table = Fitting(list(words.RESILIENCE.values()), columns)
    return Group(Text(words.RESILIENCE_TITLE, style="bold"), table, Text(words.RESILIENCE_NOTE, style="dim"))
