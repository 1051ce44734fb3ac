"""With sizes that emerge: accounts balance, labour suffices, and switches that are off leave no trace."""

from __future__ import annotations

import numpy as np
import pytest

from sim.kernel.world import Event, World
from sim.model import schedule
from sim.model.opening import build_world
from sim.model.rules import foreign_trade, production
from tests.model.engine.worlds import ALONE, hashes, pass_year, small_story

MECHANISMS = (
    "customer_base", "entry_by_earnings", "incumbent_standard", "viability", "takeovers", "used_plants_market",
    "efficient_scale", "fading_leads", "opening_labour", "labour_clearing",
)  # fmt: skip
ON = tuple(f"mechanisms.{name}=true" for name in (*MECHANISMS, "open_economy", "redirection"))


def test_no_more_labour_is_wanted_than_there_is_and_trade_balances() -> None:
    """Also with a large plan, which hires; and where wages have risen all accounts are those of the higher wage."""
    story = small_story(*ON, "plan.budget=0.2", "neutral.budget=0.1", "years.treatment=6")
    world, wages, tight = build_world(story), [1.0], 0
    for _ in range(9):
        pass_year(world, story)
        wages.append(world.wage)
        tight += wages[-1] > wages[-2]
        assert world.labour_demand <= world.labour_force * (1.0 + 2e-4)
        left = float(world.firms.labour.sum()) + world.public_labour
        assert left <= world.labour_demand * (1.0 + 1e-12)
        if not (world.events.event == Event.EXIT).any():
            assert left == pytest.approx(world.labour_demand)
        sold, bought = foreign_trade.sum_trade(world.local_industries)
        assert abs(sold - bought) < 1e-9 * world.expenditure
        here = world.local_industries
        gaps = here.paid.sum(axis=0) + here.exports.sum(axis=0) - here.sales.sum(axis=0) - here.imports.sum(axis=0)
        assert np.abs(gaps).max() < 1e-9 * world.expenditure
        for records, columns in (
            (world.firms, ("appeal", "capacity", "price", "outlook")),
            (world.industries, ("carried",)),
        ):
            assert all(np.isfinite(records[name]).all() for name in columns)
    assert tight > 0, "labour was scarce in some year"


def test_the_first_years_find_enough_labour_and_capital_at_rest() -> None:
    quiet = ("mechanisms.opening_labour=true", "neutral.budget=0", "population.firms=96")
    world, other = build_world(small_story(*ALONE, *quiet)), build_world(small_story(*ALONE, *quiet[1:]))
    assert world.labour_demand == world.labour_force > other.labour_force
    np.testing.assert_allclose(world.firms.building[:, 0], world.p.depreciation * world.firms.capacity)
    for _ in range(2):
        schedule.step(world)
        schedule.step(other)
        assert 0.9 < world.labour_demand / world.labour_force < 1.05
    assert other.labour_demand / other.labour_force > 1.02, "without it there is too little"


def test_year_0_has_no_tail() -> None:
    world = build_world(small_story(*ON, "population.leaders=0.2"))
    assert (world.firms.appeal == 1.0).all()
    usual = build_world(small_story(*ALONE, "population.leaders=0.2"))
    assert float(usual.firms.appeal.max() / usual.firms.appeal.min()) > 10.0
    assert float(world.norms.usual_sales) == pytest.approx(float(world.firms.sales.mean()), rel=0.02)
    np.testing.assert_allclose(world.industries.carried, world.industries.sales / world.norms.usual_sales, rtol=0.05)


def failing(world: World, size: str) -> int:
    """Mark the largest or smallest firm as failing, with debts; its id."""
    row = int(np.argmax(world.firms.sales) if size == "largest" else np.argmin(world.firms.sales))
    world.firms.failing[row], world.firms.cash[row] = 1, -3.0
    return int(world.firms.id[row])


@pytest.mark.parametrize(("size", "stays"), [("largest", True), ("smallest", False)])
def test_a_large_firm_that_fails_goes_on_and_a_small_one_leaves_its_plant(size: str, stays: bool) -> None:
    world = build_world(small_story(*ON))
    for phase in schedule.YEAR:
        phase.apply(world)
        if phase.apply.__name__ == "rescue":
            one, used = failing(world, size), float(world.industries.used_plants.sum())
    assert (one in world.firms.id) == stays
    taken = world.events[(world.events.event == Event.TAKEOVER) & (world.events.agent == one)]
    assert taken.amount.tolist() == ([3.0] if stays else [])
    if not stays:
        assert float(world.industries.used_plants.sum()) > used


def test_money_for_used_plants_hires_nobody() -> None:
    world = build_world(small_story(*ON))
    for phase in schedule.YEAR:
        phase.apply(world)
        if phase.apply.__name__ == "invest":
            world.industries.used_plants = 0.5 * world.industries.capacity
            ordered = world.firms.investment.copy()
        if phase.apply.__name__ == "account":
            break
    firms = world.firms
    bought = firms.used_outlay > 0.0
    assert bought.any()
    old = firms.age > 0
    built = (firms.investment - firms.used_outlay)[old & bought]
    assert (built < ordered[old & bought] * world.wage * 1.01).all()
    assert float(firms.labour.sum()) == pytest.approx(production.sum_labour(firms, world.nation, world.p))


def test_switches_that_are_off_leave_no_trace() -> None:
    world = build_world(small_story(*ALONE))
    for _ in range(2):
        schedule.step(world)
    firms, industries = world.firms, world.industries
    assert not firms.rising.any() and not firms.outlook.any() and not firms.used_outlay.any()
    assert (firms.scale_cost == 1.0).all()
    assert not industries.efficient_capacity.any() and not industries.used_plants.any()
    assert not world.local_industries.newcomer_capacity.any()
    assert not (world.events.event == Event.TAKEOVER).any()


@pytest.mark.slow
def test_same_seed_same_bits_with_all_of_them() -> None:
    assert hashes(small_story(*ON), 4) == hashes(small_story(*ON), 4)
