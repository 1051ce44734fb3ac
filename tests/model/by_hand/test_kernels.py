"""Sums over neighbours against the same sums taken pair by pair, and choices by luck against their probabilities."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sim.kernel import neighbours, sellers
from sim.kernel.world import FIELDS, Tie, World
from sim.model.rules import agglomeration, cooperation, founding, innovation
from tests.model.engine.worlds import lived, map_story, small_story

REACH = 600.0


@pytest.fixture(scope="module", params=["grid", "map"])
def world(request: pytest.FixtureRequest) -> World:
    return lived(small_story() if request.param == "grid" else map_story(), 4)


def apart(world: World, one: int, other: int) -> float:
    """Distance between two cells in km; within one cell, the mean distance of two points in a square."""
    cells = world.cells
    if one == other:
        return 0.5214 * 50.0
    return math.hypot(cells[one].x - cells[other].x, cells[one].y - cells[other].y)


def test_spillovers_are_pairwise_sums(world: World) -> None:
    taught = innovation.pool_knowledge(world)
    firms, institutes, p = world.firms, world.institutes, world.p
    for row in range(0, len(firms), 5):
        mine = firms[row]
        expected = 0.0
        for other in range(len(firms)):
            if other != row:
                cosine = float(np.dot(mine.knowledge, firms[other].knowledge))
                gap = apart(world, mine.cell, firms[other].cell)
                expected += firms[other].research * cosine * math.exp(-gap / p.spillover_range)
        assert float(mine.spillover) == pytest.approx(max(0.0, expected), rel=1e-9, abs=1e-12)
        public = 0.0
        for institute in institutes:
            cosine = float(np.dot(mine.knowledge, institute.knowledge))
            public += institute.budget * cosine * math.exp(-apart(world, mine.cell, institute.cell) / p.spillover_range)
        assert float(taught[row]) == pytest.approx(max(0.0, public), rel=1e-9, abs=1e-12)
    assert firms.spillover.max() > 0
    assert taught.max() > 0


def test_knowledge_stays_on_the_unit_sphere(world: World) -> None:
    for agents in (world.firms, world.institutes):
        np.testing.assert_allclose(np.linalg.norm(agents.knowledge, axis=1), 1.0, rtol=1e-12)
    assert world.firms.knowledge.shape[1] == FIELDS


def test_potentials_are_pairwise_sums(world: World) -> None:
    agglomeration.agglomerate(world)
    for cell in range(len(world.cells)):
        own = np.zeros(len(world.industries))
        whole = 0.0
        for there in range(len(world.cells)):
            gap = apart(world, cell, there)
            if gap <= REACH:
                weight = (1.0 + gap / 50.0) ** -world.p.agglomeration_decay
                own += weight * np.array(world.sites.employment[there])
                whole += weight * world.cells.employment[there]
        np.testing.assert_allclose(world.sites.potential[cell], own, rtol=1e-10, atol=1e-12)
        assert float(world.cells.potential[cell]) == pytest.approx(whole, rel=1e-10)


def test_related_variety_is_entropy_within_chains(world: World) -> None:
    agglomeration.agglomerate(world)
    chains = np.array(world.industries.chain)
    for region in range(len(world.regions)):
        employment = np.array(world.local_industries.employment[region])
        expected = 0.0
        for chain in np.unique(chains):
            inside = employment[chains == chain]
            if inside.sum() > 0:
                expected += inside.sum() / employment.sum() * stats.entropy(inside)
        assert float(world.regions.variety[region]) == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert world.regions.variety.max() > 0


def test_what_a_place_adds_is_the_formula_everywhere(world: World) -> None:
    agglomeration.agglomerate(world)
    p, norms = world.p, world.norms
    own = 2.0 * np.log1p(world.sites.potential / world.industries.own_potential)
    whole = 2.0 * np.log1p(world.cells.potential / norms.potential)[:, None]
    variety = world.regions.variety[world.cells.region][:, None]
    expected = p.localisation_elasticity * own + p.urbanisation_elasticity * whole + p.related_variety * variety
    np.testing.assert_allclose(world.sites.advantage, expected, rtol=1e-12)


def test_a_firm_counts_the_others_of_its_industry(world: World) -> None:
    agglomeration.agglomerate(world)
    firms, p = world.firms, world.p
    for row in range(0, len(firms), 7):
        expected = 0.0
        for other in np.flatnonzero(firms.industry == firms.industry[row]):
            gap = apart(world, int(firms.cell[row]), int(firms.cell[other]))
            if other != row and gap <= REACH:
                expected += firms.labour[other] * (1.0 + gap / 50.0) ** -p.agglomeration_decay
        assert float(firms.localised[row]) == pytest.approx(expected, rel=1e-9, abs=1e-9)
        norm = world.industries.own_potential[firms.industry[row]]
        offered = world.sites.potential[firms.cell[row], firms.industry[row]]
        lost = 2.0 * p.localisation_elasticity * math.log((norm + offered) / (norm + expected))
        assert float(firms.own_gain[row]) == pytest.approx(lost, rel=1e-9, abs=1e-12)


def test_partners_are_met_by_number_and_closeness(world: World) -> None:
    """One uniform number picks a firm: over evenly spread numbers each is met in proportion to its weight."""
    firms, geography = world.firms, world.geography
    home, p, draws = int(firms.cell[0]), world.p, 1000
    gaps = np.array([apart(world, home, int(cell)) for cell in firms.cell])
    weight = np.where(gaps <= REACH, (1.0 + gaps / p.tie_scale) ** -p.search_decay, 0.0)
    around = geography.neighbours(np.zeros(len(geography.gap)))
    cooperation.weigh_search(around.gap, around.weights, p)
    met, crowd = np.zeros(len(firms)), neighbours.crowd_of(firms, around)
    assert crowd.by_cell[-1] == len(firms)
    for u in (np.arange(draws) + 0.5) / draws:
        met[neighbours.pick_near(home, crowd, u)] += 1
    np.testing.assert_allclose(met / draws, weight / weight.sum(), atol=2.0 / draws)


def test_suppliers_are_met_by_capacity_and_closeness(world: World) -> None:
    firms, geography = world.firms, world.geography
    kernel = np.exp(-geography.gap / 60.0)
    home, industry, draws = int(firms.cell[0]), 0, 1000
    gaps = np.array([apart(world, home, int(cell)) for cell in firms.cell])
    sells = np.array([sellers.takes_orders(firm, world.p) for firm in firms]) & (firms.industry == industry)
    weight = np.where(sells & (gaps <= REACH), firms.capacity * np.exp(-gaps / 60.0), 0.0)
    assert (weight > 0).sum() >= 2
    met = np.zeros(len(firms))
    around = geography.neighbours(kernel)
    market = sellers.open_market(firms, len(world.industries), around, geography.positions, world.p)
    for u in (np.arange(draws) + 0.5) / draws:
        met[sellers.pick_supplier(home, industry, market, u)] += 1
    np.testing.assert_allclose(met / draws, weight / weight.sum(), atol=2.0 / draws)


def test_cells_are_chosen_by_weight(world: World) -> None:
    geography, p, industry, draws = world.geography, world.p, 1, 1000
    world.cells.rent[::2] *= 1.5
    cells = geography.region_cells[geography.region_start[2] : geography.region_start[3]]
    land_share = world.industries.land_share[industry]
    value = world.sites.advantage[cells, industry] - land_share * np.log(world.cells.rent[cells])
    weight = world.cells.land[cells] * np.exp(p.cell_pull * value)
    met = dict.fromkeys(cells.tolist(), 0)
    for u in (np.arange(draws) + 0.5) / draws:
        met[int(founding.choose_cell(2, industry, world.nation, p, u))] += 1
    world.cells.rent[::2] /= 1.5
    found = np.array([met[cell] for cell in cells.tolist()]) / draws
    np.testing.assert_allclose(found, weight / weight.sum(), atol=2.0 / draws)
    assert weight.max() / weight.min() > 1.0


def test_distances_of_links_are_those_of_their_ends(world: World) -> None:
    links = world.links
    for link in links:
        others = world.institutes if link.tie == Tie.INSTITUTE else world.firms
        expected = apart(world, int(world.firms.cell[link.first]), int(others.cell[link.second]))
        assert float(link.distance) == pytest.approx(expected, rel=1e-12)
    assert len(links) > 0
