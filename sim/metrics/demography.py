"""Demography by region, industry and tier: how many firms come and go, against those that lived as the year began.

NaN where nobody was, and everywhere in a year whose beginning was not noted.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.declare import metric
from sim.kernel.world import Event, Origin, World
from sim.metrics.columns import TIERS, by_local_industry, by_tier, event_table, living, rows_at_start
from sim.metrics.formulas.arithmetic import Array, group_sum, ratio
from sim.metrics.population import DEMOGRAPHY
from sim.metrics.sharing import shared


@shared
def events_here(world: World, event: Event) -> Array:
    """Events of a kind this year by region and industry, shape (R, S), where the firm stood at that moment."""
    events = event_table(world)
    return by_local_industry(world, events[np.flatnonzero(events.event == event)])


@shared
def started_here(world: World) -> Array:
    """Firms by region and industry as the year began, shape (R, S); NaN when that was not noted."""
    start, shape = world.at_start, world.local_industries.shape
    if not start:
        return np.full(shape, math.nan)
    pair = start["region"].astype(np.int64) * shape[1] + start["industry"]
    return group_sum(pair, shape[0] * shape[1]).reshape(shape)


@shared
def started_by_tier(world: World) -> Array:
    """Firms on each tier as the year began, shape (T,); NaN when that was not noted."""
    start = world.at_start
    return group_sum(start["tier"], TIERS) if start else np.full(TIERS, math.nan)


@metric("region_entry_rate", level="region", unit="1/year", formula="entrants in the region / its firms at the start",
        source=DEMOGRAPHY, theme="population")  # fmt: skip
def region_entry_rate(world: World) -> Array:
    """Firms that entered the region's markets this year over those that stood there as it began; moves do not count."""
    return ratio(events_here(world, Event.ENTRY).sum(axis=1), started_here(world).sum(axis=1))


@metric("industry_entry_rate", level="industry", unit="1/year",
        formula="entrants in the industry / its firms at the start", source=DEMOGRAPHY,
        theme="population")  # fmt: skip
def industry_entry_rate(world: World) -> Array:
    """Firms that entered the industry this year over those it had as the year began."""
    return ratio(events_here(world, Event.ENTRY).sum(axis=0), started_here(world).sum(axis=0))


@metric("tier_entry_rate", level="tier", unit="1/year",
        formula="entrants of the year that live, on the tier / firms on it at the start", source=DEMOGRAPHY,
        theme="population")  # fmt: skip
def tier_entry_rate(world: World) -> Array:
    """Firms that entered this year on each tier and live, over those that stood on it as the year began."""
    firms = living(world)
    fresh = firms[(firms.born == world.year) & (firms.origin != Origin.INITIAL)]
    return ratio(by_tier(fresh), started_by_tier(world))


@metric("region_exit_rate", level="region", unit="1/year", formula="exits in the region / its firms at the start",
        source=DEMOGRAPHY, theme="population")  # fmt: skip
def region_exit_rate(world: World) -> Array:
    """Firms that closed in the region this year over those that stood there as it began."""
    return ratio(events_here(world, Event.EXIT).sum(axis=1), started_here(world).sum(axis=1))


@metric("industry_exit_rate", level="industry", unit="1/year", formula="exits in the industry / its firms at the start",
        source=DEMOGRAPHY, theme="population")  # fmt: skip
def industry_exit_rate(world: World) -> Array:
    """Firms of the industry that closed this year over those it had as the year began."""
    return ratio(events_here(world, Event.EXIT).sum(axis=0), started_here(world).sum(axis=0))


@metric("tier_exit_rate", level="tier", unit="1/year", formula="firms on the tier at the start that left / firms on it",
        source=DEMOGRAPHY, theme="population")  # fmt: skip
def tier_exit_rate(world: World) -> Array:
    """Share of the firms that stood on each tier as the year began and closed in it."""
    start = world.at_start
    if not start:
        return np.full(TIERS, math.nan)
    gone = rows_at_start(world) < 0
    return ratio(group_sum(start["tier"][gone], TIERS), started_by_tier(world))
