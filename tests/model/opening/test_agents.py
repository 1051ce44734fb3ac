"""Where the first firms stand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.model.opening import build_world
from sim.model.opening.agents import first_shares
from sim.scenario.reading import load_scenario
from tests.scenario_files import written

PLACES = "place,r,c,people,output,coal\nNorth,0,0,10,3,1\nSouth,1,0,10,0,5\nEast,1,1,20,1,9\n"
STORY = """\
regions:
  map: {table: places.csv, name: place, row: r, column: c, population: people}
  cells: 1
  endowments: {resources: [{column: coal}]}
industries:
  parts: {chain: cars, stage: upstream, initial_firms: output, requires: {resources: 1}}
  cars: {chain: cars, stage: downstream, inputs: {parts: 0.4}}
population: {firms: 400, leaders: 0.1, institutes: 2}
"""


def test_an_industry_with_a_column_of_its_own_stands_by_it_alone(tmp_path: Path) -> None:
    written(tmp_path, PLACES, "places.csv")
    scenario = load_scenario(written(tmp_path, STORY))
    world = build_world(scenario)
    shares = first_shares(world, scenario, "")
    parts, cars = (world.industry_names.index(name) for name in ("parts", "cars"))
    assert shares[:, parts] == pytest.approx([0.75, 0.0, 0.25])
    # The other stands by population, more where it fits: people times exp(4 fit).
    pull = np.array([1.0, 1.0, 2.0]) * np.exp(4.0 * np.asarray(world.local_industries.fit)[:, cars])
    assert shares[:, cars] == pytest.approx(pull / pull.sum())
    firms = world.firms
    assert not ((firms.industry == parts) & (firms.region == 1)).any()
    settled = np.bincount(firms.region[firms.industry == parts], minlength=3) / (firms.industry == parts).sum()
    assert settled == pytest.approx([0.75, 0.0, 0.25], abs=0.12)
