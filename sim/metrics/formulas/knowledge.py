"""Variety of knowledge and of industries."""

from __future__ import annotations

import numpy as np

from sim.metrics.formulas.arithmetic import Array, group_sum, ratio


def technological_diversity(knowledge: Array) -> float:
    """Mean over pairs of agents of 1 - cos(k_i, k_j), `knowledge` (n, F) of unit vectors; NaN below two agents.

    In closed form: (n^2 - |sum k|^2) / (n (n-1)). Source: Rao 1982, quadratic entropy; Jaffe 1986 for the distance.
    """
    return float(group_diversity(np.zeros(len(knowledge), dtype=np.int64), 1, knowledge)[0])


def group_diversity(group: Array, count: int, knowledge: Array) -> Array:
    """`technological_diversity` within each `group` (n,), shape (count,); NaN where fewer than two agents are."""
    agents = group_sum(group, count)
    sums = np.zeros(count)
    for field in range(knowledge.shape[1]):
        sums += group_sum(group, count, knowledge[:, field]) ** 2
    return ratio(agents * agents - sums, np.maximum(agents * (agents - 1.0), 0.0))


def _entropy(shares: Array) -> Array:
    """sum p ln(1/p) along the last axis."""
    logs = np.zeros(shares.shape)
    np.log(shares, out=logs, where=shares > 0.0)
    return np.asarray(-(shares * logs).sum(axis=-1))


def unrelated_variety(employment: Array, chain: Array) -> Array:
    """Entropy of a region's employment over chains, shape (R,), nats; NaN for an empty region.

    Source: Frenken, van Oort & Verburg 2007, Regional Studies 41.
    """
    shares = ratio(employment, employment.sum(axis=1, keepdims=True))
    return _entropy(chain_sums(shares, chain))


def related_variety(employment: Array, chain: Array) -> Array:
    """Mean entropy within chains, weighted by the chains' shares, shape (R,), nats; NaN for an empty region.

    Entropy over industries less entropy over chains. Source: Frenken, van Oort & Verburg 2007.
    """
    shares = ratio(employment, employment.sum(axis=1, keepdims=True))
    return _entropy(shares) - _entropy(chain_sums(shares, chain))


def chain_sums(table: Array, chain: Array) -> Array:
    """Columns of `table` (R, S) added up by chain (S,), shape (R, chains)."""
    member = np.arange(int(chain.max()) + 1 if len(chain) else 0) == chain[:, None]
    return np.asarray(table @ member.astype(float))
