"""Paired comparison of arms, or one arm alone: run the replications, compute the tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from sim.kernel.brief import Brief
from sim.kernel.scenario_types import Scenario
from sim.runs.groups import with_places
from sim.scenario.changes import past_of
from sim.store.executors.cluster import Workers
from sim.store.executors.local import Failure
from sim.store.folder import carry_out
from sim.store.manifest import known_unshocked
from sim.store.progress import Progress
from sim.store.results import AllFailed, Results, read_results
from sim.store.tasks import Design
from sim.studies import kept_runs, unshocked
from sim.studies.decomposition import Decomposition, decompose
from sim.studies.histories import histories_of
from sim.studies.kept_runs import FromCheckpoint, FullRuns, Runner, has_begun, run_arms
from sim.studies.measured import kept_as
from sim.studies.pairing import DECISIONS, decisions_table, innovations_of, saved_table
from sim.studies.resilience import losses_by_year, resilience_table
from sim.studies.returns import returns_table
from sim.studies.statistics import PAIRS, by_year, differences, headline, pair, since_fork, windows
from sim.studies.tier_moves import tiers_table, transitions_table
from sim.studies.unshocked import name_unshocked, unshocked_table, with_unshocked
from sim.studies.varied import varied


class ComparisonError(Exception):
    """A comparison that cannot be made."""


@dataclass(frozen=True, repr=False)
class Comparison(Brief):
    """What a comparison found, with the tables behind it."""

    results: Results
    baseline: str
    pairs: pd.DataFrame
    """Nation: value of arm and baseline per metric, window and seed."""
    differences: pd.DataFrame
    """Nation: paired statistics, see sim.studies.statistics.differences."""
    groups: pd.DataFrame
    """The same by region, industry and tier, each in a column of its own."""
    saved: pd.DataFrame
    """Nation: what pairing saves over the treatment years, see sim.studies.pairing."""
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
    returns: pd.DataFrame
    """What plans return per unit of money, see sim.studies.returns; empty without arms of layouts market and idle."""
    headline: str
    """The metric that the answer is about."""
    other_pasts: tuple[str, ...]
    """Arms whose state in the fork year is not the baseline's; where there are any, `pairs`, `differences`, `groups`,
    the decomposition and the differences of `by_year` are of what changed since that year."""
    varied: pd.DataFrame
    """What arms vary, by arm, see sim.studies.varied."""
    failures: list[Failure]

    def brief(self) -> dict[str, object]:
        """Where it lies and what was compared."""
        return {
            "folder": self.folder, "arms": ", ".join(self.arms), "baseline": self.baseline,
            "replications": len(self.results.seeds), "headline": self.headline, "failures": len(self.failures),
        }  # fmt: skip

    @property
    def nation(self) -> pd.DataFrame:
        """National metrics of every arm, seed and year: arm, seed, year, then a column for each metric."""
        order = {arm: number for number, arm in enumerate(self.arms)}
        wide = self.results.nation.pivot(index=["arm", "seed", "year"], columns="metric", values="value").reset_index()
        wide.columns.name = None
        return wide.sort_values(
            ["arm", "seed", "year"],
            key=lambda column: column.astype(str).map(order) if column.name == "arm" else column,
            ignore_index=True,
        )

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """Decisions of the first seed that stayed the same, see sim.studies.pairing; no row without its histories."""
        histories = histories_of(self.results)
        if len(histories) < 2 or self.baseline not in histories:
            return pd.DataFrame(columns=DECISIONS)
        fork = self.arms[self.baseline].years.burn_in
        return decisions_table(
            histories, self.baseline, fork, innovations_of(self.results, histories[self.baseline].seed)
        )

    @property
    def arms(self) -> dict[str, Scenario]:
        """Scenario of each arm."""
        return self.results.arms

    @property
    def folder(self) -> Path:
        """Where everything was written."""
        return self.results.folder


def run_comparison(
    arms: dict[str, Scenario],
    replications: int,
    workers: Workers,
    folder: Path,
    seed: int = 1,
    baseline: str | None = None,
    overwrite: bool = False,
    runner: Runner = run_arms,
    unshocked_runs: bool = True,
    progress: Progress | None = None,
) -> Comparison:
    """Run `arms` with seeds seed, seed+1, ... on `workers` processes into `folder` and compute all tables.

    The baseline is the first arm unless named. The same call resumes a killed comparison and never reruns a finished
    replication; more replications than before add to it. One arm alone is a run: it has no differences.

    Unless `unshocked_runs` is false, an arm with shocks is run a second time on every seed without them, and what the
    shocks cost is measured against that (sim.studies.resilience); an arm that already is the same without them serves.
    Those that a folder has already stay in it either way.

    Raises ComparisonError when arms do not fit together, AllFailed when every replication failed, ResultsError when
    the folder holds something else. Some failed replications are listed in `failures`; the rest count.
    """
    base = _check(arms, replications, baseline)
    known = known_unshocked(folder, arms)
    asked = unshocked_runs and not has_begun(runner)
    named = name_unshocked(arms, known) if asked else known
    ran = with_unshocked(arms, named)
    design = Design(
        "comparison", arms, tuple(range(seed, seed + replications)), base,
        start=runner.identity if isinstance(runner, FromCheckpoint) else "", unshocked_runs=named,
        ran=ran if asked else {arm: ran[arm] for arm in arms},
        kept=kept_as((), kept_runs, unshocked), keeps_past=True,
    )  # fmt: skip
    failures = carry_out(folder, design, FullRuns(arms, runner, named, seed), workers, overwrite, progress)
    if failures and not read_results(folder).seeds:
        raise AllFailed(f"every replication failed; the first, with seed {failures[0].seed}:\n{failures[0].traceback}")
    return read_comparison(folder)


def _check(arms: dict[str, Scenario], replications: int, baseline: str | None) -> str:
    """The baseline's name, after checks that need no run."""
    if not arms:
        raise ComparisonError("there is no arm to run")
    if replications < 1:
        raise ComparisonError(f"replications must be 1 or more, not {replications}")
    base = baseline or next(iter(arms))
    for arm in arms:
        if not arm or set(arm) & set('/\\:*?"<>|') or any("\ud800" <= letter <= "\udfff" for letter in arm):
            raise ComparisonError(f"{arm!r} cannot name an arm: names become parts of file names")
    if base not in arms:
        raise ComparisonError(f"the baseline {base!r} is none of the arms {', '.join(arms)}")
    spans = {(scenario.years.burn_in, scenario.years.treatment) for scenario in arms.values()}
    if len(spans) > 1:
        raise ComparisonError("arms must share their burn-in and treatment years")
    if len(arms) > 1 and next(iter(spans))[1] < 1:
        raise ComparisonError("arms can only be compared over treatment years, and there are none")
    return base


def read_comparison(folder: str | Path, baseline: str | None = None) -> Comparison:
    """Compute all tables of a finished comparison from what was recorded; nothing is run.

    Raises ResultsError for a folder that is no finished comparison.
    """
    results = read_results(folder)
    unshocked_runs = unshocked_table(results)
    base = baseline or results.baseline
    years = next(iter(results.arms.values())).years
    spans = windows(years.burn_in, years.treatment) if len(results.arms) > 1 else {}
    other_pasts = arms_of_other_pasts(results, base)
    fork = years.burn_in if other_pasts and years.burn_in else None
    tables = results.replications(years.burn_in + (fork is None)) if spans else iter(())
    pieces = [pair(_compared(table, fork), base, spans) for table in tables]
    pairs = pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame(columns=PAIRS)
    whole = pairs["group"] == "nation"
    order = {arm: number for number, arm in enumerate(results.arms)}
    metric = headline(results.nation)
    stats = _in_order(differences(pairs[whole], metric, fork is not None), order, list(spans))
    return Comparison(
        results=results,
        baseline=base,
        pairs=pairs[whole],
        differences=stats,
        groups=with_places(_in_order(differences(pairs[~whole], "", fork is not None), order, list(spans))),
        saved=saved_table(pairs[whole], next(iter(spans), "")),
        by_year=by_year(results.nation, base, fork),
        decomposition=decompose(_compared(results.nation, fork), results.arms, metric),
        resilience=with_places(resilience_table(unshocked_runs, results.arms, base)),
        losses=losses_by_year(unshocked_runs),
        transitions=transitions_table(results.tiers, results.arms),
        tiers=tiers_table(results.tiers, results.arms),
        returns=returns_table(_compared(results.nation, fork), results.arms, metric) if spans else pd.DataFrame(),
        headline=metric,
        other_pasts=other_pasts,
        varied=varied(results.arms, base),
        failures=[Failure(**failure) for failure in results.manifest["failures"]],
    )


def _compared(metrics: pd.DataFrame, fork: int | None) -> pd.DataFrame:
    return metrics if fork is None else since_fork(metrics, fork)


def arms_of_other_pasts(results: Results, baseline: str) -> tuple[str, ...]:
    """Arms that in some replication are in another state than `baseline` as the treatment begins, by state hash.

    Without a burn-in there is no such state, and scenarios that open otherwise count. Runs from a checkpoint share it.
    """
    years, others = results.arms[baseline].years, [arm for arm in results.arms if arm != baseline]
    if not others or (years.burn_in and not (results.hashes["year"] == years.burn_in).any()):
        return ()
    if years.burn_in == 0:
        return tuple(arm for arm in others if past_of(results.arms[arm]) != past_of(results.arms[baseline]))
    last = results.hashes[results.hashes["year"] == years.burn_in]
    wide = last.assign(arm=last["arm"].astype(str)).pivot(index="seed", columns="arm", values="hash")
    return tuple(arm for arm in others if arm in wide and not wide[arm].equals(wide[baseline].rename(arm)))


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
