"""The table of a scenario's map: checked and made part of it, so that it stands alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.kernel.scenario_types import Scenario, TileMap, unfit_in_name
from sim.scenario.documents import Entry, entry_at, position_of
from sim.scenario.numerals import Cell, Numbers, read_numbers
from sim.scenario.problems import Key, Position, Problem, did_you_mean, dotted, shown
from sim.scenario.tables import Asked, Table, read_table, tell

LABEL = "abbr"
MOST_PROBLEMS = 50


def keep_first(problems: list[Problem], before: int, table: Table, key: str) -> None:
    """Of very many problems with one table, tell the first and the number of the rest."""
    more = len(problems) - before - MOST_PROBLEMS
    if more > 0:
        last = Position(table.position.file, table.sheet.lines[-1])
        problems[before + MOST_PROBLEMS :] = [Problem(last, key, f"{more:,} more problems with this table")]


# -- the map ---------------------------------------------------------------------------------------------


def used_columns(scenario: Scenario) -> dict[str, Key]:
    """Columns of the map's table that the scenario reads, each with the key that names it first."""
    tile_map = scenario.regions.map
    used: dict[str, Key] = {}
    if tile_map is None:
        return used
    for field in ("name", "row", "column", "population", "initial_firms", "initial_leaders", "initial_institutes"):
        used.setdefault(getattr(tile_map, field), ("regions", "map", field))
    for endowment, measures in scenario.regions.endowments.items():
        for row, measure in enumerate(measures):
            used.setdefault(measure.column, ("regions", "endowments", endowment, row, "column"))
            used.setdefault(measure.per, ("regions", "endowments", endowment, row, "per"))
    for name, industry in scenario.industries.items():
        used.setdefault(industry.initial_firms, ("industries", name, "initial_firms"))
    used.pop("", None)
    return used


def named_regions(scenario: Scenario) -> Iterator[str]:
    """Regions that plans, policies and shocks of the scenario name."""
    for plan in (scenario.plan, scenario.neutral):
        yield from (choice.region for choice in plan.choices)
    for regions in [*(one.regions for one in scenario.policies), *(one.regions for one in scenario.shocks)]:
        yield from regions


def labels(table: Table | InlineTable) -> dict[str, tuple[Cell, ...]]:
    """The column of short names, if the table has one: figures write them on maps."""
    return {LABEL: tuple(table.values(LABEL))} if LABEL in table.header else {}


def may_be_blank(scenario: Scenario, column: str) -> bool:
    """Whether every measure that reads `column` says what a blank cell counts as, and nothing else reads it."""
    if used_columns(scenario)[column][:2] == ("regions", "map"):
        return False
    if any(column == industry.initial_firms for industry in scenario.industries.values()):
        return False
    measures = [measure for group in scenario.regions.endowments.values() for measure in group]
    if any(column == measure.per for measure in measures):
        return False
    return all(measure.missing is not None for measure in measures if column == measure.column)


def with_map_table(scenario: Scenario, tree: Entry, problems: list[Problem], notes: list[Problem]) -> Scenario:
    """`scenario` with the used columns of its map's table in `regions.map.data`; problems are added."""
    tile_map = scenario.regions.map
    if tile_map is None:
        return scenario
    key: Key = ("regions", "map", "table")
    if bool(tile_map.table) == bool(tile_map.data):
        message = "needs exactly one of `table` and `data`"
        remedy = "write `data: null` to drop the inherited one" if tile_map.data else "name a CSV file in `table`"
        problems.append(Problem(position_of(tree, key[:2]), dotted(key[:2]), message, remedy=remedy))
        return scenario
    if tile_map.data:
        _check_map(scenario, _inline(tile_map, tree), tree, problems, notes)
        return scenario
    entry = entry_at(tree, key)
    asked = Asked(dotted(key), tuple(used_columns(scenario)), (tile_map.name,), tile_map.encoding,
                  frozenset(named_regions(scenario)))  # fmt: skip
    table = read_table(entry, asked, problems, notes) if entry is not None else None
    if table is None:
        return scenario
    before = len(problems)
    data = _check_map(scenario, table, tree, problems, notes)
    keep_first(problems, before, table, dotted(key))
    embedded = tile_map.model_copy(update={"data": data, "table": "", "encoding": ""})
    return scenario.model_copy(update={"regions": scenario.regions.model_copy(update={"map": embedded})})


@dataclass(frozen=True)
class InlineTable:
    """A table written out in the scenario itself."""

    tree: Entry
    header: list[str]
    columns: dict[str, tuple[Cell, ...]]
    position: Position

    def at(self, row: int, column: str) -> Position:
        """Place of a cell."""
        return position_of(self.tree, ("regions", "map", "data", column, row))

    def values(self, column: str) -> list[str]:
        """The cells of a column as text."""
        return [cell.strip() if isinstance(cell, str) else repr(cell) for cell in self.columns[column]]

    def numbers(self, column: str) -> Numbers:
        """The cells of a column as numbers, which the scenario writes in plain form."""
        return read_numbers(self.columns[column], point_is_decimal=True)


def _inline(tile_map: TileMap, tree: Entry) -> InlineTable:
    return InlineTable(tree, list(tile_map.data), dict(tile_map.data), position_of(tree, ("regions", "map", "data")))


def _check_map(
    scenario: Scenario, table: Table | InlineTable, tree: Entry, problems: list[Problem], notes: list[Problem]
) -> dict[str, tuple[Cell, ...]]:
    """The used columns, numbers as float; blank cells that a `missing` covers stay empty text."""
    tile_map = scenario.regions.map
    assert tile_map is not None
    data: dict[str, tuple[Cell, ...]] = {}
    for column, key in used_columns(scenario).items():
        if column not in table.header:
            message = f"the table {table.position.file} has no column {shown(column)}"
            remedy = did_you_mean(column, table.header)
            problems.append(Problem(position_of(tree, key), dotted(key), message, column, remedy=remedy))
        elif column == tile_map.name:
            data[column] = tuple(_names(table, column, key, problems))
        else:
            blank = may_be_blank(scenario, column)
            data[column] = tuple(_numbers(table, column, key, blank, problems, notes))
    lengths = {column: len(cells) for column, cells in data.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{column} {count}" for column, count in lengths.items())
        problems.append(Problem(table.position, "regions.map.data", f"the columns differ in length: {told}"))
        return data
    _check_tiles(tile_map, table, data, problems)
    _check_shares(scenario, table, data, problems)
    _check_measures(scenario, table, data, problems)
    return {**labels(table), **data}


def _names(table: Table | InlineTable, column: str, key: Key, problems: list[Problem]) -> Iterator[str]:
    first: dict[str, int] = {}
    for row, name in enumerate(table.values(column)):
        unfit = unfit_in_name(name)
        if not name or len(name) > 60 or unfit:
            message = f"{shown(name)} cannot be the name of a region{f': it holds {unfit}' if unfit else ''}"
            problems.append(Problem(table.at(row, column), dotted(key), message, name, "1 to 60 characters"))
        elif name in first:
            other = table.at(first[name], column).line
            message = f"two regions are called {shown(name)}; the other stands on line {other}"
            problems.append(Problem(table.at(row, column), dotted(key), message, name))
        first.setdefault(name, row)
        yield name


def _numbers(
    table: Table | InlineTable, column: str, key: Key, blank: bool, problems: list[Problem], notes: list[Problem]
) -> Iterator[Cell]:
    numbers = table.numbers(column)
    for fault in numbers.faults:
        message = f"column {shown(column)} {fault.message}"
        problems.append(Problem(table.at(fault.row, column), dotted(key), message, remedy=fault.remedy))
    if isinstance(table, Table):
        tell(notes, table, dotted(key), column, numbers.how)
    for row, number in enumerate(numbers.values):
        if row in numbers.blank and not blank:
            message, remedy = f"the cell of column {shown(column)} is blank", "fill it in"
            if key[1] == "endowments":
                remedy += ", or say what a blank counts as with `missing`"
            problems.append(Problem(table.at(row, column), dotted(key), message, "", remedy=remedy))
        yield "" if number is None else number


def _check_tiles(
    tile_map: TileMap, table: Table | InlineTable, data: dict[str, tuple[Cell, ...]], problems: list[Problem]
) -> None:
    """Every region has a tile of its own, at whole numbers from 0 on."""
    if tile_map.row not in data or tile_map.column not in data:
        return
    first: dict[tuple[Cell, Cell], int] = {}
    for row, tile in enumerate(zip(data[tile_map.row], data[tile_map.column], strict=True)):
        if "" in tile:
            continue
        for column, position in zip((tile_map.row, tile_map.column), tile, strict=True):
            if not (float(position).is_integer() and 0 <= float(position) <= 1000):
                message = f"{shown(position)} is not the place of a tile"
                problems.append(Problem(table.at(row, column), f"regions.map.{_field(tile_map, column)}", message,
                                        position, "whole numbers from 0 to 1000"))  # fmt: skip
        if tile in first:
            other = table.at(first[tile], tile_map.row).line
            message = f"two regions lie on tile row {tile[0]:g}, column {tile[1]:g}; the other stands on line {other}"
            problems.append(Problem(table.at(row, tile_map.row), "regions.map.row", message, tile))
        first.setdefault(tile, row)


def _field(tile_map: TileMap, column: str) -> str:
    return "row" if column == tile_map.row else "column"


def _check_shares(
    scenario: Scenario, table: Table | InlineTable, data: dict[str, tuple[Cell, ...]], problems: list[Problem]
) -> None:
    """Columns that become shares hold no negative number and not only zeros."""
    tile_map = scenario.regions.map
    fields = ("population", "initial_firms", "initial_leaders", "initial_institutes")
    named = {f"regions.map.{field}": getattr(tile_map, field) for field in fields}
    named |= {dotted(("industries", name, "initial_firms")): industry.initial_firms
              for name, industry in scenario.industries.items()}  # fmt: skip
    for key, column in named.items():
        cells = [cell for cell in data.get(column, ()) if cell != ""]
        for row, cell in enumerate(data.get(column, ())):
            if cell != "" and float(cell) < 0:
                message = f"{shown(cell)} in column {shown(column)} is negative"
                problems.append(Problem(table.at(row, column), key, message, cell, "at least 0"))
        if cells and not any(float(cell) for cell in cells):
            message = f"column {shown(column)} holds only zeros"
            problems.append(Problem(table.at(0, column), key, message))


def _check_measures(
    scenario: Scenario, table: Table | InlineTable, data: dict[str, tuple[Cell, ...]], problems: list[Problem]
) -> None:
    """No endowment divides by zero or takes the logarithm of what has none."""
    for endowment, measures in scenario.regions.endowments.items():
        for index, measure in enumerate(measures):
            key = dotted(("regions", "endowments", endowment, index, "per" if measure.per else "log"))
            values = [measure.missing if cell == "" else cell for cell in data.get(measure.column, ())]
            below = data.get(measure.per, ()) if measure.per else (1.0,) * len(values)
            for row, (value, divisor) in enumerate(zip(values, below, strict=False)):
                if value in (None, "") or divisor == "":
                    continue
                if float(divisor) == 0:
                    message = f"{shown(measure.column)} cannot be divided by the 0 in column {shown(measure.per)}"
                    problems.append(Problem(table.at(row, measure.per), key, message, divisor))
                elif measure.log and float(value or 0) / float(divisor) <= -1:
                    message = f"{shown(value)} in column {shown(measure.column)} is too low for `log`"
                    problems.append(Problem(table.at(row, measure.column), key, message, value, "more than -1"))
