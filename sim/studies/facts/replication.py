"""One seed of a scenario: run it with panels on disk, estimate every fact, keep the values only."""

from __future__ import annotations

import math
from pathlib import Path

from sim.kernel.scenario_types import Record, Scenario
from sim.runs.run import Progress, Run, run_arms
from sim.store.tasks import Kept, Task
from sim.studies.facts import ESTIMATORS
from sim.studies.facts.declaration import FACTS
from sim.studies.facts.panels import COLUMNS, Panels, panels_of
from sim.studies.measured import kept_as, kept_values


def with_lean_record(scenario: Scenario) -> Scenario:
    """`scenario`, writing the panels that facts are estimated from and next to nothing else."""
    lean = Record(levels=("nation",), metrics=("utilisation",), panels=tuple(COLUMNS))  # type: ignore[arg-type]
    return scenario.model_copy(update={"record": lean})


def estimate_all(panels: Panels) -> dict[str, float]:
    """Every statistic of every fact by name; NaN where the panels have nothing to estimate it from."""
    values = {}
    for fact in FACTS.values():
        found = fact.estimate(panels) if panels.cell_km <= fact.largest_cell else {}
        for statistic in fact.statistics:
            values[statistic.name] = float(found.get(statistic.name, math.nan))
    return values


def keep_estimates(task: Task, folder: Path, progress: Progress) -> Kept:
    """What is kept of a task: the estimates of every run. See sim.store.tasks.Keep."""
    found = {}
    runs: dict[str, Run] = {}
    for arm, scenario in task.runs.items():
        runs |= run_arms({arm: scenario}, task.seed, progress, folder)
        sources = {name: folder / f"{name}-{arm}-{task.seed}.parquet" for name in COLUMNS}
        found[arm] = estimate_all(panels_of(scenario, task.seed, dict(sources)))
        for path in sources.values():
            path.unlink()
    return kept_values(task, found, runs=runs)


def estimates() -> str:
    """Names what is kept: the statistics, and the program's text that estimates them."""
    return kept_as([one.name for fact in FACTS.values() for one in fact.statistics], *ESTIMATORS)
