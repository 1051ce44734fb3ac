"""One replication in a worker: run all arms on one seed, write the shard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sim.declare import METRICS
from sim.schema import Scenario
from sim.shards import write_shard

Runner = Callable[[dict[str, Scenario], int], dict[str, Any]]
"""Runs all arms of one seed and returns a Run for each: sim.runs.run_arms."""
KEYS = ("run", "arm", "seed")


def run_arms(arms: dict[str, Scenario], seed: int) -> dict[str, Any]:
    """All arms of one replication on the engine, which only workers need to load."""
    from sim import runs

    return runs.run_arms(arms, seed)


@dataclass(frozen=True)
class Replication:
    """The task of an executor: replication of `arms` with a seed, kept as a shard of `folder`."""

    folder: Path
    arms: dict[str, Scenario]
    runner: Runner = run_arms

    def __call__(self, seed: int) -> None:
        """Run and write. Raises what the engine raises, ValueError when an arm is missing."""
        save_runs(self.folder, seed, self.arms, self.runner(self.arms, seed))


def save_runs(folder: Path, seed: int, arms: dict[str, Scenario], runs: dict[str, Any]) -> None:
    """Write the runs of one seed as a shard, in the order of `arms`."""
    missing = [arm for arm in arms if arm not in runs]
    if missing:
        raise ValueError(f"replication {seed} has no run of arm {', '.join(missing)}")
    ordered = [runs[arm] for arm in arms]
    tables = {
        f"{name}.parquet": pd.concat([getattr(run, name) for run in ordered], ignore_index=True)
        for name in ("metrics", "hashes", "sites")
    }
    if all(getattr(run, "ledger", None) is not None for run in ordered):
        tables["ledger.parquet"] = pd.concat([run.ledger for run in ordered], ignore_index=True)
    for name in dict.fromkeys(name for run in ordered for name in run.panels):
        pieces = [_with_keys(run.panels[name], run) for run in ordered if name in run.panels]
        tables[f"panels/{name}.parquet"] = pd.concat(pieces, ignore_index=True)
    write_shard(folder, seed, tables, {"runs": [_record(run, seed) for run in ordered], "metrics": _declared()})


def _with_keys(panel: pd.DataFrame, run: Any) -> pd.DataFrame:
    """A panel with the columns run, arm and seed in front, also when the recorder left them out."""
    keys = {"run": f"{run.arm}-{run.seed}", "arm": run.arm, "seed": run.seed}
    missing = {name: keys[name] for name in KEYS if name not in panel.columns}
    return panel.assign(**missing)[[*KEYS, *(name for name in panel.columns if name not in KEYS)]]


def _record(run: Any, seed: int) -> dict[str, Any]:
    last = run.hashes.sort_values("year")["hash"]
    return {
        "arm": run.arm,
        "seed": int(seed),
        "hash": str(last.iloc[-1]) if len(last) else "",
        "seconds": round(float(run.seconds), 3),
    }


def _declared() -> dict[str, dict[str, str]]:
    """What readers of the results need to know about every metric, from its declaration."""
    return {
        name: {
            "unit": metric.unit,
            "better": metric.better,
            "theme": metric.theme,
            "level": metric.level,
            "help": metric.help,
            "formula": metric.formula,
            "source": metric.source,
        }
        for name, metric in METRICS.items()
    }
