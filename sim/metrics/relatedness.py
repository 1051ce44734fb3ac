"""Relatedness and complexity of what regions do."""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import metric
from sim.kernel.world import World
from sim.metrics.columns import employment, industry_table
from sim.metrics.formulas import complexity, knowledge
from sim.metrics.formulas.arithmetic import Array, mean_defined, ratio
from sim.metrics.formulas.concentration import location_quotient
from sim.metrics.sharing import shared

DENSITY = "Hidalgo, Klinger, Barabási & Hausmann 2007; Boschma, Balland & Kogler 2015"
VARIETY = "Frenken, van Oort & Verburg 2007, Regional Studies 41"
COMPLEXITY = "Hidalgo & Hausmann 2009; Mealy, Farmer & Teytelboym 2019"


@shared
def present(world: World) -> Array:
    """1 where a region has at least the national share of an industry, shape (R, S)."""
    return complexity.presence(employment(world))


@shared
def variety_within(world: World) -> Array:
    """Related variety of every region, shape (R,)."""
    return knowledge.related_variety(employment(world), industry_table(world).chain)


@shared
def variety_between(world: World) -> Array:
    """Unrelated variety of every region, shape (R,)."""
    return knowledge.unrelated_variety(employment(world), industry_table(world).chain)


@metric("relatedness_density", level="local_industry", unit="1",
        formula="sum_{u != s} [LQ_ru >= 1] phi_us / sum_{u != s} phi_us", source=DENSITY,
        theme="relatedness")  # fmt: skip
def relatedness_density(world: World) -> Array:
    """Share of what is related to the industry that the region already has."""
    return complexity.relatedness_density(present(world), world.relatedness)


@metric("related_strength", level="local_industry", unit="1",
        formula="sum_u phi_us q_ru / sum_u phi_us, q = LQ / (1 + LQ), phi = exp(-|v_u - v_s|^2 / 2), v requirements",
        source="Hidalgo, Klinger, Barabási & Hausmann 2007; Hausmann & Klinger 2007; form ours",
        theme="relatedness")  # fmt: skip
def related_strength(world: World) -> Array:
    """How strong the region is in the industry and in those that need the same of a place; .5 is as the nation."""
    closeness = complexity.alike_in_needs(np.asarray(industry_table(world).requirement))
    return complexity.related_strength(location_quotient(employment(world)), closeness)


@metric("coherence", level="region", unit="1", formula="mean over its workers of relatedness_density of their industry",
        source="Teece, Rumelt, Dosi & Winter 1994; " + DENSITY, theme="relatedness")  # fmt: skip
def coherence(world: World) -> Array:
    """How related to one another the region's industries are, weighted by workers."""
    workers = employment(world)
    density = complexity.relatedness_density(present(world), world.relatedness)
    defined = ~np.isnan(density)
    top = np.where(defined, workers * np.nan_to_num(density), 0.0).sum(axis=1)
    return ratio(top, np.where(defined, workers, 0.0).sum(axis=1))


@metric("related_variety", level="region", unit="nats", formula="entropy over industries less entropy over chains",
        source=VARIETY, theme="relatedness")  # fmt: skip
def related_variety(world: World) -> Array:
    """Variety of the region's industries within chains."""
    return variety_within(world)


@metric("unrelated_variety", level="region", unit="nats", formula="entropy of workers over chains", source=VARIETY,
        theme="relatedness")  # fmt: skip
def unrelated_variety(world: World) -> Array:
    """Variety of the region's chains: a spread of risks."""
    return variety_between(world)


@metric("mean_related_variety", unit="nats", formula="mean over regions of related_variety", source=VARIETY,
        theme="relatedness")  # fmt: skip
def mean_related_variety(world: World) -> float:
    """Variety of a region's industries within chains, on average."""
    return mean_defined(variety_within(world))


@metric("mean_unrelated_variety", unit="nats", formula="mean over regions of unrelated_variety", source=VARIETY,
        theme="relatedness")  # fmt: skip
def mean_unrelated_variety(world: World) -> float:
    """Variety of a region's chains, on average."""
    return mean_defined(variety_between(world))


@metric("economic_complexity", level="region", unit="s.d.",
        formula="second eigenvector of D^-1 M U^-1 M', standardised", source=COMPLEXITY, theme="relatedness",
        every="end")  # fmt: skip
def economic_complexity(world: World) -> Array:
    """How rare and how many the industries are that the region masters."""
    return complexity.economic_complexity(present(world))[0]


@metric("industry_complexity", level="industry", unit="s.d.", formula="mean complexity of its regions, standardised",
        source=COMPLEXITY, theme="relatedness", every="end")  # fmt: skip
def industry_complexity(world: World) -> Array:
    """How complex the regions are that master the industry."""
    return complexity.economic_complexity(present(world))[1]
