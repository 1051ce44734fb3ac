"""Points of an experiment: which combinations of levels are run. Sampling is scipy's and SALib's."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from sim.kernel.scenario_types import Section
from sim.studies.experiment.levels import Factor, Value, rounded
from sim.studies.libraries import library

Kind = Literal["full", "one_at_a_time", "latin_hypercube", "sobol", "morris"]
SAMPLED: tuple[Kind, ...] = ("latin_hypercube", "sobol", "morris")
"""Designs that take points from within ranges."""
MORRIS_LEVELS = 4
"""Levels of each factor on the grid of a screening; steps are two thirds of the range (Morris 1991)."""
MOST_POINTS = 20_000
REDRAWN = 16
"""How many times as many points or paths are drawn at most until enough fit."""
Array = np.ndarray[Any, Any]
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


class NoPoints(ValueError):
    """Too few points of a design are such that the model can have them."""


def points_of(factors: Sequence[Factor], design: Sampling, present: Point) -> list[Point]:
    """The points of a design of levels, each once, in order; `present` are the values of the scenario as it is."""
    if design.kind == "full":
        found = list(itertools.product(*(factor.levels for factor in factors)))
    else:
        found = [present]
        for place, factor in enumerate(factors):
            found += [(*present[:place], level, *present[place + 1 :]) for level in factor.levels]
    return list(dict.fromkeys(found))


def units(count: int, design: Sampling) -> Array:
    """Points of a sampled design in the unit cube, shape (points, factors); the same for the same design."""
    return sampled(count, design, lambda _unit: True)[0]


def sampled(count: int, design: Sampling, fits: Callable[[Array], bool]) -> tuple[Array, int]:
    """(points of a sampled design in the unit cube, how many were drawn that do not fit).

    Bounds of factors say what each may be, and some of their combinations no model can have: `fits` tells. Of a Sobol
    sequence and a Latin hypercube these points are left out, and the sequence goes on until it has enough; a path of a
    screening that leads through one is drawn anew. Raises MissingLibrary for morris without SALib, NoPoints where too
    few fit.
    """
    kept: list[Array] = []
    wanted = design.trajectories if design.kind == "morris" else design.points
    misfits = 0
    for draw in _draws(count, design):
        inside = [fits(unit) for unit in draw]
        if all(inside):
            kept.append(draw)
        misfits += inside.count(False)
        if len(kept) == wanted:
            break
    if len(kept) < (wanted if design.kind != "latin_hypercube" else 2):
        raise NoPoints(f"{misfits} points of the design are none that the model can have, and too few are left")
    return np.concatenate(kept), misfits


def _draws(count: int, design: Sampling) -> Iterator[Array]:
    """What a design is made of, each of shape (points, factors): paths of a screening, else single points."""
    if design.kind == "morris":
        problem = {"num_vars": count, "names": [f"x{place}" for place in range(count)], "bounds": [[0.0, 1.0]] * count}
        sampler = library("SALib.sample.morris")
        for turn in range(REDRAWN):
            seed = design.seed + turn * 100_003
            found = np.asarray(sampler.sample(problem, design.trajectories, num_levels=MORRIS_LEVELS, seed=seed))
            yield from found.reshape(design.trajectories, count + 1, count)
        return
    qmc = library("scipy.stats.qmc")
    chance = np.random.default_rng(design.seed)
    if design.kind == "latin_hypercube":
        yield from np.asarray(qmc.LatinHypercube(count, rng=chance).random(design.points))[:, None]
        return
    sequence = qmc.Sobol(count, scramble=True, rng=chance)
    power = math.ceil(math.log2(design.points))
    yield from sequence.random_base2(power)[:, None]
    for further in range(power, power + REDRAWN.bit_length() - 1):
        yield from sequence.random_base2(further)[:, None]


def at(unit: Array, factors: Sequence[Factor]) -> Point:
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
