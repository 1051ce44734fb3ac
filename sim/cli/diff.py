"""`clustersim diff`: what differs between two scenarios."""

from __future__ import annotations

import json
from typing import Any

import click

from sim.cli.shared import set_option


@click.command()
@click.argument("first")
@click.argument("second")
@set_option
def diff(first: str, second: str, overrides: tuple[str, ...]) -> None:
    """Print what differs between two scenarios, and nothing else.

    --set applies to the SECOND, so a scenario can be compared with a variant of itself.

    \b
    Examples:
      clustersim diff base policy_text
      clustersim diff policy_text policy_text --set plan.budget=0.1
    """
    from sim.scenario.problems import shown
    from sim.scenario.reading import diff_scenarios, load_scenario

    differences = diff_scenarios(load_scenario(first), load_scenario(second, overrides))
    for key, before, after in differences:
        click.echo(f"{key}: {_in_diff(before, shown)} -> {_in_diff(after, shown)}")


def _in_diff(value: Any, shown: Any) -> str:
    if isinstance(value, (list, dict)):
        text = json.dumps(value, ensure_ascii=False)
        return text if len(text) <= 100 else text[:97] + "..."
    return str(shown(value)) if value is not None else "nothing"
