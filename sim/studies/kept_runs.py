"""What a comparison keeps of its runs, and runs that start from a checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.kernel.declare import METRICS
from sim.kernel.scenario_types import Scenario
from sim.runs.checkpoint import check_fit, identity_of, load_checkpoint, scenario_of
from sim.runs.run import Progress, Run, run_arms
from sim.store.joined import renamed
from sim.store.shards import pieces, widest
from sim.store.tasks import Kept, Pieces, Task
from sim.studies.unshocked import TABLE, asked_and_series, series_of

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
    histories: bool = False
    """Whether what a player shows is kept."""

    def __call__(
        self, arms: dict[str, Scenario], seed: int, progress: Progress | None = None, panel_folder: Path | None = None
    ) -> dict[str, Run]:
        """Run all arms on from the checkpoint."""
        return run_arms(arms, seed, progress, panel_folder, load_checkpoint(self.path), self.histories)


def fitting_past(path: Path, arms: dict[str, Scenario]) -> FromCheckpoint:
    """The runner that starts from a checkpoint, checked against every arm. Raises CheckpointError."""
    world, kept = load_checkpoint(path), scenario_of(path)
    for scenario in arms.values():
        check_fit(path, world, kept, scenario)
    return FromCheckpoint(path, identity_of(path), int(world.seed), world.treated)


def has_begun(runner: Runner) -> bool:
    """Whether `runner` starts from a checkpoint in which the treatment has begun."""
    return isinstance(runner, FromCheckpoint) and runner.treated


def with_histories(runner: Runner) -> Runner:
    """`runner`, keeping what a player shows; one that is none of ours is left as it is."""
    if isinstance(runner, FromCheckpoint):
        return replace(runner, histories=True)
    return partial(run_arms, histories=True) if runner is run_arms else runner


@dataclass(frozen=True)
class FullRuns:
    """What a comparison keeps of its runs: their tables. The burn-in that arms share is taken from the first."""

    arms: Mapping[str, Scenario]
    """As they were asked for; what is run may record more, or be no arm at all (sim.studies.unshocked)."""
    runner: Runner = run_arms
    unshocked_runs: Mapping[str, str] = field(default_factory=dict)
    history_seed: int | None = None
    """Seed of the replication whose histories are kept."""

    def __call__(self, task: Task, folder: Path, progress: Progress) -> Kept:
        """Carry out a task; see sim.store.tasks.Keep."""
        runner = with_histories(self.runner) if task.seed == self.history_seed else self.runner
        runs = runner(task.runs, task.seed, progress, folder)
        tables: dict[str, list[pa.Table]] = {}
        pasts: dict[str, str] = {}
        for name, run in runs.items():
            if name not in self.arms:
                tables.setdefault(TABLE, []).append(series_of(run))
                continue
            metrics, series = asked_and_series(run, self.arms[name], self.unshocked_runs)
            tables.setdefault(TABLE, []).append(series)
            past = Past(task.pasts[name], run.scenario.years.burn_in, task.pasts[name] not in pasts)
            own = {"metrics": metrics, **{part: _table(getattr(run, part)) for part in TABLES}}
            for part, table in own.items():
                tables.setdefault(f"{part}.parquet", []).extend(past.parted(table))
            pasts.setdefault(past.name, _last_hash(run, run.scenario.years.burn_in))
        kept = {file: pieces(given) for file, given in tables.items() if any(table.num_rows for table in given)}
        return Kept({**kept, **self._panels(task, runs, folder)}, {name: _told(run) for name, run in runs.items()},
                    pasts, _declared())  # fmt: skip

    def _panels(self, task: Task, runs: Mapping[str, Run], folder: Path) -> dict[str, Pieces]:
        """The panels that were streamed to `folder`, year by year."""
        found = {}
        own = [run for name, run in runs.items() if name in self.arms]
        for panel in dict.fromkeys(name for run in own for name in run.scenario.record.panels):
            files = {run.arm: folder / f"{panel}-{run.arm}-{run.seed}.parquet" for run in own}
            opened = {arm: pq.ParquetFile(path) for arm, path in files.items() if path.exists()}
            if opened:
                schema = widest([file.schema_arrow for file in opened.values()])
                found[f"panels/{panel}.parquet"] = Pieces(schema, _years(opened, task, runs))
        return found


TABLES = ("hashes", "sites", "ledger", "tiers", "history")


@dataclass(frozen=True)
class Past:
    """The burn-in of an arm: its name, its last year, and whether this arm is the first that has it."""

    name: str
    last: int
    first: bool

    def parted(self, table: pa.Table) -> list[pa.Table]:
        """The rows of the burn-in under its own name, if they are not kept yet, and those after it."""
        if not table.num_rows:
            return []
        early = pc.less_equal(table["year"], self.last)
        parts = [table.filter(pc.invert(early))]
        if self.first:
            past = table.filter(early)
            parts = [renamed(past, self.name, past["seed"][0].as_py()) if past.num_rows else past, *parts]
        return [part for part in parts if part.num_rows]


def _years(opened: Mapping[str, pq.ParquetFile], task: Task, runs: Mapping[str, Run]) -> Iterator[pa.Table]:
    kept: set[str] = set()
    for arm, file in opened.items():
        name = task.pasts[arm]
        past = Past(name, runs[arm].scenario.years.burn_in, name not in kept)
        kept.add(name)
        for group in range(file.num_row_groups):
            yield from past.parted(file.read_row_group(group))


def _table(frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame, preserve_index=False)


def _last_hash(run: Run, year: int | None = None) -> str:
    """State hash of the last year, or of the last up to `year`; "" where there is none."""
    told = run.hashes.sort_values("year")
    told = told if year is None else told[told["year"] <= year]
    return str(told["hash"].iloc[-1]) if len(told) else ""


def _told(run: Run) -> dict[str, Any]:
    return {"hash": _last_hash(run), "seconds": round(float(run.seconds), 3)}


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
