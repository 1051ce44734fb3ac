"""Spatial autocorrelation: Moran's I of values on a map, for all of it and place by place."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sim.metrics.formulas.arithmetic import Array, quotient


@dataclass(frozen=True)
class Neighbours:
    """Who touches whom: `first` and `second` (K,) list every ordered pair of neighbours among `count` places."""

    count: int
    first: Array
    second: Array

    def lag(self, values: Array) -> Array:
        """Mean of the neighbours' values, shape (count,); 0 for a place without neighbours."""
        degree = np.bincount(self.first, minlength=self.count)
        sums = np.bincount(self.first, weights=values[self.second], minlength=self.count)
        return sums / np.maximum(degree, 1)

    def connected(self) -> int:
        """Number of places that have neighbours: the sum of row-standardised weights."""
        return int(np.count_nonzero(np.bincount(self.first, minlength=self.count)))


def queen_neighbours(grid: Array) -> Neighbours:
    """Places of a grid that share a side or a corner. `grid` holds the place's number, -1 for none."""
    return _queen_neighbours(grid.astype(np.int64).tobytes(), grid.shape)


@lru_cache(maxsize=8)
def _queen_neighbours(content: bytes, shape: tuple[int, int]) -> Neighbours:
    """The same by the grid's bytes: a map is the same in every year."""
    grid: Array = np.frombuffer(content, dtype=np.int64).reshape(shape)
    rows, columns = shape
    first, second = [], []
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        here = grid[: rows - down, max(0, -right) : columns - max(0, right)].ravel()
        there = grid[down:, max(0, right) : columns + min(0, right)].ravel()
        both = (here >= 0) & (there >= 0)
        first += [here[both], there[both]]
        second += [there[both], here[both]]
    count = int(grid.max()) + 1 if grid.size else 0
    return Neighbours(count, np.concatenate(first).astype(np.int64), np.concatenate(second).astype(np.int64))


def group_neighbours(cells: Neighbours, owner: Array, count: int) -> Neighbours:
    """Neighbouring regions: those with neighbouring cells. `owner` (C,) is the region of each cell."""
    first, second = owner[cells.first].astype(np.int64), owner[cells.second].astype(np.int64)
    pairs = np.unique((first * count + second)[first != second])
    return Neighbours(count, pairs // count, pairs % count)


def morans_i(values: Array, neighbours: Neighbours) -> float:
    """I = (n/W) sum_ij w_ij z_i z_j / sum_i z_i^2 with row-standardised weights; E[I] = -1/(n-1) without pattern.

    NaN when all values are equal or no place has a neighbour. Source: Moran 1950; Cliff & Ord 1981.
    """
    deviation = values - values.mean()
    spread = float(deviation @ deviation)
    weight = neighbours.connected()
    if weight == 0 or not spread > 1e-24 * float(values @ values):
        return math.nan
    return float(len(values) / weight * (deviation @ neighbours.lag(deviation)) / spread)


def morans_i_expected(count: int) -> float:
    """Mean of Moran's I over all permutations of `count` values: -1/(n-1)."""
    return -1.0 / (count - 1) if count > 1 else math.nan


def local_morans_i(values: Array, neighbours: Neighbours) -> Array:
    """I_i = (n-1) z_i lag(z)_i / sum_j z_j^2, shape (n,): positive where a place resembles its neighbours.

    NaN when all values are equal. Source: Anselin 1995, eq. 12.
    """
    deviation = values - values.mean()
    spread = float(deviation @ deviation)
    if not spread > 1e-24 * float(values @ values):
        return np.full(len(values), math.nan)
    return np.asarray((len(values) - 1) * deviation * neighbours.lag(deviation) / spread)


def local_pseudo_p(values: Array, neighbours: Neighbours, shuffles: Array) -> Array:
    """Share of conditional permutations in which a place's local I is at least as extreme; shape (n,).

    `shuffles` (P, n-1) holds P permutations of 0..n-2; for each place its neighbours get values of the other
    places. (1 + number as extreme) / (1 + P), one-sided towards the observed sign. Source: Anselin 1995.
    """
    deviation = values - values.mean()
    observed = neighbours.lag(deviation)
    degree = np.bincount(neighbours.first, minlength=neighbours.count)
    result = np.full(len(values), math.nan)
    if not float(deviation @ deviation) > 1e-24 * float(values @ values):
        return result
    for place in range(len(values)):
        if degree[place] == 0:
            continue
        others = np.delete(deviation, place)
        drawn = others[shuffles[:, : degree[place]]].mean(axis=1) * deviation[place]
        mine = observed[place] * deviation[place]
        larger = int((drawn >= mine - 1e-12 * abs(mine)).sum())
        result[place] = (1 + min(larger, len(drawn) - larger)) / (1 + len(drawn))
    return result


def regression_slope(y: Array, x: Array) -> float:
    """Ordinary least squares slope of `y` on `x` over places where both are defined; NaN when x does not vary."""
    defined = ~(np.isnan(x) | np.isnan(y))
    x, y = x[defined], y[defined]
    if len(x) < 2:
        return math.nan
    deviation = x - x.mean()
    return quotient(float(deviation @ (y - y.mean())), float(deviation @ deviation))
