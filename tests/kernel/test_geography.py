"""Neighbours, distances and who is where, against brute force on maps with holes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.kernel.geography import build_geography, cell_distance, count_by_cell, distance_within
from sim.kernel.world import CELL, FIRM

KM = 50.0


def island(rows: int, columns: int, holes: float, regions: int, seed: int):
    """A grid with holes, cells numbered in random order, each owned by a random region."""
    luck = np.random.default_rng(seed)
    land = luck.random((rows, columns)) >= holes
    grid = np.full((rows, columns), -1, dtype=np.int32)
    grid[land] = luck.permutation(int(land.sum()))
    cells = CELL.empty(int(land.sum()))
    for (row, col), cell in np.ndenumerate(grid):
        if cell >= 0:
            cells[cell].x, cells[cell].y = (col + 0.5) * KM, (rows - row - 0.5) * KM
            cells[cell].region = luck.integers(regions)
    cells.region[:regions] = np.arange(regions)
    return grid, cells


@pytest.fixture(params=[(7, 9, 0.0, 4, 1), (10, 6, 0.35, 5, 2), (1, 12, 0.2, 2, 3), (1, 1, 0.0, 1, 4)], ids=str)
def place(request):
    """A map and its geography, with a reach of 170 km."""
    rows, columns, holes, regions, seed = request.param
    grid, cells = island(rows, columns, holes, regions, seed)
    return cells, regions, build_geography(grid, cells, regions, KM, 170.0)


def apart(cells, first: int, second: int) -> float:
    """Distance in km, from the definition."""
    if first == second:
        return distance_within(KM)
    return math.hypot(cells.x[first] - cells.x[second], cells.y[first] - cells.y[second])


def test_neighbours_are_all_cells_within_reach_nearest_first(place) -> None:
    cells, _, geography = place
    for cell in range(len(cells)):
        within = slice(geography.start[cell], geography.start[cell + 1])
        near, gap = geography.near[within], geography.gap[within]
        expected = {other for other in range(len(cells)) if apart(cells, cell, other) <= 170.0}
        assert set(near.tolist()) == expected
        assert len(near) == len(expected)
        assert near[0] == cell
        assert np.all(np.diff(gap[1:]) >= 0)
        np.testing.assert_allclose(gap, [apart(cells, cell, int(other)) for other in near], rtol=1e-12)


def test_distance_between_regions_is_the_mean_over_their_cells(place) -> None:
    cells, regions, geography = place
    members = [np.flatnonzero(cells.region == region) for region in range(regions)]
    for first in range(regions):
        for second in range(regions):
            pairs = [apart(cells, int(one), int(other)) for one in members[first] for other in members[second]]
            assert geography.region_distance[first, second] == pytest.approx(np.mean(pairs), rel=1e-12)


def test_cells_of_a_region_are_listed_once(place) -> None:
    cells, regions, geography = place
    for region in range(regions):
        listed = geography.region_cells[geography.region_start[region] : geography.region_start[region + 1]]
        assert sorted(listed.tolist()) == np.flatnonzero(cells.region == region).tolist()


def test_compiled_distance_agrees_with_the_kernel(place) -> None:
    cells, _, geography = place
    for first in range(len(cells)):
        for second in range(len(cells)):
            expected = pytest.approx(apart(cells, first, second), rel=1e-14)
            assert cell_distance(first, second, geography.positions) == expected


def test_a_reach_shorter_than_a_cell_leaves_only_the_cell_itself() -> None:
    grid, cells = island(3, 3, 0.0, 1, 5)
    geography = build_geography(grid, cells, 1, KM, 10.0)
    assert geography.near.tolist() == list(range(9))
    np.testing.assert_allclose(geography.gap, distance_within(KM))


def test_mean_distance_within_a_square() -> None:
    points = (np.arange(60) + 0.5) / 60
    steps = np.abs(points[:, None] - points[None, :])
    mean = np.hypot(steps[:, :, None, None], steps[None, None, :, :]).mean()
    assert distance_within(1.0) == pytest.approx(mean, rel=1e-3)


def test_geography_does_not_depend_on_how_cells_are_numbered() -> None:
    grid, cells = island(5, 5, 0.2, 3, 6)
    order = np.random.default_rng(7).permutation(len(cells))
    shuffled = cells[order]
    rank = np.argsort(order)
    other = build_geography(np.where(grid >= 0, rank[grid], -1).astype(np.int32), shuffled, 3, KM, 120.0)
    first = build_geography(grid, cells, 3, KM, 120.0)
    for cell in range(len(cells)):
        mine = first.near[first.start[cell] : first.start[cell + 1]]
        same = other.near[other.start[rank[cell]] : other.start[rank[cell] + 1]]
        assert rank[mine].tolist() == same.tolist()
    np.testing.assert_allclose(first.region_distance, other.region_distance, rtol=1e-12)


def test_who_is_where() -> None:
    firms = FIRM.empty(6)
    firms.cell[:] = [0, 0, 2, 2, 2, 4]
    starts = np.full(6, -9, dtype=np.int64)
    count_by_cell(firms, starts)
    assert starts.tolist() == [0, 2, 2, 5, 5, 6]
    count_by_cell(FIRM.empty(0), starts)
    assert starts.tolist() == [0] * 6
