"""The JSON schema of a scenario: what editors complete and check, and what messages say is allowed.

Made from the Pydantic sections and from the registries of parameters, mechanisms, layouts, policies and shocks.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from sim.kernel.scenario_types import Scenario
from sim.scenario.problems import Key

ADDRESS = "https://json-schema.org/draft/2020-12/schema"
_KINDS = {
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "string": "text",
    "array": "a list, such as [a, b]",
    "object": "a mapping of `key: value`",
}


def declare_everything() -> None:
    """Import what declares parameters, mechanisms and all that a scenario may name; quick after the first time."""
    import sim.model.schedule  # noqa: F401


def known_layouts() -> dict[str, Any]:
    """Every layout, by name."""
    from sim.model.plans import LAYOUTS

    return dict(LAYOUTS)


def known_things() -> dict[str, dict[str, Any]]:
    """What `plan.layout`, `policies`, `shocks` and `record.metrics` may name, by kind."""
    declare_everything()
    from sim.kernel.declare import METRICS
    from sim.model.policies import POLICIES
    from sim.model.shocks import SHOCKS

    return {"layout": known_layouts(), "policy": dict(POLICIES), "shock": dict(SHOCKS), "metric": dict(METRICS)}


@lru_cache(maxsize=1)
def section_schema() -> dict[str, Any]:
    """The schema of the sections alone, without the registries: quick to make."""
    return Scenario.model_json_schema()


def json_schema() -> dict[str, Any]:
    """The whole schema: every section, parameter and mechanism with type, bounds, default, unit and help."""
    from sim.kernel.declare import MECHANISMS, PARAMETERS

    declare_everything()
    schema = copy.deepcopy(section_schema())
    properties, sections = schema["properties"], schema["$defs"]
    without_titles(schema)
    properties["extends"] = {"type": "string", "description": "file, relative to this one, that this one builds on"}
    properties["mechanisms"] = _closed(
        properties["mechanisms"]["description"],
        {
            switch.name: {
                "type": "boolean",
                "default": switch.default,
                "description": f"{switch.help} (model description, section {switch.section}; acts: {switch.acts})",
            }
            for switch in MECHANISMS.values()
        },
    )
    properties["parameters"] = _closed(
        properties["parameters"]["description"],
        {
            parameter.name: {
                "type": "integer" if parameter.whole else "number",
                "minimum": parameter.low,
                "maximum": parameter.high,
                "default": parameter.default,
                "description": f"{parameter.help} [{parameter.unit}] {parameter.evidence}: {parameter.source} "
                f"(acts: {parameter.acts})",
            }
            for parameter in PARAMETERS.values()
        },
    )
    sections["Change"]["properties"]["set"] |= _changeable()
    names = known_things()
    _enumerate(sections["Plan"]["properties"]["layout"], names["layout"])
    _enumerate(sections["Plan"]["properties"]["elsewhere"], names["layout"])
    _enumerate(sections["Instrument"]["properties"]["policy"], names["policy"])
    _enumerate(sections["ShockEvent"]["properties"]["shock"], names["shock"])
    _enumerate(sections["Record"]["properties"]["metrics"]["items"], names["metric"])
    # A file that changes one number of an inherited industry need not repeat its chain and stage, and null removes.
    sections["Industry"].pop("required", None)
    properties["industries"]["additionalProperties"] = {"anyOf": [{"$ref": "#/$defs/Industry"}, {"type": "null"}]}
    for section in (schema, *sections.values(), properties["mechanisms"], properties["parameters"]):
        _allow_null(section)
    return {"$schema": ADDRESS, "title": "clustersim scenario", **schema}


def _changeable() -> dict[str, Any]:
    """What `changes` may set: dotted keys, and parameters and switches that act after the opening by bare names."""
    from sim.kernel.declare import FORK, MECHANISMS, OPENING, PARAMETERS

    sections: tuple[tuple[str, Mapping[str, Any]], ...] = (("parameters", PARAMETERS), ("mechanisms", MECHANISMS))
    properties = {
        name: {"$ref": f"#/properties/{section}/properties/{name}"}
        for section, known in sections
        for name, one in known.items()
        if one.acts not in (OPENING, FORK)
    }
    return {
        "properties": properties,
        "patternProperties": {r"^(parameters|mechanisms|plan|neutral|policies|shocks)(\.|$)": {}},
        "additionalProperties": False,
    }


def _closed(description: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "description": description, "properties": properties, "additionalProperties": False}


def _enumerate(schema: dict[str, Any], names: Iterable[str]) -> None:
    if names := sorted(names):
        schema["enum"] = names


def _allow_null(section: dict[str, Any]) -> None:
    """Every key that may be left out may be null, which stands for its default or removes what is inherited."""
    for name, told in section["properties"].items():
        if isinstance(told.get("type"), str) and "enum" not in told and name not in section.get("required", ()):
            told["type"] = [told["type"], "null"]


def without_titles(schema: Any) -> None:
    """Drop the titles that Pydantic makes from names: editors would show them in place of the help."""
    if isinstance(schema, dict):
        if isinstance(schema.get("title"), str) and ("type" in schema or "anyOf" in schema or "$ref" in schema):
            del schema["title"]
        for part in schema.values():
            without_titles(part)
    elif isinstance(schema, list):
        for part in schema:
            without_titles(part)


# -- asking the schema -----------------------------------------------------------------------------------


def schema_at(key: Key) -> dict[str, Any]:
    """The section schema of the value at `key`; empty where anything may stand or nothing is known."""
    found = section_schema()
    for part in key:
        found = _resolved(found)
        if isinstance(part, int) or found.get("type") == "array":
            found = found.get("items", {})
        else:
            named = found.get("properties", {}).get(part)
            others = found.get("additionalProperties", {})
            found = named if named is not None else others if isinstance(others, dict) else {}
    return _resolved(found)


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference, and take the real choice of `x or null`."""
    if "$ref" in schema:
        return _resolved(section_schema()["$defs"][schema["$ref"].rsplit("/", 1)[1]])
    choices = [choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"]
    return _resolved(choices[0]) if len(choices) == 1 else schema


def is_list(key: Key) -> bool:
    """Whether a list stands at `key`."""
    return schema_at(key).get("type") == "array"


def keys_at(key: Key) -> list[str]:
    """The fixed keys of the mapping at `key`."""
    return list(schema_at(key).get("properties", ()))


def homes() -> dict[str, list[str]]:
    """Every key of a fixed section, parameter and mechanism, with the dotted keys at which it belongs."""
    from sim.kernel.declare import MECHANISMS, PARAMETERS

    found: dict[str, list[str]] = {}
    top = section_schema()["properties"]
    for section in sorted(top, key=lambda name: name == "neutral"):
        found.setdefault(section, []).append(section)
        for name in keys_at((section,)):
            found.setdefault(name, []).append(f"{section}.{name}")
    for name in PARAMETERS:
        found.setdefault(name, []).append(f"parameters.{name}")
    for name in MECHANISMS:
        found.setdefault(name, []).append(f"mechanisms.{name}")
    return found


def kind_in_words(schema: dict[str, Any]) -> str:
    """What kind of value a schema asks for, as a reader would say it."""
    if "anyOf" in schema:
        return " or ".join(kind_in_words(choice) for choice in schema["anyOf"])
    return _KINDS.get(schema.get("type", ""), "a value")


def range_in_words(schema: dict[str, Any]) -> str:
    """The values that a schema allows, as a reader would say it; empty where it sets no bounds."""
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if low is not None and high is not None:
        return f"{low:.12g} to {high:.12g}"
    parts = []
    for bound, word in ((low, "at least"), (above, "more than"), (high, "at most"), (below, "less than")):
        if bound is not None:
            parts.append(f"{word} {bound:.12g}")
    return ", ".join(parts)
