"""An experiment that was checked: its factors, its points, and the scenario of every run."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from sim.kernel.fingerprint import fingerprint
from sim.kernel.scenario_types import Scenario
from sim.scenario.arms import from_fork
from sim.scenario.problems import Position, Problem, ScenarioError
from sim.scenario.reading import load_scenario
from sim.studies.experiment.contents import Experiment, written
from sim.studies.experiment.designs import Array, Point
from sim.studies.experiment.levels import Factor, level_text

MOST_NAMED = 8
"""Factors that a message and the name of a run tell of."""


@dataclass(frozen=True)
class Setup:
    """An experiment that was checked: its factors, points and runs."""

    experiment: Experiment
    source: str
    """Scenario as it is found from here."""
    overrides: tuple[str, ...]
    factors: tuple[Factor, ...]
    points: tuple[Point, ...]
    unit: Array = field(default_factory=lambda: np.zeros((0, 0)), compare=False)
    """Of a sampled design: its draws in the unit cube, shape (draws, factors). Several may be one point."""
    misfits: int = 0
    """Points that a sampled design drew and the model cannot have."""

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms, the baseline first."""
        return tuple(self.experiment.arms)

    @property
    def baseline(self) -> str:
        """The arm that others are compared with."""
        return self.arms[0]

    @property
    def seeds(self) -> tuple[int, ...]:
        """Seeds of every point, before any rule of stopping asks for more."""
        return tuple(range(self.experiment.seed, self.experiment.seed + self.experiment.replications))

    @property
    def balanced(self) -> bool:
        """Whether every level of a factor meets the same levels of the others."""
        return self.experiment.design.kind == "full"

    @property
    def _whole(self) -> bool:
        """Whether what arms change holds for whole runs."""
        return self.experiment.arms_from == "opening"

    def with_replications(self, count: int | None) -> Setup:
        """The same with so many seeds; as it is for None."""
        if count is None:
            return self
        return replace(self, experiment=self.experiment.model_copy(update={"replications": count}))

    def point_name(self, point: Point) -> str:
        """A point in words, such as `distance_cost 0.1, imitation 0.5`; empty without factors."""
        return ", ".join(f"{one.name} {level_text(level)}" for one, level in zip(self.factors, point, strict=True))

    def run_name(self, point: Point, arm: str) -> str:
        """Name of the runs of an arm at a point: in words, or by a digest of them where these are too many.

        It does not say which of how many points this is: with more points in the design it is the same.
        """
        if not point:
            return arm
        words = self.point_name(point)
        return f"{words if len(self.factors) <= MOST_NAMED else f'point {fingerprint(words)[:12]}'}, {arm}"

    @cached_property
    def _numbers(self) -> dict[Point, int]:
        return {point: number for number, point in enumerate(self.points, start=1)}

    def told_point(self, point: Point) -> str:
        """A point for a reader: in words, or by its number where these are too many."""
        if len(self.factors) <= MOST_NAMED:
            return self.point_name(point)
        return f"point {self._numbers[point]} of {len(self.points)}"

    def told_run(self, point: Point, arm: str) -> str:
        """The runs of an arm at a point for a reader."""
        return f"{self.told_point(point)}, {arm}" if point else arm

    @cached_property
    def runs(self) -> dict[tuple[Point, str], Scenario]:
        """The scenario of every point and arm. Raises ScenarioError, in the words of the points that do not fit."""
        found: dict[tuple[Point, str], Scenario] = {}
        problems: list[Problem] = []
        for point in self.points:
            told = [one.override(level) for one, level in zip(self.factors, point, strict=True)]
            try:
                base = load_scenario(self.source, [*self.overrides, *told], notes=[])
                for arm, own in self.experiment.arms.items():
                    scenario = load_scenario(self.source, [*self.overrides, *told, *written(own)], notes=[])
                    found[point, arm] = scenario if self._whole else from_fork(arm, scenario, base)
            except ScenarioError as error:
                where = Position(f"at {self.told_point(point)}" if point else self.experiment.title or self.source, 0)
                problems += [replace(one, position=where) if is_override(one) else one for one in error.problems]
        if problems:
            raise ScenarioError(problems[:20])
        return found

    def command(self, point: Point, arm: str, seed: int) -> str:
        """The command that does one run again, by itself."""
        scenario = self.runs[point, arm]
        told = [one.override(level) for one, level in zip(self.factors, point, strict=True)]
        own = self.experiment.arms[arm]
        if scenario.changes and not self._whole:  # what an arm changes from the fork on is dated
            own = {key: value for key, value in own.items() if not key.startswith(("parameters.", "mechanisms."))}
            own["changes"] = [change.model_dump(mode="json") for change in scenario.changes]
        words = ["clustersim", "run", self.source, "--seed", str(seed)]
        for text in (*self.overrides, *told, *written(own)):
            words += ["--set", text]
        return shlex.join(words)


def is_override(problem: Problem) -> bool:
    """Whether a problem was found in the text of an override."""
    return problem.file.startswith("override ")
