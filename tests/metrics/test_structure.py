"""Structural similarity, its null, overlap of plans and duplication, by hand and at their limits."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest

from sim.metrics.formulas.structure import (
    carrying_number,
    demand_congruence,
    duplication_index,
    effective_promoters,
    mean_over_pairs,
    mean_with_others,
    overlap,
    plan_overlap,
    similarity_excess,
    structural_similarity,
    weighted_index,
)


def test_structural_similarity_by_hand() -> None:
    """Shares (.5, .3, .2) and (.2, .3, .5): (.1 + .09 + .1) / (.25 + .09 + .04) = .29 / .38."""
    table = np.array([[50.0, 30.0, 20.0], [2.0, 3.0, 5.0]])
    assert structural_similarity(table)[0, 1] == pytest.approx(0.29 / 0.38, rel=1e-14)


def test_similarity_equals_the_cosine_of_scipy() -> None:
    from scipy.spatial.distance import pdist, squareform

    table = np.random.default_rng(21).gamma(1.0, size=(9, 6))
    assert structural_similarity(table) == pytest.approx(1.0 - squareform(pdist(table, "cosine")), abs=1e-12)


def test_similarity_limits() -> None:
    assert mean_over_pairs(structural_similarity(np.eye(4))) == 0.0
    assert mean_over_pairs(structural_similarity(np.outer([1.0, 5.0], [1.0, 2.0]))) == pytest.approx(1.0)
    assert math.isnan(mean_over_pairs(structural_similarity(np.ones((1, 3)))))
    assert np.isnan(mean_with_others(structural_similarity(np.ones((1, 3))))).all()
    with_empty = structural_similarity(np.array([[1.0, 1.0], [0.0, 0.0], [1.0, 0.0]]))
    assert mean_over_pairs(with_empty) == pytest.approx(math.sqrt(0.5))
    assert mean_with_others(with_empty) == pytest.approx([math.sqrt(0.5), math.nan, math.sqrt(0.5)], nan_ok=True)


def test_similarity_excess_tells_the_national_mix_from_a_hot_list() -> None:
    """Both have similarity 1: regions that all build the national mix, and regions that all build one industry."""
    mix = np.full(4, 0.25)
    balanced, hot = np.tile(mix, (3, 1)), np.tile([1.0, 0.0, 0.0, 0.0], (3, 1))
    assert mean_over_pairs(structural_similarity(balanced)) == pytest.approx(1.0)
    assert mean_over_pairs(structural_similarity(hot)) == pytest.approx(1.0)
    assert mean_over_pairs(similarity_excess(balanced, mix)) == pytest.approx(0.0, abs=1e-14)
    assert mean_over_pairs(similarity_excess(hot, mix)) == pytest.approx(1.0 - 0.25)
    assert mean_over_pairs(similarity_excess(np.eye(4), mix)) == pytest.approx(-0.25)


def test_similarity_excess_is_zero_on_average_for_independent_departures() -> None:
    """Regions that reshuffle the deviations from an even mix at random: the null of the index."""
    draw = np.random.default_rng(22)
    mix = np.full(8, 1 / 8)
    portfolio = np.array([0.4, 0.3, 0.1, 0.1, 0.1, 0.0, 0.0, 0.0])
    means = [
        mean_over_pairs(similarity_excess(np.array([draw.permutation(portfolio) for _ in range(6)]), mix))
        for _ in range(3000)
    ]
    assert np.mean(means) == pytest.approx(0.0, abs=3 * np.std(means) / math.sqrt(len(means)))


def test_overlap_and_congruence_by_hand() -> None:
    assert overlap(np.array([50.0, 50.0]), np.array([0.9, 0.1])) == pytest.approx(0.6)
    assert demand_congruence(np.array([2.0, 2.0]), np.array([7.0, 7.0])) == pytest.approx(1.0)
    assert demand_congruence(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == 0.0
    assert math.isnan(overlap(np.zeros(2), np.ones(2)))


def test_plan_overlap_equals_the_sum_over_pairs() -> None:
    promotion = np.random.default_rng(23).gamma(0.3, size=(12, 7))
    shares = promotion / promotion.sum(axis=1, keepdims=True)
    slow = np.mean([np.minimum(shares[a], shares[b]).sum() for a, b in combinations(range(12), 2)])
    assert plan_overlap(promotion) == pytest.approx(slow, rel=1e-12)


def test_plan_overlap_limits() -> None:
    assert plan_overlap(np.tile([1.0, 1.0, 0.0], (5, 1))) == pytest.approx(1.0)
    assert plan_overlap(np.eye(3)) == 0.0
    assert plan_overlap(np.vstack([np.eye(2), np.zeros((4, 2))])) == 0.0
    assert math.isnan(plan_overlap(np.zeros((3, 2)))) and math.isnan(plan_overlap(np.ones((1, 2))))


def test_effective_promoters_by_hand() -> None:
    promotion = np.array([[1.0, 3.0, 0.0], [1.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    assert effective_promoters(promotion) == pytest.approx([3.0, 16 / 10, math.nan], nan_ok=True)


def test_duplication_by_hand() -> None:
    """16 regions, 8 industries of equal demand, room for 3: demand carries 6 regions in each."""
    mix = np.full(8, 1 / 8)
    assert carrying_number(mix, 16, 3.0) == pytest.approx(np.full(8, 6.0))
    everybody = np.where(np.arange(8) < 3, 16.0, math.nan)
    index = duplication_index(everybody, mix, 16, 3.0)
    assert index[:3] == pytest.approx(16 / 6) and np.isnan(index[3:]).all()
    assert weighted_index(index, np.where(np.arange(8) < 3, 5.0, 0.0)) == pytest.approx(16 / 6)
    assert carrying_number(np.array([1e-6]), 16, 3.0) == 1.0
    assert math.isnan(weighted_index(np.full(2, math.nan), np.ones(2)))
