"""What is wrong with a scenario, and where. Every message that a user reads about a file is made of these."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

Key = tuple[str | int, ...]
"""Where a value stands in a scenario: ("policies", 0, "strength")."""


@dataclass(frozen=True)
class Position:
    """A place in a file; lines and columns count from 1. `folder` is where relative paths written there start.

    Line 0 is an option of the command line, of which there is no more to say than its name.
    """

    file: str
    line: int = 1
    column: int = 1
    folder: str = ""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, the key, the value found, what is allowed and what to do about it."""

    position: Position
    key: str
    message: str
    value: Any = None
    allowed: str = ""
    remedy: str = ""

    @property
    def file(self) -> str:
        """File in which it was found, or the text of an override."""
        return self.position.file

    @property
    def line(self) -> int:
        """Line, from 1."""
        return self.position.line

    @property
    def column(self) -> int:
        """Column, from 1."""
        return self.position.column

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}:{self.column}: " if self.line else f"{self.file}: "
        text += f"{self.key}: {self.message}" if self.key else self.message
        if self.allowed:
            text += f"; allowed: {self.allowed}"
        if self.remedy:
            text += f"; {self.remedy}"
        return text


class ScenarioError(ValueError):
    """A scenario that cannot be used. `problems` lists everything that is wrong with it, in order of place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by file, line and column; of several at one place and key, the first found."""
    first: dict[tuple[Position, str], Problem] = {}
    for problem in problems:
        first.setdefault((problem.position, problem.key), problem)
    return sorted(first.values(), key=lambda problem: (problem.file, problem.line, problem.column))


def dotted(key: Iterable[str | int]) -> str:
    """A key as users write it: `policies.0.strength`."""
    return ".".join(str(part) for part in key)


def shown(value: Any) -> str:
    """A value as it may stand in a message: on one line and not long."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    text = _number(value) if isinstance(value, float) else repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _number(value: float) -> str:
    """A number in few digits where these are the number; what lies just beyond a bound is not shown as the bound."""
    short = f"{value:.12g}"
    return short if float(short) == value else repr(value)


_MANY = 300
"""Among more words than these, only those with the same first letter are compared."""


def close_words(word: str, known: Iterable[str]) -> list[str]:
    """Those of the `known` words that are spelt most like `word`, best first; upper and lower case count the same.

    Where none is, words that begin with it, or with the same four letters: `agglo` for agglomeration.
    """
    lower: dict[str, str] = {}
    for candidate in known:
        lower.setdefault(candidate.lower(), candidate)
    asked = str(word).lower()[:60]
    if len(lower) > _MANY:
        lower = dict(islice(((one, two) for one, two in lower.items() if one[:1] == asked[:1]), _MANY))
    close = difflib.get_close_matches(asked, list(lower), n=2, cutoff=0.6)
    if not close and len(asked) > 2:
        close = [other for other in lower if other.startswith(asked[:4]) or other.endswith(asked)][:2]
    return [lower[match] for match in close]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A suggestion among the `known` words, or the known words themselves when they are few, or nothing."""
    words = list(known)
    close = close_words(word, words)
    if close:
        return f"did you mean {' or '.join(map(repr, close))}?"
    return f"known: {', '.join(words)}" if 0 < len(words) <= 12 else ""
