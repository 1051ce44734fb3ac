"""A batch: an experiment with a forecast before it, limits for every run, and a rule of stopping."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim.kernel.scenario_types import Scenario
from sim.scenario.changes import past_of
from sim.scenario.memory import available_memory
from sim.store.executors.cluster import Cluster, ClusterError, Workers
from sim.store.executors.cores import cores
from sim.store.executors.dask_cluster import threads_of
from sim.store.executors.limits import Limits
from sim.store.executors.local import Failure
from sim.store.manifest import known_keys, known_runs
from sim.store.progress import Progress
from sim.store.results import ResultsError
from sim.studies.experiment.contents import Stop
from sim.studies.experiment.setup import Setup
from sim.studies.measured import identities_of, run_measured
from sim.studies.stopping import Stage, first_stage, second_stage
from sim.studies.sweep import KIND, POINT, Responses, apart_by_seed, named_runs, run_experiment

TIMED = 2
"""Runs that are timed before a batch; they count."""
SHARD, ROW, RUN, YEAR = 16_384, 64, 400, 64
"""Bytes on the disk of a finished task, of a number that is kept, of what the manifest says of a run and of the hash of
a year: bounds."""


@dataclass(frozen=True)
class Forecast:
    """What a batch will take from here on. Figures are for all that is left."""

    runs: int
    """That are wanted."""
    done: int
    """Of these, those that the folder holds, timed runs included."""
    workers: int
    seconds: float
    """Of the clock on the wall."""
    memory: float
    """Bytes that all workers of this machine take at once; of a cluster one, since two runs are timed here."""
    free_memory: float
    disk: float
    """Bytes on the disk while it runs."""
    free_disk: float
    timed: tuple[float, ...]
    """Seconds of the runs that were timed."""

    @property
    def fits(self) -> bool:
        """Whether memory and disk are there."""
        return self.memory <= self.free_memory and self.disk <= self.free_disk


def forecast(
    setup: Setup, workers: Workers, folder: Path, overwrite: bool = False, limits: Limits | None = None
) -> Forecast:
    """Run two that `folder` lacks, one after the other on one process, and tell from the second what the rest takes."""
    scenarios, _ = named_runs(setup, folder)
    identities = identities_of(scenarios, setup.experiment.record)
    known = set() if overwrite else known_keys(folder)
    left = [(name, seed) for seed in setup.seeds for name in scenarios if f"{identities[name]}-{seed}" not in known]
    last = left[-1][0] if left else ""
    asked = [key for key in left if key[0] == last][:TIMED]
    if asked:
        seeds = [seed for _, seed in asked]
        run_measured(KIND, {last: scenarios[last]}, setup.experiment.record, seeds, 1, folder, overwrite, grows=True,
                     limits=limits or Limits())  # fmt: skip
    told = {(run["arm"], run["seed"]): run for run in known_runs(folder)}
    timed = [told[key] for key in asked if "seconds" in told.get(key, {})] or [
        run for run in told.values() if "seconds" in run
    ][-TIMED:]
    waiting = [key for key in left if key not in asked]
    rates = [float(run["seconds"]) / max(_years(scenarios[run["arm"]]), 1) for run in timed if run["arm"] in scenarios]
    count = min(_processes(workers), max(len(waiting), 1))
    lived = years_lived(scenarios, waiting)
    rate = rates[-1] if rates else 0.0  # the first run of a process also loads the compiled rules
    held = max((float(run.get("memory", 0)) for run in timed), default=0.0)
    measures = len(setup.experiment.record)
    contents = sum(len(scenario.model_dump_json()) for scenario in scenarios.values())
    return Forecast(
        len(setup.seeds) * len(scenarios), len(setup.seeds) * len(scenarios) - len(waiting), count,
        lived * rate / count, held * (1 if isinstance(workers, Cluster) else count) if waiting else 0.0,
        available_memory(),
        (SHARD + measures * ROW + RUN) * len(waiting) + YEAR * lived + 2 * contents if waiting else 0.0,
        float(shutil.disk_usage(folder if folder.exists() else Path()).free),
        tuple(float(run["seconds"]) for run in timed),
    )  # fmt: skip


def _processes(workers: Workers) -> int:
    """How many runs go on at once. Raises ResultsError where a cluster does not answer."""
    if not isinstance(workers, Cluster):
        return workers or cores()
    try:
        return max(threads_of(workers), 1)
    except ClusterError as error:
        raise ResultsError(str(error)) from error


def _years(scenario: Scenario) -> int:
    return scenario.years.burn_in + scenario.years.treatment


def years_lived(scenarios: Mapping[str, Scenario], runs: Sequence[tuple[str, int]]) -> int:
    """Years that are lived in all, burn-ins that runs of a seed share counted once."""
    pasts: dict[str, str] = {}
    seen: set[tuple[int, str]] = set()
    total = 0
    for name, seed in runs:
        scenario = scenarios[name]
        past = pasts.setdefault(name, past_of(scenario))
        total += scenario.years.treatment + (scenario.years.burn_in if (seed, past) not in seen else 0)
        seen.add((seed, past))
    return total


@dataclass(frozen=True)
class Batch:
    """What a batch found."""

    responses: Responses
    stopping: pd.DataFrame
    """One row a point and arm: what the pilot asked for and the interval that was reached; empty without `stop`."""

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Runs that have no number, and why."""
        return self.responses.failures


def run_batch(
    setup: Setup, workers: Workers, folder: Path, overwrite: bool = False, progress: Progress | None = None,
    limits: Limits | None = None, told: Callable[[int, int], None] | None = None,
) -> Batch:  # fmt: skip
    """Run what `folder` lacks of an experiment; with `stop`, a pilot first and then what it asks for.

    `told` is called with (replications of the pilot, replications that it asks for) between the stages.
    """
    found = run_experiment(setup, workers, folder, overwrite, progress, limits=limits)
    stop = setup.experiment.stop
    if stop is None:
        return Batch(found, pd.DataFrame())
    stages = stages_of(setup, found, stop)
    wanted = min(max([stage.wanted for stage in stages.values()], default=0), max(stop.most, len(setup.seeds)))
    if told is not None:
        told(len(setup.seeds), wanted)
    if wanted > len(setup.seeds):
        first = setup.experiment.seed
        found = run_experiment(setup, workers, folder, False, progress, range(first, first + wanted), limits)
    return Batch(found, stopping_table(setup, found, stop, stages))


def stages_of(setup: Setup, found: Responses, stop: Stop) -> dict[tuple[str, int], Stage]:
    """What the pilot says of the difference of every arm at every point."""
    measure = stop.measure or setup.experiment.record[0]
    apart = apart_by_seed(setup, found.runs, setup.seeds)
    return {
        (arm, place): first_stage(values[:, place], stop.half_width)
        for (arm, name), values in apart.items() if name == measure for place in range(values.shape[1])
    }  # fmt: skip


def stopping_table(setup: Setup, found: Responses, stop: Stop, stages: dict[tuple[str, int], Stage]) -> pd.DataFrame:
    """Pilot, what it asked for, and the interval of all replications, by point and arm."""
    measure = stop.measure or setup.experiment.record[0]
    apart = apart_by_seed(setup, found.runs, found.seeds)
    rows = []
    for (arm, place), stage in stages.items():
        values = apart[arm, measure][:, place]
        mean, low, high = second_stage(values, stage)
        levels = {factor.name: level for factor, level in zip(setup.factors, setup.points[place], strict=True)}
        rows.append({
            POINT: place, **levels, "arm": arm, "measure": measure, "pilot": stage.pilot, "spread": stage.spread,
            "wanted": stage.wanted, "replications": int(pd.notna(values).sum()), "difference": mean, "ci_low": low,
            "ci_high": high, "half_width": stop.half_width, "reached": bool((high - low) / 2 <= stop.half_width),
            "reason": stage.reason,
        })  # fmt: skip
    return pd.DataFrame(rows)
