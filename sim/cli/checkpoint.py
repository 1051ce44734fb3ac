"""`clustersim checkpoint`: run to a year once, to start from it as often as wanted."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.shared import (
    SEED,
    all_overrides,
    compile_rules,
    quiet_option,
    set_option,
    years_option,
)
from sim.cli.targets import check_target, writing_file


@click.command(short_help="Run to a year and keep the state, to start from it.")
@click.argument("scenario")
@click.option("--year", type=click.IntRange(0), help="Year to stop after; the end of the burn-in if not given.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File to write.")
@set_option
@click.option("--seed", type=SEED, help="Seed of the random draws; the scenario's own if not given.")
@years_option
@quiet_option
def checkpoint(
    scenario: str, year: int | None, out: Path, overrides: tuple[str, ...], seed: int | None, years: str | None,
    quiet: bool,
) -> None:  # fmt: skip
    """Run a scenario to a year and keep the state, so that runs and comparisons can start from it.

    A run that goes on from a checkpoint gives the same numbers as one that was never interrupted. The file fits the
    version of the program that wrote it.

    \b
    Examples:
      clustersim checkpoint policy_text --year 30 --out results/past.checkpoint
      clustersim compare policy_text --from results/past.checkpoint --arm differentiated --arm duplicated
    """
    from sim.scenario.reading import load_scenario

    wanted = load_scenario(scenario, all_overrides(overrides, years, None))
    stop = wanted.years.burn_in if year is None else year
    from sim.runs.checkpoint import CheckpointError, is_checkpoint, save_checkpoint
    from sim.runs.run import world_at

    last = wanted.years.burn_in + wanted.years.treatment
    if stop > last:
        raise CheckpointError(
            f"the scenario ends in year {last}: there is no year {stop} to keep. Give --year 0 to {last}"
        )
    check_target(out, is_checkpoint, "a checkpoint")
    compile_rules()
    world = world_at(wanted, stop, seed)
    with writing_file(out):
        save_checkpoint(world, out, wanted)
    if not quiet:
        click.echo(f"Year {world.year} of seed {world.seed} is kept in {out}")
