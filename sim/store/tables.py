"""The merged tables of a folder: put in place together with the manifest that describes them, and checked."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from sim.kernel.fingerprint import file_digest
from sim.store.files import to_disk


def staged(path: Path) -> Path:
    """Where a merged table waits until the manifest describes it."""
    return path.with_name(f".{path.name}.new.tmp")


def put_in_place(folder: Path, files: Iterable[str]) -> None:
    """Give merged tables that wait their names; the manifest on the disk describes them already."""
    for path in [folder / file for file in files]:
        if staged(path).exists():
            os.replace(staged(path), path)
            to_disk(path.parent)


def finish(folder: Path, tables: Mapping[str, Mapping[str, Any]]) -> None:
    """Do what a killed program had left of `put_in_place`: tables that wait and are those of the manifest."""
    ready = [file for file, told in tables.items() if is_whole(staged(folder / file), told)]
    put_in_place(folder, ready)


def is_whole(path: Path, told: Mapping[str, Any]) -> bool:
    """Whether a file is the one that the manifest tells of, to the bit."""
    return has_length(path, told) and file_digest(path) == told["sha256"]


def has_length(path: Path, told: Mapping[str, Any]) -> bool:
    """Whether there is a file of the length that the manifest tells of."""
    return path.is_file() and path.stat().st_size == told["bytes"]


def damage(folder: Path, tables: Mapping[str, Mapping[str, Any]]) -> str:
    """What is wrong with the first table that is not as it was written; empty when all are."""
    for file, told in tables.items():
        if not (folder / file).is_file():
            return f"{folder / file} is lost"
        if not is_whole(folder / file, told):
            return f"{folder / file} is damaged: its contents are not those that were written"
    return ""


SMALL, SWELLING = 2**28, 200
"""A table may take so many bytes in memory, and so many more for each byte of its file: what honest tables need many
times over."""


def check_size(path: Path, rows: int) -> None:
    """Raise ValueError for a table that has not so many `rows`, or whose few bytes would fill the memory."""
    told = pq.read_metadata(path)
    if told.num_rows != rows:
        raise ValueError(f"it has {told.num_rows} rows instead of {rows}")
    groups = [told.row_group(number).total_byte_size for number in range(told.num_row_groups)]
    needed = max(8 * rows * told.num_columns, sum(groups))
    if needed > SMALL + SWELLING * path.stat().st_size:
        raise ValueError(f"it would take {needed / 2**30:.1f} GiB of memory, far more than its file can hold")
