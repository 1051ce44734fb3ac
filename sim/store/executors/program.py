"""What has to be the same in every process that takes part in an experiment."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from sim.kernel.arithmetic import arithmetic_fingerprint
from sim.kernel.fingerprint import fingerprint
from sim.kernel.source_hash import HOUSE, NUMBERS

KEEPING = ("store", "studies")
"""Rooms that decide what is kept of a run."""


class Program(NamedTuple):
    """A program on a machine, by its text and by how the machine computes."""

    code: str
    """Hash of the text that decides numbers."""
    keeping: str
    """Hash of the text that decides what is kept of them."""
    arithmetic: str
    """Of exp, log and sums on this machine: equal bits are promised where it is equal."""

    def difference(self, other: Program) -> str:
        """In what `other` differs, both named; empty when it does not."""
        words = {"code": "code", "keeping": "code of store and studies", "arithmetic": "arithmetic"}
        told = [
            f"its {words[name]} is {theirs}, here it is {own}"
            for name, own, theirs in zip(self._fields, self, other, strict=True) if own != theirs
        ]  # fmt: skip
        return "; ".join(told)


@cache
def this_program() -> Program:
    """The program of this process."""
    paths = sorted(path for room in KEEPING for path in (HOUSE / room).rglob("*.py"))
    named = ((path.relative_to(HOUSE).as_posix(), path.read_bytes().replace(b"\r\n", b"\n")) for path in paths)
    return Program(NUMBERS, fingerprint(*(part for pair in named for part in pair)), arithmetic_fingerprint())
