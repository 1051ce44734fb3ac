"""Relatedness and complexity: what a region is close to, and how rare a mix of industries it masters."""

from __future__ import annotations

import math

import numpy as np

from sim.metrics.formulas.arithmetic import Array, ratio
from sim.metrics.formulas.concentration import location_quotient


def presence(employment: Array, threshold: float = 1.0) -> Array:
    """1 where the location quotient reaches `threshold`, else 0; shape (R, S). Source: Balassa 1965."""
    quotients = np.nan_to_num(location_quotient(employment))
    # a quotient that misses the threshold by rounding only has reached it
    return (quotients >= threshold * (1.0 - 1e-12)).astype(float)


def relatedness_density(present: Array, relatedness: Array) -> Array:
    """sum_{u != s} x_ru phi_us / sum_{u != s} phi_us, from 0 to 1, shape (R, S); NaN for an industry related to none.

    `present` (R, S) holds 0 and 1, `relatedness` (S, S) is phi. Source: Hidalgo, Klinger, Barabási & Hausmann 2007;
    Boschma, Balland & Kogler 2015.
    """
    closeness = relatedness.copy()
    np.fill_diagonal(closeness, 0.0)
    return ratio(present @ closeness, closeness.sum(axis=0))


def alike_in_needs(requirements: Array) -> Array:
    """exp(-|v_u - v_s|^2 / 2): how alike two industries are in what they need of a place, 1 to itself; shape (S, S).

    `requirements` (S, F) in s.d., on the scale on which a place's fit falls by half the square of the distance. Form
    ours; after Hausmann & Klinger 2007 (goods are near that need the same capabilities).
    """
    apart = requirements[:, None, :] - requirements[None, :, :]
    return np.asarray(np.exp(-0.5 * (apart**2).sum(axis=2)))


def related_strength(quotients: Array, closeness: Array) -> Array:
    """sum_u phi_us q_ru / sum_u phi_us, q = LQ / (1 + LQ), the industry itself included; from 0 to 1, shape (R, S).

    `quotients` (R, S) are location quotients, `closeness` (S, S) is phi. Density of Hidalgo, Klinger, Barabási &
    Hausmann 2007 with own strength and without a threshold; .5 where everything is as in the nation. Form ours.
    """
    known = np.nan_to_num(quotients)
    return np.asarray((known / (1.0 + known)) @ closeness / closeness.sum(axis=0))


def proximity(present: Array) -> Array:
    """Smaller of the two conditional probabilities that regions with one industry have the other, shape (S, S).

    Source: Hidalgo, Klinger, Barabási & Hausmann 2007.
    """
    together = present.T @ present
    ubiquity = np.diag(together)
    closeness = ratio(together, np.maximum(ubiquity[:, None], ubiquity[None, :]))
    return np.nan_to_num(closeness)


def economic_complexity(present: Array) -> tuple[Array, Array]:
    """Complexity of regions (R,) and industries (S,), standardised to mean 0 and s.d. 1.

    Eigenvector of the second-largest eigenvalue of D^-1 M U^-1 M', D the diversity of regions, U the ubiquity of
    industries; an industry's is the mean of its regions'. The sign is that of the correlation with diversity. NaN
    for a region or industry without presence, and throughout when the eigenvalue is not single (regions that share
    no industries, or all alike). Source: Hidalgo & Hausmann 2009; Mealy, Farmer & Teytelboym 2019.
    """
    diversity, ubiquity = present.sum(axis=1), present.sum(axis=0)
    rows, columns = np.flatnonzero(diversity > 0), np.flatnonzero(ubiquity > 0)
    regions, industries = np.full(len(diversity), math.nan), np.full(len(ubiquity), math.nan)
    if len(rows) < 3 or len(columns) < 2:
        return regions, industries
    table = present[np.ix_(rows, columns)]
    root = np.sqrt(diversity[rows])
    scaled = table / root[:, None] / np.sqrt(ubiquity[columns])
    values, vectors = np.linalg.eigh(scaled @ scaled.T)
    second, third = values[-2], values[-3]
    if values[-1] - second < 1e-9 or second - third < 1e-9:
        return regions, industries
    score = vectors[:, -2] / root
    score = _standardised(score) * _sign(score, diversity[rows])
    regions[rows] = score
    industries[columns] = _standardised(table.T @ score / ubiquity[columns])
    return regions, industries


def _standardised(values: Array) -> Array:
    """Mean 0 and s.d. 1; NaN when all are equal."""
    deviation = values - values.mean()
    return ratio(deviation, deviation.std())


def _sign(score: Array, diversity: Array) -> float:
    """1 if the score rises with diversity, -1 if it falls; by its skewness when diversity says nothing."""
    deviation = score - score.mean()
    agreement = float(deviation @ (diversity - diversity.mean()))
    if abs(agreement) > 1e-9 * len(score):
        return math.copysign(1.0, agreement)
    return math.copysign(1.0, float((deviation**3).sum()))
