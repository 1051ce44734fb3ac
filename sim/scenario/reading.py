"""Scenarios: from files and overrides to a checked, frozen Scenario, and back to text.

A scenario file may say `extends: other.yaml`: mappings merge, numbers, words and lists replace, `key: null` removes
what is inherited. Overrides such as `plan.budget=0.1` come last. Everything that is wrong is reported at once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from sim.kernel.fingerprint import fingerprint
from sim.kernel.scenario_types import Plan, Scenario
from sim.scenario.advice import advise
from sim.scenario.changes import with_checked_changes
from sim.scenario.checks import CHECKS
from sim.scenario.documents import Entry, write_yaml
from sim.scenario.embedding import with_map_table
from sim.scenario.json_schema import declare_everything, is_list, json_schema
from sim.scenario.layers import find_scenario, known_scenarios, merged, read_layers, with_overrides
from sim.scenario.plan_tables import with_plan_tables
from sim.scenario.problems import Key, Position, Problem, ScenarioError, dotted
from sim.scenario.validation import MOST_PROBLEMS, Draft, validated

__all__ = [
    "ScenarioError",
    "diff_scenarios",
    "json_schema",
    "known_scenarios",
    "load_scenario",
    "scenario_as_yaml",
    "scenario_identity",
]

log = logging.getLogger("clustersim")
_WORDS_ONLY = {"title", "description", "source", "look_at", "origin", "seed"}


def load_scenario(source: str | Path, overrides: Sequence[str] = (), notes: list[Problem] | None = None) -> Scenario:
    """The scenario in a file, with `overrides` such as "plan.budget=0.1" or "policies.0.strength=2" laid over it.

    `source` is a path or the bare name of a file in scenarios/. Tables named in it are read and become part of it.
    `notes` receives what is worth knowing and no mistake, such as how a table was understood; without it, the log does.
    Raises ScenarioError with every problem found, each with file, line and column.
    """
    problems: list[Problem] = []
    path = find_scenario(source, problems)
    tree = read_layers(path, problems) if path is not None else None
    if tree is None:
        raise ScenarioError(problems)
    tree = with_overrides(tree, overrides, is_list, problems)
    declare_everything()
    told: list[Problem] = []
    scenario = _checked(_over_defaults(tree), problems, told)
    if problems:
        raise ScenarioError(problems)
    told.sort(key=lambda note: (note.file, note.line, note.column))
    if notes is not None:
        notes += told
    else:
        for note in told:
            log.info("%s", note)
    return scenario.model_copy(update={"origin": str(path)})


def _over_defaults(tree: Entry) -> Entry:
    """`tree` over the neutral plan that a scenario has by itself, so that a file may change one line of it."""
    position = replace(tree.position, line=1, column=1)
    own = {name: Entry(value, position, position) for name, value in _changed(_default("neutral"), Plan()).items()}
    return merged(Entry({"neutral": Entry(own, position, position)}, position), tree)


def _default(section: str) -> Any:
    return Scenario.model_fields[section].get_default(call_default_factory=True)


def _checked(tree: Entry, problems: list[Problem], notes: list[Problem]) -> Scenario:
    """The scenario in `tree` with its tables and changes; everything that is wrong is added to `problems`."""
    scenario, fitting = _sound(tree, problems, notes)
    return with_checked_changes(scenario, fitting, problems, notes, _sound)


def _sound(tree: Entry, problems: list[Problem], notes: list[Problem]) -> tuple[Scenario, Entry]:
    """The scenario in `tree` with its tables, changes unread, and the entries that it was made of."""
    named = tree.value.get("industries") if isinstance(tree.value, dict) else None
    industries = tuple(named.value) if named is not None and isinstance(named.value, dict) else ()
    scenario, fitting = validated(tree, problems)
    readable = not any(problem.key.startswith("regions") for problem in problems)
    if readable:
        before = len(problems)
        scenario = with_map_table(scenario, fitting, problems, notes)
        readable = len(problems) == before
    positions: dict[Key, Position] = {}
    regions = scenario.regions.names() if readable else None
    scenario = with_plan_tables(scenario, fitting, regions, problems, notes, positions)
    draft = Draft(scenario, fitting, industries, regions, positions)
    for check in CHECKS:
        problems += islice(check(draft), MOST_PROBLEMS)
    if not problems:
        notes += advise(draft)
    return scenario, fitting


def changed(scenario: Scenario, changes: Mapping[int, Mapping[str, Any]]) -> Scenario:
    """The scenario with these changes, year -> key -> value, in the place of its own.

    Raises ScenarioError with every problem found.
    """
    place = Position("the scenario", 0)
    values = scenario.model_dump(exclude={"changes", "origin"})
    told = [_written_entry({"year": year, "set": told}, Position(f"change of year {year}", 0))
            for year, told in changes.items()]  # fmt: skip
    tree = _written_entry(values, place)
    assert isinstance(tree.value, dict)
    problems: list[Problem] = []
    declare_everything()
    found = _checked(replace(tree, value={**tree.value, "changes": Entry(told, place)}), problems, [])
    if problems:
        raise ScenarioError(problems)
    return found.model_copy(update={"origin": scenario.origin})


def _written_entry(value: Any, position: Position) -> Entry:
    """Bare values as entries that all stand at one place."""
    if isinstance(value, Mapping):
        kept = {str(name): replace(_written_entry(child, position), name=position) for name, child in value.items()}
        return Entry(kept, position)
    if isinstance(value, (list, tuple)):
        return Entry([_written_entry(child, position) for child in value], position)
    return Entry(value, position)


# -- back to text ----------------------------------------------------------------------------------------


def scenario_as_yaml(scenario: Scenario) -> str:
    """YAML text that loads as an equal scenario: all that differs from the defaults, tables written out."""
    values = _changed(scenario, Scenario())
    values.pop("origin", None)
    if scenario.regions.grid is not None and "regions" in values:
        values["regions"] = {"grid": scenario.regions.grid.model_dump(), **values["regions"]}
    return write_yaml(values)


def _changed(section: BaseModel, standard: BaseModel) -> dict[str, Any]:
    """Fields of `section` that differ from `standard`, as bare values."""
    changed: dict[str, Any] = {}
    for name in type(section).model_fields:
        value, usual = getattr(section, name), getattr(standard, name)
        if value != usual and value is not None:
            changed[name] = _bare(value, usual)
    return changed


def _bare(value: Any, usual: Any = None) -> Any:
    if isinstance(value, BaseModel):
        standard = usual if isinstance(usual, type(value)) else _plainest(value)
        return _changed(value, standard)
    if isinstance(value, dict):
        return {key: _bare(child) for key, child in value.items()}
    if isinstance(value, tuple):
        return [_bare(child) for child in value]
    return value


def _plainest(section: BaseModel) -> BaseModel:
    """An instance of the same section in which every field has its default; fields without one are empty."""
    fields = {name: field.get_default(call_default_factory=True) for name, field in type(section).model_fields.items()}
    required = {name for name, field in type(section).model_fields.items() if field.is_required()}
    return type(section).model_construct(**{name: None if name in required else fields[name] for name in fields})


# -- comparing -------------------------------------------------------------------------------------------


def _complete(scenario: Scenario) -> dict[str, Any]:
    """All that a scenario says, defaults of parameters and switches written out."""
    from sim.kernel.declare import MECHANISMS, PARAMETERS

    declare_everything()
    values = scenario.model_dump(mode="json")
    values["parameters"] = {name: float(one.default) for name, one in PARAMETERS.items()} | values["parameters"]
    values["mechanisms"] = {name: one.default for name, one in MECHANISMS.items()} | values["mechanisms"]
    return values


def scenario_identity(scenario: Scenario) -> str:
    """Hash of all that decides an outcome but the seed: titles, texts and file names do not count."""
    values = {key: value for key, value in _complete(scenario).items() if key not in _WORDS_ONLY}
    return fingerprint(values)


def diff_scenarios(first: Scenario, second: Scenario) -> list[tuple[str, Any, Any]]:
    """Every dotted key whose value differs, with the value in each; None where one has no such key."""
    return list(_differences((), _complete(first), _complete(second)))


def _differences(key: Key, first: Any, second: Any) -> Iterable[tuple[str, Any, Any]]:
    if first == second:
        return
    if isinstance(first, dict) and isinstance(second, dict):
        for name in [*first, *(name for name in second if name not in first)]:
            yield from _differences((*key, name), first.get(name), second.get(name))
    elif _same_rows(first, second):
        for row, (one, other) in enumerate(zip(first, second, strict=True)):
            yield from _differences((*key, row), one, other)
    elif key != ("origin",):
        yield dotted(key), first, second


def _same_rows(first: Any, second: Any) -> bool:
    """Whether both are lists of mappings of one length, to be compared row by row."""
    if not isinstance(first, list) or not isinstance(second, list) or len(first) != len(second):
        return False
    return all(isinstance(row, dict) for row in [*first, *second])
