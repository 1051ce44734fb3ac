"""The order of keys in a scenario file decides nothing: a mapping has no order."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.runs.run import run_scenario
from sim.scenario.reading import load_scenario, scenario_as_yaml

SHORT = (
    "population.firms=120",
    "population.institutes=8",
    "years.burn_in=2",
    "years.treatment=3",
    "record.metrics=[real_income]",
)


def shuffled(value: Any, luck: random.Random) -> Any:
    """The same value with the keys of every mapping in another order; lists keep theirs."""
    if isinstance(value, dict):
        keys = list(value)
        luck.shuffle(keys)
        return {key: shuffled(value[key], luck) for key in keys}
    if isinstance(value, list):
        return [shuffled(one, luck) for one in value]
    return value


@pytest.mark.parametrize("name", ["policy_text", "layout_rush", "technology_future"])
def test_key_order_never_changes_state_hashes(name: str, tmp_path: Path) -> None:
    scenario = load_scenario(name, SHORT)
    hashes = run_scenario(scenario).hashes["hash"].tolist()
    written = yaml.safe_load(scenario_as_yaml(scenario))
    for seed in range(2):
        file = tmp_path / f"{seed}.yaml"
        other = shuffled(written, random.Random(seed))
        assert list(other["industries"]) != list(written["industries"])
        file.write_text(yaml.safe_dump(other, sort_keys=False, allow_unicode=True), encoding="utf-8")
        assert run_scenario(load_scenario(file)).hashes["hash"].tolist() == hashes
