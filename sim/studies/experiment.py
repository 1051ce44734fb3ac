"""Experiments: arms with the same luck at many points, from a file (experiments/*.yaml) or from `sweep`.

    title: Does the cost of distance decide?
    scenario: policy_text
    arms:
      duplicated: {plan.layout: duplicated}
      differentiated: {plan.layout: differentiated}
    factors:
      distance_cost: 0.1:0.5:5        # five levels, both ends included
      imitation: [0, 0.5, 1]          # these levels
      learning_elasticity: null       # over its declared sweep bounds
    design: full                      # or one_at_a_time, {kind: sobol, points: 64}, latin_hypercube, morris
    replications: 12

The first arm is the baseline: what is asked at every point is by how much the others exceed it on the same seed. A
level holds for the whole run; what an arm changes begins with the treatment, or in the opening (`arms_from: opening`).
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from sim.kernel.declare import MECHANISMS, PARAMETERS
from sim.kernel.scenario_types import Name, Scenario, Section
from sim.scenario.arms import Since, from_fork, parse_arm
from sim.scenario.documents import plain, position_in, read_document, read_yaml
from sim.scenario.json_schema import declare_everything
from sim.scenario.layers import name_of
from sim.scenario.problems import Key, Position, Problem, ScenarioError, did_you_mean, dotted
from sim.scenario.reading import load_scenario
from sim.studies.claims import ContrastError, read_contrast
from sim.studies.designs import MOST_POINTS, SAMPLED, Point, Sampling, count_points, points_of
from sim.studies.levels import Factor, Value, check_levels, factor_at, find_key, level_text, named_apart
from sim.studies.measures import known_measures
from sim.studies.regimes import Claim, written

Where = Callable[[Key], Position]
"""Where the value of a key of an experiment was written."""
RECORDED = (
    "ln_real_income", "utilisation", "duplication_index", "mean_krugman_specialisation", "innovations",
    "worst_region_income",
)  # fmt: skip
"""Measures that are kept unless others are named: those that stand on top of every report."""
ARMS = ("duplicated", "differentiated")
"""Arms of a sweep that names none; the first is the baseline."""
Told = tuple[Value, ...] | str | None
"""Levels of a factor as a file has them: a list, a text such as 0.1:0.5:5, or nothing for the declared bounds."""


def _all_parameters(told: Any) -> Any:
    """The word `all` stands for every parameter that has sweep bounds, over these."""
    if told != "all":
        return told
    declare_everything()
    return {f"parameters.{name}": None for name, one in PARAMETERS.items() if one.sweep[0] < one.sweep[1]}


class Stop(Section):
    """When replications are enough: the interval of the difference is narrow enough, or there are `most` of them."""

    half_width: float = Field(gt=0, allow_inf_nan=False, description="half of the 95 % interval, in the measure's unit")
    measure: str = Field("", description="of which measure; the first that is recorded if not given")
    most: int = Field(200, ge=4, le=100_000, description="replications at which it ends anyway")


class PointClaim(Claim):
    """A claim about arms, at some levels only."""

    at: dict[str, Value] = Field(default_factory=dict, description="factor -> level; empty: the mean over all points")


class Experiment(Section):
    """What an experiment file says."""

    title: str = Field("", description="of tables, figures and the page")
    scenario: str = Field(description="bare name, or path relative to this file, of the scenario that is varied")
    set: dict[str, Any] = Field(default_factory=dict, description="dotted key -> value, for all runs")
    arms: dict[Name, dict[str, Any]] = Field(min_length=2, description="arm -> dotted key -> value; first: baseline")
    arms_from: Since = Field("fork", description="when what an arm changes begins: fork or opening")
    factors: Annotated[dict[str, Told], BeforeValidator(_all_parameters)] = Field(
        min_length=1, description="key or its unique last part -> levels; the word all: every parameter"
    )
    design: Sampling = Field(Sampling(), description="which combinations of levels are run")
    replications: int = Field(12, ge=1, le=1_000_000, description="seeds of every point")
    seed: int = Field(1, ge=0, le=2**31 - 1, description="the first seed")
    record: tuple[str, ...] = Field(RECORDED, min_length=1, description="measures kept of each run; first: headline")
    stop: Stop | None = Field(None, description="replicate until the interval is narrow enough")
    claims: tuple[PointClaim, ...] = Field((), description="what is expected")
    maps: tuple[tuple[str, str], ...] = Field((), description="pairs of factors over which `sensitivity` maps the sign")


@dataclass(frozen=True)
class Setup:
    """An experiment that was checked: its factors, points and runs."""

    experiment: Experiment
    source: str
    """Scenario as it is found from here."""
    overrides: tuple[str, ...]
    factors: tuple[Factor, ...]
    points: tuple[Point, ...]

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

    def point_name(self, point: Point) -> str:
        """A point in words, such as `distance_cost 0.1, imitation 0.5`."""
        return ", ".join(f"{one.name} {level_text(level)}" for one, level in zip(self.factors, point, strict=True))

    def run_name(self, point: Point, arm: str) -> str:
        """Name of the runs of an arm at a point."""
        return f"{self.point_name(point)}, {arm}"

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
                    whole = self.experiment.arms_from == "opening"
                    found[point, arm] = scenario if whole else from_fork(arm, scenario, base)
            except ScenarioError as error:
                where = Position(f"at {self.point_name(point)}", 0)
                problems += [replace(one, position=where) if _is_override(one) else one for one in error.problems]
        if problems:
            raise ScenarioError(problems[:20])
        return found

    def command(self, point: Point, arm: str, seed: int) -> str:
        """The command that does one run again, by itself."""
        scenario = self.runs[point, arm]
        told = [one.override(level) for one, level in zip(self.factors, point, strict=True)]
        own = self.experiment.arms[arm]
        if scenario.changes:  # what an arm changes from the fork on is dated
            own = {key: value for key, value in own.items() if not key.startswith(("parameters.", "mechanisms."))}
            own["changes"] = [change.model_dump(mode="json") for change in scenario.changes]
        words = ["clustersim", "run", self.source, "--seed", str(seed)]
        for text in (*self.overrides, *told, *written(own)):
            words += ["--set", text]
        return shlex.join(words)


def _is_override(problem: Problem) -> bool:
    return problem.file.startswith("override ")


# -- from a file -----------------------------------------------------------------------------------------


def read_experiment(path: str | Path) -> Setup:
    """The experiment in a file, checked. Raises ScenarioError with every problem found, each with its place."""
    remedy = "name a file of an experiment, such as experiments/distance_and_imitation.yaml"
    try:
        experiment, entry = read_document(path, Experiment, remedy)
    except ScenarioError as error:
        raise ScenarioError([_plainly(problem) for problem in error.problems]) from None
    return set_up(experiment, lambda key: position_in(entry, key), Path(path).parent)


def _plainly(problem: Problem) -> Problem:
    """A problem of a key that there is not, with what may have been meant."""
    if problem.message != "Extra inputs are not permitted":
        return problem
    above, _, name = problem.key.rpartition(".")
    forms: dict[str, type[Section]] = {"design": Sampling, "stop": Stop}
    form = PointClaim if above.startswith("claims") else forms.get(above, Experiment)
    return replace(problem, message=f"unknown key {name!r}", remedy=did_you_mean(name, form.model_fields))


def set_up(experiment: Experiment, where: Where, folder: Path | None = None) -> Setup:
    """An experiment with its factors and points. A scenario's path counts from `folder`.

    Raises ScenarioError with every problem that can be told at once.
    """
    declare_everything()
    source = _source(experiment.scenario, folder)
    overrides = tuple(written(experiment.set))
    try:
        scenario = load_scenario(source, overrides, notes=[])
    except ScenarioError as error:
        raise ScenarioError([
            replace(one, position=where(("set",))) if _is_override(one) else
            replace(one, position=where(("scenario",))) if one.file == source else one for one in error.problems
        ]) from None  # fmt: skip
    factors, problems = _factors(experiment, scenario, where)
    problems += _wrong_names(experiment, factors, where)
    if problems:
        raise ScenarioError(problems)
    places = [(factor, where(("factors", name))) for factor, name in zip(factors, experiment.factors, strict=True)]
    check_levels(places, source, overrides)
    count = count_points(factors, experiment.design)
    if count > MOST_POINTS:
        raise ScenarioError([Problem(where(("factors",)), "factors", f"the design has {count:,} points",
                                     allowed=f"up to {MOST_POINTS:,}",
                                     remedy="give fewer levels, or a design such as sobol")])  # fmt: skip
    needs_present = experiment.design.kind == "one_at_a_time"
    present = tuple(_present(scenario, factor) for factor in factors) if needs_present else ()
    points = points_of(factors, experiment.design, present)
    return Setup(experiment, source, overrides, factors, tuple(points))


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


def _wrong_names(experiment: Experiment, factors: Sequence[Factor], where: Where) -> list[Problem]:
    """Keys that are set twice, and measures, arms and factors that there are not."""
    problems: list[Problem] = []
    varied = {factor.key: factor.name for factor in factors}
    for place, told in (("set", experiment.set), *((f"arms.{arm}", own) for arm, own in experiment.arms.items())):
        section, _, arm = place.partition(".")
        for key in told:
            if key in varied:
                both: Key = (section, arm, key) if arm else (section, key)
                problems.append(Problem(where(both), dotted(both), f"{key} is varied, and {place} sets it", key,
                                        remedy="take it out of one of them"))  # fmt: skip
    known = known_measures()
    asked: list[tuple[Key, str]] = [(("record", row), name) for row, name in enumerate(experiment.record)]
    asked += [(("stop", "measure"), experiment.stop.measure)] if experiment.stop and experiment.stop.measure else []
    asked += [(("claims", row, "measure"), claim.measure) for row, claim in enumerate(experiment.claims)]
    for at, name in asked:
        if name not in known:
            problems.append(Problem(where(at), dotted(at), f"{name!r} is no measure of the nation", name,
                                    remedy=did_you_mean(name, known)))  # fmt: skip
        elif name not in experiment.record:
            problems.append(Problem(where(at), dotted(at), f"{name} is not recorded", name,
                                    remedy="add it to `record`"))  # fmt: skip
    for row, claim in enumerate(experiment.claims):
        problems += _wrong_claim(claim, ("claims", row), experiment, factors, where)
    for row, pair in enumerate(experiment.maps if len(factors) == len(experiment.factors) else ()):
        problems += _wrong_map(pair, ("maps", row), factors, where)
    return problems


def _wrong_map(pair: tuple[str, str], key: Key, factors: Sequence[Factor], where: Where) -> list[Problem]:
    """A pair of a map names two numeric factors, each by its name or its key."""
    found = [factor_called(name, factors) for name in pair]
    problems = []
    for name, factor in zip(pair, found, strict=True):
        if factor is None:
            known = [one.name for one in factors]
            problems.append(Problem(where(key), dotted(key), f"there is no factor {name!r}", name,
                                    remedy=did_you_mean(name, known)))  # fmt: skip
        elif not factor.numeric:
            problems.append(Problem(where(key), dotted(key), f"{name} is no number: a map needs two", name))
    if not problems and found[0] == found[1]:
        problems.append(Problem(where(key), dotted(key), "a map needs two different factors", list(pair)))
    return problems


def factor_called(name: str, factors: Sequence[Factor]) -> Factor | None:
    """The factor of that name or key."""
    return next((one for one in factors if name in (one.name, one.key)), None)


def _wrong_claim(
    claim: PointClaim, key: Key, experiment: Experiment, factors: Sequence[Factor], where: Where
) -> list[Problem]:
    problems: list[Problem] = []
    try:
        unknown = [arm for arm in read_contrast(claim.contrast) if arm not in experiment.arms]
    except ContrastError as error:
        return [Problem(where((*key, "contrast")), dotted(key), str(error), claim.contrast)]
    for arm in unknown:
        problems.append(Problem(where((*key, "contrast")), dotted(key), f"there is no arm {arm!r}", arm,
                                remedy=did_you_mean(arm, experiment.arms)))  # fmt: skip
    if len(factors) < len(experiment.factors):  # one of them could not be read, and that is told
        return problems
    levels = {factor.name: factor.levels for factor in factors}
    for name, level in claim.at.items():
        place = where((*key, "at", name))
        if name not in levels:
            problems.append(Problem(place, dotted(key), f"there is no factor {name!r}", name,
                                    remedy=did_you_mean(name, levels)))  # fmt: skip
        elif level not in levels[name]:
            allowed = ", ".join(map(level_text, levels[name]))
            problems.append(Problem(place, dotted(key), f"{name} has no level {level_text(level)}", level, allowed))
    return problems


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


# -- from a command --------------------------------------------------------------------------------------


def sweep_of(
    scenario: str | Path, factors: Sequence[str], arms: Sequence[str] = (), overrides: Sequence[str] = (),
    replications: int = 12, seed: int = 1, record: Sequence[str] = RECORDED, design: str | Mapping[str, Any] = "full",
    since: Since = "fork", title: str = "",
) -> Setup:  # fmt: skip
    """The experiment that `sweep` asks for in words: factors `NAME=A:B:N`, arms `NAME=key:value`.

    With one arm the scenario as it is comes first, with none ARMS are compared. Raises ScenarioError.
    """
    base = load_scenario(scenario, overrides, notes=[])
    told: dict[str, Told] = {}
    texts: dict[str, str] = {}
    for text in factors:
        name, equals, levels = (part.strip() for part in text.partition("="))
        if name in told:
            raise ScenarioError([Problem(Position(f"-p {text}", 0), "", f"{name} is varied twice",
                                         remedy="say all its levels at once")])  # fmt: skip
        told[name], texts[name] = levels if equals else None, text
    asked = [parse_arm(arm) for arm in (arms or ARMS)]
    named = {name: values_of(own) for name, own in asked}
    if len(named) < len(asked):
        raise ScenarioError([Problem(Position("--arm", 0), "", "two arms have the same name")])
    if len(named) == 1:
        named = {name_of(scenario): {}, **named}
    words = {name: text for (name, _), text in zip(asked, arms or ARMS, strict=True)}

    def where(key: Key) -> Position:
        if key[0] == "factors":
            return Position(f"-p {texts[str(key[1])]}" if len(key) > 1 else "-p", 0)
        if key[0] == "arms":
            return Position(f"--arm {words.get(str(key[1]), '')}" if len(key) > 1 else "--arm", 0)
        return Position({"set": "--set", "record": "--measure", "scenario": str(scenario)}.get(str(key[0]), "sweep"), 0)

    experiment = Experiment(
        title=title or base.title, scenario=str(scenario), set=values_of(overrides), arms=named, arms_from=since,
        factors=told, design=Sampling.model_validate(design), replications=replications, seed=seed,
        record=tuple(record),
    )  # fmt: skip
    return set_up(experiment, where)


def values_of(overrides: Sequence[str]) -> dict[str, Any]:
    """Overrides `key=value` as key -> value. Raises ScenarioError for a value that is no YAML."""
    found: dict[str, Any] = {}
    for text in overrides:
        key, _, value = text.partition("=")
        problems: list[Problem] = []
        entry = read_yaml(value, Position(f"override {text}"), problems)
        if entry is None:
            raise ScenarioError(problems)
        found[key.strip()] = json.loads(json.dumps(plain(entry)))
    return found
