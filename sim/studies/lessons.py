"""Lessons: a question about a difference between arms, and what an interval answers. Texts are sim.reporting's work.

Each seed is one replication: the answer key is the interval over the seeds of `make answers`, the result of a class
that over the seeds of its students. What a student's run gives is the value of one replication.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from sim.kernel.fingerprint import fingerprint
from sim.kernel.scenario_types import Scenario, Section
from sim.kernel.source_hash import NUMBERS
from sim.scenario.arms import load_arms
from sim.scenario.documents import read_document
from sim.scenario.reading import scenario_identity
from sim.scenario.shipped import shipped
from sim.studies.claims import Estimate, contrast_estimate, estimate_of, read_contrast, stand

FOLDER = shipped("scenarios") / "lessons"
ANSWERS = FOLDER / "answers.json"
Side = Literal["above", "below", "undecided", "unknown"]
"""What an interval says: all above zero, all below, zero inside, or no interval."""
Values = Mapping[str, Mapping[str, float]]
"""Arm -> measure -> value of one replication."""


class Question(BaseModel):
    """A contrast of arms in one measure."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contrast: str
    measure: str
    unit: str
    scale: float = 1.0
    per: str = ""

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures that it takes."""
        return (self.measure, self.per) if self.per else (self.measure,)

    def estimate(self, values: Sequence[Values]) -> Estimate:
        """The mean over replications with its interval, in the question's unit; see sim.studies.statistics."""
        weights = read_contrast(self.contrast)
        own = {arm: np.array([self.scale * one[arm][self.measure] for one in values]) for arm in weights}
        if not self.per:
            return contrast_estimate(weights, own)
        spent = sum(weight * np.array([one[arm][self.per] for one in values]) for arm, weight in weights.items())
        gained = np.sum([weight * own[arm] for arm, weight in weights.items()], axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(np.abs(spent) > 1e-9, gained / spent, np.nan)
        return estimate_of(ratio, float(np.max(np.abs(ratio), where=np.isfinite(ratio), initial=0.0)))


class Lesson(BaseModel):
    """What a lesson runs and compares; see scenarios/lessons/lessons.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = ""
    scenario: str
    set: tuple[str, ...] = ()
    since: Literal["fork", "opening"] = "fork"
    minutes: int = Field(gt=0, le=120)
    shown: tuple[str, str]
    arms: dict[str, str]
    compared: Annotated[tuple[Question, ...], Field(min_length=1)]

    def scenarios(self) -> dict[str, Scenario]:
        """Scenario of each arm."""
        written = [f"{name}={changes}" for name, changes in self.arms.items()]
        return load_arms([self.scenario], written, self.set, self.since)

    @property
    def measures(self) -> tuple[str, ...]:
        """Measures of all its questions."""
        return tuple(dict.fromkeys(name for question in self.compared for name in question.measures))

    @property
    def stamp(self) -> str:
        """Hash of what its answers rest on: the code that decides numbers, the arms and the questions."""
        arms = [part for name, arm in self.scenarios().items() for part in (name, scenario_identity(arm))]
        return fingerprint(NUMBERS, *arms, *(question.model_dump_json() for question in self.compared))

    def run(self, seed: int, arms: Mapping[str, Scenario] | None = None) -> dict[str, dict[str, float]]:
        """One replication of all arms, or of those given: arm -> measure -> value."""
        from sim.runs.run import run_arms  # with pandas, which a page has no time for before its first picture
        from sim.studies.measures import measure_run, recorded_for

        own = {name: recorded_for(arm, self.measures) for name, arm in (arms or self.scenarios()).items()}
        if self.since == "fork":
            runs = run_arms(own, seed)
        else:
            runs = {name: run_arms({name: arm}, seed)[name] for name, arm in own.items()}
        return {name: measure_run(one.metrics, one.scenario.years.burn_in, self.measures) for name, one in runs.items()}


class Book(Section):
    """The file of all lessons."""

    replications: int = Field(gt=1, description="of an answer key")
    lessons: dict[str, Lesson] = Field(min_length=1, description="by name")


@cache
def lessons() -> dict[str, Lesson]:
    """All lessons by name, in the order in which a class takes them."""
    return {name: one.model_copy(update={"name": name}) for name, one in _book().lessons.items()}


def replications() -> int:
    """Seeds of an answer key."""
    return _book().replications


@cache
def _book() -> Book:
    return read_document(FOLDER / "lessons.yaml", Book, "it comes with the program: install it anew")[0]


def side(found: Estimate) -> Side:
    """What the interval says about the sign."""
    place = stand(found.low, found.high, 0.0, 0.0)
    sides: dict[str, Side] = {"above": "above", "below": "below", "unknown": "unknown"}
    return sides.get(place, "undecided")


class Answer(BaseModel):
    """The answer key of a lesson: an estimate of each of its questions."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")

    stamp: str
    seeds: int
    found: tuple[Estimate, ...]

    def is_stale(self, lesson: Lesson) -> bool:
        """Whether it was computed by other code, or of other arms or questions."""
        return self.stamp != lesson.stamp or len(self.found) != len(lesson.compared)


def answer_of(lesson: Lesson, values: Sequence[Values]) -> tuple[Estimate, ...]:
    """The estimate of each question over replications."""
    return tuple(question.estimate(values) for question in lesson.compared)


def read_answers(path: Path = ANSWERS) -> dict[str, Answer]:
    """The answer keys that are shipped, by lesson; none where the file is missing."""
    if not path.is_file():
        return {}
    return {name: Answer(**one) for name, one in json.loads(path.read_text(encoding="utf-8")).items()}


def write_answers(answers: Mapping[str, Answer], path: Path = ANSWERS) -> None:
    """Store answer keys."""
    from sim.store.files import write_atomically

    told = {name: json.loads(one.model_dump_json()) for name, one in answers.items()}
    text = json.dumps(told, indent=1, allow_nan=False) + "\n"
    write_atomically(path, lambda file: file.write_text(text, encoding="utf-8"))


def make_answer(lesson: Lesson, seeds: Sequence[int], tell: Callable[[int], None] = lambda _seed: None) -> Answer:
    """The answer key over these seeds; `tell` hears of each that is done."""
    arms, values = lesson.scenarios(), []
    for seed in seeds:
        values.append(lesson.run(seed, arms))
        tell(seed)
    return Answer(stamp=lesson.stamp, seeds=len(seeds), found=answer_of(lesson, values))
