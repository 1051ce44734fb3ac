"""The JSON schema of an experiment file: what editors complete and check."""

from __future__ import annotations

from typing import Any

from sim.scenario.json_schema import ADDRESS, declare_everything, without_titles
from sim.studies.experiment.contents import Experiment
from sim.studies.facts.declaration import FACTS
from sim.studies.measures import known_measures


def experiment_schema() -> dict[str, Any]:
    """The whole schema, with the names of measures and facts."""
    import sim.studies.facts  # noqa: F401  (declares)

    declare_everything()
    schema = Experiment.model_json_schema()
    without_titles(schema)
    measures, facts = sorted(known_measures()), sorted(FACTS)
    properties, sections = schema["properties"], schema["$defs"]
    properties["record"]["items"]["enum"] = measures
    for section in ("Claim", "Stop"):
        sections[section]["properties"]["measure"]["enum"] = ["", *measures]
    for half in ("facts", "held_out"):
        sections["Search"]["properties"][half]["items"]["enum"] = facts
    # As the reader takes them: the word `all`, and a design by its kind alone.
    properties["factors"] = {"anyOf": [{"const": "all"}, properties["factors"]],
                             "description": properties["factors"].pop("description")}  # fmt: skip
    kinds = sections["Sampling"]["properties"]["kind"]["enum"]
    properties["design"] = {"anyOf": [{"enum": kinds}, {"$ref": "#/$defs/Sampling"}],
                            "description": properties["design"].get("description", "")}  # fmt: skip
    return {"$schema": ADDRESS, "title": "clustersim experiment", **schema}
