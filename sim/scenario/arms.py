"""Arms of a comparison as they are written on the command line: `NAME=key:value,key:value`.

What an arm changes begins with the treatment, parameters and mechanisms too: arms live through every year before it
alike. Where an arm is meant to have another past, `since="opening"` lets it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from sim.kernel.declare import MECHANISMS, PARAMETERS
from sim.kernel.letters import composed
from sim.kernel.scenario_types import Scenario
from sim.scenario.changes import past_of, untimely
from sim.scenario.json_schema import known_layouts
from sim.scenario.layers import name_of
from sim.scenario.problems import Position, Problem, ScenarioError, did_you_mean
from sim.scenario.reading import changed, load_scenario

Since = Literal["fork", "opening"]
"""When what an arm changes begins: with the treatment, or in the opening, so that the arm has a past of its own."""
SINCE: tuple[Since, ...] = get_args(Since)
YARDSTICKS = ("market", "idle")
"""Layouts that tell what a plan's money would have done with consumers, and in labour that makes nothing."""
_NAME = re.compile(r"\w[\w .+-]{0,39}\Z")
_CLOSING = {"[": "]", "{": "}", "(": ")", '"': '"', "'": "'"}


def parse_arm(text: str) -> tuple[str, list[str]]:
    """Name and overrides of an arm: `rush=plan.imitation:1,parameters.foresight:0`, or only the name of a layout.

    Raises ScenarioError that shows the text.
    """
    name, equals, rest = composed(text).partition("=")
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


def load_arms(
    sources: Sequence[str | Path], arms: Sequence[str], overrides: Sequence[str] = (), since: Since = "fork"
) -> dict[str, Scenario]:
    """The scenarios to compare, by name, in the order given.

    Several `sources`: each is an arm with the name of its file. One source: each of `arms` is the source with the
    arm's overrides after the common `overrides`; with a single arm the source itself comes first. From the fork (see
    `Since`) the parameters and mechanisms of an arm become changes in the first year of treatment.
    Raises ScenarioError with the problems of all arms; from the fork, an override that makes another past is one.
    """
    if len(sources) > 1 and arms:
        message = "several scenarios are arms already"
        raise ScenarioError(
            [Problem(Position(f"--arm {arms[0]}", 0), "", message, remedy="give one scenario, or no --arm")]
        )
    wanted: list[tuple[str, str | Path, list[str]]] = []
    if len(sources) > 1 or not arms:
        wanted = [(name_of(source), source, []) for source in sources]
    else:
        wanted = [(name, sources[0], own) for name, own in map(parse_arm, arms)]
        if len(wanted) == 1:
            wanted.insert(0, (name_of(sources[0]), sources[0], []))
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
    base: Scenario | None = None
    for name, source, own in wanted:
        try:
            arm = load_scenario(source, [*overrides, *own])
            if own and since == "fork":
                base = base or load_scenario(source, overrides)
                arm = from_fork(name, arm, base)
            loaded[name] = arm
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return loaded


def with_yardsticks(arms: dict[str, Scenario]) -> dict[str, Scenario]:
    """`arms`, and after them one for each of YARDSTICKS that none has: the first arm with that layout, no instruments.

    Raises ScenarioError where an arm with another plan has the name already.
    """
    first = next(iter(arms.values()))
    found = dict(arms)
    for name in YARDSTICKS:
        if any(arm.plan.layout == name and arm.plan.imitation == 0.0 for arm in arms.values()):
            continue
        if name in arms:
            raise _wrong(name, "has another layout than its name, which --yardsticks needs", remedy="rename the arm")
        plan = first.plan.model_copy(update={"layout": name, "imitation": 0.0})
        found[name] = first.model_copy(update={"plan": plan, "policies": ()})
    return found


def from_fork(name: str, arm: Scenario, base: Scenario) -> Scenario:
    """`arm` with the past of `base`: parameters and mechanisms in which it differs change as the treatment begins.

    Raises ScenarioError, at `--arm name`, for what makes another past and cannot begin with the treatment.
    """
    if past_of(arm) == past_of(base):
        return arm
    first = base.years.burn_in + 1
    dated = _settings_apart(arm, base)
    problems = [
        _wrong(name, f"{key} {reason[0]}", remedy="--arms-from opening gives the arm a past of its own").problems[0]
        for key in dated
        if (reason := untimely(tuple(key.split(".")), first, base)) is not None
    ]
    shared = arm.model_copy(update={"parameters": base.parameters, "mechanisms": base.mechanisms})
    if past_of(shared) != past_of(base):
        keys = [
            key for key in Scenario.model_fields if key not in _TREATMENT and getattr(shared, key) != getattr(base, key)
        ]
        problems.append(
            _wrong(name, f"{', '.join(keys)}: other than in the arms' common past", "",
                   "--arms-from opening gives the arm a past of its own").problems[0]
        )  # fmt: skip
    if problems:
        raise ScenarioError(problems)
    told: dict[int, Mapping[str, Any]] = {change.year: change.set for change in arm.changes}
    told[first] = {**dated, **told.get(first, {})}
    return changed(shared, {year: values for year, values in sorted(told.items()) if values})


_TREATMENT = ("plan", "policies", "shocks", "title", "description", "source", "look_at", "origin", "record", "seed")
"""Keys of a scenario that its burn-in does not depend on."""


def _settings_apart(arm: Scenario, base: Scenario) -> dict[str, Any]:
    """Values of parameters and mechanisms in which an arm differs, by full key, defaults counted."""
    apart: dict[str, Any] = {}
    for section, declared in (("parameters", PARAMETERS), ("mechanisms", MECHANISMS)):
        own, common = getattr(arm, section), getattr(base, section)
        for key in sorted({*own, *common}):
            default = declared[key].default
            if own.get(key, default) != common.get(key, default):
                apart[f"{section}.{key}"] = own.get(key, default)
    return apart
