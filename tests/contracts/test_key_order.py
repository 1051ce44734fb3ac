"""The order of keys in a scenario's files decides nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.model import schedule
from sim.model.opening import build_world, treat
from sim.scenario.reading import load_scenario
from sim.scenario.shipped import shipped

SCENARIOS = shipped("scenarios")
SMALL = ["population.firms=80", "population.institutes=4", "years.burn_in=1", "years.treatment=2"]
CELLS = {"china_45": [], "theory": ["regions.grid={rows: 2, columns: 2}", "regions.cells=1"]}


def reversed_keys(value: Any) -> Any:
    """The same value with the keys of each mapping, at any depth, in the opposite order."""
    if isinstance(value, dict):
        return {key: reversed_keys(value[key]) for key in reversed(value)}
    return [reversed_keys(one) for one in value] if isinstance(value, list) else value


def history(path: Path, overrides: list[str]) -> list[str]:
    """State hashes of year 0, of the burn-in's year and of two years of treatment."""
    scenario = load_scenario(str(path), [*SMALL, *overrides])
    world = build_world(scenario, 5)
    hashes = [world.state_hash()]
    for year in range(3):
        if year == 1:
            treat(world, scenario)
        schedule.step(world)
        hashes.append(world.state_hash())
    return hashes


@pytest.mark.parametrize("name", ["china_45", "theory", "technology_future"])
def test_reversed_keys_give_the_same_states(name: str, tmp_path: Path) -> None:
    chain, path = [], SCENARIOS / f"{name}.yaml"
    while path is not None:
        text = yaml.safe_load(path.read_text(encoding="utf-8"))
        chain.append((path.name, text))
        path = SCENARIOS / text["extends"] if "extends" in text else None
    assert list(chain[0][1]) != list(reversed_keys(chain[0][1]))
    for file, text in chain:
        absolute = yaml.safe_dump(reversed_keys(text), sort_keys=False, allow_unicode=True)
        for data in SCENARIOS.glob("data/*.csv"):
            absolute = absolute.replace(f"data/{data.name}", str(data))
        (tmp_path / file).write_text(absolute, encoding="utf-8")
    overrides = CELLS.get(name, [])
    assert history(tmp_path / f"{name}.yaml", overrides) == history(SCENARIOS / f"{name}.yaml", overrides)
