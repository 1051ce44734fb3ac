"""The order in which a reader meets measures, and rows of tables one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

MAIN_METRICS = (
    "ln_real_income",
    "worst_region_income",
    "consumer_price",
    "utilisation",
    "excess_capacity",
    "duplication_index",
    "mean_krugman_specialisation",
    "innovations",
    "weighted_innovations",
    "growth",
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
HEADLINES = (
    "ln_real_income",
    "utilisation",
    "duplication_index",
    "mean_krugman_specialisation",
    "innovations",
    "worst_region_income",
)
"""The six that stand on top of a report, where they were recorded."""


def main_metrics(recorded: Iterable[str]) -> list[str]:
    """The main metrics that were recorded, in reading order; the first few recorded ones when there are none."""
    names = set(recorded)
    return [name for name in MAIN_METRICS if name in names] or sorted(names)[:8]


def headline_metrics(recorded: Iterable[str]) -> list[str]:
    """Six metrics, or as many as were recorded: the headlines first, then others in reading order."""
    names = main_metrics(recorded)
    return [*(name for name in HEADLINES if name in names), *(name for name in names if name not in HEADLINES)][:6]


def rows_of(table: pd.DataFrame) -> list[Any]:
    """The rows of a table with columns as attributes."""
    return list(table.itertuples())
