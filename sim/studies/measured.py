"""Experiments that keep a few numbers of each run: many arms, several pasts, one small table.

While replications run, each finished one stands in parts/seed-<n>.csv; a killed experiment goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sim.kernel.scenario_types import Scenario
from sim.kernel.world import World
from sim.runs.run import run_arms, shared_past
from sim.scenario.reading import scenario_identity
from sim.store.executors.local import Failure, run_replications
from sim.store.folder import write_csv
from sim.store.progress import Count, Progress
from sim.store.provenance import gather
from sim.store.results import ResultsError
from sim.store.shards import PARTS, write_atomically
from sim.studies.measures import measure_run, recorded_for

FORMAT = "clustersim measured 1"
RECORD = "experiment.json"
Past = Callable[[Scenario, int], World]
"""Makes the World at the end of the burn-in of a scenario and seed, where that is more than living through it."""


@dataclass(frozen=True)
class Measured:
    """The task of an executor: all arms of one seed, measured. Arms that share a past are run from one burn-in."""

    folder: Path
    groups: tuple[dict[str, Scenario], ...]
    measures: tuple[str, ...]
    past: Past | None = None

    def __call__(self, seed: int) -> None:
        """Run and write parts/seed-<n>.csv: arm, seed, measure, value, error.

        An arm whose past cannot be run (a mechanism without which the model does not stand) has no value, and says why.
        """
        rows: list[dict[str, Any]] = []
        for group in self.groups:
            try:
                start = self.past(next(iter(group.values())), seed) if self.past else None
                runs = run_arms(group, seed, start=start)
            except (ArithmeticError, ValueError, IndexError) as error:
                said = f"{type(error).__name__}: {error}".splitlines()[0]
                rows += [
                    {"arm": arm, "seed": seed, "measure": name, "value": float("nan"), "error": said}
                    for arm in group for name in self.measures
                ]  # fmt: skip
                continue
            for arm, run in runs.items():
                values = measure_run(run.metrics, run.scenario.years.burn_in, self.measures)
                rows += [
                    {"arm": arm, "seed": seed, "measure": name, "value": value, "error": ""}
                    for name, value in values.items()
                ]
        write_csv(self.folder / PARTS / f"seed-{seed}.csv", pd.DataFrame(rows))


def grouped(arms: Mapping[str, Scenario]) -> tuple[dict[str, Scenario], ...]:
    """Arms by their past: those of one group differ only in what begins with the treatment."""
    groups: list[dict[str, Scenario]] = []
    for arm, scenario in arms.items():
        for group in groups:
            if shared_past({"one": next(iter(group.values())), "other": scenario}):
                group[arm] = scenario
                break
        else:
            groups.append({arm: scenario})
    return tuple(groups)


def identity(arms: Mapping[str, Scenario], measures: Sequence[str], code: str) -> str:
    """Hash of what decides the values: the code, the arms and the measures."""
    told = [code, list(measures), *([arm, scenario_identity(scenario)] for arm, scenario in arms.items())]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def open_measured(folder: Path, record: dict[str, Any], overwrite: bool) -> list[int]:
    """Make `folder` ready; returns the seeds that are done in it.

    Raises ResultsError for a folder that holds anything but this experiment; `overwrite` clears what clustersim wrote.
    """
    path = folder / RECORD
    if path.exists():
        old = json.loads(path.read_text(encoding="utf-8"))
        if old.get("identity") == record["identity"]:
            done = [int(part.stem.removeprefix("seed-")) for part in (folder / PARTS).glob("seed-*.csv")]
            return sorted(set(done) & set(record["seeds"]))
        if not overwrite:
            raise ResultsError(
                f"{folder} holds another experiment or one of another version of the code. Choose another folder, "
                "or overwrite it"
            )
        shutil.rmtree(folder / PARTS, ignore_errors=True)
    elif folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ResultsError(f"{folder} is not empty and was not written by this command: choose another with --out")
    (folder / PARTS).mkdir(parents=True, exist_ok=True)
    return []


def run_measured(
    kind: str,
    arms: Mapping[str, Scenario],
    measures: Sequence[str],
    seeds: Sequence[int],
    workers: int | None,
    folder: Path,
    overwrite: bool = False,
    past: Past | None = None,
    progress: Progress | None = None,
) -> tuple[pd.DataFrame, list[Failure]]:
    """Run all arms on all seeds and return (values, failures); values: arm, seed, measure, value, error.

    The same call resumes a killed experiment. Writes experiment.json, and values.csv when all is done.
    """
    own = {arm: recorded_for(scenario, measures) for arm, scenario in arms.items()}
    origins = gather()
    record = {
        "format": FORMAT,
        "kind": kind,
        "identity": identity(arms, measures, origins["code"]),
        "seeds": [int(seed) for seed in seeds],
        "measures": list(measures),
        "arms": {arm: scenario_identity(scenario) for arm, scenario in arms.items()},
        **origins,
    }
    done = open_measured(folder, record, overwrite)
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    write_atomically(folder / RECORD, lambda path: path.write_text(text, encoding="utf-8"))
    task = Measured(folder, grouped(own), tuple(measures), past)
    count = Count(progress, len(seeds), len(done))
    failures = run_replications(task, [seed for seed in seeds if seed not in done], workers, count.report)
    parts = [folder / PARTS / f"seed-{seed}.csv" for seed in seeds]
    tables = [pd.read_csv(part, keep_default_na=False, na_values={"value": [""]}) for part in parts if part.exists()]
    if not tables:
        raise ResultsError(f"every replication failed; the first:\n{failures[0].traceback}")
    values = pd.concat(tables, ignore_index=True)
    write_csv(folder / "values.csv", values)
    return values, failures


def failed_arms(values: pd.DataFrame) -> tuple[Failure, ...]:
    """The arms that have no value on some seed, each with the first error."""
    rows = values[values["error"] != ""].drop_duplicates("arm")
    return tuple(Failure(int(row.seed), str(row.arm), str(row.error), str(row.error)) for row in rows.itertuples())


def by_arm(values: pd.DataFrame, measure: str) -> dict[str, Any]:
    """One value per seed for each arm, in order of seeds: what contrasts are taken of."""
    rows = values[values["measure"] == measure]
    table = rows.pivot(index="seed", columns="arm", values="value").sort_index()
    return {str(arm): table[arm].to_numpy(float) for arm in table.columns}
