"""Foreign trade by hand: what abroad asks and pays, how it catches up, and the rate at which trade balances."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest

from sim.kernel.world import FIRM, INDUSTRY, LOCAL_INDUSTRY, REGION
from sim.model.rules import delivery, foreign_trade, market
from tests.model.by_hand import records
from tests.model.by_hand.records import some
from tests.model.rules.worlds import a_nation, parameters


def test_abroad_progresses_and_catches_up_where_it_lags() -> None:
    p = parameters(world_progress=0.01, world_convergence=0.025)
    assert foreign_trade.progress_abroad(0.0, p) == 0.01
    assert foreign_trade.progress_abroad(0.4, p) == pytest.approx(0.02)
    assert foreign_trade.progress_abroad(-0.4, p) == pytest.approx(0.0)


def test_cheaper_rivals_abroad_leave_less_to_sell_there() -> None:
    industry = records.industry(world_price=2.0, export_demand=32.0)
    foreign_trade.advance(industry, math.log(2.0), parameters(variety_elasticity=5.0))
    # P* halves; B* = E* P*^4 falls to a sixteenth.
    assert (industry.world_price, industry.export_demand) == pytest.approx((1.0, 2.0))


def test_the_lag_abroad_counts_from_the_first_comparison() -> None:
    industry = records.industry(world_price=math.e, cost_gap=0.25, compared=True)
    assert foreign_trade.lag_abroad(industry, 0.5) == pytest.approx(1.0 - 0.5 - 0.25)
    industry.compared = False
    assert foreign_trade.lag_abroad(industry, 0.5) == 0.0


def test_foreign_prices_and_demand_in_home_money() -> None:
    p = parameters(variety_elasticity=3.0)
    industry = records.industry(importable=True, world_price=5.0, export_demand=7.0)
    foreign_trade.convert(industry, 2.0, 1.0, p)
    assert (industry.import_price, industry.foreign_demand) == (10.0, 8.0 * 7.0)
    industry.opened = False
    foreign_trade.convert(industry, 2.0, 1.0, p)
    assert (industry.import_price, industry.foreign_demand) == (10.0, 0.0), "what is not made is not sold"
    closed = records.industry(importable=False, world_price=5.0, export_demand=7.0)
    foreign_trade.convert(closed, 2.0, 1.0, p)
    assert closed.foreign_demand == 0.0


@pytest.mark.parametrize(("gap", "expected"), [(0.9, 0.4), (-0.9, 0.6), (9.0, 0.2), (-90.0, 0.8)])
def test_the_rate_moves_against_the_gap(gap: float, expected: float) -> None:
    assert foreign_trade.next_rate(0.5, gap, 9.0, 0.3) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("step", "change", "expected"), [(0.1, 0.8, 8.0), (0.0, 0.8, 9.0), (0.1, -0.8, 9.0), (0.1, 7.0, 9.0)]
)
def test_the_slope_comes_from_the_last_step(step: float, change: float, expected: float) -> None:
    assert foreign_trade.new_slope(step, change, 9.0) == pytest.approx(expected)


def test_an_embargo_leaves_what_is_not_cut_off_or_comes_by_other_ways() -> None:
    assert foreign_trade.import_allowed(records.industry(embargo=0.8, rerouted=0.25)) == pytest.approx(0.4)
    assert foreign_trade.import_allowed(records.industry(embargo=0.8, rerouted=0.25, unpaid=0.5)) == pytest.approx(0.2)


def test_imports_weigh_by_appeal_and_price() -> None:
    p = parameters(variety_elasticity=3.0)
    industry = records.industry(importable=True, import_appeal=8.0, import_price=2.0)
    assert foreign_trade.import_weight(industry, p) == 2.0
    assert foreign_trade.import_weight(industry, parameters(variety_elasticity=3.0, imports=False)) == 0.0
    industry.importable = False
    assert foreign_trade.import_weight(industry, p) == 0.0


def test_goods_go_through_the_nearest_gateway_either_way() -> None:
    regions = some(REGION, 3, gateway=[True, True, False])
    foreign_trade.reach_ports(regions, np.array([[1.0, 0.2, 0.3], [0.2, 1.0, 0.5], [0.6, 0.4, 1.0]]))
    assert regions.landing.tolist() == [1.0, 1.0, 0.5]
    assert regions.shipping.tolist() == [1.0, 1.0, 0.6]


def test_costs_at_home_are_means_by_sales() -> None:
    firms = some(
        FIRM, 4, living=[True, True, True, False], industry=[0, 0, 1, 1], sales=[3.0, 1.0, 0.0, 9.0],
        unit_cost=[math.e, math.e**5, 1.0, 1.0],
    )  # fmt: skip
    costs = np.zeros(2)
    foreign_trade.home_costs(firms, costs)
    assert costs[0] == pytest.approx(2.0)
    assert math.isnan(costs[1])


def test_lags_are_against_the_mean_by_sales_and_newcomers_start_at_none() -> None:
    industries = some(
        INDUSTRY, 3, world_price=math.e, sales=[3.0, 1.0, 1.0], compared=[True, True, False], cost_gap=[0.5, 0.5, 0.0]
    )
    lags = np.full(3, 9.0)
    foreign_trade.compare_costs(industries, np.array([0.0, -1.5, 0.25]), lags)
    # 1 - 0 - .5 = .5; 1 + 1.5 - .5 = 2; the third is compared now, at 1 - .25. Mean (3 x .5 + 2 + 0) / 5 = .7.
    assert lags.tolist() == pytest.approx([-0.2, 1.3, -0.7])
    assert industries[2].cost_gap == 0.75 and industries[2].compared
    foreign_trade.compare_costs(industries, np.array([0.0, math.nan, 0.25]), lags)
    assert lags[1] == 0.0, "what nobody sells does not move"


def test_export_prices_are_chained_with_last_years_weights() -> None:
    firms = some(
        FIRM, 4, living=True, price=[2.0, 4.0, 9.0, 9.0], last_price=[1.0, 4.0, 0.0, 1.0], exports=[1.0, 3.0, 5.0, 0.0]
    )
    # The third is new, the fourth sold nothing abroad: (1 x ln 2 + 3 x 0) / 4.
    assert foreign_trade.export_price_change(firms) == pytest.approx(math.log(2.0) / 4.0)
    assert foreign_trade.export_price_change(firms[2:]) == 0.0


def test_import_prices_are_chained_with_last_years_weights() -> None:
    industries = some(INDUSTRY, 2, world_price=1.0, export_demand=1.0)
    here = some(LOCAL_INDUSTRY, 2, 2, imports=[[1.0, 0.0], [2.0, 1.0]])
    p = parameters(world_progress=0.02, world_convergence=0.1)
    assert foreign_trade.go_on(industries, here, np.array([0.0, 0.4]), p) == pytest.approx(-(3 * 0.02 + 0.06) / 4)
    assert industries.world_price.tolist() == pytest.approx([math.exp(-0.02), math.exp(-0.06)])


def test_trade_is_summed() -> None:
    here = some(LOCAL_INDUSTRY, 2, 2, exports=[[1.0, 2.0], [3.0, 4.0]], imports=[[0.5, 0.0], [0.0, 1.0]])
    assert foreign_trade.sum_trade(here) == (10.0, 1.5)


def test_buyers_abroad_are_one_more_term_of_market_access() -> None:
    nation = a_nation(
        some(INDUSTRY, 1, foreign_demand=6.0),
        some(LOCAL_INDUSTRY, 2, 1, price_index=1.0, spending=[[10.0], [0.0]], contracted=[[4.0], [0.0]]),
        np.zeros((1, 1)),
        regions=some(REGION, 2, shipping=[1.0, 0.5]),
    )
    market.reach_buyers(0, nation, np.array([[1.0, 0.0], [0.25, 1.0]]), np.ones((2, 1)))
    here = nation.local_industries
    assert here["export_access"][:, 0].tolist() == [6.0, 3.0]
    assert here["access"][:, 0].tolist() == [16.0, 5.5]
    assert here["open_access"][:, 0].tolist() == [12.0, 4.5]


def test_buyers_abroad_get_the_share_of_their_orders_that_others_get() -> None:
    firm = records.firm(appeal=6.0, price=2.0, orders=10.0, output=5.0)
    here = records.local_industry(export_access=4.0)
    p = parameters(variety_elasticity=3.0)
    delivery.offer(firm, market.weight_of(firm, p), 0.0, 1.0, here, p)
    # 6 x 2^-3 x 4 = 3 ordered from abroad, half of it delivered, at 2 each.
    assert firm.exports == pytest.approx(3.0)


def toy(export: Callable[[float], float], buying: Callable[[float], float], **columns: float) -> SimpleNamespace:
    """A nation of which only trade is known: exports and imports at each exchange rate."""
    world = SimpleNamespace(
        p=parameters(open_economy=True), year=1, exchange=1.0, expenditure=100.0, industries=some(INDUSTRY, 1),
        local_industries=some(LOCAL_INDUSTRY, 1, 1), foreign_recession=0.0,
    )  # fmt: skip
    world.clear = lambda found: found.local_industries.__setitem__(
        (0, 0), records.local_industry(exports=export(found.exchange), imports=buying(found.exchange))
    )
    world.clear(world)
    return world


def test_the_rate_is_found_at_which_exports_pay_for_imports() -> None:
    world = toy(lambda rate: 2.0 * rate**5, lambda rate: 7.0 * rate**-4)
    foreign_trade.balance(world, (world.clear,))
    assert world.exchange == pytest.approx((7.0 / 2.0) ** (1.0 / 9.0), rel=1e-9)


def test_without_imports_nothing_is_sold_abroad_either() -> None:
    world = toy(lambda rate: 2.0 * rate**5, lambda rate: 0.0)
    foreign_trade.balance(world, (world.clear,))
    assert foreign_trade.sum_trade(world.local_industries)[0] < 1e-8


def test_imports_are_rationed_where_exports_cannot_pay_at_any_rate() -> None:
    """Imports of 8 whatever foreign money costs, exports of at most 2: every buyer gets a quarter."""
    world = toy(lambda rate: min(2.0, rate), lambda rate: 8.0)
    clear = world.clear

    def deliver(found: SimpleNamespace) -> None:
        clear(found)
        found.local_industries[0, 0].imports *= foreign_trade.import_allowed(found.industries[0])

    foreign_trade.balance(world, (deliver,))
    assert 10.0 <= world.exchange < 14.0
    assert world.industries[0].unpaid == pytest.approx(0.75)
    # Within the same year, once exports pay for more, buyers get more.
    clear = toy(lambda rate: 5.0, lambda rate: 8.0).clear
    deliver(world)
    foreign_trade.balance(world, (deliver,))
    assert world.industries[0].unpaid == pytest.approx(3.0 / 8.0)


def test_what_is_delivered_is_at_most_what_is_ordered() -> None:
    industries = some(INDUSTRY, 2, unpaid=[0.5, 0.0])
    foreign_trade.ration(industries, 1.5)
    assert industries.unpaid.tolist() == [0.25, 0.0]
    foreign_trade.ration(industries, 0.5)
    assert industries.unpaid.tolist() == [0.625, 0.5]


def test_trade_that_cannot_balance_is_an_error() -> None:
    world = toy(lambda rate: 1.0 if rate < 1.5 else 3.0, lambda rate: 2.0)
    with pytest.raises(ArithmeticError, match="do not pay for imports in year 1"):
        foreign_trade.balance(world, (world.clear,))


def test_a_closed_account_leaves_the_rate_alone() -> None:
    world = toy(lambda rate: 1.0, lambda rate: 2.0)
    world.p = parameters(open_economy=False)
    foreign_trade.balance(world, (world.clear,))
    assert world.exchange == 1.0
