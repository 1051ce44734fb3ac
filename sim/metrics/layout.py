"""Layout: how alike the regions' structures and plans are, and whether demand can carry what they build."""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import metric
from sim.kernel.world import World
from sim.metrics.columns import by_industry, employment, living, local_industry_table, national_mix, promotion_money
from sim.metrics.formulas import concentration
from sim.metrics.formulas import structure as formula
from sim.metrics.formulas.arithmetic import Array, ratio
from sim.metrics.sharing import shared

UNIDO = "UNIDO 1979, World Industry since 1960"
FINGER_KREININ = "Finger & Kreinin 1979, Economic Journal 89"
INVERSE_HERFINDAHL = "Laakso & Taagepera 1979 (inverse Herfindahl)"
OURS = "ours"
ROOM = 3.0
"""An efficient centre of an industry takes 1/ROOM of a region of mean size: the usual number a plan promotes [A]."""


@shared
def similarity(world: World) -> Array:
    """Similarity coefficient of every pair of regions, shape (R, R)."""
    return formula.structural_similarity(local_industry_table(world).sales)


@metric("structural_similarity", unit="1", formula="mean over pairs of sum x_r x_q / sqrt(sum x_r^2 sum x_q^2), sales",
        source=UNIDO, theme="layout")  # fmt: skip
def structural_similarity(world: World) -> float:
    """Likeness of regions' industrial structures: 1 all the same, 0 nothing in common."""
    return formula.mean_over_pairs(similarity(world))


@metric("similarity_to_others", level="region", unit="1",
        formula="mean over other regions of the similarity coefficient", source=UNIDO, theme="layout")  # fmt: skip
def similarity_to_others(world: World) -> Array:
    """Likeness of the region's industrial structure to the others'."""
    return formula.mean_with_others(similarity(world))


@metric("similarity_excess", unit="1", formula="mean over pairs of S_rq - S_rn S_qn, n the mix of national spending",
        source=f"{UNIDO} for S; the null (independent departures from demand) is {OURS}", theme="layout")  # fmt: skip
def similarity_excess(world: World) -> float:
    """Likeness of structures beyond what the national mix explains: above 0 a shared list, below 0 shared-out work."""
    return formula.mean_over_pairs(formula.similarity_excess(local_industry_table(world).sales, national_mix(world)))


@metric("demand_congruence", unit="1", formula="sum_s min(share of capacity at full-cost price, share of spending)",
        source=FINGER_KREININ, theme="layout", better="more")  # fmt: skip
def demand_congruence(world: World) -> float:
    """How well the capacity the nation built matches what it demands: 1 a perfect match."""
    firms = living(world)
    value = by_industry(world, firms, firms.capacity * firms.full_cost_price)
    return formula.demand_congruence(value, national_mix(world))


@metric("effective_promoters", level="industry", unit="regions", formula="1 / sum_r (m_rs/m_s)^2, m promotion money",
        source=INVERSE_HERFINDAHL, theme="layout")  # fmt: skip
def effective_promoters(world: World) -> Array:
    """Number of equal regions that would promote the industry alike; undefined when nobody does."""
    return formula.effective_promoters(promotion_money(world))


@metric("mean_effective_promoters", unit="regions", formula="mean of effective_promoters weighted by promotion money",
        source=INVERSE_HERFINDAHL, theme="layout")  # fmt: skip
def mean_effective_promoters(world: World) -> float:
    """Number of regions behind a promoted industry, by where the money goes."""
    money = promotion_money(world)
    return formula.weighted_index(formula.effective_promoters(money), money.sum(axis=0))


@metric("promotion_share", level="industry", unit="1", formula="m_s / m", source="accounting", theme="layout")
def promotion_share(world: World) -> Array:
    """Share of all plans' money that goes to the industry."""
    money = promotion_money(world).sum(axis=0)
    return ratio(money, money.sum())


@metric("local_industry_promotion", level="local_industry", unit="1", formula="share of the region's plan",
        source="accounting", theme="layout")  # fmt: skip
def local_industry_promotion(world: World) -> Array:
    """Share of the region's plan that goes to the industry."""
    return np.asarray(local_industry_table(world).promoted).astype(float)


@metric("plan_overlap", unit="1", formula="mean over pairs of sum_s min(a_rs, a_qs), a shares of the plans",
        source=FINGER_KREININ, theme="layout")  # fmt: skip
def plan_overlap(world: World) -> float:
    """Share of a plan that another region's plan repeats: 1 all the same."""
    return formula.plan_overlap(np.asarray(local_industry_table(world).promoted))


@metric("region_plan_overlap", level="region", unit="1",
        formula="mean over other regions with a plan of sum_s min(a_rs, a_qs), a shares of the plans",
        source=FINGER_KREININ, theme="layout")  # fmt: skip
def region_plan_overlap(world: World) -> Array:
    """Share of the region's plan that another region's plan repeats, on average: 1 all the same."""
    return formula.plan_overlap_with_others(np.asarray(local_industry_table(world).promoted))


@metric("industry_duplication", level="industry", unit="1",
        formula="effective promoters / max(1, 3 R d_s), d_s share in national spending",
        source=f"{OURS}: efficient scale is a third of a region of mean size",
        theme="layout", better="less")  # fmt: skip
def industry_duplication(world: World) -> Array:
    """Regions that promote the industry over those that demand can carry at efficient scale."""
    promoters = formula.effective_promoters(promotion_money(world))
    return formula.duplication_index(promoters, national_mix(world), len(world.regions), ROOM)


@metric("duplication_index", unit="1", formula="mean of industry_duplication weighted by promotion money",
        source=f"{OURS}: efficient scale is a third of a region of mean size",
        theme="layout", better="less")  # fmt: skip
def duplication_index(world: World) -> float:
    """Promoting regions over those that demand can carry, by where the money goes; undefined without a plan."""
    money = promotion_money(world)
    promoters = formula.effective_promoters(money)
    index = formula.duplication_index(promoters, national_mix(world), len(world.regions), ROOM)
    return formula.weighted_index(index, money.sum(axis=0))


@metric("producer_duplication", unit="1",
        formula="mean over industries, weighted by workers, of effective producers / max(1, 3 R d_s)",
        source=f"{OURS}: efficient scale is a third of a region of mean size",
        theme="layout", better="less")  # fmt: skip
def producer_duplication(world: World) -> float:
    """Producing regions over those that demand can carry at efficient scale, with or without a plan."""
    workers = employment(world)
    producers = 1.0 / concentration.herfindahl(workers, axis=0)
    index = formula.duplication_index(producers, national_mix(world), len(world.regions), ROOM)
    return formula.weighted_index(index, workers.sum(axis=0))


@metric("endowment_fit", unit="1", formula="sum_rs e_rs a_rs / sum e_rs, a comparative advantage",
        source="model section 4.2", theme="layout", better="more")  # fmt: skip
def endowment_fit(world: World) -> float:
    """Comparative advantage of where workers work: 0 as if placed blindly, positive in the right places."""
    workers = employment(world)
    return formula.weighted_index(np.ravel(local_industry_table(world).fit), np.ravel(workers))


@metric("plan_fit", unit="1", formula="sum_rs m_rs a_rs / sum m_rs, a comparative advantage, m promotion money",
        source="model section 4.2", theme="layout", better="more")  # fmt: skip
def plan_fit(world: World) -> float:
    """Comparative advantage of what plans promote; undefined without a plan."""
    money = promotion_money(world)
    return formula.weighted_index(np.ravel(local_industry_table(world).fit), np.ravel(money))
