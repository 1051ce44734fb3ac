"""Shards: what a task leaves, a folder with its tables and a stamp, until all of them are merged into large tables.

Many tasks are merged in levels (`sim.store.levels`): a shard of a higher level is that of many of the one below.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from sim.kernel.fingerprint import file_digest, fingerprint
from sim.runs.packing import open_table
from sim.store.files import to_disk
from sim.store.tables import is_whole
from sim.store.tasks import Kept, Pieces, Task

PARTS = "parts"
STAMP = "shard.json"
FORMAT = "clustersim shard 4"
TOGETHER = 2**14
"""Rows from which a row group is written: each takes a fraction of a millisecond, here and as it is merged."""


@dataclass(frozen=True)
class Shard:
    """Finished tasks on the disk, one or many."""

    path: Path
    stamp: dict[str, Any]
    """format, runs and pasts as the manifest has them (each with its arm, seed and rows by table), metrics, files
    (bytes, digest)."""

    @property
    def runs(self) -> list[dict[str, Any]]:
        """Its runs, as the manifest tells of them."""
        return list(self.stamp["runs"])

    @property
    def pasts(self) -> list[dict[str, Any]]:
        """Its burn-ins, as the manifest tells of them."""
        return list(self.stamp["pasts"])


def pieces(tables: Iterable[pa.Table]) -> Pieces:
    """Tables of one seed and arm each, under the widest of their types."""
    given = list(tables)
    return Pieces(widest([table.schema for table in given if table.num_rows] or [one.schema for one in given]),
                  iter(given))  # fmt: skip


def widest(schemas: Iterable[pa.Schema]) -> pa.Schema:
    """The schema that takes the rows of all; columns without a value in one of them have no type of their own."""
    return pa.unify_schemas([schema.remove_metadata() for schema in schemas], promote_options="permissive")


def scratch(folder: Path, task: Task) -> Path:
    """Where a worker prepares a shard. What a kill leaves there is swept by the next run."""
    return folder / PARTS / f".{_name(task)}.{fingerprint(platform.node())[:8]}.{os.getpid()}.tmp"


def _name(task: Task) -> str:
    return f"seed-{task.seed}-{fingerprint(list(task.runs))[:8]}"


def prepare(folder: Path, task: Task, kept: Kept) -> Shard:
    """Write what was kept of a task into its scratch folder; `commit` makes a shard of it."""
    path = scratch(folder, task) / "shard"
    path.mkdir(parents=True)
    rows: dict[str, dict[str, int]] = {name: {} for name in (*kept.runs, *kept.pasts)}
    for file, table in kept.tables.items():
        (path / file).parent.mkdir(parents=True, exist_ok=True)
        _write(path / file, file, table, rows)
    seed = int(task.seed)
    runs = [{"arm": name, "seed": seed, "key": task.keys[name], "past": task.pasts.get(name, ""), "rows": rows[name],
             **told} for name, told in kept.runs.items()]  # fmt: skip
    pasts = [{"arm": name, "seed": seed, "hash": told, "rows": rows[name]} for name, told in kept.pasts.items()]
    files = {file: {"bytes": (path / file).stat().st_size, "sha256": file_digest(path / file)} for file in kept.tables}
    return sealed(path, {"runs": runs, "pasts": pasts, "metrics": kept.metrics, "files": files})


def sealed(path: Path, told: dict[str, Any]) -> Shard:
    """A shard whose files are there: its stamp is written, and all of it is on the disk."""
    stamp = {**told, "format": FORMAT}
    (path / STAMP).write_text(json.dumps(stamp, allow_nan=False), encoding="utf-8")
    for written in [*path.rglob("*")][::-1]:
        to_disk(written)
    to_disk(path)
    return Shard(path, stamp)


@dataclass(frozen=True)
class Parcel:
    """A shard on its way from another machine."""

    stamp: dict[str, Any]
    files: dict[str, bytes]


def pack(shard: Shard) -> Parcel:
    """A prepared shard as bytes."""
    return Parcel(shard.stamp, {file: (shard.path / file).read_bytes() for file in shard.stamp["files"]})


def unpack(folder: Path, task: Task, parcel: Parcel) -> Shard:
    """A prepared shard in the scratch place of `folder`, as `prepare` leaves it."""
    path = scratch(folder, task) / "shard"
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    for file, contents in parcel.files.items():
        (path / file).parent.mkdir(parents=True, exist_ok=True)
        (path / file).write_bytes(contents)
    return sealed(path, parcel.stamp)


def _write(path: Path, file: str, table: Pieces, rows: dict[str, dict[str, int]]) -> None:
    """Write pieces, small ones in a row group together, and count the rows of every arm."""
    waiting: list[pa.Table] = []
    # Without Arrow's own schema, dictionaries are read back as the words they stand for.
    with open_table(path, table.schema, quick=True, store_schema=False) as writer:

        def write() -> None:
            whole = pa.concat_tables(waiting).unify_dictionaries()
            writer.write_table(whole, row_group_size=whole.num_rows)
            waiting.clear()

        for piece in table.tables:
            if piece.num_rows:
                waiting.append(piece.select(table.schema.names).cast(table.schema))
                counted = rows[str(piece.column("arm")[0].as_py())]
                counted[file] = counted.get(file, 0) + piece.num_rows
            if sum(one.num_rows for one in waiting) >= TOGETHER:
                write()
        if waiting:
            write()


def commit(folder: Path, shard: Shard, task: Task) -> Shard:
    """Make a prepared shard part of the folder, at one stroke; only the program that holds the lock does so."""
    return place(folder, shard, _name(task))


def place(folder: Path, shard: Shard, name: str) -> Shard:
    """Give a prepared shard its name among the others."""
    target = folder / PARTS / name
    shutil.rmtree(target, ignore_errors=True)  # a damaged one of the same runs
    os.rename(shard.path, target)
    to_disk(target.parent)
    shutil.rmtree(shard.path.parent, ignore_errors=True)
    return Shard(target, shard.stamp)


def found(folder: Path, names: str = "*") -> Iterator[tuple[Path, Shard | str]]:
    """What lies among the shards under such `names`, with what stands in it, or why it cannot be used."""
    for path in sorted(path for path in (folder / PARTS).glob(names) if not path.name.startswith(".")):
        try:
            stamp = json.loads((path / STAMP).read_text(encoding="utf-8"))
            if stamp["format"] != FORMAT:
                yield path, f"it is of the format {stamp['format']!r}"
                continue
            broken = [file for file, told in stamp["files"].items() if not is_whole(path / file, told)]
            {(past["arm"], past["seed"], past["hash"]) for past in stamp["pasts"]}
            {(run["arm"], run["seed"], run["key"]) for run in stamp["runs"]}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            yield path, f"it is not whole ({type(error).__name__})"
            continue
        yield path, f"{broken[0]} is not whole" if broken else Shard(path, stamp)


def sweep(folder: Path) -> None:
    """Remove what killed programs left half written; only the holder of the lock may."""
    for path in [*folder.glob(".*.tmp"), *folder.glob("*/.*.tmp")]:
        if not re.fullmatch(r"\..+\.(\d+|new)\.tmp", path.name):
            continue  # not a name that we give
        if path.is_file():
            path.unlink()
        elif path.parent == folder / PARTS:
            shutil.rmtree(path, ignore_errors=True)


def drop(shard: Shard) -> None:
    """Remove a shard that is merged; what a kill leaves of it is swept."""
    gone = shard.path.with_name(f".{shard.path.name}.{os.getpid()}.tmp")
    os.rename(shard.path, gone)
    shutil.rmtree(gone)


def remove(path: Path, shard: Shard) -> None:
    """Remove a shard: the files that its stamp names, and the folders that are empty then."""
    for file in (*shard.stamp["files"], STAMP):
        (path / file).unlink(missing_ok=True)
    for inner in [*sorted((one for one in path.rglob("*") if one.is_dir()), reverse=True), path]:
        with suppress(OSError):
            inner.rmdir()
