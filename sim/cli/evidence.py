"""`clustersim evidence`: does the model show what is known of real industrial policies?"""

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

STUDY = shipped("experiments") / "evidence.yaml"


@click.command(short_help="Look for what is known of real industrial policies.", epilog=EXITS)
@click.argument("names", nargs=-1, metavar="[BENCHMARK]...")
@click.option(
    "--study", type=click.Path(path_type=Path), help="File of benchmarks; experiments/evidence.yaml if not given."
)
@click.option("--replications", type=click.IntRange(1, 1_000_000), default=16, show_default=True, help="Seeds per arm.")
@workers_option
@set_option
@click.option("--seed", type=SEED, default=1, show_default=True, help="First seed.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/evidence"), show_default=True,
              help="Result folder.")  # fmt: skip
@result_options
def evidence(
    names: tuple[str, ...], study: Path | None, replications: int, workers: int | None, overrides: tuple[str, ...],
    seed: int, out: Path, figures: tuple[str, ...], overwrite: bool, quiet: bool,
) -> None:  # fmt: skip
    """Repeat what papers found of real industrial policies by small experiments on the model.

    BENCHMARK is one of the file, such as zones or research; all of them if none is given. A benchmark compares arms
    that share their past and differ in a policy. A statistic passes when the 95 % interval of its mean meets the band
    of its paper, or lies on the side of zero that a paper is sure of; it misses when the interval lies outside. Writes
    report.html, evidence.csv, evidence_by_seed.csv and a figure. A killed run goes on where it stopped.

    \b
    Examples:
      clustersim evidence
      clustersim evidence zones research --replications 8 --workers 2 --out results/zones
      clustersim evidence misallocation --set parameters.support_reach=1 --out results/reach
    """
    from sim.studies.evidence.study import only, read_study

    wanted = only(read_study(study or STUDY), names)
    from sim import front

    compile_rules()
    found = front.evidence(wanted, replications, workers, out, seed, overrides, not quiet, overwrite, figures)
    end_with(found.failures)
