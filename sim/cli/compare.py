"""`clustersim compare`: several arms with the same luck."""

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
    from_option,
    no_unshocked_runs_option,
    record_option,
    result_options,
    set_option,
    tables_language_option,
    years_option,
)

if TYPE_CHECKING:
    from sim.scenario.arms import Since
    from sim.store.executors.cluster import Workers


@click.command(short_help="Compare arms with the same luck: intervals, figures, a report.", epilog=EXITS)
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...")
@click.option(
    "--arm", "arms", type=as_name, multiple=True, metavar="NAME=KEY:VALUE,...",
    help="One arm: a name and what it changes; the name of a layout alone is that layout. Repeat for each arm.",
)  # fmt: skip
@click.option(
    "--arms-from", "since", type=click.Choice(("fork", "opening")), default="fork", show_default=True,
    help="When what an --arm changes begins, parameters and mechanisms too: as the treatment begins, after years that "
    "all arms share, or in the opening, so that each arm has a past of its own.",
)  # fmt: skip
@click.option("--replications", type=click.IntRange(1, 1_000_000), default=12, show_default=True, help="Seeds per arm.")
@cluster_options
@set_option
@click.option("--seed", type=SEED, help="First seed; the scenario's own if not given.")
@years_option
@from_option
@record_option
@no_unshocked_runs_option
@click.option(
    "--yardsticks", is_flag=True,
    help="Add arms of layouts market and idle, where the comparison has none: what a unit of money returns. Two runs "
    "more a replication, of the treatment years alone: with two arms of policy_text half as long again.",
)  # fmt: skip
@click.option("--baseline", type=as_name, metavar="NAME",
              help="Arm that the others are compared with; the first if not given.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), help="Result folder; results/compare-NAME if not given.")
@tables_language_option
@result_options
def compare(
    scenarios: tuple[str, ...], arms: tuple[str, ...], since: Since, replications: int, workers: Workers,
    overrides: tuple[str, ...], seed: int | None, years: str | None, past: Path | None, record: str | None,
    no_unshocked_runs: bool, yardsticks: bool, baseline: str | None, out: Path | None, figures: tuple[str, ...],
    overwrite: bool, language: str, quiet: bool,
) -> None:  # fmt: skip
    """Compare arms with the same luck: paired differences with 95 % intervals, figures and a report.

    With --from all arms and replications start from one checkpoint: the first with the luck it would have had, the
    others with luck of their own from there.

    Each --arm changes the one SCENARIO, from the first year of treatment on; with a single arm the scenario as it is
    comes first. Several SCENARIOs are arms by themselves, named after their files: where their pasts differ, their
    change since the fork year is compared, and the first line says so.

    A killed comparison goes on where it stopped: give the command again. Given with more arms or replications than
    before it runs only those.

    An arm with shocks is also run without them, with the same luck, and what the shocks cost is measured against that.

    With --yardsticks, or with arms of layouts market and idle, tables/returns.csv and the report tell what a unit of
    each arm's money returns: against leaving it to consumers, and beside spending it on labour that makes nothing.

    \b
    Examples:
      clustersim compare china_45 --arm real=plan.layout:explicit --arm rush=plan.layout:duplicated,plan.imitation:1
      clustersim compare policy_text --arm differentiated --arm duplicated --language zh
      clustersim compare mine.yaml yours.yaml --replications 40 --workers 4 --out results/duel
    """
    from sim.scenario.arms import load_arms, with_yardsticks

    loaded = load_arms(scenarios, arms, all_overrides(overrides, years, record), since)
    if yardsticks:
        loaded = with_yardsticks(loaded)
    from sim import front
    from sim.studies.kept_runs import fitting_past, run_arms

    runner = fitting_past(past, loaded) if past else None
    compile_rules()
    own = runner.seed if runner else next(iter(loaded.values())).seed
    folder = out or Path("results") / f"compare-{'-'.join(Path(source).stem for source in scenarios)}"
    found = front.compare(
        loaded,
        replications,
        workers,
        folder,
        seed=own if seed is None else seed,
        baseline=baseline,
        progress=not quiet,
        overwrite=overwrite,
        runner=runner or run_arms,
        unshocked_runs=not no_unshocked_runs,
        figures=figures,
        language=language,
    )
    end_with(found.failures)
