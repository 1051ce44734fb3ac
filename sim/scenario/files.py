"""Bytes of files that a user names: regular files of bounded size, never anything that waits or does not end."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sim.kernel.letters import composed

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


class Unreadable(Exception):
    """A file that is there and cannot be used; `message` completes a sentence that begins with its name."""

    def __init__(self, message: str, allowed: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message, self.allowed, self.remedy = message, allowed, remedy


def as_spelt(path: Path) -> Path:
    """`path`, or the file beside it whose name is the same but for how letters and their accents are written.

    Names in scenarios are composed; a file that was named on a Mac need not be.
    """
    try:
        if not path.name.isascii() and not path.exists():
            same = [other for other in path.parent.iterdir() if composed(other.name) == composed(path.name)]
            return same[0] if len(same) == 1 else path
    except (OSError, ValueError):
        pass
    return path


def read_bytes(path: Path, most: int) -> bytes:
    """All bytes of a regular file that has at most `most` of them.

    Raises FileNotFoundError or NotADirectoryError where there is none, and Unreadable for all else: a device, a pipe or
    standard input is told from its kind and never read, since reading could wait for ever.
    """
    try:
        _refuse_unless_regular(os.stat(path))
        opened = os.open(path, _FLAGS)
        with os.fdopen(opened, "rb") as file:
            _refuse_unless_regular(os.fstat(opened))
            raw = file.read(most + 1)
    except (FileNotFoundError, NotADirectoryError, Unreadable):
        raise
    except (OSError, ValueError) as error:
        raise Unreadable(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(raw) > most:
        raise Unreadable(f"has {max(path.stat().st_size, len(raw)):,} bytes", allowed=f"up to {most:,} bytes")
    return raw


def _refuse_unless_regular(found: os.stat_result) -> None:
    if stat.S_ISREG(found.st_mode):
        return
    kind = next((name for is_kind, name in _KINDS if is_kind(found.st_mode)), "no file")
    remedy = "" if kind == "a folder" else "write what it gives into a file, and name that"
    raise Unreadable(f"cannot be read: it is {kind}", remedy=remedy)
