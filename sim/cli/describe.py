"""`clustersim describe`: what the installed version knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sim.reporting.describe import Description

TOPICS = (
    "parameters",
    "mechanisms",
    "metrics",
    "schedule",
    "rules",
    "layouts",
    "policies",
    "shocks",
    "panels",
    "results",
)


@click.command(short_help="List parameters, metrics, layouts and more, with sources.")
@click.argument("topic", type=click.Choice(TOPICS))
@click.option("--markdown", "form", flag_value="markdown", help="As a Markdown table, with every column.")
@click.option("--csv", "form", flag_value="csv", help="As CSV, with every column.")
def describe(topic: str, form: str | None) -> None:
    """List what the installed version knows, with units, ranges and sources.

    \b
    Examples:
      clustersim describe parameters
      clustersim describe metrics --csv > metrics.csv
      clustersim describe schedule --markdown
    """
    from sim.reporting.describe import DESCRIPTIONS

    description = DESCRIPTIONS[topic]()
    if form == "markdown":
        click.echo(description.as_markdown(), nl=False)
    elif form == "csv":
        click.echo(description.as_csv(), nl=False)
    else:
        _print_table(description)


def _print_table(description: Description) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, title=f"{description.title} ({len(description.rows)})", title_justify="left",
                  pad_edge=False)  # fmt: skip
    for name in description.brief:
        table.add_column(name, overflow="fold", no_wrap=name in (description.brief[0], "default"))
    for row in zip(*(description.column(name) for name in description.brief), strict=True):
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
