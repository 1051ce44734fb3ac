"""`clustersim schema`: what editors check files of scenarios and experiments with."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sim.cli.targets import check_target, writing_file


@click.command(short_help="Write the JSON schema that editors use.")
@click.argument("kind", required=False, type=click.Choice(("scenario", "experiment")), default="scenario")
@click.option("--out", type=click.Path(path_type=Path), help="File to write; the screen if not given.")
def schema(kind: str, out: Path | None) -> None:
    """Write the JSON schema with which editors complete and check files of scenarios, or of experiments.

    A file uses it when its first line is: # yaml-language-server: $schema=clustersim.schema.json

    \b
    Examples:
      clustersim schema --out scenarios/clustersim.schema.json
      clustersim schema experiment --out experiments/experiment.schema.json
      clustersim schema | less
    """
    from sim.scenario.reading import json_schema
    from sim.studies.experiment.schema import experiment_schema

    contents = json_schema() if kind == "scenario" else experiment_schema()
    text = json.dumps(contents, indent=1, ensure_ascii=False) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    check_target(out, lambda path: _is_schema(path, contents["title"]), "the schema")
    from sim.store.files import write_atomically

    with writing_file(out):
        write_atomically(out, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def _is_schema(path: Path, title: str) -> bool:
    """Whether a file is an earlier schema of this program."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return False
    return isinstance(kept, dict) and "$schema" in kept and kept.get("title") == title
