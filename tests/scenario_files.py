"""Small scenario files for tests of loading."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """What is done inside takes no more processor time than this, and waits for nothing: other programs may be busy."""
    load_scenario("base")  # what is imported and read once does not count
    spent, began = time.process_time(), time.monotonic()
    yield
    assert time.process_time() - spent < seconds
    assert time.monotonic() - began < 20 * seconds
