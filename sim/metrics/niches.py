"""Niches: how many there are, how crowded they are, and what crowding does to mark-ups."""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.declare import metric
from sim.kernel.world import World
from sim.metrics.columns import living
from sim.metrics.formulas.arithmetic import Array, quotient
from sim.metrics.sharing import shared

NESTED = "Hottman, Redding & Weinstein 2016"
RIVALRY = "Atkeson & Burstein 2008; Hottman, Redding & Weinstein 2016"


@shared
def sharing(world: World) -> Array:
    """How many firms there are in each firm's niche, itself included, shape (N,); 0 where firms have no niches."""
    if not world.p.niches:
        return np.zeros(len(living(world)), dtype=np.int64)
    _, row, counts = np.unique(living(world).niche, return_inverse=True, return_counts=True)
    return np.asarray(counts[row])


def mean_margin_where(world: World, chosen: Array) -> float:
    """Mean over some firms that sell of price over variable cost, as a share of price; NaN if there are none."""
    firms = living(world)
    chosen = chosen & (firms.sales > 0.0)
    return float((1.0 - firms.unit_cost[chosen] / firms.price[chosen]).mean()) if chosen.any() else math.nan


@metric("niches", unit="niches", formula="number of niches in which a firm lives", source=NESTED, theme="structure")
def niches(world: World) -> float:
    """Niches of close substitutes; undefined where firms have none."""
    return float((1.0 / sharing(world)).sum()) if world.p.niches else math.nan


@metric("industry_niches", level="industry", unit="niches", formula="number of niches in which a firm lives",
        source=NESTED, theme="structure")  # fmt: skip
def industry_niches(world: World) -> Array:
    """Niches of close substitutes in the industry; undefined where firms have none."""
    count = len(world.industries)
    if not world.p.niches:
        return np.full(count, math.nan)
    return np.bincount(living(world).industry, weights=1.0 / sharing(world), minlength=count)


@metric("crowded_share", unit="1", formula="firms that share their niche with another / N", source=NESTED,
        theme="structure")  # fmt: skip
def crowded_share(world: World) -> float:
    """Share of firms in crowded niches: those with a rival that sells a close substitute."""
    if not world.p.niches:
        return math.nan
    return quotient(float(np.count_nonzero(sharing(world) > 1)), float(len(living(world))))


@metric("margin_alone", unit="1", formula="mean of (p - c)/p over firms that have their niche to themselves",
        source=RIVALRY, theme="capacity")  # fmt: skip
def margin_alone(world: World) -> float:
    """Price over variable cost, as a share of price, of firms alone in their niche."""
    return mean_margin_where(world, sharing(world) == 1)


@metric("margin_crowded", unit="1", formula="mean of (p - c)/p over firms that share their niche", source=RIVALRY,
        theme="capacity")  # fmt: skip
def margin_crowded(world: World) -> float:
    """Price over variable cost, as a share of price, of firms in crowded niches."""
    return mean_margin_where(world, sharing(world) > 1)


@metric("copying_share", unit="1", formula="firms of the year that joined a niche / firms of the year",
        source="Koellinger 2008; Lin, Wu & Xing 2010", theme="structure")  # fmt: skip
def copying_share(world: World) -> float:
    """Share of this year's new firms that copy; undefined where none began or firms have no niches."""
    if not world.p.niches:
        return math.nan
    new = living(world).born == world.year
    return quotient(float(np.count_nonzero(living(world).copied[new])), float(np.count_nonzero(new)))
