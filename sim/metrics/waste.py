"""Waste: capital that stands idle, and capital that goes when firms close.

Idle capital is a stock at the end of the year, scrapped capital is what went during it. Empty places in parks are no
firm's capital and are counted by `idle_parks`; capacity still under construction is in neither.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.declare import metric
from sim.kernel.world import World
from sim.metrics.columns import by_region, living, rows_at_start
from sim.metrics.formulas.arithmetic import Array, group_sum
from sim.metrics.sharing import shared
from sim.metrics.welfare import idle_capital

IDLE = "Lin, Wu & Xing 2010; accounting"
SUNK = "Ramey & Shapiro 2001, Journal of Political Economy 109 (most of the value of capital is lost when plants close)"


@shared
def scrapped(world: World) -> Array:
    """Replacement value of the capacity of firms that closed this year, by region, shape (R,).

    Valued as the year began, where they stood then; NaN when its beginning was not noted. A firm that was founded and
    closed within the year had no capacity when it began.
    """
    start = world.at_start
    if not start:
        return np.full(len(world.regions), math.nan)
    gone = rows_at_start(world) < 0
    return group_sum(start["region"][gone], len(world.regions), start["worth"][gone])


@metric("scrapped_capital", unit="money/year", formula="sum over firms that closed of pk c K as the year began",
        source=SUNK, theme="welfare", better="less")  # fmt: skip
def scrapped_capital(world: World) -> float:
    """Replacement value of capacity that went with firms that closed this year; nothing of it is sold on."""
    return float(scrapped(world).sum())


@metric("region_scrapped_capital", level="region", unit="money/year",
        formula="sum over firms of the region that closed of pk c K as the year began", source=SUNK, theme="welfare",
        better="less")  # fmt: skip
def region_scrapped_capital(world: World) -> Array:
    """Replacement value of capacity that went with firms of the region that closed this year."""
    return scrapped(world)


@metric("region_wasted_capital", level="region", unit="money", formula="sum of pk c max(0, K - q/u_n) in the region",
        source=IDLE, theme="welfare", better="less")  # fmt: skip
def region_wasted_capital(world: World) -> Array:
    """Replacement value of the region's capacity that is idle beyond normal; closed firms are not in it."""
    return by_region(world, living(world), idle_capital(world))


@metric("total_wasted_capital", unit="money", formula="wasted_capital + scrapped_capital", source=f"{IDLE}; {SUNK}",
        theme="welfare", better="less")  # fmt: skip
def total_wasted_capital(world: World) -> float:
    """Capital idle beyond normal at the end of the year plus capital that went with firms that closed during it."""
    return float(idle_capital(world).sum()) + float(scrapped(world).sum())


@metric("region_total_wasted_capital", level="region", unit="money",
        formula="region_wasted_capital + region_scrapped_capital", source=f"{IDLE}; {SUNK}", theme="welfare",
        better="less")  # fmt: skip
def region_total_wasted_capital(world: World) -> Array:
    """The region's capital idle beyond normal plus what went with its firms that closed this year."""
    return by_region(world, living(world), idle_capital(world)) + scrapped(world)
