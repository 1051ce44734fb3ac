"""Records: an array of records whose columns are attributes, as in `firms.price`.

np.recarray offers the same, and asks Python at every access before it looks for a column; a year looks at some
thousand columns.
"""

from __future__ import annotations

from typing import Any

import numpy as np


class Records(np.ndarray[Any, Any]):
    """An array of structured records. A column is a plain array that shares memory; `records[3]` is a np.record."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        """The column `name`. Raises AttributeError when there is none."""
        columns = self.dtype.fields
        if columns is None or name not in columns:
            raise AttributeError(f"these records have no column {name!r}")
        kind, offset = columns[name][:2]
        return self.getfield(kind, offset).view(np.ndarray)

    def __setattr__(self, name: str, value: Any) -> None:
        """Write to the column `name`, or to an attribute of the array itself."""
        columns = self.dtype.fields
        if columns is not None and name in columns:
            self[name] = value
        else:
            super().__setattr__(name, value)

    def __getitem__(self, index: Any) -> Any:
        """Rows as records, one row as a np.record, and a column by its name as a plain array."""
        found = super().__getitem__(index)
        if type(found) is Records and found.dtype.fields is None:
            return found.view(np.ndarray)
        return found


def record_type(columns: list[Any], *, align: bool = False) -> np.dtype[Any]:
    """The dtype of records with these columns, each (name, kind) or (name, kind, shape)."""
    return np.dtype((np.record, np.dtype(columns, align=align)))


def zeroed(kind: np.dtype[Any], *shape: int) -> Records:
    """Zeroed records of the given shape."""
    return np.zeros(shape, dtype=kind).view(Records)
