"""The journal: one event a line, on the disk before anybody is answered, and never written twice.

A line cut off by a crash at the end is dropped when the file is opened again; a line that is wrong anywhere else is
refused, since what follows rests on it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.game.rules import ResumeError
from sim.kernel.fingerprint import fingerprint
from sim.store.files import to_disk

NAME = "events.jsonl"
Event = dict[str, Any]
"""n (from 1), at (seconds since 1970), kind, and what belongs to the kind."""


class Journal:
    """The events of a folder, to read once and to append to."""

    def __init__(self, folder: Path) -> None:
        """Open or begin the journal of `folder`. Raises ResumeError for a damaged one."""
        self.path = folder / NAME
        fresh = not self.path.exists()
        self.events, good = ([], 0) if fresh else read_events(self.path)
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        os.ftruncate(self._file, good)
        os.lseek(self._file, good, os.SEEK_SET)
        os.fsync(self._file)
        if fresh:
            to_disk(folder)
        self._next = len(self.events) + 1

    def append(self, kind: str, at: float, content: Mapping[str, Any]) -> Event:
        """Write an event; it is on the disk when this returns."""
        event = {"n": self._next, "at": at, "kind": kind, **content}
        line = json.dumps({**event, "sum": check_sum(event)}, allow_nan=False, ensure_ascii=False,
                          separators=(",", ":"))  # fmt: skip
        self._write(line.encode() + b"\n")
        self._next += 1
        return json.loads(line)  # type: ignore[no-any-return]  # as a reader would have it: lists for tuples

    def _write(self, line: bytes) -> None:
        start = os.lseek(self._file, 0, os.SEEK_CUR)
        try:
            left = memoryview(line)
            while left:
                left = left[os.write(self._file, left) :]
            os.fsync(self._file)
        except OSError:
            os.ftruncate(self._file, start)  # a full disk: nothing of the event stays
            os.lseek(self._file, start, os.SEEK_SET)
            raise

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)


def check_sum(event: Mapping[str, Any]) -> str:
    """What tells a line that was cut off or changed."""
    return fingerprint({name: value for name, value in event.items() if name != "sum"})[:8]


def read_events(path: Path) -> tuple[list[Event], int]:
    """All whole events and the number of bytes that they take. Raises ResumeError for a damaged journal."""
    content = path.read_bytes()
    events: list[Event] = []
    good = 0
    while good < len(content):
        end = content.find(b"\n", good)
        if end < 0:
            break  # cut off while it was written: nobody was answered
        event = _event(content[good:end])
        if event is None or event["n"] != len(events) + 1:
            raise ResumeError(f"{path} is damaged in line {len(events) + 1}: what follows cannot be trusted")
        events.append(event)
        good = end + 1
    return events, good


def _event(line: bytes) -> Event | None:
    """The event in a line; None where it is none."""
    try:
        told = json.loads(line)
        known = isinstance(told, dict) and told.get("sum") == check_sum(told) and type(told["n"]) is int
    except (ValueError, KeyError, RecursionError):
        return None
    return told if known and isinstance(told.get("kind"), str) else None
