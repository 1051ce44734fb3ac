"""Small scenario files for tests of loading."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.reading import load_scenario

SMALL = """\
title: Small
regions:
  grid: {rows: 2, columns: 2}
  cells: 1
industries:
  parts: {chain: cars, stage: upstream}
  cars: {chain: cars, stage: downstream, inputs: {parts: 0.4}}
population: {firms: 40, institutes: 2}
"""

MAP = """\
regions:
  map: {table: places.csv, name: place, row: r, column: c}
industries:
  parts: {chain: cars, stage: upstream}
"""


def written(folder: Path, text: str, name: str = "story.yaml") -> Path:
    """A file with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problems_in(path: str | Path, overrides: Sequence[str] = ()) -> list[Problem]:
    """What is wrong with a scenario."""
    try:
        load_scenario(path, overrides)
    except ScenarioError as error:
        return error.problems
    return []


def the_problem(folder: Path, text: str, overrides: Sequence[str] = ()) -> Problem:
    """The only thing that is wrong with a scenario of this text."""
    found = problems_in(written(folder, text), overrides)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


def spot(problem: Problem) -> tuple[str, int, int, str]:
    """File name, line, column and key of a problem."""
    return Path(problem.file).name, problem.line, problem.column, problem.key
