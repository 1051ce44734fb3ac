"""The history of a run: what a player shows, year by year, in one small file.

    clustersim history 1          the first line
    length, header                4 bytes, little-endian, and JSON: whose history it is, the scenario, the program
    length, frame                 for every year from the opening on; see sim.runs.frames

All of it is packed with gzip. Watching changes nothing: a run has the same state hashes with and without its history.
"""

from __future__ import annotations

import gzip
import json
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from sim.kernel.scenario_types import Scenario
from sim.kernel.source_hash import NUMBERS
from sim.kernel.world import World
from sim.runs.frames import Framing
from sim.scenario.reading import scenario_as_yaml

Array = np.ndarray[Any, Any]
VERSION = 1
MAGIC = f"clustersim history {VERSION}\n".encode()
ANY_MAGIC = b"clustersim history "
MOST = 2**30
"""Bytes that a history takes in memory at most."""


class HistoryError(Exception):
    """A file that is no history, or not one that this version reads."""


@dataclass
class HistoryRecorder:
    """Collects the frames of one run."""

    framing: Framing = field(default_factory=Framing)
    frames: dict[int, bytes] = field(default_factory=dict)
    """Year -> frame."""

    def observe(
        self, world: World, state_hash: str | None = None, measured: Mapping[str, Any] = MappingProxyType({})
    ) -> bytes:
        """Keep the year that ended; computes the hash of its state and measures of it unless they are given."""
        frame = self.framing.frame(world, world.state_hash() if state_hash is None else state_hash, measured)
        self.frames[int(world.year)] = frame
        return frame

    def copy(self) -> HistoryRecorder:
        """The same past for another arm."""
        return HistoryRecorder(self.framing.copy(), dict(self.frames))


@dataclass(frozen=True)
class Frame:
    """One year, read back."""

    head: dict[str, Any]
    content: bytes
    start: int

    @property
    def year(self) -> int:
        """The year at whose end things stood so."""
        return int(self.head["year"])

    @property
    def hash(self) -> str:
        """Hash of the state."""
        return str(self.head["hash"])

    @property
    def series(self) -> dict[str, Any]:
        """Measures by name: a number, a list by region or industry, None for a gap."""
        return dict(self.head["series"])

    def column(self, name: str) -> Array:
        """A column as numbers: codes are turned back into what they stand for, NaN for a gap. Raises KeyError."""
        for told, kind, first, length, *ends in self.head["columns"]:
            if told == name:
                codes = np.frombuffer(self.content, f"<{kind}", length, self.start + first)
                if not ends:
                    return codes
                top = 2 ** (8 * int(kind[1])) - 2
                return np.where(codes > top, np.nan, ends[0] + codes * ((ends[1] - ends[0]) / top))
        raise KeyError(name)


def read_frame(content: bytes) -> Frame:
    """The frame in `content`. Raises ValueError for bytes that are none."""
    if len(content) < 4:
        raise ValueError("a frame is cut off")
    (length,) = struct.unpack_from("<I", content)
    head = json.loads(content[4 : 4 + length])
    return Frame(head, content, 4 + length)


@dataclass(frozen=True)
class History:
    """The history of one run."""

    header: dict[str, Any]
    frames: tuple[bytes, ...]
    """In order of year, the first with the ground."""

    @property
    def arm(self) -> str:
        """Which arm it is of."""
        return str(self.header["arm"])

    @property
    def seed(self) -> int:
        """Seed of the run."""
        return int(self.header["seed"])

    @cached_property
    def years(self) -> tuple[Frame, ...]:
        """All frames, read."""
        return tuple(read_frame(frame) for frame in self.frames)

    @property
    def hashes(self) -> dict[int, str]:
        """State hash of each year."""
        return {frame.year: frame.hash for frame in self.years}

    @property
    def ground(self) -> dict[str, Any]:
        """Names and units that hold for all years."""
        return dict(self.years[0].head["ground"])

    def content(self) -> bytes:
        """The file's bytes before they are packed."""
        head = json.dumps(self.header, allow_nan=False, ensure_ascii=False).encode()
        return b"".join([MAGIC, _sized(head), *map(_sized, self.frames)])


def header_of(arm: str, seed: int, scenario: Scenario) -> dict[str, Any]:
    """The header of a history. The seed is text: not every reader of JSON has whole numbers of 64 bits."""
    return {
        "arm": arm, "seed": str(seed), "title": scenario.title, "layout": scenario.plan.layout,
        "burn_in": scenario.years.burn_in, "treatment": scenario.years.treatment, "code": NUMBERS,
        "scenario": scenario_as_yaml(scenario),
    }  # fmt: skip


def history_of(arm: str, seed: int, scenario: Scenario, frames: Iterable[bytes]) -> History:
    """The history of a run whose frames are these, in order of year."""
    return History(header_of(arm, seed, scenario), tuple(frames))


def packed(history: History) -> bytes:
    """The bytes of the file; equal histories give equal bytes."""
    return gzip.compress(history.content(), 6, mtime=0)


def read_history(path: str | Path) -> History:
    """The history in a file. Raises HistoryError for a file that is none, is damaged or is of another version."""
    path = Path(path)
    try:
        with gzip.open(path) as stream:
            content = stream.read(MOST + 1)
    except FileNotFoundError:
        raise HistoryError(f"{path}: there is no such file; make it with `clustersim history`") from None
    except (OSError, EOFError, zlib.error) as error:
        raise HistoryError(f"{path} is no history of clustersim, or damaged: {error}") from None
    if len(content) > MOST:
        raise HistoryError(f"{path} holds more than a history can")
    return parsed(content, str(path))


def parsed(content: bytes, name: str) -> History:
    """The history in unpacked bytes. Raises HistoryError, that tells `name`."""
    if not content.startswith(MAGIC):
        if content.startswith(ANY_MAGIC):
            other = content[len(ANY_MAGIC) :].split(b"\n")[0][:8].decode(errors="replace")
            raise HistoryError(f"{name} has format {other}, and this version reads {VERSION}: make it again")
        raise HistoryError(f"{name} is no history of clustersim")
    try:
        parts = list(_parts(content, len(MAGIC)))
        header = json.loads(parts[0])
        history = History(header, tuple(parts[1:]))
        if not history.frames or not history.ground or not {"arm", "seed"} <= header.keys():
            raise ValueError("it has no years")
    except (ValueError, KeyError, IndexError, TypeError, struct.error) as error:
        raise HistoryError(f"{name} is damaged: {error}") from None
    return history


def _parts(content: bytes, at: int) -> Iterable[bytes]:
    while at < len(content):
        (length,) = struct.unpack_from("<I", content, at)
        if at + 4 + length > len(content):
            raise ValueError("it is cut off")
        yield content[at + 4 : at + 4 + length]
        at += 4 + length


def _sized(part: bytes) -> bytes:
    return struct.pack("<I", len(part)) + part
