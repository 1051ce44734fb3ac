"""Network formulas against networkx."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest

from sim.metrics.formulas.network import (
    build_graph,
    clustering,
    components,
    degree_skew,
    largest_component,
    mean_path_length,
    small_world_q,
    triangles,
)


def pair(theirs: nx.Graph):  # type: ignore[no-untyped-def, type-arg]
    """The same graph as ours."""
    ends = np.array(list(theirs.edges())).reshape(-1, 2)
    return build_graph(ends[:, 0], ends[:, 1], theirs.number_of_nodes())


GRAPHS = {
    "random": nx.gnm_random_graph(150, 300, seed=1),
    "dense": nx.gnm_random_graph(90, 1200, seed=2),
    "small world": nx.connected_watts_strogatz_graph(200, 6, 0.1, seed=3),
    "scale free": nx.barabasi_albert_graph(300, 2, seed=4),
    "complete": nx.complete_graph(12),
    "tree": nx.balanced_tree(2, 5),
    "no edges": nx.empty_graph(5),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_against_networkx(name: str) -> None:
    theirs = GRAPHS[name]
    ours = pair(theirs)
    assert ours.edges == theirs.number_of_edges()
    assert ours.degree.tolist() == [theirs.degree(node) for node in range(len(theirs))]
    assert triangles(ours).tolist() == list(nx.triangles(theirs).values())
    assert clustering(ours) == pytest.approx(nx.average_clustering(theirs), rel=1e-12)
    assert len(np.unique(components(ours))) == nx.number_connected_components(theirs)
    giant = theirs.subgraph(max(nx.connected_components(theirs), key=len))
    mine = largest_component(ours)
    assert (mine.count, mine.edges) == (len(giant), giant.number_of_edges())
    if len(giant) > 1:
        assert mean_path_length(mine) == pytest.approx(nx.average_shortest_path_length(giant), rel=1e-12)


def test_a_published_example() -> None:
    """Zachary's karate club (1977): 34 members, 78 ties, clustering .571 and path length 2.408, as often quoted."""
    karate = pair(nx.karate_club_graph())
    assert (karate.count, karate.edges) == (34, 78)
    assert clustering(karate) == pytest.approx(0.571, abs=5e-4)
    assert mean_path_length(karate) == pytest.approx(2.408, abs=5e-4)


def test_path_length_beyond_one_block_of_sources() -> None:
    theirs = nx.connected_watts_strogatz_graph(1200, 4, 0.3, seed=5)
    assert mean_path_length(pair(theirs)) == pytest.approx(nx.average_shortest_path_length(theirs), rel=1e-12)


def test_path_length_from_some_sources() -> None:
    path = pair(nx.path_graph(5))
    assert mean_path_length(path, np.array([0])) == pytest.approx((1 + 2 + 3 + 4) / 4)
    assert mean_path_length(path, np.array([2])) == pytest.approx((2 + 1 + 1 + 2) / 4)


def test_path_length_refuses_a_broken_graph() -> None:
    with pytest.raises(ValueError, match="connected"):
        mean_path_length(build_graph(np.array([0]), np.array([1]), 3))
    with pytest.raises(ValueError, match="connected"):
        mean_path_length(build_graph(np.array([0, 2]), np.array([1, 3]), 4))


def test_small_world_q_by_hand_on_a_ring_lattice() -> None:
    """Watts & Strogatz at p = 0: n = 20, k = 4, C = 3(k-2)/(4(k-1)) = .5; L from networkx; Q from the two."""
    theirs = nx.watts_strogatz_graph(20, 4, 0.0)
    length = nx.average_shortest_path_length(theirs)
    expected = (0.5 / (4 / 20)) / (length / (math.log(20) / math.log(4)))
    assert small_world_q(pair(theirs)) == pytest.approx(expected, rel=1e-12)


def test_small_world_q_tells_the_small_world_from_chance() -> None:
    chance = small_world_q(pair(nx.gnm_random_graph(400, 1600, seed=6)))
    small = small_world_q(pair(nx.connected_watts_strogatz_graph(400, 8, 0.1, seed=6)))
    assert chance == pytest.approx(1.0, abs=0.35)
    assert small > 10


def test_repeated_edges_and_loops_are_dropped() -> None:
    graph = build_graph(np.array([0, 1, 0, 2]), np.array([1, 0, 1, 2]), 3)
    assert graph.edges == 1 and graph.degree.tolist() == [1, 1, 0]


def test_limits() -> None:
    nothing = build_graph(np.array([]), np.array([]), 0)
    assert math.isnan(clustering(nothing)) and math.isnan(mean_path_length(nothing))
    assert math.isnan(small_world_q(nothing)) and math.isnan(degree_skew(nothing.degree))
    assert math.isnan(small_world_q(pair(nx.path_graph(4))))
    assert math.isnan(degree_skew(np.zeros(3)))
    assert degree_skew(pair(nx.star_graph(4)).degree) == pytest.approx(4 / 1.6)
