"""What all tables have in common: as rules see them (Rows, Grid), and as all else does (RowTable, GridTable)."""

from __future__ import annotations

from collections.abc import Iterator
from types import EllipsisType
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.kernel.records import Records

if TYPE_CHECKING:
    from typing import Self, overload

Array = np.ndarray[Any, Any]
"""A plain array; its shape is said where it is used."""

_Row = TypeVar("_Row")
_Row_co = TypeVar("_Row_co", covariant=True)


class Rows(Protocol[_Row_co]):
    """A table as a rule sees it: rows to go through, or to take by their number."""

    def __len__(self) -> int:
        """How many rows."""

    def __iter__(self) -> Iterator[_Row_co]:
        """Each row in turn."""

    def __getitem__(self, row: int, /) -> _Row_co:
        """One row."""


class Grid(Protocol[_Row_co]):
    """A table of industries in places as a rule sees it."""

    @property
    def shape(self) -> tuple[int, int]:
        """How many places and how many industries."""

    def __getitem__(self, place: tuple[int, int], /) -> _Row_co:
        """The row of one place and one industry."""


class RowTable(Records, Generic[_Row]):
    """A table of shape (n,), outside rules: its columns are arrays."""

    if TYPE_CHECKING:

        @overload  # type: ignore[override]
        def __getitem__(self, index: int | np.integer[Any], /) -> _Row: ...
        @overload
        def __getitem__(self, index: str, /) -> NDArray[Any]: ...
        @overload
        def __getitem__(self, index: slice | EllipsisType | Array | list[int], /) -> Self: ...
        def __getitem__(self, index: Any, /) -> Any:
            """A row, a column or some rows."""

        def __iter__(self) -> Iterator[_Row]:  # type: ignore[override]
            """Each row in turn."""


class GridTable(Records, Generic[_Row]):
    """A table of shape (places, industries), outside rules: its columns are matrices."""

    if TYPE_CHECKING:

        @property  # type: ignore[misc]
        def shape(self) -> tuple[int, int]:
            """How many places and how many industries."""

        @overload  # type: ignore[override]
        def __getitem__(self, index: tuple[int | np.integer[Any], int | np.integer[Any]], /) -> _Row: ...
        @overload
        def __getitem__(self, index: str, /) -> NDArray[Any]: ...
        @overload
        def __getitem__(self, index: Any, /) -> Self: ...
        def __getitem__(self, index: Any, /) -> Any:
            """A row, a column or some rows."""


class _Column:
    """A column of a table: whatever fits its shape may be written to it."""

    def __set__(self, table: object, value: ArrayLike) -> None:
        raise NotImplementedError


class Floats(_Column):
    """A column of numbers."""

    def __get__(self, table: object, owner: type | None = None) -> NDArray[np.float64]:
        raise NotImplementedError


class Ints(_Column):
    """A column of whole numbers, of any width."""

    def __get__(self, table: object, owner: type | None = None) -> NDArray[np.int64]:
        raise NotImplementedError


class Flags(_Column):
    """A column of yes and no."""

    def __get__(self, table: object, owner: type | None = None) -> NDArray[np.bool_]:
        raise NotImplementedError
