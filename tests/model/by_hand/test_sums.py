"""Loops that apply a rule to everybody, or add up: the same over a whole nation in plain Python."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.kernel.draws import Luck, Purpose, lineage, uniform
from sim.kernel.world import BIRTH, Category, Origin, World
from sim.model.rules import (
    appeal,
    capacity,
    census,
    congestion,
    endowments,
    entry,
    incentives,
    learning,
    pricing,
    production,
)
from sim.runs.run import fork
from tests.model.engine.worlds import everything_on, lived, map_story

SEED, YEAR = 5, 40


def exactly(value: Any) -> Any:
    """Equal up to rounding."""
    return pytest.approx(value, rel=1e-9, abs=1e-12)


@pytest.fixture(scope="module", params=["everything on", "map"])
def past(request: pytest.FixtureRequest) -> World:
    return lived(everything_on() if request.param == "everything on" else map_story(), 4)


@pytest.fixture
def world(past: World) -> World:
    """A world that a test may write to."""
    return fork(past)


def by_local_industry(world: World, values: Any) -> np.ndarray:
    """Values of firms (N,) added up by region and industry."""
    total = np.zeros(world.local_industries.shape)
    for firm, value in zip(world.firms, values, strict=True):
        total[firm.region, firm.industry] += value
    return total


def test_the_census_counts_firms_by_place_and_industry(world: World) -> None:
    firms = world.firms
    firms.building[:, 1] += 2.0
    world.industries.firms[:] = 99
    census.take_census(world)
    building = firms.building.sum(axis=1)
    for column, values in (
        ("firms", np.ones(len(firms))), ("capacity", firms.capacity), ("coming", building), ("employment", firms.labour)
    ):  # fmt: skip
        expected = by_local_industry(world, values)
        assert world.local_industries[column] == exactly(expected)
        if column != "employment":
            assert world.industries[column] == exactly(expected.sum(axis=0))
    assert world.cells.firms.tolist() == np.bincount(firms.cell, minlength=len(world.cells)).tolist()
    institutes_by_cell = np.bincount(world.institutes.cell, minlength=len(world.cells))
    assert world.cells.institutes.tolist() == institutes_by_cell.tolist()
    for industry_row, industry in enumerate(world.industries):
        mine = firms[firms.industry == industry_row]
        if len(mine):
            means = (np.log(mine.productivity).mean(), mine.appeal.mean(), mine.capacity.mean())
            assert (industry.mean_productivity, industry.mean_appeal, industry.mean_capacity) == exactly(means)


def test_firms_grow_older_and_tastes_move_with_their_own_luck(world: World) -> None:
    before = world.firms.copy()
    world.firms.born[:3] = YEAR
    world.p.customer_base = False  # it takes the place of tastes
    work = (np.zeros(len(world.industries)), np.zeros(len(world.industries)))
    appeal.grow_older(world.firms, *work, world.p, Luck(SEED, YEAR))
    assert world.firms.age.tolist() == (YEAR - world.firms.born).tolist()
    assert world.firms.appeal[:3].tolist() == before.appeal[:3].tolist()
    p = world.p
    wanted, kept = np.zeros(len(before)), np.zeros(len(before))
    for row, old in list(enumerate(before))[3:]:
        luck = uniform(SEED, Purpose.APPEAL, YEAR, old.id, 0)
        size = abs(math.log(2 * min(luck, 1 - luck))) ** p.appeal_tail
        size *= math.sqrt(2.0 / math.gamma(1 + 2 * p.appeal_tail))
        shift = p.appeal_volatility * (size if luck > 0.5 else -size)
        wanted[row], kept[row] = math.exp(min(max(math.log(old.appeal) + shift, -8.0), 8.0)), old.appeal
    industry_of = np.asarray(before.industry)
    scale = np.bincount(industry_of, weights=kept) / np.maximum(np.bincount(industry_of, weights=wanted), 1e-300)
    assert world.firms.appeal[3:].tolist() == exactly(
        (wanted * scale[industry_of] * math.exp(-p.appeal_drift))[3:].tolist()
    )


def test_crowding_is_capacity_over_what_rivals_are_expected_to_have(world: World) -> None:
    capacity.judge_crowding(world.industries, world.p)
    for industry in world.industries:
        rivals = capacity.expected_rivals(industry, world.p)
        assert industry.crowding == exactly(industry.capacity / rivals if rivals > 0 else 1.0)


def test_wages_and_rents_follow_density(world: World) -> None:
    norms, p, cells = world.norms, world.p, world.cells
    congestion.price_factors(world.regions, cells, world.local_industries, norms, 2.0, p)
    for region_row, region in enumerate(world.regions):
        density = region.employment / cells.land[cells.region == region_row].sum() / norms.region_density
        assert region.wage == exactly(2.0 * max(density, 0.1) ** p.wage_density)
        for local_industry in world.local_industries[region_row]:
            crowded = max(local_industry.employment / norms.local_industry_employment, 0.1)
            assert local_industry.congestion == exactly(p.specific_congestion * math.log(crowded))
    for cell in cells:
        density = max(cell.employment / cell.land / norms.cell_density, 0.1)
        assert cell.rent == exactly(2.0 * density**p.rent_density)


def test_fit_moves_by_what_is_learnt(world: World) -> None:
    before = world.local_industries.copy()
    endowments.learn_everywhere(world.local_industries, world.industries, world.regions, world.p)
    for region_row, region in enumerate(world.regions):
        for industry_row, industry in enumerate(world.industries):
            old, new = before[region_row, industry_row], world.local_industries[region_row, industry_row]
            fair = industry.capacity * region.population
            gain = min(1.0, old.capacity / fair - 1.0) if fair > 0 else 0.0
            learnt = max(0.0, old.learnt + world.p.place_learning * gain)
            assert new.learnt == exactly(learnt)
            assert new.fit - old.fit == exactly(learnt - old.learnt)


def test_emerging_industries_learn_from_output(world: World) -> None:
    before, p = world.industries.copy(), world.p
    learning.learn_all(world.industries, p)
    for old, new in zip(before, world.industries, strict=True):
        if (p.learning_everywhere != 1 and old.category < Category.EMERGING) or old.output <= 0:
            assert (new.frontier, new.experience) == (old.frontier, old.experience)
            continue
        begun = old.experience or p.first_experience * old.output / max(old.available, 1e-3)
        assert new.experience == exactly(begun + old.output)
        step = p.national_learning * math.log((begun + old.output) / begun)
        assert new.frontier == exactly(old.frontier + step)


def names(births: Any) -> list[tuple[int, int, int]]:
    """Id, region and industry of births."""
    return list(zip(births.id.tolist(), births.region.tolist(), births.industry.tolist(), strict=True))


def test_every_entrant_is_announced_under_its_own_name(world: World) -> None:
    counts = np.arange(world.local_industries.size).reshape(world.local_industries.shape) % 3
    births = BIRTH.empty(int(counts.sum()))
    entry.announce(world.regions, world.industries, world.local_industries, counts, births, YEAR)
    expected = [
        (int(lineage(Purpose.ENTRY, entry.local_industry_key(region, industry), YEAR, slot)), region_row, industry_row)
        for region_row, region in enumerate(world.regions)
        for industry_row, industry in enumerate(world.industries)
        for slot in range(counts[region_row, industry_row])
    ]
    assert names(births) == expected
    assert len({one[0] for one in expected}) == len(expected)
    assert set(births.origin) == {Origin.DE_NOVO}
    assert set(births.cell) == {-1}
    assert not births.grant.any()


def test_every_attracted_firm_brings_its_grant(world: World) -> None:
    world.local_industries.attracted = np.arange(world.local_industries.size).reshape(world.local_industries.shape) % 2
    births = BIRTH.empty(int(world.local_industries.attracted.sum()))
    incentives.attract(world.regions, world.industries, world.local_industries, births, YEAR)
    where = np.argwhere(world.local_industries.attracted)
    assert [one[1:] for one in names(births)] == [tuple(pair) for pair in where.tolist()]
    assert births.grant.tolist() == [
        float(world.local_industries.startup_cost[region, industry]) for region, industry in where
    ]
    assert len(set(births.id.tolist())) == len(births)
    assert set(births.origin) == {Origin.ATTRACTED}


def test_prices_of_all_are_set(world: World) -> None:
    p = world.p
    pricing.set_full_cost_prices(world.firms, world.industries, world.local_industries, p)
    faced, expected = (
        np.asarray(table) if p.niches else np.full(len(table), float(p.variety_elasticity))
        for table in (world.firms.elasticity, world.industries.newcomer_elasticity)
    )
    capital = 1.0 + (p.interest + p.depreciation) * p.capital_price / p.normal_utilisation
    assert world.firms.full_cost_price == exactly(
        np.asarray(faced / (faced - 1.0) * capital * world.firms.unit_cost * (1.0 - world.firms.price_cut))
    )
    assert world.local_industries.full_cost_price == exactly(
        np.asarray(expected / (expected - 1.0) * capital * world.local_industries.unit_cost)
    )
    world.firms.living[0] = False
    before = world.firms.copy()
    pricing.reprice(world.firms, p)
    assert world.firms.price[0] == before.price[0]
    for old, new in list(zip(before, world.firms, strict=True))[1:]:
        use = min(old.demand / old.capacity, 1.5) if old.capacity > 0 else 1.5
        change = p.price_speed * (use - p.normal_utilisation) + p.price_anchor * math.log(
            old.full_cost_price / old.price
        )
        floor = old.unit_cost * (1.0 - old.price_cut)
        assert new.price == exactly(max(floor, old.price * math.exp(change)))


def test_costs_of_all_firms_and_of_a_mean_firm_in_every_local_industry(world: World) -> None:
    production.cost(world)
    regions, industries, cells, local_industries = world.regions, world.industries, world.cells, world.local_industries
    for region in range(len(regions)):
        here = np.flatnonzero(cells.region == region)
        for industry_row, industry in enumerate(industries):
            local_industry = local_industries[region, industry_row]
            bundle = math.fsum(
                world.input_shares[source, industry_row]
                * (
                    math.log(local_industries.price_index[region, source])
                    + math.log1p(local_industries.search_cost[region, source])
                )
                for source in range(len(industries))
            )
            assert local_industry.input_price == exactly(math.exp(bundle))
            log_rent = np.log(cells.rent[here]).mean()
            log_theta = (
                industry.mean_productivity + local_industry.fit - local_industry.congestion + regions[region].advantage
                + world.sites.advantage[here, industry_row].mean()
            )  # fmt: skip
            log_cost = industry.labour_share * math.log(regions[region].wage) + industry.land_share * log_rent
            assert math.log(local_industry.unit_cost) == exactly(log_cost + bundle - log_theta - industry.frontier)
    for firm in world.firms:
        local_industry, industry = local_industries[firm.region, firm.industry], industries[firm.industry]
        assert firm.efficiency == exactly(
            production.efficiency(firm, world.sites[firm.cell, firm.industry], local_industry, regions[firm.region])
        )
        factors = regions[firm.region].wage ** industry.labour_share * cells[firm.cell].rent ** industry.land_share
        cost = factors * local_industry.input_price / (firm.efficiency * math.exp(industry.frontier - firm.sourcing))
        assert firm.unit_cost == exactly(cost * firm.scale_cost)


def test_books_are_closed_for_all_who_live(world: World) -> None:
    world.firms.living[2] = False
    world.firms.input_bill = 0.1 * world.firms.output
    before = world.firms.copy()
    production.close_books(world.firms, world.nation, world.flows, world.p)
    alive = world.firms.living
    sales = np.where(alive, before.price * before.output, 0.0)
    assert np.where(alive, world.firms.sales, 0.0) == exactly(sales)
    # Column by column: what lies between columns need not be copied.
    assert all(world.firms[name][2].tobytes() == before[name][2].tobytes() for name in before.dtype.names)
    added = sales + np.where(alive, before.support - before.input_bill, 0.0)
    for column, values in (
        ("sales", sales), ("output", np.where(alive, before.output, 0.0)), ("value_added", added),
        ("research", np.where(alive, before.research, 0.0)),
    ):  # fmt: skip
        assert world.local_industries[column] == exactly(by_local_industry(world, values))
    assert world.regions.value_added == exactly(by_local_industry(world, added).sum(axis=1))
    demand = by_local_industry(world, np.where(alive, before.demand, 0.0)).sum(axis=0)
    assert world.industries.demand == exactly(demand)
    profit = by_local_industry(world, np.where(alive, world.firms.profit, 0.0)).sum(axis=0)
    sold = by_local_industry(world, sales).sum(axis=0)
    assert world.industries.margin == exactly(np.divide(profit, sold, out=np.zeros_like(sold), where=sold > 0))
