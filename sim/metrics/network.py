"""Networks of cooperation: how many ties, of which kind, how local, and how small the world is."""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import metric
from sim.kernel.world import Tie, World
from sim.metrics.columns import (
    Columns,
    by_local_industry,
    firm_table,
    firms_here,
    institute_table,
    link_table,
    links_of,
    living,
)
from sim.metrics.formulas import network as formula
from sim.metrics.formulas.arithmetic import Array, quotient, ratio
from sim.metrics.sharing import shared

PROXIMITY = "Boschma 2005; Hoekman, Frenken & van Oort 2009"
NETWORK = "Wasserman & Faust 1994"
SMALL_WORLD = "Watts & Strogatz 1998; Humphries & Gurney 2008"
MOST_SOURCES = 2048
"""Up to this many firms every path is counted; beyond it, paths from this many firms of lowest id."""


@shared
def ties(world: World, kind: Tie) -> tuple[Array, Array]:
    """Rows of the two ends of every living link of a kind, each (L,)."""
    links = links_of(world, kind)
    return links.first, links.second


@shared
def within_region(world: World, kind: Tie) -> tuple[Array, Array]:
    """Region of the first end of every living cooperation link of a kind, and whether the other end is there too."""
    first, second = ties(world, kind)
    partners = firm_table(world) if kind == Tie.FIRM else institute_table(world)
    region = firm_table(world).region[first]
    return region, region == partners.region[second] if len(first) else np.zeros(0, dtype=bool)


def count_ties(world: World, *kinds: Tie) -> float:
    """Number of living links of the given kinds."""
    return float(sum(len(ties(world, kind)[0]) for kind in kinds))


@shared
def joint_projects(world: World) -> Columns:
    """Living cooperation links of both kinds, shape (L,)."""
    links = link_table(world)
    return links[np.flatnonzero((links.tie != Tie.SUPPLY) & links.living)]


def mean_over_ties(world: World, column: str) -> float:
    """Mean of a column of links over living cooperation links."""
    links = joint_projects(world)
    return quotient(float(getattr(links, column).sum()), float(len(links)))


@metric("cooperation_links", unit="links", formula="firm-firm and firm-institute links", source=NETWORK,
        theme="network", better="more")  # fmt: skip
def cooperation_links(world: World) -> float:
    """Joint projects between firms, and between firms and institutes."""
    return count_ties(world, Tie.FIRM, Tie.INSTITUTE)


@metric("firm_links", unit="links", formula="firm-firm links", source=NETWORK, theme="network", better="more")
def firm_links(world: World) -> float:
    """Joint projects between firms."""
    return count_ties(world, Tie.FIRM)


@metric("institute_links", unit="links", formula="firm-institute links", source=NETWORK, theme="network", better="more")
def institute_links(world: World) -> float:
    """Joint projects between a firm and an institute."""
    return count_ties(world, Tie.INSTITUTE)


@metric("supply_links", unit="links", formula="supply contracts", source=NETWORK, theme="network")
def supply_links(world: World) -> float:
    """Supply contracts between firms."""
    return count_ties(world, Tie.SUPPLY)


@metric("mean_partners", unit="links", formula="sum of a firm's cooperation links / N", source=NETWORK, theme="network",
        better="more")  # fmt: skip
def mean_partners(world: World) -> float:
    """Cooperation links of a firm, on average."""
    firm_ties, other = count_ties(world, Tie.FIRM), count_ties(world, Tie.INSTITUTE)
    return quotient(2.0 * firm_ties + other, float(len(living(world))))


@metric("cooperating_share", unit="1", formula="firms with a cooperation link / N", source=NETWORK, theme="network",
        better="more")  # fmt: skip
def cooperating_share(world: World) -> float:
    """Share of firms that cooperate with anybody."""
    first, second = ties(world, Tie.FIRM)
    with_institute, _ = ties(world, Tie.INSTITUTE)
    linked = np.zeros(len(world.firms), dtype=bool)
    linked[first] = linked[second] = linked[with_institute] = True
    return quotient(float(np.count_nonzero(linked & firm_table(world).living)), float(len(living(world))))


@metric("degree_skew", unit="1", formula="largest / mean number of firm partners",
        source="our summary of a skewed degree distribution (Tomasello et al. 2017)", theme="network")  # fmt: skip
def degree_skew(world: World) -> float:
    """How many times the mean the best connected firm's partners are."""
    first, second = ties(world, Tie.FIRM)
    return formula.degree_skew(np.bincount(np.concatenate([first, second]), minlength=len(world.firms)))


@metric("tie_length", unit="km", formula="mean distance of cooperation links", source=PROXIMITY, theme="network")
def tie_length(world: World) -> float:
    """Distance between partners, on average."""
    return mean_over_ties(world, "distance")


@metric("local_tie_share", unit="1", formula="cooperation links within one region / all", source=PROXIMITY,
        theme="network")  # fmt: skip
def local_tie_share(world: World) -> float:
    """Share of cooperation links that stay within a region."""
    near = total = 0
    for kind in (Tie.FIRM, Tie.INSTITUTE):
        _, inside = within_region(world, kind)
        near += int(np.count_nonzero(inside))
        total += len(inside)
    return quotient(float(near), float(total))


@metric("cross_industry_tie_share", unit="1", formula="firm-firm links between industries / all",
        source="Frenken et al. 2007", theme="network")  # fmt: skip
def cross_industry_tie_share(world: World) -> float:
    """Share of cooperation links between firms that join two industries."""
    first, second = ties(world, Tie.FIRM)
    if len(first) == 0:
        return float("nan")
    industry = firm_table(world).industry
    return float(np.count_nonzero(industry[first] != industry[second]) / len(first))


@metric("tie_novelty", unit="1", formula="mean of V(D) over cooperation links", source="Nooteboom et al. 2007",
        theme="network", better="more")  # fmt: skip
def tie_novelty(world: World) -> float:
    """Value of the distance in mind between partners: 1 at the best distance."""
    return mean_over_ties(world, "novelty")


@metric("local_supply_share", unit="1", formula="supply contracts within one cell / all",
        source="Nakajima, Saito & Uesugi 2012b, RIETI 12-E-023 (transactions are localised at 40 km or less in 90-95 % "
        "of industries, against a counterfactual); digits ours", theme="network")  # fmt: skip
def local_supply_share(world: World) -> float:
    """Share of supply contracts within a single cell."""
    first, second = ties(world, Tie.SUPPLY)
    if len(first) == 0:
        return float("nan")
    cell = firm_table(world).cell
    return float(np.count_nonzero(cell[first] == cell[second]) / len(first))


@shared
def cooperation_graph(world: World) -> formula.Graph:
    """Firms and the cooperation links between them; nodes are numbered by id, so that row order cannot matter."""
    first, second = ties(world, Tie.FIRM)
    rank = np.empty(len(world.firms), dtype=np.int64)
    rank[np.argsort(firm_table(world).id, kind="stable")] = np.arange(len(world.firms))
    return formula.build_graph(rank[first], rank[second], len(world.firms))


@shared
def giant(world: World) -> formula.Graph:
    """The largest component of the cooperation network."""
    return formula.largest_component(cooperation_graph(world))


@metric("clustering", unit="1", formula="mean over linked firms of triangles / pairs of partners", source=SMALL_WORLD,
        theme="network", every="end")  # fmt: skip
def clustering(world: World) -> float:
    """How often two partners of a firm are partners of one another, in the largest component."""
    return formula.clustering(giant(world))


@metric("path_length", unit="links", formula="mean steps between firms of the largest component", source=SMALL_WORLD,
        theme="network", every="end")  # fmt: skip
def path_length(world: World) -> float:
    """Steps between two firms of the largest component, on average."""
    graph = giant(world)
    return formula.mean_path_length(graph, path_sources(graph.count))


@metric("largest_component_share", unit="1", formula="firms in the largest component / N", source=NETWORK,
        theme="network", every="end")  # fmt: skip
def largest_component_share(world: World) -> float:
    """Share of firms that are linked, directly or not, in the largest component."""
    graph = cooperation_graph(world)
    return quotient(float(giant(world).count), float(graph.count))


@metric("small_world_q", unit="1", formula="(C / (k/n)) / (L / (ln n / ln k)) of the largest component",
        source="small-world Q after Uzzi & Spiro 2005", theme="network", every="end")  # fmt: skip
def small_world_q(world: World) -> float:
    """How small a world the cooperation network is: 1 as by chance, above 2 clustered and yet close."""
    graph = giant(world)
    return formula.small_world_q(graph, path_sources(graph.count))


def path_sources(count: int) -> Array | None:
    """Firms from which paths are counted: all, or the first of them in a very large network."""
    return None if count <= MOST_SOURCES else np.arange(MOST_SOURCES)


@shared
def internal_ties(world: World) -> Array:
    """Cooperation links inside every local industry, shape (R, S): both firms in it, or an institute of the region."""
    firms = firm_table(world)
    first, second = ties(world, Tie.FIRM)
    inside = within_region(world, Tie.FIRM)[1] & (firms.industry[first] == firms.industry[second])
    total = by_local_industry(world, firms[first[inside]])
    first, _ = ties(world, Tie.INSTITUTE)
    return total + by_local_industry(world, firms[first[within_region(world, Tie.INSTITUTE)[1]]])


@metric("local_industry_ties", level="local_industry", unit="links/firm",
        formula="cooperation links inside the local industry / firms",
        source="Porter 1998; " + NETWORK, theme="network", better="more")  # fmt: skip
def local_industry_ties(world: World) -> Array:
    """Cooperation links per firm that stay inside the industry of the region, its institutes included."""
    return ratio(internal_ties(world), firms_here(world))


@metric("region_ties", level="region", unit="links/firm", formula="cooperation links within the region / firms",
        source=NETWORK, theme="network", better="more")  # fmt: skip
def region_ties(world: World) -> Array:
    """Cooperation links per firm that stay inside the region."""
    total = np.zeros(len(world.regions))
    for kind in (Tie.FIRM, Tie.INSTITUTE):
        region, inside = within_region(world, kind)
        total += np.bincount(region[inside], minlength=len(world.regions))
    return ratio(total, firms_here(world).sum(axis=1))
