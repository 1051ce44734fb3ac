"""A result folder is written by one program at a time: a lock file with the program's number and its machine.

Where the system locks files (flock) the lock ends with the program, however it ends; elsewhere a lock whose program
does not run any more on this machine is taken over.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sim.kernel.turns import lock
from sim.store.results import ResultsError

LOCK = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold `folder` for this program. Raises ResultsError, with the holder's name, while another holds it."""
    path = folder / LOCK
    opened = _opened(path)
    try:
        os.ftruncate(opened, 0)
        os.write(opened, json.dumps({"pid": os.getpid(), "host": socket.gethostname()}).encode())
        yield
    finally:
        if os.name == "nt":
            os.close(opened)  # Windows removes no open file
            path.unlink(missing_ok=True)
        else:
            path.unlink(missing_ok=True)  # while it is still ours
            os.close(opened)


def _opened(path: Path) -> int:
    """The lock file, opened and locked."""
    while True:
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        holder = _read(opened)
        if not _taken(opened, holder):
            os.close(opened)
            raise ResultsError(
                f"{path.parent} is in use: process {holder.get('pid', '?')} on {holder.get('host', '?')} writes into "
                "it. Wait until it ends, or choose another folder with --out"
            )
        with suppress(FileNotFoundError):
            if os.stat(path).st_ino == os.fstat(opened).st_ino:
                return opened
        os.close(opened)  # its holder ended and removed it meanwhile


def _taken(opened: int, holder: dict[str, Any]) -> bool:
    """Whether the lock is ours now."""
    got = lock(opened)
    if got is not None:
        return got
    return not holder or (holder.get("host") == socket.gethostname() and not _runs(holder.get("pid")))


def _read(opened: int) -> dict[str, Any]:
    """Who holds the lock, as it says; empty when it says nothing."""
    try:
        told = json.loads(os.pread(opened, 1000, 0) if hasattr(os, "pread") else os.read(opened, 1000))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _runs(pid: Any) -> bool:
    """Whether a process of this machine runs."""
    if not isinstance(pid, int) or pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
