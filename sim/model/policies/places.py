"""Where instruments help: choices that several of them share. All shapes are (R, S) unless said otherwise.

Instruments see what statistics offices see: last year's sales, orders and numbers of firms.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.world import World
from sim.model.policies.registry import Array, Programme


def chosen(world: World, programme: Programme) -> Array:
    """Local industries the programme may serve: its regions, its industries if they are open; 1 or 0."""
    return np.asarray(np.outer(programme.regions, programme.industries & np.asarray(world.industries.opened)) * 1.0)


def by_plan(world: World, mask: Array) -> Array:
    """Weights within `mask`: what the plan promotes; where it promotes none of it, last year's sales; else even."""
    weights = mask * world.local_industries.promoted
    for other in (mask * world.local_industries.sales, mask):
        weights = np.where(weights.sum(axis=1, keepdims=True) > 0.0, weights, other)
    return np.asarray(weights, dtype=float)


def by_plan_of_programme(world: World, programme: Programme) -> Array:
    """Weights of all that the programme may serve, as the plan has it."""
    return by_plan(world, chosen(world, programme))


def with_firms(world: World, programme: Programme) -> Array:
    """The same, where firms stand that sold something last year."""
    return by_plan(world, chosen(world, programme) * (world.local_industries.sales > 0.0))


def location_quotient(world: World) -> Array:
    """LQ = (sales_rs / sales_r) / (sales_s / sales) of last year; 0 where nothing is sold (Isard 1960)."""
    sales = np.asarray(world.local_industries.sales)
    expected = np.outer(sales.sum(axis=1), sales.sum(axis=0)) / max(float(sales.sum()), 1e-300)
    return np.divide(sales, expected, out=np.zeros_like(sales), where=expected > 0.0)


def input_need(world: World) -> Array:
    """What firms of each region spent on inputs of each industry last year, money."""
    return np.maximum(world.local_industries.spending - world.local_industries.final, 0.0)


def local_coverage(world: World) -> Array:
    """Own sales over the need of the region's firms, last year; 1 where nothing is needed (Miller & Blair 2009)."""
    need = input_need(world)
    return np.divide(world.local_industries.sales, need, out=np.ones_like(need), where=need > 0.0)


def scarce_inputs(world: World, programme: Programme) -> Array:
    """Upstream inputs with few national suppliers, (S,) bool: fewer than `few` times the mean of open industries.

    If none is that scarce, the upstream input with the fewest suppliers.
    """
    industries = world.industries
    opened = np.asarray(industries.opened)
    used = (world.input_shares > 0.0).any(axis=1) & (industries.stage == industries.stage.min())
    core = used & opened & programme.industries
    if not core.any():
        return core
    suppliers = np.where(core, industries.firms, np.inf)
    scarce = core & (suppliers <= programme.settings["few"] * industries.firms[opened].mean())
    return scarce if scarce.any() else core & (suppliers == suppliers.min())


def scarce_here(world: World, programme: Programme) -> Array:
    """Weights of scarce inputs in the regions of the programme."""
    return by_plan(world, chosen(world, programme) * scarce_inputs(world, programme))
