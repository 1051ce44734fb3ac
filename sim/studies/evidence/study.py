"""The study of the evidence on policy: a YAML file of benchmarks, the runs of their arms, and what comes of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from sim.kernel.brief import Brief
from sim.kernel.scenario_types import Name, Scenario, Section
from sim.runs.run import Progress as Years
from sim.scenario.changes import past_of
from sim.scenario.documents import Entry, position_in, read_document
from sim.scenario.problems import Position, Problem, ScenarioError, did_you_mean, dotted, shown
from sim.scenario.reading import load_scenario, scenario_identity
from sim.store.executors.local import Failure
from sim.store.folder import carry_out
from sim.store.progress import Progress
from sim.store.results import read_results
from sim.store.tasks import Design, Kept, Task
from sim.studies.claims import Stand, estimate_of, stand
from sim.studies.estimates import IDENTICAL, NO_VALUE
from sim.studies.evidence import ESTIMATORS, MODULES, watching
from sim.studies.evidence.watching import watch_arms
from sim.studies.experiment.contents import written
from sim.studies.measured import kept_as, kept_values

COLUMNS = [
    "benchmark", "finding", "statistic", "what", "value", "ci_low", "ci_high", "unit", "band_low", "band_high",
    "verdict", "mean_in_band", "replications", "reason", "source", "note",
]  # fmt: skip
PASS, MISS, OPEN = "pass", "miss", "open"
ALL = "income"
"""Measure that every arm has: mean ln real income over the treatment."""


class Statistic(Section):
    """A number that a paper reports, or the side of it that it is sure of."""

    what: str = Field(description="what it measures, for a table")
    estimator: Name = Field(description="how it is taken of the arms; see docs/experiments.md")
    arms: tuple[Name, ...] = Field(min_length=1, description="the arms, the one without the policy first")
    unit: str = Field("ln", description="unit of the number")
    low: float = Field(-math.inf, description="lower end of the band; none if not given")
    high: float = Field(math.inf, description="upper end of the band; none if not given")

    @model_validator(mode="after")
    def _has_band(self) -> Statistic:
        if not self.low < self.high or not (math.isfinite(self.low) or math.isfinite(self.high)):
            raise ValueError("a band needs an end, and its low below its high")
        return self


class Benchmark(Section):
    """What was found of a real policy, and a small experiment that looks for it."""

    finding: str = Field(description="what was found, in a sentence")
    source: str = Field(description="where")
    reading: str = Field(description="how the experiment and the bands were made of it")
    set: dict[str, Any] = Field(default_factory=dict, description="dotted key -> value, for all arms")
    arms: dict[Name, dict[str, Any]] = Field(min_length=1, description="arm -> dotted key -> value")
    statistics: dict[Name, Statistic] = Field(min_length=1, description="what is compared with the paper, by name")
    note: str = Field("", description="what was found out about why it is missed")


class Study(Section):
    """A scenario and the benchmarks."""

    title: str = Field("Evidence on industrial policy", description="of the table")
    scenario: str = Field(description="bare name or path of the scenario that all arms change")
    benchmarks: dict[Name, Benchmark] = Field(min_length=1, description="by name")


def read_study(path: str | Path) -> Study:
    """The study in a file. Raises ScenarioError with every problem found, each with its place."""
    study, entry = read_document(path, Study, "name a file of benchmarks, such as experiments/evidence.yaml, or none")
    if problems := _problems(study, entry):
        raise ScenarioError(problems)
    return study


def _problems(study: Study, entry: Entry) -> list[Problem]:
    found = []
    for name, benchmark in study.benchmarks.items():
        for label, statistic in benchmark.statistics.items():
            key = ("benchmarks", name, "statistics", label)
            known = ESTIMATORS.get(statistic.estimator)
            if known is None:
                remedy = did_you_mean(statistic.estimator, ESTIMATORS) or f"known: {', '.join(ESTIMATORS)}"
                message = f"{shown(statistic.estimator)} is no estimator"
                found.append(Problem(position_in(entry, (*key, "estimator")), dotted(key), message, remedy=remedy))
            elif known.arms != len(statistic.arms):
                message = f"{known.name} compares {known.arms} arms, not {len(statistic.arms)}"
                found.append(Problem(position_in(entry, (*key, "arms")), dotted(key), message))
            for arm in statistic.arms:
                if arm not in benchmark.arms:
                    message, remedy = f"there is no arm {shown(arm)}", did_you_mean(arm, benchmark.arms)
                    found.append(Problem(position_in(entry, (*key, "arms")), dotted(key), message, arm, remedy=remedy))
    return found


def only(study: Study, names: Sequence[str]) -> Study:
    """The study with the benchmarks named, all of them when none is. Raises ScenarioError for one that there is not."""
    for name in names:
        if name not in study.benchmarks:
            remedy = did_you_mean(name, study.benchmarks) or f"known: {', '.join(study.benchmarks)}"
            message = f"{shown(name)} is no benchmark of this study"
            raise ScenarioError([Problem(Position("BENCHMARK", 0), "", message, name, remedy=remedy)])
    chosen = {name: one for name, one in study.benchmarks.items() if not names or name in names}
    return study.model_copy(update={"benchmarks": chosen})


def study_arms(study: Study, overrides: tuple[str, ...] = ()) -> tuple[dict[str, Scenario], dict[str, str]]:
    """(scenarios to run, arm of a benchmark "zones.market" -> name of the scenario that it is); the same scenario is
    run once. Raises ScenarioError, also for arms of a benchmark that differ before the fork."""
    scenarios: dict[str, Scenario] = {}
    runs: dict[str, str] = {}
    by_identity: dict[str, str] = {}
    problems: list[Problem] = []
    for name, benchmark in study.benchmarks.items():
        pasts = {}
        for arm, own in benchmark.arms.items():
            try:
                scenario = load_scenario(study.scenario, [*overrides, *written({**benchmark.set, **own})])
            except ScenarioError as error:
                problems += error.problems
                continue
            full = f"{name}.{arm}"
            runs[full] = by_identity.setdefault(scenario_identity(scenario), full)
            scenarios.setdefault(runs[full], scenario)
            pasts[arm] = past_of(scenario)
        if len(set(pasts.values())) > 1:
            message = f"its arms {', '.join(pasts)} differ before the fork: what differs there belongs into `set`"
            problems.append(Problem(Position("benchmarks", 0), name, message))
    if problems:
        raise ScenarioError(problems)
    return scenarios, runs


def taken(how: str, runs: Sequence[str]) -> str:
    """Name of a number that an estimator takes of runs, such as "income_gain(zones.market, zones.parks)"."""
    return f"{how}({', '.join(runs)})"


def read_taken(name: str) -> tuple[str, tuple[str, ...]]:
    """The estimator and the runs that a name of `taken` stands for."""
    how, _, runs = name.removesuffix(")").partition("(")
    return how, tuple(runs.split(", "))


def identity(names: Iterable[str]) -> str:
    """Names what is kept: the numbers, and the code that takes them."""
    return kept_as(names, *MODULES, watching)


@dataclass(frozen=True)
class Watching:
    """What is kept of a task: the numbers (see `taken`) whose runs it has. See sim.store.tasks.Keep."""

    numbers: tuple[str, ...]

    def __call__(self, task: Task, folder: Path, progress: Years) -> Kept:
        """Run the arms and estimate; every run also keeps its mean real income."""
        seen = watch_arms(task.runs, task.seed, progress)
        values = {name: {ALL: float(one.nation("ln_real_income").mean())} for name, one in seen.items()}
        for number in self.numbers:
            how, runs = read_taken(number)
            if set(runs) <= set(seen):
                values[runs[-1]][number] = ESTIMATORS[how](*(seen[run] for run in runs))
        return kept_values(task, values)


def judge(low: float, high: float, value: float, reason: str, statistic: Statistic) -> str:
    """pass: the 95 % interval of the mean and a band of two ends have a point in common, or the whole interval lies
    on the one side that a paper is sure of; miss: it lies outside the band; open: neither, or there is no interval.

    Where all replications give the same, their value stands for the interval.
    """
    if reason == IDENTICAL:
        low = high = value
    where: Stand = stand(low, high, statistic.low, statistic.high)
    if where in ("above", "below"):
        return MISS
    sided = math.isinf(statistic.low) or math.isinf(statistic.high)
    return PASS if where == "within" or (where == "across" and not sided) else OPEN


def judged(study: Study, values: pd.DataFrame) -> pd.DataFrame:
    """One row a statistic, columns COLUMNS: mean over replications, 95 % interval, band, verdict."""
    rows = []
    for name, benchmark in study.benchmarks.items():
        for label, statistic in benchmark.statistics.items():
            mine = (values["benchmark"] == name) & (values["statistic"] == label)
            own = values.loc[mine, "value"].to_numpy(float)
            own = own[np.isfinite(own)]
            found = estimate_of(own) if len(own) else None
            mean, low, high = (found.difference, found.low, found.high) if found else (math.nan,) * 3
            reason = found.reason if found else NO_VALUE
            rows.append({
                "benchmark": name, "finding": in_one_line(benchmark.finding), "statistic": label,
                "what": statistic.what, "value": mean, "ci_low": low, "ci_high": high,
                "unit": statistic.unit, "band_low": statistic.low,
                "band_high": statistic.high, "verdict": judge(low, high, mean, reason, statistic),
                "mean_in_band": statistic.low <= mean <= statistic.high,
                "replications": len(own), "reason": reason, "source": benchmark.source,
                "note": in_one_line(benchmark.note),
            })  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def in_one_line(text: str) -> str:
    """Text of a file without its line breaks."""
    return " ".join(text.split())


def by_benchmark(table: pd.DataFrame) -> dict[str, str]:
    """Verdict of each benchmark: one miss decides, then one that is open; else all pass."""
    found = {}
    for name, rows in table.groupby("benchmark", sort=False):
        told = set(rows["verdict"])
        found[str(name)] = next((verdict for verdict in (MISS, OPEN) if verdict in told), PASS)
    return found


@dataclass(frozen=True, repr=False)
class Evidence(Brief):
    """What `run_evidence` found."""

    study: Study
    table: pd.DataFrame
    """One row a statistic, columns COLUMNS."""
    values: pd.DataFrame
    """benchmark, statistic, seed, value."""
    seeds: tuple[int, ...]
    failures: tuple[Failure, ...]

    def brief(self) -> dict[str, object]:
        """How many benchmarks pass."""
        found = by_benchmark(self.table)
        told = ", ".join(f"{list(found.values()).count(one)} {one}" for one in (PASS, MISS, OPEN))
        return {"benchmarks": told, "replications": len(self.seeds), "failures": len(self.failures)}


def run_evidence(
    study: Study, replications: int, workers: int | None, folder: Path, seed: int = 1,
    overrides: tuple[str, ...] = (), overwrite: bool = False, progress: Progress | None = None,
) -> Evidence:  # fmt: skip
    """Run the arms of all benchmarks with seeds seed, seed+1, ... and compare every statistic with its band.

    The same call resumes a killed study. Raises ScenarioError.
    """
    scenarios, runs = study_arms(study, overrides)
    numbers = {
        (name, label): taken(one.estimator, [runs[f"{name}.{arm}"] for arm in one.arms])
        for name, benchmark in study.benchmarks.items() for label, one in benchmark.statistics.items()
    }  # fmt: skip
    names = tuple(dict.fromkeys(numbers.values()))
    seeds = tuple(range(seed, seed + replications))
    design = Design("evidence", scenarios, seeds, next(iter(scenarios)), kept=identity(names))
    failed = carry_out(folder, design, Watching(names), workers, overwrite, progress)
    found = read_results(folder).values
    found = found[found["seed"].isin(seeds)]
    values = pd.concat(
        [found.loc[found["measure"] == number, ["seed", "value"]].assign(benchmark=name, statistic=label)
         for (name, label), number in numbers.items()], ignore_index=True,
    )[["benchmark", "statistic", "seed", "value"]]  # fmt: skip
    return Evidence(study, judged(study, values), values, seeds, tuple(failed))
