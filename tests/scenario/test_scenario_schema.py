"""The JSON schema that editors use says what the loader accepts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from sim.scenario.documents import plain, read_yaml
from sim.scenario.json_schema import is_list, keys_at, kind_in_words, range_in_words, schema_at
from sim.scenario.problems import Position, Problem
from sim.scenario.reading import json_schema, known_scenarios


def lists(value: Any) -> Any:
    """Tuples as lists, as JSON has them."""
    if isinstance(value, dict):
        return {key: lists(child) for key, child in value.items()}
    return [lists(child) for child in value] if isinstance(value, tuple) else value


def faults(text: str) -> list[str]:
    """What an editor underlines."""
    problems: list[Problem] = []
    entry = read_yaml(text, Position("x"), problems)
    assert entry is not None and not problems
    return [error.message for error in jsonschema.Draft202012Validator(json_schema()).iter_errors(lists(plain(entry)))]


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", known_scenarios().values(), ids=lambda path: path.stem)
def test_every_scenario_of_the_library_satisfies_it(path: Path) -> None:
    assert faults(path.read_text()) == []


@pytest.mark.parametrize("path", known_scenarios().values(), ids=lambda path: path.stem)
def test_other_readers_of_yaml_see_the_same_values(path: Path) -> None:
    problems: list[Problem] = []
    entry = read_yaml(path.read_text(), Position("x"), problems)
    assert entry is not None
    assert lists(plain(entry)) == yaml.safe_load(path.read_text())


@pytest.mark.parametrize(
    "text",
    [
        "bugdet: 1",
        "plan: {budget: 0.9}",
        "plan: {layout: duplicate}",
        "parameters: {price_sped: 1}",
        "parameters: {price_speed: 2}",
        "parameters: {build_lag: 2.5}",
        "mechanisms: {pricing: 3}",
        "mechanisms: {pricin: true}",
        "record: {levels: [nations]}",
        "shocks: [{strength: 1}]",
        "shocks: [{shock: null}]",
        "extends: [a, b]",
        "changes: [{year: 0, set: {distance_cost: 0.3}}]",
        "changes: [{year: 9, set: {distance_costs: 0.3}}]",
        "changes: [{year: 9, set: {distance_cost: 9}}]",
        "changes: [{year: 9, set: {stage_offset: 1}}]",
        "changes: [{year: 9, set: {}}]",
        "changes: [{year: 9}]",
    ],
)
def test_editors_underline_mistakes(text: str) -> None:
    assert faults(text)


@pytest.mark.parametrize(
    "text",
    [
        "extends: base.yaml",
        "industries: {chips: {weight: 2}}",
        "mechanisms: {pricing: false}",
        "industries: {chips: null}",
        "plan: {hot: null, budget: null}",
        "regions: {grid: null}",
        "parameters: {foresight: null}",
        "changes: [{year: 9, set: {distance_cost: 0.3, plan.budget: 0.1, plan: {every: 3}, relocation: false}}]",
        "changes: [{year: 9, set: {policies.0.settings.share: 0.3, parameters: {tie_cost: 1}, tie_cost: null}}]",
    ],
)
def test_editors_accept_a_change_to_what_is_inherited(text: str) -> None:
    assert faults(text) == []


def test_parameters_carry_bounds_units_and_help() -> None:
    from sim.kernel.declare import MECHANISMS, PARAMETERS

    properties = json_schema()["properties"]
    assert set(properties["parameters"]["properties"]) == set(PARAMETERS)
    assert set(properties["mechanisms"]["properties"]) == set(MECHANISMS)
    for name, parameter in PARAMETERS.items():
        told = properties["parameters"]["properties"][name]
        assert (told["minimum"], told["maximum"], told["default"]) == (parameter.low, parameter.high, parameter.default)
        assert parameter.help in told["description"] and f"[{parameter.unit}]" in told["description"]
        assert f"(acts: {parameter.acts})" in told["description"]


def test_every_key_is_described_to_editors() -> None:
    schema = json_schema()
    silent = [
        f"{section}.{name}"
        for section, one in {"": schema, **schema["$defs"]}.items()
        for name, told in one.get("properties", {}).items()
        if "description" not in told and "$ref" not in told
    ]
    assert silent == []


def test_making_the_schema_twice_gives_the_same() -> None:
    assert json_schema() == json_schema()


def test_asking_what_stands_at_a_key() -> None:
    assert is_list(("plan", "hot")) and not is_list(("plan",)) and not is_list(("nowhere", "at", "all"))
    assert is_list(("regions", "endowments", "skills"))
    assert "rows" in keys_at(("regions", "grid"))
    assert "policy" in keys_at(("policies", 0))
    assert schema_at(("policies", 0, "settings", "anything")) == {}


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"minimum": 0, "maximum": 1}, "0 to 1"),
        ({"minimum": 0}, "at least 0"),
        ({"exclusiveMinimum": 0, "maximum": 1000}, "more than 0, at most 1000"),
        ({"exclusiveMaximum": 1, "minimum": 0}, "at least 0, less than 1"),
        ({"enum": ["a", "b"]}, "a, b"),
        ({"type": "string"}, ""),
    ],
)
def test_ranges_in_words(schema: dict[str, Any], words: str) -> None:
    assert range_in_words(schema) == words


def test_kinds_in_words() -> None:
    assert kind_in_words({"anyOf": [{"type": "string"}, {"type": "number"}]}) == "text or a number"
    assert kind_in_words({}) == "a value"
