"""Points of an experiment: which combinations of levels are run. Sampling is scipy's and SALib's."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sim.kernel.scenario_types import Section
from sim.studies.levels import Factor, Value, rounded
from sim.studies.libraries import library

Kind = Literal["full", "one_at_a_time", "latin_hypercube", "sobol", "morris"]
SAMPLED: tuple[Kind, ...] = ("latin_hypercube", "sobol", "morris")
"""Designs that take points from within ranges."""
MORRIS_LEVELS = 4
"""Levels of each factor on the grid of a screening; steps are two thirds of the range (Morris 1991)."""
MOST_POINTS = 20_000
Point = tuple[Value, ...]
"""A level of every factor, in their order."""


class Sampling(Section):
    """How the points are chosen."""

    kind: Kind = Field("full", description="full factorial, one at a time, or sampled from ranges")
    points: int = Field(0, ge=0, le=MOST_POINTS, description="for latin_hypercube and sobol: how many points")
    trajectories: int = Field(10, ge=2, le=1000, description="for morris: paths, of one point more than factors each")
    seed: int = Field(1, ge=0, le=2**31 - 1, description="of the sampling; runs have their own")

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, told: Any) -> Any:
        """A design may be written as its kind alone."""
        return {"kind": told} if isinstance(told, str) else told

    @model_validator(mode="after")
    def _with_points(self) -> Sampling:
        if self.kind in ("latin_hypercube", "sobol") and self.points < 2:
            told = f"needs points, 2 or more: {{kind: {self.kind}, points: 64}}"
            raise PydanticCustomError("no_points", "{told}", {"told": told})
        return self


def count_points(factors: Sequence[Factor], design: Sampling) -> int:
    """How many points a design has at most, without making them."""
    if design.kind == "full":
        return math.prod(len(factor.levels) for factor in factors)
    if design.kind == "one_at_a_time":
        return 1 + sum(len(factor.levels) for factor in factors)
    if design.kind == "morris":
        return design.trajectories * (len(factors) + 1)
    return design.points


def points_of(factors: Sequence[Factor], design: Sampling, present: Point) -> list[Point]:
    """The points of a design, each once, in order; `present` are the values that the scenario has by itself.

    Raises MissingLibrary for morris without SALib.
    """
    if design.kind == "full":
        found = list(itertools.product(*(factor.levels for factor in factors)))
    elif design.kind == "one_at_a_time":
        found = [present]
        for place, factor in enumerate(factors):
            found += [(*present[:place], level, *present[place + 1 :]) for level in factor.levels]
    else:
        found = [at(unit, factors) for unit in units(len(factors), design)]
    return list(dict.fromkeys(found))


def units(count: int, design: Sampling) -> np.ndarray[Any, Any]:
    """Points of a sampled design in the unit cube, shape (points, factors); the same for the same design."""
    if design.kind == "morris":
        problem = {"num_vars": count, "names": [f"x{place}" for place in range(count)], "bounds": [[0.0, 1.0]] * count}
        sampler = library("SALib.sample.morris")
        return np.asarray(sampler.sample(problem, design.trajectories, num_levels=MORRIS_LEVELS, seed=design.seed))
    qmc = library("scipy.stats.qmc")
    chance = np.random.default_rng(design.seed)
    if design.kind == "sobol":
        power = math.ceil(math.log2(design.points))
        return np.asarray(qmc.Sobol(count, scramble=True, rng=chance).random_base2(power)[: design.points])
    return np.asarray(qmc.LatinHypercube(count, rng=chance).random(design.points))


def at(unit: np.ndarray[Any, Any], factors: Sequence[Factor]) -> Point:
    """The point that numbers from 0 to 1 stand for: within a range, or one of the levels of a list."""
    found: list[Value] = []
    for part, factor in zip(unit, factors, strict=True):
        if factor.span:
            low, high = (float(end) for end in factor.levels)
            # Whole numbers are equally likely, the ends included.
            inside = min(math.floor(low + part * (high - low + 1)), high) if factor.whole else low + part * (high - low)
            found.append(rounded(inside, factor.whole))
        else:
            found.append(factor.levels[min(int(part * len(factor.levels)), len(factor.levels) - 1)])
    return tuple(found)
