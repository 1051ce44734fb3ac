"""Cooperation by type and by region, industry and tier: joint projects a firm has with firms and with institutes.

A link between two firms counts once for each of them, so that it is with both where they are of two regions.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import metric
from sim.kernel.world import Tie, World
from sim.metrics.columns import by_local_industry, by_tier, firm_table, firms_here, living
from sim.metrics.formulas.arithmetic import Array, ratio
from sim.metrics.network import NETWORK, ties
from sim.metrics.sharing import shared


@shared
def links_of_firms(world: World, kind: Tie) -> Array:
    """Living cooperation links of a kind that each living firm has, shape (N,)."""
    first, second = ties(world, kind)
    ends = np.concatenate([first, second]) if kind == Tie.FIRM else first
    return np.bincount(ends, minlength=len(world.firms))[firm_table(world).living].astype(float)


@shared
def links_here(world: World, kind: Tie) -> Array:
    """The same summed by region and industry, shape (R, S)."""
    return by_local_industry(world, living(world), links_of_firms(world, kind))


@metric("region_firm_links", level="region", unit="links/firm", formula="firm-firm links of the region's firms / firms",
        source=NETWORK, theme="network", better="more")  # fmt: skip
def region_firm_links(world: World) -> Array:
    """Joint projects with other firms, wherever they are, that a firm of the region has on average."""
    return ratio(links_here(world, Tie.FIRM).sum(axis=1), firms_here(world).sum(axis=1))


@metric("industry_firm_links", level="industry", unit="links/firm",
        formula="firm-firm links of the industry's firms / firms", source=NETWORK, theme="network",
        better="more")  # fmt: skip
def industry_firm_links(world: World) -> Array:
    """Joint projects with other firms that a firm of the industry has on average."""
    return ratio(links_here(world, Tie.FIRM).sum(axis=0), firms_here(world).sum(axis=0))


@metric("tier_firm_links", level="tier", unit="links/firm", formula="firm-firm links of firms on the tier / firms",
        source=NETWORK, theme="network", better="more")  # fmt: skip
def tier_firm_links(world: World) -> Array:
    """Joint projects with other firms that a firm on each tier has on average."""
    firms = living(world)
    return ratio(by_tier(firms, links_of_firms(world, Tie.FIRM)), by_tier(firms))


@metric("region_institute_links", level="region", unit="links/firm",
        formula="firm-institute links of the region's firms / firms", source=NETWORK, theme="network",
        better="more")  # fmt: skip
def region_institute_links(world: World) -> Array:
    """Joint projects with institutes, wherever they are, that a firm of the region has on average."""
    return ratio(links_here(world, Tie.INSTITUTE).sum(axis=1), firms_here(world).sum(axis=1))


@metric("industry_institute_links", level="industry", unit="links/firm",
        formula="firm-institute links of the industry's firms / firms", source=NETWORK, theme="network",
        better="more")  # fmt: skip
def industry_institute_links(world: World) -> Array:
    """Joint projects with institutes that a firm of the industry has on average."""
    return ratio(links_here(world, Tie.INSTITUTE).sum(axis=0), firms_here(world).sum(axis=0))


@metric("tier_institute_links", level="tier", unit="links/firm",
        formula="firm-institute links of firms on the tier / firms", source=NETWORK, theme="network",
        better="more")  # fmt: skip
def tier_institute_links(world: World) -> Array:
    """Joint projects with institutes that a firm on each tier has on average."""
    firms = living(world)
    return ratio(by_tier(firms, links_of_firms(world, Tie.INSTITUTE)), by_tier(firms))
