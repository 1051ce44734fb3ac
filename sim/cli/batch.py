"""`clustersim batch`: an experiment file, with a forecast, limits and a rule of stopping."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.exits import EXITS, BadInput, end_with
from sim.cli.shared import cluster_options, compile_rules, overwrite_option, quiet_option, verbose_option
from sim.cli.sweep import all_figures_option

if TYPE_CHECKING:
    from sim.store.executors.cluster import Workers


@click.command(short_help="Run an experiment file: forecast, limits for a run, stopping.", epilog=EXITS)
@click.argument("experiment", metavar="EXPERIMENT", type=click.Path(path_type=Path))
@cluster_options
@click.option("--out", type=click.Path(path_type=Path), help="Result folder; results/NAME-OF-EXPERIMENT if not given.")
@click.option("--ask-above", "most", type=click.FloatRange(0), default=10.0, show_default=True, metavar="MINUTES",
              help="Ask before a batch that takes longer, or more memory or disk than is free.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--time-limit", "seconds", type=click.FloatRange(0, min_open=True), metavar="SECONDS",
              help="End a run that takes longer; time in which the computer sleeps does not count.")  # fmt: skip
@click.option("--memory-limit", "megabytes", type=click.FloatRange(0, min_open=True), metavar="MB",
              help="End a run whose process holds more.")  # fmt: skip
@all_figures_option
@overwrite_option
@verbose_option
@quiet_option
def batch(
    experiment: Path, workers: Workers, out: Path | None, most: float, yes: bool, seconds: float | None,
    megabytes: float | None, figures: tuple[str, ...], overwrite: bool, quiet: bool,
) -> None:  # fmt: skip
    """Run the experiment in a file on all cores and write what `sweep` writes.

    First two runs are timed (they count), and runs, time, memory and disk of the rest are told. A run that fails, hangs
    or swells loses no other: it is listed with its seed and the command that does it again. With `stop` in the file the
    replications are a pilot, and as many more are run as the interval asked for needs.

    A killed batch goes on where it stopped: give the command again. More arms, levels or replications in the file run
    only what is new. `clustersim sweep ... --save-experiment FILE` writes such a file.

    \b
    Examples:
      clustersim batch experiments/distance_and_imitation.yaml --workers 2
      clustersim batch mine.yaml --yes --time-limit 600 --memory-limit 4000 --out results/mine
    """
    from sim.studies.experiment.reading import read_experiment

    setup = read_experiment(experiment)
    _ = setup.runs  # points that do not fit are told before anything is compiled
    from sim import front
    from sim.reporting.sweep import forecast_in_words, plan_in_words
    from sim.store.executors.limits import Limits
    from sim.studies.batch import forecast

    if not quiet:
        click.echo(plan_in_words(setup), err=True)
    compile_rules()
    bounded = seconds is not None or megabytes is not None
    limits = Limits(seconds, None if megabytes is None else int(megabytes * 2**20)) if bounded else None
    folder = out or Path("results") / experiment.stem
    expected = forecast(setup, workers, folder, overwrite, limits)
    if not quiet:
        click.echo(forecast_in_words(expected), err=True)
    large = expected.seconds > 60 * most or not expected.fits
    if large and not yes:
        if not sys.stdin.isatty():
            raise BadInput(f"{forecast_in_words(expected)}\nThat is more than --ask-above allows: give --yes to run it")
        click.confirm("Go on?", abort=True, err=True)
    found = front.batch(setup, workers, folder, not quiet, False, figures, limits)
    end_with(found.failures)
