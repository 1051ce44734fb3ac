"""What plans return per unit of money, against two yardsticks: the same money left to consumers (layout `market`), and
the same money spent on labour that makes nothing (layout `idle`).

A plan that returns 1 leaves the nation as well off as no plan; at 0 its money might as well have hired labour that
makes nothing; above 1 the nation is better off. Ratio estimator with its linearised variance: Cochran (1977),
Sampling Techniques, ch. 6.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.kernel.scenario_types import Scenario
from sim.scenario.arms import YARDSTICKS
from sim.studies.estimates import Array, estimate
from sim.studies.statistics import windows

SPENDING = "subsidy_share"
"""Measure of public outlays over national expenditure."""
COLUMNS = ("arm", "window", "measure", "unit", "mean", "ci_low", "ci_high", "reason", "replications")
GAIN, RETURN = "gain per unit of money", "return"
LEAST = 1e-6
"""Spending over national expenditure beyond that of the market below which an arm has no return."""


@dataclass(frozen=True)
class Found:
    """Income and spending of arms in a window by replication: logarithms, and shares of national expenditure."""

    income: pd.DataFrame
    spending: pd.DataFrame

    def cost(self, arm: str, market: str) -> Array:
        """Loss of income against the market, by replication, in logarithms."""
        return self.income[market].to_numpy() - self.income[arm].to_numpy()

    def spent(self, arm: str, market: str) -> Array:
        """Spending beyond that of the market, by replication."""
        return self.spending[arm].to_numpy() - self.spending[market].to_numpy()


def find_yardsticks(arms: dict[str, Scenario]) -> tuple[str, ...]:
    """The arms with the layouts market and idle, in this order; empty unless each has one arm that does not imitate."""
    found = [
        [arm for arm, scenario in arms.items() if scenario.plan.layout == layout and scenario.plan.imitation == 0.0]
        for layout in YARDSTICKS
    ]
    return tuple(having[0] for having in found) if all(len(having) == 1 for having in found) else ()


def returns_table(metrics: pd.DataFrame, arms: dict[str, Scenario], income: str = "ln_real_income") -> pd.DataFrame:
    """Returns of every arm that spends more than the market, by window; columns COLUMNS.

    `gain per unit of money`: d ln income against the market over spending, both per cent (-1: a per cent of expenditure
    costs a per cent of income). `return`: 1 - loss of a unit of the arm's money / loss of a unit of idle money. Empty
    without the two yardsticks or the measures; `metrics` is that of the nation.
    """
    yardsticks = find_yardsticks(arms)
    if not yardsticks or not {income, SPENDING} <= set(metrics["metric"].unique()):
        return pd.DataFrame(columns=list(COLUMNS))
    market, idle = yardsticks
    years = next(iter(arms.values())).years
    rows = []
    for window, span in windows(years.burn_in, years.treatment).items():
        found = _within(metrics, income, span)
        for arm in arms:
            if arm == market or not np.all(found.spent(arm, market) > LEAST):
                continue
            own, wasted = found.cost(arm, market), found.cost(idle, market)
            gains = -own / found.spent(arm, market)
            rows.append(_row(arm, window, GAIN, "% per %", gains, float(gains.mean()), float(np.abs(gains).max())))
            if arm != idle:
                rows.append(_row(arm, window, RETURN, "1", *_return(own, wasted, found, arm, yardsticks)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _within(metrics: pd.DataFrame, income: str, span: tuple[int, int]) -> Found:
    """Means over a window of years, by replication and arm."""
    inside = metrics[(metrics["year"] >= span[0]) & (metrics["year"] <= span[1])]
    wide = []
    for name in (income, SPENDING):
        rows = inside[inside["metric"] == name]
        rows = rows.assign(arm=rows["arm"].astype(str).to_numpy())
        wide.append(rows.pivot_table(index="seed", columns="arm", values="value").dropna())
    return Found(*wide)


def _return(
    own: Array, wasted: Array, found: Found, arm: str, yardsticks: tuple[str, ...]
) -> tuple[Array, float, float]:
    """Linearised values of 1 - (own / spent) / (wasted / spent idly) by replication, their mean and their size."""
    market, idle = yardsticks
    spent, idly = found.spent(arm, market), found.spent(idle, market)
    one, other = own / spent, wasted / idly
    ratio = float(one.mean() / other.mean())
    values = 1.0 - ratio - (one - ratio * other) / float(other.mean())
    return values, 1.0 - ratio, float(np.abs(values).max())


def _row(arm: str, window: str, measure: str, unit: str, values: Array, mean: float, size: float) -> tuple[object, ...]:
    told = estimate(values[None, :], np.zeros((1, len(values))), np.array([size]))
    low, high, reason, count = (told[name][0] for name in ("ci_low", "ci_high", "reason", "replications"))
    return (arm, window, measure, unit, mean, float(low), float(high), str(reason), int(count))
