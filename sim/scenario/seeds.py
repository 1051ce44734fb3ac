"""Seeds of runs: which there are, said in the same words wherever one is given."""

from __future__ import annotations

from collections.abc import Iterable

from sim.scenario.json_schema import range_in_words, schema_at
from sim.scenario.problems import Position, Problem, ScenarioError, shown


def check_seeds(seeds: Iterable[int], where: str = "--seed") -> None:
    """Raise ScenarioError for the first seed that a scenario could not have; `where` names what gave it."""
    schema = schema_at(("seed",))
    for seed in seeds:
        if not schema["minimum"] <= seed <= schema["maximum"]:
            message = f"{shown(seed)} is out of range"
            problem = Problem(Position(where, 0), "seed", message, seed, range_in_words(schema), schema["description"])
            raise ScenarioError([problem])
