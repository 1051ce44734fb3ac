"""Margins and zombies by region, industry and tier: where prices cover little, and who is kept alive."""

from __future__ import annotations

from sim.kernel.declare import metric
from sim.kernel.world import World
from sim.metrics.capacity import MARGIN, ZOMBIE
from sim.metrics.columns import by_local_industry, by_tier, firms_here, living, sales_here
from sim.metrics.formulas.arithmetic import Array, ratio
from sim.metrics.sharing import shared


@shared
def variable_cost(world: World) -> Array:
    """Variable cost of the living firms' output by region and industry, shape (R, S)."""
    firms = living(world)
    return by_local_industry(world, firms, firms.unit_cost * firms.output)


@shared
def zombies(world: World) -> Array:
    """Firms that a bail-out keeps alive by region and industry, shape (R, S)."""
    firms = living(world)
    return by_local_industry(world, firms, firms.zombie.astype(float))


@metric("region_price_cost_margin", level="region", unit="1", formula="sum (sales - c q) / sum of sales in the region",
        source=MARGIN, theme="capacity")  # fmt: skip
def region_price_cost_margin(world: World) -> Array:
    """Price over variable cost of the region's firms, as a share of price, weighted by sales."""
    return 1.0 - ratio(variable_cost(world).sum(axis=1), sales_here(world).sum(axis=1))


@metric("industry_price_cost_margin", level="industry", unit="1",
        formula="sum (sales - c q) / sum of sales in the industry", source=MARGIN, theme="capacity")  # fmt: skip
def industry_price_cost_margin(world: World) -> Array:
    """Price over variable cost of the industry's firms, as a share of price, weighted by sales."""
    return 1.0 - ratio(variable_cost(world).sum(axis=0), sales_here(world).sum(axis=0))


@metric("tier_price_cost_margin", level="tier", unit="1", formula="sum (sales - c q) / sum of sales on the tier",
        source=MARGIN, theme="capacity")  # fmt: skip
def tier_price_cost_margin(world: World) -> Array:
    """Price over variable cost of firms on each tier, as a share of price, weighted by sales."""
    firms = living(world)
    return 1.0 - ratio(by_tier(firms, firms.unit_cost * firms.output), by_tier(firms, firms.sales))


@metric("region_zombie_share", level="region", unit="1", formula="firms kept alive by a bail-out / firms in the region",
        source=ZOMBIE, theme="capacity", better="less")  # fmt: skip
def region_zombie_share(world: World) -> Array:
    """Share of the region's firms that a bail-out keeps alive."""
    return ratio(zombies(world).sum(axis=1), firms_here(world).sum(axis=1))


@metric("industry_zombie_share", level="industry", unit="1",
        formula="firms kept alive by a bail-out / firms in the industry", source=ZOMBIE, theme="capacity",
        better="less")  # fmt: skip
def industry_zombie_share(world: World) -> Array:
    """Share of the industry's firms that a bail-out keeps alive."""
    return ratio(zombies(world).sum(axis=0), firms_here(world).sum(axis=0))


@metric("tier_zombie_share", level="tier", unit="1", formula="firms kept alive by a bail-out / firms on the tier",
        source=ZOMBIE, theme="capacity", better="less")  # fmt: skip
def tier_zombie_share(world: World) -> Array:
    """Share of the firms on each tier that a bail-out keeps alive."""
    firms = living(world)
    return ratio(by_tier(firms, firms.zombie.astype(float)), by_tier(firms))
