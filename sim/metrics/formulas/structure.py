"""How alike the regions' structures and plans are, and whether the nation can carry them all.

Tables have shape (R, S). A national mix (S,) holds each industry's share in national spending.
"""

from __future__ import annotations

import math

import numpy as np

from sim.metrics.formulas.arithmetic import Array, mean_defined, quotient, ratio


def cosine_similarity(rows: Array, others: Array) -> Array:
    """Cosine of every row of `rows` (R, S) with every row of `others` (Q, S), shape (R, Q); NaN for an empty row."""
    first = ratio(rows, np.sqrt((rows * rows).sum(axis=1, keepdims=True)))
    second = ratio(others, np.sqrt((others * others).sum(axis=1, keepdims=True)))
    return np.asarray(first @ second.T)


def mean_over_pairs(matrix: Array) -> float:
    """Mean over pairs of different regions of a symmetric (R, R) matrix, NaN entries left out."""
    first, second = np.triu_indices(len(matrix), 1)
    return mean_defined(matrix[first, second])


def mean_with_others(matrix: Array) -> Array:
    """Each region's mean over the other regions, NaN entries left out; shape (R,)."""
    apart = matrix.copy()
    np.fill_diagonal(apart, math.nan)
    defined = ~np.isnan(apart)
    return ratio(np.where(defined, apart, 0.0).sum(axis=1), defined.sum(axis=1))


def structural_similarity(output: Array) -> Array:
    """S_rq = sum_s x_rs x_qs / sqrt(sum_s x_rs^2 sum_s x_qs^2), x the shares of industries; shape (R, R).

    1 when two regions have the same structure, 0 when no industry is in both. Source: UNIDO 1979, World Industry
    since 1960: Progress and Prospects.
    """
    return cosine_similarity(output, output)


def similarity_excess(output: Array, mix: Array) -> Array:
    """S_rq - S_rn S_qn, n the national mix of demand: similarity beyond a null of independent specialisation; (R, R).

    Write a region's structure as its part along n and a deviation from it. If two regions deviate in directions
    that have nothing to do with each other, their expected similarity is the product of their similarities with
    n. So: 0 when all build the national mix or each departs from it in its own way; positive when they depart the
    same way (a hot list); negative when they share out the industries. Null: ours, in closed form.
    """
    towards = cosine_similarity(output, mix[None, :])[:, 0]
    return structural_similarity(output) - np.outer(towards, towards)


def overlap(first: Array, second: Array) -> float:
    """sum_s min(a_s, b_s) of two structures (S,), as shares; from 0 to 1; NaN when one is empty.

    Source: Finger & Kreinin 1979, Economic Journal 89.
    """
    if first.sum() <= 0.0 or second.sum() <= 0.0:
        return math.nan
    return float(np.minimum(first / first.sum(), second / second.sum()).sum())


def demand_congruence(supply: Array, demand: Array) -> float:
    """Overlap of what the nation can supply (S,) with what it demands (S,), in shares of value; 1 = a perfect match.

    Source: Finger & Kreinin 1979 for the index.
    """
    return overlap(supply, demand)


def plan_overlap(promotion: Array) -> float:
    """Mean over pairs of regions that promote anything of sum_s min(a_rs, a_qs), a the shares within a region.

    Sorted by column, since the sum over pairs of the smaller one is sum_k x_(k) (n - k): O(R S ln R). NaN with
    fewer than two such regions. Source: Finger & Kreinin 1979 for the index.
    """
    plans = promotion[promotion.sum(axis=1) > 0.0]
    count = len(plans)
    if count < 2:
        return math.nan
    shares = np.sort(plans / plans.sum(axis=1, keepdims=True), axis=0)
    smaller = float(np.arange(count - 1, -1, -1) @ shares.sum(axis=1))
    return smaller / (count * (count - 1) / 2)


def plan_overlap_with_others(promotion: Array) -> Array:
    """Each region's mean over the other regions that promote anything of sum_s min(a_rs, a_qs); shape (R,).

    NaN for a region without a plan, or when no other has one. Its mean over regions with a plan is `plan_overlap`.
    """
    shares = ratio(promotion, promotion.sum(axis=1, keepdims=True))
    smaller = np.minimum(shares[:, None, :], shares[None, :, :]).sum(axis=2)
    return mean_with_others(smaller)


def effective_promoters(promotion: Array) -> Array:
    """1 / sum_r (m_rs / m_s)^2: how many equal regions would put the industry's promotion money alike; shape (S,).

    `promotion` (R, S) is money. NaN for an industry nobody promotes. Source: Laakso & Taagepera 1979, inverse
    Herfindahl.
    """
    total = promotion.sum(axis=0)
    return ratio(total * total, (promotion * promotion).sum(axis=0))


def carrying_number(mix: Array, regions: int, room: float) -> Array:
    """Number of regions that national demand can carry in an industry at efficient scale, at least 1; shape (S,).

    An efficient centre takes 1/room of a region of mean size, so demand share d_s carries room R d_s of them.
    """
    return np.maximum(room * regions * mix, 1.0)


def duplication_index(producers: Array, mix: Array, regions: int, room: float) -> Array:
    """Effective promoters (or producers) over the number that demand can carry at efficient scale; shape (S,).

    1: as many as demand can carry; 5: five times too many. Source: ours, from `effective_promoters` and
    `carrying_number`.
    """
    return ratio(producers, carrying_number(mix, regions, room))


def weighted_index(index: Array, weight: Array) -> float:
    """Mean of `index` (S,) weighted by `weight` (S,) where the index is defined; NaN without weight."""
    defined = ~np.isnan(index)
    return quotient(float(index[defined] @ weight[defined]), float(weight[defined].sum()))
