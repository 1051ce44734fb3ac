"""Innovation: how much, how radical, by whom, and how varied the knowledge is."""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import metric
from sim.kernel.world import Event, World
from sim.metrics.columns import (
    by_local_industry,
    by_tier,
    event_table,
    firms_here,
    industry_table,
    living,
    local_industry_table,
    region_table,
)
from sim.metrics.formulas import concentration
from sim.metrics.formulas import knowledge as formula
from sim.metrics.formulas.arithmetic import Array, quotient, ratio, rows_among
from sim.metrics.sharing import shared

OSLO = "OECD/Eurostat 2018, Oslo Manual"
FRASCATI = "OECD 2015, Frascati Manual"
DIVERSITY = "Rao 1982 (quadratic entropy); Jaffe 1986 (technological distance)"


def radical_events(world: World) -> Array:
    """Rows of this year's radical innovations in the event table."""
    return np.flatnonzero(event_table(world).event == Event.RADICAL_INNOVATION)


@metric("innovations", unit="events", formula="sum of innovations of the year", source=OSLO, theme="innovation",
        better="more")  # fmt: skip
def innovations(world: World) -> float:
    """Innovations this year, radical ones included."""
    return float(local_industry_table(world).innovations.sum())


@metric("weighted_innovations", unit="events", formula="sum_s n_s rd_s / (sum_s S_s rd_s / sum_s S_s), n innovations, "
        "rd the usual R&D intensity, S sales",
        source=FRASCATI + "; Hall, Jaffe & Trajtenberg 2005 (counts need weights)", theme="innovation",
        better="more")  # fmt: skip
def weighted_innovations(world: World) -> float:
    """Innovations weighted by what R&D their industry usually spends on a unit of sales, over the nation's mean."""
    industries, here = industry_table(world), local_industry_table(world)
    usual = np.asarray(industries.research_intensity)
    mean = quotient(float((np.asarray(industries.sales) * usual).sum()), float(industries.sales.sum()))
    return quotient(float((here.innovations.sum(axis=0) * usual).sum()), mean)


@metric("region_innovations", level="region", unit="events", formula="sum of innovations in the region", source=OSLO,
        theme="innovation", better="more")  # fmt: skip
def region_innovations(world: World) -> Array:
    """Innovations in the region this year."""
    return np.asarray(local_industry_table(world).innovations.sum(axis=1)).astype(float)


@metric("industry_innovations", level="industry", unit="events", formula="sum of innovations in the industry",
        source=OSLO, theme="innovation", better="more")  # fmt: skip
def industry_innovations(world: World) -> Array:
    """Innovations in the industry this year."""
    return np.asarray(local_industry_table(world).innovations.sum(axis=0)).astype(float)


@metric("local_industry_innovations", level="local_industry", unit="events",
        formula="sum of innovations in the local industry", source=OSLO, theme="innovation", better="more")  # fmt: skip
def local_industry_innovations(world: World) -> Array:
    """Innovations of the industry in the region this year."""
    return np.asarray(local_industry_table(world).innovations).astype(float)


@metric("radical_innovations", unit="events", formula="sum of radical innovations of the year",
        source="Dosi 1982; Fleming 2001", theme="innovation", better="more")  # fmt: skip
def radical_innovations(world: World) -> float:
    """Radical innovations this year."""
    return float(event_table(world).detail[radical_events(world)].sum())


@metric("region_radical_innovations", level="region", unit="events", formula="sum of radical innovations in the region",
        source="Dosi 1982; Fleming 2001", theme="innovation", better="more")  # fmt: skip
def region_radical_innovations(world: World) -> Array:
    """Radical innovations in the region this year."""
    rows = radical_events(world)
    regions = event_table(world).region[rows]
    return np.bincount(regions, weights=event_table(world).detail[rows], minlength=len(world.regions))


@shared
def radical_here(world: World) -> Array:
    """Radical innovations of the year by region and industry, shape (R, S)."""
    events, rows = event_table(world), radical_events(world)
    return by_local_industry(world, events[rows], events.detail[rows].astype(float))


@metric("industry_radical_innovations", level="industry", unit="events",
        formula="sum of radical innovations in the industry", source="Dosi 1982; Fleming 2001", theme="innovation",
        better="more")  # fmt: skip
def industry_radical_innovations(world: World) -> Array:
    """Radical innovations in the industry this year."""
    return radical_here(world).sum(axis=0)


@metric("local_industry_radical_innovations", level="local_industry", unit="events",
        formula="sum of radical innovations in the local industry", source="Dosi 1982; Fleming 2001",
        theme="innovation", better="more")  # fmt: skip
def local_industry_radical_innovations(world: World) -> Array:
    """Radical innovations of the industry in the region this year."""
    return radical_here(world)


@metric("tier_radical_innovations", level="tier", unit="events", formula="sum of radical innovations on the tier",
        source="Dosi 1982; Fleming 2001", theme="innovation", better="more")  # fmt: skip
def tier_radical_innovations(world: World) -> Array:
    """Radical innovations this year by living firms on each tier."""
    events, rows, firms = event_table(world), radical_events(world), living(world)
    by = rows_among(events.agent[rows], firms.id)
    lives = by >= 0
    return by_tier(firms[by[lives]], events.detail[rows[lives]].astype(float))


@metric("radical_share", unit="1", formula="radical innovations / innovations", source="Dosi 1982; Fleming 2001",
        theme="innovation", better="more")  # fmt: skip
def radical_share(world: World) -> float:
    """Share of innovations that are radical; undefined without innovations."""
    return quotient(radical_innovations(world), innovations(world))


@metric("innovation_rate", unit="1/year", formula="innovations / N", source=OSLO, theme="innovation", better="more")
def innovation_rate(world: World) -> float:
    """Innovations per firm this year."""
    return quotient(innovations(world), float(len(living(world))))


@metric("tier_innovations", level="tier", unit="events", formula="sum of innovations on the tier", source=OSLO,
        theme="innovation", better="more")  # fmt: skip
def tier_innovations(world: World) -> Array:
    """Innovations this year by living firms on each tier."""
    firms = living(world)
    return by_tier(firms, firms.innovations)


@metric("innovating_share", unit="1", formula="firms with an innovation this year / N", source=OSLO, theme="innovation",
        better="more")  # fmt: skip
def innovating_share(world: World) -> float:
    """Share of firms that innovated this year."""
    found = living(world).innovations
    return quotient(float(np.count_nonzero(found)), float(len(found)))


@metric("research", unit="money/year", formula="sum of R&D", source=FRASCATI, theme="innovation")
def research(world: World) -> float:
    """R&D spending of firms, granted money included."""
    return float(local_industry_table(world).research.sum())


@metric("research_intensity", unit="1", formula="sum of R&D / sum of sales", source=FRASCATI, theme="innovation",
        better="more")  # fmt: skip
def research_intensity(world: World) -> float:
    """R&D over sales."""
    return quotient(float(local_industry_table(world).research.sum()), float(local_industry_table(world).sales.sum()))


@metric("region_research_intensity", level="region", unit="1", formula="R&D / sales in the region", source=FRASCATI,
        theme="innovation", better="more")  # fmt: skip
def region_research_intensity(world: World) -> Array:
    """R&D over sales in the region."""
    return ratio(local_industry_table(world).research.sum(axis=1), local_industry_table(world).sales.sum(axis=1))


@metric("industry_research_intensity", level="industry", unit="1", formula="R&D / sales in the industry",
        source=FRASCATI, theme="innovation", better="more")  # fmt: skip
def industry_research_intensity(world: World) -> Array:
    """R&D over sales in the industry."""
    return ratio(local_industry_table(world).research.sum(axis=0), local_industry_table(world).sales.sum(axis=0))


@metric("research_productivity", unit="events/money", formula="innovations / sum of R&D",
        source="Bloom, Jones, Van Reenen & Webb 2020 for the concept", theme="innovation", better="more")  # fmt: skip
def research_productivity(world: World) -> float:
    """Innovations per unit of R&D spending."""
    return quotient(innovations(world), float(local_industry_table(world).research.sum()))


@metric("spillover_per_firm", unit="money", formula="sum of S_i / N", source="Jaffe 1986; Bottazzi & Peri 2003",
        theme="innovation", better="more")  # fmt: skip
def spillover_per_firm(world: World) -> float:
    """Research of others that reaches a firm, by closeness of field and place, on average."""
    reached = living(world).spillover
    return quotient(float(reached.sum()), float(len(reached)))


@metric("technological_diversity", unit="1", formula="mean over pairs of firms of 1 - cos(k_i, k_j)", source=DIVERSITY,
        theme="innovation")  # fmt: skip
def technological_diversity(world: World) -> float:
    """Mean distance in mind between two firms of the nation."""
    return formula.technological_diversity(living(world).knowledge)


@metric("region_technological_diversity", level="region", unit="1",
        formula="mean over pairs of firms of the region of 1 - cos(k_i, k_j)", source=DIVERSITY,
        theme="innovation")  # fmt: skip
def region_technological_diversity(world: World) -> Array:
    """Mean distance in mind between two firms of the region."""
    firms = living(world)
    return formula.group_diversity(firms.region, len(world.regions), firms.knowledge)


@metric("industry_technological_diversity", level="industry", unit="1",
        formula="mean over pairs of firms of the industry of 1 - cos(k_i, k_j)", source=DIVERSITY,
        theme="innovation")  # fmt: skip
def industry_technological_diversity(world: World) -> Array:
    """Mean distance in mind between two firms of the industry."""
    firms = living(world)
    return formula.group_diversity(firms.industry, len(world.industries), firms.knowledge)


@metric("innovation_to_output_gini", unit="1", formula="gini_innovation / gini_output",
        source="Carlino & Kerr 2015; Moretti 2021", theme="innovation")  # fmt: skip
def innovation_to_output_gini(world: World) -> float:
    """How much more concentrated in space innovation is than output; small yearly numbers raise it."""
    found = concentration.gini(local_industry_table(world).innovations.sum(axis=1))
    return quotient(found, concentration.gini(np.maximum(region_table(world).value_added, 0.0)))


@metric("region_innovation_rate", level="region", unit="1/year", formula="innovations / firms in the region",
        source=OSLO, theme="innovation", better="more")  # fmt: skip
def region_innovation_rate(world: World) -> Array:
    """Innovations per firm in the region this year."""
    return ratio(local_industry_table(world).innovations.sum(axis=1), firms_here(world).sum(axis=1))


@metric("industry_innovation_rate", level="industry", unit="1/year", formula="innovations / firms in the industry",
        source=OSLO, theme="innovation", better="more")  # fmt: skip
def industry_innovation_rate(world: World) -> Array:
    """Innovations per firm in the industry this year."""
    return ratio(local_industry_table(world).innovations.sum(axis=0), firms_here(world).sum(axis=0))
