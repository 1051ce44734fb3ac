"""Entry against the Poisson distribution, and what first years are like against what was asked for."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from sim.kernel.draws import Luck, exponential_quantile, laplace_quantile, normal_quantile, poisson_quantile, uniform
from sim.kernel.world import ENDOWMENT_NAMES, REGION, World
from sim.model.opening import build_world
from sim.model.opening.first_market import import_appeal
from sim.model.opening.places import open_gateways
from sim.model.rules import entry, labour, market, spin_off
from tests.model.engine.worlds import ALONE, lived, map_story, small_story

LUCKS = (np.arange(400) + 0.5) / 400


@pytest.mark.parametrize("mean", [0.01, 0.3, 1.0, 4.7, 30.0, 300.0])
def test_numbers_of_entrants_are_poisson(mean: float) -> None:
    expected = stats.poisson.ppf(LUCKS, mean)
    assert [poisson_quantile(luck, mean) for luck in LUCKS] == expected.tolist()
    assert poisson_quantile(0.7, 0.0) == 0


def test_large_numbers_of_entrants_are_nearly_poisson() -> None:
    found = np.array([poisson_quantile(luck, 2000.0) for luck in LUCKS])
    assert np.abs(found - stats.poisson.ppf(LUCKS, 2000.0)).max() <= 3


@pytest.mark.parametrize(
    ("quantile", "law"),
    [(normal_quantile, stats.norm()), (laplace_quantile, stats.laplace()), (exponential_quantile, stats.expon())],
    ids=["normal", "laplace", "exponential"],
)
def test_luck_has_the_law_it_is_said_to_have(quantile: object, law: object) -> None:
    found = [quantile(luck) for luck in LUCKS]
    np.testing.assert_allclose(found, law.ppf(LUCKS), rtol=1e-12, atol=1e-14)


def test_keyed_numbers_are_uniform_and_independent() -> None:
    numbers = np.array([[uniform(7, 3, year, firm, 0) for firm in range(300)] for year in range(20)])
    assert stats.kstest(numbers.ravel(), "uniform").pvalue > 0.01
    assert abs(np.corrcoef(numbers[0], numbers[1])[0, 1]) < 0.15
    assert abs(np.corrcoef(numbers[:, 0], numbers[:, 1])[0, 1]) < 0.6
    assert len(np.unique(numbers)) == numbers.size


def count_entrants(world: World, counts: np.ndarray, year: int) -> None:
    """De novo firms of a year, (R, S), written to `counts`."""
    places = (world.regions, world.industries, world.local_industries)
    entry.expect_founders(*places, world.p)
    entry.count_entrants(*places, counts, Luck(world.seed, year))


def test_entrants_come_in_the_numbers_and_places_expected() -> None:
    """Over many years of the same state, entry by region and industry is Poisson with the rule's mean."""
    world, years = lived(small_story(), 4), 1000
    entry.judge_prospects(world.regions, world.industries, world.local_industries, world.p)
    counts = np.zeros(world.local_industries.shape, dtype=np.int64)
    total, squares = np.zeros(counts.shape), np.zeros(counts.shape)
    for year in range(years):
        count_entrants(world, counts, year)
        total += counts
        squares += counts.astype(float) ** 2
    pull = world.regions.population[:, None] * np.exp(
        world.p.profit_pull * world.local_industries.prospect + world.local_industries.grant_pull
    )
    nation = np.array([entry.entrants_expected(industry, world.p) for industry in world.industries])
    expected = pull / pull.sum(axis=0) * nation
    error = np.sqrt(expected / years)
    assert (np.abs(total / years - expected) / error).max() < 4.0
    variance = squares / years - (total / years) ** 2
    np.testing.assert_allclose(variance / expected, 1.0, atol=0.3)


def test_an_industry_that_is_not_open_is_not_entered() -> None:
    world = lived(small_story(), 4)
    world.industries.opened[1] = False
    counts = np.zeros(world.local_industries.shape, dtype=np.int64)
    for year in range(200):
        count_entrants(world, counts, year)
        assert not counts[:, 1].any()


# -- year 0 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("story", [small_story(), map_story()], ids=["grid", "map"])
def test_year_zero_is_where_prices_and_use_settle(story: object) -> None:
    """Firms that replace what wears out are used as much, and ask as much, as they would in the long run."""
    world = build_world(story)
    firms, use = world.firms, labour.settled_use(world.p)
    assert len(firms) == story.population.firms
    np.testing.assert_allclose(firms.demand / firms.capacity, use, rtol=0.02)
    np.testing.assert_allclose(
        firms.price, math.exp(labour.settled_price(use, world.p)) * firms.full_cost_price, rtol=0.02
    )
    # Who builds and does research is there, too, and last year's demand for labour was the force.
    building = labour.opening_labour(firms, world.regions, world.p)
    assert building > 0.0 and world.labour_demand == world.labour_force
    making = float(firms.labour.sum()) + float(world.institutes.budget.sum())
    assert world.labour_force == pytest.approx(making + building, rel=0.01)


@pytest.mark.parametrize("story", [small_story(*ALONE), map_story(*ALONE)], ids=["grid", "map"])
def test_year_zero_is_at_rest(story: object) -> None:
    """Firms stand as many as asked for, sell what they can make, and earn about the normal margin."""
    world = build_world(story)
    firms = world.firms
    assert len(firms) == story.population.firms
    assert len(world.institutes) == story.population.institutes
    assert (firms.kind == 1).sum() == round(story.population.leaders * story.population.firms)
    np.testing.assert_allclose(firms.demand / firms.capacity, world.p.normal_utilisation, rtol=0.02)
    np.testing.assert_allclose(firms.price, firms.full_cost_price, rtol=0.02)
    # After research, which is charged from year 1 on, firms earn the normal margin and what a tenth of them starting
    # anew would cost: a year's wage and first capacity, .1 (w + size x pk c K) a firm.
    research = float((firms.research_intensity * firms.sales).sum())
    starting = 0.1 * len(firms) + 0.1 * world.p.entrant_size * world.p.capital_price * float(
        (firms.unit_cost * firms.capacity).sum()
    )
    expected = float(world.p.normal_margin) + starting / float(firms.sales.sum())
    assert float(firms.profit.sum() - research) / float(firms.sales.sum()) == pytest.approx(expected, abs=0.02)
    assert world.labour_force == pytest.approx(world.labour_demand + float(world.institutes.budget.sum()), rel=1e-9)
    imported = world.local_industries.imports.sum(axis=0) / world.local_industries.paid.sum(axis=0)
    np.testing.assert_allclose(imported, world.p.import_share, rtol=0.1)


def test_imports_come_in_by_the_best_ports_and_cost_more_further_inland() -> None:
    world = build_world(small_story("parameters.gateways=0.3"))
    regions, freeness = world.regions, market.trade_freeness(world)
    port = np.array(regions.endowment)[:, ENDOWMENT_NAMES.index("port")]
    gates = np.array(regions.gateway)
    assert 0 < gates.sum() < len(gates)
    assert port[gates].min() > port[~gates].max()
    for region in range(len(regions)):
        assert regions.landing[region] == max(freeness[gate, region] for gate in np.flatnonzero(gates))
    assert np.array(regions.landing)[~gates].max() < np.array(regions.landing)[gates].max()


def test_where_ports_are_alike_imports_come_in_everywhere() -> None:
    regions = REGION.empty(5)
    open_gateways(regions, 0.2)
    assert regions.gateway.all()


def test_appeal_of_imports_gives_them_their_share() -> None:
    landed = np.array([[1.0, 1.0], [0.2, 0.5]])
    domestic = np.array([[3.0, 0.0], [1.0, 0.0]])
    spending = np.array([[2.0, 0.0], [5.0, 0.0]])
    appeal = import_appeal(landed, domestic, spending, 0.1)
    assert appeal[1] == 0.0
    weight = appeal[0] * landed[:, 0]
    share = (spending[:, 0] * weight / (weight + domestic[:, 0])).sum() / spending[:, 0].sum()
    assert share == pytest.approx(0.1, rel=1e-9)
    assert not import_appeal(landed, domestic, spending, 0.0).any()


def test_comparative_advantage_is_scaled_and_double_centred() -> None:
    world = build_world(small_story("parameters.endowment_spread=0.3"))
    fit = np.array(world.local_industries.fit)
    np.testing.assert_allclose(fit.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(fit.mean(axis=1), 0.0, atol=1e-12)
    assert float(np.sqrt((fit**2).mean())) == pytest.approx(0.3, rel=1e-9)


def test_endowments_of_a_map_are_standardised_columns() -> None:
    world = build_world(map_story())
    ore = np.array([5.0, 1.0, 2.0, 7.0, 3.0])
    np.testing.assert_allclose(world.regions.endowment[:, 0], stats.zscore(ore), rtol=1e-12)
    assert not world.regions.endowment[:, 2:].any()
    people = np.array([30, 12, 25, 20, 13])
    np.testing.assert_allclose(world.regions.population, people / people.sum(), rtol=1e-12)


@pytest.mark.parametrize("count", [1, 2, 7, 300])
def test_the_best_quarter_begins_where_numpy_puts_the_quartile(count: int) -> None:
    luck = np.random.default_rng(count)
    industry, productivity = luck.integers(0, 5, count), np.exp(luck.normal(size=count))
    firms = SimpleNamespace(industry=industry, productivity=productivity)
    world = SimpleNamespace(firms=firms, industries=range(6), p=SimpleNamespace(spin_off_quantile=0.75))
    found = spin_off.spawning_bars(world)  # type: ignore[arg-type]
    for industry_row in range(6):
        own = np.log(productivity[industry == industry_row])
        assert found[industry_row] == pytest.approx(np.quantile(own, 0.75) if len(own) else np.inf, rel=1e-12)
