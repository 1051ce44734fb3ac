"""Estimators of what a policy does to the nation."""

from __future__ import annotations

import numpy as np

from sim.studies.evidence.declaration import estimator
from sim.studies.evidence.watching import Array, Watched

DECAY = 0.15
"""Yearly depreciation of R&D capital: Bloom, Schankerman & Van Reenen 2013, after Hall, Jaffe & Trajtenberg."""
LATE = 10
"""Years at the end over which a lasting effect is read."""


def spent(market: Watched, arm: Watched) -> float:
    """Public outlays over national expenditure beyond those of the market, mean over the years."""
    return float(arm.nation("subsidy_share").mean() - market.nation("subsidy_share").mean())


@estimator(arms=2)
def income_gain(market: Watched, arm: Watched) -> float:
    """Change of ln national real income, mean over the treatment."""
    return float(arm.nation("ln_real_income").mean() - market.nation("ln_real_income").mean())


@estimator(arms=2)
def income_per_worker(market: Watched, arm: Watched) -> float:
    """Change of ln national real income less ln labour, mean over the treatment: labour is the only primary factor here
    besides land, which is given, so that this is what an aggregate of total factor productivity would show."""

    def productivity(one: Watched) -> Array:
        return np.asarray(one.nation("ln_real_income") - np.log1p(one.nation("labour_gap")))

    return float((productivity(arm) - productivity(market)).mean())


def gain_per_money(market: Watched, arm: Watched) -> float:
    """Change of ln real income over the share of national expenditure that is spent; NaN where nothing is."""
    money = spent(market, arm)
    return income_gain(market, arm) / money if money > 1e-6 else float("nan")


@estimator(arms=3)
def return_gap(market: Watched, one: Watched, other: Watched) -> float:
    """Change of ln real income per unit of money (both as shares of national expenditure) of the first policy, less
    that of the second."""
    return gain_per_money(market, one) - gain_per_money(market, other)


def research_capital(research: Array) -> Array:
    """R&D capital by perpetual inventory: what is left of each year's spending, (years,)."""
    stock, total = np.zeros(len(research)), 0.0
    for year, spending in enumerate(research):
        total = (1.0 - DECAY) * total + spending
        stock[year] = total
    return stock


@estimator(arms=2)
def social_return(market: Watched, arm: Watched) -> float:
    """Marginal social product of R&D capital: change of real output over the change of the R&D capital of all firms (15
    % depreciation), both as shares of value added, mean of the last ten years. Output is real income and the research
    that the public pays, which consumers go without."""
    research = arm.nation("research") / arm.nation("value_added")
    more = research - market.nation("research") / market.nation("value_added")
    income = arm.nation("ln_real_income") - market.nation("ln_real_income")
    stock = float(research_capital(more)[-LATE:].mean())
    return float((income + more)[-LATE:].mean()) / stock if stock > 1e-6 else float("nan")
