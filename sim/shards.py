"""Shards: one folder for each finished replication, written at one stroke and merged into large tables at the end."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

PARTS = "parts"


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Call `write` with a temporary path in the same folder, then rename it to `path`: readers see all or nothing."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        write(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_shard(folder: Path, seed: int, tables: dict[str, pd.DataFrame], record: dict[str, Any]) -> None:
    """Write the finished replication `seed`: `tables` by file name ("metrics.parquet", "panels/firms.parquet").

    `record` goes into replication.json: {"runs": [...], "metrics": {...}}. The folder appears whole or not at all.
    """
    parts = folder / PARTS
    temporary = parts / f".seed-{seed}.{os.getpid()}.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    for file, table in tables.items():
        path = temporary / file
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pandas(table, preserve_index=False), path, compression="zstd")
    (temporary / "replication.json").write_text(json.dumps(record, allow_nan=False), encoding="utf-8")
    try:
        os.rename(temporary, parts / f"seed-{seed}")
    except OSError:  # another run of the same experiment was first; same seed, same bits
        shutil.rmtree(temporary, ignore_errors=True)


def finished(folder: Path) -> dict[int, dict[str, Any]]:
    """Record of every finished replication that is not merged yet, by seed in rising order."""
    found = {}
    for path in (folder / PARTS).glob("seed-*/replication.json"):
        found[int(path.parent.name.removeprefix("seed-"))] = json.loads(path.read_text(encoding="utf-8"))
    return dict(sorted(found.items()))


def sweep(folder: Path) -> None:
    """Remove what a killed run left half written."""
    for path in [*folder.glob(".*.tmp"), *folder.glob("panels/.*.tmp")]:
        path.unlink()
    for path in (folder / PARTS).glob(".seed-*.tmp"):
        shutil.rmtree(path, ignore_errors=True)


def tables(folder: Path) -> set[str]:
    """File names of all tables in the shards."""
    found = (folder / PARTS).glob("seed-*/**/*.parquet")
    return {Path(*path.relative_to(folder / PARTS).parts[1:]).as_posix() for path in found}


def merge(folder: Path, file: str, seeds: list[int]) -> dict[str, Any]:
    """Merge the shards `seeds` of one table with what was merged before, one replication at a time.

    Returns {"rows", "bytes", "sha256"} of the result. One row group is one replication, in order of seed.
    """
    target = folder / file
    target.parent.mkdir(parents=True, exist_ok=True)
    shards = {seed: folder / PARTS / f"seed-{seed}" / file for seed in seeds}
    shards = {seed: path for seed, path in shards.items() if path.exists()}
    merged = pq.ParquetFile(target) if target.exists() else None
    facts = [pq.read_metadata(path) for path in shards.values()] + ([merged.metadata] if merged else [])
    filled = [fact for fact in facts if fact.num_rows] or facts  # columns of an empty table have no type to speak of
    schemas = [fact.schema.to_arrow_schema().remove_metadata() for fact in filled]
    schema = pa.unify_schemas(schemas, promote_options="permissive")

    def write(path: Path) -> None:
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for piece in _in_order(shards, merged):
                if not piece.num_rows:
                    continue
                writer.write_table(piece.select(schema.names).cast(schema), row_group_size=piece.num_rows)

    write_atomically(target, write)
    return {"rows": pq.read_metadata(target).num_rows, "bytes": target.stat().st_size, "sha256": digest(target)}


def _in_order(shards: dict[int, Path], merged: pq.ParquetFile | None) -> Iterator[pa.Table]:
    """Tables of all replications in order of seed; a shard replaces what was merged of its seed."""
    waiting = dict(shards)
    for number in range(merged.num_row_groups if merged else 0):
        assert merged is not None
        piece = merged.read_row_group(number)
        seed = int(piece.column("seed")[0].as_py())
        for earlier in sorted(other for other in waiting if other < seed):
            yield pq.read_table(waiting.pop(earlier))
        if seed not in shards:
            yield piece
    for seed in sorted(waiting):
        yield pq.read_table(waiting[seed])
