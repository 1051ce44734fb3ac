"""`clustersim demo`: the plan of the 45 national clusters beside four other uses of the money."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.exits import EXITS, end_with
from sim.cli.shared import (
    all_overrides,
    compile_rules,
    figures_option,
    quiet_option,
    verbose_option,
    workers_option,
    years_option,
)
from sim.scenario.shipped import shipped

ARMS = (
    "plan_45=plan.layout:explicit", "duplicated=plan.layout:duplicated", "balanced=plan.layout:balanced",
    "market=plan.layout:market", "idle=plan.layout:idle",
)  # fmt: skip


@click.command(short_help="Compare the real 45-cluster plan with two others, no plan and idle labour.", epilog=EXITS)
@click.option("--replications", type=click.IntRange(1, 1_000_000), default=16, show_default=True, help="Seeds per arm.")
@workers_option
@years_option
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/demo"), show_default=True,
              help="Result folder.")  # fmt: skip
@figures_option
@verbose_option
@quiet_option
def demo(
    replications: int, workers: int | None, years: str | None, out: Path, figures: tuple[str, ...], quiet: bool
) -> None:
    """Compare the plan of the 45 national clusters with a duplicated and a balanced one, none, and idle labour.

    The last two are the yardsticks of what a unit of a plan's money returns (tables/returns.csv).

    It is `clustersim compare china_45` with these five arms and --overwrite. A killed demo goes on where it stopped.

    \b
    Examples:
      clustersim demo
      clustersim demo --replications 2 --years 3+3 --out results/short-demo
    """
    from sim import front
    from sim.scenario.arms import load_arms

    arms = load_arms((str(shipped("scenarios") / "china_45.yaml"),), ARMS, all_overrides((), years, None))
    compile_rules()
    seed = next(iter(arms.values())).seed
    found = front.compare(arms, replications, workers, out, seed=seed, progress=not quiet, overwrite=True,
                          figures=figures)  # fmt: skip
    end_with(found.failures)
