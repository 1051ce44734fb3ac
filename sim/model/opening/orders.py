"""What a scenario orders: plans, policies and shocks with names turned into rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.kernel.declare import Setting
from sim.kernel.money import Mix
from sim.kernel.scenario_types import Instrument, Plan, Scenario, ShockEvent
from sim.kernel.world import World
from sim.model.plans.planning import PlanInForce
from sim.model.policies.registry import POLICIES, Programme, dismiss
from sim.model.schedule import take_norms
from sim.model.shocks.registry import SHOCKS, Blow

Array = np.ndarray[Any, Any]


def resolve_plan(plan: Plan, world: World, start: int) -> PlanInForce:
    """A scenario's plan with names turned into rows."""
    hot = np.array([1.0 if name in plan.hot else 0.0 for name in world.industry_names])
    choices, effort = resolve_choices(plan, world)
    return PlanInForce(
        layout=plan.layout, imitation=plan.imitation, industries=plan.industries, budget=plan.budget, every=plan.every,
        basis=plan.basis, entry_share=plan.entry_share, research_share=plan.research_share, hot=hot, hot_by=plan.hot_by,
        mix=np.array([getattr(plan.mix, use) for use in Mix._fields[:-1]]), by_size=plan.money == "size",
        choices=choices, effort=effort, elsewhere=plan.elsewhere, start=start,
    )  # fmt: skip


def resolve_choices(plan: Plan, world: World) -> tuple[Array, Array]:
    """Weights (T, R, S) and efforts (T, R) of an explicit plan by term; one without any choice goes on as the last."""
    terms = max((choice.term for choice in plan.choices), default=1)
    regions, industries = world.local_industries.shape
    choices, effort = np.zeros((terms, regions, industries)), np.ones((terms, regions))
    stated = {choice.term for choice in plan.choices}
    for choice in plan.choices:
        region = world.region_names.index(choice.region)
        choices[choice.term - 1, region, world.industry_names.index(choice.industry)] += choice.weight
        effort[choice.term - 1, region] = choice.effort
    for term in range(1, terms):
        if term + 1 not in stated:
            choices[term], effort[term] = choices[term - 1], effort[term - 1]
    return choices, effort


def mask(names: tuple[str, ...], known: list[str]) -> Array:
    """Which of `known` are named; all when none is."""
    return np.array([not names or name in names for name in known])


def settled(declared: Mapping[str, Setting], given: Mapping[str, Any]) -> dict[str, float]:
    """Settings of a policy or shock: what the scenario says, else the defaults."""
    return {name: float(given.get(name, setting.default)) for name, setting in declared.items()}


def resolve_policy(section: Instrument, world: World, serial: int) -> Programme:
    """A scenario's instrument, the `serial`-th of its kind, with names turned into rows and settings completed."""
    return Programme(
        section.policy, section.start, section.years, section.strength,
        mask(section.regions, world.region_names), mask(section.industries, world.industry_names),
        settled(POLICIES[section.policy].settings, section.settings), serial,
    )  # fmt: skip


def resolve_shock(section: ShockEvent, world: World) -> Blow:
    """A scenario's shock with names turned into rows and settings completed."""
    return Blow(
        section.shock, section.start, section.years, section.strength,
        mask(section.regions, world.region_names), mask(section.industries, world.industry_names),
        settled(SHOCKS[section.shock].settings, section.settings),
    )  # fmt: skip


def treat(world: World, scenario: Scenario) -> None:
    """From the present state on, the plan, policies and shocks of `scenario` apply; normalisers are taken."""
    world.settle()  # normalisers are sums over rows
    dismiss(world)
    take_norms(world)
    world.treated = True
    world.plan = resolve_plan(scenario.plan, world, start=world.year + 1)
    kinds = [section.policy for section in scenario.policies]
    world.policies = [
        resolve_policy(section, world, kinds[:row].count(section.policy))
        for row, section in enumerate(scenario.policies)
    ]
    world.shocks = [resolve_shock(section, world) for section in scenario.shocks]
