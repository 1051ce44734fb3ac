"""Free parameters set by simulated moments on half of the stylised facts; an experiment file with `search` fixes both.

First a scrambled Sobol design over the stated ranges, the start ahead of it; then rounds in which an emulator, a
ridge regression of every statistic on the parameters, proposes points that are run and join the design (Kennedy &
O'Hagan 2001 for the idea). Every point is run with the same seeds.

The loss of a point is the sum over the searched statistics of the squared distance of their mean over seeds to the
middle of the published band, in half-widths and at most 3, where the middle is the band less a tenth at each end
(McFadden 1989 for simulated moments; bands instead of points, since papers disagree). A proposal minimises the emulated
loss plus a penalty for moving away from the start: what the searched facts do not tell stays where it was.

Points that the folder holds already are not run again. Nothing is changed by itself: a person reads the tables and
decides.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.kernel.brief import Brief
from sim.kernel.fingerprint import fingerprint
from sim.scenario.problems import Position, Problem, ScenarioError
from sim.scenario.reading import load_scenario
from sim.store.executors.local import Failure
from sim.store.folder import carry_out
from sim.store.progress import Progress
from sim.store.results import read_results
from sim.store.tasks import Design
from sim.studies.experiment.contents import written
from sim.studies.experiment.designs import Sampling, units
from sim.studies.experiment.reading import read_experiment
from sim.studies.experiment.setup import Setup
from sim.studies.facts.declaration import FACTS, Statistic
from sim.studies.facts.replication import estimates, keep_estimates, with_lean_record
from sim.studies.facts.verdicts import distance
from sim.studies.libraries import library

Array = np.ndarray[Any, Any]
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
START = "start"
"""The point that a search starts from, in its table; others are numbered."""
FARTHEST = 3.0
"""A statistic is charged for at most this many half-widths: one that is far out must not drown the others."""


@dataclass(frozen=True)
class Span:
    """How far a parameter may be moved."""

    start: float
    """Where the search begins, and what it is charged for leaving."""
    low: float
    high: float
    """Ends of the design."""
    log: bool = False
    """Whether the design is spaced in logarithms."""


Spans = Mapping[str, Span]


@dataclass(frozen=True)
class Searched:
    """A search that was read: which facts it looks at, which parameters it moves and how far."""

    setup: Setup
    spans: Spans
    """By parameter."""
    facts: tuple[str, ...]
    """That the search looks at."""
    held_out: tuple[str, ...]
    """That it must not look at."""
    rounds: int
    """Of proposals."""

    @property
    def points(self) -> int:
        """Of the design, the start not counted."""
        return self.setup.experiment.design.points


def read_search(path: str | Path) -> Searched:
    """The search in an experiment file. Raises ScenarioError, also for an experiment that searches nothing."""
    setup = read_experiment(path)
    search = setup.experiment.search
    if search is None:
        raise ScenarioError([Problem(Position(str(path)), "", "this experiment has no `search`",
                                     remedy="name a file such as experiments/calibration.yaml")])  # fmt: skip
    spans = {
        factor.key.removeprefix(PREFIX): Span(
            search.start[factor.name], float(factor.levels[0]), float(factor.levels[-1]),
            factor.name in search.logarithmic,
        )
        for factor in setup.factors
    }  # fmt: skip
    return Searched(setup, spans, search.facts, search.held_out, search.rounds)


def core(statistic: Statistic) -> tuple[float, float]:
    """The band of a statistic less a tenth at each end: what the search aims at, so that chance does not lead out."""
    if not math.isfinite(statistic.high):
        return statistic.low + EDGE * abs(statistic.low), math.inf
    edge = EDGE * (statistic.high - statistic.low)
    return statistic.low + edge, statistic.high - edge


def loss(values: Mapping[str, float], facts: Iterable[str], farthest: float = FARTHEST) -> float:
    """Sum of squared distances of all statistics of `facts` to their bands, each at most `farthest` half-widths.

    Bands are narrowed by a tenth at each end (`core`); what lies inside costs nothing.
    """
    total = 0.0
    for name in facts:
        for one in FACTS[name].statistics:
            value = values[one.name]
            # What cannot be estimated is as bad as can be: a network that died out must not look like a good one.
            apart = distance(value, *core(one)) if math.isfinite(value) else farthest
            total += min(apart, farthest) ** 2
    return total


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
        low, high = float(span.low), float(span.high)
        if span.log:
            values, low, high = np.log(values), math.log(low), math.log(high)
        columns.append((values - low) / (high - low))
    return np.column_stack(columns)


def from_units(unit: Array, spans: Spans) -> list[dict[str, float]]:
    """The settings that numbers from 0 to 1 stand for."""
    columns = {}
    for place, (name, span) in enumerate(spans.items()):
        low, high = (math.log(end) if span.log else float(end) for end in (span.low, span.high))
        values = low + unit[:, place] * (high - low)
        columns[name] = np.exp(values) if span.log else values
    return [{name: float(columns[name][row]) for name in spans} for row in range(len(unit))]


def start_of(spans: Spans) -> dict[str, float]:
    """The settings that a search starts from."""
    return {name: float(span.start) for name, span in spans.items()}


def design(spans: Spans, sampling: Sampling) -> list[dict[str, float]]:
    """The start, and the settings of a Sobol design."""
    return [start_of(spans), *from_units(units(len(spans), sampling), spans)]


def emulate(unit: Array, statistics: Array) -> Callable[[Array], Array]:
    """Ridge regression of statistics (points, K) on parameters (points, P) in units: a function of (P,) to (K,)."""
    centre, mean = unit.mean(axis=0), statistics.mean(axis=0)
    apart = unit - centre
    slopes = np.linalg.solve(apart.T @ apart + RIDGE * np.eye(unit.shape[1]), apart.T @ (statistics - mean))
    return lambda point: mean + (point - centre) @ slopes


def penalty(point: Array, home: Array) -> float:
    """What it costs to move parameters from where they start, both (P,) in units of their spans."""
    return HOME * float(((point - home) ** 2).sum())


def propose(found: list[Found], spans: Spans, facts: Iterable[str]) -> list[dict[str, float]]:
    """Settings that minimise the emulated loss and the penalty, each from another part of the points found."""
    unit = in_units([one.setting for one in found], spans)
    home = in_units([start_of(spans)], spans)[0]
    facts = list(facts)
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


@dataclass(frozen=True, repr=False)
class Calibration(Brief):
    """What a search found."""

    search: Searched
    table: pd.DataFrame
    """Every point from best to worst, the start marked: point, objective, losses on both halves, parameters, and
    the mean of every statistic."""
    effects: pd.DataFrame
    """Rank correlation over the design of every parameter with the losses and with every statistic."""
    seeds: tuple[int, ...]
    """Of every point."""
    failures: tuple[Failure, ...]

    def brief(self) -> dict[str, object]:
        """How many points were run, and the best objective."""
        best = float(self.table["objective"].iloc[0]) if len(self.table) else float("nan")
        return {"points": len(self.table), "best objective": f"{best:.4g}", "failures": len(self.failures)}


def run_calibration(
    search: Searched, workers: int | None, folder: Path, points: int | None = None, rounds: int | None = None,
    replications: int | None = None, overwrite: bool = False, progress: Progress | None = None,
) -> Calibration:  # fmt: skip
    """Search: a design of `points`, then `rounds` of ROUND proposals, each on `replications` seeds.

    What is None is as the file says. Points of which a run fails are left out. Raises AllFailed when every run of the
    design fails.
    """
    spans, setup = search.spans, search.setup.with_replications(replications)
    sampling = setup.experiment.design.model_copy(update={"points": search.points if points is None else points})
    found: list[Found] = []
    failures: list[Failure] = []
    for turn in range((search.rounds if rounds is None else rounds) + 1):
        wanted = propose(found, spans, search.facts) if turn else design(spans, sampling)
        more, failed = _run_points(setup, wanted, workers, folder, overwrite and not turn, progress)
        found, failures = found + more, failures + failed
    start = start_of(spans)
    home, unit = in_units([start], spans)[0], in_units([one.setting for one in found], spans)
    halves = {"search": search.facts, "validate": search.held_out}
    numbers, rows = itertools.count(1), []
    for place, one in enumerate(found):
        losses = {f"loss_{half}": loss(one.values, facts) for half, facts in halves.items()}
        objective = losses["loss_search"] + penalty(unit[place], home)
        moved = {f"{PREFIX}{name}": value for name, value in one.setting.items()}
        point = START if one.setting == start else str(next(numbers))
        rows.append({"point": point, "objective": objective, **losses, **moved, **one.values})
    table = pd.DataFrame(rows).sort_values("objective", kind="stable")
    moved_columns = [name for name in table.columns if name.startswith(PREFIX)]
    outcomes = [name for name in table.columns if name not in ("point", *moved_columns)]
    found_effects = effects(table[table["point"] != START], moved_columns, outcomes)
    return Calibration(search, table, found_effects, setup.seeds, tuple(failures))


def _run_points(
    setup: Setup, settings: list[dict[str, float]], workers: int | None, folder: Path, overwrite: bool,
    progress: Progress | None,
) -> tuple[list[Found], list[Failure]]:  # fmt: skip
    """Run settings, an arm each; those of which a run failed are left out."""
    seeds, own = setup.seeds, written(setup.experiment.arms[setup.baseline])
    names = [fingerprint(setting) for setting in settings]
    arms = {}
    for name, setting in zip(names, settings, strict=True):
        told = [f"parameters.{key}={value!r}" for key, value in setting.items()]
        arms[name] = with_lean_record(load_scenario(setup.source, [*setup.overrides, *told, *own]))
    wanted = Design("calibration", arms, seeds, names[0], kept=estimates(), grows=True)
    failures = carry_out(folder, wanted, keep_estimates, workers, overwrite, progress)
    values = read_results(folder).values
    values = values[values["seed"].isin(seeds)]
    found = []
    for name, setting in zip(names, settings, strict=True):
        mine = values[values["arm"] == name].pivot(index="seed", columns="measure", values="value")
        if len(mine) == len(seeds):
            means = mine[[one.name for fact in FACTS.values() for one in fact.statistics]].mean()
            found.append(Found(setting, {str(key): float(value) for key, value in means.items()}))
    return found, failures
