"""The experiment that a command asks for in words: `sweep SCENARIO -p NAME=A:B:N --arm NAME=key:value`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.scenario.arms import Since, parse_arm
from sim.scenario.documents import plain, read_yaml
from sim.scenario.layers import name_of
from sim.scenario.problems import Key, Position, Problem, ScenarioError
from sim.scenario.reading import load_scenario
from sim.studies.experiment.contents import RECORDED, Experiment, Told
from sim.studies.experiment.designs import Sampling
from sim.studies.experiment.reading import set_up
from sim.studies.experiment.setup import Setup

ARMS = ("duplicated", "differentiated")
"""Arms of a sweep that names none; the first is the baseline."""


def sweep_of(
    scenario: str | Path, factors: Sequence[str], arms: Sequence[str] = (), overrides: Sequence[str] = (),
    replications: int = 12, seed: int = 1, record: Sequence[str] = RECORDED, design: str | Mapping[str, Any] = "full",
    since: Since = "fork", title: str = "",
) -> Setup:  # fmt: skip
    """The experiment that `sweep` asks for in words: factors `NAME=A:B:N`, arms `NAME=key:value`.

    With one arm the scenario as it is comes first, with none ARMS are compared. Raises ScenarioError.
    """
    base = load_scenario(scenario, overrides, notes=[])
    told: dict[str, Told] = {}
    texts: dict[str, str] = {}
    for text in factors:
        name, equals, levels = (part.strip() for part in text.partition("="))
        if name in told:
            raise ScenarioError([Problem(Position(f"-p {text}", 0), "", f"{name} is varied twice",
                                         remedy="say all its levels at once")])  # fmt: skip
        told[name], texts[name] = levels if equals else None, text
    asked = [parse_arm(arm) for arm in (arms or ARMS)]
    named = {name: values_of(own) for name, own in asked}
    if len(named) < len(asked):
        raise ScenarioError([Problem(Position("--arm", 0), "", "two arms have the same name")])
    if len(named) == 1:
        named = {name_of(scenario): {}, **named}
    words = {name: text for (name, _), text in zip(asked, arms or ARMS, strict=True)}

    def where(key: Key) -> Position:
        if key[0] == "factors":
            return Position(f"-p {texts[str(key[1])]}" if len(key) > 1 else "-p", 0)
        if key[0] == "arms":
            return Position(f"--arm {words.get(str(key[1]), '')}" if len(key) > 1 else "--arm", 0)
        return Position({"set": "--set", "record": "--measure", "scenario": str(scenario)}.get(str(key[0]), "sweep"), 0)

    experiment = Experiment(
        title=title or base.title, scenario=str(scenario), set=values_of(overrides), arms=named, arms_from=since,
        factors=told, design=Sampling.model_validate(design), replications=replications, seed=seed,
        record=tuple(record),
    )  # fmt: skip
    return set_up(experiment, where)


def values_of(overrides: Sequence[str]) -> dict[str, Any]:
    """Overrides `key=value` as key -> value. Raises ScenarioError for a value that is no YAML."""
    found: dict[str, Any] = {}
    for text in overrides:
        key, _, value = text.partition("=")
        problems: list[Problem] = []
        entry = read_yaml(value, Position(f"override {text}"), problems)
        if entry is None:
            raise ScenarioError(problems)
        found[key.strip()] = json.loads(json.dumps(plain(entry)))
    return found
