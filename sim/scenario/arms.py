"""Arms of a comparison as they are written on the command line: `NAME=key:value,key:value`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from sim.kernel.scenario_types import Scenario
from sim.scenario.json_schema import known_layouts
from sim.scenario.problems import Position, Problem, ScenarioError, did_you_mean
from sim.scenario.reading import load_scenario

_NAME = re.compile(r"\w[\w .+-]{0,39}\Z")
_CLOSING = {"[": "]", "{": "}", "(": ")", '"': '"', "'": "'"}


def parse_arm(text: str) -> tuple[str, list[str]]:
    """Name and overrides of an arm: `rush=plan.imitation:1,parameters.foresight:0`, or only the name of a layout.

    Raises ScenarioError that shows the text.
    """
    name, equals, rest = text.partition("=")
    name = name.strip()
    if not _NAME.match(name):
        raise _wrong(text, f"{name!r} cannot name an arm", "1 to 40 letters, digits, spaces or . _ + -")
    if not equals:
        layouts = known_layouts()
        if name not in layouts:
            remedy = (
                did_you_mean(name, layouts)
                or "write NAME=plan.layout:balanced, or a layout of `clustersim describe layouts`"
            )
            raise _wrong(text, "is neither NAME=key:value nor a layout", remedy=remedy)
        return name, [f"plan.layout={name}"]
    overrides = []
    for part in split_outside_brackets(rest):
        key, colon, value = part.partition(":")
        if not colon or not key.strip():
            meant = part.strip().replace("=", ":", 1) if "=" in part else "plan.layout:balanced"
            raise _wrong(text, f"{part.strip()!r} is not of the form key:value", remedy=f"write {meant}")
        overrides.append(f"{key.strip()}={value.strip()}")
    return name, overrides


def split_outside_brackets(text: str) -> list[str]:
    """Split at commas that stand in no bracket and no quote; blank parts are left out."""
    parts, open_until, begin = [], "", 0
    for position, letter in enumerate(text):
        if open_until and letter == open_until[-1]:
            open_until = open_until[:-1]
        elif letter in _CLOSING and open_until[-1:] not in ("'", '"'):
            open_until += _CLOSING[letter]
        elif letter == "," and not open_until:
            parts.append(text[begin:position])
            begin = position + 1
    return [part for part in [*parts, text[begin:]] if part.strip()]


def _wrong(text: str, message: str, allowed: str = "", remedy: str = "") -> ScenarioError:
    return ScenarioError([Problem(Position(f"--arm {text}", 0), "", message, text, allowed, remedy)])


def load_arms(sources: Sequence[str | Path], arms: Sequence[str], overrides: Sequence[str] = ()) -> dict[str, Scenario]:
    """The scenarios to compare, by name, in the order given.

    Several `sources`: each is an arm with the name of its file. One source: each of `arms` is the source with the
    arm's overrides after the common `overrides`; with a single arm the source itself comes first.
    Raises ScenarioError with the problems of all arms.
    """
    if len(sources) > 1 and arms:
        message = "several scenarios are arms already"
        raise ScenarioError(
            [Problem(Position(f"--arm {arms[0]}", 0), "", message, remedy="give one scenario, or no --arm")]
        )
    wanted: list[tuple[str, str | Path, list[str]]] = []
    if len(sources) > 1 or not arms:
        wanted = [(Path(source).stem, source, []) for source in sources]
    else:
        wanted = [(name, sources[0], own) for name, own in map(parse_arm, arms)]
        if len(wanted) == 1:
            wanted.insert(0, (Path(sources[0]).stem, sources[0], []))
    names = [name for name, _source, _own in wanted]
    if len(wanted) < 2:
        raise ScenarioError([Problem(Position(str(sources[0]) if sources else "compare", 0), "", "is only one arm",
                                     remedy="add --arm NAME=key:value, or another scenario")])  # fmt: skip
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise ScenarioError(
            [
                Problem(
                    Position(f"arm {twice[0]}", 0),
                    "",
                    "two arms have this name",
                    remedy="give each its own: --arm NAME=key:value",
                )
            ]
        )
    loaded: dict[str, Scenario] = {}
    problems: list[Problem] = []
    for name, source, own in wanted:
        try:
            loaded[name] = load_scenario(source, [*overrides, *own])
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return loaded
