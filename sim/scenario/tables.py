"""Tables as people have them: from the rows of a file to the columns that a scenario asks for, with their places.

The header may stand below a title, notes below the data, columns may be empty. What was not read as it stands is told
in a note; where the meaning is not certain, one problem names the cause, the place and the remedy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sim.scenario.documents import Entry
from sim.scenario.files import Unreadable, as_spelt
from sim.scenario.numerals import Cell, Numbers, read_numbers
from sim.scenario.problems import Position, Problem, did_you_mean, shown
from sim.scenario.sheets import NotCsv, Sheet, sheets

HIGHEST_HEADER = 40
"""A header is looked for in this many rows."""
_REMARK = re.compile(
    r"\W*(sources?|notes?|footnotes?|legend|special value|available flags|zdroj|pramen|pozn[a-zá]*|vysvětlivky|quelle|"
    r"anmerkung(en)?|来源|数据来源|资料来源|注|注释|备注)\s*\d*\s*[:：.)]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Asked:
    """What a scenario looks for in a table."""

    key: str
    """Where the scenario names the table."""
    columns: tuple[str, ...]
    """Columns of which at least one makes a row the header."""
    names: tuple[str, ...]
    """Those of them that hold names of regions or industries."""
    encoding: str = ""
    known: frozenset[str] = frozenset()
    """Names that the scenario knows from elsewhere: they tell whether a guessed encoding is right."""
    matrix: frozenset[str] = frozenset()
    """Names of which a header may consist instead: a matrix of regions and industries."""


@dataclass(frozen=True)
class Table:
    """Columns of a table with the place of every cell. A header's name is as the scenario asks for it."""

    position: Position
    header: list[str]
    sheet: Sheet
    rows: list[int]
    """Rows of the sheet that are data."""
    top: int
    """The row of the sheet that is the header."""

    def at(self, row: int, column: str) -> Position:
        """Place of a cell."""
        return self.place(self.rows[row], self.header.index(column))

    def place(self, row: int, index: int) -> Position:
        """Place of the cell `index` of a row of the sheet."""
        return Position(self.position.file, self.sheet.lines[row], self.sheet.column_of(row, index))

    def values(self, column: str) -> list[str]:
        """The cells of a column as text."""
        return [as_text(cell) for cell in self.cells(column)]

    def numbers(self, column: str) -> Numbers:
        """The cells of a column as numbers."""
        return read_numbers(self.cells(column), point_is_decimal=self.sheet.delimiter in ("", ",", "，"))

    def cells(self, column: str) -> list[Cell]:
        """The cells of a column."""
        index = self.header.index(column)
        return [self.sheet.rows[row][index] for row in self.rows]


@dataclass
class _Found:
    """A reading of the file in which the columns were looked for."""

    sheet: Sheet
    top: int = 0
    hits: int = 0
    header: list[str] = field(default_factory=list)


def as_text(cell: Cell) -> str:
    """A cell as text; a number of a workbook as it would be typed."""
    return cell if isinstance(cell, str) else f"{cell:.15g}"


def read_table(named: Entry, asked: Asked, problems: list[Problem], notes: list[Problem]) -> Table | None:
    """The table in the file that `named` names, relative to the file in which it is named; None with a problem."""
    path = as_spelt(Path(named.position.folder) / str(named.value))
    try:
        found = _chosen(path, asked)
        return _table(found, path, asked, problems, notes)
    except (FileNotFoundError, NotADirectoryError):
        message, allowed, remedy = f"there is no file {_path(path)}", "", did_you_mean(path.name, _beside(path))
    except NotCsv as fault:
        problems.append(Problem(Position(str(path), fault.line), asked.key, fault.message, named.value))
        return None
    except _Wrong as wrong:
        problems.append(Problem(wrong.position, asked.key, wrong.message, named.value, remedy=wrong.remedy))
        return None
    except Unreadable as fault:
        message, allowed, remedy = f"{_path(path)} {fault.message}", fault.allowed, fault.remedy
    problems.append(Problem(named.position, asked.key, message, named.value, allowed, remedy))
    return None


def _path(path: Path) -> str:
    return str(path) if str(path).isprintable() and len(str(path)) < 200 else shown(str(path))


def _beside(path: Path) -> list[str]:
    try:
        return [other.name for kind in ("*.csv", "*.xlsx") for other in path.parent.glob(kind)]
    except OSError:
        return []


class _Wrong(Exception):
    """A table that can be opened and not be used."""

    def __init__(self, message: str, position: Position, remedy: str = "") -> None:
        self.message, self.position, self.remedy = message, position, remedy


# -- which reading of the file is meant --------------------------------------------------------------------


def _chosen(path: Path, asked: Asked) -> _Found:
    """The reading of the file in which most of the columns are found."""
    found = [_with_header(sheet, asked) for sheet in sheets(path, asked.encoding)]
    if not any(one.sheet.rows for one in found):
        raise _Wrong("the table is empty", Position(str(path)))
    best = max(one.hits for one in found)
    best_ones = [one for one in found if one.hits == best]
    guessed = [one for one in best_ones if one.sheet.encoding]
    if guessed:
        return _known_encoding(guessed, asked)
    if not best:
        columns = ", ".join(map(shown, asked.columns[:4])) + (" ..." if len(asked.columns) > 4 else "")
        # Its lines are somebody else's: they are not shown.
        raise Unreadable(f"has none of the columns {columns} in its first rows", remedy="is it the right file?")
    if not best_ones[0].sheet.delimiter and len(best_ones) > 1:
        names = " and ".join(one.sheet.how[0] for one in best_ones[:2])
        raise Unreadable(f"has these columns more than once: {names}", remedy="keep one of the sheets")
    return best_ones[0]


def _with_header(sheet: Sheet, asked: Asked) -> _Found:
    """The row that holds most of the columns, the first of several; names that differ only in case count."""
    found = _Found(sheet)
    matrix = {plain(name) for name in asked.matrix}
    for row, cells in enumerate(sheet.rows[:HIGHEST_HEADER]):
        words = [as_text(cell) for cell in cells]
        plains = [plain(word) for word in words]
        hits = sum(column in words or plains.count(plain(column)) == 1 for column in asked.columns)
        across = sum(word in matrix for word in plains[1:])
        if max(hits, across) > found.hits:
            found.top, found.hits = row, max(hits, across)
            found.header = _named(words, plains, asked.columns)
    if not found.hits and sheet.rows:
        found.header = [as_text(cell) for cell in sheet.rows[0]]
    return found


def plain(name: str) -> str:
    """A name without what does not tell it from another: case, and the kind of its blanks."""
    return " ".join("".join(" " if letter.isspace() else letter for letter in name).split()).casefold()


def _named(words: list[str], plains: list[str], columns: Sequence[str]) -> list[str]:
    """The header with names as the scenario writes them, where only one cell can be meant."""
    named = list(words)
    for column in columns:
        if column not in words and plains.count(plain(column)) == 1:
            named[plains.index(plain(column))] = column
    return named


def _known_encoding(guessed: list[_Found], asked: Asked) -> _Found:
    """The one guess under which every name beyond ASCII is known; all, where nothing that is used is beyond ASCII."""
    used = [_used_words(one, asked) for one in guessed]
    if all(words == used[0] and all(map(str.isascii, words)) for words in used):
        return _understood(guessed[0], "of what is used, all is ASCII")
    right = [one for one, words in zip(guessed, used, strict=True) if _all_known(words, asked)]
    if len({one.sheet.encoding for one in right}) == 1:
        return right[0]
    names = " or ".join(dict.fromkeys(f"`encoding: {one.sheet.encoding}`" for one in guessed))
    where = "the map" if asked.key.startswith("regions") else "the plan"
    raise Unreadable("is not UTF-8 text, and its names do not tell what it is",
                     remedy=f"save it as CSV UTF-8, or write {names} into {where}")  # fmt: skip


def _understood(found: _Found, how: str) -> _Found:
    """The same reading, understood in these words."""
    return replace(found, sheet=replace(found.sheet, how=(f"not UTF-8 text; {how}", *found.sheet.how[1:])))


def _used_words(found: _Found, asked: Asked) -> list[str]:
    """Texts of the file that the scenario uses: its columns' names, and the names that stand in them."""
    columns = [index for index, name in enumerate(found.header) if name in asked.columns]
    if len(columns) < len(asked.names):
        columns = list(range(len(found.header)))
    words = [found.header[index] for index in columns]
    for cells in found.sheet.rows[found.top + 1 :]:
        words += [as_text(cells[index]) for index in columns if index < len(cells)]
    return words


def _all_known(words: list[str], asked: Asked) -> bool:
    known = asked.known | set(asked.columns) | asked.matrix
    beyond = [word for word in words if not word.isascii()]
    return bool(beyond) and all(word in known or _REMARK.match(word) for word in beyond)


# -- which of its rows are data ----------------------------------------------------------------------------


def _table(found: _Found, path: Path, asked: Asked, problems: list[Problem], notes: list[Problem]) -> Table:
    sheet, header = found.sheet, found.header
    start = Position(str(path))
    told = list(sheet.how)
    place = Position(str(path), sheet.lines[found.top])
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise _Wrong(f"two columns are called {shown(twice[0])}", place)
    if found.top:
        told.append(f"its header stands on line {place.line}, what is above it is left out")
    written = [as_text(cell) for cell in sheet.rows[found.top]]
    told += [
        f"its column {shown(word)} is read as {shown(name)}"
        for word, name in zip(written, header, strict=False)
        if word != name
    ]
    table = Table(start, header, sheet, list(range(found.top + 1, len(sheet.rows))), found.top)
    rows = _without_units(table, asked, told)
    rows = _without_remarks(replace(table, rows=rows), asked, told)
    if not rows:
        raise _Wrong("the table has no rows", place)
    fitting = [row for row in rows if _fits(table, row, asked, problems)]
    notes += [Problem(start, asked.key, f"read so: {'; '.join(told)}")] if told else []
    return replace(table, rows=fitting)


def _without_units(table: Table, asked: Asked, told: list[str]) -> list[int]:
    """Rows without a line of units right below the header: it names nothing and holds no number."""
    if not table.rows or not set(asked.names) <= set(table.header):
        return table.rows
    first = table.sheet.rows[table.rows[0]]
    names = [table.header.index(name) for name in asked.names]
    numbers = read_numbers([cell for cell in first if cell != ""], point_is_decimal=True).values
    if all(index >= len(first) or first[index] == "" for index in names) and not any(
        one is not None for one in numbers
    ):
        told.append(f"line {table.sheet.lines[table.rows[0]]} below the header is left out")
        return table.rows[1:]
    return table.rows


def _without_remarks(table: Table, asked: Asked, told: list[str]) -> list[int]:
    """Rows without the notes below them: after a blank line, or words such as `Source:`, and without the data."""
    last = len(table.rows)
    while last and _is_remark(table.sheet.rows[table.rows[last - 1]], table, asked):
        last -= 1
    for index in range(last, len(table.rows)):
        row = table.rows[index]
        if table.sheet.gaps[row] or _REMARK.match(as_text(table.sheet.rows[row][0])):
            lines = table.sheet.lines[row], table.sheet.lines[table.rows[-1]]
            which = f"line {lines[0]}" if lines[0] == lines[1] else f"lines {lines[0]} to {lines[1]}"
            told.append(f"{which} below the data {'is' if lines[0] == lines[1] else 'are'} left out")
            return table.rows[:index]
    return table.rows


def _is_remark(cells: Sequence[Cell], table: Table, asked: Asked) -> bool:
    filled = [cell for cell in cells if cell != ""]
    if as_text(cells[0]) in asked.known:
        return False
    if len(filled) <= 1 or _REMARK.match(as_text(cells[0])):
        return True
    wanted = [table.header.index(column) for column in asked.columns if column in table.header]
    return len(cells) < len(table.header) and not any(cells[index] != "" for index in wanted[1:] if index < len(cells))


def _fits(table: Table, row: int, asked: Asked, problems: list[Problem]) -> bool:
    """Whether a row is as wide as the header; blank cells at its end do not count."""
    cells, width = table.sheet.rows[row], len(table.header)
    while len(cells) > width and cells[-1] == "":
        cells.pop()
    short = width - len(cells)
    if short > 0 and (not table.sheet.delimiter or not any(table.header[len(cells) :])):
        cells += [""] * short
    if len(cells) == width:
        return True
    message = f"this row has {len(cells)} cells, the header has {width}"
    comma = table.sheet.delimiter == "," and short < 0
    remedy = "put a number with a decimal comma in quotes, or part cells by semicolons" if comma else ""
    problems.append(Problem(Position(table.position.file, table.sheet.lines[row]), asked.key, message, remedy=remedy))
    return False


def tell(notes: list[Problem], table: Table, key: str, column: str, how: Iterable[str]) -> None:
    """Note how the numbers of a column were read."""
    told = "; ".join(how)
    if told:
        notes.append(Problem(table.place(table.top, table.header.index(column)), key, f"{shown(column)}: {told}"))
