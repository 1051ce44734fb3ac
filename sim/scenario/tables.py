"""CSV files with the place of every cell, so that a message can point at it."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from pathlib import Path

from sim.scenario.documents import Entry
from sim.scenario.problems import Position, Problem, did_you_mean, shown

LARGEST = 10_000_000


@dataclass(frozen=True)
class CsvTable:
    """A table as it stands in a file: the text of every cell, and where each row begins."""

    position: Position
    header: list[str]
    rows: list[list[str]]
    lines: list[int]
    texts: list[str]

    def at(self, row: int, column: str) -> Position:
        """Place of a cell."""
        return Position(self.position.file, self.lines[row], _cell_start(self.texts[row], self.header.index(column)))

    def values(self, column: str) -> list[str]:
        """The cells of a column, without blanks around them."""
        index = self.header.index(column)
        return [row[index].strip() for row in self.rows]


def read_csv(named: Entry, key: str, problems: list[Problem]) -> CsvTable | None:
    """The table in the file that `named` names, relative to the file in which it is named; None with a problem."""
    path = Path(named.position.folder) / str(named.value)
    try:
        return _parsed(path, _text(path), key, problems)
    except _Unreadable as fault:
        position = fault.position or named.position
        problems.append(Problem(position, key, fault.message, named.value, remedy=fault.remedy))
        return None


def as_number(text: str) -> float | None:
    """The finite number that a cell holds, or None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in text else None


class _Unreadable(Exception):
    def __init__(self, message: str, position: Position | None = None, remedy: str = "") -> None:
        self.message, self.position, self.remedy = message, position, remedy


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise _Unreadable(f"{path} has more than {LARGEST:,} bytes")
        return path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        others = [other.name for other in path.parent.glob("*.csv")] if path.parent.is_dir() else []
        raise _Unreadable(f"there is no file {path}", remedy=did_you_mean(path.name, others)) from None
    except UnicodeDecodeError:
        raise _Unreadable(f"{path} is not UTF-8 text", remedy="save it as CSV UTF-8") from None
    except (OSError, ValueError) as error:
        raise _Unreadable(f"{shown(str(path))} cannot be read: {getattr(error, 'strerror', '') or error}") from None


def _parsed(path: Path, text: str, key: str, problems: list[Problem]) -> CsvTable:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    begin = 1
    try:
        for row in reader:
            first, begin = begin, reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if not header:
                header = [cell.strip() for cell in row]
            elif len(row) == len(header):
                rows.append(row)
                lines.append(first)
            else:
                message = f"this row has {len(row)} cells, the header has {len(header)}"
                problems.append(Problem(Position(str(path), first), key, message))
    except csv.Error as error:
        raise _Unreadable(f"not CSV: {error}", Position(str(path), reader.line_num)) from None
    twice = sorted(name for name in set(header) if header.count(name) > 1)
    if twice:
        raise _Unreadable(f"two columns are called {shown(twice[0])}", Position(str(path)))
    if not rows:
        raise _Unreadable("the table has no rows" if header else "the table is empty", Position(str(path)))
    source = text.splitlines()
    texts = [source[line - 1] if line <= len(source) else "" for line in lines]
    return CsvTable(Position(str(path)), header, rows, lines, texts)


def _cell_start(text: str, index: int) -> int:
    """Column, from 1, at which the cell `index` of a CSV line begins."""
    seen, quoted = 0, False
    for position, letter in enumerate(text):
        if seen == index:
            return position + 1
        if letter == '"':
            quoted = not quoted
        elif letter == "," and not quoted:
            seen += 1
    return len(text) + 1
