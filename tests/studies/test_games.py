"""Known games through the search: prisoner's dilemma, coordination, matching pennies; ties, luck, budget."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sim.studies.games import (
    Gain,
    Profile,
    Table,
    best_response,
    equilibria,
    gains,
    largest_gain,
    mean_and_interval,
    mover,
    moves_of,
    search,
)

DILEMMA = {(0, 0): (3, 3), (0, 1): (0, 5), (1, 0): (5, 0), (1, 1): (1, 1)}
COORDINATION = {(0, 0): (2, 2), (0, 1): (0, 0), (1, 0): (0, 0), (1, 1): (1, 1)}
PENNIES = {(0, 0): (1, -1), (0, 1): (-1, 1), (1, 0): (-1, 1), (1, 1): (1, -1)}


def table(game: dict[Profile, tuple[int, int]]) -> Table:
    return Table.of(lambda profile: game[profile])


def both(_player: int, _action: int) -> range:
    return range(2)


@pytest.mark.parametrize(("game", "known"), [(DILEMMA, [(1, 1)]), (COORDINATION, [(0, 0), (1, 1)]), (PENNIES, [])])
def test_all_equilibria_of_known_games(game: dict[Profile, tuple[int, int]], known: list[Profile]) -> None:
    assert equilibria(table(game), (2, 2)) == known


@pytest.mark.parametrize("start", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_the_dilemma_ends_in_defection_from_everywhere(start: Profile) -> None:
    found = search(table(DILEMMA), start, both)
    assert (found.outcome, found.end, found.epsilon, found.epsilon_high) == ("equilibrium", (1, 1), 0.0, 0.0)
    assert not found.tied


def test_coordination_ends_where_it_starts() -> None:
    assert search(table(COORDINATION), (0, 0), both).end == (0, 0)
    assert search(table(COORDINATION), (1, 1), both).end == (1, 1)
    found = search(table(COORDINATION), (0, 1), both)
    assert (found.outcome, found.end) == ("equilibrium", (1, 1))  # the first player moves first
    assert [step.after for step in found.steps if step.gain is not None] == [(1, 1)]


def test_without_a_pure_equilibrium_it_says_that_it_cycles() -> None:
    found = search(table(PENNIES), (0, 0), both)
    assert found.outcome == "cycle"
    assert set(found.cycle) == {(0, 1), (1, 0)}
    assert math.isnan(found.epsilon)


def test_a_tie_is_told_and_moves_nobody() -> None:
    found = search(table(dict.fromkeys(DILEMMA, (1, 1))), (0, 1), both)
    assert (found.outcome, found.end, found.tied) == ("equilibrium", (0, 1), True)
    assert [len(step.tied) for step in found.steps] == [1, 1]


def test_the_budget_ends_it_before_it_is_overdrawn() -> None:
    source = table(DILEMMA)
    found = search(source, (0, 0), both, budget=3)
    assert (found.outcome, found.runs) == ("budget", 3)
    assert len(source.known) == 3
    assert search(source, (0, 0), both, budget=3).outcome == "equilibrium"  # what is known costs nothing
    assert search(table(DILEMMA), (0, 0), both, budget=1).steps == ()


def test_luck_that_is_common_cancels_and_other_luck_makes_ties() -> None:
    draws = np.random.default_rng(1).normal(0, 100, (8, 1))
    common = Table.of(lambda profile: np.array(DILEMMA[profile]) + draws)
    assert search(common, (0, 0), both).end == (1, 1)
    own = Table.of(
        lambda profile: np.array(DILEMMA[profile]) + np.random.default_rng([7, *profile]).normal(0, 100, (8, 2))
    )
    found = search(own, (0, 0), both)
    assert (found.outcome, found.end, found.tied) == ("equilibrium", (0, 0), True)
    assert found.epsilon_high > 50


def test_intervals_by_hand_and_together() -> None:
    mean, low, high, count = mean_and_interval(np.array([1.0, 2.0, 3.0, math.nan]), 5)
    assert (mean, count) == (2.0, 3)
    half = stats.t.ppf(1 - 0.05 / 10, 2) / math.sqrt(3)
    assert (low, high) == pytest.approx((2 - half, 2 + half))
    assert mean_and_interval(np.array([4.0])) == (4.0, 4.0, 4.0, 1)
    assert mean_and_interval(np.array([4.0, 4.0])) == (4.0, 4.0, 4.0, 2)
    assert np.isnan(mean_and_interval(np.array([math.nan]))[:3]).all()
    assert np.isnan(mean_and_interval(np.array([4.0, math.nan]))[1:3]).all()


def test_intervals_hold_together() -> None:
    """Of 10 gains that are all nothing, hardly one in twenty experiments shows a clear one."""
    luck = np.random.default_rng(3)
    false = 0
    for _ in range(400):
        values = luck.normal(0, 1, (11, 8, 1))
        source = Table.of(lambda profile, values=values: values[profile[0]])
        found = gains(source, (0,), [(action,) for action in range(1, 11)])
        false += any(gain.clear or gain.high < 0 for gain in found)
    assert false <= 0.08 * 400


def test_gains_moves_and_the_best_of_them() -> None:
    found = gains(table(DILEMMA), (0, 0), [(1, 0), (0, 1)])
    assert [(gain.player, gain.action, gain.mean) for gain in found] == [(0, 1, 2.0), (1, 1, 2.0)]
    assert moves_of((0, 1, 2), [0, 2], lambda player, action: (0, 1, 2)) == [
        (1, 1, 2), (2, 1, 2), (0, 1, 0), (0, 1, 1)
    ]  # fmt: skip
    with pytest.raises(ValueError, match="unpack"):
        mover((0, 0), (1, 1))
    clear, larger = Gain(0, 1, 1.0, 0.5, 1.5, 8), Gain(0, 2, 2.0, 0.1, 4.0, 8)
    tie, loss = Gain(0, 3, 3.0, -1.0, 7.0, 8), Gain(0, 4, -3.0, -4.0, -2.0, 8)
    assert best_response([clear, larger, tie, loss]) == (larger, [tie])
    assert best_response([loss]) == (None, [])
    assert largest_gain([loss]) == (0.0, 0.0)
    assert largest_gain([clear, tie]) == (3.0, 7.0)
    assert np.isnan(largest_gain([Gain(0, 1, 1.0, math.nan, math.nan, 1)])[1])
