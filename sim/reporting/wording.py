"""Plain words for tables, figures and reports: names of metrics, numbers, and the sentence that gives the answer."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

from sim.store.executors.local import Failure

MAIN_METRICS = (
    "ln_real_income",
    "worst_region_income",
    "consumer_price",
    "utilisation",
    "excess_capacity",
    "duplication_index",
    "mean_krugman_specialisation",
    "innovations",
    "radical_innovations",
    "structural_similarity",
    "wasted_capital_share",
    "cooperation_links",
    "high_end_clusters",
    "endowment_fit",
    "mean_margin",
    "value_added",
    "firms",
    "subsidy_share",
)
"""Metrics in the order in which a reader meets them; others follow by theme."""

RESILIENCE = {
    "resistance": "kept in the worst year (share)",
    "recoverability": "of that loss made good (share)",
    "regained": "back at 95 % by the end (share)",
    "years_to_regain": "years until back at 95 %",
    "loss": "lost in all (years of income)",
}
"""The measures of resilience in words."""


def rows_of(table: pd.DataFrame) -> list[Any]:
    """The rows of a table with columns as attributes."""
    return list(table.itertuples())


def failure_in_words(failure: Failure) -> str:
    """What failed, in one line."""
    return f"seed {failure.seed}{f', arm {failure.arm}' if failure.arm else ''}: {failure.error}"


def label(metric: str) -> str:
    """A metric's name for readers: "ln_real_income" is read as "real income", "mean_margin" as "margin"."""
    return metric.removeprefix("ln_").removeprefix("mean_").replace("_", " ")


def main_metrics(recorded: Iterable[str]) -> list[str]:
    """The main metrics that were recorded, in reading order; the first few recorded ones when there are none."""
    names = set(recorded)
    return [name for name in MAIN_METRICS if name in names] or sorted(names)[:8]


def decimals(low: float, high: float) -> int:
    """Digits after the point that an interval of this width deserves: its half-width shows in the last digit."""
    half = abs(high - low) / 2
    if not math.isfinite(half) or half == 0:
        return 2
    return min(max(1, math.ceil(-math.log10(half))), 5)


def times(ratio: float) -> str:
    """A ratio as "3.4x" or "12x", "-" when undefined."""
    if not math.isfinite(ratio):
        return "-"
    return f"{ratio:.{0 if ratio >= 9.95 else 1}f}x"


def number(value: float, digits: int = 3) -> str:
    """A level in a table: `digits` significant digits, thousands separated, "-" when undefined."""
    if not math.isfinite(value):
        return "-"
    if value == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(places, 8)}f}"


def level(metric: str, mean: float) -> str:
    """A mean level for readers; of a logarithm its exponential (the geometric mean)."""
    return number(math.exp(mean) if metric.startswith("ln_") else mean)


def signed(value: float, places: int) -> str:
    """A difference: always with a sign, "-" when undefined."""
    return f"{value:+,.{places}f}" if math.isfinite(value) else "-"


def with_half(mean: float, low: float, high: float, least: int = 2) -> str:
    """A mean and half of its interval, "0.93 ±0.02", with `least` digits or more after the point.

    The mean alone where there is no interval, "-" when undefined.
    """
    if not math.isfinite(mean):
        return "-"
    half = (high - low) / 2
    if not math.isfinite(half):
        return f"{mean:,.{least}f}"
    places = max(decimals(low, high), least) if half > 0 else least
    return f"{mean:,.{places}f} ±{half:,.{places}f}"


def excludes_zero(row: Any) -> bool:
    """Whether the 95 % interval of a row of differences lies on one side of zero."""
    return bool(row.shown_low > 0 or row.shown_high < 0)


def sentence(row: Any, baseline: str) -> str:
    """The answer in one plain sentence, from one row of the table of differences."""
    name, unit, runs = label(row.metric), _unit(row.shown_unit), int(row.replications)
    places = decimals(row.shown_low, row.shown_high)
    amount = f"{abs(row.shown):.{places}f}{unit} {'more' if row.shown > 0 else 'less'}"
    if runs == 0:
        return f"{name.capitalize()} is defined in no year of both {row.arm} and {baseline}."
    if row.difference == 0 and int(row.agreeing) == 0 and (runs == 1 or row.ci_low == row.ci_high == 0):
        return f"In all {runs} paired replications, {row.arm} and {baseline} gave exactly the same {name}."
    if runs == 1:
        return (
            f"In this one replication, {row.arm} gave {amount} {name} than {baseline}. "
            "One replication has no interval: it is an example, not an answer."
        )
    agree = f"{int(row.agreeing)} of {runs} agree"
    if excludes_zero(row):
        ends = sorted((abs(row.shown_low), abs(row.shown_high)))
        return (
            f"With these {runs} paired replications, {row.arm} gave {amount} {name} than {baseline} "
            f"(95 % interval {ends[0]:.{places}f} to {ends[1]:.{places}f}{unit} "
            f"{'more' if row.shown > 0 else 'less'}; {agree})."
        )
    return (
        f"With these {runs} paired replications, {name} under {row.arm} cannot be told from {baseline}: "
        f"the 95 % interval includes zero, from {abs(row.shown_low):.{places}f}{unit} less "
        f"to {abs(row.shown_high):.{places}f}{unit} more (mean {signed(row.shown, places)}{unit}; {agree})."
    )


def _unit(unit: str) -> str:
    return {"%": " %", "points": " percentage points", "1": "", "": ""}.get(unit, f" {unit}")


def answers(differences: pd.DataFrame, metric: str, baseline: str) -> list[str]:
    """One sentence per arm on `metric` of the nation over the treatment years."""
    rows = differences[(differences["metric"] == metric) & (differences["window"] == "treatment years")]
    return [sentence(row, baseline) for row in rows_of(rows)]
