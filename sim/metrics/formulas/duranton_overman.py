"""Localisation by distance: the K-density of Duranton and Overman with its envelope of random placements.

Source: Duranton & Overman 2005, Testing for localization using micro-geographic data, Review of Economic
Studies 72. The spread of distances among an industry's firms is compared with that of as many firms drawn from
all sites in use; a global envelope holds 95 % of the draws at all distances at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.draws import Purpose, key
from sim.metrics.formulas.arithmetic import Array

POINTS = 24
"""Distances, from 0 to the median of all pairs, at which the density is compared."""
BLOCK = 2_000_000
"""Pairs of firms held in memory at once."""


@dataclass(frozen=True)
class Localisation:
    """K-densities of S industries at J distances and the global envelope of the draws.

    `density`, `lower`, `upper`: shape (S, J), 1/km; NaN rows for industries with too few firms. `index` (S,) is
    Gamma = sum_j max(K - upper, 0) step, the share of pairs in excess; `counter_index` the same below the lower
    band, for industries that are not localised. `localised` and `dispersed`: shape (S,).
    """

    distance: Array
    density: Array
    lower: Array
    upper: Array
    index: Array
    counter_index: Array

    @property
    def localised(self) -> Array:
        """Industries whose density leaves the envelope upwards at some distance."""
        return np.asarray(self.index > 0.0)

    @property
    def dispersed(self) -> Array:
        """Industries that are not localised and fall below the envelope at some distance."""
        return np.asarray(self.counter_index > 0.0)


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


def distance_classes(x: Array, y: Array, within: float) -> tuple[Array, Array]:
    """Distinct distances (D,) in km between sites, to a metre, and the class of each pair of sites, shape (C, C).

    `within` is the mean distance of two firms on one site.
    """
    apart = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    np.fill_diagonal(apart, within)
    distance, place = np.unique(np.round(apart, 3).ravel(), return_inverse=True)
    return distance, place.reshape(apart.shape)


def pair_histograms(sites: Array, sizes: Array, classes: Array, count: int) -> Array:
    """Pairs by distance class among the first sizes[k] sites of every row of `sites` (P, n), shape (K, P, count).

    `sizes` rises, so that the pairs of a smaller sample serve the larger ones.
    """
    draws = len(sites)
    result = np.zeros((len(sizes), draws, count))
    running = np.zeros((draws, count))
    row = np.arange(draws)[:, None] * count
    done = 0
    for step, target in enumerate(sizes):
        while done < target:
            width = int(np.clip(BLOCK // (draws * max(done + 1, 1)), 1, target - done))
            fresh = sites[:, done : done + width]
            first, second = np.tril_indices(done + width, -1)
            kept = first >= done
            pairs = classes[fresh[:, first[kept] - done], sites[:, second[kept]]] + row
            running += np.bincount(pairs.ravel(), minlength=draws * count).reshape(draws, count)
            done += width
        result[step] = running
    return result


def global_envelope(draws: Array, confidence: float) -> tuple[Array, Array]:
    """Lower and upper bands (J,) such that a share `confidence` of draws (P, J) lies wholly below (above) each.

    The band joins the values of equal rank at every distance: the local confidence that makes the global one
    hold (Duranton & Overman 2005, section 3.3).
    """
    ranked = np.sort(draws, axis=0)
    count = len(draws)
    highest = np.array([np.searchsorted(ranked[:, j], draws[:, j], "left") for j in range(draws.shape[1])]).max(axis=0)
    lowest = np.array([np.searchsorted(ranked[:, j], draws[:, j], "right") for j in range(draws.shape[1])]).min(axis=0)
    allowed = math.ceil(confidence * count) - 1
    top = int(np.sort(highest)[allowed])
    bottom = int(np.sort(lowest)[count - 1 - allowed]) - 1
    return ranked[bottom], ranked[top]


def shuffled_sites(sites: Array, wanted: int, draws: int, seed: int, year: int) -> Array:
    """`draws` samples without replacement of `wanted` of the occupied `sites` (N,), shape (draws, wanted).

    One keyed 64-bit draw seeds the generator, so the envelope of a year is the same wherever it is computed.
    """
    generator = np.random.Generator(np.random.PCG64(int(key(seed, int(Purpose.MEASURE), year, 0, 0))))
    order = np.argsort(generator.random((draws, len(sites))), axis=1)[:, :wanted]
    return np.asarray(sites[order])


def duranton_overman(
    site: Array, industry: Array, x: Array, y: Array, *, industries: int, within: float, seed: int, year: int = 0,
    draws: int = 1000, least: int = 10, confidence: float = 0.95,
) -> Localisation:
    """K-density test of every industry with at least `least` firms.

    `site` and `industry` (N,) are each firm's site and industry; `x` and `y` (C,) the sites' coordinates in km;
    `within` the mean distance in km between two firms on one site. Distances run from 0 to the median over all
    pairs of firms. The bandwidth follows Silverman's rule, but never less than half of `within`, since positions
    are known only by site.
    """
    placed = np.lexsort((y, x))
    place_of = np.empty(len(placed), dtype=np.int64)
    place_of[placed] = np.arange(len(placed))
    distance, classes = distance_classes(x[placed], y[placed], within)
    site = place_of[site]
    occupied = np.sort(site)
    firms = np.bincount(industry, minlength=industries)
    tested = np.flatnonzero(firms >= least)
    counts = np.bincount(site, minlength=len(x)).astype(float)
    everyone = np.outer(counts, counts)
    everyone[np.diag_indices(len(counts))] -= counts
    weight = np.bincount(classes.ravel(), weights=everyone.ravel(), minlength=len(distance))
    total = weight.sum()
    shape = (industries, POINTS)
    blank = [np.full(shape, math.nan) for _ in range(3)]
    if len(tested) == 0 or total == 0.0:
        nothing = np.full(industries, math.nan)
        return Localisation(np.zeros(POINTS), *blank, nothing, nothing.copy())
    reached = np.cumsum(weight) / total
    median, low, high = (float(distance[np.searchsorted(reached, share)]) for share in (0.5, 0.25, 0.75))
    mean = float(weight @ distance) / total
    spread = math.sqrt(max(float(weight @ (distance - mean) ** 2) / total, 0.0))
    point = np.linspace(0.0, median, POINTS)
    sizes = np.unique(firms[tested])
    samples = shuffled_sites(occupied, int(sizes[-1]), draws, seed, year)
    histograms = dict(zip(sizes.tolist(), pair_histograms(samples, sizes, classes, len(distance)), strict=True))
    density, lower, upper = blank
    for line in tested:
        size = int(firms[line])
        pairs = size * (size - 1) / 2
        bandwidth = max(silverman_bandwidth(spread, high - low, pairs), 0.5 * within)
        kernel = smoothing(distance, point, bandwidth) / pairs
        own = pair_histograms(site[industry == line][None, :], np.array([size]), classes, len(distance))[0, 0]
        density[line] = own @ kernel
        lower[line], upper[line] = global_envelope(histograms[size] @ kernel, confidence)
    step = point[1] - point[0]
    tolerance = 1e-12 * np.abs(upper)
    above = np.where(density - upper > tolerance, density - upper, 0.0).sum(axis=1) * step
    below = np.where(lower - density > tolerance, lower - density, 0.0).sum(axis=1) * step
    untested = firms < least
    index = np.where(untested, math.nan, above)
    counter = np.where(untested, math.nan, np.where(above > 0.0, 0.0, below))
    return Localisation(point, density, lower, upper, index, counter)
