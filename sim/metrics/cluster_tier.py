"""Clusters and their class: ordinary, high-end, world-class."""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import metric
from sim.kernel.world import World
from sim.metrics.columns import (
    by_local_industry,
    employment,
    firms_here,
    living,
    local_industry_table,
    log_productivity,
    output_here,
)
from sim.metrics.foreign_trade import export_position, trades
from sim.metrics.formulas import cluster_tier as formula
from sim.metrics.formulas.arithmetic import Array, group_quantile, quotient, ratio
from sim.metrics.formulas.concentration import location_quotient
from sim.metrics.network import internal_ties
from sim.metrics.population import leaders_here
from sim.metrics.sharing import shared

POLICY = (
    "ours, after the programme of advanced manufacturing clusters of the Ministry of Industry and "
    "Information Technology of China 2022; lines drawn by us"
)


def frontier_gap(world: World) -> Array:
    """Output-weighted mean ln z of local industries less the third quartile of the industry's firms, shape (R, S)."""
    firms = living(world)
    logs = log_productivity(world)
    mean = ratio(by_local_industry(world, firms, firms.output * logs), output_here(world))
    return np.asarray(mean - group_quantile(firms.industry, len(world.industries), logs, 0.75))


@shared
def classify(world: World) -> Array:
    """Class of every local industry, shape (R, S): 0 no cluster, 1 ordinary, 2 high-end, 3 world-class."""
    local_industries = local_industry_table(world)
    workers, here = employment(world), firms_here(world)
    per_worker = ratio(local_industries.value_added, workers)
    share, abroad = ratio(local_industries.output, local_industries.output.sum(axis=0)), None
    if trades(world):
        share, abroad = export_position(world)
    national = ratio(local_industries.value_added.sum(axis=0), workers.sum(axis=0))
    tests = formula.ClusterTests(
        firms=here,
        quotient=location_quotient(workers),
        productivity=ratio(per_worker, np.nan_to_num(national)),
        research=ratio(local_industries.research, local_industries.sales),
        ties=ratio(internal_ties(world), here),
        leaders=leaders_here(world),
        share=share,
        frontier=frontier_gap(world),
        abroad=abroad,
    )
    return formula.cluster_tier(tests)


@metric("cluster_tier", level="local_industry", unit="class", formula="0 none, 1 ordinary, 2 high-end, 3 world-class",
        source=POLICY, theme="clusters")  # fmt: skip
def cluster_tier(world: World) -> Array:
    """Class of the industry in the region as a cluster.

    Cluster: location quotient >= 1.25 and at least 3 firms. High-end adds: value added per worker in the top
    quarter of local industries (against the industry), R&D over sales >= 3 %, links per firm at or above the median of
    clusters, a leading firm. World-class adds a fifth of national output and a mean ln z at or above the third
    quartile of the industry's firms; where the nation sells abroad, a fifth of the industry's exports instead of
    output, and at least the nation's share of sales that goes abroad.
    """
    return classify(world)


@metric("clusters", unit="clusters", formula="local industries with cluster_tier >= 1", source=POLICY, theme="clusters")
def clusters(world: World) -> float:
    """Local industries that are clusters of any class."""
    return float(np.count_nonzero(classify(world) >= formula.ORDINARY))


@metric(
    "ordinary_clusters",
    unit="clusters",
    formula="local industries with cluster_tier = 1",
    source=POLICY,
    theme="clusters",
)
def ordinary_clusters(world: World) -> float:
    """Local industries that are clusters and no more than that."""
    return float(np.count_nonzero(classify(world) == formula.ORDINARY))


@metric("high_end_clusters", unit="clusters", formula="local industries with cluster_tier >= 2", source=POLICY,
        theme="clusters", better="more")  # fmt: skip
def high_end_clusters(world: World) -> float:
    """Local industries that are high-end clusters, world-class ones included."""
    return float(np.count_nonzero(classify(world) >= formula.HIGH_END))


@metric("world_class_clusters", unit="clusters", formula="local industries with cluster_tier = 3", source=POLICY,
        theme="clusters", better="more")  # fmt: skip
def world_class_clusters(world: World) -> float:
    """Local industries that are world-class clusters."""
    return float(np.count_nonzero(classify(world) == formula.WORLD_CLASS))


@metric("clustered_employment", unit="1", formula="workers in clusters / workers", source=POLICY, theme="clusters")
def clustered_employment(world: World) -> float:
    """Share of workers who work in a cluster of any class."""
    workers = employment(world)
    return quotient(float(workers[classify(world) >= formula.ORDINARY].sum()), float(workers.sum()))


@metric("region_clusters", level="region", unit="clusters", formula="clusters in the region", source=POLICY,
        theme="clusters")  # fmt: skip
def region_clusters(world: World) -> Array:
    """Clusters of any class in the region."""
    return np.asarray((classify(world) >= formula.ORDINARY).sum(axis=1)).astype(float)
