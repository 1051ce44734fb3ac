"""The gradient: who is promoted, who is demoted, and that it is rank alone that decides."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.kernel.state_hash import hash_present
from sim.kernel.world import FIELDS, INDUSTRY, Event, Kind, Tier
from sim.metrics.formulas.gradient import transition_matrix
from sim.model import schedule
from sim.model.rules import tiers
from tests.model.rules.worlds import chain_world, parameters, some_firms

SHARES = np.array([1.0, 0.40, 0.15, 0.035, 0.02])


@pytest.mark.parametrize(
    ("tier", "standing", "expected"),
    [
        # With a margin of .25: an SME climbs below .40^1.25 = .318; an innovative SME falls above .40^.75 = .503.
        (Tier.SME, 0.31, Tier.INNOVATIVE_SME),
        (Tier.SME, 0.33, Tier.SME),
        (Tier.INNOVATIVE_SME, 0.49, Tier.INNOVATIVE_SME),
        (Tier.INNOVATIVE_SME, 0.51, Tier.SME),
        # One tier at a time, however good or bad; .15^1.25 = .0933.
        (Tier.SME, 0.0, Tier.INNOVATIVE_SME),
        (Tier.INNOVATIVE_SME, 0.09, Tier.SPECIALISED_SME),
        (Tier.SPECIALISED_SME, 0.001, Tier.CHAMPION),
        # .02^1.25 = .0075 up to leading firm; .02^.75 = .0532 down from it.
        (Tier.CHAMPION, 0.007, Tier.LEADING_FIRM),
        (Tier.CHAMPION, 0.008, Tier.CHAMPION),
        (Tier.LEADING_FIRM, 0.053, Tier.LEADING_FIRM),
        (Tier.LEADING_FIRM, 0.9, Tier.CHAMPION),
    ],
)
def test_a_tier_up_or_down(tier: Tier, standing: float, expected: Tier) -> None:
    assert tiers.next_tier(int(tier), standing, SHARES, parameters(tier_hysteresis=0.25)) == expected


def one_industry():
    industries = INDUSTRY.empty(1)
    industries[0].position[:] = 1.0 / math.sqrt(FIELDS)
    return industries


def leaning(field: int, count: int) -> np.ndarray:
    """Knowledge of `count` firms that know most in one field."""
    knowledge = np.full((count, FIELDS), 0.3)
    knowledge[:, field] = 0.6
    return knowledge


def test_a_firm_belongs_to_the_niche_it_knows_most_about() -> None:
    firms = some_firms(2, knowledge=np.vstack([leaning(4, 1), leaning(0, 1)]))
    assert [tiers.niche(firm, one_industry()[0]) for firm in firms] == [4, 0]


def test_marks_are_growth_share_of_the_niche_and_size() -> None:
    firms = some_firms(
        3, productivity=[1.2, 1.0, 1.0], sales=[30.0, 10.0, 60.0], knowledge=np.vstack([leaning(1, 2), leaning(2, 1)])
    )
    marks = np.zeros((3, 3))
    tiers.measure(firms, one_industry(), marks, parameters(tier_memory=5.0))
    # Niche 1 sells 30 + 10 = 40, niche 2 sells 60: shares .75, .25 and 1.
    assert marks[0] == pytest.approx([math.log(1.2), 0.0, 0.0])
    assert marks[1] == pytest.approx([math.log(0.75), math.log(0.25), 0.0])
    assert marks[2] == pytest.approx([math.log(30.0), math.log(10.0), math.log(60.0)])
    # Smoothed productivity closes a fifth of the gap in logarithms: 1.2^(1/5).
    assert firms.last_productivity == pytest.approx([1.2**0.2, 1.0, 1.0])


def test_scores_add_marks_in_standard_deviations_within_the_industry() -> None:
    firms = some_firms(4, industry=[0, 0, 1, 1])
    marks = np.array([[1.0, 3.0, 5.0, 5.0], [0.0, 4.0, 0.0, 0.0], [2.0, 0.0, 7.0, 1.0]])
    scores, lots = np.zeros(4), np.zeros(4)
    tiers.grade(1, firms, marks, np.array([1.0, 2.0, 0.5]), 2, scores, lots)
    # Two values lie one deviation below and above their mean; equal values count nothing.
    # Industry 0: -1 - 2 + .5 = -2.5 and the opposite; industry 1: only size, +.5 and -.5.
    assert scores == pytest.approx([-2.5, 2.5, 0.5, -0.5])
    assert len(set(lots.tolist())) == 4


def test_only_firms_whose_turn_it_is_move_and_leading_firms_are_named_so() -> None:
    firms = some_firms(
        3, born=[-3, -2, -3], age=[3, 2, 3], tier=[Tier.CHAMPION, Tier.SME, Tier.LEADING_FIRM],
        kind=[Kind.SME, Kind.SME, Kind.LEADING_FIRM],
    )  # fmt: skip
    before = np.zeros(3, dtype=np.int8)
    tiers.move(0, firms, np.array([0, 1, 2]), np.array([3]), SHARES, before, parameters(tier_review=3))
    # The best of three has place 0 and climbs; the second's turn comes next year; the third, at 2/3, falls.
    assert firms.tier.tolist() == [Tier.LEADING_FIRM, Tier.SME, Tier.CHAMPION]
    assert firms.kind.tolist() == [Kind.LEADING_FIRM, Kind.SME, Kind.SME]
    assert before.tolist() == [Tier.CHAMPION, Tier.SME, Tier.LEADING_FIRM]


def test_events_tell_every_move_and_the_transition_matrix_sums_to_one() -> None:
    world = chain_world(firms=60)
    for _ in range(4):
        schedule.step(world)
    # Those whose turn comes next year.
    world.year += 1
    firms = world.firms
    firms.age += 1
    before = firms.tier.copy()
    world.events_table.clear()
    tiers.climb(world)
    after = world.firms.tier
    assert np.array_equal(after == Tier.LEADING_FIRM, world.firms.kind == Kind.LEADING_FIRM)
    events = world.events
    up, down = events[events.event == Event.PROMOTION], events[events.event == Event.DEMOTION]
    assert sorted(up.agent.tolist()) == sorted(firms.id[after > before].tolist())
    assert sorted(down.agent.tolist()) == sorted(firms.id[after < before].tolist())
    assert len(up) > 0
    matrix = transition_matrix(before, after, len(Tier))
    rows = matrix[~np.isnan(matrix).any(axis=1)]
    assert len(rows) >= 2
    assert rows.sum(axis=1) == pytest.approx(np.ones(len(rows)))


def test_tiers_hold_about_the_shares_asked_for() -> None:
    world = chain_world(firms=150, side=1)
    for _ in range(40):
        world.year += 1
        world.firms.age += 1
        tiers.climb(world)
    tier = world.firms.tier
    for level, share in enumerate(SHARES[1:], start=1):
        held = float((tier >= level).mean())
        assert share**1.35 - 2 / 150 <= held <= share**0.65 + 2 / 150


def test_equal_firms_are_ranked_by_lot_whatever_their_rows() -> None:
    def winners(order: list[int]) -> set[int]:
        world = chain_world(firms=11, side=1)
        firms = world.firms
        firms.industry = 0
        firms.sales, firms.productivity, firms.last_productivity = 1.0, 1.0, 1.0
        firms.knowledge[:] = firms.knowledge[0]
        firms.tier, firms.age, firms.born = Tier.SME, 3, -3
        world.firms_table.keep(np.array(order))
        tiers.climb(world)
        return set(world.firms.id[world.firms.tier > Tier.SME].tolist())

    straight = winners(list(range(11)))
    # Places 0, 1/11, 2/11 and 3/11 lie below .40^1.35 = .29.
    assert len(straight) == 4
    assert winners([7, 2, 9, 0, 1, 8, 10, 3, 6, 5, 4]) == straight


def test_off_nothing_climbs_and_its_parameters_do_not_matter() -> None:
    first, second = (chain_world(firms=30, tiers=False, leading_share=share) for share in (0.02, 0.2))
    for _ in range(3):
        schedule.step(first)
        schedule.step(second)
    assert hash_present(first) == hash_present(second)
    assert set(first.firms.tier.tolist()) <= {Tier.SME, Tier.LEADING_FIRM}
