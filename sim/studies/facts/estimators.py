"""Estimators of econometric papers on plain arrays. They know nothing of the model."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pandas as pd

from sim.studies.libraries import library

Array = np.ndarray[Any, Any]
FEWEST = 20
"""Observations below which nothing is estimated."""


def rank_half_exponent(sizes: Array, share: float = 0.1) -> float:
    """Tail exponent from ln(rank - 1/2) = a - zeta ln(size) over the largest `share` of `sizes` (n,).

    Source: Gabaix & Ibragimov 2011, Rank - 1/2: a simple way to improve the OLS estimation of tail exponents.
    """
    ranked = np.sort(sizes[sizes > 0.0])[::-1]
    tail = ranked[: round(share * len(ranked))]
    if len(tail) < FEWEST:
        return math.nan
    return -slope(np.log(np.arange(1, len(tail) + 1) - 0.5), np.log(tail))


def slope(outcome: Array, regressor: Array) -> float:
    """OLS slope of one variable on another and a constant; NaN when it is not identified."""
    return linear(outcome, regressor[:, None])[0] if len(outcome) > 2 else math.nan


def spread_slope(growth: Array, size: Array, bins: int = 20) -> float:
    """OLS slope of the ln standard deviation of `growth` (n,) on mean `size` (n,) over so many equal bins by size.

    Source: Stanley et al. 1996, Scaling behaviour in the growth of companies. NaN with under 20 observations a bin.
    """
    if len(growth) < FEWEST * bins:
        return math.nan
    parts = np.array_split(np.argsort(size, kind="stable"), bins)
    spreads = np.array([growth[rows].std(ddof=1) for rows in parts])
    if not (spreads > 0.0).all():
        return math.nan
    return float(slope(np.log(spreads), np.array([size[rows].mean() for rows in parts])))


def linear(outcome: Array, regressors: Array) -> Array:
    """OLS coefficients of `regressors` (n, k) with a constant that is not returned, shape (k,)."""
    models = library("statsmodels.api")
    design = models.add_constant(np.asarray(regressors, dtype=float), has_constant="add")
    return np.asarray(models.OLS(np.asarray(outcome, dtype=float), design).fit().params)[1:]


def within(frame: pd.DataFrame, columns: list[str], groups: list[str]) -> pd.DataFrame:
    """`columns` less their means by `groups`: fixed effects partialled out (Frisch, Waugh & Lovell)."""
    return frame[columns] - frame.groupby(groups, sort=False, observed=True)[columns].transform("mean")


def subbotin_shape(deviations: Array) -> float:
    """Shape b of the density exp(-|x/a|^b / b) by maximum likelihood, centre at the median: 2 normal, 1 Laplace.

    Source: Bottazzi & Secchi 2006; for a given b the scale is (mean |x|^b)^(1/b), so the search is over b alone.
    """
    apart = np.abs(deviations - np.median(deviations))
    apart = apart[apart > 0.0]
    if len(apart) < FEWEST:
        return math.nan
    gamma = library("scipy.special").gammaln
    apart = apart / apart.mean()

    def loss(log_shape: float) -> float:
        shape = math.exp(log_shape)
        scale = float(np.mean(apart**shape)) ** (1.0 / shape)
        return math.log(2.0 * scale) + math.log(shape) / shape + float(gamma(1.0 + 1.0 / shape)) + 1.0 / shape

    found = library("scipy.optimize").minimize_scalar(loss, bounds=(math.log(0.1), math.log(8.0)), method="bounded")
    return math.exp(float(found.x))


def survival(durations: Array, ended: Array, years: tuple[int, ...]) -> list[float]:
    """Kaplan-Meier share that outlives each of `years`; `ended` (n,) is False for those still alive at the end."""
    if len(durations) < FEWEST:
        return [math.nan] * len(years)
    curve = library("lifelines").KaplanMeierFitter().fit(durations, ended)
    return [float(curve.predict(year)) if durations.max() >= year else math.nan for year in years]


def poisson(counts: Array, regressors: Array) -> Array:
    """Poisson pseudo maximum likelihood, coefficients of `regressors` (n, k) without the constant; NaN if it fails.

    Source: Santos Silva & Tenreyro 2006, The log of gravity.
    """
    width = regressors.shape[1]
    if len(counts) < FEWEST or counts.sum() == 0:
        return np.full(width, math.nan)
    models = library("statsmodels.api")
    design = models.add_constant(np.asarray(regressors, dtype=float), has_constant="add")
    separated = library("statsmodels.tools.sm_exceptions").PerfectSeparationWarning
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", separated)  # an effect that runs off to infinity leaves the slopes as they are
        found = models.GLM(np.asarray(counts, dtype=float), design, family=models.families.Poisson()).fit()
    return np.asarray(found.params)[1:] if found.converged else np.full(width, math.nan)


def dummies(labels: pd.Series[Any]) -> Array:
    """Indicator columns of all labels but the first, shape (n, labels - 1)."""
    return np.asarray(pd.get_dummies(labels, drop_first=True, dtype=float))


def gini(values: Array) -> float:
    """Gini coefficient of non-negative values; NaN when all are zero."""
    ranked = np.sort(values.astype(float))
    total = ranked.sum()
    if total <= 0.0:
        return math.nan
    position = 2 * np.arange(1, len(ranked) + 1) - len(ranked) - 1
    return float(position @ ranked / (len(ranked) * total))
