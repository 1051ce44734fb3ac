"""Reading and checking experiment files: every fault is told with file, line and column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.kernel.declare import MECHANISMS, PARAMETERS
from sim.kernel.scenario_types import Scenario, Section
from sim.scenario.documents import position_in, read_document
from sim.scenario.json_schema import declare_everything
from sim.scenario.problems import Problem, ScenarioError, did_you_mean
from sim.scenario.reading import load_scenario
from sim.studies.experiment.checks import Where, in_their_place, wrong_arms, wrong_names
from sim.studies.experiment.contents import Claim, Experiment, Search, Stop, written
from sim.studies.experiment.designs import (
    MOST_POINTS,
    SAMPLED,
    Array,
    NoPoints,
    Point,
    Sampling,
    at,
    count_points,
    points_of,
    sampled,
)
from sim.studies.experiment.levels import Factor, Value, check_levels, factor_at, find_key, level_text, named_apart
from sim.studies.experiment.search_checks import wrong_search
from sim.studies.experiment.setup import Setup


def read_experiment(path: str | Path, overrides: Sequence[str] = ()) -> Setup:
    """The experiment in a file, checked; `overrides` come before what it sets itself.

    Raises ScenarioError with every problem found, each with its place.
    """
    remedy = "name a file of an experiment, such as experiments/distance_and_imitation.yaml"
    try:
        experiment, entry = read_document(path, Experiment, remedy)
    except ScenarioError as error:
        raise ScenarioError([_plainly(problem) for problem in error.problems]) from None
    return set_up(experiment, lambda key: position_in(entry, key), Path(path).parent, overrides)


def _plainly(problem: Problem) -> Problem:
    """A problem of a key that there is not, with what may have been meant."""
    if problem.message != "Extra inputs are not permitted":
        return problem
    above, _, name = problem.key.rpartition(".")
    forms: dict[str, type[Section]] = {"design": Sampling, "stop": Stop, "search": Search}
    form = Claim if above.startswith("claims") else forms.get(above, Experiment)
    return replace(problem, message=f"unknown key {name!r}", remedy=did_you_mean(name, form.model_fields))


def set_up(
    experiment: Experiment, where: Where, folder: Path | None = None, overrides: Sequence[str] = ()
) -> Setup:  # fmt: skip
    """An experiment with its factors and points. A scenario's path counts from `folder`; `overrides` come first.

    Raises ScenarioError with every problem that can be told at once.
    """
    declare_everything()
    source = _source(experiment.scenario, folder)
    common = (*overrides, *written(experiment.set))
    try:
        scenario = load_scenario(source, common, notes=[])
    except ScenarioError as error:
        placed = in_their_place(error.problems, ("set",), experiment.set, where)
        raise ScenarioError(
            [replace(one, position=where(("scenario",))) if one.file == source else one for one in placed]
        ) from None
    factors, problems = _factors(experiment, scenario, where)
    problems += wrong_names(experiment, factors, where)
    problems += wrong_arms(experiment, source, common, where)
    if experiment.search is not None and len(factors) == len(experiment.factors):
        problems += wrong_search(experiment, experiment.search, factors, where)
    if problems:
        raise ScenarioError(problems)
    places = [(factor, where(("factors", name))) for factor, name in zip(factors, experiment.factors, strict=True)]
    check_levels(places, source, common)
    count = count_points(factors, experiment.design)
    if count > MOST_POINTS:
        raise ScenarioError([Problem(where(("factors",)), "factors", f"the design has {count:,} points",
                                     allowed=f"up to {MOST_POINTS:,}",
                                     remedy="give fewer levels, or a design such as sobol")])  # fmt: skip
    if experiment.design.kind in SAMPLED:
        return _sampled(experiment, source, common, factors, where)
    present = tuple(_present(scenario, factor) for factor in factors)
    return Setup(experiment, source, common, factors, tuple(points_of(factors, experiment.design, present)))


def _sampled(
    experiment: Experiment, source: str, overrides: tuple[str, ...], factors: tuple[Factor, ...], where: Where
) -> Setup:  # fmt: skip
    """A sampled design, of points that the scenario can have."""
    known: dict[Point, bool] = {}

    def fits(unit: Array) -> bool:
        point = at(unit, factors)
        if point not in known:
            told = [factor.override(level) for factor, level in zip(factors, point, strict=True)]
            try:
                load_scenario(source, [*overrides, *told], notes=[])
                known[point] = True
            except ScenarioError:
                known[point] = False
        return known[point]

    try:
        unit, misfits = sampled(len(factors), experiment.design, fits)
    except NoPoints as error:
        raise ScenarioError(
            [Problem(where(("factors",)), "factors", str(error), remedy="give narrower ranges")]
        ) from None
    points = tuple(dict.fromkeys(at(one, factors) for one in unit))
    return Setup(experiment, source, overrides, factors, points, unit, misfits)


def _source(named: str, folder: Path | None) -> str:
    beside = (folder or Path()) / named
    return str(beside) if folder is not None and beside.is_file() else named


def _factors(experiment: Experiment, scenario: Scenario, where: Where) -> tuple[tuple[Factor, ...], list[Problem]]:
    """Factors that can be read, and what is wrong with the others."""
    found: list[Factor] = []
    problems: list[Problem] = []
    ends = experiment.design.kind in SAMPLED
    for name, told in experiment.factors.items():
        place = where(("factors", name))
        try:
            text = told if told is None or isinstance(told, str) else ",".join(level_text(level) for level in told)
            found.append(factor_at(find_key(name, scenario, place), text, scenario, place, ends))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        return tuple(found), problems
    try:
        return named_apart(found, where(("factors",))), []
    except ScenarioError as error:
        return tuple(found), error.problems


def _present(scenario: Scenario, factor: Factor) -> Value:
    """The value that a scenario has at the key of a factor."""
    section, _, name = factor.key.partition(".")
    if section == "parameters":
        value: Any = scenario.parameters.get(name, PARAMETERS[name].default)
        return int(value) if factor.whole else float(value)
    if section == "mechanisms":
        return bool(scenario.mechanisms.get(name, MECHANISMS[name].default))
    found: Any = scenario.model_dump(mode="json")
    for part in factor.key.split("."):
        found = found[int(part)] if isinstance(found, list) else found[part]
    return found  # type: ignore[no-any-return]
