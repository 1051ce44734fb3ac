"""`clustersim check`: what is wrong with scenario files and experiment files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from sim.cli.exits import BadInput
from sim.cli.shared import set_option, words_language_option

if TYPE_CHECKING:
    from sim.scenario.problems import Problem


@click.command(short_help="Say what is wrong with files of scenarios and experiments, and where.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@set_option
@words_language_option
def check(files: tuple[str, ...], overrides: tuple[str, ...], language: str) -> None:
    """Check files without running them: every problem with file, line, column and remedy.

    Scenarios, experiments (see `clustersim batch`) and benchmarks of evidence. A line that begins with `note:` is no
    mistake: how a table was understood, or what is allowed and seldom meant.

    \b
    Examples:
      clustersim check scenarios/*.yaml experiments/*.yaml experiments/*/*.yaml
      clustersim check mine.yaml --set plan.budget=0.2
    """
    from sim.reporting.wording.checks import CHECKS
    from sim.scenario.problems import ScenarioError, in_order

    words = CHECKS[language]
    problems: list[Problem] = []
    for file in files:
        notes: list[Problem] = []
        try:
            study = _read(file, overrides, notes)
            click.echo(words.IN_ORDER.format(file=file, told="" if study is None else words.study(*study)))
            for note in notes:
                click.echo(words.NOTE.format(note=words.problem(note)))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise BadInput("\n".join(words.problem(problem) for problem in in_order(problems)))


def _read(file: str, overrides: Sequence[str], notes: list[Problem]) -> tuple[str, int] | None:
    """Read a file of any kind; of a study its kind and number of scenarios. Raises ScenarioError."""
    from sim.scenario.problems import Position, Problem, ScenarioError
    from sim.scenario.reading import load_scenario
    from sim.studies.kinds import kind_of, read_file

    kind = kind_of(file)
    if kind is None:
        load_scenario(file, overrides, notes)
        return None
    if overrides:
        remedy = "write the values under `set` in the file"
        message = f"{file} is no scenario, which --set could change"
        raise ScenarioError([Problem(Position("--set", 0), "", message, remedy=remedy)])
    return kind, read_file(file, kind)
