"""Foreign trade: what the nation sells to the rest of the world and buys from it, and on what terms."""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.declare import metric
from sim.kernel.world import World
from sim.metrics.columns import local_industry_table
from sim.metrics.formulas.arithmetic import Array, quotient, ratio

BALANCE = "Eaton & Kortum 2002 (balanced trade); System of National Accounts 2008"
TERMS = "System of National Accounts 2008, ch. 15 (chained indices)"


def trades(world: World) -> bool:
    """Whether the nation sells abroad."""
    return bool(world.p.open_economy and world.p.imports)


@metric("exports", unit="1", formula="goods sold abroad / national expenditure", source=BALANCE, theme="chain")
def exports(world: World) -> float:
    """What the nation sells abroad, over national expenditure."""
    return quotient(float(local_industry_table(world).exports.sum()), float(world.expenditure))


@metric("imports", unit="1", formula="goods bought abroad / national expenditure", source=BALANCE, theme="chain")
def imports(world: World) -> float:
    """What the nation buys abroad, over national expenditure."""
    return quotient(float(local_industry_table(world).imports.sum()), float(world.expenditure))


@metric("exchange_rate", unit="home money/foreign money", formula="e, 1 in year 0", source=BALANCE, theme="chain")
def exchange_rate(world: World) -> float:
    """Price of foreign money; undefined where the nation does not sell abroad."""
    return float(world.exchange) if trades(world) else math.nan


@metric("terms_of_trade", unit="1",
        formula="chained price of exports / (e x chained price of imports abroad), firm by firm, last year's weights",
        source=TERMS, theme="chain", better="more")  # fmt: skip
def terms_of_trade(world: World) -> float:
    """Price of exports over that of imports, 1 in year 0; undefined where the nation does not sell abroad."""
    return float(world.barter / world.exchange) if trades(world) else math.nan


@metric("industry_export_share", level="industry", unit="1", formula="goods sold abroad / sales", source=BALANCE,
        theme="chain")  # fmt: skip
def industry_export_share(world: World) -> Array:
    """Share of the industry's sales that goes abroad."""
    here = local_industry_table(world)
    return ratio(here.exports.sum(axis=0), here.sales.sum(axis=0))


@metric("region_export_share", level="region", unit="1", formula="goods sold abroad / sales", source=BALANCE,
        theme="chain")  # fmt: skip
def region_export_share(world: World) -> Array:
    """Share of the region's sales that goes abroad."""
    here = local_industry_table(world)
    return ratio(here.exports.sum(axis=1), here.sales.sum(axis=1))


@metric("local_industry_export_share", level="local_industry", unit="1", formula="goods sold abroad / sales",
        source=BALANCE, theme="chain")  # fmt: skip
def local_industry_export_share(world: World) -> Array:
    """Share of the sales of the industry in the region that goes abroad."""
    return ratio(local_industry_table(world).exports, local_industry_table(world).sales)


def export_position(world: World) -> tuple[Array, Array]:
    """Share of each local industry in its industry's exports, and its own export share over the nation's; (R, S)."""
    here = local_industry_table(world)
    sold = np.asarray(here.exports)
    nation = quotient(float(sold.sum()), float(here.sales.sum()))
    return ratio(sold, sold.sum(axis=0)), ratio(ratio(sold, here.sales), nation)
