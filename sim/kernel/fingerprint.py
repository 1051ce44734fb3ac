"""The one way a thing is named by what it holds: scenarios, runs, experiments, tables, files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

DIGITS = 16


def fingerprint(*parts: Any) -> str:
    """Sixteen hexadecimal digits that equal parts share and, but for chance, others do not.

    Parts are arrays, bytes, or what JSON holds: texts, numbers, None, and lists and dicts of them; the order of a
    dict's keys does not count. Raises TypeError or ValueError for anything else, infinities and NaN included.
    """
    digest = hashlib.sha256()
    for part in parts:
        for content in _contents(part):
            digest.update(str(len(content)).encode() + b":")
            digest.update(content)
    return digest.hexdigest()[:DIGITS]


def _contents(part: Any) -> list[bytes]:
    """The bytes that a part is made of. Of records the columns one by one: bytes that align them are chance."""
    if isinstance(part, bytes):
        return [b"bytes", part]
    if hasattr(part, "dtype"):
        import numpy as np  # only where there are arrays: hashes of the source text need none

        columns = [part[name] for name in part.dtype.names] if part.dtype.names else [part]
        head = repr((part.dtype.descr, part.shape)).encode()
        return [b"array", head, *(np.ascontiguousarray(column).tobytes() for column in columns)]
    return [b"text", json.dumps(part, sort_keys=True, allow_nan=False, ensure_ascii=False).encode()]


def file_digest(path: Path) -> str:
    """SHA-256 of a file in full, in hexadecimal, as `sha256sum` prints it."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
