"""Letters of names: equal where they look equal, and those that nobody sees."""

from __future__ import annotations

import unicodedata


def composed(text: str) -> str:
    """Text with letters and their accents as one character each (NFC): names are equal that look equal."""
    return unicodedata.normalize("NFC", text)


def invisible(text: str) -> str:
    """The first character of a text that looks like a blank or like nothing, in words; empty where there is none."""
    for letter in text:
        if letter != " " and unicodedata.category(letter) in ("Cf", "Zs", "Zl", "Zp"):
            return f"{_MARKS.get(letter) or unicodedata.name(letter, 'character').lower()} (U+{ord(letter):04X})"
    return ""


_MARKS = {"\ufeff": "byte order mark"}
