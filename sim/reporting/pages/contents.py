"""What a page consists of: sections of paragraphs, tables, pictures and lists, as plain data without markup."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from sim.reporting.wording.en.report import READING

Kind = Literal["number", "words", "clear"]
"""How a cell is set: numbers to the right on one line, words to the left, what is clear bold."""


@dataclass(frozen=True)
class Cell:
    """One cell of a table."""

    text: str
    kind: Kind = "number"
    note: str = ""
    """Shown small below the text."""


@dataclass(frozen=True)
class Rule:
    """A row of a table that heads those below it."""

    text: str
    note: str = ""


@dataclass(frozen=True)
class Grid:
    """A table; the first column is always words. Texts alone are numbers."""

    part: ClassVar[str] = "grid"
    head: Sequence[str]
    rows: Sequence[Sequence[Cell | str] | Rule]
    name: str
    """What the table shows, for readers who cannot see it."""

    def is_words(self, column: int) -> bool:
        """Whether the cells of a column are words."""
        first = next((row[column] for row in self.rows if not isinstance(row, Rule)), "")
        return isinstance(first, Cell) and first.kind == "words"


@dataclass(frozen=True)
class Words:
    """A paragraph; `style` is one of the styles of page.css: small, answer, warning."""

    part: ClassVar[str] = "words"
    text: str
    style: str = ""


@dataclass(frozen=True)
class Points:
    """A list; `style` as of Words, for the box around it. `before` is the sentence above."""

    part: ClassVar[str] = "points"
    items: Sequence[str]
    before: str = ""
    style: str = ""


@dataclass(frozen=True)
class Terms:
    """Words and what they mean."""

    part: ClassVar[str] = "terms"
    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Listing:
    """Text in fixed width, as it is."""

    part: ClassVar[str] = "listing"
    text: str


@dataclass(frozen=True)
class Shot:
    """A picture inside the page."""

    part: ClassVar[str] = "shot"
    title: str
    """What it shows; read out in its place."""
    reading: str
    """How to read it."""
    data: str
    """The PNG in base64."""


@dataclass(frozen=True)
class Folded:
    """Parts that a reader opens."""

    part: ClassVar[str] = "folded"
    summary: str
    parts: Sequence[Part]


Part = Grid | Words | Points | Terms | Listing | Shot | Folded


@dataclass(frozen=True)
class Section:
    """A part of the page with a heading, that the contents lead to."""

    name: str
    """Its address on the page: letters and hyphens."""
    title: str
    parts: Sequence[Part]


@dataclass(frozen=True)
class Page:
    """A page: a title, what stands above the contents, and the sections. Sections without parts are left out."""

    title: str
    opening: Sequence[Part]
    sections: Sequence[Section]
    contents: str = "Contents"
    """Title of the list of sections."""
    language: str = "en"

    @property
    def filled(self) -> tuple[Section, ...]:
        """The sections that say anything."""
        return tuple(section for section in self.sections if section.parts)


def shot(title: str, reading: str, png: bytes) -> Shot:
    """A PNG as a picture inside a page."""
    return Shot(title, READING.format(reading), base64.b64encode(png).decode("ascii"))


def address(name: str) -> str:
    """A name as an address on the page: letters, digits and hyphens."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower() or "part"
