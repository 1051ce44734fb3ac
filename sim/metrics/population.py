"""Who exists, who came and who left."""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.declare import metric
from sim.kernel.world import Event, ExitCause, Kind, Origin, World
from sim.metrics.columns import by_local_industry, by_tier, event_table, firms_here, living
from sim.metrics.formulas.arithmetic import Array, quotient, ratio
from sim.metrics.formulas.spatial import regression_slope
from sim.metrics.sharing import shared

COUNT = "counting"
DEMOGRAPHY = "Eurostat-OECD Manual on Business Demography Statistics 2007"


def count_events(world: World, event: Event) -> int:
    """How many events of a kind happened this year."""
    return int(np.count_nonzero(event_table(world).event == event))


def newborn(world: World, origin: Origin) -> float:
    """Share of this year's living entrants that came by `origin`; NaN without entrants."""
    firms = living(world)
    fresh = firms.origin[(firms.born == world.year) & (firms.origin != Origin.INITIAL)]
    return quotient(float(np.count_nonzero(fresh == origin)), float(len(fresh)))


@metric("firms", unit="firms", formula="N", source=COUNT, theme="population")
def firms(world: World) -> float:
    """Firms at the end of the year."""
    return float(len(living(world)))


@metric("region_firms", level="region", unit="firms", formula="N_r", source=COUNT, theme="population")
def region_firms(world: World) -> Array:
    """Firms in the region."""
    return firms_here(world).sum(axis=1)


@metric("industry_firms", level="industry", unit="firms", formula="N_s", source=COUNT, theme="population")
def industry_firms(world: World) -> Array:
    """Firms in the industry."""
    return firms_here(world).sum(axis=0)


@metric("local_industry_firms", level="local_industry", unit="firms", formula="N_rs", source=COUNT, theme="population")
def local_industry_firms(world: World) -> Array:
    """Firms of the industry in the region."""
    return firms_here(world)


@metric("leading_firms", unit="firms", formula="number of firms of kind leading firm", source=COUNT, theme="population")
def leading_firms(world: World) -> float:
    """Leading firms."""
    return float(np.count_nonzero(living(world).kind == Kind.LEADING_FIRM))


@metric("local_industry_leading_firms", level="local_industry", unit="firms", formula="leading firms of s in r",
        source=COUNT, theme="population")  # fmt: skip
def local_industry_leading_firms(world: World) -> Array:
    """Leading firms of the industry in the region."""
    return leaders_here(world)


@shared
def leaders_here(world: World) -> Array:
    """Leading firms by region and industry, shape (R, S)."""
    everyone = living(world)
    return by_local_industry(world, everyone, (everyone.kind == Kind.LEADING_FIRM).astype(float))


@metric("institutes", unit="institutes", formula="number of research institutes", source=COUNT, theme="population")
def institutes(world: World) -> float:
    """Research institutes."""
    return float(len(world.institutes))


@metric("entry_rate", unit="1/year", formula="entrants of the year / (firms at its end + exits - entrants)",
        source=DEMOGRAPHY, theme="population")  # fmt: skip
def entry_rate(world: World) -> float:
    """Firms that entered this year over those at its start."""
    return quotient(float(count_events(world, Event.ENTRY)), firms_at_start(world))


@metric("exit_rate", unit="1/year", formula="exits of the year / (firms at its end + exits - entrants)",
        source=DEMOGRAPHY, theme="population")  # fmt: skip
def exit_rate(world: World) -> float:
    """Firms that closed this year over those at its start."""
    return quotient(float(count_events(world, Event.EXIT)), firms_at_start(world))


@shared
def firms_at_start(world: World) -> float:
    """Firms that lived when the year began."""
    entered, left = count_events(world, Event.ENTRY), count_events(world, Event.EXIT)
    return float(len(living(world)) + left - entered)


@metric("bankrupt_share", unit="1", formula="exits by bankruptcy / exits", source=DEMOGRAPHY, theme="population",
        better="less")  # fmt: skip
def bankrupt_share(world: World) -> float:
    """Share of exits that are bankruptcies."""
    events = event_table(world)
    left = events.event == Event.EXIT
    bankrupt = left & (events.detail == ExitCause.BANKRUPT)
    return quotient(float(np.count_nonzero(bankrupt)), float(np.count_nonzero(left)))


@metric("spin_off_share", unit="1", formula="spin-offs / entrants of the year that live", source="Klepper 2007",
        theme="population")  # fmt: skip
def spin_off_share(world: World) -> float:
    """Share of this year's entrants that are spin-offs."""
    return newborn(world, Origin.SPIN_OFF)


@metric("attracted_share", unit="1", formula="attracted / entrants of the year that live", source=COUNT,
        theme="population")  # fmt: skip
def attracted_share(world: World) -> float:
    """Share of this year's entrants that a plan attracted."""
    return newborn(world, Origin.ATTRACTED)


@metric("relocations", unit="events", formula="number of relocations", source=COUNT, theme="population")
def relocations(world: World) -> float:
    """Firms that moved to another cell this year."""
    return float(count_events(world, Event.RELOCATION))


@metric("mean_age", unit="years", formula="sum of age / N", source=COUNT, theme="population")
def mean_age(world: World) -> float:
    """Mean age of firms."""
    ages = living(world).age
    return quotient(float(ages.sum()), float(len(ages)))


@metric("size_tail", unit="1", formula="-slope of ln(rank - 1/2) on ln sales over the largest tenth of firms",
        source="Gabaix & Ibragimov 2011; Axtell 2001", theme="population", every="end")  # fmt: skip
def size_tail(world: World) -> float:
    """Exponent of the upper tail of firm sizes: near 1 is Zipf's law."""
    sales = np.sort(living(world).sales)[::-1]
    top = sales[: max(len(sales) // 10, 0)]
    top = top[top > 0.0]
    if len(top) < 10:
        return math.nan
    return -regression_slope(np.log(np.arange(1, len(top) + 1) - 0.5), np.log(top))


@metric("tier_firms", level="tier", unit="firms", formula="N_t", source=COUNT, theme="population")
def tier_firms(world: World) -> Array:
    """Firms on each tier of the gradient system."""
    return by_tier(living(world))


@metric("tier_share", level="tier", unit="1", formula="N_t / N", source=COUNT, theme="population")
def tier_share(world: World) -> Array:
    """Share of firms on each tier of the gradient system."""
    counts = by_tier(living(world))
    return ratio(counts, counts.sum())
