"""Regimes: what theory says about differences between plans under stated conditions, and whether the model agrees.

Each regime is an experiment file of its own (experiments/regimes/R1.yaml); a study is all of a folder, run together:
arms of several regimes that are the same scenario are run once. Values are chosen inside the ranges that the model
description states, before looking at results.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim.kernel.brief import Brief
from sim.kernel.scenario_types import Scenario
from sim.scenario.problems import Position, Problem, ScenarioError, did_you_mean, shown
from sim.scenario.reading import scenario_identity
from sim.store.executors.local import Failure
from sim.store.progress import Progress
from sim.studies.claims_table import CLAIMS, claims_of
from sim.studies.experiment.reading import read_experiment
from sim.studies.experiment.setup import Setup
from sim.studies.measured import failed_arms, run_measured
from sim.studies.sweep import KIND, runs_table

COLUMNS = ["regime", *(name for name in CLAIMS if name != "at")]
Study = Mapping[str, Setup]
"""Experiments that are run together, by name."""


def read_study(path: str | Path, overrides: Sequence[str] = ()) -> dict[str, Setup]:
    """The experiments of a folder, or that of one file, by the names of their files; numbers in names in their order.

    `overrides` come before what they set. Raises ScenarioError with every problem found, each with its place.
    """
    place = Path(path)
    files = sorted(place.glob("*.yaml"), key=_in_order) if place.is_dir() else [place]
    if not files:
        remedy = "name a folder of experiment files, or none for experiments/regimes"
        raise ScenarioError([Problem(Position(str(path)), "", "there is no .yaml file in this folder", remedy=remedy)])
    study: dict[str, Setup] = {}
    problems: list[Problem] = []
    for file in files:
        try:
            study[file.stem] = read_experiment(file, overrides)
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return study


def _in_order(file: Path) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", file.stem)]


def only(study: Study, names: Sequence[str]) -> dict[str, Setup]:
    """The regimes named, all of them when none is. Raises ScenarioError for one that there is not."""
    for name in names:
        if name not in study:
            remedy = did_you_mean(name, study) or f"known: {', '.join(study)}"
            problem = Problem(
                Position("--regime", 0), "", f"{shown(name)} is no regime of this study", name, remedy=remedy
            )
            raise ScenarioError([problem])
    return {name: regime for name, regime in study.items() if not names or name in names}


def study_arms(study: Study, names: Sequence[str] = ()) -> tuple[dict[str, Scenario], dict[str, str]]:
    """(scenarios to run, arm of a regime "R1.D" -> name of the scenario that it is), of the regimes `names` or all.

    Arms of different regimes that are the same scenario are run once, under the name that it has first in the whole
    study: a folder knows it again whichever regimes are asked for. Raises ScenarioError.
    """
    asked = names or list(study)
    scenarios: dict[str, Scenario] = {}
    runs: dict[str, str] = {}
    by_identity: dict[str, str] = {}
    for name, regime in study.items():
        for key, scenario in regime.runs.items():
            full = f"{name}.{regime.run_name(*key)}"
            first = by_identity.setdefault(scenario_identity(scenario), full)
            if name in asked:
                runs[full] = first
                scenarios.setdefault(first, scenario)
    return scenarios, runs


def judged(study: Study, runs: Mapping[str, str], values: pd.DataFrame, seeds: Sequence[int]) -> pd.DataFrame:
    """One row a claim of every regime, columns COLUMNS; `values`: arm, seed, measure, value, error."""
    tables = []
    for name, regime in study.items():
        names = {key: runs[f"{name}.{regime.run_name(*key)}"] for key in regime.runs}
        claims = claims_of(regime, runs_table(regime, values, names, seeds))
        claims.insert(0, "regime", name)
        tables.append(claims[COLUMNS])
    return pd.concat(tables, ignore_index=True)


@dataclass(frozen=True, repr=False)
class RegimeResults(Brief):
    """What `run_regimes` found."""

    study: Study
    claims: pd.DataFrame
    values: pd.DataFrame
    seeds: tuple[int, ...]
    failures: tuple[Failure, ...]

    def brief(self) -> dict[str, object]:
        """How many claims there are, and how they came out."""
        counts = self.claims["holds"].value_counts()
        told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        return {"regimes": len(self.study), "claims": told, "replications": len(self.seeds),
                "failures": len(self.failures)}  # fmt: skip


def run_regimes(
    study: Study,
    replications: int | None,
    workers: int | None,
    folder: Path,
    seed: int = 1,
    overwrite: bool = False,
    progress: Progress | None = None,
    names: Sequence[str] = (),
) -> RegimeResults:
    """Run the arms of a study, or of its regimes `names`, and judge their claims. Numbers do not depend on `workers`.

    Without `replications` there are as many as the file with the most says. Runs of other regimes that the folder holds
    stay in it. Raises ScenarioError for a regime that there is not.
    """
    asked = only(study, names)
    scenarios, runs = study_arms(study, names)
    measures = list(dict.fromkeys(name for regime in study.values() for name in regime.experiment.record))
    count = replications or max(regime.experiment.replications for regime in asked.values())
    seeds = tuple(range(seed, seed + count))
    values, failed = run_measured(
        KIND, scenarios, measures, seeds, workers, folder, overwrite, progress=progress, grows=True
    )
    claims = judged(asked, runs, values, seeds)
    said = (*failed, *failed_arms(values))
    return RegimeResults(asked, claims, values, seeds, said)
