"""`clustersim scenarios`: what there is to run."""

from __future__ import annotations

import click

from sim.cli.shared import language_option


@click.command("scenarios", short_help="List the scenarios that there are.")
@language_option
def list_scenarios(language: str) -> None:
    """List the scenarios that can be named without a path, with a line on each.

    \b
    Examples:
      clustersim scenarios
      clustersim scenarios --language zh
      clustersim run policy_text
    """
    from sim.scenario.layers import known_scenarios, title_of

    titles = {}
    if language == "zh":
        from sim.reporting.wording.zh.titles import TITLES

        titles = dict(TITLES.values())

    known = known_scenarios()
    width = max(map(len, known), default=0)
    for name, path in known.items():
        title = title_of(path)
        click.echo(f"{name:<{width}}  {titles.get(title, title)}")
