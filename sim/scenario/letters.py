"""Letters of names: equal where they look equal."""

from __future__ import annotations

import unicodedata


def composed(text: str) -> str:
    """Text with letters and their accents as one character each (NFC): names are equal that look equal."""
    return unicodedata.normalize("NFC", text)
