"""A table of records that grows and shrinks while a view of its rows in use is kept.

Memory is lengthened where it lies: a copy would hold every row twice for a moment, at the peak of a year's memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np

from sim.kernel.declare import Table
from sim.kernel.records import Records, as_records
from sim.kernel.row_order import rearrange

_Records = TypeVar("_Records", bound=Records)

LEAST = 64
"""Rows that a table has room for at least, and by which it grows at least."""
SPARE = 16
"""A table that is full grows by one part in so many at least."""


@dataclass
class GrowingTable(Generic[_Records]):
    """A table that grows: `rows` is the part in use."""

    kind: Table[_Records]
    buffer: _Records = field(init=False)
    rows: _Records = field(init=False, repr=False, compare=False)
    """The rows in use, a view of shape (n,); kept, since making a view of records is dear."""

    def __post_init__(self) -> None:
        self._allocate(LEAST)

    def __getstate__(self) -> dict[str, Any]:
        """The view is not pickled, or it would become a table of its own."""
        return {"kind": self.kind, "rows": self.rows}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """The view is made again."""
        self.kind = state["kind"]
        self._allocate(max(len(state["rows"]), LEAST))
        self.extend(len(state["rows"]))[...] = state["rows"]

    def _allocate(self, length: int) -> None:
        """Take new memory for `length` rows, all zero, none of them in use."""
        self._memory: np.ndarray[Any, Any] = np.zeros(length, dtype=self.kind.dtype)
        self._see()
        self._use(0)

    def _see(self) -> None:
        self.buffer = as_records(self._memory)  # type: ignore[assignment]

    def _use(self, count: int) -> None:
        self.rows = self.buffer[:count]  # type: ignore[assignment]

    def _lengthen(self, length: int) -> None:
        """Have room for `length` rows; rows are copied only where somebody else holds a view of them."""
        used = len(self.rows)
        del self.buffer, self.rows
        try:
            self._memory.resize(length)
        except ValueError:
            kept = self._memory[:used]
            self._allocate(length)
            self._memory[:used] = kept
        else:
            self._see()
        self._use(used)

    def extend(self, count: int) -> _Records:
        """Add `count` zeroed rows and return them as a view.

        Views of rows that were taken before may see the old memory afterwards: take them anew.
        """
        used = len(self.rows)
        if used + count > len(self.buffer):
            self._lengthen(max(used + count, used + max(LEAST, used // SPARE)))
        fresh = self.buffer[used : used + count]
        fresh[...] = np.zeros((), dtype=self.kind.dtype)
        self._use(used + count)
        return fresh  # type: ignore[return-value]

    def keep(self, order: np.ndarray[Any, Any]) -> None:
        """Keep the rows `order` (shape (n,), row numbers), in that order."""
        rearrange(self._words(), order)
        self._use(len(order))

    def _words(self) -> np.ndarray[Any, Any]:
        """The records as rows of words of 8 bytes, in the same memory."""
        return self.buffer.view(np.ndarray).view(np.uint64).reshape(len(self.buffer), -1)

    def clear(self) -> None:
        """Forget all rows; memory that they took less than half of is given back."""
        if len(self.buffer) > 2 * max(len(self.rows), LEAST):
            self._allocate(max(len(self.rows), LEAST))
        self._use(0)
