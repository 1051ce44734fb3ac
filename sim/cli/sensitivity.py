"""`clustersim sensitivity`: which parameters a difference between arms depends on."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sim.cli.exits import EXITS, BadInput, end_with
from sim.cli.shared import (
    compile_rules,
    result_options,
    workers_option,
)


@click.command(short_help="Screen parameters, emulate, share out the variance of a difference.", epilog=EXITS)
@click.argument("experiment", metavar="EXPERIMENT", type=click.Path(path_type=Path))
@click.option("--trajectories", type=click.IntRange(2, 1000),
              help="Paths of the screening, each of one point more than there are factors; those of the file's design "
              "if it is morris, else 6.")  # fmt: skip
@click.option("--points", type=click.IntRange(20, 10_000), default=96, show_default=True,
              help="Points from which the emulator learns.")  # fmt: skip
@click.option("--keep", "most", type=click.IntRange(1, 20), default=6, show_default=True,
              help="At most so many factors go into the emulator, those that the screening puts first.")  # fmt: skip
@click.option("--ask-above", "minutes", type=click.FloatRange(0), default=10.0, show_default=True, metavar="MINUTES",
              help="Ask before what takes longer.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask.")
@workers_option
@click.option("--out", type=click.Path(path_type=Path), help="Result folder; results/sensitivity-NAME if not given.")
@result_options
def sensitivity(
    experiment: Path, trajectories: int | None, points: int, most: int, minutes: float, yes: bool, workers: int | None,
    out: Path | None, figures: tuple[str, ...], overwrite: bool, quiet: bool,
) -> None:  # fmt: skip
    """Find out which of the factors of an experiment the difference between its arms depends on.

    Morris screening over the ranges of all factors (`factors: all` in the file: every parameter, over its declared
    sweep bounds; that takes about an hour on two cores); a Gaussian process on those that matter, with its error on
    held-out runs; Sobol indices of it, with intervals; and in which share of the space the second arm gives more than
    the first. Two runs are timed first, and what the rest takes is told. A killed run goes on where it stopped.

    Needs SALib and scikit-learn: pip install 'clustersim[experiments]'.

    \b
    Examples:
      clustersim sensitivity experiments/distance_and_imitation.yaml --trajectories 4 --points 32
      clustersim sensitivity experiments/when_does_it_flip.yaml --yes --workers 2
    """
    from sim.studies.experiment.reading import read_experiment

    setup = read_experiment(experiment)
    from sim import front
    from sim.reporting.sweep import forecast_in_words
    from sim.reporting.wording.en.sensitivity import plan
    from sim.studies.batch import forecast
    from sim.studies.experiment.designs import Sampling
    from sim.studies.libraries import library
    from sim.studies.sensitivity.study import paths_of, planned_runs, with_design

    for name in ("SALib", "sklearn"):
        library(name)
    paths = trajectories or paths_of(setup)
    told = plan(*planned_runs(setup, paths, points), len(setup.factors))
    if not quiet:
        click.echo(told, err=True)
    compile_rules()
    folder = out or Path("results") / f"sensitivity-{experiment.stem}"
    seed = setup.experiment.design.seed
    first = with_design(setup, setup.factors, Sampling(kind="morris", trajectories=paths, seed=seed))
    expected = forecast(first, workers, folder, overwrite)
    if not quiet:
        click.echo(forecast_in_words(expected), err=True)
    if (expected.seconds > 60 * minutes or not expected.fits) and not yes:
        if not sys.stdin.isatty():
            raise BadInput(f"{told}\n{forecast_in_words(expected)}\nThat is more than --ask-above allows: give --yes")
        click.confirm("Go on?", abort=True, err=True)
    found = front.sensitivity(setup, workers, folder, paths, points, most, not quiet, False, figures)
    end_with(found.failures)
