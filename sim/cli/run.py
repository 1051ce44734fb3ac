"""`clustersim run`: one scenario, once."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.shared import (
    all_overrides,
    compile_rules,
    from_option,
    no_unshocked_runs_option,
    overwrite_option,
    plain_errors,
    plain_results_errors,
    quiet_option,
    record_option,
    set_option,
    years_option,
)


@click.command(short_help="Run one scenario once: tables, a figure and a report.")
@click.argument("scenario")
@set_option
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), help="Seed of the random draws; the scenario's own if not given."
)
@years_option
@from_option
@record_option
@no_unshocked_runs_option
@click.option("--out", type=click.Path(path_type=Path), help="Result folder; results/run-NAME if not given.")
@overwrite_option
@quiet_option
def run(
    scenario: str, overrides: tuple[str, ...], seed: int | None, years: str | None, past: Path | None,
    record: str | None, no_unshocked_runs: bool, out: Path | None, overwrite: bool, quiet: bool,
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

    with plain_errors():
        wanted = load_scenario(scenario, all_overrides(overrides, years, record))
    with plain_results_errors():
        from sim.studies.single import run_to_folder

        compile_rules()
        folder = out or Path("results") / f"run-{Path(scenario).stem}"
        if past is None:
            run_to_folder(
                wanted, folder, progress=not quiet, seed=seed, overwrite=overwrite, unshocked_runs=not no_unshocked_runs
            )
            return
        from sim.studies.replication import fitting_past

        runner = fitting_past(past, {"run": wanted})
        chosen = runner.seed if seed is None else seed
        run_to_folder(wanted, folder, not quiet, chosen, overwrite, runner, runner.identity, not no_unshocked_runs)
