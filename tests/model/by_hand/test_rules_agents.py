"""Rules of birth, entry, exit, innovation, cooperation and public money for one agent, against numbers by hand."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from sim.kernel import neighbours, proximity
from sim.kernel.declare import PARAMETERS
from sim.kernel.draws import Luck
from sim.kernel.geography import Positions
from sim.kernel.sellers import open_market
from sim.kernel.world import CELL, FIRM, INDUSTRY, INSTITUTE, LINK, LOCAL_INDUSTRY, REGION, ExitCause, Kind, Origin, Tie
from sim.model.rules import (
    census,
    cooperation,
    entry,
    exchange,
    exit,
    founding,
    incentives,
    innovation,
    relocation,
    spin_off,
    supply,
)
from tests.model.by_hand.records import (
    E,
    axis,
    birth,
    cell,
    firm,
    industry,
    link,
    local_industry,
    norms,
    region,
    site,
    some,
)
from tests.model.rules.worlds import all_around, parameters

SIGMA_UP = NormalDist().cdf(1.0)
"""The uniform number whose normal quantile is 1."""


def exactly(value: Any) -> Any:
    """Equal up to rounding."""
    return pytest.approx(value, rel=1e-12, abs=1e-15)


# -- 4.8 birth -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "luck", "expected"),
    [
        ({"origin": Origin.DE_NOVO}, 0.5, 0.4),  # .5 - .1, median luck
        ({"origin": Origin.DE_NOVO}, SIGMA_UP, 0.65),  # one s.d. (.25) up
        ({"origin": Origin.SPIN_OFF, "inherited": 0.2}, SIGMA_UP, 0.845),  # .5 + .2 - .03 + .7 x .25
        ({"origin": Origin.INITIAL, "kind": Kind.LEADING_FIRM}, SIGMA_UP, 0.975),  # .5 + .35 + .5 x .25
    ],
)
def test_first_productivity(columns: dict[str, Any], luck: float, expected: float) -> None:
    p = parameters(entrant_gap=0.1, entrant_spread=0.25, spin_off_gap=0.03, leader_lead=0.35)
    assert founding.first_productivity(birth(**columns), 0.5, p, luck) == pytest.approx(expected, rel=1e-9)


def test_without_heterogeneity_luck_plays_no_part() -> None:
    p = parameters(entrant_gap=0.1, heterogeneity=False)
    assert founding.first_productivity(birth(origin=Origin.DE_NOVO), 0.5, p, 0.99) == exactly(0.4)


@pytest.mark.parametrize(
    ("lead", "kind", "expected"),
    [
        (0.0, Kind.SME, 4.0),  # .4 x 10
        (0.5, Kind.SME, 4.0 * E),  # exp((5 - 1)/2 x .5)
        (0.0, Kind.LEADING_FIRM, 32.0),  # eight times
    ],
)
def test_first_capacity_and_appeal(lead: float, kind: Kind, expected: float) -> None:
    p = parameters(entrant_size=0.4, leader_size=8.0, variety_elasticity=5.0)
    its_industry = industry(mean_productivity=1.0, mean_capacity=10.0, mean_appeal=10.0)
    assert founding.first_capacity(1.0 + lead, its_industry, kind, p) == exactly(expected)
    assert founding.first_appeal(its_industry, kind, p) == exactly(32.0 if kind else 4.0)


@pytest.mark.parametrize(
    ("land", "advantage", "rent", "expected"),
    [
        (1.0, 0.0, 1.0, 1.0),
        (2.0, 0.0, 1.0, 2.0),
        (1.0, 0.5, 1.0, E),  # exp(2 x .5)
        (1.0, 0.0, E, E**-0.2),  # exp(-2 x .1 x 1)
    ],
)
def test_cell_weight(land: float, advantage: float, rent: float, expected: float) -> None:
    p = parameters(cell_pull=2.0)
    weight = founding.cell_weight(cell(land=land, rent=rent), site(advantage=advantage), industry(land_share=0.1), p)
    assert weight == exactly(expected)


def test_new_firms_know_what_their_industry_knows_more_or_less() -> None:
    newcomer = firm(id=77)
    founding.first_knowledge(newcomer, industry(position=axis(2)), parameters(), Luck(1, 9))
    assert float(np.linalg.norm(newcomer.knowledge)) == exactly(1.0)
    assert newcomer.knowledge[2] > 0.5
    sibling = firm(id=77)
    founding.first_knowledge(sibling, industry(position=axis(2)), parameters(), Luck(1, 9))
    assert sibling.knowledge.tolist() == newcomer.knowledge.tolist()


def test_starting_a_firm_costs_a_wage_and_its_first_capacity() -> None:
    p = parameters(entrant_gap=0.5, entrant_size=0.5, capital_price=2.0, variety_elasticity=3.0)
    local_industries = some(LOCAL_INDUSTRY, 1, 1, unit_cost=3.0)
    industries = some(INDUSTRY, 1, mean_capacity=8.0)
    founding.price_startups(some(REGION, 1, wage=7.0), industries, local_industries, p)
    # K0 = .5 x 8 exp((3 - 1)/2 x -.5) = 4 exp(-.5); 7 + 2 x 3 x K0
    assert local_industries[0, 0].startup_cost == exactly(7.0 + 24.0 * E**-0.5)


def test_parks_save_new_firms_what_they_house() -> None:
    # A park of 6 for two firms that want 4 and 8: half of what each wants is housed, and saves .25 x 1 x 2 a unit.
    newcomers = some(FIRM, 2, capacity=[4.0, 8.0], unit_cost=2.0, investment=10.0)
    cells = some(CELL, 1, park=6.0, park_relief=0.25)
    founding.move_into_parks(newcomers, cells, np.zeros(1), parameters(capital_price=1.0))
    assert newcomers.investment.tolist() == exactly([9.0, 8.0])
    assert cells[0].park == 0.0


# -- 4.8 entry, spin-off ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("access", "wage", "expected"),
    [
        (1000.0, 10.0, 0.2 - 0.03 - 0.08),  # sales 1000 x 1^-4 x 1 = 1000; overhead 8 x 10 / 1000
        (100.0, 10.0, 0.2 - 0.03 - 0.8),  # -.63
        (80.0, 10.0, -1.0),  # sales no more than overhead
        (1e9, 10.0, 0.17),
    ],
)
def test_expected_margin(access: float, wage: float, expected: float) -> None:
    p = parameters(variety_elasticity=5.0, overhead=8.0)
    here = local_industry(full_cost_price=1.0, access=access)
    assert entry.expected_margin(here, industry(crowding=1.0, research_intensity=0.03), wage, p) == pytest.approx(
        expected, abs=1e-7
    )


@pytest.mark.parametrize(
    ("columns", "herding", "expected"),
    [
        ({}, 0.0, 0.2),  # population alone
        ({"prospect": 0.5}, 0.0, 0.2 * E),  # exp(2 x .5)
        ({"grant_pull": 1.0}, 0.0, 0.2 * E),
        ({"firms": 6}, 0.5, 0.2 * 2.5),  # 6 of 12 firms in one of 6 regions is 3 times the mean: 1 + .5 x 3
    ],
)
def test_attraction(columns: dict[str, Any], herding: float, expected: float) -> None:
    p = parameters(profit_pull=2.0, herding=herding)
    assert entry.attraction(local_industry(**columns), region(population=0.2), industry(firms=12), 6, p) == exactly(
        expected
    )


@pytest.mark.parametrize(
    ("firms", "margin", "expected"),
    [
        (100, 0.05, 9.0),  # at the normal margin: .09 x 100
        (100, 0.25, 9.0 * E),  # exp(5 x .2)
        (100, 5.0, 9.0 * E**1.5),  # margins count up to .3 above normal
        (100, -5.0, 9.0 * E**-1.5),
        (0, 0.05, 0.9),  # an industry just opened counts as ten firms
    ],
)
def test_entrants_expected(firms: int, margin: float, expected: float) -> None:
    p = parameters(entry_rate=0.09, entry_response=5.0, normal_margin=0.05)
    assert entry.entrants_expected(industry(firms=firms, margin=margin), p) == exactly(expected)


def test_the_key_of_a_local_industry_is_its_regions_and_its_industrys() -> None:
    keys = {
        int(entry.local_industry_key(region(id=here), industry(id=identity))) for here in (1, 2) for identity in (3, 4)
    }
    assert len(keys) == 4
    assert all(0 < key < 2**52 for key in keys)
    assert entry.local_industry_key(region(id=1), industry(id=3)) != entry.local_industry_key(
        region(id=3), industry(id=1)
    )


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"age": 0}, 0.0),  # too young
        ({"age": 5}, 0.01),
        ({"age": 5, "productivity": 2.0}, 0.04),  # ln 2 is above the upper quartile .5
        ({"age": 5, "kind": Kind.LEADING_FIRM}, 0.02),
        ({"age": 5, "productivity": 2.0, "kind": Kind.LEADING_FIRM}, 0.08),
    ],
)
def test_spawning_hazard(columns: dict[str, Any], expected: float) -> None:
    p = parameters(spin_off_rate=0.01, spin_off_excellence=4.0, leader_spin_offs=2.0)
    assert spin_off.spawning_hazard(firm(**columns), 0.5, p) == exactly(expected)


# -- 4.8 exit --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "group", "rate"), [(0, 0, 0.2), (1, 1, 0.1), (2, 1, 0.1), (3, 2, 0.05), (4, 2, 0.05), (5, 3, 0.02)]
)
def test_hazard_by_age(age: int, group: int, rate: float) -> None:
    p = parameters(exit_first=0.2, exit_young=0.1, exit_middle=0.05, exit_old=0.02)
    assert exit.age_class(age) == group
    assert exit.age_hazard(age, p) == rate


@pytest.mark.parametrize(
    ("margin", "size", "expected"),
    [
        (0.0, 0.0, 1.0),
        (0.1, 0.0, 1 / E),
        (-0.1, 0.0, E),
        (9.0, 0.0, E**-2),  # at most e^2 either way
        (-9.0, 0.0, E**2),
        (0.0, 2.0, E**-1),  # exp(-.5 x 2)
    ],
)
def test_hardship(margin: float, size: float, expected: float) -> None:
    assert exit.hardship(firm(margin=margin), size, parameters(exit_margin=0.1, exit_size=0.5)) == exactly(expected)


@pytest.mark.parametrize(
    ("cash", "loan", "expected"),
    [(-24.9, 0.0, False), (-25.1, 0.0, True), (0.0, 25.1, True), (5.0, 25.1, False)],
)
def test_bankruptcy(cash: float, loan: float, expected: bool) -> None:
    # .5 x .5 x 2 x 50 = 25
    p = parameters(bankruptcy=0.5, capital_price=0.5)
    assert exit.is_bankrupt(firm(cash=cash, loan=loan, unit_cost=2.0, capacity=50.0), p) == expected


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"age": 0, "margin": 0.1}, 0.2 / E / 2.0),  # over the mean hardship of its age, 2
        ({"age": 9, "margin": 0.1}, 0.02 / E / 4.0),
        ({"age": 10, "margin": 0.1}, 0.02 / E / 8.0),  # the same hazard, another mean
        ({"age": 0, "margin": -0.2}, 0.2 * E**2 / 2.0),
        ({"age": 2, "margin": -0.2}, 0.95),  # .5 x e^2 / 1 would be more than certain
    ],
)
def test_closing_hazard(columns: dict[str, Any], expected: float) -> None:
    p = parameters(exit_first=0.2, exit_young=0.5, exit_old=0.02, exit_margin=0.1)
    mean = norms(hardship=[2.0, 1.0, 1.0, 4.0, 8.0])
    assert exit.closing_hazard(firm(**columns), 0.0, mean, p) == exactly(expected)


def test_size_is_in_standard_deviations_of_ln_sales() -> None:
    sizes = np.zeros(2)
    exit.standardise_size(some(FIRM, 2, sales=[1.0, E**2]), sizes, parameters())
    assert sizes.tolist() == exactly([-1.0, 1.0])
    exit.standardise_size(some(FIRM, 2, sales=[1.0, E**2]), sizes, parameters(exit_size_bound=0.5))
    assert sizes.tolist() == [-0.5, 0.5]
    exit.standardise_size(some(FIRM, 2, sales=[3.0, 3.0]), sizes, parameters())
    assert sizes.tolist() == [0.0, 0.0]


def test_mean_hardship_by_class_of_age() -> None:
    firms, mean = some(FIRM, 3, age=[0, 0, 9], margin=[0.1, -0.1, 0.0]), norms()
    exit.mean_hardship(firms, np.zeros(3), mean, 0.2, parameters(exit_margin=0.1))
    assert mean.hardship.tolist() == exactly([(E + 1 / E) / 2, 1.0, 1.0, 1.0, 1.0])
    firms.margin[:2] = 0.0
    exit.mean_hardship(firms, np.zeros(3), mean, 0.2, parameters(exit_margin=0.1))
    assert mean.hardship[0] == exactly(0.8 * (E + 1 / E) / 2 + 0.2)


def test_the_bankrupt_count_among_published_closures() -> None:
    # Ten newborn at a hazard of .4: four closures. One is bankrupt, so nine others share three: 9 / (10 - 1 / .4).
    firms, mean = some(FIRM, 10, age=0, capacity=1.0, unit_cost=1.0), norms()
    firms.cash[0] = -100.0
    p = parameters(exit_first=0.4)
    exit.mean_hardship(firms, np.zeros(10), mean, 1.0, p)
    assert mean.hardship[0] == exactly(9.0 / 7.5)
    assert 9 * exit.closing_hazard(firms[1], 0.0, mean, p) == exactly(3.0)


def test_the_bankrupt_leave_for_certain_and_others_by_hazard() -> None:
    p = parameters(exit_old=1.0, exit_margin=0.1, exit_size=0.0, bankruptcy=0.5)
    firms = some(FIRM, 400, id=np.arange(1, 401), age=9, margin=0.1 * math.log(2), capacity=1.0, unit_cost=1.0)
    firms.cash[:100] = -100.0
    causes = np.zeros(400, dtype=np.int8)
    exit.close_down(firms, np.zeros(400), norms(hardship=[1.0] * 5), causes, p, Luck(3, 7))
    assert (causes[:100] == ExitCause.BANKRUPT).all()
    # 1 x exp(-ln 2) / 1: one in two; 300 draws within three standard deviations (8.7)
    assert abs(int((causes[100:] == ExitCause.CLOSED).sum()) - 150) < 27
    assert set(causes[100:].tolist()) == {-1, int(ExitCause.CLOSED)}


# -- relocation ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "luck", "expected"),
    [
        ({"age": 5, "margin": -0.1}, 0.005, True),
        ({"age": 5, "margin": -0.1}, 0.02, False),
        ({"age": 5, "margin": 0.1}, 0.005, False),
        ({"age": 2, "margin": -0.1}, 0.005, False),
    ],
)
def test_considers_moving(columns: dict[str, Any], luck: float, expected: bool) -> None:
    assert relocation.considers_moving(firm(**columns), parameters(relocation_rate=0.01), luck) == expected


@pytest.mark.parametrize(
    ("prospects", "pulls", "expected"),
    [
        ([0.00, 0.01, 0.015], [0.0, 0.0, 0.0], 0),  # not worth two points of margin
        ([0.00, 0.03, 0.05], [0.0, 0.0, 0.0], 2),
        ([0.00, 0.03, 0.05], [0.0, 0.08, 0.0], 1),  # .03 + .08 / 2 = .07
        ([0.00, 0.05, 0.05], [0.0, 0.0, 0.0], 2),  # equals: the smaller id
    ],
)
def test_best_elsewhere(prospects: list[float], pulls: list[float], expected: int) -> None:
    local_industries = some(
        LOCAL_INDUSTRY, 3, 1, prospect=np.array(prospects)[:, None], grant_pull=np.array(pulls)[:, None]
    )
    regions = some(REGION, 3, id=[5, 9, 7])
    assert relocation.best_elsewhere(firm(region=0), regions, local_industries, 2.0, parameters()) == expected


# -- 4.6 innovation --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("intensity", "absorption", "expected"),
    [(0.03, 0.0, 0.5), (0.09, 0.0, 0.75), (0.03, 0.2, 0.7), (0.09, 0.5, 1.0), (0.0, 0.0, 0.0)],
)
def test_absorptive_capacity(intensity: float, absorption: float, expected: float) -> None:
    p = parameters(absorption_half=0.03)
    assert innovation.absorptive_capacity(firm(research_intensity=intensity, absorption=absorption), p) == exactly(
        expected
    )


@pytest.mark.parametrize(
    ("margin", "expected"),
    [
        (0.04, 0.05),  # at the peak: .6 + .4
        (0.14, 0.05 * (0.6 + 0.4 * E**-0.5)),  # one width away
        (1e6, 0.03),  # far away: .6
    ],
)
def test_effort_peaks_at_middling_margins(margin: float, expected: float) -> None:
    p = parameters(competition=True, competition_peak=0.04, competition_width=0.1)
    assert innovation.effort(firm(research_intensity=0.05), industry(margin=margin), p) == exactly(expected)
    assert innovation.effort(firm(research_intensity=0.05), industry(margin=margin), parameters()) == 0.05


@pytest.mark.parametrize(
    ("intensity", "reached", "taught", "boost", "expected"),
    [
        (0.03, 0.0, 0.0, 1.0, 0.1),
        (0.12, 0.0, 0.0, 1.0, 0.2),  # (4)^.5
        (0.03, 6.0, 0.0, 1.0, 0.1 * 4**0.25),  # AC .5: 1 + .5 x 6
        (0.03, 0.0, 15.0, 1.0, 0.2),  # 16^.25
        (0.03, 6.0, 15.0, 1.5, 0.3 * 4**0.25),
    ],
)
def test_hazard_of_innovation(intensity: float, reached: float, taught: float, boost: float, expected: float) -> None:
    p = parameters(
        innovation_rate=0.1, research_elasticity=0.5, spillover_elasticity=0.25, institute_elasticity=0.25,
        absorption_half=0.03,
    )  # fmt: skip
    one = firm(research_intensity=0.03, project_boost=boost)
    assert innovation.hazard(one, intensity, reached, taught, p) == exactly(expected)
    alone = parameters(innovation_rate=0.1, research_elasticity=0.5, spillovers=False)
    assert innovation.hazard(one, intensity, reached, taught, alone) == exactly(0.1 * (intensity / 0.03) ** 0.5 * boost)


def test_the_cosine_of_unit_vectors() -> None:
    halves = [0.5, 0.5, 0.5, 0.5, 0.0, 0.0]
    assert innovation.dot(np.array(axis(1)), np.array(halves)) == 0.5
    assert innovation.dot(np.array(axis(1)), np.array(axis(2))) == 0.0


@pytest.mark.parametrize(
    ("log_z", "expected"),
    [(1.0, 0.0), (0.5, 0.0), (0.0, 0.04)],  # .08 (.5 - ln z), and nothing for those ahead
)
def test_those_behind_catch_up(log_z: float, expected: float) -> None:
    p = parameters(imitation_rate=0.08)
    assert innovation.catch_up(firm(productivity=math.exp(log_z)), 0.5, p) == exactly(expected)
    assert innovation.catch_up(firm(productivity=math.exp(log_z)), 0.5, parameters(diffusion=False)) == 0.0


def test_research_is_intensity_times_sales_plus_grants() -> None:
    firms = some(FIRM, 1, sales=200.0, research_intensity=0.05, research_grant=3.0)
    innovation.do_research(firms, some(INDUSTRY, 1), parameters())
    assert firms[0].research == exactly(13.0)
    innovation.do_research(firms, some(INDUSTRY, 1), parameters(innovation=False))
    assert firms[0].research == exactly(3.0)


def test_an_innovation_moves_knowledge_on_the_unit_sphere() -> None:
    near, far = firm(id=5, knowledge=axis(0)), firm(id=5, knowledge=axis(0))
    innovation.jump(near, 0.05, Luck(1, 2))
    innovation.jump(far, 0.3, Luck(1, 2))
    for one in (near, far):
        assert float(np.linalg.norm(one.knowledge)) == exactly(1.0)
    assert 1.0 > near.knowledge[0] > far.knowledge[0]


# -- 4.7 cooperation -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("distance", "expected"),
    [(0.0, 0.0), (0.4, 1.0), (0.8, 2 / E), (0.2, 0.5 * E**0.5)],  # (D/.4) exp(1 - D/.4)
)
def test_the_value_of_cognitive_distance_is_an_inverted_u(distance: float, expected: float) -> None:
    assert proximity.novelty(distance, parameters(best_distance=0.4)) == exactly(expected)


def test_cognitive_distance() -> None:
    assert proximity.cognitive_distance(np.array(axis(0)), np.array(axis(0))) == 0.0
    assert proximity.cognitive_distance(np.array(axis(0)), np.array(axis(3))) == 1.0
    assert proximity.cognitive_distance(np.array(axis(0)), -np.array(axis(0))) == 2.0


@pytest.mark.parametrize(
    ("links", "experience", "partner_links", "successes", "common", "apart", "unlike", "expected"),
    [
        (0, 0, 0, 0, 0, 0.0, False, 0.3),  # value 1 less cost .7
        (0, 0, 0, 0, 0, 50.0, False, 0.3 - 0.35 * math.log(2)),
        (0, 0, 0, 0, 0, 50.0, True, 0.65 - 0.55 * math.log(2)),  # unlike partners lose .2 more, and half the cost
        (2, 0, 0, 0, 0, 0.0, False, 0.3 - 0.12),  # crowding .06 x 2
        (2, 3, 0, 0, 0, 0.0, False, 0.3 - 0.06),  # halved by the root of 1 + 3 innovations
        (0, 0, 3, 0, 0, 0.0, False, 0.3 + 0.25 * math.log(4)),
        (0, 0, 0, 7, 0, 0.0, False, 0.3 + 0.1 * math.log(8)),
        (0, 0, 0, 0, 2, 0.0, False, 0.6),  # .15 x 2
        (0, 0, 0, 0, 9, 0.0, False, 0.75),  # three at most
    ],
)
def test_utility_of_a_tie(
    links: int,
    experience: int,
    partner_links: int,
    successes: int,
    common: int,
    apart: float,
    unlike: bool,
    expected: float,
) -> None:
    p = parameters(
        tie_distance=0.35, tie_scale=50.0, tie_institution=0.2, tie_cognition=1.0, tie_closure=0.15, tie_success=0.1,
        tie_attachment=0.25, tie_cost=0.7, tie_crowding=0.06,
    )  # fmt: skip
    pair = cooperation.Pair(apart, 1.0, common, unlike)
    gain = cooperation.utility(firm(partners=links, successes=experience), partner_links, successes, pair, p)
    assert gain == exactly(expected)


@pytest.mark.parametrize(("sales", "expected"), [(100.0, 2.0), (6.25, 0.5), (1.0, 0.5), (1e6, 200.0**0.5)])
def test_a_larger_firm_innovates_in_more_lines(sales: float, expected: float) -> None:
    # the mean of the industry is 250 / 10 = 25: (100/25)^.5 = 2; a quarter and 200 means are the bounds
    its_industry = industry(sales=250.0, firms=10)
    assert innovation.breadth(firm(sales=sales), its_industry, parameters(innovation_size=0.5)) == exactly(expected)


@pytest.mark.parametrize(("product_lines", "expected"), [(0.25, 0.04), (1.0, 0.04), (8.0, 0.005)])
def test_a_large_firm_takes_shorter_strides(product_lines: float, expected: float) -> None:
    assert innovation.stride(product_lines, parameters(innovation_step=0.04)) == exactly(expected)


@pytest.mark.parametrize(
    ("research", "luck", "expected"),
    [
        (1.0, 0.5, 3),  # the mean: three, and .5 is not enough for another
        (4.0, 0.5, 6),  # 3 x 4^.5
        (0.25, 0.4, 1),  # 3 x .5 + .4
        (0.25, 0.6, 2),
        (1e6, 0.5, 30),  # at most ten times
        (0.0, 0.9, 0),  # who does no research looks for no partner
    ],
)
def test_activity_follows_research(research: float, luck: float, expected: int) -> None:
    p = parameters(tie_candidates=3, tie_activity=0.5)
    assert cooperation.activity(research, 1.0, p, luck) == expected
    firms = some(FIRM, 3, research=[0.0, 1.0, 3.0])
    assert cooperation.mean_research(firms) == exactly(2.0)
    assert cooperation.mean_research(firms[:1]) == 0.0


def test_partners_come_closer_in_knowledge() -> None:
    firms = some(FIRM, 3, knowledge=[axis(0), axis(1), axis(2)], partners=[2, 1, 0])
    institutes = some(INSTITUTE, 1, knowledge=[axis(3)])
    links = some(LINK, 2, tie=[Tie.FIRM, Tie.INSTITUTE], first=[0, 0], second=[1, 0], living=True)
    p = parameters(knowledge_exchange=0.5, best_distance=0.4)
    exchange.exchange(firms, institutes, links, np.zeros((3, 6)), p)
    # Firm 0 moves by .5 x the mean of axes 1 and 3, firm 1 by .5 x axis 0: both from what was known before.
    length = math.sqrt(1.0 + 2 * 0.25**2)
    assert firms.knowledge[0].tolist() == exactly([1 / length, 0.25 / length, 0.0, 0.25 / length, 0.0, 0.0])
    assert firms.knowledge[1].tolist() == exactly([0.5 / math.sqrt(1.25), 1 / math.sqrt(1.25), 0.0, 0.0, 0.0, 0.0])
    assert firms.knowledge[2].tolist() == axis(2)
    # The tie is worth what the new distance is worth.
    apart = 1.0 - float(firms.knowledge[0] @ firms.knowledge[1])
    assert links[0].novelty == exactly(apart / 0.4 * math.exp(1.0 - apart / 0.4))


def test_knowledge_fades_by_a_factor_e_over_its_range() -> None:
    p = parameters(spillover_range=110.0)
    assert [innovation.fade(gap, p) for gap in (0.0, 110.0, 330.0)] == exactly([1.0, math.exp(-1.0), math.exp(-3.0)])


def test_nearness_falls_by_a_power_of_distance() -> None:
    # (1 + 150/50)^-.5 = 4^-.5
    assert cooperation.nearness(150.0, parameters(tie_scale=50.0, search_decay=0.5)) == exactly(0.5)


def test_a_friend_of_a_friend_is_two_steps_away() -> None:
    # a chain 0 - 1 - 2: from 0 the only step leads to 1, and from there evenly back to 0 or on to 2
    chain = neighbours.Partners(np.array([0, 1, 3, 4]), np.array([1, 0, 2, 1]))
    assert [int(neighbours.friend_of_friend(0, chain, luck)) for luck in (0.1, 0.9)] == [0, 2]
    # from 1 the first half of the luck leads over 0 and the other over 2, both back to 1
    assert [int(neighbours.friend_of_friend(1, chain, luck)) for luck in (0.2, 0.7)] == [1, 1]
    alone = neighbours.Partners(np.array([0, 0, 0]), np.zeros(1, dtype=np.int64))
    assert neighbours.friend_of_friend(0, alone, 0.5) == -1


def test_the_key_of_a_pair_has_no_direction() -> None:
    assert cooperation.pair_key(3, 8) == cooperation.pair_key(8, 3)
    assert len({int(cooperation.pair_key(a, b)) for a in range(1, 20) for b in range(a, 20)}) == 190


def test_partners_and_partners_in_common() -> None:
    # 0-1, 0-2, 1-2, 2-3, and an institute's project of 3, which is no tie between firms.
    links = some(
        LINK, 5, tie=[Tie.FIRM] * 4 + [Tie.INSTITUTE], first=[0, 0, 1, 2, 3], second=[1, 2, 2, 3, 0], living=True
    )
    partners = neighbours.partners_of(some(FIRM, 4), links)
    starts, others = partners
    assert [sorted(others[starts[row] : starts[row + 1]].tolist()) for row in range(4)] == [
        [1, 2],
        [0, 2],
        [0, 1, 3],
        [2],
    ]
    assert neighbours.common_partners(0, 1, partners) == 1
    assert neighbours.common_partners(0, 3, partners) == 1
    assert neighbours.common_partners(1, 3, partners) == 1
    assert [neighbours.are_partners(0, other, partners) for other in range(4)] == [False, True, True, False]


def test_a_firms_best_three_projects_count() -> None:
    best = np.zeros(3)
    for value in (0.2, 0.9, 0.1, 0.5, 0.3):
        cooperation.keep_best(best, value)
    assert best.tolist() == [0.9, 0.5, 0.3]


def test_projects_multiply_the_hazard() -> None:
    firms, living = some(FIRM, 3), [True, True, False]
    links = some(LINK, 3, tie=Tie.FIRM, first=[0, 0, 1], second=[1, 2, 2], novelty=[1.0, 0.5, 0.2], living=living)
    cooperation.join_forces(firms, some(INSTITUTE, 0), links, np.ones((3, 3)), parameters(project_gain=0.3))
    assert firms.partners.tolist() == [2, 1, 1]
    assert firms.project_boost.tolist() == exactly([1.3 * 1.15, 1.3, 1.15])


def test_a_tie_is_written_down() -> None:
    written = link()
    cooperation.write_link(written, Tie.INSTITUTE, 4, 2, 99, cooperation.Pair(30.0, 0.8, 0, True), 12)
    assert (written.tie, written.first, written.second, written.id) == (Tie.INSTITUTE, 4, 2, 99)
    assert (written.since, written.distance, written.novelty, written.trust) == (12, 30.0, 0.8, 0.0)
    assert written.living


# -- 4.10 supply contracts -------------------------------------------------------------------------------


def test_the_key_of_a_contract_has_a_direction() -> None:
    keys = {int(supply.contract_key(one, other)) for one in range(1, 20) for other in range(1, 20)}
    assert len(keys) == 361
    assert all(0 < key < 2**52 for key in keys)
    assert supply.contract_key(3, 8) != cooperation.pair_key(3, 8)


def test_searches_for_suppliers_draw_apart() -> None:
    """A search of the 32 for free places or of the 32 under review, each with a draw for every candidate."""
    most = int(PARAMETERS["suppliers_per_input"].high * PARAMETERS["leader_contracts"].high)
    first = [supply.search_counter(slot, search) for slot in range(3) for search in range(most)]
    first += [supply.review_counter(slot, have) for slot in range(3) for have in range(1, most + 1)]
    candidates = int(PARAMETERS["supply_candidates"].high)
    assert len({counter + attempt for counter in first for attempt in range(candidates)}) == 3 * 64 * candidates
    assert most == supply.REVIEWS


def test_a_contract_is_written_down() -> None:
    firms = some(FIRM, 2, id=[11, 12], cell=[0, 1], price=[1.0, 3.0])
    written = link(living=False)
    positions = Positions(np.array([0.0, 30.0]), np.array([0.0, 40.0]), 26.07)
    market = open_market(firms, 1, all_around(np.ones((2, 2))), positions, parameters())
    supply.sign(written, 0, 1, market, 9)
    assert (written.tie, written.first, written.second, written.since) == (Tie.SUPPLY, 0, 1, 9)
    assert (written.distance, written.price) == (50.0, 3.0)  # sqrt(30^2 + 40^2); the supplier's price
    assert written.id == supply.contract_key(11, 12)
    assert written.living


# -- 4.12 money ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("money", "cost", "luck", "expected"),
    [(10.0, 4.0, 0.49, 2), (10.0, 4.0, 0.51, 3), (3.0, 4.0, 0.2, 0), (3.0, 4.0, 0.3, 1), (3.0, 0.0, 0.9, 0)],
)
def test_money_attracts_whole_firms(money: float, cost: float, luck: float, expected: int) -> None:
    assert incentives.whole_entrants(money, cost, luck) == expected


def test_whole_firms_are_fair_on_average() -> None:
    lucks = (np.arange(1000) + 0.5) / 1000
    assert np.mean([incentives.whole_entrants(7.3, 2.0, luck) for luck in lucks]) == pytest.approx(3.65, abs=1e-3)


def test_luck_of_a_local_industry_does_not_ask_for_rows() -> None:
    one = incentives.local_industry_draw(region(id=10), industry(id=20), Luck(1, 2))
    assert 0 < one < 1
    assert one != incentives.local_industry_draw(region(id=10), industry(id=20), Luck(1, 3))
    assert one != incentives.local_industry_draw(region(id=11), industry(id=20), Luck(1, 2))


def test_a_budget_is_split_into_research_capacity_and_entrants() -> None:
    # 100 for one industry: 20 for research, .6 of the other 80 for entrants at 10 each, 32 for capacity.
    regions = some(REGION, 1, id=1, budget=100.0)
    local_industries = some(LOCAL_INDUSTRY, 1, 2, promoted=[[1.0, 0.0]], firms=3, sales=50.0, startup_cost=10.0)
    incentives.split_money(
        regions, some(INDUSTRY, 2, id=[5, 6]), local_industries, incentives.Uses(0.6, 0.2), Luck(1, 1)
    )
    served, other = local_industries[0, 0], local_industries[0, 1]
    assert (served.research_grant, served.capacity_grant) == exactly((20.0, 32.0))
    assert served.attracted in (4, 5)
    assert served.entry_grant == 10.0 * served.attracted
    assert regions[0].fund == exactly(48.0 - served.entry_grant)
    assert (other.research_grant, other.capacity_grant, other.attracted) == (0.0, 0.0, 0)


def test_where_no_firm_stands_all_money_looks_for_entrants() -> None:
    regions = some(REGION, 1, id=1, budget=100.0, spent=40.0)
    local_industries = some(LOCAL_INDUSTRY, 1, 1, promoted=1.0, startup_cost=20.0)
    incentives.split_money(regions, some(INDUSTRY, 1, id=5), local_industries, incentives.Uses(0.6, 0.2), Luck(1, 1))
    assert (
        local_industries[0, 0].attracted,
        local_industries[0, 0].capacity_grant,
        local_industries[0, 0].research_grant,
    ) == (3, 0.0, 0.0)
    assert regions[0].fund == 0.0


def test_grants_are_shared_by_capacity_and_by_sales() -> None:
    firms = some(FIRM, 2, capacity=[30.0, 10.0], sales=[10.0, 30.0], unit_cost=2.0)
    local_industries = some(LOCAL_INDUSTRY, 1, 1, capacity_grant=40.0, capacity=40.0, research_grant=8.0, sales=40.0)
    incentives.pay_firms(firms, local_industries, 2, parameters(capital_price=0.5))
    assert firms.building[:, 1].tolist() == exactly([30.0, 10.0])  # 30 and 10 of money at 1 a unit
    assert firms.research_grant.tolist() == exactly([2.0, 6.0])
    assert firms.subsidy.tolist() == exactly([32.0, 16.0])


# -- census ----------------------------------------------------------------------------------------------


def test_capacity_under_construction() -> None:
    assert census.coming_capacity(firm(building=[1.0, 2.0, 3.0, 4.0])) == 10.0
