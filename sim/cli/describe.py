"""`clustersim describe`: what the installed version knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sim.cli.shared import tables_language_option

if TYPE_CHECKING:
    from rich.table import Table

    from sim.reporting.describe import Description

TOPICS = (
    "parameters", "mechanisms", "metrics", "schedule", "rules", "layouts", "policies", "shocks", "panels", "draws",
    "results",
)  # fmt: skip
WIDE = 100_000
"""Letters of a line that is not broken."""


@click.command(short_help="List parameters, metrics, layouts and more, with sources.")
@click.argument("topic", type=click.Choice(TOPICS))
@click.argument("name", required=False)
@click.option("--markdown", "form", flag_value="markdown", help="As a Markdown table, with every column.")
@click.option("--csv", "form", flag_value="csv", help="As CSV, with every column.")
@tables_language_option
def describe(topic: str, name: str | None, form: str | None, language: str) -> None:
    """List what the installed version knows, with units, ranges and sources.

    With a NAME only what is called so, with everything that is known of it, or those whose names contain it. Lines are
    not broken when they go into a file or another program. In Chinese, the year, rules, draws and columns keep the
    meaning with which they are declared, in English.

    \b
    Examples:
      clustersim describe parameters spillover_range
      clustersim describe metrics --csv > metrics.csv
      clustersim describe policies --language zh
    """
    from sim.reporting.describe import DESCRIPTIONS
    from sim.reporting.described import in_language

    description = in_language(DESCRIPTIONS[topic](), language)
    if name is not None:
        found = description.about(name)
        if not found.rows:
            near = description.nearest(name)
            meant = f"; did you mean {', '.join(near)}?" if near else ""
            raise click.BadParameter(f"no name in {topic} contains {name!r}{meant}", param_hint="NAME")
        description = found
    if form == "markdown":
        click.echo(description.as_markdown(), nl=False)
    elif form == "csv":
        click.echo(description.as_csv(), nl=False)
    elif name is not None and len(description.rows) == 1:
        _print_one(description)
    else:
        _print_table(description)


def _print_table(description: Description) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, title=f"{description.title} ({len(description.rows)})", title_justify="left",
                  pad_edge=False)  # fmt: skip
    for name in description.brief:
        table.add_column(description.head(name), overflow="fold", no_wrap=name in (description.brief[0], "default"))
    for row in zip(*(description.column(name) for name in description.brief), strict=True):
        table.add_row(*(Text(cell) for cell in row))
    _print(table)


def _print_one(description: Description) -> None:
    """All that is known of one thing, a line for each column."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, cell in zip(description.columns, description.rows[0], strict=True):
        table.add_row(Text(description.head(name)), Text(cell))
    _print(table)


def _print(table: Table) -> None:
    """Print a table: broken to fit a terminal, unbroken into a file or a pipe."""
    from rich.console import Console

    console = Console()
    if console.is_terminal:
        console.print(table)
        return
    wide = Console(width=WIDE)
    with wide.capture() as text:
        wide.print(table)
    click.echo("\n".join(line.rstrip() for line in text.get().splitlines()))
