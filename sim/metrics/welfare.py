"""Welfare: what people can buy, what is produced, what the plans cost and waste, and who is left behind.

Never one score alone: these are reported side by side.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.declare import metric
from sim.kernel.world import World
from sim.metrics.columns import living, local_industry_table, region_table
from sim.metrics.formulas.arithmetic import Array, quotient, ratio, weighted_mean
from sim.metrics.formulas.concentration import gini, theil_inequality
from sim.metrics.sharing import shared

CONSUMPTION = "Dixit & Stiglitz 1977; Krugman 1991, Journal of Political Economy 99"
ACCOUNTS = "System of National Accounts 2008"
THEIL = "Theil 1967; Shorrocks 1980"
CARRIED = ("budget", "levy", "brought forward", "carried forward", "owed by next year", "returned to consumers")
"""Ledger accounts that bring money in or move it between years: not spending."""


@metric("real_income", unit="fork-year money", formula="sum_r of CES of delivered final goods, at fork-year prices",
        source=CONSUMPTION, theme="welfare", better="more")  # fmt: skip
def real_income(world: World) -> float:
    """Real consumption of the nation, from goods that were delivered: what households buy, not what they earn."""
    return float(region_table(world).consumption.sum())


@metric("ln_real_income", unit="1", formula="ln real_income", source=CONSUMPTION, theme="welfare", better="more")
def ln_real_income(world: World) -> float:
    """Logarithm of real income: differences between arms are relative."""
    total = float(region_table(world).consumption.sum())
    return math.log(total) if total > 0.0 else math.nan


@metric("region_real_income", level="region", unit="fork-year money", formula="CES of delivered final goods",
        source=CONSUMPTION, theme="welfare", better="more")  # fmt: skip
def region_real_income(world: World) -> Array:
    """Real consumption of the region."""
    return np.asarray(region_table(world).consumption).copy()


@shared
def per_head(world: World) -> Array:
    """Real consumption of every region over its share of the population, shape (R,)."""
    return ratio(region_table(world).consumption, region_table(world).population)


@metric("region_real_income_per_head", level="region", unit="fork-year money",
        formula="real consumption / share of the population", source=CONSUMPTION, theme="welfare",
        better="more")  # fmt: skip
def region_real_income_per_head(world: World) -> Array:
    """Real consumption of the region per share of the population."""
    return per_head(world)


@metric("worst_region_income", unit="1",
        formula="min_r of (c_r / c_r of the fork year) / (c / c of the fork year) (before that year: c_r / c per head)",
        source="Rawls 1971 (maximin)", theme="welfare", better="more")  # fmt: skip
def worst_region_income(world: World) -> float:
    """Real consumption in the region that fared worst since the fork year, net of the nation's growth."""
    before = world.fork_consumption
    if before is None:
        return poorest_region_income(world)
    growth = quotient(float(region_table(world).consumption.sum()), float(np.asarray(before).sum()))
    relative = ratio(region_table(world).consumption, before)
    relative = np.asarray(relative[~np.isnan(relative)] / growth)
    return float(relative.min()) if len(relative) else math.nan


@metric("poorest_region_income", unit="1", formula="min_r of consumption per head / the nation's",
        source="Rawls 1971 (maximin)", theme="welfare", better="more")  # fmt: skip
def poorest_region_income(world: World) -> float:
    """Real consumption per head of the poorest region over the nation's."""
    heads = per_head(world)
    nation = quotient(float(region_table(world).consumption.sum()), float(region_table(world).population.sum()))
    heads = heads[~np.isnan(heads)]
    return quotient(float(heads.min()), nation) if len(heads) else math.nan


@metric("income_theil", unit="nats", formula="sum_r c_r ln(c_r / n_r), shares of consumption and population",
        source=THEIL, theme="welfare", better="less")  # fmt: skip
def income_theil(world: World) -> float:
    """Inequality between regions in real consumption per head."""
    return theil_inequality(region_table(world).consumption, region_table(world).population)


@metric("income_gini", unit="1", formula="Gini coefficient over regions of consumption per head", source="Gini 1912",
        theme="welfare", better="less")  # fmt: skip
def income_gini(world: World) -> float:
    """Inequality between regions in real consumption per head, every region counting alike."""
    heads = per_head(world)
    return gini(heads[~np.isnan(heads)])


@metric("consumer_price", unit="1", formula="sum_r income_r P_r / sum_r income_r, fork year = 1", source=CONSUMPTION,
        theme="welfare", better="less")  # fmt: skip
def consumer_price(world: World) -> float:
    """Cost of living, weighted by income."""
    return weighted_mean(region_table(world).cost_of_living, region_table(world).income)


@metric("region_consumer_price", level="region", unit="1", formula="spending over real consumption", source=CONSUMPTION,
        theme="welfare", better="less")  # fmt: skip
def region_consumer_price(world: World) -> Array:
    """Cost of living in the region."""
    return np.asarray(region_table(world).cost_of_living).copy()


@metric("value_added", unit="money/year", formula="sum of sales less inputs", source=ACCOUNTS, theme="welfare",
        better="more")  # fmt: skip
def value_added(world: World) -> float:
    """Value added of the nation, nominal."""
    return float(local_industry_table(world).value_added.sum())


@metric("real_value_added", unit="fork-year money", formula="sum_r value added_r / cost of living_r", source=ACCOUNTS,
        theme="welfare", better="more")  # fmt: skip
def real_value_added(world: World) -> float:
    """Income that production gives, at consumers' prices: with what is saved, invested, taxed and paid to owners.

    `real_income` is real consumption; the two part when plans, building or trade take goods or give them.
    """
    added = np.asarray(local_industry_table(world).value_added.sum(axis=1))
    return float(np.nansum(ratio(added, region_table(world).cost_of_living)))


@metric("region_value_added", level="region", unit="money/year", formula="sum of sales less inputs", source=ACCOUNTS,
        theme="welfare", better="more")  # fmt: skip
def region_value_added(world: World) -> Array:
    """Value added of the region, nominal."""
    return np.asarray(local_industry_table(world).value_added.sum(axis=1))


@metric("industry_value_added", level="industry", unit="money/year", formula="sum of sales less inputs",
        source=ACCOUNTS, theme="welfare", better="more")  # fmt: skip
def industry_value_added(world: World) -> Array:
    """Value added of the industry, nominal."""
    return np.asarray(local_industry_table(world).value_added.sum(axis=0))


@metric("local_industry_value_added", level="local_industry", unit="money/year", formula="sum of sales less inputs",
        source=ACCOUNTS, theme="welfare", better="more")  # fmt: skip
def local_industry_value_added(world: World) -> Array:
    """Value added of the industry in the region, nominal."""
    return np.asarray(local_industry_table(world).value_added).copy()


@metric(
    "local_industry_sales",
    level="local_industry",
    unit="money/year",
    formula="sum of p q",
    source=ACCOUNTS,
    theme="welfare",
)
def local_industry_sales(world: World) -> Array:
    """Sales of the industry in the region."""
    return np.asarray(local_industry_table(world).sales).copy()


@metric("industry_output", level="industry", unit="goods/year", formula="sum of q", source=ACCOUNTS, theme="welfare",
        better="more")  # fmt: skip
def industry_output(world: World) -> Array:
    """Output of the industry in goods."""
    return np.asarray(local_industry_table(world).output.sum(axis=0))


@metric("industry_price", level="industry", unit="money/goods", formula="sales / output", source=ACCOUNTS,
        theme="welfare", better="less")  # fmt: skip
def industry_price(world: World) -> Array:
    """Mean mill price of the industry's goods."""
    return ratio(local_industry_table(world).sales.sum(axis=0), local_industry_table(world).output.sum(axis=0))


@metric("region_employment", level="region", unit="workers", formula="sum of labour", source=ACCOUNTS, theme="welfare")
def region_employment(world: World) -> Array:
    """Workers in the region."""
    return np.asarray(region_table(world).employment).copy()


@metric("region_wage", level="region", unit="money", formula="wage of a worker", source=ACCOUNTS, theme="welfare",
        better="more")  # fmt: skip
def region_wage(world: World) -> Array:
    """Wage of a worker in the region, nominal."""
    return np.asarray(region_table(world).wage).copy()


@metric("real_wage", unit="1", formula="national wage / consumer_price", source=ACCOUNTS,
        theme="welfare", better="more")  # fmt: skip
def real_wage(world: World) -> float:
    """National wage over the cost of living."""
    return quotient(float(world.wage), consumer_price(world))


@shared
def spending_on_plans(world: World) -> Array:
    """Public outlays of the year by ledger entry, shape (n,): positive, money carried between years left out."""
    ledger = world.ledger
    passing = np.array([name in CARRIED for name in world.accounts], dtype=bool)
    outlay = (ledger.amount < 0.0) & ~passing[ledger.account]
    return np.where(outlay, -ledger.amount, 0.0)


@metric("subsidy", unit="money/year", formula="sum of grants, bail-outs and other outlays in the ledger",
        source=ACCOUNTS, theme="welfare")  # fmt: skip
def subsidy(world: World) -> float:
    """What plans and policies paid out this year."""
    return float(spending_on_plans(world).sum())


@metric("subsidy_share", unit="1", formula="subsidy / national expenditure", source=ACCOUNTS, theme="welfare")
def subsidy_share(world: World) -> float:
    """What plans and policies paid out, over national expenditure."""
    return quotient(subsidy(world), float(world.expenditure))


@metric("region_subsidy", level="region", unit="money/year", formula="outlays in the ledger of the region",
        source=ACCOUNTS, theme="welfare")  # fmt: skip
def region_subsidy(world: World) -> Array:
    """What the region's plan and policies paid out this year."""
    spent = spending_on_plans(world)
    own = world.ledger.region >= 0
    return np.bincount(world.ledger.region[own], weights=spent[own], minlength=len(world.regions))


@shared
def idle_capital(world: World) -> Array:
    """Replacement value of each living firm's capacity beyond what its output needs at normal utilisation, (N,)."""
    firms = living(world)
    idle = np.maximum(firms.capacity - firms.output / world.p.normal_utilisation, 0.0)
    return np.asarray(idle * firms.unit_cost * world.p.capital_price)


@metric("wasted_capital", unit="money", formula="sum of pk c max(0, K - q/u_n)",
        source="Lin, Wu & Xing 2010; accounting", theme="welfare", better="less")  # fmt: skip
def wasted_capital(world: World) -> float:
    """Replacement value of capacity idle beyond normal; closed firms are in total_wasted_capital."""
    return float(idle_capital(world).sum())


@metric("wasted_capital_share", unit="1", formula="wasted_capital / sum of pk c K",
        source="Lin, Wu & Xing 2010; accounting", theme="welfare", better="less")  # fmt: skip
def wasted_capital_share(world: World) -> float:
    """Share of the capital stock that is idle beyond normal."""
    firms = living(world)
    stock = float((firms.capacity * firms.unit_cost).sum() * world.p.capital_price)
    return quotient(float(idle_capital(world).sum()), stock)


@metric("labour_gap", unit="1", formula="labour demand / labour force - 1", source=ACCOUNTS, theme="welfare")
def labour_gap(world: World) -> float:
    """Labour demanded over the labour force, less one; the wage closes it over time."""
    return quotient(float(world.labour_demand), float(world.labour_force)) - 1.0
