"""Set free parameters by simulated moments on half of the stylised facts; experiments/calibration.yaml fixes both.

    python experiments/calibrate.py --points 64 --replications 3 --workers 2 --out results/calibration

A scrambled Sobol design over the stated ranges; every point is run with the same seeds. The loss of a point is the sum
over the searched statistics of the squared distance of their mean over seeds to the published band, in half-widths of
the band and at most 3 (McFadden 1989 for simulated moments; bands instead of points, since papers disagree within
them). Written: design.csv (every point with its statistics and loss on both halves), effects.csv (rank correlation of
every parameter with the loss and with every statistic), best.csv (the best points). Points that are in the folder
already are not run again. Nothing is changed by itself: a person reads the table and decides.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

import sim.facts  # noqa: F401  (declares)
from sim.declare import CODE, PARAMETERS
from sim.experiment.executor import run_replications
from sim.experiment.folder import write_csv
from sim.experiment.screen import progress_bar
from sim.facts.declaration import FACTS
from sim.facts.libraries import library
from sim.facts.replication import run_and_estimate
from sim.facts.verdicts import distance
from sim.scenario import load_scenario

HERE = Path(__file__).resolve().parent
FARTHEST = 3.0
"""A statistic is charged for at most this many half-widths: one that is far out must not drown the others."""


def read_plan(path: Path) -> dict[str, Any]:
    """The plan of the search, checked: every fact in one half, every parameter free to move."""
    plan: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    halves = plan["search"] + plan["validate"]
    if sorted(halves) != sorted(FACTS):
        raise ValueError(f"{path.name}: search and validate must hold every fact once")
    for name, span in plan["parameters"].items():
        parameter = PARAMETERS[name]
        if parameter.evidence not in ("A", "S"):
            raise ValueError(f"{path.name}: {name} is a published estimate, not free")
        if not parameter.low <= span["low"] < span["high"] <= parameter.high:
            raise ValueError(f"{path.name}: {name} must lie within {parameter.low:g} to {parameter.high:g}")
    return plan


def design(parameters: dict[str, dict[str, Any]], points: int) -> pd.DataFrame:
    """`points` settings of the parameters, a scrambled Sobol sequence with a fixed seed; then the defaults, last."""
    sampler = library("scipy.stats.qmc").Sobol(len(parameters), scramble=True, rng=np.random.default_rng(2024))
    unit = sampler.random(1 << max(0, math.ceil(math.log2(points))))[:points]
    columns = {}
    for place, (name, span) in enumerate(parameters.items()):
        low, high = (math.log(span[end]) if span.get("log") else float(span[end]) for end in ("low", "high"))
        values = low + unit[:, place] * (high - low)
        columns[name] = np.append(np.exp(values) if span.get("log") else values, PARAMETERS[name].default)
    return pd.DataFrame(columns)


def loss(values: dict[str, float], facts: list[str]) -> float:
    """Sum of squared distances to the bands of all statistics of `facts`."""
    total = 0.0
    for name in facts:
        for one in FACTS[name].statistics:
            value = values[one.name]
            # What cannot be estimated is as bad as can be: a network that died out must not look like a good one.
            apart = distance(value, one.low, one.high) if math.isfinite(value) else FARTHEST
            total += min(apart, FARTHEST) ** 2
    return total


@dataclass(frozen=True)
class Point:
    """The task of an executor: run one point of the design, a row of `table`, with all its seeds."""

    folder: Path
    scenario: str
    changes: tuple[str, ...]
    table: pd.DataFrame
    seeds: tuple[int, ...]

    def path(self, row: int) -> Path:
        """Where the statistics of a point are kept; its name holds what decides them."""
        told = json.dumps([CODE, self.scenario, self.changes, self.table.loc[row].to_dict(), self.seeds])
        return self.folder / "points" / f"{hashlib.sha256(told.encode()).hexdigest()[:16]}.json"

    def __call__(self, row: int) -> None:
        """Run and keep the mean over seeds of every statistic."""
        path = self.path(row)
        if path.exists():
            return
        told = [f"parameters.{name}={value!r}" for name, value in self.table.loc[row].astype(float).to_dict().items()]
        scenario = load_scenario(self.scenario, [*self.changes, *told])
        panels = path.with_suffix(".panels")
        found = pd.DataFrame([run_and_estimate(scenario, seed, panels) for seed in self.seeds])
        means = {name: None if math.isnan(value) else value for name, value in found.mean().to_dict().items()}
        shutil.rmtree(panels, ignore_errors=True)
        path.write_text(json.dumps(means) + "\n", encoding="utf-8")

    def read(self, row: int) -> dict[str, float]:
        """What was kept of a point."""
        told = json.loads(self.path(row).read_text(encoding="utf-8"))
        return {name: math.nan if value is None else float(value) for name, value in told.items()}


def effects(table: pd.DataFrame, parameters: list[str], outcomes: list[str]) -> pd.DataFrame:
    """Spearman rank correlation over the design of every parameter with every outcome."""
    ranks = table[[*parameters, *outcomes]].rank()
    return ranks.corr().loc[parameters, outcomes].rename_axis("parameter").reset_index()


def calibrate(plan: dict[str, Any], points: int, replications: int, workers: int | None, folder: Path) -> pd.DataFrame:
    """Run the design and write the tables; returns the points from best to worst, the defaults marked."""
    (folder / "points").mkdir(parents=True, exist_ok=True)
    names = list(plan["parameters"])
    task = Point(folder, plan["scenario"], tuple(plan["changes"]), design(plan["parameters"], points),
                 tuple(range(1, replications + 1)))  # fmt: skip
    rows = list(range(len(task.table)))
    with progress_bar(len(rows), 0, True) as bar:
        failures = run_replications(task, rows, workers, bar.report)
    failed = {failure.seed for failure in failures}
    done = [row for row in rows if row not in failed]
    found = pd.DataFrame([task.read(row) for row in done], index=done)
    table = pd.concat([task.table.loc[done], found], axis=1)
    table.insert(0, "point", ["defaults" if row == rows[-1] else str(row) for row in done])
    for half in ("search", "validate"):
        table.insert(1, f"loss_{half}", [loss(row, plan[half]) for row in found.to_dict("records")])
    table = table.sort_values("loss_search")
    write_csv(folder / "design.csv", table)
    write_csv(folder / "best.csv", table.head(5))
    outcomes = ["loss_search", "loss_validate", *found.columns]
    write_csv(folder / "effects.csv", effects(table[table["point"] != "defaults"], names, outcomes))
    return table


def main() -> None:
    """Read the words of the command line and search."""
    words = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    words.add_argument("--plan", type=Path, default=HERE / "calibration.yaml")
    words.add_argument("--points", type=int, default=64)
    words.add_argument("--replications", type=int, default=3)
    words.add_argument("--workers", type=int, default=None)
    words.add_argument("--out", type=Path, default=Path("results/calibration"))
    told = words.parse_args()
    plan = read_plan(told.plan)
    table = calibrate(plan, told.points, told.replications, told.workers, told.out)
    shown = table[["point", "loss_search", "loss_validate", *plan["parameters"]]]
    print(
        pd.concat([shown.head(5), shown[shown["point"] == "defaults"]]).T.to_string(
            float_format=lambda value: f"{value:.3g}"
        )
    )


if __name__ == "__main__":
    main()
