"""Capacity: how much of it is used, how much stands idle, and what that does to margins."""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import metric
from sim.kernel.world import World
from sim.metrics.columns import (
    by_industry,
    by_tier,
    capacity_here,
    cell_table,
    living,
    local_industry_table,
    output_here,
    profit_here,
    sales_here,
)
from sim.metrics.formulas.arithmetic import Array, quotient, ratio
from sim.metrics.sharing import shared

UTILISATION = "National Bureau of Statistics of China, capacity utilisation survey; Nelson 1989 for the concepts"
MARGIN = "Collins & Preston 1969; Domowitz, Hubbard & Petersen 1986"
ZOMBIE = "Caballero, Hoshi & Kashyap 2008 (concept)"
WAVE = "Lin, Wu & Xing 2010 (wave phenomenon)"


@metric("utilisation", unit="1", formula="sum q / sum K", source=UTILISATION, theme="capacity")
def utilisation(world: World) -> float:
    """Share of capacity that was used."""
    return quotient(float(output_here(world).sum()), float(capacity_here(world).sum()))


@metric("region_utilisation", level="region", unit="1", formula="sum q / sum K in the region", source=UTILISATION,
        theme="capacity")  # fmt: skip
def region_utilisation(world: World) -> Array:
    """Share of the region's capacity that was used."""
    return ratio(output_here(world).sum(axis=1), capacity_here(world).sum(axis=1))


@metric("industry_utilisation", level="industry", unit="1", formula="sum q / sum K in the industry",
        source=UTILISATION, theme="capacity")  # fmt: skip
def industry_utilisation(world: World) -> Array:
    """Share of the industry's capacity that was used."""
    return ratio(output_here(world).sum(axis=0), capacity_here(world).sum(axis=0))


@metric("local_industry_utilisation", level="local_industry", unit="1", formula="sum q / sum K in the local industry",
        source=UTILISATION, theme="capacity")  # fmt: skip
def local_industry_utilisation(world: World) -> Array:
    """Share of the capacity of the industry in the region that was used."""
    return ratio(output_here(world), capacity_here(world))


@metric(
    "local_industry_capacity",
    level="local_industry",
    unit="goods",
    formula="sum K",
    source="accounting",
    theme="capacity",
)
def local_industry_capacity(world: World) -> Array:
    """Installed capacity of the industry in the region."""
    return capacity_here(world)


@shared
def excess(world: World) -> tuple[Array, Array]:
    """Capacity beyond demand at normal utilisation, not below 0, and demand, by industry, in goods; each (S,)."""
    firms = living(world)
    demand = by_industry(world, firms, firms.demand)
    return np.maximum(capacity_here(world).sum(axis=0) - demand / world.p.normal_utilisation, 0.0), demand


@metric("industry_excess_capacity", level="industry", unit="1", formula="max(0, K_s - d_s/u_n) / d_s", source=WAVE,
        theme="capacity", better="less")  # fmt: skip
def industry_excess_capacity(world: World) -> Array:
    """Capacity of the industry beyond its demand at normal utilisation, over demand."""
    idle, demand = excess(world)
    return ratio(idle, demand)


@metric("excess_capacity", unit="1", formula="sum_s c_s max(0, K_s - d_s/u_n) / sum_s c_s d_s, c mean unit cost",
        source=WAVE, theme="capacity", better="less")  # fmt: skip
def excess_capacity(world: World) -> float:
    """Capacity beyond demand at normal utilisation, over demand, both valued at unit cost."""
    firms = living(world)
    idle, demand = excess(world)
    value = by_industry(world, firms, firms.unit_cost * firms.capacity)
    cost = np.nan_to_num(ratio(value, capacity_here(world).sum(axis=0)))
    return quotient(float(cost @ idle), float(cost @ demand))


@metric("worst_utilisation", unit="1", formula="min over industries of industry_utilisation", source=UTILISATION,
        theme="capacity", better="more")  # fmt: skip
def worst_utilisation(world: World) -> float:
    """Utilisation of the industry where it is lowest."""
    used = ratio(output_here(world).sum(axis=0), capacity_here(world).sum(axis=0))
    used = used[~np.isnan(used)]
    return float(used.min()) if len(used) else float("nan")


@metric("capacity_coming", unit="1", formula="sum of capacity under construction / sum K", source=WAVE,
        theme="capacity")  # fmt: skip
def capacity_coming(world: World) -> float:
    """Capacity under construction over installed capacity."""
    return quotient(float(living(world).building.sum()), float(capacity_here(world).sum()))


@metric("idle_parks", unit="1", formula="capacity of empty parks / sum K", source="model section 4.5", theme="capacity",
        better="less")  # fmt: skip
def idle_parks(world: World) -> float:
    """Capacity of parks that stands empty, over installed capacity."""
    return quotient(float(cell_table(world).park.sum()), float(capacity_here(world).sum()))


@metric("region_idle_parks", level="region", unit="goods", formula="sum of the empty capacity of parks",
        source="model section 4.5", theme="capacity", better="less")  # fmt: skip
def region_idle_parks(world: World) -> Array:
    """Capacity of parks in the region that stands empty."""
    return np.bincount(cell_table(world).region, weights=cell_table(world).park, minlength=len(world.regions))


@metric("mean_margin", unit="1", formula="sum of profit / sum of sales", source=MARGIN, theme="capacity")
def mean_margin(world: World) -> float:
    """Profit after all costs, capital included, over sales."""
    return quotient(float(profit_here(world).sum()), float(sales_here(world).sum()))


@metric("industry_margin", level="industry", unit="1", formula="sum of profit / sum of sales in the industry",
        source=MARGIN, theme="capacity")  # fmt: skip
def industry_margin(world: World) -> Array:
    """Profit of the industry after all costs over its sales."""
    return ratio(profit_here(world).sum(axis=0), sales_here(world).sum(axis=0))


@metric("region_margin", level="region", unit="1", formula="sum of profit / sum of sales in the region",
        source=MARGIN, theme="capacity")  # fmt: skip
def region_margin(world: World) -> Array:
    """Profit of the region's firms after all costs over their sales."""
    return ratio(profit_here(world).sum(axis=1), sales_here(world).sum(axis=1))


@metric("price_cost_margin", unit="1", formula="sum (sales - c q) / sum of sales", source=MARGIN, theme="capacity")
def price_cost_margin(world: World) -> float:
    """Price over variable cost, as a share of price, weighted by sales."""
    firms = living(world)
    sales = float(sales_here(world).sum())
    return quotient(sales - float(firms.unit_cost @ firms.output), sales)


@metric("loss_making_share", unit="1", formula="share of firms with profit < 0", source=MARGIN, theme="capacity",
        better="less")  # fmt: skip
def loss_making_share(world: World) -> float:
    """Share of firms that lose money."""
    firms = living(world)
    return quotient(float(np.count_nonzero(firms.profit < 0.0)), float(len(firms)))


@metric("zombie_share", unit="1", formula="firms kept alive by a bail-out / N", source=ZOMBIE, theme="capacity",
        better="less")  # fmt: skip
def zombie_share(world: World) -> float:
    """Share of firms that a bail-out keeps alive."""
    firms = living(world)
    return quotient(float(np.count_nonzero(firms.zombie)), float(len(firms)))


@metric("unmet_demand", unit="1", formula="1 - sum of what buyers paid for / sum of what they would spend",
        source="rationing, Bénassy 1975; model section 4.0", theme="capacity", better="less")  # fmt: skip
def unmet_demand(world: World) -> float:
    """Share of spending that found no goods."""
    ordered = float(local_industry_table(world).spending.sum())
    return quotient(ordered - float(local_industry_table(world).paid.sum()), ordered)


@metric("industry_unmet_demand", level="industry", unit="1", formula="1 - paid / spending on the industry",
        source="rationing, Bénassy 1975; model section 4.0", theme="capacity", better="less")  # fmt: skip
def industry_unmet_demand(world: World) -> Array:
    """Share of spending on the industry that found no goods."""
    ordered = local_industry_table(world).spending.sum(axis=0)
    return ratio(ordered - local_industry_table(world).paid.sum(axis=0), ordered)


@metric("tier_utilisation", level="tier", unit="1", formula="sum q / sum K on the tier", source=UTILISATION,
        theme="capacity")  # fmt: skip
def tier_utilisation(world: World) -> Array:
    """Share of capacity used by firms on each tier."""
    firms = living(world)
    return ratio(by_tier(firms, firms.output), by_tier(firms, firms.capacity))
