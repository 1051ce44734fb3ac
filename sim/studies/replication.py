"""One replication in a worker: run all arms on one seed, write the shard."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from sim.kernel.declare import CODE, METRICS
from sim.kernel.scenario_types import Scenario
from sim.runs.checkpoint import check_fit, identity_of, load_checkpoint, scenario_of
from sim.runs.run import Progress, Run, run_arms
from sim.store.shards import scratch, write_shard
from sim.studies.unshocked import TABLE, part_from_unshocked, with_unshocked

Runner = Callable[[dict[str, Scenario], int, Progress, Path], dict[str, Run]]
"""Runs all arms of one seed: sim.runs.run.run_arms(arms, seed, progress, panel_folder)."""


@dataclass(frozen=True)
class FromCheckpoint:
    """The runner of arms that all go on from one checkpoint; see `fitting_past`."""

    path: Path
    identity: str
    """Names the checkpoint in manifests."""
    seed: int
    """Its own seed. With another the past is the same, and the luck after it is not."""
    treated: bool
    """Whether the treatment has begun in it, shocks included: no arm can then be run without them."""

    def __call__(
        self, arms: dict[str, Scenario], seed: int, progress: Progress | None = None, panel_folder: Path | None = None
    ) -> dict[str, Run]:
        """Run all arms on from the checkpoint."""
        return run_arms(arms, seed, progress, panel_folder, load_checkpoint(self.path))


def fitting_past(path: Path, arms: dict[str, Scenario]) -> FromCheckpoint:
    """The runner that starts from a checkpoint, checked against every arm. Raises CheckpointError."""
    world, kept = load_checkpoint(path), scenario_of(path)
    for scenario in arms.values():
        check_fit(path, world, kept, scenario)
    return FromCheckpoint(path, identity_of(path), int(world.seed), world.treated)


def has_begun(runner: Runner) -> bool:
    """Whether `runner` starts from a checkpoint in which the treatment has begun."""
    return isinstance(runner, FromCheckpoint) and runner.treated


@dataclass(frozen=True)
class Replication:
    """The task of an executor: replication of `arms` with a seed, kept as a shard of `folder`."""

    folder: Path
    arms: dict[str, Scenario]
    runner: Runner = run_arms
    progress: Progress | None = None
    """Called as progress(arm, years done, years in all); only where the task runs in this program."""
    code: str = CODE
    """Hash of the program's text when the experiment began: a worker that loads another text refuses to mix."""
    unshocked_runs: Mapping[str, str] = field(default_factory=dict)
    """Arm with shocks -> name of the run without them, see sim.studies.unshocked."""

    def __call__(self, seed: int) -> None:
        """Run and write. Raises what the engine raises, with the arm as `error.arm`; ValueError for a missing arm;
        RuntimeError when the program's code has changed."""
        if self.code != CODE:
            raise RuntimeError("the program's code was edited while the experiment ran: begin it again")
        ran = with_unshocked(self.arms, self.unshocked_runs)
        names = list(ran)
        at = 0

        def follow(arm: str, done: int, total: int) -> None:
            nonlocal at
            at = names.index(arm) + (done == total)
            if self.progress is not None:
                self.progress(arm, done, total)

        panels = scratch(self.folder, seed, "panels")
        try:
            runs = self.runner(ran, seed, follow, panels)
            check_complete(seed, ran, runs)
            own, series = part_from_unshocked(runs, self.arms, self.unshocked_runs)
            save_runs(self.folder, seed, self.arms, own, panels, series)
        except Exception as error:
            if not hasattr(error, "arm") and at < len(names):
                error.arm = names[at]  # type: ignore[attr-defined]
            raise
        finally:
            shutil.rmtree(panels, ignore_errors=True)


def check_complete(seed: int, arms: Mapping[str, Scenario], runs: Mapping[str, Run]) -> None:
    """Raise ValueError when an arm was not run."""
    missing = [arm for arm in arms if arm not in runs]
    if missing:
        raise ValueError(f"replication {seed} has no run of arm {', '.join(missing)}")


def save_runs(
    folder: Path,
    seed: int,
    arms: Mapping[str, Scenario],
    runs: Mapping[str, Run],
    panels: Path,
    series: pd.DataFrame | None = None,
) -> None:
    """Write the runs of one seed as a shard, in the order of `arms`.

    `panels` holds their streamed panels, if any; `series` what is kept of unshocked runs, see sim.studies.unshocked.
    """
    check_complete(seed, arms, runs)
    ordered = [runs[arm] for arm in arms]
    tables: dict[str, pd.DataFrame | pa.Table] = {
        "metrics.parquet": pa.concat_tables([run.tidy for run in ordered]).unify_dictionaries()
    }
    for name in ("hashes", "sites", "ledger", "tiers"):
        tables[f"{name}.parquet"] = pd.concat([getattr(run, name) for run in ordered], ignore_index=True)
    if len(tables["tiers.parquet"]) == 0:
        del tables["tiers.parquet"]
    if series is not None and len(series):
        tables[TABLE] = series
    streams = {}
    for panel in dict.fromkeys(name for run in ordered for name in run.scenario.record.panels):
        files = [panels / f"{panel}-{run.arm}-{run.seed}.parquet" for run in ordered]
        streams[f"panels/{panel}.parquet"] = [file for file in files if file.exists()]
    record = {"runs": [_record(run, seed) for run in ordered], "metrics": _declared()}
    write_shard(folder, seed, tables, record, streams)


def _record(run: Run, seed: int) -> dict[str, Any]:
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
