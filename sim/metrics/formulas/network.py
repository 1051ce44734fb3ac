"""Networks: degrees, components, clustering, path length and the small-world quotient, exact and without Python loops
over nodes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.metrics.formulas.arithmetic import Array, group_sum, quotient

_BITS = np.array([bin(number).count("1") for number in range(256)], dtype=np.int64)
WORDS = 16
"""Words of 64 sources each that one breadth-first search carries at a time."""


@dataclass(frozen=True)
class Graph:
    """An undirected simple graph: the neighbours of node n are near[start[n]:start[n+1]]."""

    count: int
    start: Array
    near: Array

    @property
    def degree(self) -> Array:
        """Neighbours of each node, shape (count,)."""
        return np.diff(self.start)

    @property
    def edges(self) -> int:
        """Number of edges."""
        return len(self.near) // 2


def build_graph(first: Array, second: Array, count: int) -> Graph:
    """Graph of `count` nodes from edges given by their two ends (E,); loops and repetitions are dropped."""
    first, second = first.astype(np.int64), second.astype(np.int64)
    apart = first != second
    ends = np.unique(np.concatenate([first[apart] * count + second[apart], second[apart] * count + first[apart]]))
    start = np.searchsorted(ends, np.arange(count + 1) * count)
    return Graph(count, start, ends % max(count, 1))


def components(graph: Graph) -> Array:
    """Component of each node, named by its smallest node, shape (count,)."""
    label = np.arange(graph.count)
    owner = np.repeat(label, graph.degree)
    while True:
        lowest = label.copy()
        np.minimum.at(lowest, owner, label[graph.near])
        lowest = lowest[lowest]
        if np.array_equal(lowest, label):
            return label
        label = lowest


def largest_component(graph: Graph) -> Graph:
    """The component with the most nodes (of two alike, the one with the smallest node), renumbered."""
    if graph.count == 0:
        return graph
    label = components(graph)
    kept = label == int(np.argmax(np.bincount(label)))
    number = np.cumsum(kept) - 1
    owner = np.repeat(np.arange(graph.count), graph.degree)
    inside = kept[owner]
    return build_graph(number[owner[inside]], number[graph.near[inside]], int(kept.sum()))


def triangles(graph: Graph) -> Array:
    """Triangles that each node is part of, shape (count,).

    Edges point from the lower to the higher degree; each triangle is then one pair of out-edges that an edge closes.
    """
    if graph.edges == 0:
        return np.zeros(graph.count)
    owner = np.repeat(np.arange(graph.count), graph.degree)
    rank = np.empty(graph.count, dtype=np.int64)
    rank[np.lexsort((np.arange(graph.count), graph.degree))] = np.arange(graph.count)
    forward = rank[owner] < rank[graph.near]
    source, target = owner[forward], graph.near[forward]
    out = np.bincount(source, minlength=graph.count)
    begin = np.cumsum(out) - out
    # each out-edge (source -> target) is paired with every out-edge of its target
    reach = out[target]
    edge = np.repeat(np.arange(len(source)), reach)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(reach) - reach, reach)
    third = target[begin[target[edge]] + step]
    names = source * graph.count + target
    wanted = source[edge] * graph.count + third
    closed = names[np.minimum(np.searchsorted(names, wanted), len(names) - 1)] == wanted
    corners = np.concatenate([source[edge][closed], target[edge][closed], third[closed]])
    return group_sum(corners, graph.count)


def clustering(graph: Graph) -> float:
    """Mean over nodes of triangles over pairs of neighbours, 0 for a node with fewer than two; NaN without nodes.

    Source: Watts & Strogatz 1998.
    """
    if graph.count == 0:
        return math.nan
    pairs = graph.degree * (graph.degree - 1) / 2
    local = np.divide(triangles(graph), pairs, out=np.zeros(graph.count), where=pairs > 0)
    return float(local.mean())


def mean_path_length(graph: Graph, sources: Array | None = None) -> float:
    """Mean number of steps between two nodes of a connected graph, from `sources` (all if omitted) to all others.

    Breadth-first search from 64 sources per machine word at once: one bit per source. NaN below two nodes; raises
    ValueError when the graph is not connected.
    """
    if graph.count < 2:
        return math.nan
    if int(graph.degree.min()) == 0:
        raise ValueError("mean_path_length needs a connected graph")
    chosen = np.arange(graph.count) if sources is None else np.asarray(sources)
    steps = 0
    for begin in range(0, len(chosen), 64 * WORDS):
        steps += _steps_from(graph, chosen[begin : begin + 64 * WORDS])
    return steps / (len(chosen) * (graph.count - 1))


def _steps_from(graph: Graph, sources: Array) -> int:
    """Sum of the steps from every source to every other node."""
    words = -(-len(sources) // 64)
    frontier = np.zeros((graph.count, words), dtype=np.uint64)
    position = np.arange(len(sources))
    np.bitwise_or.at(frontier, (sources, position // 64), np.uint64(1) << (position % 64).astype(np.uint64))
    seen = frontier.copy()
    total, found, length = 0, len(sources), 0
    while found < len(sources) * graph.count:
        length += 1
        frontier = np.bitwise_or.reduceat(frontier[graph.near], graph.start[:-1], axis=0) & ~seen
        fresh = int(_BITS[frontier.view(np.uint8)].sum())
        if fresh == 0:
            raise ValueError("mean_path_length needs a connected graph")
        seen |= frontier
        total += fresh * length
        found += fresh
    return total


def small_world_q(graph: Graph, sources: Array | None = None) -> float:
    """Q = (C / C_random) / (L / L_random) of the largest component, C_random = k/n and L_random = ln n / ln k.

    k is the mean degree. Above 1: more clustered than a random network at a like path length. NaN when the largest
    component has fewer than 10 nodes or k <= 1. Source: small-world Q after Uzzi & Spiro 2005; Watts & Strogatz 1998;
    Humphries & Gurney 2008. `sources` limits where paths start, for very large networks.
    """
    giant = largest_component(graph)
    degree = quotient(2.0 * giant.edges, float(giant.count))
    if giant.count < 10 or not degree > 1.0:
        return math.nan
    clustered = clustering(giant) / (degree / giant.count)
    distant = mean_path_length(giant, sources) / (math.log(giant.count) / math.log(degree))
    return quotient(clustered, distant)


def degree_skew(degree: Array) -> float:
    """Largest over mean degree, NaN without links: our summary of a skewed distribution (Tomasello et al. 2017)."""
    return quotient(float(degree.max()), float(degree.mean())) if len(degree) else math.nan
