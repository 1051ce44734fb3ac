"""What types alone cannot say: names that must exist, chains that run downstream, parameters that stay stable."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from sim.kernel.scenario_types import Instrument, ShockEvent
from sim.scenario.json_schema import known_things
from sim.scenario.memory import check_memory
from sim.scenario.problems import Key, Problem, shown
from sim.scenario.validation import Draft, unknown_key

STAGES = ("upstream", "midstream", "downstream")
MOST_INPUTS = 0.9
KINDS = (("policy", "policies"), ("shock", "shocks"))
ROUNDING = 1e-9


Check = Callable[[Draft], Iterator[Problem]]


# -- regions and industries ------------------------------------------------------------------------------


def check_regions(draft: Draft) -> Iterator[Problem]:
    """The map is either abstract or real; endowments are known ones, and made only for a real map."""
    from sim.kernel.world import ENDOWMENT_NAMES

    regions = draft.scenario.regions
    if regions.grid is not None and regions.map is not None:
        yield draft.problem(("regions",), "has both `grid` and `map`", whole=True,
                            remedy="keep one; `grid: null` drops an inherited grid")  # fmt: skip
    elif regions.grid is None and regions.map is None and draft.written(("regions",)):
        yield draft.problem(("regions",), "needs one of `grid` and `map`", whole=True,
                            remedy="add `grid: {rows: 4, columns: 4}`")  # fmt: skip
    for name in regions.endowments:
        key = ("regions", "endowments", name)
        if name not in ENDOWMENT_NAMES:
            yield unknown_key(draft.tree, key, ENDOWMENT_NAMES)
    if regions.endowments and regions.map is None:
        yield draft.problem(("regions", "endowments"), "are made from the columns of a map, and there is no map",
                            whole=True, remedy="the endowments of a grid are drawn: take `endowments` out")  # fmt: skip


def check_industries(draft: Draft) -> Iterator[Problem]:
    """There is an industry, somebody buys its goods, and what it needs exists."""
    from sim.kernel.world import CONTRACTS, ENDOWMENT_NAMES, FIELDS

    industries = draft.scenario.industries
    if not draft.industries:
        yield draft.problem(("industries",), "a scenario needs at least one industry",
                            remedy="add `extends: base.yaml`, or write the industries")  # fmt: skip
    elif industries and not any(industry.weight > 0 for industry in industries.values()):
        yield draft.problem(("industries",), "no industry has a weight in final demand", whole=True)
    for name, industry in industries.items():
        key: Key = ("industries", name)
        for endowment in industry.requires:
            if endowment not in ENDOWMENT_NAMES:
                yield unknown_key(draft.tree, (*key, "requires", endowment), ENDOWMENT_NAMES)
        if industry.initial_firms and draft.scenario.regions.map is None:
            yield draft.problem((*key, "initial_firms"), "names a column of a map's table, and there is no map",
                                industry.initial_firms,
                                remedy="take it out: on a grid firms stand where they fit")  # fmt: skip
        if len(industry.inputs) > CONTRACTS:
            yield draft.problem((*key, "inputs"), f"has {len(industry.inputs)} inputs", allowed=f"up to {CONTRACTS}")
        position = industry.position
        if len(position) > FIELDS:
            yield draft.problem((*key, "position"), f"has {len(position)} numbers", position, f"up to {FIELDS}")
        elif position and not any(position):
            yield draft.problem((*key, "position"), "has no direction: all its numbers are 0", position)


def check_chains(draft: Draft) -> Iterator[Problem]:
    """Inputs come from an earlier stage, and leave something to pay for labour."""
    industries = draft.scenario.industries
    for name, industry in industries.items():
        key: Key = ("industries", name, "inputs")
        for supplier in industry.inputs:
            if supplier not in draft.industries:
                others = [other for other in draft.industries if other != name]
                yield draft.unknown((*key, supplier), "industry", supplier, others, whole=True)
            elif supplier in industries and _stage(industries[supplier]) >= _stage(industry):
                message = f"{shown(supplier)} is {industries[supplier].stage}, not of an earlier stage than {name}"
                yield draft.problem((*key, supplier), f"{message} ({industry.stage})", whole=True)
            elif supplier in industries and _opens_later(industries[supplier]):
                message = f"{shown(supplier)} opens later, so {name} could not be made before"
                yield draft.problem((*key, supplier), message, whole=True)
        total = math.fsum(industry.inputs.values())
        if total >= MOST_INPUTS:
            yield draft.problem(
                key, f"the input shares sum to {total:g}", total, f"less than {MOST_INPUTS}", whole=True
            )
        elif total + industry.land_share >= 1.0:
            yield draft.problem((*key[:2], "land_share"),
                                f"inputs and land cost {total + industry.land_share:g} of output; labour needs a share",
                                industry.land_share, f"less than {1 - total:g}")  # fmt: skip


def _stage(industry: Any) -> int:
    return STAGES.index(industry.stage)


def _opens_later(industry: Any) -> bool:
    return industry.opens > 0 or industry.category == "future"


# -- names -----------------------------------------------------------------------------------------------


def check_places(draft: Draft) -> Iterator[Problem]:
    """Regions and industries that plans, policies and shocks name exist."""
    scenario = draft.scenario
    for section in ("plan", "neutral"):
        plan = getattr(scenario, section)
        yield from _check_listed(draft, (section, "hot"), "industry", plan.hot, draft.industries)
        for row, choice in enumerate(plan.choices):
            key: Key = (section, "choices", row)
            if choice.industry not in draft.industries:
                yield draft.unknown((*key, "industry"), "industry", choice.industry, draft.industries)
            if draft.regions is not None and choice.region not in draft.regions:
                yield draft.unknown((*key, "region"), "region", choice.region, draft.regions)
    for section in ("policies", "shocks"):
        for row, event in enumerate(getattr(scenario, section)):
            yield from _check_listed(
                draft, (section, row, "industries"), "industry", event.industries, draft.industries
            )
            yield from _check_listed(draft, (section, row, "regions"), "region", event.regions, draft.regions)


def _check_listed(
    draft: Draft, key: Key, what: str, names: Iterable[str], known: Iterable[str] | None
) -> Iterator[Problem]:
    for row, name in enumerate(names):
        if known is not None and name not in known:
            yield draft.unknown((*key, row), what, name, known)


def check_registered(draft: Draft, known: Mapping[str, Mapping[str, Any]] | None = None) -> Iterator[Problem]:
    """Layouts, policies, shocks and metrics that the scenario names are registered, and so are their settings.

    `known` are the registries by kind: layout, policy, shock, metric; a kind that it leaves out is not checked.
    """
    registries = known_things() if known is None else known
    scenario = draft.scenario
    named: list[tuple[Key, str, str]] = []
    for section in ("plan", "neutral"):
        plan = getattr(scenario, section)
        named += [((section, "layout"), "layout", plan.layout), ((section, "elsewhere"), "layout", plan.elsewhere)]
    named += [(("policies", row, "policy"), "policy", each.policy) for row, each in enumerate(scenario.policies)]
    named += [(("shocks", row, "shock"), "shock", each.shock) for row, each in enumerate(scenario.shocks)]
    for listed, names in (("metrics", scenario.record.metrics), ("also", scenario.record.also)):
        named += [(("record", listed, row), "metric", name) for row, name in enumerate(names)]
    for key, kind, name in named:
        if kind in registries and name not in registries[kind]:
            yield draft.unknown(key, kind, name, registries[kind])
    for kind, section in KINDS:
        for row, event in enumerate(getattr(scenario, section)):
            declared = registries.get(kind, {}).get(getattr(event, kind))
            if declared is not None:
                yield from _check_settings(draft, (section, row, "settings"), event.settings, declared.settings)


def _check_settings(
    draft: Draft, key: Key, settings: Mapping[str, Any], declared: Mapping[str, Any]
) -> Iterator[Problem]:
    from sim.kernel.declare import Setting

    for name, value in settings.items():
        if name not in declared:
            yield unknown_key(draft.tree, (*key, name), declared)
        elif isinstance(value, bool) or not isinstance(value, (int, float)):
            yield draft.problem((*key, name), f"should be a number, not {shown(value)}", value)
        elif isinstance(setting := declared[name], Setting) and not setting.low <= value <= setting.high:
            allowed = f"{setting.low:g} to {setting.high:g} ({setting.unit})"
            yield draft.problem((*key, name), f"{shown(value)} is out of range", value, allowed, setting.help)


def check_explicit(draft: Draft) -> Iterator[Problem]:
    """An explicit layout has choices, and hands regions without one to another layout."""
    for section in ("plan", "neutral"):
        plan = getattr(draft.scenario, section)
        if plan.layout == "explicit" and not plan.choices and not plan.matrix:
            yield draft.problem((section, "layout"), "`explicit` needs the choices it consists of", plan.layout,
                                remedy=f"name a CSV file in {section}.matrix, or write {section}.choices")  # fmt: skip
        first: dict[tuple[int, str, str], int] = {}
        efforts: dict[tuple[int, str], int] = {}
        for row, choice in enumerate(plan.choices):
            triple, key = (choice.term, choice.region, choice.industry), (section, "choices", row)
            if triple in first:
                other = draft.problem((section, "choices", first[triple]), "").line
                message = f"{shown(triple[1])} promotes {shown(triple[2])} twice; the other stands on line {other}"
                yield draft.problem(key, message, remedy="keep one, with the weight that is meant")
            first.setdefault(triple, row)
            known = efforts.setdefault((choice.term, choice.region), row)
            if plan.choices[known].effort != choice.effort:
                other = draft.problem((section, "choices", known), "").line
                message = (
                    f"{shown(choice.region)} has two efforts in term {choice.term}; the other stands on line {other}"
                )
                yield draft.problem((*key, "effort"), message, choice.effort, remedy="write the same into both rows")
            if plan.budget * choice.effort > 0.5:
                message = f"with a budget of {plan.budget:g} this region would spend more than half of its income"
                yield draft.problem((*key, "effort"), message, choice.effort, f"at most {0.5 / plan.budget:g}")
        if plan.choices and all(choice.term > 1 for choice in plan.choices):
            yield draft.problem((section, "choices", 0, "term"), "no choice says what the first plan is",
                                plan.choices[0].term, remedy="number the terms from 1")  # fmt: skip
        if plan.elsewhere == "explicit":
            yield draft.problem((section, "elsewhere"), "cannot be `explicit` itself", plan.elsewhere,
                                remedy="balanced is a neutral choice")  # fmt: skip


# -- what policies and shocks ask for that would go unheard ---------------------------------------------


def check_selections(draft: Draft, known: Mapping[str, Mapping[str, Any]] | None = None) -> Iterator[Problem]:
    """Policies and shocks are limited only to what they tell apart: a slump of demand has industries, no regions."""
    registries = known_things() if known is None else known
    for kind, section in KINDS:
        for row, event in enumerate(getattr(draft.scenario, section)):
            declared = registries.get(kind, {}).get(getattr(event, kind))
            for selection in ("regions", "industries"):
                if declared is None or not getattr(event, selection) or selection in declared.by:
                    continue
                other = f"it may be limited to {declared.by[0]}" if declared.by else "it strikes the whole nation"
                message = f"{declared.name} does not tell {selection} apart: this would change nothing"
                key: Key = (section, row, selection)
                yield draft.problem(key, message, remedy=f"take `{selection}` out; {other}", whole=True)


def check_starts(draft: Draft) -> Iterator[Problem]:
    """Policies and shocks begin within the treatment; a run without treatment has none of them at all."""
    treatment = draft.scenario.years.treatment
    for _kind, section in KINDS:
        for row, event in enumerate(getattr(draft.scenario, section)):
            if at_work(event) and 0 < treatment <= event.start:
                message = f"{event.start} is past the end: the treatment has {treatment} years, counted from 0"
                remedy = f"raise years.treatment above {event.start}, or start it earlier"
                yield draft.problem((section, row, "start"), message, event.start, f"0 to {treatment - 1}", remedy)


def at_work(event: Instrument | ShockEvent) -> bool:
    """Whether it is meant to do anything; years or strength of 0 switch it off."""
    return event.strength > 0.0 and event.years > 0


def check_shares(draft: Draft, known: Mapping[str, Mapping[str, Any]] | None = None) -> Iterator[Problem]:
    """Instruments that run in one region and year take no more than its allowance together.

    Those that come first would be paid and the last would starve. One alone may ask for more: it takes all there is.
    """
    registries = known_things() if known is None else known
    declared = registries.get("policy", {})
    working = [(row, one) for row, one in enumerate(draft.scenario.policies) if one.policy in declared and at_work(one)]
    asked = {row: one.strength * _share(one, declared[one.policy].settings) for row, one in working}
    starts = sorted({one.start for _row, one in working})
    for row, last in working:
        for year, region in product(starts, last.regions or draft.regions or ("",)):
            paid = [other for other, one in working if other <= row and _runs(one, year, region)]
            total = sum(asked[other] for other in paid)
            if _runs(last, year, region) and len(paid) > 1 and total > 1.0 + ROUNDING:
                others = ", ".join(draft.scenario.policies[other].policy for other in paid[:-1])
                where = f" in {region}" if last.regions else ""
                message = f"with {others} before it, asks for {total:.4g} times the yearly allowance{where}"
                remedy = "lower settings.share or strength, or let them run in different years or regions"
                yield draft.problem(("policies", row), message, total, "at most 1 in all", remedy, whole=True)
                break


def _share(one: Instrument, settings: Mapping[str, Any]) -> float:
    """The share of the allowance that a programme asks for; what is no number is reported elsewhere."""
    share = one.settings.get("share", settings["share"].default)
    return float(share) if isinstance(share, (int, float)) else 0.0


def _runs(one: Instrument, year: int, region: str) -> bool:
    """Whether a programme runs in a year, from 0, of the treatment in a region."""
    return one.start <= year < one.start + one.years and (not one.regions or region in one.regions)


# -- parameters ------------------------------------------------------------------------------------------


def check_parameters(draft: Draft) -> Iterator[Problem]:
    """Parameters and switches are declared, and parameters lie between their bounds."""
    from sim.kernel.declare import MECHANISMS, PARAMETERS

    for name in draft.scenario.mechanisms:
        if name not in MECHANISMS:
            yield _undeclared(draft, ("mechanisms", name), MECHANISMS, "parameters", PARAMETERS)
    for name, value in draft.scenario.parameters.items():
        key: Key = ("parameters", name)
        declared = PARAMETERS.get(name)
        if declared is None:
            yield _undeclared(draft, key, PARAMETERS, "mechanisms", MECHANISMS)
            continue
        allowed = f"{declared.low:g} to {declared.high:g} ({declared.unit})"
        if not declared.low <= value <= declared.high:
            yield draft.problem(key, f"{shown(value)} is out of range", value, allowed, declared.help)
        elif declared.whole and not float(value).is_integer():
            yield draft.problem(key, f"should be a whole number, not {shown(value)}", value, allowed, declared.help)


def _undeclared(draft: Draft, key: Key, known: Mapping[str, Any], other: str, others: Mapping[str, Any]) -> Problem:
    name = str(key[-1])
    if name in others:
        return draft.problem(key, f"unknown key {shown(name)}", remedy=f"it belongs under `{other}`", whole=True)
    return unknown_key(draft.tree, key, known)


@dataclass(frozen=True)
class Stability:
    """A product of parameters that must stay below a limit, or the model explodes."""

    parameters: tuple[str, ...]
    limit: float
    reason: str
    mechanism: str = ""
    """It holds only where this mechanism is on; "" for always."""


STABILITY = (
    Stability(
        ("price_speed", "variety_elasticity", "normal_utilisation"),
        2.0,
        "prices would overshoot further every year",
    ),
    Stability(
        ("price_speed", "niche_elasticity", "normal_utilisation"),
        2.0,
        "prices would overshoot further every year in crowded niches",
        "niches",
    ),
)


def check_niches(draft: Draft) -> Iterator[Problem]:
    """Firms of a niche are closer substitutes than niches."""
    from sim.kernel.declare import PARAMETERS

    given = draft.scenario.parameters
    if not draft.scenario.mechanisms.get("niches", False) or "niche_elasticity" not in PARAMETERS:
        return
    within, between = (
        float(given.get(name, PARAMETERS[name].default)) for name in ("niche_elasticity", "variety_elasticity")
    )
    if within <= between:
        told = f"niche_elasticity {within:g} is not above variety_elasticity {between:g}"
        yield draft.problem(("parameters",), told, within, f"above {between:g}", "raise it, or lower the other")


def check_stability(draft: Draft, conditions: Iterable[Stability] = STABILITY) -> Iterator[Problem]:
    """Every stability condition whose parameters are all declared holds."""
    from sim.kernel.declare import PARAMETERS

    given = draft.scenario.parameters
    for condition in conditions:
        if not all(name in PARAMETERS for name in condition.parameters):
            continue
        if condition.mechanism and not draft.scenario.mechanisms.get(condition.mechanism, False):
            continue
        values = [float(given.get(name, PARAMETERS[name].default)) for name in condition.parameters]
        product = math.prod(values)
        if product < condition.limit:
            continue
        told = " x ".join(f"{name} {value:g}" for name, value in zip(condition.parameters, values, strict=True))
        written = [name for name in condition.parameters if name in given]
        key: Key = ("parameters", written[0]) if written else ("parameters",)
        yield draft.problem(key, f"{told} = {product:g}: {condition.reason}", product,
                            f"a product below {condition.limit:g}", "lower one of them")  # fmt: skip


CHECKS: tuple[Check, ...] = (
    check_regions,
    check_industries,
    check_chains,
    check_places,
    check_registered,
    check_selections,
    check_starts,
    check_shares,
    check_explicit,
    check_parameters,
    check_stability,
    check_niches,
    check_memory,
)
