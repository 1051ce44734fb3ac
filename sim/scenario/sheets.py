"""What a table's file may hold, as rows of cells with their places: CSV in its dialects and encodings, or a workbook.

A file alone does not always say how it is meant: a reading is a proposal, and sim.scenario.tables takes the one in
which it finds the columns that it looks for.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.kernel.letters import composed
from sim.scenario.files import Unreadable, read_bytes
from sim.scenario.numerals import Cell

LARGEST = 5_000_000
MOST_CELLS = 500_000
MOST_ROWS = 20_000
LARGEST_UNPACKED = 20_000_000
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars", "，": "full-width commas"}
GUESSED = ("gb18030", "cp1250")
ENCODINGS = ("utf-8", "utf-16", "gb18030", "big5", "cp1250", "cp1251", "cp1252", "iso8859-1", "iso8859-2", "iso8859-15",
             "shift_jis", "euc_jp", "euc_kr")  # fmt: skip
_ALSO_KNOWN = {"utf-8-sig", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-32", "gbk"}
_UTF_32 = {codecs.BOM_UTF32_LE: "utf-32-le", codecs.BOM_UTF32_BE: "utf-32-be"}
_WEB_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body|table|meta|\?xml)\b", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class Sheet:
    """Rows of cells as they stand in a file; blank rows are left out, and `gaps` says which have one above."""

    file: str
    rows: list[list[Cell]]
    lines: list[int]
    gaps: list[bool]
    how: tuple[str, ...] = ()
    """How the file was understood, in words."""
    encoding: str = ""
    """An encoding that was only guessed."""
    delimiter: str = ""
    """Empty for a workbook."""
    sources: list[str] = field(default_factory=list)
    """Lines of a text file."""

    def column_of(self, row: int, index: int) -> int:
        """Where the cell `index` of a row begins, from 1: a letter of a line, or a column of a workbook."""
        if not self.delimiter:
            return index + 1
        line = self.lines[row] - 1
        return _cell_start(self.sources[line] if line < len(self.sources) else "", index, self.delimiter)


class NotCsv(Unreadable):
    """Text that breaks the rules of CSV, on a line."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def sheets(path: Path, encoding: str) -> list[Sheet]:
    """Every way in which the file may be read, likeliest first.

    Raises FileNotFoundError, Unreadable, and NotCsv where it can be read in no way.
    """
    raw = read_bytes(path, LARGEST)
    if raw.startswith(b"PK\x03\x04"):
        return _workbook(raw, path)
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("is an old Excel file", remedy="save it as .xlsx or CSV UTF-8")
    if _WEB_PAGE.match(raw):
        # Some sites and programs name such a file .xls or .csv, and spreadsheets open it.
        raise Unreadable("is a web page or XML, not a table", remedy="open it in a spreadsheet, save it as CSV UTF-8")
    found: list[Sheet] = []
    fault: NotCsv | None = None
    for name, decoded in _texts(raw, encoding):
        text = composed(decoded)
        for delimiter in DELIMITERS:
            if delimiter != "," and delimiter not in text:
                continue
            try:
                found.append(_csv(text, path, delimiter, name))
            except NotCsv as broken:
                fault = fault or broken
    if fault is not None and not any(len(row) > 1 for sheet in found for row in sheet.rows):
        raise fault
    return found


def _texts(raw: bytes, encoding: str) -> Iterator[tuple[str, str]]:
    """The text in each encoding that it may have; the name is empty where there is no doubt."""
    if encoding:
        yield "", _decoded(raw, encoding)
        return
    for mark, name in _UTF_32.items():  # before UTF-16, whose mark is the beginning of one of these
        if raw.startswith(mark):
            yield "", _decoded(raw, name)
            return
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield "", _decoded(raw, "utf-16")
        return
    if b"\0" in raw[:1000]:
        # Latin letters and digits in UTF-16 are a byte and a zero.
        yield "", _decoded(raw, "utf-16-le" if raw[1:2] == b"\0" else "utf-16-be")
        return
    try:
        yield "", raw.decode("utf-8-sig")
        return
    except UnicodeDecodeError:
        pass
    for guess in GUESSED:
        try:
            yield guess, raw.decode(guess)
        except UnicodeDecodeError:
            continue


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        name = ""
    if name not in {codecs.lookup(one).name for one in ENCODINGS} | _ALSO_KNOWN:
        raise Unreadable("has an `encoding` that is not known", allowed=", ".join(ENCODINGS))
    try:
        return raw.decode("utf-8-sig" if name == "utf-8" else name).removeprefix("\ufeff")
    except UnicodeError:
        raise Unreadable(f"is not {encoding} text", remedy="save it as CSV UTF-8, or name its encoding") from None


def _csv(text: str, path: Path, delimiter: str, guess: str) -> Sheet:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    how = [f"{DELIMITERS[delimiter]} part its cells"] if delimiter != "," else []
    sheet = Sheet(str(path), [], [], [], (*([f"it is {guess} text"] if guess else []), *how), guess, delimiter,
                  _LINE_END.split(text))  # fmt: skip
    begin, gap, cells = 1, False, 0
    try:
        for number, row in enumerate(reader, start=1):
            first, begin = begin, reader.line_num + 1
            cells += len(row)
            _refuse_too_many(number, cells)
            if any(cell.strip() for cell in row):
                sheet.rows.append([stripped(cell) for cell in row])
                sheet.lines.append(first)
                sheet.gaps.append(gap)
                gap = False
            else:
                gap = True
    except csv.Error as error:
        raise NotCsv(f"not CSV: {error}", reader.line_num) from None
    return sheet


def _refuse_too_many(rows: int, cells: int) -> None:
    if rows > MOST_ROWS or cells > MOST_CELLS:
        raise Unreadable("holds too much", allowed=f"up to {MOST_ROWS:,} rows and {MOST_CELLS:,} cells")


def stripped(text: str) -> str:
    """Text without blanks and invisible marks around it."""
    return text.strip().strip("\ufeff\u200b\u2060").strip()


def _cell_start(text: str, index: int, delimiter: str) -> int:
    """Column, from 1, at which the cell `index` of a CSV line begins."""
    seen, quoted = 0, False
    for position, letter in enumerate(text):
        if seen == index:
            return position + 1
        if letter == '"':
            quoted = not quoted
        elif letter == delimiter and not quoted:
            seen += 1
    return len(text) + 1


# -- workbooks -------------------------------------------------------------------------------------------


def _workbook(raw: bytes, path: Path) -> list[Sheet]:
    """The sheets of a workbook that hold anything."""
    import openpyxl

    try:
        _refuse_bombs(raw)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl does not support of a workbook's looks matters to nobody
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
            read = [_worksheet(sheet, path) for sheet in book.worksheets]
    except Unreadable:
        raise
    except Exception as error:  # openpyxl raises whatever its parts raise
        told = type(error).__name__
        raise Unreadable(f"is not a workbook that can be read ({told})", remedy="save it as CSV UTF-8") from None
    found = [sheet for sheet in read if sheet.rows]
    if not found:
        raise Unreadable("is a workbook without any cells", remedy="save it as CSV UTF-8")
    return found


def _refuse_bombs(raw: bytes) -> None:
    """Refuse a small file that unpacks to a large one, and XML that defines entities."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = archive.infolist()
        if sum(member.file_size for member in members) > LARGEST_UNPACKED or len(members) > 1000:
            raise Unreadable("unpacks to too much", allowed=f"up to {LARGEST_UNPACKED:,} bytes")
        for member in members:
            if member.filename.endswith((".xml", ".rels")):
                with archive.open(member) as part:
                    if b"<!DOCTYPE" in part.read(4096):
                        raise Unreadable("is a workbook with definitions of its own", remedy="save it as CSV UTF-8")


def _worksheet(worksheet: Any, path: Path) -> Sheet:
    worksheet.reset_dimensions()  # a workbook may state any size
    sheet = Sheet(str(path), [], [], [], (f"sheet {worksheet.title!r} of the workbook",))
    gap, cells = False, 0
    for number, values in enumerate(worksheet.iter_rows(values_only=True), start=1):
        cells += len(values)
        _refuse_too_many(number, cells)
        row = [_cell(value) for value in values]
        if any(cell != "" for cell in row):
            sheet.rows.append(row)
            sheet.lines.append(number)
            sheet.gaps.append(gap)
        gap = not any(cell != "" for cell in row)
    return sheet


def _cell(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        return float(value)
    return stripped(composed(str(value)))
