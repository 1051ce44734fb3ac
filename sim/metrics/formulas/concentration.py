"""Concentration and specialisation of a region x industry table.

Tables have shape (R, S), regions by industries, and hold employment or any other non-negative quantity.
"""

from __future__ import annotations

import math

import numpy as np

from sim.metrics.formulas.arithmetic import Array, group_sum, ratio


def location_quotient(employment: Array) -> Array:
    """LQ_rs = (e_rs/e_r) / (e_s/e), shape (R, S); NaN in an empty region or industry.

    Source: Florence 1948, Investment, Location and Size of Plant; Isard 1960, ch. 7.
    """
    total = employment.sum()
    expected = np.outer(employment.sum(axis=1), employment.sum(axis=0))
    return ratio(employment * total, expected)


def krugman_specialisation(employment: Array) -> Array:
    """K_r = sum_s |share of s in r - share of s in the other regions|, from 0 to 2; shape (R,).

    NaN for an empty region or when there is no other. Source: Krugman 1991, Geography and Trade, p. 76, with the
    rest of the nation as the partner (Midelfart-Knarvik, Overman, Redding & Venables 2000).
    """
    own = ratio(employment, employment.sum(axis=1, keepdims=True))
    others = employment.sum(axis=0) - employment
    return np.abs(own - ratio(others, others.sum(axis=1, keepdims=True))).sum(axis=1)


def krugman_concentration(employment: Array) -> Array:
    """K_s = sum_r |share of r in s - share of r in the other industries|, from 0 to 2; shape (S,).

    Source: Midelfart-Knarvik et al. 2000.
    """
    return krugman_specialisation(employment.T)


def herfindahl(values: Array, axis: int = -1) -> Array:
    """Sum of squared shares along `axis`, from 1/n (all equal) to 1 (one holds all); NaN when all are zero.

    Source: Hirschman 1945; Herfindahl 1950.
    """
    shares = ratio(values, values.sum(axis=axis, keepdims=True))
    return np.asarray((shares * shares).sum(axis=axis))


def group_herfindahl(group: Array, count: int, values: Array) -> Array:
    """Herfindahl index of `values` (n,) within each `group` (n,), shape (count,); NaN for an empty group."""
    total = group_sum(group, count, values)
    return ratio(group_sum(group, count, values * values), total * total)


def largest_share(shares: Array, count: int) -> float:
    """Sum of the `count` largest of `shares` (N,), which sum to 1: the concentration ratio; NaN without any."""
    return float(np.sort(shares)[::-1][:count].sum()) if len(shares) else math.nan


def _entropy_terms(share: Array, expected: Array) -> Array:
    """share ln(share / expected) elementwise, 0 where the share is 0."""
    terms = np.zeros(np.broadcast(share, expected).shape)
    present = (share > 0.0) & (expected > 0.0)
    share, expected = np.broadcast_to(share, terms.shape), np.broadcast_to(expected, terms.shape)
    terms[present] = share[present] * np.log(share[present] / expected[present])
    return terms


def theil(employment: Array) -> float:
    """T = sum_rs p_rs ln(p_rs / (p_r p_s)), from 0 (every region has the national mix) up.

    The mutual information of region and industry. Source: Theil 1967; Cutrini 2009 for its use on localisation.
    """
    total = float(employment.sum())
    if total == 0.0:
        return math.nan
    share = employment / total
    return float(_entropy_terms(share, np.outer(share.sum(axis=1), share.sum(axis=0))).sum())


def theil_concentration(employment: Array) -> Array:
    """T_s = sum_r x_rs ln(x_rs / x_r), x_rs the share of r in industry s, x_r in all; shape (S,).

    `theil` is the mean of T_s weighted by the industries' shares. Source: Brülhart & Traeger 2005.
    """
    share = ratio(employment, employment.sum(axis=0))
    everything = employment.sum(axis=1)
    expected = ratio(everything, everything.sum())[:, None]
    terms = _entropy_terms(share, expected).sum(axis=0)
    terms[np.isnan(share).any(axis=0)] = math.nan
    return terms


def theil_inequality(amount: Array, people: Array) -> float:
    """T = sum_r a_r ln(a_r / n_r), a_r the share in income and n_r in population; 0 when incomes per head are equal.

    Source: Theil 1967; Shorrocks 1980.
    """
    if amount.sum() <= 0.0 or people.sum() <= 0.0:
        return math.nan
    return float(_entropy_terms(amount / amount.sum(), people / people.sum()).sum())


def gini(values: Array) -> float:
    """Gini coefficient of non-negative values: sum_i (2i - n - 1) x_(i) / (n sum x), from 0 to 1 - 1/n.

    NaN when there are none or all are zero. Source: Gini 1912; Sen 1973 for this form.
    """
    ranked = np.sort(np.ravel(values).astype(float))
    count, total = len(ranked), float(ranked.sum())
    if count == 0 or total == 0.0:
        return math.nan
    rank = np.arange(1, count + 1)
    return float(((2 * rank - count - 1) @ ranked) / (count * total))


def locational_gini(employment: Array) -> Array:
    """Gini of an industry's regional shares against the regions' shares in all employment; shape (S,).

    Twice the area between the diagonal and the Lorenz curve of regions ranked by location quotient; from 0 to 1.
    Source: Krugman 1991, Geography and Trade, pp. 55-58.
    """
    everything = employment.sum(axis=1)
    present = everything > 0.0
    table = employment[present]
    if len(table) == 0:
        return np.full(employment.shape[1], math.nan)
    base = everything[present] / everything.sum()
    share = ratio(table, table.sum(axis=0))
    order = np.argsort(share / base[:, None], axis=0, kind="stable")
    height = np.cumsum(np.take_along_axis(share, order, axis=0), axis=0)
    step = base[order]
    before = np.vstack([np.zeros(height.shape[1]), height[:-1]])
    return 1.0 - (step * (height + before)).sum(axis=0)


def ellison_glaeser(employment: Array, plant_herfindahl: Array) -> Array:
    """gamma_s = (G_s - (1 - sum_r x_r^2) H_s) / ((1 - sum_r x_r^2)(1 - H_s)), G_s = sum_r (s_rs - x_r)^2; shape (S,).

    `employment` (R, S); `plant_herfindahl` (S,) is H_s of plant sizes within the industry, see `group_herfindahl`.
    0 when plants lie as if thrown at random, positive when they cluster beyond that. NaN for an industry with
    fewer than two plants or with one region. Source: Ellison & Glaeser 1997, Journal of Political Economy 105, eq. 5.
    """
    everything = employment.sum(axis=1)
    base = ratio(everything, everything.sum())
    share = ratio(employment, employment.sum(axis=0))
    raw = ((share - base[:, None]) ** 2).sum(axis=0)
    room = 1.0 - float((base * base).sum())
    lumpy = np.where(1.0 - plant_herfindahl > 1e-12, plant_herfindahl, math.nan)
    if not room > 1e-12:
        return np.full(employment.shape[1], math.nan)
    return np.asarray((raw - room * lumpy) / (room * (1.0 - lumpy)))
