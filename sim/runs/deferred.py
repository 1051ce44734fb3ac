"""Fields that are made when they are first read: a data frame takes longer than the rows that it is made of, and who
keeps a few numbers of each run reads none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, overload

T = TypeVar("T")


class Deferred(Generic[T]):
    """A field of a dataclass, given as its value or as a function without arguments that makes it; `empty` makes the
    value where none is given. The field must not hold functions.
    """

    def __init__(self, empty: Callable[[], T] | None = None) -> None:
        self.empty = empty

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, one: None, owner: type) -> Callable[[], T]: ...
    @overload
    def __get__(self, one: object, owner: type) -> T: ...
    def __get__(self, one: object | None, owner: type) -> T | Callable[[], T]:
        """The value; of the class, what makes it where none is given, which a dataclass takes for the default."""
        if one is None:
            if self.empty is None:
                raise AttributeError(self.name)
            return self.empty
        kept = one.__dict__
        if callable(kept[self.name]):
            kept[self.name] = kept[self.name]()
        return kept[self.name]  # type: ignore[no-any-return]

    def __set__(self, one: object, value: T | Callable[[], T]) -> None:
        """Keep the value, or what makes it."""
        one.__dict__[self.name] = value
