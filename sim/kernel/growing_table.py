"""A table of records that grows and shrinks while a view of its rows in use is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np

from sim.kernel.declare import Table
from sim.kernel.records import Records
from sim.kernel.row_order import rearrange

_Records = TypeVar("_Records", bound=Records)


@dataclass
class GrowingTable(Generic[_Records]):
    """A table that grows: `rows` is the part in use."""

    kind: Table[_Records]
    buffer: _Records = field(init=False)
    rows: _Records = field(init=False, repr=False, compare=False)
    """The rows in use, a view of shape (n,); kept, since making a view of records is dear."""

    def __post_init__(self) -> None:
        self.buffer = self.kind.empty(64)
        self._use(0)

    def __getstate__(self) -> dict[str, Any]:
        """The view is not pickled, or it would become a table of its own."""
        return {"kind": self.kind, "buffer": self.buffer, "used": len(self.rows)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """The view is made again."""
        self.kind, self.buffer = state["kind"], state["buffer"]
        self._use(state["used"])

    def _use(self, count: int) -> None:
        self.rows = self.buffer[:count]  # type: ignore[assignment]

    def extend(self, count: int) -> _Records:
        """Add `count` zeroed rows and return them as a view."""
        used = len(self.rows)
        if used + count > len(self.buffer):
            larger = self.kind.empty(max(len(self.buffer) * 5 // 4, used + count))
            larger[:used] = self.rows
            self.buffer = larger
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
        """Forget all rows."""
        self._use(0)
