"""Places: regions and cells of a scenario, with endowments standardised over regions."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.kernel.draws import Purpose, name_id, normal_quantile, uniform
from sim.kernel.scenario_types import Measure, Regions, Scenario
from sim.kernel.typed import CellTable, RegionTable
from sim.kernel.world import CELL, ENDOWMENT_NAMES, ENDOWMENTS, REGION

Array = np.ndarray[Any, Any]


def tiles(regions: Regions) -> tuple[list[str], list[tuple[int, int]]]:
    """Names of regions and their (row, column) on a grid of regions."""
    if regions.map is not None:
        data = regions.map.data
        names = [str(name) for name in data[regions.map.name]]
        rows = [int(float(row)) for row in data[regions.map.row]]
        columns = [int(float(column)) for column in data[regions.map.column]]
        return names, [(row - min(rows), column - min(columns)) for row, column in zip(rows, columns, strict=True)]
    assert regions.grid is not None
    tile_positions = [(row, column) for row in range(regions.grid.rows) for column in range(regions.grid.columns)]
    return [
        f"R{row + 1}{chr(ord('A') + column % 26)}{column // 26 or ''}" for row, column in tile_positions
    ], tile_positions


def numbers(data: dict[str, tuple[str | float, ...]], column: str) -> Array:
    """A column of the scenario's table as floats; blanks are NaN."""
    return np.array([float(value) if value != "" else np.nan for value in data[column]])


def measured(data: dict[str, tuple[str | float, ...]], measures: tuple[Measure, ...]) -> Array:
    """One endowment, standardised over regions: the mean of the standardised columns it is made of."""
    total: Array = np.zeros(0)
    for measure in measures:
        values = numbers(data, measure.column)
        if measure.missing is not None:
            values = np.where(np.isnan(values), measure.missing, values)
        if measure.per:
            values = values / numbers(data, measure.per)
        if measure.log:
            values = np.log1p(values)
        if measure.reverse:
            values = -values
        total = total + standard(values) if len(total) else standard(values)
    return standard(total)


def standard(values: Array) -> Array:
    """Values less their mean over their standard deviation; zeros if they do not vary."""
    deviation = values.std()
    return (values - values.mean()) / deviation if deviation > 1e-12 else np.zeros_like(values)


def drawn_endowments(seed: int, ids: Array, tile_positions: list[tuple[int, int]], correlation: float) -> Array:
    """Endowments of an abstract grid, shape (R, ENDOWMENTS): keyed normals, smoothed over neighbours, standardised."""
    raw = np.array(
        [
            [normal_quantile(uniform(seed, int(Purpose.WORLD), 0, int(region), field)) for field in range(ENDOWMENTS)]
            for region in ids
        ]
    )
    if correlation > 0.0:
        apart = np.array([[abs(r - a) + abs(c - b) for a, b in tile_positions] for r, c in tile_positions])
        raw = (correlation**apart) @ raw
    return np.stack([standard(raw[:, field]) for field in range(ENDOWMENTS)], axis=1)


def make_regions(scenario: Scenario, names: list[str], tile_positions: list[tuple[int, int]]) -> RegionTable:
    """The regions' records, shape (R,)."""
    table = REGION.empty(len(names))
    table.id = [name_id(name) for name in names]
    section = scenario.regions
    table.population = 1.0 / len(names)
    if section.map is not None:
        data = section.map.data
        if section.map.population:
            people = numbers(data, section.map.population)
            table.population = people / people.sum()
        for field, name in enumerate(ENDOWMENT_NAMES):
            if name in section.endowments:
                table.endowment[:, field] = measured(data, section.endowments[name])
    else:
        table.endowment = drawn_endowments(scenario.seed, np.asarray(table.id), tile_positions, section.correlation)
    table.wage = 1.0
    table.chain_link = 1.0
    return table


def open_gateways(regions: RegionTable, share: float) -> None:
    """Imports come in through this share of regions, those with the best ports; through all if none is better."""
    ports = np.asarray(regions.endowment)[:, ENDOWMENT_NAMES.index("port")]
    regions.gateway = ports >= np.quantile(ports, 1.0 - share)


def make_cells(section: Regions, tile_positions: list[tuple[int, int]]) -> tuple[CellTable, Array]:
    """Cells of all regions, shape (C,), and the grid on which they lie (-1 where there is none)."""
    side = section.cells
    rows = max(row for row, _ in tile_positions) + 1
    columns = max(column for _, column in tile_positions) + 1
    grid = np.full((rows * side, columns * side), -1, dtype=np.int32)
    for region, (row, column) in enumerate(tile_positions):
        grid[row * side : (row + 1) * side, column * side : (column + 1) * side] = region
    cells = CELL.empty(int((grid >= 0).sum()))
    lying = np.argwhere(grid >= 0)
    cells.region = grid[grid >= 0]
    cells.x = lying[:, 1] * section.cell_km
    cells.y = -lying[:, 0] * section.cell_km
    cells.land = 1.0
    cells.rent = 1.0
    grid[grid >= 0] = np.arange(len(cells))
    return cells, grid
