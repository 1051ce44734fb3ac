"""Set free parameters by simulated moments on half of the stylised facts; experiments/calibration.yaml fixes both.

    python experiments/calibrate.py --trials 112 --replications 3 --workers 2 --out results/calibration

Every point is run with the same seeds. Its loss is the sum over the searched statistics of the squared distance of
their mean over seeds to the middle of the published band, in half-widths and at most 3, where the middle is the band
less a tenth at each end (McFadden 1989 for simulated moments; bands instead of points, since papers disagree).
The defaults come first, then draws at random, then those of a tree-structured Parzen estimator (Bergstra et al. 2011;
Optuna), in rounds, so that the number of workers changes nothing.

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
from sim.facts.declaration import FACTS, Statistic
from sim.facts.libraries import library
from sim.facts.replication import run_and_estimate
from sim.facts.verdicts import distance
from sim.scenario import load_scenario

HERE = Path(__file__).resolve().parent
PREFIX = "parameters."
"""Columns of parameters begin with it, as in a scenario: some statistics have the name of a parameter."""
ROUND = 8
"""Points that are asked for before the search learns from them."""
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
        if not parameter.low <= span["low"] < span["high"] <= parameter.high:
            raise ValueError(f"{path.name}: {name} must lie within {parameter.low:g} to {parameter.high:g}")
    return plan


def core(statistic: Statistic) -> tuple[float, float]:
    """The band of a statistic less a tenth at each end: what the search aims at, so that chance does not lead out."""
    if not math.isfinite(statistic.high):
        return statistic.low + EDGE * abs(statistic.low), math.inf
    edge = EDGE * (statistic.high - statistic.low)
    return statistic.low + edge, statistic.high - edge


def loss(values: dict[str, float], facts: list[str]) -> float:
    """Sum of squared distances to the middles of the bands of all statistics of `facts`."""
    total = 0.0
    for name in facts:
        for one in FACTS[name].statistics:
            value = values[one.name]
            # What cannot be estimated is as bad as can be: a network that died out must not look like a good one.
            apart = distance(value, *core(one)) if math.isfinite(value) else FARTHEST
            total += min(apart, FARTHEST) ** 2
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


def effects(table: pd.DataFrame, parameters: list[str], outcomes: list[str]) -> pd.DataFrame:
    """Spearman rank correlation over the design of every parameter with every outcome."""
    ranks = table[[*parameters, *outcomes]].rank()
    return ranks.corr().loc[parameters, outcomes].rename_axis("parameter").reset_index()


def begin(parameters: dict[str, dict[str, Any]], trials: int) -> Any:
    """The study of a search: its sampler begins with the defaults and a third of `trials` at random."""
    optuna = library("optuna")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(seed=2024, multivariate=True, n_startup_trials=trials // 3)
    study = optuna.create_study(sampler=sampler)
    study.enqueue_trial({name: PARAMETERS[name].default for name in parameters})
    return study


def ask(study: Any, parameters: dict[str, dict[str, Any]], count: int) -> list[Any]:
    """The next `count` points of a study."""
    spaces = library("optuna.distributions")
    wanted = {
        name: spaces.FloatDistribution(float(span["low"]), float(span["high"]), log=bool(span.get("log")))
        for name, span in parameters.items()
    }
    return [study.ask(wanted) for _ in range(count)]


def calibrate(plan: dict[str, Any], trials: int, replications: int, workers: int | None, folder: Path) -> pd.DataFrame:
    """Search and write the tables; returns the points from best to worst, the defaults marked."""
    (folder / "points").mkdir(parents=True, exist_ok=True)
    names, seeds, found = list(plan["parameters"]), tuple(range(1, replications + 1)), []
    study = begin(plan["parameters"], trials)
    with progress_bar(trials, 0, True) as bar:
        while len(found) < trials:
            asked = ask(study, plan["parameters"], min(ROUND, trials - len(found)))
            settings = tuple({name: float(trial.params[name]) for name in names} for trial in asked)
            task = Point(folder, plan["scenario"], tuple(plan["changes"]), settings, seeds)
            failed = {failure.seed for failure in run_replications(task, list(range(len(asked))), workers, bar.report)}
            for number, trial in enumerate(asked):
                values = {} if number in failed else task.read(number)
                losses = {half: loss(values, plan[half]) if values else math.nan for half in ("search", "validate")}
                study.tell(trial, losses["search"] if values else FARTHEST**2 * len(FACTS))
                told = {f"loss_{half}": value for half, value in losses.items()}
                moved = {f"{PREFIX}{name}": value for name, value in settings[number].items()}
                found.append({"point": trial.number, **told, **moved, **values})
    table = pd.DataFrame(found).dropna(subset=["loss_search"])
    table["point"] = np.where(table["point"] == 0, "defaults", table["point"].astype(str))
    table = table.sort_values("loss_search")
    write_csv(folder / "design.csv", table)
    write_csv(folder / "best.csv", table.head(5))
    moved = [name for name in table.columns if name.startswith(PREFIX)]
    outcomes = [name for name in table.columns if name not in ("point", *moved)]
    write_csv(folder / "effects.csv", effects(table[table["point"] != "defaults"], moved, outcomes))
    return table


def main() -> None:
    """Read the words of the command line and search."""
    words = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    words.add_argument("--plan", type=Path, default=HERE / "calibration.yaml")
    words.add_argument("--trials", type=int, default=112)
    words.add_argument("--replications", type=int, default=3)
    words.add_argument("--workers", type=int, default=None)
    words.add_argument("--out", type=Path, default=Path("results/calibration"))
    told = words.parse_args()
    plan = read_plan(told.plan)
    table = calibrate(plan, told.trials, told.replications, told.workers, told.out)
    shown = table[["point", "loss_search", "loss_validate", *(f"{PREFIX}{name}" for name in plan["parameters"])]]
    print(
        pd.concat([shown.head(5), shown[shown["point"] == "defaults"]]).T.to_string(
            float_format=lambda value: f"{value:.3g}"
        )
    )


if __name__ == "__main__":
    main()
