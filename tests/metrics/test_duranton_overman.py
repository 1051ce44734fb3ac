"""The K-density test against scipy, against direct counting, and on worlds whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from sim.metrics.formulas.duranton_overman import (
    chance_densities,
    distance_classes,
    drawn_sites,
    duranton_overman,
    global_envelope,
    pair_histogram,
    silverman_bandwidth,
    smoothing,
)

SIDE, CELL = 12, 10.0
X, Y = (axis.ravel() * CELL for axis in np.meshgrid(np.arange(SIDE), np.arange(SIDE), indexing="ij"))
WITHIN = 0.5214 * CELL


def run(site: np.ndarray, industry: np.ndarray, **settings: int):  # type: ignore[no-untyped-def, type-arg]
    """The test on a 12 x 12 map of 10 km cells."""
    settings = {"seed": 1, "draws": 200, **settings}
    industries = int(industry.max()) + 1
    return duranton_overman(site, industry, X, Y, industries=industries, within=WITHIN, **settings)


def test_histogram_counts_every_pair() -> None:
    classes = distance_classes(X, Y, WITHIN)
    sites = np.random.default_rng(1).integers(0, SIDE * SIDE, 25)
    histogram = pair_histogram(sites, classes)
    direct = [
        WITHIN if sites[a] == sites[b] else np.hypot(X[sites[a]] - X[sites[b]], Y[sites[a]] - Y[sites[b]])
        for a in range(25)
        for b in range(a)
    ]
    assert histogram.sum() == len(direct)
    assert np.repeat(classes.distance, histogram.astype(int)) == pytest.approx(np.sort(direct), abs=1e-3)


def test_density_is_the_reflected_gaussian_kernel_of_scipy() -> None:
    from scipy.stats import norm

    distances, point, bandwidth = np.array([2.0, 7.0, 7.0, 30.0]), np.linspace(0, 40, 9), 4.0
    oracle = sum(norm.pdf(point, d, bandwidth) + norm.pdf(point, -d, bandwidth) for d in distances) / len(distances)
    assert smoothing(distances, point, bandwidth).mean(axis=0) == pytest.approx(oracle, rel=1e-12)
    fine = np.linspace(0, 200, 20001)
    assert smoothing(distances, fine, bandwidth)[0].sum() * 0.01 == pytest.approx(1.0, abs=1e-3)


def test_silverman_by_hand() -> None:
    assert silverman_bandwidth(2.0, 1.34, 32.0) == pytest.approx(0.9 * 1.0 * 0.5)
    assert silverman_bandwidth(2.0, 0.0, 32.0) == pytest.approx(0.9)


def test_chance_densities_are_those_of_each_draw_alone() -> None:
    """The shared pairs of nested samples give what counting each sample afresh gives."""
    classes = distance_classes(X, Y, WITHIN)
    sites = np.random.default_rng(2).integers(0, SIDE * SIDE, size=(7, 20))
    sizes = np.array([5, 11, 20])
    kernels = np.array([smoothing(classes.distance, np.linspace(0, 60, 4), h) for h in (5.0, 6.0, 7.0)])
    shared = chance_densities(sites, sizes, kernels, classes)
    for k, size in enumerate(sizes):
        alone = [pair_histogram(draw[:size], classes) @ kernels[k] for draw in sites]
        assert shared[k] == pytest.approx(np.array(alone), rel=1e-12)


def test_draws_are_without_replacement_and_uniform() -> None:
    sites = np.arange(6)
    drawn = drawn_sites(sites, 3, 6000, seed=3, year=5)
    assert all(len(set(row)) == 3 for row in drawn[:200].tolist())
    for column in range(3):
        assert np.bincount(drawn[:, column]) == pytest.approx(np.full(6, 1000), abs=120)
    assert np.array_equal(drawn, drawn_sites(sites, 3, 6000, seed=3, year=5))
    assert not np.array_equal(drawn, drawn_sites(sites, 3, 6000, seed=3, year=6))


def test_envelope_holds_its_share_of_draws() -> None:
    draws = np.cumsum(np.random.default_rng(4).normal(size=(1000, 24)), axis=1)
    lower, upper = global_envelope(draws, 0.95)
    assert (draws <= upper).all(axis=1).mean() == pytest.approx(0.95, abs=0.01)
    assert (draws >= lower).all(axis=1).mean() == pytest.approx(0.95, abs=0.01)
    assert (lower < upper).all()


def test_a_cluster_is_localised_and_a_lattice_dispersed() -> None:
    draw = np.random.default_rng(5)
    everywhere = draw.integers(0, SIDE * SIDE, 600)
    corner = draw.choice([0, 1, SIDE, SIDE + 1], 25)
    lattice = np.array([row * SIDE + column for row in range(0, SIDE, 3) for column in range(0, SIDE, 3)])
    found = run(np.concatenate([everywhere, corner, lattice]), np.repeat([0, 1, 2], [600, 25, len(lattice)]))
    assert found.localised[1] and not found.dispersed[1]
    assert found.dispersed[2] and not found.localised[2]
    assert found.index[1] > 0.3


def test_false_alarms_are_rare_under_random_placement() -> None:
    """40 industries placed at random: about one in twenty leaves a 95 % envelope upwards."""
    draw = np.random.default_rng(6)
    site = draw.integers(0, SIDE * SIDE, 1200)
    found = run(site, np.repeat(np.arange(40), 30), draws=400)
    assert found.localised.mean() <= 0.15


def test_small_industries_are_not_tested() -> None:
    found = run(np.arange(29), np.repeat([0, 1], [20, 9]))
    assert np.isfinite(found.index[0]) and np.isnan(found.index[1]) and np.isnan(found.density[1]).all()
    assert not found.localised[1] and not found.dispersed[1]
    nothing = run(np.arange(5), np.zeros(5, dtype=int))
    assert np.isnan(nothing.index).all()


def test_all_firms_on_one_site_are_as_by_chance() -> None:
    found = run(np.zeros(40, dtype=int), np.repeat([0, 1], 20))
    assert found.index.tolist() == [0.0, 0.0] and found.counter_index.tolist() == [0.0, 0.0]


def test_order_of_firms_and_sites_cannot_matter() -> None:
    draw = np.random.default_rng(7)
    site, industry = draw.integers(0, SIDE * SIDE, 120), np.repeat([0, 1, 2], 40)
    base = run(site, industry)
    order, site_order = draw.permutation(120), draw.permutation(SIDE * SIDE)
    moved = np.argsort(site_order)[site]
    again = duranton_overman(
        moved[order], industry[order], X[site_order], Y[site_order], industries=3, within=WITHIN, seed=1, draws=200
    )
    assert np.array_equal(base.density, again.density) and np.array_equal(base.upper, again.upper)


def test_the_global_envelope_holds_exactly_its_share_of_the_draws() -> None:
    """Of twenty draws nineteen lie at or below the upper band and nineteen at or above the lower one."""
    steps = np.arange(1.0, 21.0)
    draws = np.column_stack([steps, 100.0 * steps])
    lower, upper = global_envelope(draws, 0.95)
    assert upper.tolist() == [19.0, 1900.0]
    assert lower.tolist() == [2.0, 200.0]
    assert ((draws <= upper).all(axis=1)).mean() == 0.95
    assert ((draws >= lower).all(axis=1)).mean() == 0.95
