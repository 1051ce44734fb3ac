"""With an open economy and redirected orders money, goods and trade balance every year, whatever else goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pytest

from sim.kernel.scenario_types import Scenario
from sim.kernel.world import Event, Flow, World
from sim.model import schedule
from sim.model.opening import build_world
from sim.model.rules import foreign_trade
from tests.model.engine.worlds import ALONE, everything_on, hashes, map_story, pass_year, small_story

ON = ("mechanisms.open_economy=true", "mechanisms.redirection=true")
SHOCKS = (
    "shocks=[{shock: embargo, start: 1, years: 2, strength: 1.0}, {shock: demand_slump, start: 1, strength: 0.4}, "
    "{shock: disaster, start: 2, years: 1, strength: 0.5}]"
)
POLICIES = (
    "policies=[{policy: local_protection, start: 1, strength: 1.0}, {policy: soft_loan, start: 1, strength: 1.0}, "
    "{policy: research_grant, start: 1, strength: 1.0}]"
)
STORIES: dict[str, Callable[[], Scenario]] = {
    "quiet": partial(small_story, *ON),
    "everything": everything_on,
    "shocks": partial(small_story, *ON, SHOCKS),
    "policies": partial(small_story, *ON, POLICIES, "plan.budget=0.15"),
    "redirected only": partial(small_story, *ALONE, "mechanisms.redirection=true"),
    "open only": partial(small_story, *ALONE, "mechanisms.open_economy=true", "parameters.import_share=0.3"),
    "unequal places": partial(map_story, *ON, "parameters.protection=0.5"),
}


def some_stories() -> list[object]:
    """All of them; most are left out when the compiler is off."""
    return [name if name == "everything" else pytest.param(name, marks=pytest.mark.slow) for name in STORIES]


def years(story: Scenario) -> Iterator[tuple[World, float]]:
    """The world after every year, and what consumers had saved when it began."""
    world = build_world(story)
    for _ in range(story.years.burn_in + story.years.treatment):
        saved = float(world.regions.savings.sum())
        pass_year(world, story)
        yield world, saved


@pytest.mark.parametrize("name", some_stories())
def test_money_goods_and_trade_balance_every_year(name: str) -> None:
    redirected = 0.0
    for world, saved in years(STORIES[name]()):
        here, unit = world.local_industries, world.expenditure
        sold, bought = foreign_trade.sum_trade(here)
        if world.p.open_economy:
            assert abs(sold - bought) < 1e-9 * unit, "exports pay for imports"
            assert sold > 0.0 or bought == 0.0
        else:
            assert sold == 0.0
            assert world.exchange == 1.0
        paid, sales = here.paid.sum(axis=0), here.sales.sum(axis=0)
        gaps = paid + here.exports.sum(axis=0) - sales - here.imports.sum(axis=0)
        assert np.abs(gaps).max() < 1e-9 * unit, "goods: what buyers pay is what sellers get, industry by industry"
        consumed = float((here.final * here.paid_share).sum())
        added = float(here.value_added.sum()) - float(world.flows[Flow.SUPPORT])
        assert added == pytest.approx(consumed + sold - bought, abs=1e-9 * unit)
        spent = world.consumption_budget * (1.0 - world.recession)
        assert float(world.regions.income.sum()) == pytest.approx(spent + saved, abs=1e-9 * unit)
        kept = float(world.regions.savings.sum())
        assert consumed + (kept if world.p.redirection else world.unspent) == pytest.approx(
            float(world.regions.income.sum()), abs=1e-9 * unit
        )
        firms = world.firms[world.firms.living]
        taken_over = np.isin(firms.id, world.events.agent[world.events.event == Event.TAKEOVER])
        # A takeover, at the end of the year, loses some of the plant that made the year's output.
        assert (firms.output <= firms.capacity * (1 + 1e-12))[~taken_over].all()
        full = firms.redirected <= 0.0
        np.testing.assert_array_equal(firms.orders[full], firms.demand[full])
        assert (firms.demand <= firms.orders + 1e-12).all()
        assert (here.paid_share <= 1.0).all() and (here.filled <= 1.0).all()
        redirected += float(firms.redirected.sum())
    assert (redirected > 0.0) == bool(STORIES[name]().mechanisms.get("redirection", False))


def test_year_0_pays_for_its_imports_at_an_exchange_rate_of_1() -> None:
    world = build_world(small_story(*ON))
    sold, bought = foreign_trade.sum_trade(world.local_industries)
    assert sold == pytest.approx(bought, abs=1e-9 * world.expenditure)
    assert sold > 0.02 * world.expenditure
    assert world.exchange == 1.0
    here = world.local_industries
    share = (here.exports.sum(axis=0) / here.sales.sum(axis=0))[np.asarray(world.industries.importable)]
    np.testing.assert_allclose(share, share[0], rtol=1e-6)


def test_a_nation_that_has_lost_an_industry_gets_of_its_goods_what_exports_pay_for() -> None:
    world = build_world(small_story("neutral.budget=0", "mechanisms.entry=false", "mechanisms.spin_offs=false"))
    lost = 0
    world.firms.living[np.asarray(world.firms.industry) == lost] = False
    world.settle()
    world.firms.capacity *= 0.1
    schedule.step(world)
    sold, bought = foreign_trade.sum_trade(world.local_industries)
    assert abs(sold - bought) < 1e-9 * world.expenditure
    assert 0.0 < world.industries[lost].unpaid < 1.0
    here = world.local_industries[:, lost]
    assert (here.paid_share < 1.0).all()
    assert here.imports.sum() > 0.0


def test_foreign_money_gets_dearer_when_the_world_buys_less() -> None:
    story = small_story(*ON)
    world, other = build_world(story), build_world(story)
    other.industries.export_demand *= 0.7
    schedule.step(world)
    schedule.step(other)
    # X = e^5 B, M ~ e^-4: ln e rises by about -ln .7 / 9 = .04, less what higher prices at home take back.
    assert 0.02 < np.log(other.exchange / world.exchange) < 0.06


def test_unmet_demand_falls_when_orders_are_redirected() -> None:
    def unmet(*settings: str) -> float:
        shares = [
            1.0 - float(world.local_industries.paid.sum() / world.local_industries.spending.sum())
            for world, _ in years(small_story(*ALONE, *settings))
        ]
        return float(np.mean(shares))

    assert unmet("mechanisms.redirection=true") < 0.5 * unmet()


def test_a_world_without_shortage_is_not_moved_by_redirection() -> None:
    """With room for all orders the switch changes nothing, to the bit."""
    calm = (
        *ALONE, "mechanisms.disruption=false", "mechanisms.entry=false", "mechanisms.spin_offs=false",
        "plan.layout=market", "neutral.budget=0",
    )  # fmt: skip
    world, redirecting = build_world(small_story(*calm)), build_world(small_story(*calm))
    redirecting.p = build_world(small_story(*calm, "mechanisms.redirection=true")).p
    for one in (world, redirecting):
        one.firms.capacity *= 4.0
        schedule.step(one)
    assert float((world.firms.planned / world.firms.demand).min()) == 1.0
    for name in ("output", "price", "cash", "demand"):
        np.testing.assert_array_equal(world.firms[name], redirecting.firms[name])


def test_switches_that_are_off_leave_no_trace() -> None:
    world = build_world(small_story(*ALONE))
    for _ in range(2):
        schedule.step(world)
    for name in ("foreign_demand", "export_demand"):
        assert not world.industries[name].any()
    for name in ("exports", "extra", "room", "extra_access", "served_again", "delivered_again"):
        assert not world.local_industries[name].any()
    assert not world.firms.redirected.any()
    assert not world.regions.savings.any()
    np.testing.assert_array_equal(world.firms.orders, world.firms.demand)


@pytest.mark.slow
def test_same_seed_same_bits_with_both_mechanisms() -> None:
    story = small_story(*ON)
    assert hashes(story, 4) == hashes(story, 4)
