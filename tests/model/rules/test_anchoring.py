"""What leading firms give: learning by suppliers, productivity to neighbours, spin-offs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.kernel.state_hash import hash_present
from sim.kernel.world import LOCAL_INDUSTRY, REGION, SITE, Kind
from sim.model import schedule
from sim.model.rules import anchoring, production, spin_off
from tests.model.rules.worlds import all_around, chain_world, parameters, some_contracts, some_firms


@pytest.mark.parametrize(
    ("taught", "years", "expected"),
    [
        (0.0, 0, 0.015),  # 1.5 % in each of the first four years
        (0.045, 3, 0.015),
        (0.0, 4, 0.0),  # a fifth year teaches nothing
        (0.05, 1, 0.010),  # the cap of 6 % leaves 1 %
        (0.06, 0, 0.0),
    ],
)
def test_what_a_supplier_learns(taught: float, years: int, expected: float) -> None:
    supplier = some_firms(1, taught=taught)[0]
    assert anchoring.yearly_learning(supplier, years, parameters()) == pytest.approx(expected)


def test_only_small_suppliers_of_leading_firms_learn_and_once_a_year() -> None:
    leader, sme = Kind.LEADING_FIRM, Kind.SME
    firms = some_firms(6, kind=[leader, leader, sme, sme, leader, sme])
    # Row 2 supplies both leaders, row 3 an SME, row 4 is itself a leader, row 5 has delivered nothing.
    links = some_contracts((0, 2), (1, 2), (2, 3), (0, 4), (0, 5), value=[1.0, 1.0, 1.0, 1.0, 0.0], since=7)
    anchoring.teach(8, firms, links, np.zeros(6), parameters())
    assert firms.taught == pytest.approx([0.0, 0.0, 0.015, 0.0, 0.0, 0.0])
    assert firms.productivity == pytest.approx([1.0, 1.0, math.exp(0.015), 1.0, 1.0, 1.0])


def test_four_years_under_contract_teach_six_per_cent() -> None:
    firms = some_firms(2, kind=[Kind.LEADING_FIRM, Kind.SME])
    links = some_contracts((0, 1), value=1.0, since=10)
    for year in range(10, 20):
        anchoring.teach(year, firms, links, np.zeros(2), parameters())
    assert firms.taught[1] == pytest.approx(0.06)
    assert firms.productivity[1] == pytest.approx(math.exp(0.06))


def test_a_leading_firm_lifts_related_neighbours() -> None:
    # Two cells 50 km apart, two industries half related; one leading firm of industry 0 in cell 0.
    firms = some_firms(1, kind=Kind.LEADING_FIRM, cell=0, industry=0)
    sites = SITE.empty(2, 2)
    sites.advantage[:] = 0.2
    around = all_around(np.ones((2, 2)), gaps=[26.07, 50.0, 26.07, 50.0])
    related = np.array([[1.0, 0.5], [0.5, 1.0]])
    p = parameters(anchor_gain=0.10, anchor_range=50.0, anchor_speed=0.3)
    anchoring.spread_leader_gain(firms, sites, related, around, np.zeros((2, 2)), p)
    # .3 x .10 = .03 in its cell; half of it for the other industry; next door exp(-(50 - 26.07)/50) = .6197 of it.
    expected = [[0.03, 0.015], [0.01859, 0.00930]]
    assert np.asarray(sites.anchored) == pytest.approx(np.array(expected), abs=1e-5)
    assert np.asarray(sites.advantage) == pytest.approx(0.2 + np.array(expected), abs=1e-5)
    firms.kind = Kind.SME
    anchoring.spread_leader_gain(firms, sites, related, around, np.zeros((2, 2)), p)
    # With the leader gone, .7 of it is left after a year.
    assert np.asarray(sites.anchored) == pytest.approx(0.7 * np.array(expected), abs=1e-5)


def test_a_crowd_of_leading_firms_adds_no_more_than_the_gain() -> None:
    firms = some_firms(9, kind=Kind.LEADING_FIRM, cell=0, industry=0)
    sites = SITE.empty(1, 1)
    p = parameters(anchor_gain=0.12, anchor_speed=1.0)
    for _ in range(2):
        anchoring.spread_leader_gain(
            firms, sites, np.ones((1, 1)), all_around([[1.0]], gaps=[26.0]), np.zeros((1, 1)), p
        )
    assert sites[0, 0].anchored == pytest.approx(0.12)


def test_after_five_years_neighbours_of_a_new_leading_firm_gain_three_to_twelve_per_cent() -> None:
    firms = some_firms(1, kind=Kind.LEADING_FIRM)
    sites = SITE.empty(1, 1)
    for _ in range(5):
        around = all_around([[1.0]], gaps=[26.07])
        anchoring.spread_leader_gain(firms, sites, np.ones((1, 1)), around, np.zeros((1, 1)), parameters())
    # .10 x (1 - .7^5) = .0832 (Greenstone, Hornbeck & Moretti 2010: 3 to 12 %).
    assert sites[0, 0].anchored == pytest.approx(0.0832, abs=1e-4)


def test_leading_firms_give_to_their_place_but_do_not_take() -> None:
    firms = some_firms(2, kind=[Kind.SME, Kind.LEADING_FIRM], productivity=2.0)
    site, local_industry, region = SITE.empty(1)[0], LOCAL_INDUSTRY.empty(1)[0], REGION.empty(1)[0]
    site.advantage, site.anchored = 0.07, 0.05
    small, leading = (production.efficiency(firm, site, local_industry, region) for firm in firms)
    assert small == pytest.approx(2.0 * math.exp(0.07))
    assert leading == pytest.approx(2.0 * math.exp(0.02))


def test_leading_firms_spawn_more() -> None:
    firms = some_firms(2, kind=[Kind.SME, Kind.LEADING_FIRM], age=5)
    p = parameters(spin_off_rate=0.01, spin_off_excellence=4.0, leader_spin_offs=2.0)
    hazards = [spin_off.spawning_hazard(firm, bar, p) for firm in firms for bar in (0.1, -0.1)]
    # z = 1, so ln z = 0: below a bar of .1, above one of -.1.
    assert hazards == pytest.approx([0.01, 0.04, 0.02, 0.08])
    off = parameters(spin_off_rate=0.01, leader_spin_offs=2.0, anchoring=False)
    assert spin_off.spawning_hazard(firms[1], 0.1, off) == pytest.approx(0.01)


def test_off_nothing_is_taught_and_its_parameters_do_not_matter() -> None:
    first, second = (
        chain_world(firms=30, anchoring=False, anchor_gain=gain, leader_contracts=most)
        for gain, most in ((0.12, 3), (0.3, 1))
    )
    for _ in range(3):
        schedule.step(first)
        schedule.step(second)
    assert hash_present(first) == hash_present(second)
    assert not first.firms.taught.any()
    assert not first.sites.anchored.any()
