"""`clustersim run`: one scenario, once."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.exits import EXITS
from sim.cli.shared import (
    SEED,
    all_overrides,
    compile_rules,
    from_option,
    no_unshocked_runs_option,
    record_option,
    result_options,
    set_option,
    tables_language_option,
    years_option,
)


@click.command(short_help="Run one scenario once: tables, a figure and a report.", epilog=EXITS)
@click.argument("scenario")
@set_option
@click.option("--seed", type=SEED, help="Seed of the random draws; the scenario's own if not given.")
@years_option
@from_option
@record_option
@no_unshocked_runs_option
@click.option("--out", type=click.Path(path_type=Path), help="Result folder; results/run-NAME if not given.")
@tables_language_option
@result_options
def run(
    scenario: str, overrides: tuple[str, ...], seed: int | None, years: str | None, past: Path | None,
    record: str | None, no_unshocked_runs: bool, out: Path | None, figures: tuple[str, ...], overwrite: bool,
    language: str, quiet: bool,
) -> None:  # fmt: skip
    """Run one scenario once: tables, an overview figure and a report.

    A scenario with shocks is also run without them, with the same luck, to see what they cost.

    \b
    Examples:
      clustersim run policy_text
      clustersim run policy_text --set plan.layout=duplicated --seed 7 --out results/duplicated
      clustersim run china_45 --years 10+10 --record firms,events
    """
    from sim.scenario.reading import load_scenario

    wanted = load_scenario(scenario, all_overrides(overrides, years, record))
    from sim import front
    from sim.studies.kept_runs import fitting_past, run_arms

    folder = out or Path("results") / f"run-{Path(scenario).stem}"
    runner = fitting_past(past, {front.ARM: wanted}) if past else None
    compile_rules()
    chosen = runner.seed if runner and seed is None else seed
    front.run_to_folder(
        wanted, folder, progress=not quiet, seed=chosen, overwrite=overwrite, runner=runner or run_arms,
        unshocked_runs=not no_unshocked_runs, figures=figures, language=language,
    )  # fmt: skip
