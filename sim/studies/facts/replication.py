"""One seed of the neutral scenario: run it with panels on disk, estimate every fact, keep the values only."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from dataclasses import dataclass
from pathlib import Path

from sim.kernel.scenario_types import Record, Scenario
from sim.kernel.source_hash import NUMBERS
from sim.runs.run import run_arms
from sim.store.shards import write_atomically
from sim.studies.facts.declaration import FACTS
from sim.studies.facts.panels import COLUMNS, Panels, panels_of

ARM = "neutral"
PARTS = "seeds"


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


def run_and_estimate(scenario: Scenario, seed: int, folder: Path) -> dict[str, float]:
    """Run one seed with its panels in `folder`, estimate from them, and remove them."""
    try:
        run_arms({ARM: with_lean_record(scenario)}, seed, None, folder)
        sources = {name: folder / f"{name}-{ARM}-{seed}.parquet" for name in COLUMNS}
        return estimate_all(panels_of(scenario, seed, dict(sources)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def identity(scenario: Scenario) -> str:
    """Names what decides the numbers: the program's text and the scenario's contents."""
    told = scenario.model_dump(mode="json", exclude={"origin", "record", "title", "description", "source", "look_at"})
    return hashlib.sha256(json.dumps([NUMBERS, told], sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Estimation:
    """The task of an executor: estimates of one seed, written to `folder`/seeds/seed-N.json."""

    folder: Path
    scenario: Scenario

    def path(self, seed: int) -> Path:
        """Where the estimates of a seed are kept."""
        return self.folder / PARTS / f"seed-{seed}.json"

    def __call__(self, seed: int) -> None:
        """Run, estimate and write."""
        path = self.path(seed)
        path.parent.mkdir(parents=True, exist_ok=True)
        values = run_and_estimate(self.scenario, seed, path.parent / f".panels-{seed}")
        kept = {name: value if math.isfinite(value) else None for name, value in values.items()}
        told = json.dumps({"identity": identity(self.scenario), "seed": seed, "values": kept}, indent=1) + "\n"
        write_atomically(path, lambda temporary: temporary.write_text(told, encoding="utf-8"))

    def read(self, seed: int) -> dict[str, float] | None:
        """What was kept of a seed of this very scenario and program; None when there is nothing."""
        try:
            told = json.loads(self.path(seed).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if told.get("identity") != identity(self.scenario):
            return None
        return {name: math.nan if value is None else float(value) for name, value in told["values"].items()}
