"""Histories for a player: those that a result folder holds, or of runs made for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sim.kernel.scenario_types import Scenario
from sim.runs.history import History, HistoryError, history_of
from sim.runs.run import Progress, run_arms
from sim.store.results import Results, read_results

TABLE = "history.parquet"


def histories_in(folder: str | Path) -> dict[str, History]:
    """The histories that a finished result folder holds, by arm: those of its first seed.

    Raises ResultsError for a folder that is not finished or damaged, HistoryError for one that has none.
    """
    results = read_results(folder)
    if TABLE not in results.manifest["tables"]:
        raise HistoryError(f"{folder} holds no history: only `clustersim run` and `clustersim compare` keep them")
    found = histories_of(results)
    for arm in results.arms:
        if arm not in found:
            raise HistoryError(f"{results.folder} holds no history of arm {arm}")
    return found


def histories_of(results: Results) -> dict[str, History]:
    """The histories that results hold, by arm in their order: of the first seed, none of an arm that lacks it."""
    if TABLE not in results.manifest["tables"]:
        return {}
    table = results.table(TABLE)
    found = {}
    for arm, scenario in results.arms.items():
        rows = table[table["arm"].astype(str) == arm].sort_values("year")
        if len(rows):
            found[arm] = history_of(arm, int(rows["seed"].iloc[0]), scenario, map(bytes, rows["frame"]))
    return found


def run_histories(
    arms: Mapping[str, Scenario], seed: int | None = None, progress: Progress | None = None
) -> dict[str, History]:
    """Run `arms` once, with the seed of the first unless one is given, for their histories.

    Raises ScenarioError for a seed that cannot be one.
    """
    chosen = next(iter(arms.values())).seed if seed is None else seed
    runs = run_arms(arms, chosen, progress, histories=True)
    return {arm: history_of(arm, chosen, arms[arm], run.history["frame"]) for arm, run in runs.items()}
