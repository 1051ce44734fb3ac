"""From the entries of a file to the sections of a scenario: types, ranges and unknown keys, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from sim.kernel.letters import invisible
from sim.kernel.scenario_types import Scenario
from sim.scenario.documents import Entry, entry_at, plain, position_of, position_of_name, pruned
from sim.scenario.json_schema import homes, keys_at, kind_in_words, range_in_words, schema_at
from sim.scenario.problems import (
    Key,
    Position,
    Problem,
    ScenarioError,
    close_words,
    did_you_mean,
    dotted,
    shown,
)

_OUT_OF_RANGE = ("greater_than", "greater_than_equal", "less_than", "less_than_equal")
_ROUNDS = 20
MOST_PROBLEMS = 100
"""What is wrong in more places is told for the first ones only."""


def validated(tree: Entry, problems: list[Problem]) -> tuple[Scenario, Entry]:
    """The scenario in `tree`, and the entries that it was made of.

    What does not fit is added to `problems` and left out, so that the rest can be checked as well. Raises ScenarioError
    where very much does not fit.
    """
    tree = without_nulls(tree)
    left_out: set[Key] = set()
    for _ in range(_ROUNDS):
        try:
            return Scenario.model_validate(plain(tree), strict=True), tree
        except ValidationError as error:
            found = error.errors(include_url=False)
            faults = [(_written(tree, fault["loc"]), dict(fault)) for fault in found[:MOST_PROBLEMS]]
            # What was left out because it was wrong is not missing as well.
            problems += [_as_problem(tree, key, fault) for key, fault in faults if fault["loc"] not in left_out]
            if len(found) > MOST_PROBLEMS:
                more = f"{len(found) - MOST_PROBLEMS:,} more problems with this scenario"
                raise ScenarioError([*problems, Problem(position_of(tree, faults[-1][0]), "", more)]) from None
            left_out |= {key for key, _fault in faults}
            for key, _fault in reversed(faults):
                tree = pruned(tree, key)
    return Scenario(), tree


def _written(tree: Entry, where: Iterable[str | int]) -> Key:
    """As much of Pydantic's location as stands in the file."""
    key: Key = ()
    for part in where:
        if entry_at(tree, (*key, part)) is None:
            break
        key = (*key, part)
    return key


def _as_problem(tree: Entry, key: Key, fault: dict[str, Any]) -> Problem:
    """One of Pydantic's errors, in our words."""
    kind = fault["type"]
    if kind == "extra_forbidden":
        return unknown_key(tree, key, keys_at(key[:-1]))
    value = fault["input"]
    position = position_of(tree, key)
    if kind == "missing":
        return Problem(
            position, dotted(key), f"needs `{fault['loc'][-1]}`", remedy=_description((*key, fault["loc"][-1]))
        )
    if kind == "unfit_name":
        where = position_of_name(tree, key) if "[key]" in fault["loc"] else position
        return Problem(where, dotted(key), f"{shown(value)} cannot be a name: it {fault['msg']}", value,
                       remedy="take it out")  # fmt: skip
    if "[key]" in fault["loc"]:
        return Problem(position_of_name(tree, key), dotted(key), f"{shown(key[-1])} cannot be a name",
                       allowed="1 to 60 characters")  # fmt: skip
    schema = schema_at(key)
    if kind in _OUT_OF_RANGE:
        allowed = range_in_words(schema) or fault["msg"]
        return Problem(position, dotted(key), f"{shown(value)} is out of range", value, allowed, _description(key))
    if kind == "finite_number":
        return Problem(position, dotted(key), f"{shown(value)} is not a finite number", value, range_in_words(schema))
    if kind == "literal_error":
        remedy = did_you_mean(str(value), map(str, schema.get("enum", ())))
        return Problem(position, dotted(key), f"{shown(value)} is not known here", value, range_in_words(schema),
                       "" if remedy.startswith("known") else remedy)  # fmt: skip
    if kind in ("string_too_short", "string_too_long"):
        return Problem(position, dotted(key), f"{shown(value)} cannot be a name", value, "1 to 60 characters")
    if kind.endswith(("_type", "_parsing", "_from_float")) or kind.startswith(("int_", "float_", "string_")):
        wanted = kind_in_words(schema)
        remedy = "null removes what is inherited, and nothing is here" if value is None else ""
        return Problem(position, dotted(key), f"should be {wanted}, not {shown(value)}", value,
                       range_in_words(schema), remedy)  # fmt: skip
    return Problem(position, dotted(key), str(fault["msg"]), value, range_in_words(schema))


def unknown_key(tree: Entry, key: Key, known: Iterable[str]) -> Problem:
    """A key that no one declared, with what may have been meant: a neighbour, or the same word in another section."""
    name = str(key[-1])
    remedy = did_you_mean(name, known)
    if not remedy.startswith("did"):
        everywhere = homes()
        close = close_words(name, everywhere)
        belongs = [home for word in close[:1] for home in everywhere[word] if home != dotted(key)]
        remedy = f"did you mean {' or '.join(repr(home) for home in belongs[:2])}?" if belongs else remedy
    entry = entry_at(tree, key)
    value = plain(entry) if entry is not None else None
    message = f"unknown key {shown(name)}{_with_invisible(name)}"
    return Problem(position_of_name(tree, key), dotted(key), message, value, remedy=remedy)


def _with_invisible(name: str) -> str:
    mark = invisible(name)
    return f": it holds an invisible character, {mark}" if mark else ""


def _description(key: Key) -> str:
    """What the value at `key` is for."""
    return str(schema_at(key).get("description", ""))


def without_nulls(tree: Entry, key: Key = ()) -> Entry:
    """`tree` without the known keys that are null, as an empty section is: they take their defaults."""
    if isinstance(tree.value, list):
        return replace(tree, value=[without_nulls(child, (*key, row)) for row, child in enumerate(tree.value)])
    if not isinstance(tree.value, dict):
        return tree
    known = set(keys_at(key))
    kept = {
        name: without_nulls(child, (*key, name))
        for name, child in tree.value.items()
        if child.value is not None or name not in known
    }
    return replace(tree, value=kept)


@dataclass(frozen=True)
class Draft:
    """A scenario that is being checked, and where everything in it stands."""

    scenario: Scenario
    tree: Entry
    industries: tuple[str, ...]
    """Every industry that the file names, those with errors included."""
    regions: tuple[str, ...] | None
    """Every region, or None when the map could not be read."""
    positions: Mapping[Key, Position] = field(default_factory=dict)
    """Where values stand that came from a table."""

    def written(self, key: Key) -> bool:
        """Whether the file, or an override, says something at `key`."""
        return entry_at(self.tree, key) is not None

    def problem(
        self, key: Key, message: str, value: Any = None, allowed: str = "", remedy: str = "", whole: bool = False
    ) -> Problem:
        """A problem with the value at `key`; with `whole`, it points at the key itself."""
        position = self.positions.get(key) or (position_of_name if whole else position_of)(self.tree, key)
        return Problem(position, dotted(key), message, value, allowed, remedy)

    def unknown(self, key: Key, what: str, name: str, known: Iterable[str], whole: bool = False) -> Problem:
        """A name at `key` that nothing has."""
        message = f"there is no {what} {shown(name)}{_with_invisible(name)}"
        return self.problem(key, message, name, remedy=did_you_mean(name, known), whole=whole)
