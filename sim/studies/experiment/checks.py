"""What may be wrong with an experiment beyond the form of its file: names, claims, maps, searches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sim.scenario.problems import Key, Position, Problem, ScenarioError, did_you_mean, dotted
from sim.scenario.reading import load_scenario
from sim.studies.claims import ContrastError, parse_contrast
from sim.studies.experiment.contents import Claim, Experiment, written
from sim.studies.experiment.levels import Factor, level_text
from sim.studies.measures import known_measures

Where = Callable[[Key], Position]
"""Where the value of a key of an experiment was written."""


def wrong_arms(
    experiment: Experiment, source: str, overrides: Sequence[str], where: Where
) -> list[Problem]:  # fmt: skip
    """Arms that the scenario cannot have, each told at the key that is wrong, and too few of them."""
    problems: list[Problem] = []
    for arm, own in experiment.arms.items():
        try:
            load_scenario(source, [*overrides, *written(own)], notes=[])
        except ScenarioError as error:
            problems += in_their_place(error.problems, ("arms", arm), own, where)
    if len(experiment.arms) < 2 and experiment.search is None:
        problems.append(Problem(where(("arms",)), "arms", "there is one arm, and nothing to compare it with",
                                remedy="add an arm: `market: {plan.layout: market}`"))  # fmt: skip
    if not experiment.factors and experiment.design.kind != "full":
        problems.append(Problem(where(("design",)), "design", "there are no factors to design",
                                remedy="add `factors`"))  # fmt: skip
    return problems


def in_their_place(
    problems: Sequence[Problem], section: Key, values: Mapping[str, Any], where: Where
) -> list[Problem]:  # fmt: skip
    """Problems of overrides that a section of the file makes, told where its keys stand; the others as they are."""
    places = {f"override {text}": where((*section, key)) for key, text in zip(values, written(values), strict=True)}
    return [replace(one, position=places.get(one.file, one.position)) for one in problems]


def wrong_names(experiment: Experiment, factors: Sequence[Factor], where: Where) -> list[Problem]:
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
    asked += [(("claims", row, "measure"), one.measure) for row, one in enumerate(experiment.claims) if one.measure]
    for at, name in asked:
        if name not in known:
            problems.append(Problem(where(at), dotted(at), f"{name!r} is no measure", name,
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
    claim: Claim, key: Key, experiment: Experiment, factors: Sequence[Factor], where: Where
) -> list[Problem]:
    problems: list[Problem] = []
    try:
        contrast = parse_contrast(claim.contrast)
    except ContrastError as error:
        return [Problem(where((*key, "contrast")), dotted(key), str(error), claim.contrast)]
    unknown = [arm for arm in contrast.arms if arm not in experiment.arms]
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
