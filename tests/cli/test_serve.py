"""`clustersim serve`: which scenarios a page offers, under which names."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli.exits import BadInput
from sim.cli.serve import _sources
from sim.scenario.problems import ScenarioError


def written(path: Path) -> str:
    path.parent.mkdir(exist_ok=True)
    path.write_text("extends: base.yaml\ntitle: Mine\n", encoding="utf-8")
    return str(path)


def test_two_files_of_one_name_are_refused_and_a_file_given_twice_is_one(tmp_path: Path) -> None:
    first, second = written(tmp_path / "a" / "mine.yaml"), written(tmp_path / "b" / "mine.yaml")
    assert _sources((first, first)) == {"mine": first}
    with pytest.raises(BadInput, match="one name on the page"):
        _sources((first, second))


def test_all_scenarios_are_offered_the_usual_ones_first_and_unknown_ones_refused() -> None:
    found = list(_sources(()))
    assert found[:2] == ["policy_text", "china_45"] and len(found) == len(set(found)) > 10
    with pytest.raises(ScenarioError):
        _sources(("no_such_scenario",))
