"""Whether two result folders hold the same, to the bit, and where they first differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.store.merge import blocks
from sim.store.results import MANIFEST, Results

HASHES = "hashes.parquet"


@dataclass(frozen=True)
class Difference:
    """Where one table of two folders first differs."""

    table: str
    year: int | None
    """The first year in which it does; None where the table has no years, or one of the two lacks it."""
    arm: str
    seed: int | None
    what: str
    """In words: the columns that differ, or what is missing."""

    def __str__(self) -> str:
        """One line."""
        when = "" if self.year is None else f"year {self.year}, "
        run = f" ({self.arm}, seed {self.seed})" if self.arm else ""
        return f"{when}table {self.table}{run}: {self.what}"


def differences_of(first: Results, second: Results) -> list[Difference]:
    """The first difference of every table in which two folders differ, the earliest year first, state hashes before
    measures; empty when both hold the same runs with the same numbers, to the bit.

    Every NaN is the same number. Seconds, memory and what is told of the machine do not count. Raises ResultsError for
    a table that is damaged.
    """
    found = _runs(first, second)
    theirs, ours = first.manifest["tables"], second.manifest["tables"]
    for file in sorted({*theirs, *ours}, key=lambda name: (name != HASHES, name)):
        if file not in theirs or file not in ours:
            found.append(Difference(file, None, "", None, f"only the {'first' if file in theirs else 'second'} has it"))
            continue
        paths = first.path(file), second.path(file)
        if theirs[file]["sha256"] != ours[file]["sha256"]:
            found += _table(file, pq.ParquetFile(paths[0]), pq.ParquetFile(paths[1]))
    last = max((one.year for one in found if one.year is not None), default=0) + 1
    return sorted(found, key=lambda one: last if one.year is None else one.year)


def _runs(first: Results, second: Results) -> list[Difference]:
    """The first run that only one has, or that ended in another state."""
    ended = [
        {(run["arm"], run["seed"]): run.get("hash", "") for run in one.manifest["runs"]} for one in (first, second)
    ]
    for key in ended[0] | ended[1]:
        if key not in ended[0] or key not in ended[1]:
            told = f"only the {'first' if key in ended[0] else 'second'} has this run"
            return [Difference(MANIFEST, None, *key, told)]
    for key, state in ended[0].items():
        if state and ended[1][key] and state != ended[1][key]:
            return [Difference(MANIFEST, None, *key, "the state at its end has another hash")]
    return []


def _table(file: str, first: pq.ParquetFile, second: pq.ParquetFile) -> list[Difference]:
    """Where a table first differs, by year; rows are set beside each other by run, whatever the order of runs is."""
    names = first.schema_arrow.names
    if names != second.schema_arrow.names:
        other = sorted({*names} ^ {*second.schema_arrow.names}) or ["their order"]
        return [Difference(file, None, "", None, f"it has other columns: {', '.join(other)}")]
    found: list[Difference] = []
    groups = _by_seed(first), _by_seed(second)
    for seed in groups[0] | groups[1]:
        runs, others = _runs_of(first, groups[0].get(seed, [])), _runs_of(second, groups[1].get(seed, []))
        for arm in runs | others:
            one, two = runs.get(arm), others.get(arm)
            if one is None or two is None:
                told = f"only the {'second' if one is None else 'first'} has rows of it"
                found.append(Difference(file, None, arm, seed, told))
                continue
            found += _rows(file, one, two)
    last = max((one.year for one in found if one.year is not None), default=0) + 1
    return sorted(found, key=lambda one: last if one.year is None else one.year)[:1]


def _by_seed(file: pq.ParquetFile) -> dict[int, list[int]]:
    """Row groups by seed: each is of one seed (sim.store.merge)."""
    found: dict[int, list[int]] = {}
    for group in range(file.num_row_groups):
        seeds = file.read_row_group(group, columns=["seed"])["seed"]
        if len(seeds):
            found.setdefault(int(seeds[0].as_py()), []).append(group)
    return found


def _runs_of(file: pq.ParquetFile, groups: list[int]) -> dict[str, pa.Table]:
    """The rows of every arm in row groups of one seed."""
    if not groups:
        return {}
    table = file.read_row_groups(groups)
    parts: dict[str, list[pa.Table]] = {}
    for (arm, _), start, length in blocks(table):
        parts.setdefault(arm, []).append(table.slice(start, length))
    return {arm: pa.concat_tables(pieces) for arm, pieces in parts.items()}


def _rows(file: str, one: pa.Table, two: pa.Table) -> list[Difference]:
    """The first difference in the rows of a run, if there is one."""
    rows = min(one.num_rows, two.num_rows)
    masks = {name: _unequal(one[name].slice(0, rows), two[name].slice(0, rows)) for name in one.column_names}
    differs = np.flatnonzero(np.array([*masks.values()]).any(axis=0))
    if len(differs):
        row = _first_row(one, differs)
        return [_at(file, one, row, ", ".join(name for name, mask in masks.items() if mask[row]))]
    if one.num_rows != two.num_rows:
        longer = one if one.num_rows > rows else two
        return [
            _at(file, longer, rows, f"{one.num_rows:,} rows of it in the first, {two.num_rows:,} in the second; first")
        ]
    return []


def _unequal(first: pa.ChunkedArray, second: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    """Rows in which two columns differ, shape (rows,)."""
    one, two = _values(first), _values(second)
    if one.dtype.kind == "f" and two.dtype.kind == "f" and one.dtype == two.dtype:
        bits = f"u{one.dtype.itemsize}"
        return np.asarray((one.view(bits) != two.view(bits)) & ~(np.isnan(one) & np.isnan(two)))
    return np.asarray(one != two)


def _values(column: pa.ChunkedArray) -> np.ndarray[Any, Any]:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    plain = pa.types.is_integer(column.type) or pa.types.is_floating(column.type) or pa.types.is_boolean(column.type)
    if plain and (not column.null_count or pa.types.is_floating(column.type)):
        return np.asarray(column.to_numpy())
    return np.array([*column.to_pylist(), None], dtype=object)[:-1]


def _first_row(table: pa.Table, rows: np.ndarray[Any, Any]) -> int:
    """Of `rows`, the first of the earliest year."""
    if "year" not in table.column_names:
        return int(rows[0])
    return int(rows[np.argmin(table["year"].to_numpy()[rows])])


def _at(file: str, table: pa.Table, row: int, what: str) -> Difference:
    told = {name: table[name][row].as_py() for name in ("year", "arm", "seed") if name in table.column_names}
    named = [name for name in ("group", "metric", "measure", "account") if name in table.column_names]
    of = " ".join(str(table[name][row].as_py()) for name in named)
    return Difference(
        file, told.get("year"), str(told.get("arm", "")), told.get("seed"), f"{what} of {of}" if of else what
    )
