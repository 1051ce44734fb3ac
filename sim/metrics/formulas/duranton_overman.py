"""Localisation by distance: the K-density of Duranton and Overman with its envelope of random placements.

Source: Duranton & Overman 2005, Testing for localization using micro-geographic data, Review of Economic
Studies 72. The spread of distances among an industry's firms is compared with that of as many firms drawn from
all sites in use; a global envelope holds 95 % of the draws at all distances at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.kernel.draws import Purpose, key
from sim.metrics.formulas.arithmetic import Array

SAMPLES = 0
"""In place of an agent in the key of the draw that seeds the samples of sites; sim.metrics.spatial has 1."""

POINTS = 16
"""Distances, from 0 to the median of all pairs, at which the density is compared."""
BLOCK = 32_000
"""Pairs of firms looked at at once: as many as the processor's cache holds."""


@dataclass(frozen=True)
class Localisation:
    """K-densities of S industries at J distances and the global envelope of the draws.

    `distance` (J,) in km; `density`, `lower`, `upper` (S, J) in 1/km, NaN rows for industries with too few firms.
    `index` (S,) is Gamma = sum_j max(K - upper, 0) step, the share of pairs in excess; `counter_index` (S,) the same
    below the lower band, for industries that are not localised.
    """

    distance: Array
    density: Array
    lower: Array
    upper: Array
    index: Array
    counter_index: Array

    @property
    def localised(self) -> Array:
        """Industries whose density leaves the envelope upwards at some distance, shape (S,)."""
        return np.asarray(self.index > 0.0)

    @property
    def dispersed(self) -> Array:
        """Industries that are not localised and fall below the envelope at some distance, shape (S,)."""
        return np.asarray(self.counter_index > 0.0)


@dataclass(frozen=True)
class DistanceClasses:
    """Distinct distances (D,) in km between sites, and the class of each pair of sites, shape (C, C)."""

    distance: Array
    of_pair: Array


def distance_classes(x: Array, y: Array, within: float) -> DistanceClasses:
    """Classes of the distances between sites at `x`, `y` (C,) in km, to a metre; `within` for two firms on one site."""
    apart = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    np.fill_diagonal(apart, within)
    distance, position = np.unique(np.round(apart, 3).ravel(), return_inverse=True)
    return DistanceClasses(distance, position.reshape(apart.shape))


def smoothing(distance: Array, point: Array, bandwidth: float) -> Array:
    """Gaussian kernel between distances (D,) and points (J,), reflected at zero, shape (D, J), 1/km.

    Source: Silverman 1986, Density Estimation, section 2.10 for the reflection.
    """
    apart = (point[None, :] - distance[:, None]) / bandwidth
    mirrored = (point[None, :] + distance[:, None]) / bandwidth
    scale = bandwidth * math.sqrt(2.0 * math.pi)
    return np.asarray((np.exp(-0.5 * apart * apart) + np.exp(-0.5 * mirrored * mirrored)) / scale)


def silverman_bandwidth(spread: float, range_between_quartiles: float, count: float) -> float:
    """.9 min(s.d., interquartile range / 1.34) n^(-1/5) (Silverman 1986, eq. 3.31)."""
    narrow = min(spread, range_between_quartiles / 1.34) if range_between_quartiles > 0.0 else spread
    return 0.9 * narrow * count**-0.2


def pair_histogram(sites: Array, classes: DistanceClasses) -> Array:
    """Pairs of firms by distance class, shape (D,); `sites` (n,) is each firm's site."""
    first, second = np.tril_indices(len(sites), -1)
    pairs = classes.of_pair[sites[first], sites[second]]
    return np.bincount(pairs, minlength=len(classes.distance)).astype(float)


def chance_densities(sites: Array, sizes: Array, kernels: Array, classes: DistanceClasses) -> Array:
    """K-densities of the first sizes[k] firms of every draw, each by its kernel; shape (K, P, J).

    `sites` (P, n) are draws, `sizes` (K,) rises, `kernels` (K, D, J): the pairs of a smaller sample serve the larger
    ones, so all industries cost little more than the largest.
    """
    draws, count, steps = len(sites), len(classes.distance), len(sizes)
    of_pair = classes.of_pair.astype(np.int32).ravel()
    second_site = sites.astype(np.int32)
    first_site = second_site * np.int32(len(classes.of_pair))
    first, second = np.tril_indices(int(sizes[-1]), -1)
    # a pair is counted from the smallest sample that holds both firms
    step = np.searchsorted(sizes, first + 1).astype(np.int32) * np.int32(count)
    result = np.empty((steps, draws, kernels.shape[2]))
    width = max(1, BLOCK // len(first))
    for block in range(0, draws, width):
        rows = slice(block, min(block + width, draws))
        held = rows.stop - rows.start
        pairs = np.take(first_site[rows], first, axis=1) + np.take(second_site[rows], second, axis=1)
        position = np.take(of_pair, pairs) + step + np.arange(held, dtype=np.int32)[:, None] * np.int32(steps * count)
        fresh = np.bincount(position.ravel(), minlength=held * steps * count).reshape(held, steps, count)
        running = np.zeros((held, count))
        for k in range(steps):
            running += fresh[:, k]
            result[k, rows] = running @ kernels[k]
    return result


def global_envelope(draws: Array, confidence: float) -> tuple[Array, Array]:
    """Lower and upper bands (J,) such that a share `confidence` of draws (P, J) lies wholly below (above) each.

    The band joins the values of equal rank at every distance: the local confidence that makes the global one
    hold (Duranton & Overman 2005, section 3.3).
    """
    count = len(draws)
    order = np.argsort(draws.T, axis=1, kind="stable")
    ranked = np.take_along_axis(draws.T, order, axis=1)
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(count)[None, :], axis=1)
    highest, lowest = rank.max(axis=0), rank.min(axis=0)
    allowed = math.ceil(confidence * count) - 1
    top = int(np.sort(highest)[allowed])
    bottom = int(np.sort(lowest)[count - 1 - allowed])
    return ranked[:, bottom], ranked[:, top]


def drawn_sites(sites: Array, wanted: int, draws: int, seed: int, year: int) -> Array:
    """`draws` samples without replacement of `wanted` of the occupied `sites` (N,), shape (draws, wanted).

    The first steps of a Fisher-Yates shuffle, for all draws at once. One keyed 64-bit draw seeds the generator, so
    the envelope of a year is the same wherever it is computed.
    """
    generator = np.random.Generator(np.random.PCG64(int(key(seed, int(Purpose.MEASURE), year, SAMPLES, 0))))
    luck = generator.random((wanted, draws))
    left = np.tile(sites, (draws, 1))
    row = np.arange(draws)
    for step in range(wanted):
        chosen = step + (luck[step] * (len(sites) - step)).astype(np.int64)
        taken = left[row, chosen]
        left[row, chosen] = left[:, step]
        left[:, step] = taken
    return left[:, :wanted]


@dataclass(frozen=True)
class _AllPairs:
    """What is known of the distances between all firms: median, s.d. and interquartile range, in km."""

    median: float
    spread: float
    range_between_quartiles: float


def _all_pairs(sites: Array, classes: DistanceClasses) -> _AllPairs:
    """Distances over all pairs of firms, counted by pairs of sites."""
    counts = np.bincount(sites, minlength=len(classes.of_pair)).astype(float)
    pairs = np.outer(counts, counts)
    pairs[np.diag_indices(len(counts))] -= counts
    weight = np.bincount(classes.of_pair.ravel(), weights=pairs.ravel(), minlength=len(classes.distance))
    weight /= weight.sum()
    reached = np.minimum(np.cumsum(weight), 1.0)
    low, median, high = (float(classes.distance[np.searchsorted(reached, share)]) for share in (0.25, 0.5, 0.75))
    mean = float(weight @ classes.distance)
    spread = math.sqrt(max(float(weight @ (classes.distance - mean) ** 2), 0.0))
    return _AllPairs(median, spread, high - low)


def duranton_overman(
    site: Array, industry: Array, x: Array, y: Array, *, industries: int, within: float, seed: int, year: int = 0,
    draws: int = 1000, least: int = 10, confidence: float = 0.95,
) -> Localisation:  # fmt: skip
    """K-density test of every industry with at least `least` firms.

    `site` and `industry` (N,) are each firm's site and industry; `x` and `y` (C,) the sites' coordinates in km;
    `within` the mean distance in km between two firms on one site. Distances run from 0 to the median over all
    pairs of firms. The bandwidth follows Silverman's rule, but is never less than half of `within`, since positions
    are known only by site.
    """
    # sites are numbered from west to east, so that the order of rows cannot matter
    order = np.lexsort((y, x))
    rank = np.empty(len(x), dtype=np.int64)
    rank[order] = np.arange(len(x))
    site = rank[site]
    firms = np.bincount(industry, minlength=industries)
    tested = np.flatnonzero(firms >= max(least, 2))
    density, lower, upper = (np.full((industries, POINTS), math.nan) for _ in range(3))
    index, counter_index = np.full(industries, math.nan), np.full(industries, math.nan)
    if len(tested) == 0:
        return Localisation(np.zeros(POINTS), density, lower, upper, index, counter_index)
    classes = distance_classes(x[order], y[order], within)
    everyone = _all_pairs(site, classes)
    point = np.linspace(0.0, everyone.median, POINTS)
    sizes = np.unique(firms[tested])
    kernels = []
    for pairs in sizes * (sizes - 1) / 2:
        rule = silverman_bandwidth(everyone.spread, everyone.range_between_quartiles, pairs)
        kernels.append(smoothing(classes.distance, point, max(rule, 0.5 * within)) / pairs)
    samples = drawn_sites(np.sort(site), int(sizes[-1]), draws, seed, year)
    chances = chance_densities(samples, sizes, np.array(kernels), classes)
    bands = [global_envelope(chance, confidence) for chance in chances]
    for tested_industry in tested:
        k = int(np.searchsorted(sizes, firms[tested_industry]))
        density[tested_industry] = pair_histogram(site[industry == tested_industry], classes) @ kernels[k]
        lower[tested_industry], upper[tested_industry] = bands[k]
        # densities that differ by rounding only are on the band, not beyond it
        margin = 1e-12 * upper[tested_industry]
        above = np.where(
            density[tested_industry] - upper[tested_industry] > margin,
            density[tested_industry] - upper[tested_industry],
            0.0,
        )
        below = np.where(
            lower[tested_industry] - density[tested_industry] > margin,
            lower[tested_industry] - density[tested_industry],
            0.0,
        )
        index[tested_industry] = above.sum() * point[1]
        counter_index[tested_industry] = 0.0 if index[tested_industry] > 0.0 else below.sum() * point[1]
    return Localisation(point, density, lower, upper, index, counter_index)
