"""The gradient system: how firms climb, and how large and small firms work together."""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import metric
from sim.kernel.world import Event, Kind, Tier, World
from sim.metrics.columns import TIERS, by_local_industry, by_tier, event_table, living
from sim.metrics.formulas.arithmetic import Array, quotient, ratio
from sim.metrics.sharing import shared

CULTIVATION = (
    "Ministry of Industry and Information Technology of China 2022, gradient cultivation of quality SMEs; model "
    "section 4.9"
)
MOBILITY = "Quah 1993; Anderson & Goodman 1957"


def climbers(world: World, event: Event) -> Array:
    """Firms that moved to each tier by `event` this year, shape (T,)."""
    events = event_table(world)
    return np.bincount(events.detail[events.event == event], minlength=TIERS).astype(float)


def climbers_left(world: World, event: Event) -> Array:
    """The same, of firms that still live at the end of the year, shape (T,)."""
    events = event_table(world)
    agents = events.agent
    moved = np.flatnonzero(events.event == event)
    moved = moved[~np.isin(agents[moved], agents[events.event == Event.EXIT])]
    return np.bincount(events.detail[moved], minlength=TIERS).astype(float)


@metric(
    "promotions", unit="events", formula="number of promotions", source=CULTIVATION, theme="gradient", better="more"
)
def promotions(world: World) -> float:
    """Firms that climbed a tier this year."""
    return float(np.count_nonzero(event_table(world).event == Event.PROMOTION))


@metric("demotions", unit="events", formula="number of demotions", source=CULTIVATION, theme="gradient", better="less")
def demotions(world: World) -> float:
    """Firms that fell a tier this year."""
    return float(np.count_nonzero(event_table(world).event == Event.DEMOTION))


@metric("tier_promotions", level="tier", unit="events", formula="promotions to the tier", source=MOBILITY,
        theme="gradient", better="more")  # fmt: skip
def tier_promotions(world: World) -> Array:
    """Firms that climbed to each tier this year."""
    return climbers(world, Event.PROMOTION)


@metric("tier_demotions", level="tier", unit="events", formula="demotions to the tier", source=MOBILITY,
        theme="gradient", better="less")  # fmt: skip
def tier_demotions(world: World) -> Array:
    """Firms that fell to each tier this year."""
    return climbers(world, Event.DEMOTION)


@metric("tier_promotion_rate", level="tier", unit="1/year",
        formula="promotions from t to t+1 / firms on t before the moves of the year, of firms alive at its end",
        source=MOBILITY, theme="gradient", better="more")  # fmt: skip
def tier_promotion_rate(world: World) -> Array:
    """Share of the firms on each tier that climbed this year; undefined on the top tier."""
    up, down = climbers_left(world, Event.PROMOTION), climbers_left(world, Event.DEMOTION)
    left = np.append(up[1:], 0.0) + np.append(0.0, down[:-1])
    before = by_tier(living(world)) - up - down + left
    rate = ratio(np.append(up[1:], 0.0), before)
    rate[-1] = np.nan
    return rate


@metric("tier_sales_share", level="tier", unit="1", formula="sales on the tier / sales", source=CULTIVATION,
        theme="gradient")  # fmt: skip
def tier_sales_share(world: World) -> Array:
    """Share of sales that firms on each tier make."""
    firms = living(world)
    sales = by_tier(firms, firms.sales)
    return ratio(sales, sales.sum())


@metric("tier_growth", level="tier", unit="1/year", formula="mean of ln sales less ln sales of last year",
        source=CULTIVATION, theme="gradient", better="more")  # fmt: skip
def tier_growth(world: World) -> Array:
    """Growth of sales of firms on each tier that traded in both years."""
    firms = living(world)
    traded = (firms.sales > 0.0) & (firms.last_sales > 0.0) & (firms.age > 0)
    old = firms[traded]
    return ratio(by_tier(old, old.growth), by_tier(old))


@metric("tier_age", level="tier", unit="years", formula="mean age", source=CULTIVATION, theme="gradient")
def tier_age(world: World) -> Array:
    """Mean age of firms on each tier."""
    firms = living(world)
    return ratio(by_tier(firms, firms.age), by_tier(firms))


@metric("specialised_share", unit="1", formula="firms on the tiers specialised SME and champion / N",
        source=CULTIVATION, theme="gradient", better="more")  # fmt: skip
def specialised_share(world: World) -> float:
    """Share of firms that are specialised SMEs (little giants) or single-product champions."""
    tiers = living(world).tier
    climbed = (tiers == Tier.SPECIALISED_SME) | (tiers == Tier.CHAMPION)
    return quotient(float(np.count_nonzero(climbed)), float(len(tiers)))


@metric("sme_supply_share", unit="1",
        formula="mean over leading firms, by sales, of inputs bought from SMEs under contract",
        source="model section 4.9; Alfaro-Ureña, Manelici & Vasquez 2022", theme="gradient", better="more")  # fmt: skip
def sme_supply_share(world: World) -> float:
    """Share of leading firms' inputs that comes from SMEs under contract."""
    firms = living(world)
    leading = firms.kind == Kind.LEADING_FIRM
    return quotient(float((firms.local_supply * firms.sales)[leading].sum()), float(firms.sales[leading].sum()))


@shared
def bought_from_smes(world: World) -> tuple[Array, Array]:
    """Sales of leading firms times the share of inputs bought from SMEs, and their sales; each (R, S)."""
    firms = living(world)
    leading = firms[firms.kind == Kind.LEADING_FIRM]
    return by_local_industry(world, leading, leading.local_supply * leading.sales), by_local_industry(
        world, leading, leading.sales
    )


@metric("region_sme_supply_share", level="region", unit="1",
        formula="mean over leading firms of the region, by sales, of inputs bought from SMEs under contract",
        source="model section 4.9; Alfaro-Ureña, Manelici & Vasquez 2022", theme="gradient",
        better="more")  # fmt: skip
def region_sme_supply_share(world: World) -> Array:
    """Share of the inputs of the region's leading firms that comes from SMEs under contract, wherever they are."""
    bought, sales = bought_from_smes(world)
    return ratio(bought.sum(axis=1), sales.sum(axis=1))


@metric("industry_sme_supply_share", level="industry", unit="1",
        formula="mean over leading firms of the industry, by sales, of inputs bought from SMEs under contract",
        source="model section 4.9; Alfaro-Ureña, Manelici & Vasquez 2022", theme="gradient",
        better="more")  # fmt: skip
def industry_sme_supply_share(world: World) -> Array:
    """Share of the inputs of the industry's leading firms that comes from SMEs under contract."""
    bought, sales = bought_from_smes(world)
    return ratio(bought.sum(axis=0), sales.sum(axis=0))


@metric("tier_research", level="tier", unit="money/year", formula="sum of R&D on the tier",
        source="OECD 2015, Frascati Manual", theme="gradient")  # fmt: skip
def tier_research(world: World) -> Array:
    """R&D spending of living firms on each tier, granted money included."""
    firms = living(world)
    return by_tier(firms, firms.research)


@metric("tier_subsidy", level="tier", unit="money/year", formula="sum of public money received on the tier",
        source="System of National Accounts 2008", theme="gradient")  # fmt: skip
def tier_subsidy(world: World) -> Array:
    """Public money that living firms on each tier received this year."""
    firms = living(world)
    return by_tier(firms, firms.subsidy)


@metric("tier_value_added", level="tier", unit="money/year", formula="sum of sales less inputs on the tier",
        source="System of National Accounts 2008", theme="gradient", better="more")  # fmt: skip
def tier_value_added(world: World) -> Array:
    """Value added of living firms on each tier, nominal."""
    firms = living(world)
    return by_tier(firms, firms.sales - firms.input_bill)


@metric("leader_sales_share", unit="1", formula="sales of leading firms / sales", source=CULTIVATION, theme="gradient")
def leader_sales_share(world: World) -> float:
    """Share of sales that leading firms make."""
    firms = living(world)
    return quotient(float(firms.sales[firms.kind == Kind.LEADING_FIRM].sum()), float(firms.sales.sum()))


@metric("taught", unit="1", formula="sum over SMEs of ln z learnt from leading customers / number of SMEs",
        source="Alfaro-Ureña, Manelici & Vasquez 2022", theme="gradient", better="more")  # fmt: skip
def taught(world: World) -> float:
    """What an SME has learnt from leading customers, in ln productivity, on average."""
    firms = living(world)
    small = firms.kind == Kind.SME
    return quotient(float(firms.taught[small].sum()), float(np.count_nonzero(small)))
