"""Shards: one folder for each finished replication, written at one stroke and merged into large tables at the end."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
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


def scratch(folder: Path, seed: int, what: str) -> Path:
    """A place for half-written files of a replication, of this program only; `sweep` removes what a kill left."""
    return folder / PARTS / f".seed-{seed}.{what}.{os.getpid()}.tmp"


def write_shard(
    folder: Path,
    seed: int,
    tables: Mapping[str, pd.DataFrame | pa.Table],
    record: dict[str, Any],
    streams: dict[str, list[Path]] | None = None,
) -> None:
    """Write the finished replication `seed`: `tables` and `streams` by file name ("metrics.parquet").

    A stream is a list of Parquet files that are copied one after the other, row group by row group. `record` goes into
    replication.json: {"runs": [...], "metrics": {...}}. The folder appears whole or not at all.
    """
    temporary = scratch(folder, seed, "shard")
    shutil.rmtree(temporary, ignore_errors=True)
    for file, table in tables.items():
        path = temporary / file
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = table if isinstance(table, pa.Table) else pa.Table.from_pandas(table, preserve_index=False)
        # Without Arrow's own schema, dictionaries are read back as the words they stand for.
        pq.write_table(whole, path, compression="zstd", row_group_size=max(1, whole.num_rows), store_schema=False)
    for file, sources in (streams or {}).items():
        path = temporary / file
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = [pq.ParquetFile(source) for source in sources]
        if opened:
            _write(path, opened, (piece for source in opened for piece in _pieces(source)))
    (temporary / "replication.json").write_text(json.dumps(record, allow_nan=False), encoding="utf-8")
    try:
        os.rename(temporary, folder / PARTS / f"seed-{seed}")
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
    """Merge the shards `seeds` of one table with what was merged before, one row group at a time.

    Returns {"rows", "bytes", "sha256"} of the result. Replications stand in order of seed.
    """
    target = folder / file
    target.parent.mkdir(parents=True, exist_ok=True)
    paths = {seed: folder / PARTS / f"seed-{seed}" / file for seed in seeds}
    shards = {seed: pq.ParquetFile(path) for seed, path in paths.items() if path.exists()}
    merged = pq.ParquetFile(target) if target.exists() else None
    sources = [*shards.values(), *([merged] if merged else [])]
    write_atomically(target, lambda path: _write(path, sources, _in_order(shards, merged)))
    return {"rows": pq.read_metadata(target).num_rows, "bytes": target.stat().st_size, "sha256": digest(target)}


def _write(path: Path, sources: list[pq.ParquetFile], pieces: Iterator[pa.Table]) -> None:
    """Write pieces of `sources`, row group by row group, under the widest of their schemas."""
    filled = [source for source in sources if source.metadata.num_rows] or sources  # empty columns have no real type
    schema = pa.unify_schemas(
        [source.schema_arrow.remove_metadata() for source in filled], promote_options="permissive"
    )
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for piece in pieces:
            if piece.num_rows:
                writer.write_table(piece.select(schema.names).cast(schema), row_group_size=piece.num_rows)


def _pieces(source: pq.ParquetFile) -> Iterator[pa.Table]:
    for number in range(source.num_row_groups):
        yield source.read_row_group(number)


def _in_order(shards: dict[int, pq.ParquetFile], merged: pq.ParquetFile | None) -> Iterator[pa.Table]:
    """Row groups of all replications in order of seed; a shard replaces what was merged of its seed."""
    waiting = dict(shards)
    for piece in _pieces(merged) if merged else ():
        seed = int(piece.column("seed")[0].as_py())
        for earlier in sorted(other for other in waiting if other < seed):
            yield from _pieces(waiting.pop(earlier))
        if seed not in shards:
            yield piece
    for seed in sorted(waiting):
        yield from _pieces(waiting[seed])
