"""Records: an array of records whose columns are attributes, as in `firms.price`, and one record, as in `p.wage_floor`.

np.recarray and np.record offer the same, and ask Python at every access before they look for a column; a year looks
at some thousand columns. They are also slow to hand over to a compiled rule.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import Any

import numpy as np


class Row(np.void):  # type: ignore[misc]
    """One structured record: its columns are attributes to read and to write, and share memory with its table."""

    @cached_property
    def data(self) -> memoryview:
        """The bytes. Kept, since NumPy describes every column anew when it is asked, as a compiled rule does."""
        return super().data

    def __getattr__(self, name: str) -> Any:
        """The value of the column `name`. Raises AttributeError when there is none."""
        try:
            return self[name]
        except ValueError:
            raise AttributeError(f"this record has no column {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        """Write to the column `name`. Raises AttributeError when there is none."""
        if name not in (self.dtype.names or ()):
            raise AttributeError(f"this record has no column {name!r}")
        self[name] = value


class Records(np.ndarray[Any, Any]):
    """An array of structured records. A column is a plain array that shares memory; `records[3]` is a Row.

    Every dtype has a subclass of its own with the columns as properties, see `zeroed` and `as_records`.
    """

    __slots__ = ()

    def __getitem__(self, index: Any) -> Any:
        """Rows as records, one row as a Row, and a column by its name as a plain array."""
        found = super().__getitem__(index)
        if isinstance(found, Records) and found.dtype.fields is None:
            return found.view(np.ndarray)
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled as a plain array: the subclass is made again on the other side."""
        return as_records, (self.view(np.ndarray),)


def _column(name: str, kind: np.dtype[Any], offset: int) -> property:
    """A column as a property of records."""

    def read(records: Records) -> Any:
        return records.getfield(kind, offset).view(np.ndarray)

    def write(records: Records, value: Any) -> None:
        records[name] = value

    return property(read, write)


@cache
def _records_of(kind: np.dtype[Any]) -> type[Records]:
    """The subclass of Records with the columns of a dtype."""
    columns = {name: _column(name, *layout[:2]) for name, layout in (kind.fields or {}).items()}
    return type("Records", (Records,), {"__slots__": (), **columns})


def record_type(columns: list[Any], *, align: bool = False) -> np.dtype[Any]:
    """The dtype of records with these columns, each (name, kind) or (name, kind, shape)."""
    return np.dtype((Row, np.dtype(columns, align=align)))


def as_records(array: np.ndarray[Any, Any]) -> Records:
    """A view of a structured array, of any shape, as records."""
    return array.view(_records_of(array.dtype))  # type: ignore[no-any-return]


def zeroed(kind: np.dtype[Any], *shape: int) -> Records:
    """Zeroed records of the given shape."""
    return as_records(np.zeros(shape, dtype=kind))
