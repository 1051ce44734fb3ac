"""`clustersim reproduce`: what a bundle holds once more, compared to the bit."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.exits import EXITS
from sim.cli.rerun import end_as
from sim.cli.shared import (
    compile_rules,
    from_option,
    result_options,
    workers_option,
)


@click.command(short_help="Do what a bundle holds again and compare to the bit.", epilog=EXITS)
@click.argument("bundle", type=click.Path(path_type=Path))
@workers_option
@from_option
@click.option("--out", type=click.Path(path_type=Path), help="Result folder; results/reproduce-NAME if not given.")
@result_options
def reproduce(
    bundle: Path, workers: int | None, past: Path | None, out: Path | None, figures: tuple[str, ...], overwrite: bool,
    quiet: bool,
) -> None:  # fmt: skip
    """Do what a BUNDLE holds again and say `identical`, or the first year and table that differ.

    BUNDLE is an archive of `clustersim bundle`, or a folder in which one was unpacked. First its files are compared
    with what was packed.

    \b
    Examples:
      clustersim reproduce policy_text.crate.zip
      clustersim reproduce policy_text.crate.zip --workers 2 --out results/again
    """
    from sim import front

    compile_rules()
    end_as(front.reproduce(bundle, workers, out or "", past, not quiet, overwrite, figures), quiet)
