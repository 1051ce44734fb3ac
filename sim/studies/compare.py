"""Paired comparison of arms: run, compute, tell, draw, write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from rich.console import Console

from sim.kernel.scenario_types import Scenario
from sim.reporting import Findings, write_report
from sim.reporting.figures import Evidence, draw_comparison
from sim.reporting.terminal import comparison_table, decomposition_table, progress_bar, resilience_on_screen
from sim.reporting.wording import answers
from sim.store.executors.local import Failure, run_replications
from sim.store.folder import close_folder, new_manifest, open_folder, write_csv
from sim.store.results import Results, read_results
from sim.studies.decomposition import Decomposition, decompose
from sim.studies.replication import Replication, Runner, has_begun, run_arms
from sim.studies.resilience import losses_by_year, resilience_table
from sim.studies.statistics import by_year, differences, headline, pair, windows
from sim.studies.tier_moves import tiers_table, transitions_table
from sim.studies.unshocked import name_unshocked, with_unshocked


class ComparisonError(Exception):
    """A comparison that cannot be made, or of which no replication finished."""


@dataclass(frozen=True)
class Comparison:
    """What a comparison found, with the tables behind it."""

    results: Results
    baseline: str
    pairs: pd.DataFrame
    """Nation: value of arm and baseline per metric, window and seed."""
    differences: pd.DataFrame
    """Nation: paired statistics, see sim.studies.statistics.differences."""
    groups: pd.DataFrame
    """The same by region, industry and tier."""
    by_year: pd.DataFrame
    """Nation: means, paired differences and intervals by year."""
    decomposition: Decomposition
    resilience: pd.DataFrame
    """What shocks cost by arm and group, see sim.studies.resilience; empty when no arm has an unshocked run."""
    losses: pd.DataFrame
    """The nation's real income against that of the unshocked run, by arm and year."""
    transitions: pd.DataFrame
    """Yearly moves between tiers, see sim.studies.tier_moves."""
    tiers: pd.DataFrame
    """Survival and growth by tier."""
    headline: str
    answers: list[str]
    """One plain sentence per arm."""
    failures: list[Failure]

    @property
    def arms(self) -> dict[str, Scenario]:
        """Scenario of each arm."""
        return self.results.arms

    @property
    def folder(self) -> Path:
        """Where everything was written."""
        return self.results.folder


def compare_scenarios(
    arms: dict[str, Scenario],
    replications: int,
    workers: int | None,
    out: str | Path,
    seed: int = 1,
    baseline: str | None = None,
    progress: bool = True,
    overwrite: bool = False,
    runner: Runner = run_arms,
    past: str = "",
    unshocked_runs: bool = True,
) -> Comparison:
    """Run `arms` with seeds seed, seed+1, ... on `workers` processes and write everything into the folder `out`.

    The baseline is the first arm unless named. `past` names the checkpoint that `runner` starts from. The same call
    resumes a killed comparison and never reruns a finished replication; more replications than before add to it. On
    several workers a script needs the usual `if __name__ == "__main__":`.

    Unless `unshocked_runs` is false, an arm with shocks is run a second time on every seed without them, and what the
    shocks cost is measured against that (sim.studies.resilience); an arm that already is the same without them serves.

    Raises ComparisonError when arms do not fit together or every replication failed, ResultsError when the folder
    holds something else. Some failed replications are listed in `failures` and in the report; the rest count.
    """
    base = _check(arms, replications, baseline)
    folder = Path(out)
    seeds = [seed + number for number in range(replications)]
    named = name_unshocked(arms) if unshocked_runs and not has_begun(runner) else {}
    done = open_folder(folder, new_manifest("comparison", arms, seeds, base, past, named), overwrite)
    waiting = [number for number in seeds if number not in done]
    alone = workers == 1 or len(waiting) == 1
    with progress_bar(len(seeds), len(done), progress) as bar:
        follow = bar.follow(list(with_unshocked(arms, named))) if alone else None
        task = Replication(folder, dict(arms), runner, follow, unshocked_runs=named)
        failures = run_replications(task, waiting, workers, bar.report)
    if len(failures) == len(seeds):
        raise ComparisonError(
            f"every replication failed; the first, with seed {failures[0].seed}:\n{failures[0].traceback}"
        )
    close_folder(folder, [failure.__dict__ for failure in failures])
    comparison = read_comparison(folder)
    publish(comparison)
    if progress:
        tell(comparison)
    return comparison


def _check(arms: dict[str, Scenario], replications: int, baseline: str | None) -> str:
    """The baseline's name, after checks that need no run."""
    if len(arms) < 2:
        raise ComparisonError("a comparison needs two arms or more")
    if replications < 1:
        raise ComparisonError(f"replications must be 1 or more, not {replications}")
    base = baseline or next(iter(arms))
    for arm in arms:
        if not arm or set(arm) & set('/\\:*?"<>|'):
            raise ComparisonError(f"{arm!r} cannot name an arm: names become parts of file names")
    if base not in arms:
        raise ComparisonError(f"the baseline {base!r} is none of the arms {', '.join(arms)}")
    spans = {(scenario.years.burn_in, scenario.years.treatment) for scenario in arms.values()}
    if len(spans) > 1:
        raise ComparisonError("arms must share their burn-in and treatment years")
    if next(iter(spans))[1] < 1:
        raise ComparisonError("arms can only be compared over treatment years, and there are none")
    return base


def read_comparison(folder: str | Path, baseline: str | None = None) -> Comparison:
    """Compute all tables of a finished comparison from what was recorded; nothing is run.

    Raises ResultsError for a folder that is no finished comparison.
    """
    results = read_results(folder)
    base = baseline or results.baseline
    years = next(iter(results.arms.values())).years
    spans = windows(years.burn_in, years.treatment)
    pieces = [pair(table, base, spans) for table in results.replications(min(start for start, _ in spans.values()))]
    pairs = pd.concat(pieces, ignore_index=True)
    whole = pairs["group"] == "nation"
    order = {arm: number for number, arm in enumerate(results.arms)}
    metric = headline(results.nation)
    stats = _in_order(differences(pairs[whole], metric), order, list(spans))
    return Comparison(
        results=results,
        baseline=base,
        pairs=pairs[whole],
        differences=stats,
        groups=_in_order(differences(pairs[~whole]), order, list(spans)),
        by_year=by_year(results.nation, base),
        decomposition=decompose(results.nation, results.arms, metric),
        resilience=resilience_table(results.unshocked_runs, results.arms, base),
        losses=losses_by_year(results.unshocked_runs),
        transitions=transitions_table(results.tiers, results.arms),
        tiers=tiers_table(results.tiers, results.arms),
        headline=metric,
        answers=answers(stats, metric, base),
        failures=[Failure(**failure) for failure in results.manifest["failures"]],
    )


def _in_order(table: pd.DataFrame, arms: dict[str, int], spans: list[str]) -> pd.DataFrame:
    """Rows by window, arm as given, group, metric."""
    if table.empty:
        return table
    keys: dict[str, Callable[[str], object]] = {"arm": arms.__getitem__, "window": spans.index}
    return table.sort_values(
        ["window", "arm", "group", "metric"],
        kind="stable",
        key=lambda column: column.map(keys[str(column.name)]) if column.name in keys else column,
    ).reset_index(drop=True)


def evidence_of(comparison: Comparison) -> Evidence:
    """What figures and the report are drawn from."""
    results = comparison.results
    scenario = results.arms[comparison.baseline]
    return Evidence(
        arms=tuple(results.arms),
        baseline=comparison.baseline,
        headline=comparison.headline,
        fork_year=scenario.years.burn_in,
        last_year=scenario.years.burn_in + scenario.years.treatment,
        by_year=comparison.by_year,
        differences=comparison.differences,
        sites=results.sites,
        provenance=results.provenance,
        metrics=results.manifest["metrics"],
        resilience=comparison.resilience,
        losses=comparison.losses,
        short_names=short_names(scenario),
        same_map=scenario.regions.map is not None,
    )


def short_names(scenario: Scenario) -> dict[str, str]:
    """Label of each region from the column "abbr" of a real map's table, if it has one."""
    real = scenario.regions.map
    if real is None or "abbr" not in real.data or real.name not in real.data:
        return {}
    return {str(name): str(short) for name, short in zip(real.data[real.name], real.data["abbr"], strict=True)}


def publish(comparison: Comparison) -> None:
    """Write summary.csv, the tables, the figures and report.html."""
    folder = comparison.folder
    tables = {
        "groups": comparison.groups,
        "by_year": comparison.by_year,
        "pairs": comparison.pairs,
        "decomposition": comparison.decomposition.terms,
        "resilience": comparison.resilience,
        "transitions": comparison.transitions,
        "tiers": comparison.tiers,
    }
    summary = comparison.differences.copy()
    summary.insert(1, "baseline", comparison.baseline)
    write_csv(folder / "summary.csv", summary.drop(columns="group"))
    for name, table in tables.items():
        if not table.empty:
            write_csv(folder / "tables" / f"{name}.csv", table)
    evidence = evidence_of(comparison)
    pictures = draw_comparison(evidence)
    for picture in pictures:
        picture.save(folder / "figures", evidence.provenance)
    failed = [
        f"seed {failure.seed}{f', arm {failure.arm}' if failure.arm else ''}: {failure.error}"
        for failure in comparison.failures
    ]
    terms, reason = comparison.decomposition.terms, comparison.decomposition.reason
    findings = Findings(comparison.answers, failed, terms, reason, comparison.transitions, comparison.tiers)
    write_report(folder, evidence, pictures, comparison.arms, comparison.results.manifest, findings)


def tell(comparison: Comparison, console: Console | None = None) -> None:
    """Print the table, the plain sentences and where the files are."""
    console = console or Console()
    console.print(comparison_table(comparison.differences, list(comparison.arms), comparison.baseline))
    console.print()
    for sentence in comparison.answers:
        console.print(sentence, markup=False, highlight=False)
    console.print()
    if comparison.decomposition.reason:
        console.print(comparison.decomposition.reason, style="dim", markup=False, highlight=False)
    else:
        console.print(decomposition_table(comparison.decomposition.terms))
    if not comparison.resilience.empty:
        console.print()
        console.print(resilience_on_screen(comparison.resilience))
    for failure in comparison.failures:
        console.print(f"Not counted: seed {failure.seed} failed with {failure.error}", markup=False, highlight=False)
    console.print(
        f"Written to {comparison.folder}: report.html, summary.csv, figures/, tables/", markup=False, highlight=False
    )
