"""Two folders side by side: identical to the bit, or where they first differ."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.kernel.fingerprint import file_digest
from sim.store.difference import differences_of
from sim.store.results import MANIFEST, read_results
from sim.studies.compare import run_comparison
from tests.synthetic import arms, run_synthetic

HASHES, METRICS = "hashes.parquet", "metrics.parquet"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two arms on two seeds: three common years, two of treatment."""
    run_comparison(arms("market", "duplicated", treatment=2), 2, 1, tmp_path / "first", runner=run_synthetic)
    return tmp_path / "first"


def copy_of(folder: Path) -> Path:
    return shutil.copytree(folder, folder.with_name("second"))


def note(folder: Path, file: str) -> None:
    """Have the manifest tell of a table as it is now."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    path = folder / file
    rows = pq.read_metadata(path).num_rows
    manifest["tables"][file] = {"rows": rows, "bytes": path.stat().st_size, "sha256": file_digest(path)}
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def change(folder: Path, file: str, column: str, value: Any, **keys: Any) -> None:
    """Give the rows of a table with these `keys` another value; row groups stay of one seed."""
    table = pq.read_table(folder / file)
    rows = table.to_pylist()
    for row in rows:
        if all(row[key] == wanted for key, wanted in keys.items()):
            row[column] = value
    write(folder, file, pa.Table.from_pylist(rows, table.schema))


def write(folder: Path, file: str, table: pa.Table) -> None:
    with pq.ParquetWriter(folder / file, table.schema) as writer:
        for seed in sorted(set(table["seed"].to_pylist())):
            writer.write_table(table.filter(pa.compute.equal(table["seed"], seed)))
    note(folder, file)


def told(first: Path, second: Path) -> list[tuple[str, int | None, str, int | None]]:
    found = differences_of(read_results(first), read_results(second))
    return [(one.table, one.year, one.arm, one.seed) for one in found]


def test_a_copy_is_identical_whatever_its_seconds_its_packing_and_the_order_of_its_runs(folder: Path) -> None:
    second = copy_of(folder)
    assert told(folder, second) == []
    table = pq.read_table(second / METRICS)
    order = pa.compute.sort_indices(table, sort_keys=[("seed", "ascending"), ("arm", "descending")])
    write(second, METRICS, table.take(order))  # packed otherwise, and arms the other way round
    manifest = json.loads((second / MANIFEST).read_text(encoding="utf-8"))
    manifest["runs"][0]["seconds"] = 99.0
    (second / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    assert told(folder, second) == []


def test_the_earliest_year_comes_first_and_state_hashes_before_measures(folder: Path) -> None:
    second = copy_of(folder)
    change(second, METRICS, "value", 7.0, arm="duplicated", seed=1, year=5)
    change(second, METRICS, "value", 7.0, arm="market", seed=2, year=4, metric="firms", group="nation")
    assert told(folder, second) == [(METRICS, 4, "market", 2)]
    change(second, HASHES, "hash", "0" * 16, arm="duplicated", seed=1, year=5)
    assert told(folder, second) == [(METRICS, 4, "market", 2), (HASHES, 5, "duplicated", 1)]
    change(second, HASHES, "hash", "0" * 16, arm="market", seed=2, year=4)
    found = differences_of(read_results(folder), read_results(second))
    assert [one.table for one in found] == [HASHES, METRICS]
    assert str(found[1]) == f"year 4, table {METRICS} (market, seed 2): value of nation firms"


def test_the_last_bit_counts_and_nan_is_nan(folder: Path) -> None:
    keys = {"arm": "market", "seed": 1, "year": 4, "metric": "firms", "group": "nation"}
    change(folder, METRICS, "value", float("nan"), **keys)
    second = copy_of(folder)
    write(second, METRICS, pq.read_table(second / METRICS).replace_schema_metadata({"packed": "otherwise"}))
    assert told(folder, second) == []
    change(folder, METRICS, "value", 1.0, **keys)
    change(second, METRICS, "value", 1.0 + 2**-52, **keys)
    assert told(folder, second) == [(METRICS, 4, "market", 1)]


def test_rows_runs_and_tables_that_only_one_has_are_named(folder: Path) -> None:
    second = copy_of(folder)
    table = pq.read_table(second / "ledger.parquet")
    write(second, "ledger.parquet", table.slice(0, len(table) - 1))
    (one,) = differences_of(read_results(folder), read_results(second))
    assert (one.table, one.seed) == ("ledger.parquet", 2)
    assert "rows of it" in one.what
    manifest = json.loads((second / MANIFEST).read_text(encoding="utf-8"))
    del manifest["tables"][HASHES]
    manifest["runs"] = manifest["runs"][:-1]
    (second / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    found = told(folder, second)
    assert found[0][:2] == ("ledger.parquet", 3)  # what has a year comes first
    assert found[1:] == [(MANIFEST, None, "duplicated", 2), (HASHES, None, "", None)]
