"""Numbers as tables write them: decimal commas, thousands, Eurostat's flags. A column is read as a whole.

"1,234" may be 1234 or 1.234. Another cell of its column may decide ("0,5", "1,234.5", "1,234,567"); where none does,
the column is refused. Spaces and apostrophes can only part thousands.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sim.scenario.problems import shown

Cell = str | float
LARGEST_NUMBER = 1e15
SMALLEST_NUMBER = 1e-15

_OTHER = {",": ".", ".": ","}
_WORDS = {",": "comma", ".": "point"}
_MISSING = re.compile(r":\s*[a-z]{0,3}\Z")
_FLAGGED = re.compile(r"(.*\d[.,]?)\s*([bcdefnprsuz]{1,3})\Z")
_SPACED = re.compile(r"([-+]?\d{1,3})((?:[ \u00a0\u2007\u2009\u202f'\u2019]\d{3})+)([.,]\d+)?\Z")
_PARTED = re.compile(r"([-+]?)(\d[\d.,]*|[.,]\d+)([eE][-+]?\d+)?\Z")
_EITHER = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}\Z")


@dataclass(frozen=True)
class Fault:
    """A cell that is not understood."""

    row: int
    message: str
    remedy: str = ""


@dataclass
class Numbers:
    """A column of numbers, None where a cell is blank or not understood; `how` says what was not read as it stands."""

    values: list[float | None]
    faults: list[Fault] = field(default_factory=list)
    blank: set[int] = field(default_factory=set)
    how: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Reading:
    """One cell: its sign, digits and separators; `decimal` is what this cell proves the decimal sign to be."""

    text: str
    decimal: str = ""
    either: str = ""
    """The one separator of a cell that may part thousands or decimals."""


def as_number(text: str) -> float | None:
    """The finite number that a text holds in plain form, or None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in text else None


def read_numbers(cells: Sequence[Cell], point_is_decimal: bool) -> Numbers:
    """The numbers of one column; with `point_is_decimal`, a point is decimal unless another cell contradicts."""
    cells = [cell.strip() if isinstance(cell, str) else cell for cell in cells]
    found = Numbers([None] * len(cells))
    flags, missing = _without_flags(cells, found)
    found.blank = missing | {row for row, cell in enumerate(cells) if cell == ""}
    if found.faults:
        return found
    readings: dict[int, _Reading] = {}
    for row, cell in enumerate(cells):
        text = flags.get(row, (cell, ""))[0]
        if not isinstance(text, str):
            found.values[row] = float(text)
        elif row not in found.blank:
            reading = _read(text)
            if reading is None:
                found.faults.append(Fault(row, f"holds {shown(str(cell))}, which is not a number"))
            else:
                readings[row] = reading
    decimal = _decimal(readings, point_is_decimal, found)
    if decimal:
        for row, reading in readings.items():
            plain = reading.text.replace(_OTHER[decimal], "").replace(",", ".")
            found.values[row] = as_number(plain)
    found.faults += _out_of_range(found.values)
    _tell(found, readings, decimal, flags, missing)
    return found


def _out_of_range(values: list[float | None]) -> Iterator[Fault]:
    for row, number in enumerate(values):
        if number and not SMALLEST_NUMBER <= abs(number) <= LARGEST_NUMBER:
            values[row] = None
            remedy = f"numbers are 0, or lie between {SMALLEST_NUMBER:g} and {LARGEST_NUMBER:g}"
            yield Fault(row, f"holds {number:.12g}, which is out of range", remedy)


def _without_flags(cells: Sequence[Cell], found: Numbers) -> tuple[dict[int, tuple[str, str]], set[int]]:
    """Texts of flagged cells with their flags, by row, and the rows of cells that say `:`, not available."""
    texts = {row: cell for row, cell in enumerate(cells) if isinstance(cell, str) and cell}
    missing = {row for row, text in texts.items() if _MISSING.match(text)}
    matches = {row: match for row, text in texts.items() if (match := _FLAGGED.match(text)) and _read(match[1])}
    flagged = {row: (str(match[1]), str(match[2])) for row, match in matches.items()}
    letters = {flag for _text, flag in flagged.values()}
    if len(letters) == 1 and len(flagged) == len(texts):
        # A letter behind every number is a unit as likely as a flag.
        letter = letters.pop()
        message = f"holds {shown(texts[min(flagged)])}, and every other cell has its {letter!r}: a flag, or a unit?"
        found.faults.append(Fault(min(flagged), message, "take the letter out of the column"))
        return {}, missing
    return flagged, missing


def _read(text: str) -> _Reading | None:
    """What a cell says by itself; None where it is no number."""
    text = text.replace("\u2212", "-")
    spaced = _SPACED.match(text)
    if spaced:
        whole, groups, rest = spaced.groups(default="")
        return _Reading(whole + "".join(filter(str.isdecimal, groups)) + rest, rest[:1])
    parted = _PARTED.match(text)
    if parted is None or as_number(text.replace(",", "").replace(".", "")) is None:
        return None
    body = parted[2]
    signs = [letter for letter in body if letter in ",."]
    if not signs:
        return _Reading(text)
    last = signs[-1]
    if len(signs) == 1:
        if _EITHER.match(text):
            return _Reading(text, either=last)
        return _Reading(text, decimal=last)
    grouped = last if len(set(signs)) == 1 else _OTHER[last]
    whole = body if grouped == last else body.rpartition(last)[0]
    if len(set(signs)) > 1 and signs.count(last) > 1:
        return None
    if not re.fullmatch(rf"\d{{1,3}}({re.escape(grouped)}\d{{3}})+", whole):
        return None
    return _Reading(text, decimal=_OTHER[grouped])


def _decimal(readings: dict[int, _Reading], point_is_decimal: bool, found: Numbers) -> str:
    """The decimal sign of the column; empty, with a fault, where its cells leave it open or contradict each other."""
    proofs = {sign: [row for row, one in readings.items() if one.decimal == sign] for sign in ",."}
    if proofs[","] and proofs["."]:
        row = max(proofs[","][0], proofs["."][0])
        message = f"holds {shown(readings[row].text)}, and other cells have another decimal sign"
        found.faults.append(Fault(row, message, "write the whole column in one way"))
        return ""
    if proofs[","] or proofs["."]:
        return "," if proofs[","] else "."
    open_rows = [row for row, one in readings.items() if one.either == "," or (one.either and not point_is_decimal)]
    if not open_rows:
        return "."
    text = readings[open_rows[0]].text
    sign = readings[open_rows[0]].either
    message = f"holds {shown(text)}, whose {_WORDS[sign]} may part thousands or decimals; no cell of the column decides"
    remedy = f"write {text.replace(sign, '')}, or {text.replace(sign, '.')}0 with a digit more"
    found.faults.append(Fault(open_rows[0], message, remedy))
    return ""


def _tell(
    found: Numbers, readings: dict[int, _Reading], decimal: str, flags: dict[int, tuple[str, str]], missing: set[int]
) -> None:
    if any(decimal == "," and "," in one.text for one in readings.values()):
        found.how.append("the comma is the decimal sign")
    if any(decimal and _OTHER[decimal] in one.text for one in readings.values()):
        found.how.append(f"the {_WORDS[_OTHER[decimal]]} parts thousands")
    if flags:
        letters = sorted({flag for _text, flag in flags.values()})
        found.how.append(f"the flags {', '.join(letters)} are left out")
    if missing and not found.faults:
        found.how.append("a colon counts as blank")
