"""Growth of the productivity of industries of many varieties, split exactly into its sources."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.metrics.formulas.arithmetic import Array, group_sum


@dataclass(frozen=True)
class Varieties:
    """The varieties of all industries in one year, each of shape (n,)."""

    industry: Array
    """Row of the industry."""
    weight: Array
    """What a variety weighs with buyers at its cost: v = A z^(sigma-1)."""

    def total(self, count: int) -> Array:
        """Sum of weights by industry, shape (count,)."""
        return group_sum(self.industry, count, self.weight)

    def number(self, count: int) -> Array:
        """Varieties by industry, shape (count,)."""
        return group_sum(self.industry, count)


def logarithmic_mean(first: Array, second: Array) -> Array:
    """(b - a) / (ln b - ln a) of positive numbers elementwise; their mean where they are nearly equal (Vartia 1976)."""
    apart = np.log(second / first)
    near = np.abs(apart) < 1e-6
    return np.where(near, (first + second) / 2.0, (second - first) / np.where(near, 1.0, apart))


def sato_vartia(before: Varieties, after: Varieties, count: int) -> Array:
    """Weights (n,) of the same varieties in two years that sum to 1 in each industry, at which
    sum w ln(v1/v0) = ln(sum v1 / sum v0) exactly (Sato 1976; Vartia 1976).
    """
    group = before.industry
    shares = before.weight / before.total(count)[group], after.weight / after.total(count)[group]
    means = logarithmic_mean(*shares)
    return np.asarray(means / group_sum(group, count, means)[group])


def turnover(
    before: Varieties, after: Varieties, stayed: tuple[Varieties, Varieties], count: int
) -> tuple[Array, Array]:
    """What new and lost varieties add to ln sum v by industry: by their number, and by what they weigh; each (count,).

    `stayed` are those of both years, in each. With N varieties and sums V, of which C and W stay: number ln(N1/N0), and
    selection ln(V1/W1) - ln(V0/W0) - ln(N1/N0), which is 0 where newcomers and leavers weigh what stayers do (Feenstra
    1994 for the sum of the two; the split is ours). 0 where an industry has no varieties that stay.
    """
    known = stayed[0].number(count) > 0.0

    def logs(top: Array, bottom: Array) -> Array:
        return np.log(np.where(known, top, 1.0) / np.where(known, bottom, 1.0))

    number = logs(after.number(count), before.number(count))
    both = logs(after.total(count), stayed[1].total(count)) - logs(before.total(count), stayed[0].total(count))
    return number, both - number


def growth_of(before: Varieties, after: Varieties, stayed: Varieties, count: int) -> Array:
    """ln(sum v1 / sum v0) by industry, shape (count,); 0 where no variety of `stayed` stays."""
    known = stayed.number(count) > 0.0
    return np.log(np.where(known, after.total(count), 1.0) / np.where(known, before.total(count), 1.0))


def domar_weights(demand: Array, inputs: Array, imported: Array) -> Array:
    """How much of final spending a fall of the price of each industry's goods saves, home-made or imported, shape (S,).

    D_u = theta_u + sum_s a_us (1 - m_s) D_s: cost-based Domar weights (Baqaee & Farhi 2020), with `demand` theta (S,),
    `inputs` a (S, S) [source, user] and `imported` m (S,), the share of imports.
    """
    return np.asarray(np.linalg.solve(np.eye(len(demand)) - inputs * (1.0 - imported)[None, :], demand))
