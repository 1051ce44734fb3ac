"""One run of one scenario into a folder: tables, an overview figure, a report."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from rich.console import Console

from sim.kernel.scenario_types import Scenario
from sim.reporting import Findings, write_report
from sim.reporting.figures import Evidence, draw_dashboard, draw_resilience
from sim.reporting.terminal import progress_bar, resilience_on_screen
from sim.reporting.wording import label, level, main_metrics
from sim.store.executors.local import run_replications
from sim.store.folder import close_folder, new_manifest, open_folder, write_csv
from sim.store.results import Results, read_results
from sim.studies.compare import ComparisonError, short_names
from sim.studies.replication import Replication, Runner, has_begun, run_arms
from sim.studies.resilience import losses_by_year, resilience_table
from sim.studies.statistics import by_year, headline
from sim.studies.unshocked import name_unshocked, with_unshocked

ARM = "run"


def run_to_folder(
    scenario: Scenario,
    out: str | Path,
    progress: bool = True,
    seed: int | None = None,
    overwrite: bool = False,
    runner: Runner = run_arms,
    past: str = "",
    unshocked_runs: bool = True,
) -> Results:
    """Run `scenario` once (with its own seed unless one is given) and write everything into `out`.

    A folder that holds this very run is kept and read. Unless `unshocked_runs` is false, a scenario with shocks is also
    run without them, and what they cost is measured against that (sim.studies.resilience). `past` names the checkpoint
    that `runner` starts from.

    Raises ResultsError when the folder holds something else, ComparisonError with the traceback when the run fails.
    """
    folder, chosen = Path(out), scenario.seed if seed is None else seed
    arms = {ARM: scenario}
    named = name_unshocked(arms) if unshocked_runs and not has_begun(runner) else {}
    done = open_folder(folder, new_manifest("run", arms, [chosen], ARM, past, named), overwrite)
    with progress_bar(1, len(done), progress) as bar:
        task = Replication(folder, arms, runner, bar.follow(list(with_unshocked(arms, named))), unshocked_runs=named)
        failures = run_replications(task, [] if done else [chosen], 1, bar.report)
    if failures:
        raise ComparisonError(f"the run with seed {chosen} failed:\n{failures[0].traceback}")
    close_folder(folder)
    results = read_results(folder)
    publish_run(results)
    if progress:
        tell_run(results)
    return results


def run_evidence(results: Results) -> Evidence:
    """What the overview is drawn from."""
    scenario = results.arms[ARM]
    return Evidence(
        arms=(ARM,),
        baseline=ARM,
        headline=headline(results.nation),
        fork_year=scenario.years.burn_in,
        last_year=scenario.years.burn_in + scenario.years.treatment,
        by_year=by_year(results.nation, ARM),
        differences=pd.DataFrame(),
        sites=results.sites,
        provenance=results.provenance,
        metrics=results.manifest["metrics"],
        resilience=resilience_table(results.unshocked_runs, results.arms, ARM),
        losses=losses_by_year(results.unshocked_runs),
        short_names=short_names(scenario),
        same_map=scenario.regions.map is not None,
    )


def publish_run(results: Results) -> None:
    """Write summary.csv (years down, national metrics across), the figures, what shocks cost, and report.html."""
    nation = results.nation.assign(metric=results.nation["metric"].astype(str))
    write_csv(
        results.folder / "summary.csv", nation.pivot(index="year", columns="metric", values="value").reset_index()
    )
    evidence = run_evidence(results)
    if not evidence.resilience.empty:
        write_csv(results.folder / "tables" / "resilience.csv", evidence.resilience)
    drawn = [draw_dashboard(evidence, ARM), draw_resilience(evidence)]
    pictures = [picture for picture in drawn if picture is not None]
    for picture in pictures:
        picture.save(results.folder / "figures", evidence.provenance)
    write_report(results.folder, evidence, pictures, results.arms, results.manifest, Findings())


def tell_run(results: Results, console: Console | None = None) -> None:
    """Print the main measures of the fork year and the last year."""
    console = console or Console()
    years = results.arms[ARM].years
    first, last = years.burn_in, years.burn_in + years.treatment
    table = results.nation.assign(metric=results.nation["metric"].astype(str))
    values = table.pivot(index="metric", columns="year", values="value")
    shown = [year for year in (first, last) if year in values.columns]
    console.print(f"{'':<26}" + "".join(f"{f'year {year}':>12}" for year in shown), highlight=False)
    for metric in main_metrics(values.index):
        console.print(
            f"{label(metric):<26}" + "".join(f"{level(metric, float(values.at[metric, year])):>12}" for year in shown),
            highlight=False,
        )
    cost = resilience_table(results.unshocked_runs, results.arms, ARM)
    if not cost.empty:
        console.print(resilience_on_screen(cost))
    console.print(f"Written to {results.folder}: report.html, summary.csv, figures/", markup=False, highlight=False)
