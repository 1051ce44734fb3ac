"""Turns: of programs that share a folder, one at a time does a piece of work, and the others wait to use what it made.

A turn is a lock on a file. The system takes it back when its program ends, however it ends. Where files cannot be
locked, nobody waits and the work is done more than once.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

LIMIT = 120.0
"""Seconds after which a program waits no longer: the one whose turn it is may have been stopped."""
PAUSE = 0.02
"""Seconds between two tries."""


def lock(file: int) -> bool | None:
    """Lock an open file for this program: whether it was got; None where files cannot be locked."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return None
    return True


class Turn:
    """The turn to do the work that the file `path` stands for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    @property
    def taken(self) -> bool:
        """Whether this object has the turn."""
        return self._file is not None

    def take(self, limit: float = LIMIT) -> bool:
        """Wait for the turn, at most `limit` seconds; returns whether it was got."""
        if self.taken:
            return True
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self.path, os.O_CREAT | os.O_RDWR)
        except OSError:
            return False
        until = time.monotonic() + limit
        while not (got := lock(file)):
            if got is None or time.monotonic() >= until:
                os.close(file)
                return False
            time.sleep(PAUSE)
        self._file = file
        return True

    def give_back(self) -> None:
        """Let the next one have the turn."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
