"""`clustersim sweep`: how a difference between arms responds to parameters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.exits import EXITS, end_with
from sim.cli.shared import (
    SEED,
    all_overrides,
    as_name,
    cluster_options,
    compile_rules,
    overwrite_option,
    quiet_option,
    read_figures,
    set_option,
    verbose_option,
    years_option,
)

if TYPE_CHECKING:
    from sim.scenario.arms import Since
    from sim.store.executors.cluster import Workers

all_figures_option = click.option(
    "--figures", callback=read_figures, default="png,svg,pdf", show_default=True, metavar="FORM,...",
    help="Files of each figure: png, svg, pdf.",
)  # fmt: skip


@click.command(short_help="Vary parameters: how a difference between arms responds.", epilog=EXITS)
@click.argument("scenario", metavar="SCENARIO")
@click.option(
    "-p", "--parameter", "factors", type=as_name, multiple=True, required=True, metavar="NAME[=LEVELS]",
    help="What varies: NAME=A:B:N, N levels from A to B with both ends; NAME=a,b,c, these levels; NAME alone, over its "
    "declared sweep bounds. NAME is a key, or its last part where that is unique. Several are crossed.",
)  # fmt: skip
@click.option(
    "--arm", "arms", type=as_name, multiple=True, metavar="NAME=KEY:VALUE,...",
    help="One arm, as in `compare`; the first is the baseline. duplicated and differentiated if none is given.",
)  # fmt: skip
@click.option(
    "--arms-from", "since", type=click.Choice(("fork", "opening")), default="fork", show_default=True,
    help="When what an --arm changes begins; levels of -p hold for the whole run.",
)  # fmt: skip
@click.option("--measure", "measures", multiple=True, metavar="NAME",
              help="Keep this measure of each run; may be repeated, the first is the headline.")  # fmt: skip
@click.option("--replications", type=click.IntRange(1, 1_000_000), default=12, show_default=True,
              help="Seeds, the same at every point.")  # fmt: skip
@cluster_options
@set_option
@click.option("--seed", type=SEED, default=1, show_default=True, help="First seed.")
@years_option
@click.option("--out", type=click.Path(path_type=Path), help="Result folder; results/sweep-NAME if not given.")
@click.option("--save-experiment", "saved", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Write an experiment file that does the same, and run nothing.")  # fmt: skip
@all_figures_option
@overwrite_option
@verbose_option
@quiet_option
def sweep(
    scenario: str, factors: tuple[str, ...], arms: tuple[str, ...], since: Since, measures: tuple[str, ...],
    replications: int, workers: Workers, overrides: tuple[str, ...], seed: int, years: str | None,
    out: Path | None, saved: Path | None, figures: tuple[str, ...], overwrite: bool, quiet: bool,
) -> None:  # fmt: skip
    """Vary parameters of SCENARIO and show how the difference between arms responds, with 95 % intervals.

    All levels are printed before anything runs. Every point has the same seeds, and every arm of a seed the same luck:
    differences between arms, between levels and trends are paired. Writes runs (every run, each parameter a column),
    curve (the difference at every point), levels and trends as CSV and Parquet, response curves, one panel a
    parameter, and report.html.

    A killed sweep goes on where it stopped: give the command again. Given with more levels, arms or replications it
    runs only those.

    \b
    Examples:
      clustersim sweep policy_text -p distance_cost=0.1:0.5:5
      clustersim sweep policy_text -p distance_cost -p imitation=0,.5,1 --replications 20 --workers 2
      clustersim sweep mine.yaml -p plan.budget=0.02,0.05,0.1 --arm market --arm rush=plan.layout:duplicated
    """
    from sim.studies.experiment.contents import RECORDED
    from sim.studies.experiment.text import experiment_as_yaml
    from sim.studies.experiment.words import sweep_of

    setup = sweep_of(
        scenario, factors, arms, all_overrides(overrides, years, None), replications, seed, measures or RECORDED,
        since=since,
    )  # fmt: skip
    if saved is not None:
        from sim.store.files import write_atomically

        text = experiment_as_yaml(setup.experiment, saved.parent)
        saved.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(saved, lambda temporary: temporary.write_text(text, encoding="utf-8"))
        click.echo(f"Written: {saved}")
        return
    from sim import front
    from sim.reporting.sweep import plan_in_words

    if not quiet:
        click.echo(plan_in_words(setup), err=True)
    _ = setup.runs  # points that do not fit are told before anything is compiled
    compile_rules()
    found = front.experiment(
        setup, workers, out or Path("results") / f"sweep-{Path(scenario).stem}", not quiet, overwrite, figures
    )
    end_with(found.failures)
