"""What an experiment varies, and at which levels: `NAME=A:B:N`, `NAME=a,b,c`, or a NAME alone.

Levels are computed as fractions and rounded once, to twelve digits: 0.1:0.3:3 gives 0.1, 0.2, 0.3. A NAME is a dotted
key, or the last part of one where only one key ends so (`imitation` is `plan.imitation`; keys of `neutral` are written
in full).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from sim.kernel.declare import MECHANISMS, PARAMETERS, Parameter
from sim.kernel.scenario_types import Instrument, Scenario, ShockEvent
from sim.scenario.json_schema import declare_everything, homes, schema_at
from sim.scenario.problems import Key, Position, Problem, ScenarioError, did_you_mean, shown
from sim.scenario.reading import load_scenario

Value = bool | int | float | str
GRAMMAR = (
    "NAME=A:B:N (N levels from A to B, both included), NAME=a,b,c (these levels), "
    "or NAME alone (levels over its declared sweep bounds)"
)
BY_ITSELF = 5
"""Levels of a NAME alone."""
MOST_LEVELS = 1000
DIGITS = 12
"""To which a level is rounded that has no end as a decimal."""
FLOAT_DIGITS = 17
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?\Z")
_NOT_VARIED = ("seed", "record", "title", "description", "source", "look_at", "origin", "extends", "changes")
_OWN_COLUMNS = ("arm", "baseline", "seed", "measure", "unit", "value", "error", "point", "difference", "replications")


@dataclass(frozen=True)
class Factor:
    """One key that is varied."""

    name: str
    """Short name: of its column and its axis."""
    key: str
    levels: tuple[Value, ...]
    """In the order given; of a range that is sampled, its two ends."""
    whole: bool = False
    """Whether only whole numbers may stand there."""
    span: bool = False
    """Whether the levels are the ends of a range, between which a design takes its points."""

    @property
    def numeric(self) -> bool:
        """Whether the levels are numbers."""
        return all(isinstance(level, int | float) and not isinstance(level, bool) for level in self.levels)

    @property
    def unit(self) -> str:
        """Unit of a parameter; empty for other keys."""
        section, _, name = self.key.partition(".")
        return PARAMETERS[name].unit if section == "parameters" else ""

    def override(self, value: Value) -> str:
        """`value` as an override of a scenario."""
        return f"{self.key}={written(value)}"


def written(value: Value) -> str:
    """A level as YAML has it: the shortest text that is this number."""
    return json.dumps(value, ensure_ascii=False)


def level_text(value: Value) -> str:
    """A level in names and tables."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.{DIGITS}g}" if isinstance(value, float) else str(value)


def labels(levels: Sequence[Value]) -> list[str]:
    """Levels on an axis: numbers with as few digits as tell them apart, three at least."""
    for digits in range(3, DIGITS):
        told = [f"{level:.{digits}g}" if isinstance(level, float) else level_text(level) for level in levels]
        if len(set(told)) == len(levels):
            return told
    return [level_text(level) for level in levels]


# -- reading ---------------------------------------------------------------------------------------------


def read_factor(text: str, scenario: Scenario, position: Position | None = None) -> Factor:
    """The factor that `-p text` asks for in `scenario`. Raises ScenarioError that shows the text and the grammar."""
    where = position or Position(f"-p {text}", 0)
    name, equals, told = text.partition("=")
    key = find_key(name.strip(), scenario, where)
    return factor_at(key, told if equals else None, scenario, where)


def factor_at(key: str, told: str | None, scenario: Scenario, where: Position, ends: bool = False) -> Factor:
    """The factor of a full key at the levels that `told` says; None: over its declared bounds.

    With `ends` a range `A:B` gives its ends, for designs that sample between them. Raises ScenarioError.
    """
    whole, numbers, words = _kind(key, scenario)
    name = key.rpartition(".")[2]
    name = key if name in _OWN_COLUMNS or name.isdecimal() else name
    if told is None:
        levels = _declared(key, where, ends)
    elif ":" in told and numbers:
        levels = _range(told, whole, where, ends)
    elif told.strip() == "":
        raise _wrong(where, "there is no level behind the =")
    else:
        levels = tuple(_item(part.strip(), whole, numbers, words, where) for part in told.split(","))
    if len(levels) < 2:
        raise _wrong(where, f"{level_text(levels[0])} is one level, and nothing varies", f"write --set {key}=...")
    for level in levels:
        if levels.count(level) > 1:
            raise _wrong(where, f"the level {level_text(level)} stands twice")
    span = ends and (told is None or told.count(":") == 1) and not isinstance(levels[0], bool | str)
    return Factor(name, key, levels, whole, span)


def named_apart(factors: Sequence[Factor], where: Position) -> tuple[Factor, ...]:
    """Factors with names that differ: two keys with the same last part are called by the whole key.

    Raises ScenarioError for a key that is varied twice.
    """
    keys = [factor.key for factor in factors]
    for key in keys:
        if keys.count(key) > 1:
            raise _wrong(where, f"{key} is varied twice", "say all its levels at once")
    names = [factor.name for factor in factors]
    return tuple(replace(one, name=one.key) if names.count(one.name) > 1 else one for one in factors)


def check_levels(factors: Sequence[tuple[Factor, Position]], source: str | Path, overrides: Sequence[str]) -> None:
    """Read the scenario at every level of every factor, one at a time. Raises ScenarioError with all problems."""
    problems: list[Problem] = []
    for factor, where in factors:
        for level in factor.levels:
            try:
                load_scenario(source, [*overrides, factor.override(level)], notes=[])
            except ScenarioError as error:
                problems += [_at(where, problem) for problem in error.problems]
    if problems:
        raise ScenarioError(list({str(problem): problem for problem in problems}.values())[:20])


def _at(where: Position, problem: Problem) -> Problem:
    """A problem of an override, told where the levels were written."""
    return replace(problem, position=where) if problem.file.startswith("override ") else problem


# -- names -----------------------------------------------------------------------------------------------


def find_key(name: str, scenario: Scenario, where: Position) -> str:
    """The full key that a name or a dotted key stands for. Raises ScenarioError with what may have been meant."""
    declare_everything()
    ends = _ends(scenario)
    if "." in name:
        found = [name] if name in {key for keys in ends.values() for key in keys} or _is_deeper(name) else []
    else:
        found = ends.get(name, [])
    if name.partition(".")[0] in _NOT_VARIED:
        remedy = "replications are other seeds" if name == "seed" else ""
        raise _wrong(where, f"{name} describes a run and is not varied", remedy)
    if len(found) > 1:
        raise _wrong(where, f"{name} may be {' or '.join(found)}", "write one of them in full")
    if not found:
        known = [*ends, *(key for keys in ends.values() for key in keys)] if "." in name else list(ends)
        if not name:
            raise _wrong(where, "there is no name before the =")
        close = did_you_mean(name, known)
        remedy = close if close.startswith("did") else "`clustersim describe parameters` lists parameters"
        raise ScenarioError([Problem(where, "", f"nothing is called {shown(name)}", name, GRAMMAR, remedy)])
    return found[0]


def _ends(scenario: Scenario) -> dict[str, list[str]]:
    """Every key that may be varied, by its last part."""
    found: dict[str, list[str]] = {}
    for name, keys in homes().items():
        kept = [key for key in keys if "." in key]
        apart = [key for key in kept if not key.startswith("neutral.")] if len(kept) > 1 else kept
        if apart and apart[0].partition(".")[0] not in _NOT_VARIED:
            found.setdefault(name, []).extend(apart)
    for section, form in (("policies", Instrument), ("shocks", ShockEvent)):
        for row, event in enumerate(getattr(scenario, section)):
            for part in form.model_fields:
                found.setdefault(part, []).append(f"{section}.{row}.{part}")
            for setting in event.settings:
                found.setdefault(setting, []).append(f"{section}.{row}.settings.{setting}")
    return found


def _is_deeper(key: str) -> bool:
    """Whether a dotted key may lead into a list or an open mapping, or into `neutral`: reading the scenario decides."""
    first, _, rest = key.partition(".")
    return first in ("industries", "policies", "shocks", "regions", "neutral", "plan") and bool(rest)


def _kind(key: str, scenario: Scenario) -> tuple[bool, bool, bool]:
    """Whether only whole numbers, whether numbers at all, and whether words may stand at a key."""
    section, _, name = key.partition(".")
    if section == "parameters":
        return PARAMETERS[name].whole, True, False
    if section == "mechanisms":
        return False, False, False
    path: Key = tuple(int(part) if part.isdecimal() else part for part in key.split("."))
    kind = schema_at(path).get("type")
    if kind in ("array", "object"):
        raise ScenarioError([Problem(Position(f"-p {key}", 0), "", f"{key} is no single value", allowed=GRAMMAR)])
    return kind == "integer", kind in ("integer", "number", None), kind in ("string", None)


# -- levels ----------------------------------------------------------------------------------------------


def _declared(key: str, where: Position, ends: bool) -> tuple[Value, ...]:
    section, _, name = key.partition(".")
    if section == "mechanisms":
        return (bool(MECHANISMS[name].default), not MECHANISMS[name].default)
    if section != "parameters":
        raise _wrong(where, f"{key} has no declared sweep bounds", f"write {name.rpartition('.')[2]}=A:B:N")
    parameter: Parameter = PARAMETERS[name]
    low, high = (Fraction(repr(end)) for end in parameter.sweep)
    if low == high:
        raise _wrong(where, f"the sweep bounds of {name} are one value", f"write {name}=A:B:N")
    if ends:
        return tuple(_number(end, parameter.whole) for end in (low, high))
    counts = [count for count in range(BY_ITSELF, 1, -1) if not parameter.whole or (high - low) % (count - 1) == 0]
    return _spaced(low, high, counts[0], parameter.whole)


def _range(told: str, whole: bool, where: Position, ends: bool) -> tuple[Value, ...]:
    parts = [part.strip() for part in told.split(":")]
    if len(parts) not in ((2, 3) if ends else (3,)):
        raise _wrong(where, f"{shown(told)} is not of the form A:B:N", "write the number of levels as the third part"
                     if len(parts) == 2 else "")  # fmt: skip
    low, high = (_fraction(part, where) for part in parts[:2])
    if ends and len(parts) == 2:
        if low >= high:
            raise _wrong(where, f"{parts[0]} is not below {parts[1]}")
        return tuple(_item(part, whole, True, False, where) for part in parts)
    third = _fraction(parts[2], where)
    if third.denominator != 1 or third < 2 or "." in parts[2]:
        raise _wrong(where, f"N is the number of levels, a whole number from 2 on, not {parts[2]}",
                     _meant_as_step(parts, low, high, third))  # fmt: skip
    count = int(third)
    if low >= high:
        said = "is" if low == high else "is above"
        raise _wrong(where, f"{parts[0]} {said} {parts[1]}: A is the lower end",
                     f"write {parts[1]}:{parts[0]}:{count}" if low > high else "")  # fmt: skip
    if count > MOST_LEVELS:
        raise _wrong(where, f"{count:,} levels are too many", f"up to {MOST_LEVELS:,}")
    if whole and any(end.denominator != 1 for end in (low, high)):
        raise _wrong(where, "only whole numbers may stand here", "give whole ends")
    if whole and (high - low) % (count - 1) != 0:
        fitting = [number for number in range(2, min(int(high - low) + 1, 50) + 1) if (high - low) % (number - 1) == 0]
        raise _wrong(where, f"{count} levels from {parts[0]} to {parts[1]} are not whole numbers, and only these may "
                     "stand here", f"N may be {', '.join(map(str, fitting))}")  # fmt: skip
    levels = _spaced(low, high, count, whole)
    if len(set(levels)) < count:
        raise _wrong(where, "the levels are too close to be told apart", "give fewer")
    return levels


def _meant_as_step(parts: Sequence[str], low: Fraction, high: Fraction, step: Fraction) -> str:
    """The remedy where the third part may be a step, or a second end (from:step:to)."""
    if step > 0 and high > low and (high - low) % step == 0 and (high - low) / step <= MOST_LEVELS:
        return f"for steps of {parts[2]} write {parts[0]}:{parts[1]}:{(high - low) // step + 1}"
    if high > 0 and step > low and (step - low) % high == 0 and (step - low) / high <= MOST_LEVELS:
        return (
            f"from {parts[0]} to {parts[2]} in steps of {parts[1]} is {parts[0]}:{parts[2]}:{(step - low) // high + 1}"
        )
    return ""


def _spaced(low: Fraction, high: Fraction, count: int, whole: bool) -> tuple[Value, ...]:
    """`count` levels from `low` to `high`, both included to the digit."""
    between = [low + (high - low) * step / (count - 1) for step in range(count)]
    return tuple(_number(value, whole) for value in between)


def _number(value: Fraction, whole: bool) -> int | float:
    """The number that a fraction is: that decimal where it has an end, else rounded to DIGITS."""
    if whole:
        return int(value)
    quotient = Decimal(value.numerator) / Decimal(value.denominator)
    ends = len(quotient.normalize().as_tuple().digits) <= FLOAT_DIGITS
    return float(quotient) if ends else float(f"{quotient:.{DIGITS}g}")


def rounded(value: float, whole: bool = False, digits: int = 6) -> Value:
    """A sampled value as a level: whole, or of so many significant digits."""
    return round(value) if whole else float(f"{value:.{digits}g}")


def _fraction(text: str, where: Position) -> Fraction:
    if not _NUMBER.match(text):
        remedy = "decimals have a point, and levels are parted by commas" if "," in text else ""
        raise _wrong(where, f"{shown(text)} is not a number", remedy)
    value = Fraction(text)
    if not math.isfinite(float(Decimal(text))):
        raise _wrong(where, f"{text} is too large")
    return value


def _item(text: str, whole: bool, numbers: bool, words: bool, where: Position) -> Value:
    """One level of a list."""
    if text in ("true", "false") and not numbers:
        return text == "true"
    if numbers and (_NUMBER.match(text) or not words):
        value = _fraction(text, where)
        if whole and value.denominator != 1:
            raise _wrong(where, f"{text} is not a whole number, and only these may stand here")
        return int(value) if whole else float(Decimal(text))
    if words and text:
        return text
    allowed = "true or false" if not words else "a word"
    raise _wrong(where, f"{shown(text)} is not {allowed}")


def _wrong(where: Position, message: str, remedy: str = "") -> ScenarioError:
    return ScenarioError([Problem(where, "", message, allowed=GRAMMAR, remedy=remedy)])
