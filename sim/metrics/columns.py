"""Sums over living firms by place, industry and tier, that several themes share.

Flows of the year (sales, output, R&D) stand in the branch table and include firms that closed at its end; stocks
(firms, capacity, workers) are counted here from the firms that live.
"""

from __future__ import annotations

import numpy as np

from sim.metrics.formulas.arithmetic import Array, group_sum
from sim.state import Records, Tier, World

TIERS = len(Tier)


def living(world: World) -> Records:
    """The firms that live, shape (N,); a view when all of them do, as they do at the end of a year."""
    firms = world.firms
    return firms if firms.living.all() else firms[firms.living]


def by_branch(world: World, firms: Records, values: Array | None = None) -> Array:
    """Sum of `values` (N,) of `firms` (1 each if omitted) by region and industry, shape (R, S)."""
    regions, industries = world.branches.shape
    place = firms.region.astype(np.int64) * industries + firms.industry
    return group_sum(place, regions * industries, values).reshape(regions, industries)


def employment(world: World) -> Array:
    """Workers by region and industry, shape (R, S)."""
    firms = living(world)
    return by_branch(world, firms, firms.labour)


def firms_here(world: World) -> Array:
    """Living firms by region and industry, shape (R, S)."""
    return by_branch(world, living(world))


def by_industry(world: World, firms: Records, values: Array | None = None) -> Array:
    """Sum of `values` (N,) by industry, shape (S,)."""
    return group_sum(firms.industry, len(world.industries), values)


def by_region(world: World, firms: Records, values: Array | None = None) -> Array:
    """Sum of `values` (N,) by region, shape (R,)."""
    return group_sum(firms.region, len(world.regions), values)


def by_tier(firms: Records, values: Array | None = None) -> Array:
    """Sum of `values` (N,) by tier, shape (T,)."""
    return group_sum(firms.tier, TIERS, values)


def national_mix(world: World) -> Array:
    """Share of each industry in all spending, final and intermediate, shape (S,)."""
    spending = world.branches.spending.sum(axis=0)
    total = spending.sum()
    return np.asarray(spending / total) if total > 0.0 else np.zeros(len(spending))


def promotion_money(world: World) -> Array:
    """What plans put into every branch, shape (R, S): announced shares times budgets.

    Where nobody has a budget (a plan that is announced and spends nothing), the announced shares themselves.
    """
    budgets = np.asarray(world.regions.budget)
    weight = budgets if budgets.sum() > 0.0 else np.ones(len(budgets))
    return np.asarray(world.branches.promoted * weight[:, None])
