"""`clustersim scenarios`: what there is to run."""

from __future__ import annotations

import click


@click.command("scenarios", short_help="List the scenarios that there are.")
def list_scenarios() -> None:
    """List the scenarios that can be named without a path, with a line on each.

    \b
    Examples:
      clustersim scenarios
      clustersim run policy_text
    """
    from sim.scenario.layers import known_scenarios, title_of

    known = known_scenarios()
    width = max(map(len, known), default=0)
    for name, path in known.items():
        click.echo(f"{name:<{width}}  {title_of(path)}")
