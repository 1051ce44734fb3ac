"""Merged tables hold every row once, in the order of seeds and arms, whatever came in which order."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.kernel.fingerprint import file_digest
from sim.store import merge as module
from sim.store import shards
from sim.store.joined import joined
from sim.store.merge import blocks, merge

ORDER = {"past:x": 0, "a": 1, "b": 2}


def part(path: Path, rows: list[tuple[str, int, object]]) -> Path:
    """A shard's table: a row group for each arm and seed, as shards are written."""
    table = pa.Table.from_pandas(pd.DataFrame(rows, columns=["arm", "seed", "value"]), preserve_index=False)
    with pq.ParquetWriter(path, table.schema) as writer:
        for _, start, length in blocks(table):
            writer.write_table(table.slice(start, length))
    return path


def rows_of(path: Path) -> list[tuple[str, int, object]]:
    return list(pd.read_parquet(path).itertuples(index=False, name=None))


def test_rows_stand_by_seed_then_arm_and_later_shards_replace_earlier_rows(tmp_path: Path) -> None:
    target, keys = tmp_path / "t.parquet", {(arm, seed) for arm in ORDER for seed in (1, 2)}
    first = part(tmp_path / "1", [("b", 2, 1.0), ("b", 2, 2.0), ("a", 1, 3.0)])
    _, counts = merge(target, [first], ORDER, keys)
    assert counts == {("b", 2): 2, ("a", 1): 1}
    second = part(tmp_path / "2", [("a", 2, 4.0), ("past:x", 1, 5.0), ("a", 1, 6.0)])
    facts, counts = merge(target, [target, second], ORDER, keys)
    assert rows_of(target) == [("past:x", 1, 5.0), ("a", 1, 6.0), ("a", 2, 4.0), ("b", 2, 1.0), ("b", 2, 2.0)]
    assert counts == {("past:x", 1): 1, ("a", 1): 1, ("a", 2): 1, ("b", 2): 2}
    assert facts == {"rows": 5, "bytes": target.stat().st_size, "sha256": file_digest(target)}


def test_rows_that_nobody_wants_are_dropped(tmp_path: Path) -> None:
    target = tmp_path / "t.parquet"
    merge(target, [part(tmp_path / "1", [("a", 1, 1.0), ("b", 1, 2.0)])], ORDER, {("b", 1)})
    assert rows_of(target) == [("b", 1, 2.0)]


def test_tables_of_different_types_merge(tmp_path: Path) -> None:
    """Whole numbers, an empty column without a type, and fractions."""
    parts = [part(tmp_path / "1", [("a", 1, 1)]), part(tmp_path / "2", []), part(tmp_path / "3", [("a", 3, 0.5)])]
    merge(tmp_path / "t.parquet", parts, ORDER, {("a", 1), ("a", 3)})
    assert rows_of(tmp_path / "t.parquet") == [("a", 1, 1.0), ("a", 3, 0.5)]


def test_row_groups_hold_one_seed_and_do_not_depend_on_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST", 3)
    rows = [("a", 1, float(row)) for row in range(5)] + [("b", 1, 9.0)] + [("a", 2, float(row)) for row in range(2)]
    keys = {("a", 1), ("b", 1), ("a", 2)}
    merge(tmp_path / "one", [part(tmp_path / "all", rows)], ORDER, keys)
    parts = [part(tmp_path / "p1", rows[6:]), part(tmp_path / "p2", rows[5:6]), part(tmp_path / "p3", rows[:5])]
    many = tmp_path / "many"
    for shard in parts:
        merge(many, [many, shard] if many.exists() else [shard], ORDER, keys)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "many").read_bytes()
    file = pq.ParquetFile(tmp_path / "one")
    assert [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)] == [3, 3, 2]


@pytest.mark.parametrize(("stretch", "few", "times"), [(1, 0, 2), (4, 0, 2), (2**16, 0, 2), (2**16, 40, 1)])
def test_small_row_groups_are_read_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stretch: int, few: int, times: int
) -> None:
    """Of two tables that alternate from seed to seed each stretch is read once for its heads and once for its rows;
    of a table of few rows only once."""
    monkeypatch.setattr(module, "STRETCH", stretch)
    monkeypatch.setattr(module, "FEW", few)
    seeds = range(1, 41)
    merge(tmp_path / "t", [part(tmp_path / "a", [("a", seed, float(seed)) for seed in seeds])], ORDER,
          {("a", seed) for seed in seeds})  # fmt: skip
    more = part(tmp_path / "b", [("b", seed, -float(seed)) for seed in seeds])
    reads = []
    usual = pq.ParquetFile.read_row_groups

    def counted(file: pq.ParquetFile, groups: range, **options: object) -> pa.Table:
        reads.append(len(groups))
        return usual(file, groups, **options)

    monkeypatch.setattr(pq.ParquetFile, "read_row_groups", counted)
    merge(tmp_path / "t", [tmp_path / "t", more], ORDER, {(arm, seed) for arm in "ab" for seed in seeds})
    assert sum(reads) == 2 * 40 * times and len(reads) == 2 * times * -(-40 // stretch)
    assert rows_of(tmp_path / "t") == [
        (arm, seed, sign * float(seed)) for seed in seeds for arm, sign in (("a", 1), ("b", -1))
    ]


@pytest.mark.parametrize(("together", "groups"), [(1, [2, 1]), (3, [3]), (2**14, [3])])
def test_small_pieces_of_a_shard_share_a_row_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: int, groups: list[int]
) -> None:
    monkeypatch.setattr(shards, "TOGETHER", together)
    rows = [("a", 1, 1.0), ("a", 1, 2.0), ("b", 1, 3.0)]
    table = pa.Table.from_pandas(pd.DataFrame(rows, columns=["arm", "seed", "value"]), preserve_index=False)
    table = table.set_column(0, "arm", table["arm"].dictionary_encode())
    counted: dict[str, dict[str, int]] = {"a": {}, "b": {}}
    given = shards.pieces([table.slice(0, 2), table.slice(2, 0), table.slice(2)])
    shards._write(tmp_path / "t", "t", given, counted)
    file = pq.ParquetFile(tmp_path / "t")
    assert [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)] == groups
    assert counted == {"a": {"t": 2}, "b": {"t": 1}} and rows_of(tmp_path / "t") == rows


@pytest.mark.parametrize("dictionary", [False, True])
def test_a_past_is_joined_to_every_arm_that_has_it(dictionary: bool) -> None:
    rows = [("past:x-1", "past:x", 1, 0.0), ("a-1", "a", 1, 1.0), ("b-1", "b", 1, 2.0), ("c-1", "c", 1, 3.0),
            ("past:x-2", "past:x", 2, 4.0), ("a-2", "a", 2, 5.0)]  # fmt: skip
    table = pa.Table.from_pandas(pd.DataFrame(rows, columns=["run", "arm", "seed", "value"]), preserve_index=False)
    if dictionary:
        for place, name in enumerate(("run", "arm")):
            table = table.set_column(place, name, table[name].dictionary_encode())
    found = joined(table, ["b", "a", "c"], {"a": "past:x", "b": "past:x", "c": ""}, [1]).to_pandas()
    assert list(found.astype({"run": str, "arm": str}).itertuples(index=False, name=None)) == [
        ("b-1", "b", 1, 0.0), ("b-1", "b", 1, 2.0), ("a-1", "a", 1, 0.0), ("a-1", "a", 1, 1.0), ("c-1", "c", 1, 3.0)
    ]  # fmt: skip
