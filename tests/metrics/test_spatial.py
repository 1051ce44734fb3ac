"""Moran's I against esda and libpysal, and against its known limits."""

from __future__ import annotations

import csv
import math
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from sim.metrics.formulas.spatial import (
    Neighbours,
    group_neighbours,
    local_morans_i,
    local_pseudo_p,
    morans_i,
    morans_i_expected,
    queen_neighbours,
    regression_slope,
)

GRID = np.arange(20).reshape(4, 5)


def oracle_weights(neighbours: Neighbours):  # type: ignore[no-untyped-def]
    """The same neighbours as a libpysal W."""
    from libpysal.weights import W

    lists: dict[int, list[int]] = {place: [] for place in range(neighbours.count)}
    for first, second in zip(neighbours.first.tolist(), neighbours.second.tolist(), strict=True):
        lists[first].append(second)
    return W(lists, silence_warnings=True)


def test_queen_neighbours_are_those_of_libpysal() -> None:
    from libpysal.weights import lat2W

    ours = oracle_weights(queen_neighbours(GRID)).neighbors
    theirs = lat2W(4, 5, rook=False).neighbors
    assert {place: set(near) for place, near in ours.items()} == {place: set(near) for place, near in theirs.items()}


def test_queen_neighbours_skip_places_off_the_map() -> None:
    grid = np.array([[0, -1], [-1, 1]])
    neighbours = queen_neighbours(grid)
    assert sorted(zip(neighbours.first.tolist(), neighbours.second.tolist(), strict=True)) == [(0, 1), (1, 0)]
    apart = queen_neighbours(np.array([[0, -1, 1]]))
    assert apart.count == 2 and len(apart.first) == 0


def test_morans_i_equals_esda() -> None:
    from esda.moran import Moran

    values = np.random.default_rng(11).lognormal(size=20)
    neighbours = queen_neighbours(GRID)
    oracle = Moran(values, oracle_weights(neighbours), permutations=0)
    assert morans_i(values, neighbours) == pytest.approx(oracle.I, rel=1e-12)
    assert morans_i_expected(20) == pytest.approx(oracle.EI)


def test_morans_i_of_a_published_example() -> None:
    """Homicides in 78 counties around St. Louis, 1988-93: PySAL's documentation gives I = .24365582621771659."""
    from libpysal import examples

    with open(examples.get_path("stl_hom.csv")) as file:
        rates = np.array([float(row["HR8893"]) for row in csv.DictReader(file)])
    words = Path(examples.get_path("stl.gal")).read_text().split("\n")[1:]
    pairs = [
        (int(place) - 1, int(other) - 1)
        for head, near in zip(words[0::2], words[1::2], strict=False)
        for place in head.split()[:1]
        for other in near.split()
    ]
    first, second = np.array(pairs).T
    assert morans_i(rates, Neighbours(len(rates), first, second)) == pytest.approx(0.24365582621771659, rel=1e-12)


def test_morans_i_with_islands_equals_esda() -> None:
    from esda.moran import Moran

    grid = np.array([[0, 1, -1, 2], [3, 4, -1, -1], [-1, -1, -1, 5]])
    values = np.array([3.0, 1.0, 7.0, 2.0, 2.5, 4.0])
    neighbours = queen_neighbours(grid)
    oracle = Moran(values, oracle_weights(neighbours), permutations=0)
    assert morans_i(values, neighbours) == pytest.approx(oracle.I, rel=1e-12)


def test_local_morans_i_equals_esda() -> None:
    from esda.moran import Moran_Local

    values = np.random.default_rng(12).normal(size=20)
    neighbours = queen_neighbours(GRID)
    oracle = Moran_Local(values, oracle_weights(neighbours), permutations=0)
    assert local_morans_i(values, neighbours) == pytest.approx(oracle.Is, rel=1e-12)


def test_local_values_sum_to_the_global_one() -> None:
    values = np.random.default_rng(13).normal(size=20)
    neighbours = queen_neighbours(GRID)
    total = local_morans_i(values, neighbours).sum() / (len(values) - 1)
    assert total == pytest.approx(morans_i(values, neighbours), rel=1e-12)


def test_chessboard_and_halves() -> None:
    """Rook chessboard is -1 exactly; on a ring of two halves only the two borders differ."""
    ring = Neighbours(8, np.repeat(np.arange(8), 2), np.array([[(i - 1) % 8, (i + 1) % 8] for i in range(8)]).ravel())
    assert morans_i(np.array([1.0, -1.0] * 4), ring) == pytest.approx(-1.0)
    assert morans_i(np.array([1.0] * 4 + [-1.0] * 4), ring) == pytest.approx(0.5)


def test_limits_are_undefined() -> None:
    neighbours = queen_neighbours(GRID)
    assert math.isnan(morans_i(np.full(20, 2.0), neighbours))
    assert np.isnan(local_morans_i(np.full(20, 0.1), neighbours)).all()
    lonely = queen_neighbours(np.array([[0]]))
    assert math.isnan(morans_i(np.array([3.0]), lonely)) and math.isnan(morans_i_expected(1))


def test_regions_touch_where_their_cells_do() -> None:
    """Three regions in a row, each 2 x 2 cells: the middle one touches both."""
    grid = np.arange(12).reshape(2, 6)
    owner = np.array([0, 0, 1, 1, 2, 2] * 2)
    regions = group_neighbours(queen_neighbours(grid), owner, 3)
    assert list(zip(regions.first.tolist(), regions.second.tolist(), strict=True)) == [(0, 1), (1, 0), (1, 2), (2, 1)]


def test_pseudo_p_finds_the_cluster_and_leaves_noise_alone() -> None:
    values = np.zeros(100)
    grid = np.arange(100).reshape(10, 10)
    draw = np.random.default_rng(14)
    values += draw.normal(scale=0.1, size=100)
    values[[0, 1, 10, 11]] += 5.0
    shuffles = np.array([draw.permutation(99) for _ in range(499)])
    p = local_pseudo_p(values, queen_neighbours(grid), shuffles)
    assert p[0] <= 0.01
    assert (p[60:] > 0.01).mean() > 0.8
    assert np.isnan(local_pseudo_p(np.ones(100), queen_neighbours(grid), shuffles)).all()


def test_pseudo_p_is_the_exact_share_when_all_permutations_are_given() -> None:
    """2 x 3 places; for each, all 120 orders of the other five, counted here one by one."""
    values = np.array([3.0, 1.0, 4.0, 1.5, 5.0, 9.0])
    neighbours = queen_neighbours(np.arange(6).reshape(2, 3))
    orders = np.array(list(permutations(range(5))))
    p = local_pseudo_p(values, neighbours, orders)
    deviation = values - values.mean()
    for place in range(6):
        near = neighbours.second[neighbours.first == place]
        others = [other for other in range(6) if other != place]
        observed = deviation[place] * deviation[near].mean()
        larger = 0
        for order in orders:
            drawn = deviation[[others[order[k]] for k in range(len(near))]]
            larger += deviation[place] * drawn.mean() >= observed - 1e-12
        assert p[place] == pytest.approx((1 + min(larger, 120 - larger)) / 121, abs=1e-9)


def test_slope_equals_scipy() -> None:
    from scipy.stats import linregress

    draw = np.random.default_rng(16)
    x, y = draw.normal(size=50), draw.normal(size=50)
    assert regression_slope(y, x) == pytest.approx(linregress(x, y).slope, rel=1e-12)
    assert math.isnan(regression_slope(y, np.ones(50))) and math.isnan(regression_slope(y[:1], x[:1]))
