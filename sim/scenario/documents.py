"""Text -> a document: values that remember their line and column. The only importer of yaml.

Plain words mean what YAML 1.2 says: only `true` and `false` are switches, so that `no` and `on` may be names,
and `1e-3` is a number. Tags that make objects, endless aliases and deep nesting are refused.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError
from yaml.reader import Reader

from sim.kernel.letters import composed, invisible
from sim.kernel.scenario_types import Section
from sim.scenario.files import Unreadable, read_bytes
from sim.scenario.problems import Key, Position, Problem, ScenarioError, dotted, shown

MOST_CHARACTERS = 1_000_000
MOST_NODES = 100_000
DEEPEST = 50
PLAIN = "write plain values"

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NOTHING = ("", "~", "null", "Null", "NULL")
_WHOLE = re.compile(r"[-+]?[0-9]+\Z")
_REAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_NOT_A_NUMBER = re.compile(r"\.(nan|NaN|NAN)\Z|[-+]?\.(inf|Inf|INF)\Z")
_TAGS = {f"tag:yaml.org,2002:{kind}": kind for kind in ("str", "int", "float", "bool", "null", "map", "seq")}
_UNPRINTABLE = Reader.NON_PRINTABLE
_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Entry:
    """A value and where it stands; `name` is where its key stands, for an entry of a mapping."""

    value: Scalar | dict[str, Entry] | list[Entry]
    position: Position
    name: Position | None = None


def plain(entry: Entry) -> Any:
    """The bare value: mappings as dict, lists as tuple."""
    if isinstance(entry.value, dict):
        return {key: plain(child) for key, child in entry.value.items()}
    if isinstance(entry.value, list):
        return tuple(plain(child) for child in entry.value)
    return entry.value


def read_yaml(text: str, position: Position, problems: list[Problem], key: Key = ()) -> Entry | None:
    """Read one YAML document, the value of `key`, that starts at `position`; what is wrong is added to `problems`.

    Returns None, with a problem, when nothing can be read. An empty document is an Entry with value None.
    """
    if len(text) > MOST_CHARACTERS:
        problems.append(Problem(position, "", f"the text has {len(text):,} characters", allowed=f"{MOST_CHARACTERS:,}"))
        return None
    strange = _UNPRINTABLE.search(text)
    if strange:
        where = _position_at(text, strange.start(), position)
        problems.append(Problem(where, "", f"the character U+{ord(strange.group()):04X} cannot stand in YAML"))
        return None
    try:
        return _Reading(text, position, problems).document(key)
    except _Refused as refused:
        problems.append(refused.problem)
    except yaml.YAMLError as error:
        problems.append(_syntax_problem(error, text, position))
    return None


def write_yaml(values: Any) -> str:
    """Values as YAML text, in their order."""
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=110)


def _position_at(text: str, position: int, start: Position) -> Position:
    before = text[:position]
    line = before.count("\n")
    column = position - (before.rfind("\n") + 1)
    return _moved(start, line, column)


def _moved(start: Position, line: int, column: int) -> Position:
    """The place `line` lines and `column` columns (from 0) into a text that starts at `start`."""
    return Position(start.file, start.line + line, column + (start.column if line == 0 else 1), start.folder)


def _syntax_problem(error: yaml.YAMLError, text: str, start: Position) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return Problem(start, "", f"not YAML: {' '.join(str(error).split())}")
    lines = text.split("\n")
    if mark.line < len(lines):
        position, line = _moved(start, mark.line, mark.column), lines[mark.line]
    else:
        position, line = _moved(start, len(lines) - 1, len(lines[-1])), ""
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent:
        where = _moved(start, mark.line, indent.index("\t"))
        return Problem(where, "", "a tab indents this line", remedy="YAML allows only spaces there")
    what = getattr(error, "problem", None) or "the text breaks off"
    context = getattr(error, "context", None)
    remedy = ""
    marked = [number for number in (mark.line, mark.line - 1) if 0 <= number < len(lines) and invisible(lines[number])]
    if marked:
        number = _moved(start, marked[0], 0).line
        remedy = f"write plain spaces: line {number} holds an invisible character, {invisible(lines[marked[0]])}"
    elif "mapping values are not allowed" in what:
        remedy = "put text that holds ': ' in quotes, and check the indentation"
    elif "could not find expected ':'" in what or "did not find expected" in what:
        remedy = "check the indentation, brackets and quotes here and on the line above"
    return Problem(position, "", f"not YAML: {what}{f' ({context})' if context else ''}", remedy=remedy)


class _Refused(Exception):
    """Reading cannot go on."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


class _Reading:
    """One pass over the parser's events."""

    def __init__(self, text: str, start: Position, problems: list[Problem]) -> None:
        self.start = start
        self.problems = problems
        self.events = iter(yaml.parse(text, Loader=_Parser))
        self.anchors: dict[str, Entry] = {}
        self.weights: dict[str, int] = {}
        self.nodes = 0

    def document(self, key: Key) -> Entry:
        """The one document of the text, the value of `key`."""
        next(self.events)
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return Entry(None, self.start)
        entry = self.entry(next(self.events), key)
        next(self.events)
        another = next(self.events)
        if not isinstance(another, yaml.StreamEndEvent):
            raise _Refused(Problem(self.at(another), "", "a second document starts here", remedy="keep one to a file"))
        return entry

    def at(self, event: yaml.Event) -> Position:
        """Where an event starts."""
        mark: Any = event.start_mark
        return _moved(self.start, mark.line, mark.column)

    def count(self, nodes: int, event: yaml.Event) -> None:
        """Count nodes, aliases written out."""
        self.nodes += nodes
        if self.nodes > MOST_NODES:
            message = f"with its aliases written out the text has more than {MOST_NODES:,} values"
            raise _Refused(Problem(self.at(event), "", message, remedy="write it without aliases, or shorter"))

    def entry(self, event: Any, path: Key) -> Entry:
        """The entry at `path`, which begins with `event`."""
        if len(path) >= DEEPEST:
            raise _Refused(Problem(self.at(event), "", f"nested more than {DEEPEST} levels deep"))
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        self.count(1, event)
        before = self.nodes
        if isinstance(event, yaml.MappingStartEvent):
            entry = Entry(self.mapping(event, path), self.at(event))
        elif isinstance(event, yaml.SequenceStartEvent):
            entry = Entry(self.sequence(event, path), self.at(event))
        else:
            entry = Entry(self.scalar(event, path), self.at(event))
        if event.anchor:
            self.anchors[event.anchor] = entry
            self.weights[event.anchor] = self.nodes - before + 1
        return entry

    def alias(self, event: yaml.AliasEvent) -> Entry:
        """What an alias stands for; an anchor is known only once its value is complete."""
        if event.anchor not in self.anchors:
            raise _Refused(Problem(self.at(event), "", f"the alias *{event.anchor} has no complete anchor above it"))
        self.count(self.weights[event.anchor], event)
        return self.anchors[event.anchor]

    def sequence(self, start: yaml.SequenceStartEvent, path: Key) -> list[Entry]:
        """The entries of a list."""
        self.refuse_tag(start)
        entries: list[Entry] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            entries.append(self.entry(event, (*path, len(entries))))
        return entries

    def mapping(self, start: yaml.MappingStartEvent, path: Key) -> dict[str, Entry]:
        """The entries of a mapping; a key that stands twice is a problem that names both lines."""
        self.refuse_tag(start)
        entries: dict[str, Entry] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            position = self.at(event)
            key = self.key(event)
            child = self.entry(next(self.events), (*path, key))
            child = Entry(child.value, child.position, position)
            first = entries.get(key)
            if first is not None and first.name is not None:
                message = f"the key stands twice: on line {first.name.line} and on line {position.line}"
                self.problems.append(Problem(position, dotted((*path, key)), message, remedy="keep one of the two"))
            entries[key] = child
        return entries

    def key(self, event: yaml.Event) -> str:
        """A key: always text, as it is written."""
        if isinstance(event, yaml.AliasEvent):
            entry = self.alias(event)
            if isinstance(entry.value, str):
                return entry.value
        elif isinstance(event, yaml.ScalarEvent):
            self.count(1, event)
            if event.value == "<<" and not event.style:
                remedy = "use `extends`, or an alias for the value"
                raise _Refused(Problem(self.at(event), "<<", "merge keys are not supported", remedy=remedy))
            return composed(event.value)
        raise _Refused(Problem(self.at(event), "", "a key must be text"))

    def scalar(self, event: yaml.ScalarEvent, path: Key) -> Scalar:
        """A number, switch, null or text."""
        kind = _TAGS.get(event.tag or "")
        if event.tag and event.tag != "!" and kind is None:
            raise _Refused(Problem(self.at(event), dotted(path), f"the tag {event.tag} is not allowed", remedy=PLAIN))
        text = event.value
        if (kind is None and (event.style or event.tag == "!")) or kind == "str":
            return composed(text)
        if text in _NOTHING:
            return None
        if text in _WORDS:
            return _WORDS[text]
        if _WHOLE.match(text):
            if len(text) > 40:
                self.problems.append(Problem(self.at(event), dotted(path), f"the number {shown(text)} is too long"))
                return 0
            return int(text)
        if _REAL.match(text) or _NOT_A_NUMBER.match(text):
            number = float(text.replace(".", "") if _NOT_A_NUMBER.match(text) else text)
            if not math.isfinite(number):
                message = f"{text} is not a finite number"
                self.problems.append(Problem(self.at(event), dotted(path), message, number, remedy="write a number"))
            return number
        return composed(text)

    def refuse_tag(self, event: yaml.CollectionStartEvent) -> None:
        """Collections carry no tag but their own."""
        if event.tag and _TAGS.get(event.tag) not in ("map", "seq"):
            raise _Refused(Problem(self.at(event), "", f"the tag {event.tag} is not allowed", remedy=PLAIN))


# -- asking a document ------------------------------------------------------------------------------------


def entry_at(tree: Entry, key: Key) -> Entry | None:
    """The entry at `key`, or None."""
    found: Entry | None = tree
    for part in key:
        value = found.value if found is not None else None
        if isinstance(value, dict):
            found = value.get(str(part))
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            found = value[part]
        else:
            return None
    return found


def position_of(tree: Entry, key: Key) -> Position:
    """Where the value at `key` stands, or the nearest mapping or list around it."""
    for length in range(len(key), 0, -1):
        entry = entry_at(tree, key[:length])
        if entry is not None:
            return entry.position if length == len(key) or entry.name is None else entry.name
    return tree.position


def position_of_name(tree: Entry, key: Key) -> Position:
    """Where the key itself stands."""
    entry = entry_at(tree, key)
    return entry.name if entry is not None and entry.name is not None else position_of(tree, key)


def pruned(tree: Entry, key: Key) -> Entry:
    """`tree` without the entry at `key`. Items of a list are blanked out by leaving the list shorter."""
    if not key or isinstance(tree.value, (str, int, float, bool, type(None))):
        return tree
    if isinstance(tree.value, list):
        row = key[0]
        if not isinstance(row, int) or row >= len(tree.value):
            return tree
        return replace(tree, value=tree.value[:row] + _remainder(tree.value[row], key) + tree.value[row + 1 :])
    name = str(key[0])
    if name not in tree.value:
        return tree
    rest = {other: child for other, child in tree.value.items() if other != name}
    below = _remainder(tree.value[name], key)
    return replace(tree, value={**rest, name: below[0]} if below else rest)


def _remainder(child: Entry, key: Key) -> list[Entry]:
    return [pruned(child, key[1:])] if len(key) > 1 else []


# -- documents of another form ----------------------------------------------------------------------------

Form = TypeVar("Form", bound=Section)


def read_document(path: str | Path, form: type[Form], remedy: str) -> tuple[Form, Entry]:
    """What a file says, checked against `form`, and its entries with their places.

    Raises ScenarioError with every problem found; `remedy` is for a file that cannot be read.
    """
    problems: list[Problem] = []
    start = Position(str(path))
    try:
        text = read_bytes(Path(path), MOST_CHARACTERS).decode("utf-8-sig")
    except Unreadable as fault:
        raise ScenarioError([Problem(start, "", fault.message, allowed=fault.allowed, remedy=remedy)]) from None
    except (OSError, UnicodeDecodeError) as error:
        told = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise ScenarioError([Problem(start, "", told, remedy=remedy)]) from None
    entry = read_yaml(text, start, problems)
    if entry is None or problems:
        raise ScenarioError(problems)
    try:
        return form.model_validate(plain(entry)), entry
    except ValidationError as error:
        raise ScenarioError(
            [
                Problem(position_in(entry, tuple(wrong["loc"])), dotted(wrong["loc"]), wrong["msg"], wrong["input"])
                for wrong in error.errors()
            ]
        ) from None


def position_in(entry: Entry, key: Key) -> Position:
    """Where the value of a key stands, or the nearest that holds it."""
    for part in key:
        if isinstance(entry.value, dict) and part in entry.value:
            entry = entry.value[str(part)]
        elif isinstance(entry.value, list) and isinstance(part, int) and part < len(entry.value):
            entry = entry.value[part]
    return entry.position
