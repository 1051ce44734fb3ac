"""Experiments that keep a few numbers of each run: many arms, several pasts, one small table."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import psutil
import pyarrow as pa

from sim.kernel.fingerprint import fingerprint
from sim.kernel.scenario_types import Scenario
from sim.kernel.source_hash import normalised
from sim.kernel.world import World
from sim.runs.run import Progress as Years
from sim.runs.run import Run, run_arms
from sim.store.executors.cluster import Workers
from sim.store.executors.limits import Limits
from sim.store.executors.local import Failure
from sim.store.folder import carry_out
from sim.store.progress import Progress
from sim.store.results import read_results
from sim.store.shards import pieces
from sim.store.tasks import Design, Kept, Task
from sim.studies import last_year
from sim.studies import measures as measures_module
from sim.studies.measures import measure_named, measure_run, recorded_for

Past = Callable[[Scenario, int], World]
"""Makes the World at the end of the burn-in of a scenario and seed, where that is more than living through it."""
VALUES, HASHES = "values.parquet", "hashes.parquet"
_SCHEMA = pa.schema(
    [("arm", pa.string()), ("seed", pa.int64()), ("measure", pa.string()), ("value", pa.float64()),
     ("error", pa.string())]
)  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """What is kept of a task: measures of every run. Runs of a task share their past, so that it is run once."""

    measures: tuple[str, ...]
    past: Past | None = None

    def __call__(self, task: Task, folder: Path, progress: Years) -> Kept:
        """Carry out a task; see sim.store.tasks.Keep.

        A run that cannot be lived (a mechanism without which the model does not stand) has no value, and says why;
        where several share a task, each of the others is then run by itself.
        """
        try:
            runs = self._run(task.runs, task.seed, progress)
        except (ArithmeticError, ValueError, IndexError) as error:
            if len(task.runs) > 1:
                alone = [replace(task, runs={arm: one}) for arm, one in task.runs.items()]
                return _together([self(one, folder, progress) for one in alone])
            said = f"{type(error).__name__}: {error}".splitlines()[0]
            return kept_values(task, {arm: dict.fromkeys(self.measures, float("nan")) for arm in task.runs}, said)
        kept = kept_values(task, {arm: self._measured(run) for arm, run in runs.items()}, runs=runs)
        for arm in runs:
            kept.runs[arm] |= {"memory": peak_memory()}
        return kept

    def _run(self, arms: Mapping[str, Scenario], seed: int, progress: Years) -> dict[str, Run]:
        start = self.past(next(iter(arms.values())), seed) if self.past else None
        return run_arms(arms, seed, progress, start=start, counts=False)

    def _measured(self, run: Run) -> dict[str, float]:
        of_run = {name: function for name in self.measures if (function := measure_named(name).of_run) is not None}
        series = [name for name in self.measures if name not in of_run]
        found: dict[str, float] = {}
        if series:
            needed = {name: run.tidy[name].to_numpy() for name in ("metric", "group", "year", "value")}
            found = measure_run(needed, run.scenario.years.burn_in, series)
        found |= {name: function(run) for name, function in of_run.items()}
        return {name: found[name] for name in self.measures}


def peak_memory() -> int:
    """The most bytes that this process has held so far."""
    try:
        import resource
    except ImportError:  # Windows
        return int(psutil.Process().memory_info().peak_wset)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def kept_values(
    task: Task, values: Mapping[str, Mapping[str, float]], error: str = "", runs: Mapping[str, Run] | None = None
) -> Kept:
    """What a task leaves that keeps only numbers by arm and measure; with `error` they are missing, and why.

    Of `runs` the hash of every year's state is kept, so that a rerun can be compared with it.
    """
    tables = [
        pa.table({"arm": [arm] * len(found), "seed": [task.seed] * len(found), "measure": [*found],
                  "value": [*found.values()], "error": [error] * len(found)}, _SCHEMA)
        for arm, found in values.items()
    ]  # fmt: skip
    hashes = {arm: _by_year(run.hashes) for arm, run in (runs or {}).items()}
    kept = {VALUES: pieces(tables)}
    if any(map(len, hashes.values())):
        kept[HASHES] = pieces(map(_plain_table, hashes.values()))
    told: dict[str, dict[str, object]] = {arm: {} for arm in values}
    for arm, run in (runs or {}).items():
        last = str(hashes[arm]["hash"].iloc[-1]) if len(hashes[arm]) else ""
        told[arm] = {"hash": last, "seconds": round(run.seconds, 3)}
    return Kept(kept, told)


def _by_year(frame: pd.DataFrame) -> pd.DataFrame:
    return frame if frame["year"].is_monotonic_increasing else frame.sort_values("year")


def _plain_table(frame: pd.DataFrame) -> pa.Table:
    """The columns of a frame of words and whole numbers. Arrow's own way takes ten times as long for a few rows."""
    return pa.table({name: frame[name].to_numpy() for name in frame.columns})


def _together(parts: Sequence[Kept]) -> Kept:
    """What several tasks leave, as one."""
    files = dict.fromkeys(file for part in parts for file in part.tables)
    tables = {file: pieces([table for part in parts if file in part.tables for table in part.tables[file].tables])
              for file in files}  # fmt: skip
    return Kept(tables, {arm: told for part in parts for arm, told in part.runs.items()})


def kept_as(names: Iterable[str], *modules: ModuleType) -> str:
    """Names what is kept of runs: the names of the numbers, and the code that computes them, comments left out."""
    texts = [normalised(ast.parse(inspect.getsource(module))) for module in modules]
    return fingerprint(list(names), *texts)


def measures_kept(names: Iterable[str]) -> str:
    """Names what `run_measured` keeps of runs: these measures, as they are computed now."""
    return kept_as(names, measures_module, last_year)


def run_measured(
    kind: str,
    arms: Mapping[str, Scenario],
    measures: Sequence[str],
    seeds: Sequence[int],
    workers: Workers,
    folder: Path,
    overwrite: bool = False,
    past: Past | None = None,
    start: str = "",
    progress: Progress | None = None,
    grows: bool = False,
    limits: Limits | None = None,
) -> tuple[pd.DataFrame, list[Failure]]:
    """Run all arms on all seeds and return (values, failures); values: arm, seed, measure, value, error.

    `start` names what `past` makes. The same call resumes a killed experiment; arms, seeds that are new are added.
    With `grows` arms and seeds that are not asked for now stay in the folder; the values are of those asked for. A run
    that takes more than `limits` fails; of a task that fails each run is tried by itself.
    """
    own = {arm: recorded_for(scenario, measures) for arm, scenario in arms.items()}
    kept = measures_kept(measures)
    design = Design(kind, own, tuple(seeds), next(iter(own)), start=start, kept=kept, isolates=True, grows=grows)
    failures = carry_out(folder, design, Measured(tuple(measures), past), workers, overwrite, progress, limits)
    values = read_results(folder).values
    own_rows = values["arm"].isin(list(arms)) & values["seed"].isin(list(seeds))
    return values[own_rows].reset_index(drop=True), failures


def identities_of(arms: Mapping[str, Scenario], measures: Sequence[str]) -> dict[str, str]:
    """What `run_measured` names the runs of arms by, when these measures are kept of them."""
    own = {arm: recorded_for(scenario, measures) for arm, scenario in arms.items()}
    return Design("", own, (), kept=measures_kept(measures)).identities


def failed_arms(values: pd.DataFrame) -> tuple[Failure, ...]:
    """The arms that have no value on some seed, each with the first error."""
    rows = values[values["error"] != ""].drop_duplicates("arm")
    return tuple(Failure(int(row.seed), str(row.arm), str(row.error), str(row.error)) for row in rows.itertuples())


def by_arm(values: pd.DataFrame, measure: str, arms: Iterable[str]) -> dict[str, Any]:
    """One value per seed for each of `arms`, in order of seeds: what contrasts are taken of. NaN where a run failed."""
    rows = values[values["measure"] == measure]
    table = rows.pivot(index="seed", columns="arm", values="value").sort_index()
    return {arm: column.to_numpy(float) for arm, column in table.reindex(columns=list(dict.fromkeys(arms))).items()}
