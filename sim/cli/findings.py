"""`clustersim findings`: does this model show what published models found?"""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.exits import EXITS, end_with
from sim.cli.shared import (
    compile_rules,
    result_options,
    workers_option,
)


@click.command(short_help="Rerun findings of published models with this one.", epilog=EXITS)
@click.argument("names", nargs=-1, metavar="[FINDING]...")
@click.option("--replications", type=click.IntRange(1, 100_000), help="Seeds per arm, if not those of the files.")
@workers_option
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/findings"), show_default=True,
              help="Folder; each finding has one of its own in it.")  # fmt: skip
@result_options
def findings(
    names: tuple[str, ...], replications: int | None, workers: int | None, out: Path, figures: tuple[str, ...],
    overwrite: bool, quiet: bool,
) -> None:  # fmt: skip
    """Rerun findings of published models with this model and say which come out.

    FINDING is an experiment file with claims, or the bare name of one in experiments/findings; all of these if none is
    given.
    Writes report.html, claims.csv, values.csv and a figure for each. A killed run goes on where it stopped.

    \b
    Examples:
      clustersim findings
      clustersim findings klepper_spin_offs --replications 8 --workers 2
    """
    from sim import front
    from sim.studies.findings import known_findings, read_finding

    bare = known_findings()
    paths = [bare.get(name, Path(name)) for name in names] or list(bare.values())
    wanted = {path.stem: read_finding(path) for path in paths}
    compile_rules()
    found = [
        front.finding(name, told, replications, workers, out / name, not quiet, overwrite, figures)
        for name, told in wanted.items()
    ]
    end_with([failure for one in found for failure in one.failures])
