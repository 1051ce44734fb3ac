"""Regimes: what theory says about differences between plans under stated conditions, and whether the model agrees.

The study is a YAML file (experiments/regimes.yaml): a scenario, and for each regime the values that it sets, its arms
and its claims. Values are chosen inside the ranges that the model description states, before looking at results.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import Field

from sim.kernel.brief import Brief
from sim.kernel.scenario_types import Name, Scenario, Section
from sim.scenario.documents import Entry, position_in, read_document
from sim.scenario.json_schema import declare_everything
from sim.scenario.problems import Position, Problem, ScenarioError, did_you_mean, dotted, shown
from sim.scenario.reading import load_scenario, scenario_identity
from sim.store.executors.local import Failure
from sim.store.progress import Progress
from sim.studies.claims import ContrastError, Expectation, contrast_estimate, judge, read_contrast
from sim.studies.measured import by_arm, failed_arms, run_measured
from sim.studies.measures import known_measures, measure_named

COLUMNS = [
    "regime", "claim", "setting", "contrast", "measure", "expected", "difference", "ci_low", "ci_high", "unit",
    "replications", "reason", "holds",
]  # fmt: skip


class Claim(Section):
    """A statement about a contrast of arms."""

    claim: Name = Field(description="the statement in words")
    contrast: str = Field(description="difference of arms, such as D - B")
    expect: Expectation = Field(description="on which side of zero theory puts it")
    measure: str = Field("ln_real_income", description="what is compared")
    margin: float = Field(0.0, ge=0, description="for `within`: how far from zero is still nothing")


class Regime(Section):
    """Conditions, arms and claims."""

    title: str = Field(description="name of the regime")
    why: str = Field(description="the theory, with its source")
    choice: str = Field("", description="why these values of the conditions")
    set: dict[str, Any] = Field(default_factory=dict, description="dotted key -> value, for all arms")
    arms: dict[Name, dict[str, Any]] = Field(description="arm -> dotted key -> value")
    claims: tuple[Claim, ...] = Field(min_length=1, description="what theory says")
    note: str = Field("", description="what diagnostic runs showed about a claim that does not come out")


class Study(Section):
    """A scenario and what is claimed about it."""

    title: str = Field("Regimes", description="of the page")
    scenario: str = Field(description="bare name or path of the scenario that all arms change")
    regimes: dict[Name, Regime] = Field(min_length=1, description="by name")


def read_study(path: str | Path) -> Study:
    """The study in a file. Raises ScenarioError with every problem found, each with its place."""
    remedy = "name a file of regimes, such as experiments/regimes.yaml, or none for that one"
    study, entry = read_document(path, Study, remedy)
    problems = _claim_problems(study, entry)
    if problems:
        raise ScenarioError(problems)
    return study


def only(study: Study, names: Sequence[str]) -> Study:
    """The study with the regimes named, all of them when none is. Raises ScenarioError for one that there is not."""
    for name in names:
        if name not in study.regimes:
            remedy = did_you_mean(name, study.regimes) or f"known: {', '.join(study.regimes)}"
            problem = Problem(
                Position("--regime", 0), "", f"{shown(name)} is no regime of this study", name, remedy=remedy
            )
            raise ScenarioError([problem])
    chosen = {name: regime for name, regime in study.regimes.items() if not names or name in names}
    return study.model_copy(update={"regimes": chosen})


def _claim_problems(study: Study, entry: Entry) -> list[Problem]:
    declare_everything()
    known, found = known_measures(), []
    for name, regime in study.regimes.items():
        for row, claim in enumerate(regime.claims):
            key = ("regimes", name, "claims", row)
            try:
                unknown = [arm for arm in read_contrast(claim.contrast) if arm not in regime.arms]
            except ContrastError as error:
                found.append(Problem(position_in(entry, (*key, "contrast")), dotted(key), str(error), claim.contrast))
                continue
            for arm in unknown:
                remedy = did_you_mean(arm, regime.arms)
                position = position_in(entry, (*key, "contrast"))
                found.append(Problem(position, dotted(key), f"there is no arm {arm!r}", claim.contrast, remedy=remedy))
            if claim.measure not in known:
                remedy = did_you_mean(claim.measure, known)
                position = position_in(entry, (*key, "measure"))
                message = f"{claim.measure!r} is no measure of the nation"
                found.append(Problem(position, dotted(key), message, claim.measure, remedy=remedy))
    return found


def study_arms(
    study: Study, overrides: tuple[str, ...] = (), names: Sequence[str] = ()
) -> tuple[dict[str, Scenario], dict[str, str]]:
    """(scenarios to run, arm of a regime "R1.D" -> name of the scenario that it is), of the regimes `names` or all.

    Arms of different regimes that are the same scenario are run once, under the name that it has first in the whole
    study: a folder knows it again whichever regimes are asked for. Raises ScenarioError.
    """
    asked = names or list(study.regimes)
    scenarios: dict[str, Scenario] = {}
    runs: dict[str, str] = {}
    by_identity: dict[str, str] = {}
    problems: list[Problem] = []
    for name, regime in study.regimes.items():
        for arm, own in regime.arms.items():
            told = [*overrides, *written({**regime.set, **own})]
            try:
                scenario = load_scenario(study.scenario, told)
            except ScenarioError as error:
                problems += error.problems if name in asked else []
                continue
            full = f"{name}.{arm}"
            first = by_identity.setdefault(scenario_identity(scenario), full)
            if name in asked:
                runs[full] = first
                scenarios.setdefault(first, scenario)
    if problems:
        raise ScenarioError(problems)
    return scenarios, runs


def written(values: Mapping[str, Any]) -> list[str]:
    """Dotted keys and values as overrides; JSON is YAML."""
    return [f"{key}={json.dumps(value)}" for key, value in values.items()]


def judged(study: Study, runs: Mapping[str, str], values: pd.DataFrame) -> pd.DataFrame:
    """One row a claim, columns COLUMNS. Differences of logarithms are in log points.

    `holds` is the verdict of sim.studies.claims.judge; `reason`, why there is no interval (sim.studies.statistics).
    """
    rows = []
    tables = {measure: by_arm(values, measure, runs.values()) for measure in values["measure"].unique()}
    for name, regime in study.regimes.items():
        for claim in regime.claims:
            weights = read_contrast(claim.contrast)
            series = {arm: tables[claim.measure][runs[f"{name}.{arm}"]] for arm in weights}
            found = contrast_estimate(weights, series)
            rows.append(
                {
                    "regime": name, "claim": claim.claim, "setting": setting(regime, weights),
                    "contrast": claim.contrast, "measure": claim.measure, "expected": expectation(claim),
                    "difference": found.difference, "ci_low": found.low, "ci_high": found.high,
                    "unit": measure_named(claim.measure).unit, "replications": found.replications,
                    "reason": found.reason, "holds": judge(claim.expect, found, claim.margin),
                }
            )  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def expectation(claim: Claim) -> str:
    """The side of zero as it stands in tables."""
    if claim.expect == "within":
        return f"within {claim.margin:g}"
    return claim.expect.replace("_", " ")


def setting(regime: Regime, arms: Mapping[str, float]) -> str:
    """What the regime sets, and what its arms that a claim is about set, in one line."""
    common = ", ".join(f"{key.removeprefix('parameters.')} {_short(value)}" for key, value in regime.set.items())
    own = [
        f"{arm}: " + ", ".join(f"{key.removeprefix('parameters.')} {_short(value)}" for key, value in told.items())
        for arm, told in regime.arms.items() if arm in arms
    ]  # fmt: skip
    return "; ".join(part for part in [common, *own] if part)


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


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
        return {"regimes": len(self.study.regimes), "claims": told, "replications": len(self.seeds),
                "failures": len(self.failures)}  # fmt: skip


def run_regimes(
    study: Study,
    replications: int,
    workers: int | None,
    folder: Path,
    seed: int = 1,
    overrides: tuple[str, ...] = (),
    overwrite: bool = False,
    progress: Progress | None = None,
    names: Sequence[str] = (),
) -> RegimeResults:
    """Run the arms of a study, or of its regimes `names`, and judge their claims. Numbers do not depend on `workers`.

    Runs of other regimes that the folder holds stay in it. Raises ScenarioError for a regime that there is not.
    """
    asked = only(study, names)
    scenarios, runs = study_arms(study, overrides, names)
    measures = list(dict.fromkeys(claim.measure for regime in study.regimes.values() for claim in regime.claims))
    seeds = tuple(range(seed, seed + replications))
    values, failed = run_measured(
        "regimes", scenarios, measures, seeds, workers, folder, overwrite, progress=progress, grows=True
    )
    claims = judged(asked, runs, values)
    said = (*failed, *failed_arms(values))
    return RegimeResults(asked, claims, values, seeds, said)
