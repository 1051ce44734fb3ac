"""Bounds, floors and scales that are parameters: what a rule gives with them, and with others."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.kernel import sellers
from sim.kernel.draws import Luck
from sim.kernel.scenario_types import Industry
from sim.kernel.world import FIRM, INDUSTRY, LINK, LOCAL_INDUSTRY, NORM, REGION, Kind, Origin, Tie
from sim.model.opening.industries import place_in_technology, relate_industries
from sim.model.rules import (
    agglomeration,
    capacity,
    congestion,
    cooperation,
    demand,
    entry,
    exit,
    finance,
    founding,
    innovation,
    market,
    pricing,
    production,
    relocation,
)
from tests.model.by_hand.records import E, birth, firm, industry, local_industry, norms, one, region, some
from tests.model.rules.worlds import parameters


def exactly(value: Any) -> Any:
    return pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(("scale", "expected"), [(50.0, 1 / 3), (100.0, 1 / 2), (25.0, 1 / 5)])
def test_distances_are_in_units_of_a_scale(scale: float, expected: float) -> None:
    # 100 km: 1 + 100/50 = 3, 1 + 100/100 = 2, 1 + 100/25 = 5
    assert agglomeration.closeness(100.0, parameters(agglomeration_scale=scale)) == exactly(expected)
    p = parameters(trade_scale=scale, distance_cost=1.0, protection=0.0)
    assert market.iceberg(100.0, False, p) == exactly(1 / expected)
    assert sellers.cost_at_gate(0.0, 100.0, False, p) == exactly(-math.log(expected))


@pytest.mark.parametrize(("cap", "expected"), [(0.5, 5.0), (0.1, 1.0), (2.0, 12.0)])
def test_a_firm_orders_at_most_a_share_of_its_capacity(cap: float, expected: float) -> None:
    # K* = 22 of which 10 are there: 12 are wanted.
    p = parameters(
        investment_cap=cap, investment_speed=1.0, depreciation=0.0, normal_utilisation=1.0, capital_price=1.0,
    )  # fmt: skip
    growing = firm(capacity=10.0, demand=22.0, price=1.0, full_cost_price=1.0, unit_cost=1.0, credit=100.0)
    assert capacity.investment(growing, 1.0, p) == exactly(expected)


def test_empty_places_are_priced_at_the_floor_of_density() -> None:
    assert congestion.density_price(0.0, 0.5, parameters(density_floor=0.25)) == exactly(0.5)
    p = parameters(density_floor=0.25, specific_congestion=1.0)
    assert congestion.specific_shortage(0.0, 3.0, p) == exactly(math.log(0.25))


def test_partners_in_common_count_up_to_a_limit_and_institutes_cost_a_share() -> None:
    only = {"tie_distance": 0.0, "tie_cognition": 0.0, "tie_success": 0.0, "tie_attachment": 0.0, "tie_crowding": 0.0}
    p = parameters(tie_closure=0.1, tie_cost=1.0, closure_limit=4, institute_tie_cost=0.2, **only)
    assert cooperation.utility(firm(), 0, 0, cooperation.Pair(0.0, 0.0, 9, False), p) == exactly(0.4 - 1.0)
    assert cooperation.utility(firm(), 0, 0, cooperation.Pair(0.0, 0.0, 0, True), p) == exactly(-0.2)


def test_research_multiplies_the_search_up_to_a_limit() -> None:
    p = parameters(tie_candidates=2, tie_activity=1.0, activity_limit=5.0)
    assert [cooperation.activity(research, 1.0, p, 0.0) for research in (3.0, 5.0, 80.0)] == [6, 10, 10]


@pytest.mark.parametrize(("limit", "expected"), [(1, 1.5), (2, 1.5 * 1.4), (3, 1.5 * 1.4 * 1.1)])
def test_the_best_joint_projects_help(limit: int, expected: float) -> None:
    firms = some(FIRM, 4)
    links = some(LINK, 3, tie=Tie.FIRM, first=0, second=[1, 2, 3], novelty=[0.2, 1.0, 0.8], living=True)
    p = parameters(project_gain=0.5, project_limit=limit)
    cooperation.join_forces(firms, some(FIRM, 0), links, np.zeros((4, p.project_limit)), p)
    assert firms[0].project_boost == exactly(expected)


def test_a_young_industry_finds_more_demand_than_it_can_supply() -> None:
    young = industry(opened_year=5, ready=0.1)
    assert demand.appears(young, 0.5, parameters(demand_headroom=2.0)) == exactly(0.4)


def test_expected_margins_have_a_floor() -> None:
    place = local_industry(full_cost_price=1.0, access=1.0)
    line = industry(crowding=1.0, research_intensity=0.0)
    p = parameters(prospect_floor=-0.4, overhead=0.5, variety_elasticity=5.0)
    assert entry.expected_margin(place, line, 1.8, p) == exactly(-0.4)  # 1/5 - .9 = -.7
    assert entry.expected_margin(place, line, 0.8, p) == exactly(-0.2)  # 1/5 - .4
    assert entry.expected_margin(place, line, 3.0, p) == exactly(-0.4)  # sales do not pay for overhead


@pytest.mark.parametrize(
    ("firms", "margin", "expected"), [(3, 0.2, 2.0 * E**0.1), (30, 0.2, 3.0 * E**0.1), (30, -5.0, 3.0 * E**-0.1)]
)
def test_entry_follows_margins_within_bounds_and_from_a_base(firms: int, margin: float, expected: float) -> None:
    p = parameters(entry_rate=0.1, entry_base=20, entry_margin_bound=0.1, entry_response=1.0, normal_margin=0.0)
    assert entry.entrants_expected(industry(firms=firms, margin=margin), p) == exactly(expected)


def test_hardship_moves_with_the_margin_within_a_bound() -> None:
    p = parameters(exit_margin=0.1, exit_margin_bound=1.5, exit_size=0.0)
    assert exit.hardship(firm(margin=-0.9), 0.0, p) == exactly(E**1.5)
    assert exit.hardship(firm(margin=0.9), 0.0, p) == exactly(E**-1.5)
    certain = parameters(exit_old=1.0, exit_margin_bound=0.0, exit_size=0.0, exit_hazard_max=0.7)
    assert exit.closing_hazard(firm(age=20), 0.0, norms(hardship=[1.0] * 5), certain) == exactly(0.7)


def test_closures_are_scaled_to_a_least_share_of_firms() -> None:
    # Ten firms at a hazard of .4, five bankrupt: 10 - 5 / .4 < 0, so that the floor counts: 5 / (.5 x 10) = 1.
    firms, mean = some(FIRM, 10, age=0, capacity=1.0, unit_cost=1.0), one(NORM)
    firms.cash[:5] = -100.0
    exit.mean_hardship(firms, np.zeros(10), mean, 1.0, parameters(exit_first=0.4, exit_norm_floor=0.5))
    assert mean.hardship[0] == exactly(1.0)


def test_partners_give_credit_up_to_a_number() -> None:
    p = parameters(trade_credit=0.1, trade_credit_partners=4, collateral=0.0)
    assert finance.credit_limit(firm(sales=10.0), 9, p) == exactly(4.0)


def test_kinds_of_new_firms_differ_in_spread() -> None:
    luck = 0.8413447460685429  # one standard deviation above
    p = parameters(
        entrant_spread=0.1, leader_spread=0.3, spin_off_spread=0.2, leader_lead=0.0, spin_off_gap=0.0, entrant_gap=0.0
    )
    leader, spin_off = birth(kind=Kind.LEADING_FIRM), birth(origin=Origin.SPIN_OFF)
    assert founding.first_productivity(leader, 0.0, p, luck) == pytest.approx(0.03, rel=1e-9)
    assert founding.first_productivity(spin_off, 0.0, p, luck) == pytest.approx(0.02, rel=1e-9)


def test_first_capacity_follows_productivity_by_a_share() -> None:
    p = parameters(entrant_size=1.0, capacity_response=0.25, variety_elasticity=5.0)
    assert founding.first_capacity(1.0, industry(mean_capacity=3.0), Kind.SME, p) == exactly(3.0 * E)


def test_new_firms_know_exactly_what_their_industry_knows_without_spread() -> None:
    newcomer, line = firm(id=5), industry(position=[0.6, 0.8, *[0.0] * (len(firm().knowledge) - 2)])
    founding.first_knowledge(newcomer, line, parameters(knowledge_spread=0.0), Luck(1, 9))
    assert newcomer.knowledge.tolist() == exactly(line.position.tolist())


def test_starting_takes_wages_and_capacity() -> None:
    places = some(LOCAL_INDUSTRY, 1, 1, unit_cost=1.0)
    lines = some(INDUSTRY, 1, mean_capacity=4.0)
    p = parameters(startup_labour=3.0, entrant_size=0.5, capital_price=1.0, entrant_gap=0.0)
    founding.price_startups(some(REGION, 1, wage=2.0), lines, places, p)
    assert places[0, 0].startup_cost == exactly(3.0 * 2.0 + 2.0)


def test_small_firms_innovate_in_a_least_breadth() -> None:
    line = industry(sales=10.0, firms=10)
    p = parameters(innovation_size=1.0, breadth_min=0.4)
    assert innovation.breadth(firm(sales=0.1), line, p) == exactly(0.4)


def test_effort_falls_to_a_floor_away_from_the_peak() -> None:
    p = parameters(competition=True, competition_floor=0.3, competition_peak=0.0, competition_width=0.01)
    assert innovation.effort(firm(research_intensity=0.1), industry(margin=5.0), p) == exactly(0.03)
    assert innovation.effort(firm(research_intensity=0.1), industry(margin=0.0), p) == exactly(0.1)


def test_radical_innovations_gain_more_and_move_knowledge_further() -> None:
    def innovators(**given: float) -> tuple[float, float]:
        firms = some(FIRM, 200, id=np.arange(1, 201), age=5, sales=1.0, productivity=1.0, project_boost=1.0)
        firms.research_intensity = 0.03
        firms.knowledge[:, 0] = 1.0
        lines = some(INDUSTRY, 1, firms=200, sales=200.0)
        p = parameters(radical_share=1.0, innovation_rate=0.5, spillovers=False, diffusion=False, **given)
        gains, radicals = np.zeros(200), np.zeros(200, dtype=np.int64)
        innovation.innovate_all(firms, lines, norms(), np.zeros(200), innovation.Found(gains, radicals), p, Luck(1, 1))
        assert (radicals == firms.innovations).all()
        return float(gains.sum()), float(1.0 - firms.knowledge[:, 0].mean())

    gain, moved = innovators(radical_gain=1.0, radical_jump=0.1)
    assert innovators(radical_gain=3.0, radical_jump=0.1) == (exactly(3.0 * gain), exactly(moved))
    assert innovators(radical_gain=1.0, radical_jump=0.4)[1] > 3.0 * moved
    assert innovators(radical_gain=1.0, radical_jump=0.0)[1] == pytest.approx(0.0, abs=1e-12)


def test_stages_lie_beside_the_axis_of_their_chain() -> None:
    apart = place_in_technology(Industry(chain="x", stage="upstream"), 0, 0, 0.75)
    assert apart[:2].tolist() == exactly([0.8, 0.6])
    lines = some(INDUSTRY, 2)
    lines.position[0, 0] = lines.position[1, 1] = 1.0
    shares = np.array([[0.0, 0.3], [0.0, 0.0]])
    assert relate_industries(lines, shares, 0.4).tolist() == [[1.0, 0.4], [0.4, 1.0]]


@pytest.mark.parametrize(("demanded", "expected"), [(1.5, E**0.5), (9.0, E**1.0)])
def test_prices_rise_with_orders_up_to_a_cap(demanded: float, expected: float) -> None:
    p = parameters(price_speed=1.0, utilisation_cap=2.0, normal_utilisation=1.0, price_anchor=0.0)
    busy = firm(capacity=1.0, demand=demanded, price=1.0, full_cost_price=1.0)
    assert pricing.move_price(busy, p) == exactly(expected)
    busy.capacity = 0.0
    assert pricing.move_price(busy, p) == exactly(E)


def test_cash_above_the_reserve_is_paid_out() -> None:
    p = parameters(cash_reserve=2.0, payout=0.5, overhead_costs=False, interest=0.0, depreciation=0.0)
    rich = firm(price=1.0, output=1.0, cash=4.0)  # sales 1, no cost: 5 in cash, 3 above two years' sales
    production.keep_accounts(rich, industry(), region(wage=1.0), p)
    assert rich.cash == exactly(3.5)


def test_firms_move_from_an_age_on_and_for_a_gain() -> None:
    p = parameters(relocation_rate=1.0, relocation_age=6, relocation_gain=0.1)
    assert [relocation.considers_moving(firm(age=age, margin=-0.1), p, 0.5) for age in (6, 7)] == [False, True]
    places, regions = some(LOCAL_INDUSTRY, 2, 1, prospect=[[0.0], [0.09]]), some(REGION, 2, id=[1, 2])
    assert relocation.best_elsewhere(firm(region=0), regions, places, 1.0, p) == 0
    places[1, 0].prospect = 0.11
    assert relocation.best_elsewhere(firm(region=0), regions, places, 1.0, p) == 1


def test_suppliers_take_orders_up_to_a_limit() -> None:
    p = parameters(order_limit=0.8)
    assert [sellers.takes_orders(firm(age=3, capacity=10.0, demand=orders), p) for orders in (7.9, 8.1)] == [
        True,
        False,
    ]
