"""Writing files whole or not at all, and so that what follows may rely on them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from sim.store.csv_text import csv_text


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Call `write` with a temporary path in the same folder, then rename it to `path`: readers see all or nothing.

    The contents are on the disk before the name is: not even a power cut leaves half a file under it.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        write(temporary)
        to_disk(temporary)
        os.replace(temporary, path)
        to_disk(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def to_disk(path: Path) -> None:
    """Have the system write a file, or the names in a folder, to the disk now."""
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folders
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def write_json(path: Path, contents: Any, rows: Collection[str] = ()) -> None:
    """Write JSON that any reader takes: no NaN, no infinities; bytes that are no text, as in a path, are escaped.

    Lists that `rows` names of a dictionary have a line an entry: thousands of them are written in a tenth of the time,
    and piece by piece.
    """

    def write(temporary: Path) -> None:
        with temporary.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.writelines(_json_pieces(contents, rows))

    write_atomically(path, write)


def _json_pieces(contents: Any, rows: Collection[str]) -> Iterator[str]:
    """The text of `write_json`, in pieces."""
    if not rows:
        yield json.dumps(contents, indent=1, allow_nan=False, ensure_ascii=False) + "\n"
        return
    begun = "{"
    for name, value in contents.items():
        yield f"{begun}\n {json.dumps(name, ensure_ascii=False)}: "
        begun = ","
        if name not in rows or not value:
            text = json.dumps(value, indent=1, allow_nan=False, ensure_ascii=False)
            yield text.replace("\n", "\n ")  # no line breaks within words: they are escaped
            continue
        for place, one in enumerate(value):
            yield ("[" if place == 0 else ",") + "\n  " + json.dumps(one, allow_nan=False, ensure_ascii=False)
        yield "\n ]"
    yield "\n}\n"


def write_csv(path: Path, table: pd.DataFrame, digits: int | None = None) -> Path:
    """A CSV that a spreadsheet opens as it is: one header line, blanks for missing, no text that starts a formula.

    The mark at its start (UTF-8 with BOM) has a spreadsheet read names in any script. Numbers are written to the bit,
    or with so many significant `digits`.

    Returns `path`.
    """
    text = csv_text(table, digits)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8-sig", newline=""))
    return path
