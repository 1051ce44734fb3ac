"""The whole study of facts: run the seeds, compare with the bands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim.kernel.scenario_types import Scenario
from sim.store.executors.local import run_replications
from sim.store.progress import Count, Progress
from sim.store.provenance import Provenance, command, gather
from sim.studies.compare import ComparisonError
from sim.studies.facts.libraries import library
from sim.studies.facts.replication import Estimation
from sim.studies.facts.verdicts import verdicts


@dataclass(frozen=True)
class Study:
    """What a study found."""

    folder: Path
    table: pd.DataFrame
    """One row a statistic, see sim.studies.facts.verdicts."""
    by_seed: pd.DataFrame
    """Estimates: seed, then a column for every statistic."""
    provenance: Provenance


def study_facts(
    scenario: Scenario, replications: int, workers: int | None, folder: Path, seed: int | None = None,
    progress: Progress | None = None,
) -> Study:  # fmt: skip
    """Run `replications` seeds of `scenario` and compare every statistic with its band.

    Seeds of the same scenario and program that `folder` holds already are not run again. Raises ComparisonError when
    a run fails, MissingLibrary without the extra `facts`.
    """
    for name in ("scipy", "statsmodels.api", "lifelines"):
        library(name)
    first = scenario.seed if seed is None else seed
    seeds = list(range(first, first + replications))
    task = Estimation(folder, scenario)
    missing = [one for one in seeds if task.read(one) is None]
    count = Count(progress, len(seeds), len(seeds) - len(missing))
    failures = run_replications(task, missing, workers, count.report)
    if failures:
        raise ComparisonError(f"seed {failures[0].seed} failed:\n{failures[0].traceback}")
    by_seed = {one: task.read(one) or {} for one in seeds}
    rows = pd.DataFrame([{"seed": one, **by_seed[one]} for one in seeds])
    return Study(folder, verdicts(by_seed), rows, origin(scenario, seeds))


def origin(scenario: Scenario, seeds: list[int]) -> Provenance:
    """Where the numbers come from."""
    told = gather()
    program = told["program"]
    return Provenance(
        title=f"Stylised facts: {scenario.title or 'untitled scenario'}", arms=("neutral",), seeds=tuple(seeds),
        code=told["code"], version=program["version"],
        commit=program.get("commit", "") + ("" if program.get("clean", True) else " (edited)"), command=command(),
    )  # fmt: skip
