"""`clustersim regimes`: what theory says about plans, and whether the model agrees."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.exits import EXITS, end_with
from sim.cli.shared import (
    SEED,
    compile_rules,
    result_options,
    set_option,
    workers_option,
)
from sim.scenario.shipped import shipped

STUDY = shipped("experiments") / "regimes"


@click.command(short_help="Run the regimes of theory and say which claims hold.", epilog=EXITS)
@click.argument("study", required=False, type=click.Path(path_type=Path), metavar="[STUDY]")
@click.option("--regime", "names", multiple=True, metavar="NAME", help="Only this one, such as R2; may be repeated.")
@click.option("--replications", type=click.IntRange(1, 1_000_000), help="Seeds per arm, if not those of the files.")
@workers_option
@set_option
@click.option("--seed", type=SEED, default=1, show_default=True, help="First seed.")
@click.option("--out", type=click.Path(path_type=Path), help="Result folder; results/NAME-OF-STUDY if not given.")
@result_options
def regimes(
    study: Path | None, names: tuple[str, ...], replications: int | None, workers: int | None,
    overrides: tuple[str, ...], seed: int, out: Path | None, figures: tuple[str, ...], overwrite: bool, quiet: bool,
) -> None:  # fmt: skip
    """Run the regimes of theory and say which claims hold, with 95 % intervals.

    STUDY is a folder of experiment files, one a regime; experiments/regimes if not given. What --set gives comes before
    what they set. Writes regimes.csv (one row a claim: setting, difference, ci_low, ci_high, holds), a figure and
    report.html. A killed run goes on where it stopped; in a finished folder other regimes run only what they lack.

    \b
    Examples:
      clustersim regimes --replications 40 --workers 2
      clustersim regimes --regime R2 --regime R4 --replications 8 --set population.firms=600 --out results/quick
    """
    from sim.studies.regimes import only, read_study

    source = study or STUDY
    wanted = read_study(source, overrides)
    only(wanted, names)  # a mistake is told before anything is compiled
    from sim import front

    compile_rules()
    folder = out or Path("results") / source.stem
    found = front.regimes(wanted, replications, workers, folder, seed, not quiet, overwrite, figures, names)
    end_with(found.failures)
