"""Dated changes: a World takes over the parameters, plan and programmes of a scenario that changed.

What follows from parameters alone is made again by the functions that make it at the opening. What was drawn, measured
or built stays: first firms, scale of money, fit of places, normalisers of the fork year, savings of programmes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.kernel.declare import MECHANISMS, PARAMETERS, parameter_record
from sim.kernel.scenario_types import Instrument, Scenario
from sim.kernel.typed import Parameters
from sim.kernel.world import World
from sim.model.opening.industries import relate_industries
from sim.model.opening.orders import resolve_plan, resolve_policy, resolve_shock
from sim.model.opening.places import open_gateways
from sim.model.policies.registry import Programme
from sim.model.rules import market


def adopt(world: World, scenario: Scenario) -> None:
    """From the year that begins now on, `scenario` applies: the same but for keys that may change in this year.

    Parameters, switches, programmes and shocks act at once; a plan counts its years as before and acts when it is
    renewed.
    """
    before, world.p = world.p, parameter_record(dict(scenario.parameters), dict(scenario.mechanisms))
    if any(getattr(before, name) != getattr(world.p, name) for name in (*MECHANISMS, *PARAMETERS)):
        follow_parameters(world, before)
    start = world.plan.start
    world.plan = resolve_plan(scenario.plan if world.treated else scenario.neutral, world, start=start)
    if world.treated:
        world.policies = [
            continued(programme, section, world)
            for programme, section in zip(world.policies, scenario.policies, strict=True)
        ]
        world.shocks = [resolve_shock(section, world) for section in scenario.shocks]


def follow_parameters(world: World, before: Parameters) -> None:
    """Make again what a World keeps that follows from parameters: weights of neighbours, freeness of trade, gateways,
    relatedness. `before` are the parameters until now."""
    p = world.p
    world.kernels = {}
    if world.freeness is not None:
        # Protection is added again when instruments are paid, later in the same year.
        protected, world.freeness = world.open_freeness is not None, None
        fresh = market.trade_freeness(world)
        world.open_freeness = fresh if protected else None
    if p.gateways != before.gateways:
        open_gateways(world.regions, float(p.gateways))
    if p.chain_relatedness != before.chain_relatedness:
        shares = np.asarray(world.input_shares)
        world.relatedness = relate_industries(world.industries, shares, float(p.chain_relatedness))


def continued(programme: Programme, section: Instrument, world: World) -> Programme:
    """A programme with the numbers of `section`, that keeps its savings and what it remembers.

    One that has begun and is switched off, by strength or years of 0, is over: it winds up as at its usual end.
    """
    fresh = resolve_policy(section, world, programme.serial)
    strength, years = fresh.strength, fresh.years
    if world.year - world.fork_year > programme.start and programme.strength > 0.0 and programme.years > 0:
        years = 1 if strength == 0.0 else max(years, 1)
        strength = strength or programme.strength
    return replace(programme, strength=strength, years=years, settings=fresh.settings)
