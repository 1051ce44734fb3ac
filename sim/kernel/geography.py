"""Where things are: cells of a grid, regions made of cells, distances, and kernels that are built once."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.world import Records, World

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Geography:
    """Constant facts of place.

    `start` (C+1,) and `near` (K,) list, for each cell, the cells within `reach` km of it, itself first;
    `gap` (K,) is their distance in km. `region_distance` (R, R) is the mean distance in km between points
    of two regions; on the diagonal, within the region.
    """

    shape: tuple[int, int]
    cell_km: float
    reach: float
    """km within which cells affect one another."""
    grid: Array
    """Shape `shape`: row of the cell that lies there, -1 for none."""
    start: Array
    near: Array
    gap: Array
    region_distance: Array
    region_start: Array
    """Shape (R+1,): `region_cells[region_start[r]:region_start[r+1]]` are the cells of region r."""
    region_cells: Array


def distance_within(cell_km: float) -> float:
    """Mean distance between two random points of a square cell: .5214 times its side (Ghosh 1951)."""
    return 0.5214 * cell_km


def build_geography(grid: Array, cells: Records, regions: int, cell_km: float, reach: float) -> Geography:
    """Distances and neighbours of `cells` (columns x, y, region) lying on `grid`; `reach` in km."""
    count = len(cells)
    x, y = np.asarray(cells.x), np.asarray(cells.y)
    width = math.ceil(reach / cell_km)
    starts, near, gaps = [0], [], []
    rows, columns = grid.shape
    where = {int(cell): (r, c) for (r, c), cell in np.ndenumerate(grid) if cell >= 0}
    for cell in range(count):
        row, col = where[cell]
        window = grid[max(0, row - width) : row + width + 1, max(0, col - width) : col + width + 1].ravel()
        window = window[window >= 0]
        apart = np.hypot(x[window] - x[cell], y[window] - y[cell])
        apart[window == cell] = distance_within(cell_km)
        inside = (apart <= reach) | (window == cell)
        window, apart = window[inside], apart[inside]
        order = np.lexsort((y[window], x[window], apart, window != cell))
        near.append(window[order])
        gaps.append(apart[order])
        starts.append(starts[-1] + len(window))
    owner = np.asarray(cells.region)
    region_cells = np.lexsort((y, x, owner)).astype(np.int32)
    region_start = np.searchsorted(owner[region_cells], np.arange(regions + 1)).astype(np.int32)
    between = np.zeros((regions, regions))
    for first in range(regions):
        mine = region_cells[region_start[first] : region_start[first + 1]]
        for second in range(first, regions):
            theirs = region_cells[region_start[second] : region_start[second + 1]]
            apart = np.hypot(x[mine][:, None] - x[theirs][None, :], y[mine][:, None] - y[theirs][None, :])
            if first == second:
                np.fill_diagonal(apart, distance_within(cell_km))
            between[first, second] = between[second, first] = float(np.mean(apart))
    return Geography(
        shape=(rows, columns),
        cell_km=cell_km,
        reach=reach,
        grid=grid,
        start=np.array(starts, dtype=np.int64),
        near=np.concatenate(near).astype(np.int32),
        gap=np.concatenate(gaps),
        region_distance=between,
        region_start=region_start,
        region_cells=region_cells,
    )


def kernel(world: World, name: str, weigh: Callable[..., Any]) -> Array:
    """Weights (K,) of all neighbours, filled by `weigh(gaps, weights, p)` once and kept under `name`."""
    if name not in world.kernels:
        weights = world.geography.gap.copy()
        weigh(world.geography.gap, weights, world.p)
        world.kernels[name] = weights
    return np.asarray(world.kernels[name])


@rule
def cell_distance(cells, first, second, cell_km):
    """Distance in km between two cells; within one cell, the mean distance of two random points."""
    if first == second:
        return 0.5214 * cell_km
    dx = cells[first].x - cells[second].x
    dy = cells[first].y - cells[second].y
    return math.sqrt(dx * dx + dy * dy)


@rule
def count_by_cell(agents, starts):
    """Fill `starts` (C+1,) so that agents starts[c]:starts[c+1] stand in cell c; agents are in order of cell."""
    starts[:] = 0
    for row in range(len(agents)):
        starts[agents[row].cell + 1] += 1
    for cell in range(1, len(starts)):
        starts[cell] += starts[cell - 1]
