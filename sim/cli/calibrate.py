"""`clustersim calibrate`: search free parameters on half of the stylised facts."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.exits import EXITS, end_with
from sim.cli.shared import compile_rules, overwrite_option, quiet_option, verbose_option, workers_option
from sim.scenario.shipped import shipped

SEARCH = shipped("experiments") / "calibration.yaml"


@click.command(short_help="Search free parameters on half of the stylised facts.", epilog=EXITS)
@click.argument("search", required=False, type=click.Path(path_type=Path), metavar="[SEARCH]")
@click.option("--points", type=click.IntRange(2, 20_000), help="Points of the design, if not those of the file.")
@click.option("--rounds", type=click.IntRange(0, 100), help="Rounds of proposals, if not those of the file.")
@click.option("--replications", type=click.IntRange(1, 1000), help="Seeds of each point, if not those of the file.")
@workers_option
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/calibration"), show_default=True,
              help="Result folder.")  # fmt: skip
@overwrite_option
@verbose_option
@quiet_option
def calibrate(
    search: Path | None, points: int | None, rounds: int | None, replications: int | None, workers: int | None,
    out: Path, overwrite: bool, quiet: bool,
) -> None:  # fmt: skip
    """Search free parameters by simulated moments on half of the stylised facts; the other half is only validated.

    SEARCH is an experiment file with `search`; experiments/calibration.yaml if not given. Writes report.html,
    design.csv, best.csv and effects.csv, and changes nothing by itself. A killed search goes on where it
    stopped; points that the folder has are not run again.

    \b
    Examples:
      clustersim calibrate --workers 2
      clustersim calibrate --points 8 --rounds 1 --replications 1 --out results/quick
    """
    from sim import front
    from sim.studies.calibration import read_search

    wanted = read_search(search or SEARCH)
    compile_rules()
    found = front.calibrate(wanted, workers, out, points, rounds, replications, not quiet, overwrite)
    end_with(found.failures)
