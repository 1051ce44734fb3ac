"""Arithmetic, tiers, diversity, complexity and cluster tiers: by hand, against numpy and at their limits."""

from __future__ import annotations

import dataclasses
import math
from itertools import combinations

import numpy as np
import pytest

from sim.metrics.formulas.arithmetic import (
    group_max,
    group_mean,
    group_quantile,
    group_sum,
    logarithm,
    mean_defined,
    median_defined,
    quantile,
    quotient,
    ratio,
    rows_among,
    weighted_mean,
)
from sim.metrics.formulas.cluster_tier import ClusterTests, at_least, cluster_tier
from sim.metrics.formulas.complexity import (
    alike_in_needs,
    economic_complexity,
    presence,
    proximity,
    related_strength,
    relatedness_density,
)
from sim.metrics.formulas.gradient import (
    olley_pakes_covariance,
    percentile_ratio,
    transition_counts,
    transition_matrix,
    transition_shares,
)
from sim.metrics.formulas.knowledge import group_diversity, related_variety, technological_diversity, unrelated_variety
from sim.metrics.formulas.structure import plan_overlap, plan_overlap_with_others


def test_arithmetic_meets_nothing_without_a_warning() -> None:
    assert math.isnan(quotient(1.0, 0.0)) and quotient(1.0, 4.0) == 0.25
    assert ratio(np.array([1.0, 0.0]), np.array([0.0, 2.0])) == pytest.approx([math.nan, 0.0], nan_ok=True)
    assert logarithm(np.array([1.0, 0.0, -1.0])) == pytest.approx([0.0, math.nan, math.nan], nan_ok=True)
    assert math.isnan(mean_defined(np.array([]))) and mean_defined(np.array([math.nan, 2.0])) == 2.0
    assert math.isnan(quantile(np.array([math.nan]), 0.5))
    assert weighted_mean(np.array([1.0, math.nan, 4.0]), np.array([1.0, 9.0, 2.0])) == 3.0
    assert math.isnan(weighted_mean(np.array([1.0]), np.array([0.0])))


def test_quantiles_are_those_of_numpy() -> None:
    values = np.random.default_rng(31).normal(size=37)
    for share in (0.0, 0.1, 0.5, 0.75, 0.9, 1.0):
        assert quantile(values, share) == pytest.approx(np.quantile(values, share), rel=1e-13)
    assert median_defined(np.append(values, math.nan)) == pytest.approx(np.median(values))


def test_groups_by_hand() -> None:
    group, values = np.array([0, 2, 0]), np.array([1.0, 5.0, 3.0])
    assert group_sum(group, 3, values).tolist() == [4.0, 0.0, 5.0]
    assert group_mean(group, 3, values) == pytest.approx([2.0, math.nan, 5.0], nan_ok=True)
    assert group_max(group, 3, values) == pytest.approx([3.0, math.nan, 5.0], nan_ok=True)


def test_quantiles_by_group_are_those_of_numpy() -> None:
    draw = np.random.default_rng(34)
    group, values = draw.integers(0, 5, 60), draw.normal(size=60)
    expected = [np.quantile(values[group == member], 0.75) for member in range(5)]
    assert group_quantile(group, 6, values, 0.75) == pytest.approx([*expected, math.nan], nan_ok=True)
    assert np.isnan(group_quantile(group[:0], 2, values[:0], 0.5)).all()


def test_transition_matrix_by_hand() -> None:
    matrix = transition_matrix(np.array([0, 0, 0, 1]), np.array([0, 1, 0, 1]), 3)
    assert matrix[:2] == pytest.approx(np.array([[2 / 3, 1 / 3, 0.0], [0.0, 1.0, 0.0]]))
    assert np.isnan(matrix[2]).all()


def test_percentile_ratio_by_hand() -> None:
    logs = np.log(np.arange(1.0, 12.0))
    assert percentile_ratio(logs) == pytest.approx(10.0 / 2.0)
    assert percentile_ratio(np.zeros(4)) == 1.0 and math.isnan(percentile_ratio(np.array([])))


def test_olley_pakes_decomposition() -> None:
    """Weighted mean = unweighted mean + covariance."""
    values, size = np.array([1.0, 2.0, 6.0]), np.array([1.0, 1.0, 2.0])
    assert values.mean() + olley_pakes_covariance(values, size) == pytest.approx(values @ size / 4.0)
    assert math.isnan(olley_pakes_covariance(np.array([]), np.array([])))
    assert math.isnan(olley_pakes_covariance(values, np.zeros(3)))


def test_diversity_equals_the_mean_over_pairs() -> None:
    knowledge = np.random.default_rng(32).normal(size=(15, 6))
    knowledge /= np.linalg.norm(knowledge, axis=1, keepdims=True)
    pairs = [1.0 - knowledge[a] @ knowledge[b] for a, b in combinations(range(15), 2)]
    assert technological_diversity(knowledge) == pytest.approx(np.mean(pairs), rel=1e-12)
    assert technological_diversity(np.tile(knowledge[0], (4, 1))) == pytest.approx(0.0, abs=1e-14)
    assert technological_diversity(np.eye(6)) == pytest.approx(1.0)
    assert math.isnan(technological_diversity(knowledge[:1])) and math.isnan(technological_diversity(knowledge[:0]))
    split = group_diversity(np.repeat([0, 1], [7, 8]), 3, knowledge)
    assert split[0] == pytest.approx(technological_diversity(knowledge[:7])) and math.isnan(split[2])


def test_variety_by_hand() -> None:
    """Four equal industries in two chains: ln 2 between chains, ln 2 within."""
    table = np.array([[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    chain = np.array([0, 0, 1, 1])
    assert unrelated_variety(table, chain) == pytest.approx([math.log(2), 0.0, math.nan], nan_ok=True, abs=1e-12)
    assert related_variety(table, chain) == pytest.approx([math.log(2), math.log(2), math.nan], nan_ok=True)


def test_relatedness_density_by_hand() -> None:
    relatedness = np.array([[1.0, 0.6, 0.2], [0.6, 1.0, 0.0], [0.2, 0.0, 1.0]])
    density = relatedness_density(np.array([[0.0, 1.0, 0.0], [1.0, 1.0, 1.0]]), relatedness)
    assert density == pytest.approx(np.array([[0.75, 0.0, 0.0], [1.0, 1.0, 1.0]]))
    assert np.isnan(relatedness_density(np.ones((2, 1)), np.ones((1, 1)))).all()


def test_proximity_by_hand() -> None:
    """Industry 0 in 2 regions, 1 in 3, both in 2: smaller conditional probability 2/3."""
    present = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 0.0]])
    assert proximity(present)[0, 1] == pytest.approx(2 / 3)
    assert proximity(present)[2].tolist() == [0.0, 0.0, 0.0]


NESTED = np.array([[1, 1, 1, 1, 1], [1, 1, 1, 1, 0], [1, 1, 1, 0, 0], [1, 1, 0, 0, 0], [1, 0, 0, 0, 0]], dtype=float)


def test_complexity_of_a_nested_world_ranks_by_diversity() -> None:
    """Few regions can do what is rare, and they can do all: complexity falls with the row and rises with the column."""
    regions, industries = economic_complexity(NESTED)
    assert (np.diff(regions) < 0).all() and (np.diff(industries) > 0).all()
    assert regions.mean() == pytest.approx(0.0, abs=1e-12) and regions.std() == pytest.approx(1.0)


def test_complexity_is_the_second_eigenvector_that_scipy_finds() -> None:
    from scipy.linalg import eig

    present = (np.random.default_rng(33).random((12, 9)) < 0.4).astype(float)
    present[:, 0] = 1.0
    matrix = (present / present.sum(axis=1, keepdims=True)) @ (present / present.sum(axis=0)).T
    values, vectors = eig(matrix)
    oracle = np.real(vectors[:, np.argsort(-values.real)[1]])
    oracle = (oracle - oracle.mean()) / oracle.std()
    ours, _ = economic_complexity(present)
    assert abs(np.corrcoef(ours, oracle)[0, 1]) == pytest.approx(1.0, rel=1e-9)
    assert np.corrcoef(ours, present.sum(axis=1))[0, 1] > 0


def test_complexity_limits() -> None:
    for table in (np.ones((4, 4)), np.eye(4), np.zeros((4, 4)), np.ones((1, 3))):
        regions, industries = economic_complexity(table)
        assert np.isnan(regions).all() and np.isnan(industries).all()
    with_empty = np.vstack([NESTED, np.zeros(5)])
    assert math.isnan(economic_complexity(with_empty)[0][-1])
    assert economic_complexity(with_empty)[0][:-1] == pytest.approx(economic_complexity(NESTED)[0])


def test_presence_is_a_location_quotient_of_one() -> None:
    assert presence(np.array([[3.0, 1.0, 0.0], [1.0, 3.0, 0.0]])).tolist() == [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]


def test_related_strength_weighs_own_strength_and_that_in_what_needs_the_same() -> None:
    # Needs apart by d^2 = 2 ln 2: phi = 1/2. Strengths q = .5, .75 and 0, .5; the weights of a column sum to 1.5.
    closeness = alike_in_needs(np.array([[0.0, 0.0], [0.0, math.sqrt(2.0 * math.log(2.0))]]))
    assert closeness == pytest.approx(np.array([[1.0, 0.5], [0.5, 1.0]]))
    found = related_strength(np.array([[1.0, 3.0], [0.0, 1.0]]), closeness)
    assert found == pytest.approx(np.array([[0.875, 1.0], [0.25, 0.5]]) / 1.5)
    assert related_strength(np.array([[math.nan, 1.0]]), closeness) == pytest.approx(np.array([[0.25, 0.5]]) / 1.5)
    assert related_strength(np.ones((2, 2)), closeness) == pytest.approx(np.full((2, 2), 0.5))


def cluster_tests(**changes: object) -> ClusterTests:
    """One row of eight local industries of which the first passes everything; `changes` overwrite the first."""
    base = {
        "firms": 10.0, "quotient": 2.0, "productivity": 1.5, "research": 0.05, "ties": 1.0, "leaders": 1.0,
        "share": 0.3, "frontier": 0.1,
    }  # fmt: skip
    rest = {
        "firms": 10.0, "quotient": 1.5, "productivity": 1.0, "research": 0.01, "ties": 0.5, "leaders": 0.0,
        "share": 0.1, "frontier": -0.1,
    }  # fmt: skip
    columns = {name: np.array([[base[name], *([rest[name]] * 7)]]) for name in base}
    for name, value in changes.items():
        columns[name][0, 0] = value
    return ClusterTests(**columns)


@pytest.mark.parametrize(
    ("changes", "tier"),
    [
        ({}, 3),
        ({"share": 0.19}, 2),
        ({"frontier": -0.01}, 2),
        ({"frontier": math.nan}, 2),
        ({"leaders": 0.0}, 1),
        ({"research": 0.029}, 1),
        ({"productivity": 0.9}, 1),
        ({"ties": 0.4}, 1),
        ({"quotient": 1.24}, 0),
        ({"quotient": math.nan}, 0),
        ({"firms": 2.0}, 0),
    ],
)
def test_cluster_tier_test_by_test(changes: dict[str, float], tier: int) -> None:
    tiers = cluster_tier(cluster_tests(**changes))
    assert tiers[0, 0] == tier
    assert (tiers[0, 1:] == 1).all()


@pytest.mark.parametrize(("abroad", "tier"), [(1.0, 3), (0.99, 2), (math.nan, 2)])
def test_a_world_class_cluster_is_one_that_the_world_buys_from(abroad: float, tier: int) -> None:
    relative = np.ones((1, 8))
    relative[0, 0] = abroad
    assert cluster_tier(dataclasses.replace(cluster_tests(), abroad=relative))[0, 0] == tier


def test_a_line_that_is_not_defined_is_not_reached() -> None:
    assert not at_least(np.array([1.0, math.nan]), math.nan).any()
    nothing = np.zeros((2, 2))
    assert (cluster_tier(ClusterTests(*[nothing] * 8)) == 0).all()


def test_rows_among_others_by_hand() -> None:
    assert rows_among(np.array([5, 1, 9]), np.array([9, 3, 5])).tolist() == [2, -1, 0]
    assert rows_among(np.array([5]), np.array([], dtype=int)).tolist() == [-1]
    assert rows_among(np.array([], dtype=int), np.array([1])).tolist() == []


def test_transitions_with_exit_as_one_more_fate() -> None:
    counts = transition_counts(np.array([0, 0, 1]), np.array([2, 1, 2]), 2, 3)
    assert counts.tolist() == [[0, 1, 1], [0, 0, 1]]
    assert transition_shares(counts).tolist() == [[0, 0.5, 0.5], [0, 0, 1]]


def test_plan_overlap_with_others_by_hand() -> None:
    """Of three plans and a region without one: (1,0), (1/2,1/2), (0,1) overlap by halves and not at all."""
    plans = np.array([[2.0, 0.0], [1.0, 1.0], [0.0, 0.0], [0.0, 4.0]])
    assert plan_overlap_with_others(plans) == pytest.approx([0.25, 0.5, math.nan, 0.25], nan_ok=True)
    assert np.nanmean(plan_overlap_with_others(plans)) == pytest.approx(plan_overlap(plans))
    assert np.isnan(plan_overlap_with_others(plans[:1])).all()
