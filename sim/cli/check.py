"""`clustersim check`: what is wrong with scenario files."""

from __future__ import annotations

import click

from sim.cli.exits import BadInput
from sim.cli.shared import set_option


@click.command(short_help="Say what is wrong with scenario files, and where.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@set_option
def check(files: tuple[str, ...], overrides: tuple[str, ...]) -> None:
    """Check scenario files without running them: every problem with file, line, column and remedy.

    A line that begins with `note:` is no mistake: how a table was understood, or what is allowed and seldom meant.

    \b
    Examples:
      clustersim check scenarios/*.yaml
      clustersim check mine.yaml --set plan.budget=0.2
    """
    from sim.scenario.problems import Problem, ScenarioError, in_order
    from sim.scenario.reading import load_scenario

    problems = []
    for file in files:
        notes: list[Problem] = []
        try:
            load_scenario(file, overrides, notes)
            click.echo(f"{file}: in order")
            for note in notes:
                click.echo(f"note: {note}")
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise BadInput("\n".join(str(problem) for problem in in_order(problems)))
