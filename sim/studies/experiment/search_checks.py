"""What may be wrong with the `search` of an experiment file."""

from __future__ import annotations

from collections.abc import Sequence

from sim.kernel.declare import PARAMETERS
from sim.scenario.problems import Key, Problem, did_you_mean, dotted, shown
from sim.studies.experiment.checks import Where
from sim.studies.experiment.contents import Experiment, Search
from sim.studies.experiment.levels import Factor
from sim.studies.facts.declaration import FACTS

NOT_IN_A_SEARCH = ("record", "stop", "claims", "maps")
"""What compares arms, and a search has only one."""


def wrong_search(
    experiment: Experiment, search: Search, factors: Sequence[Factor], where: Where
) -> list[Problem]:  # fmt: skip
    """Facts in both halves or in none, factors that are not free to move, and a start that is out of their ranges."""
    import sim.studies.facts  # noqa: F401  (declares)

    problems = _wrong_facts(search, where)

    def wrong(key: Key, message: str, value: object = None, allowed: str = "", remedy: str = "") -> None:
        problems.append(Problem(where(key), dotted(key), message, value, allowed, remedy))

    if len(experiment.arms) > 1:
        wrong(("arms",), "a search has one arm: it compares the model with facts")
    for name in sorted(experiment.model_fields_set & {*NOT_IN_A_SEARCH}):
        wrong((name,), f"a search has no {name}: it keeps the statistics of its facts", remedy="take it out")
    if experiment.design.kind != "sobol":
        wrong(("design",), "a search begins with a Sobol design", remedy="write {kind: sobol, points: 48}")
    names = [factor.name for factor in factors]
    for factor, told in zip(factors, experiment.factors, strict=True):
        section, _, name = factor.key.partition(".")
        if section != "parameters" or not factor.span:
            wrong(("factors", told), f"{told} is not the range A:B of a parameter")
        elif PARAMETERS[name].evidence not in ("A", "S"):
            wrong(("factors", told), f"{name} is a published estimate, not free")
        elif factor.name not in search.start:
            wrong(("search", "start"), f"there is no start of {factor.name}")
        elif not float(factor.levels[0]) <= search.start[factor.name] <= float(factor.levels[-1]):
            wrong(("search", "start", factor.name), f"{factor.name} starts out of its range",
                  search.start[factor.name], f"{factor.levels[0]} to {factor.levels[-1]}")  # fmt: skip
    for row, name in enumerate(search.logarithmic):
        if name not in names:
            wrong(("search", "logarithmic", row), f"there is no factor {shown(name)}", remedy=did_you_mean(name, names))
        elif float(factors[names.index(name)].levels[0]) <= 0:
            wrong(("search", "logarithmic", row), f"the range of {name} reaches zero, which has no logarithm")
    for name in search.start:
        if name not in names:
            wrong(("search", "start", name), f"there is no factor {shown(name)}", remedy=did_you_mean(name, names))
    return problems


def _wrong_facts(search: Search, where: Where) -> list[Problem]:
    problems: list[Problem] = []
    asked = [(half, row, name) for half in ("facts", "held_out") for row, name in enumerate(getattr(search, half))]
    seen: set[str] = set()
    for half, row, name in asked:
        key: Key = ("search", half, row)
        if name not in FACTS:
            problems.append(Problem(where(key), dotted(key), f"{shown(name)} is no fact", name,
                                    remedy=did_you_mean(name, FACTS)))  # fmt: skip
        elif name in seen:
            problems.append(Problem(where(key), dotted(key), f"{name} stands twice: each fact belongs to one half"))
        seen.add(name)
    if missing := [name for name in FACTS if name not in seen]:
        problems.append(Problem(where(("search", "held_out")), "search", "each fact belongs to one half, and these to "
                                f"none: {', '.join(missing)}"))  # fmt: skip
    return problems
