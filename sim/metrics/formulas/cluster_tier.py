"""Ordinary, high-end and world-class clusters: the tests that a region x industry must pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.metrics.formulas.arithmetic import Array, quantile

NONE, ORDINARY, HIGH_END, WORLD_CLASS = 0, 1, 2, 3


@dataclass(frozen=True)
class ClusterTests:
    """What is known of every local industry; each of shape (R, S), NaN where it is not defined."""

    firms: Array
    quotient: Array
    """Location quotient of employment."""
    productivity: Array
    """Value added per worker over that of the industry in the nation."""
    research: Array
    """R&D over sales."""
    ties: Array
    """Cooperation links inside the local industry, per firm."""
    leaders: Array
    """Leading firms."""
    share: Array
    """Share in the industry's national output, or in its exports where the nation sells abroad."""
    frontier: Array
    """Mean ln z of the local industry less the third quartile of the industry's firms."""
    abroad: Array | None = None
    """Share of sales that goes abroad over that of the nation's sales; None where the nation sells nothing abroad."""


@dataclass(frozen=True)
class Thresholds:
    """Where the lines are drawn: assumptions, but for the location quotient.

    1.25: Miller, Botham, Gibson, Martin & Moore 2001, Business Clusters in the UK.
    """

    firms: int = 3
    quotient: float = 1.25
    research: float = 0.03
    share: float = 0.2


def cluster_tier(tests: ClusterTests, thresholds: Thresholds = Thresholds()) -> Array:
    """0 no cluster, 1 ordinary, 2 high-end, 3 world-class; shape (R, S).

    A cluster has a location quotient >= 1.25 and at least 3 firms. High-end adds: value added per worker in the
    top quarter of local industries, R&D over sales >= 3 %, ties per firm at or above the median of clusters, a leading
    firm. World-class adds a fifth of national output and a mean ln z at or above the third quartile of the
    industry; where the nation sells abroad, a fifth of the industry's exports, and at least the nation's share of sales
    that goes abroad: the world buys from it. Undefined tests are not passed.
    """
    present = tests.firms > 0
    cluster = (tests.firms >= thresholds.firms) & at_least(tests.quotient, thresholds.quotient)
    productive = at_least(tests.productivity, quantile(tests.productivity[present], 0.75))
    tied = at_least(tests.ties, quantile(tests.ties[cluster], 0.5))
    high_end = cluster & productive & at_least(tests.research, thresholds.research) & tied & (tests.leaders >= 1)
    world_class = high_end & at_least(tests.share, thresholds.share) & at_least(tests.frontier, 0.0)
    if tests.abroad is not None:
        world_class &= at_least(tests.abroad, 1.0)
    return cluster.astype(float) + high_end + world_class


def at_least(values: Array, threshold: float) -> Array:
    """Where `values` reach `threshold`, rounding aside; false where either is NaN."""
    return np.asarray(values >= threshold - 1e-12 * abs(threshold))
