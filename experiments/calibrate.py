"""Set free parameters by simulated moments on half of the stylised facts; experiments/calibration.yaml fixes both.

    python experiments/calibrate.py --points 48 --rounds 3 --replications 3 --workers 2 --out results/calibration

First a scrambled Sobol design over the stated ranges, the start ahead of it; then rounds in which an emulator, a
ridge regression of every statistic on the parameters, proposes points that are run and join the design (Kennedy &
O'Hagan 2001 for the idea). Every point is run with the same seeds.

The loss of a point is the sum over the searched statistics of the squared distance of their mean over seeds to the
middle of the published band, in half-widths and at most 3, where the middle is the band less a tenth at each end
(McFadden 1989 for simulated moments; bands instead of points, since papers disagree). A proposal minimises the emulated
loss plus a penalty for moving away from the start: what the searched facts do not tell stays where it was.

Written: design.csv (every point with its statistics and loss on both halves), effects.csv (rank correlation of every
parameter with the loss and with every statistic), best.csv (the best points). Points that are in the folder already are
not run again. Nothing is changed by itself: a person reads the table and decides.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

import sim.studies.facts  # noqa: F401  (declares)
from sim.kernel.declare import CODE, PARAMETERS
from sim.reporting.terminal import progress_bar
from sim.scenario.reading import load_scenario
from sim.store.executors.local import run_replications
from sim.store.folder import write_csv
from sim.studies.facts.declaration import FACTS, Statistic
from sim.studies.facts.libraries import library
from sim.studies.facts.replication import run_and_estimate
from sim.studies.facts.verdicts import distance

HERE = Path(__file__).resolve().parent
Array = np.ndarray[Any, Any]
Spans = dict[str, dict[str, Any]]
"""Low and high of every free parameter, and whether its design is spaced in logarithms."""
PREFIX = "parameters."
"""Columns of parameters begin with it, as in a scenario: some statistics have the name of a parameter."""
ROUND = 6
"""Points that the emulator proposes before it learns from them."""
RIDGE = 1.0
"""Strength of the prior that a parameter does nothing, in points of the design."""
HOME = 0.5
"""Penalty for moving a parameter from its start over its whole span, in units of the loss."""
EDGE = 0.1
"""How much of a band is left out at each end of what the search aims at."""
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
        if not parameter.low <= span["low"] <= span["start"] <= span["high"] <= parameter.high:
            raise ValueError(f"{path.name}: {name} must lie within {parameter.low:g} to {parameter.high:g}")
    return plan


def core(statistic: Statistic) -> tuple[float, float]:
    """The band of a statistic less a tenth at each end: what the search aims at, so that chance does not lead out."""
    if not math.isfinite(statistic.high):
        return statistic.low + EDGE * abs(statistic.low), math.inf
    edge = EDGE * (statistic.high - statistic.low)
    return statistic.low + edge, statistic.high - edge


def loss(values: dict[str, float], facts: list[str], farthest: float = FARTHEST) -> float:
    """Sum of squared distances to the middles of the bands of all statistics of `facts`, each at most `farthest`."""
    total = 0.0
    for name in facts:
        for one in FACTS[name].statistics:
            value = values[one.name]
            # What cannot be estimated is as bad as can be: a network that died out must not look like a good one.
            apart = distance(value, *core(one)) if math.isfinite(value) else farthest
            total += min(apart, farthest) ** 2
    return total


@dataclass(frozen=True)
class Point:
    """The task of an executor: run one of `settings`, by number, with all seeds."""

    folder: Path
    scenario: str
    changes: tuple[str, ...]
    settings: tuple[dict[str, float], ...]
    seeds: tuple[int, ...]

    def path(self, number: int) -> Path:
        """Where the statistics of a point are kept; its name holds what decides them."""
        told = json.dumps([CODE, self.scenario, self.changes, self.settings[number], self.seeds])
        return self.folder / "points" / f"{hashlib.sha256(told.encode()).hexdigest()[:16]}.json"

    def __call__(self, number: int) -> None:
        """Run and keep the mean over seeds of every statistic."""
        path = self.path(number)
        if path.exists():
            return
        told = [f"parameters.{name}={value!r}" for name, value in self.settings[number].items()]
        scenario = load_scenario(self.scenario, [*self.changes, *told])
        panels = path.with_suffix(".panels")
        found = pd.DataFrame([run_and_estimate(scenario, seed, panels) for seed in self.seeds])
        means = {name: None if math.isnan(value) else value for name, value in found.mean().to_dict().items()}
        shutil.rmtree(panels, ignore_errors=True)
        path.write_text(json.dumps(means) + "\n", encoding="utf-8")

    def read(self, number: int) -> dict[str, float]:
        """What was kept of a point."""
        told = json.loads(self.path(number).read_text(encoding="utf-8"))
        return {name: math.nan if value is None else float(value) for name, value in told.items()}


@dataclass(frozen=True)
class Found:
    """A point that was run: its parameters, and the mean over seeds of every statistic."""

    setting: dict[str, float]
    values: dict[str, float]


def effects(table: pd.DataFrame, parameters: list[str], outcomes: list[str]) -> pd.DataFrame:
    """Spearman rank correlation over the design of every parameter with every outcome."""
    ranks = table[[*parameters, *outcomes]].rank()
    return ranks.corr().loc[parameters, outcomes].rename_axis("parameter").reset_index()


def in_units(settings: list[dict[str, float]], spans: Spans) -> Array:
    """Settings as numbers from 0 to 1 within their spans, shape (points, parameters)."""
    columns = []
    for name, span in spans.items():
        values = np.array([setting[name] for setting in settings])
        low, high = float(span["low"]), float(span["high"])
        if span.get("log"):
            values, low, high = np.log(values), math.log(low), math.log(high)
        columns.append((values - low) / (high - low))
    return np.column_stack(columns)


def from_units(unit: Array, spans: Spans) -> list[dict[str, float]]:
    """The settings that numbers from 0 to 1 stand for."""
    columns = {}
    for position, (name, span) in enumerate(spans.items()):
        low, high = (math.log(span[end]) if span.get("log") else float(span[end]) for end in ("low", "high"))
        values = low + unit[:, position] * (high - low)
        columns[name] = np.exp(values) if span.get("log") else values
    return [{name: float(columns[name][row]) for name in spans} for row in range(len(unit))]


def start_of(spans: Spans) -> dict[str, float]:
    """The settings that a search starts from."""
    return {name: float(span["start"]) for name, span in spans.items()}


def design(spans: Spans, points: int) -> list[dict[str, float]]:
    """The start, and `points` settings of a scrambled Sobol sequence with a fixed seed."""
    sampler = library("scipy.stats.qmc").Sobol(len(spans), scramble=True, rng=np.random.default_rng(2024))
    unit = sampler.random(1 << max(0, math.ceil(math.log2(points))))[:points]
    return [start_of(spans), *from_units(unit, spans)]


def emulate(unit: Array, statistics: Array) -> Callable[[Array], Array]:
    """Ridge regression of statistics (points, K) on parameters (points, P) in units: a function of (P,) to (K,)."""
    centre, mean = unit.mean(axis=0), statistics.mean(axis=0)
    apart = unit - centre
    slopes = np.linalg.solve(apart.T @ apart + RIDGE * np.eye(unit.shape[1]), apart.T @ (statistics - mean))
    return lambda point: mean + (point - centre) @ slopes


def penalty(point: Array, home: Array) -> float:
    """What it costs to move parameters from where they start, both (P,) in units of their spans."""
    return HOME * float(((point - home) ** 2).sum())


def propose(found: list[Found], spans: Spans, facts: list[str]) -> list[dict[str, float]]:
    """Settings that minimise the emulated loss and the penalty, each from another part of the points found."""
    unit = in_units([one.setting for one in found], spans)
    home = in_units([start_of(spans)], spans)[0]
    names = [one.name for name in facts for one in FACTS[name].statistics]
    statistics = np.array([[one.values[name] for name in names] for one in found])
    known = np.isfinite(statistics).all(axis=1)
    unit, statistics = unit[known], statistics[known]
    proposals = []
    for turn in range(ROUND):
        # Another part of the design each time, so that proposals differ by as much as the emulator is unsure.
        kept = np.arange(len(unit)) % ROUND != turn
        emulator = emulate(unit[kept], statistics[kept])

        def cost(point: Array, emulator: Callable[[Array], Array] = emulator) -> float:
            guess = dict(zip(names, emulator(point), strict=True))
            return loss(guess, facts, math.inf) + penalty(point, home)

        best = library("scipy.optimize").minimize(cost, home, method="L-BFGS-B", bounds=[(0.0, 1.0)] * len(home))
        proposals.append(best.x)
    return from_units(np.array(proposals), spans)


def run_points(task: Point, workers: int | None, report: Callable[..., None]) -> list[Found]:
    """Run the settings of a task; those whose run fails are left out."""
    numbers = list(range(len(task.settings)))
    failed = {failure.seed for failure in run_replications(task, numbers, workers, report)}
    return [Found(task.settings[number], task.read(number)) for number in numbers if number not in failed]


def calibrate(
    plan: dict[str, Any], points: int, rounds: int, replications: int, workers: int | None, folder: Path
) -> pd.DataFrame:
    """Search and write the tables; returns the points from best to worst, the start marked."""
    (folder / "points").mkdir(parents=True, exist_ok=True)
    spans, seeds, found = plan["parameters"], tuple(range(1, replications + 1)), []
    with progress_bar(1 + points + rounds * ROUND, 0, True) as bar:
        for turn in range(rounds + 1):
            wanted = propose(found, spans, plan["search"]) if turn else design(spans, points)
            task = Point(folder, plan["scenario"], tuple(plan["changes"]), tuple(wanted), seeds)
            found += run_points(task, workers, bar.report)
    unit, rows = in_units([one.setting for one in found], spans), []
    for position, one in enumerate(found):
        losses = {f"loss_{half}": loss(one.values, plan[half]) for half in ("search", "validate")}
        objective = losses["loss_search"] + penalty(unit[position], unit[0])
        moved = {f"{PREFIX}{name}": value for name, value in one.setting.items()}
        rows.append({"point": str(position) if position else "start", "objective": objective, **losses, **moved,
                     **one.values})  # fmt: skip
    table = pd.DataFrame(rows).sort_values("objective", kind="stable")
    write_csv(folder / "design.csv", table)
    write_csv(folder / "best.csv", table.head(5))
    moved = [name for name in table.columns if name.startswith(PREFIX)]
    outcomes = [name for name in table.columns if name not in ("point", *moved)]
    write_csv(folder / "effects.csv", effects(table[table["point"] != "start"], moved, outcomes))
    return table


def main() -> None:
    """Read the words of the command line and search."""
    words = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    words.add_argument("--plan", type=Path, default=HERE / "calibration.yaml")
    words.add_argument("--points", type=int, default=48)
    words.add_argument("--rounds", type=int, default=3)
    words.add_argument("--replications", type=int, default=3)
    words.add_argument("--workers", type=int, default=None)
    words.add_argument("--out", type=Path, default=Path("results/calibration"))
    told = words.parse_args()
    plan = read_plan(told.plan)
    table = calibrate(plan, told.points, told.rounds, told.replications, told.workers, told.out)
    shown = table[
        ["point", "objective", "loss_search", "loss_validate", *(f"{PREFIX}{name}" for name in plan["parameters"])]
    ]
    print(
        pd.concat([shown.head(5), shown[shown["point"] == "start"]]).T.to_string(
            float_format=lambda value: f"{value:.3g}"
        )
    )


if __name__ == "__main__":
    main()
