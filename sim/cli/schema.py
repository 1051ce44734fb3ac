"""`clustersim schema`: what editors check scenario files with."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sim.cli.exits import BadInput


@click.command(short_help="Write the JSON schema that editors use.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; the screen if not given.")
def schema(out: Path | None) -> None:
    """Write the JSON schema with which editors complete and check scenario files.

    A file uses it when its first line is: # yaml-language-server: $schema=clustersim.schema.json

    \b
    Examples:
      clustersim schema --out scenarios/clustersim.schema.json
      clustersim schema | less
    """
    from sim.scenario.reading import json_schema

    text = json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{out}: cannot be written: {error.strerror}; choose another place with --out") from None
