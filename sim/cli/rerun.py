"""`clustersim rerun`: the experiment of a result folder once more, compared to the bit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.exits import DIFFERENT, EXITS, end_with
from sim.cli.shared import (
    compile_rules,
    from_option,
    result_options,
    workers_option,
)

if TYPE_CHECKING:
    from sim.studies.rerun import Rerun


@click.command(short_help="Do the experiment of a result folder again and compare to the bit.", epilog=EXITS)
@click.argument("folder", type=click.Path(path_type=Path))
@workers_option
@from_option
@click.option("--out", type=click.Path(path_type=Path), help="Result folder; results/rerun-NAME if not given.")
@result_options
def rerun(
    folder: Path, workers: int | None, past: Path | None, out: Path | None, figures: tuple[str, ...], overwrite: bool,
    quiet: bool,
) -> None:  # fmt: skip
    """Do what a result FOLDER holds again, from its manifest alone, into a new folder.

    Then every table is compared to the bit, state hashes first. The answer is `identical`, or the first year and table
    that differ, with what is other than it was: code, versions, arithmetic of the processor. Seconds do not count.

    Runs that started from a checkpoint need it: --from.

    \b
    Examples:
      clustersim rerun results/run-policy_text
      clustersim rerun results/sweep-policy_text --workers 2 --out results/again
    """
    from sim import front
    from sim.store.results import read_results

    read_results(folder)  # what is no result folder is told before anything is compiled
    compile_rules()
    end_as(front.rerun(folder, workers, out or "", past, not quiet, overwrite, figures), quiet)


def end_as(found: Rerun, quiet: bool) -> None:
    """End a command with the exit code of what came of doing something again; the answer is told in any case."""
    from sim.reporting.rerun import rerun_in_words

    if quiet:
        click.echo(rerun_in_words(found)[0])
    if not found.identical:
        click.get_current_context().exit(DIFFERENT)
    end_with(found.failures)
