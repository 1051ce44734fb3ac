"""Sensitivity: SALib's known answers through our path, shared luck, what has no number, the whole on a tiny world."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("SALib")
pytest.importorskip("sklearn")
from SALib.analyze import morris as oracle
from SALib.test_functions import Ishigami, Sobol_G

from sim.store.results import ResultsError
from sim.studies.experiment.designs import Sampling, units
from sim.studies.experiment.words import sweep_of
from sim.studies.sensitivity.emulator import fit, noise_of
from sim.studies.sensitivity.study import (
    paths_of,
    ranks,
    run_sensitivity,
    screen,
    share_won,
    sobol_indices,
    tamed,
    with_design,
    won_at_points,
)

G = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])
"""Coefficients of Sobol's G function as SALib has it."""


def test_screening_agrees_with_salib() -> None:
    names = [f"x{place}" for place in range(8)]
    unit = units(8, Sampling(kind="morris", trajectories=40, seed=3))
    values = Sobol_G.evaluate(unit, a=G)
    found = screen(unit, values[None, :], names).set_index("factor").loc[names]
    problem = {"num_vars": 8, "names": names, "bounds": [[0.0, 1.0]] * 8}
    told = oracle.analyze(problem, unit, values, num_levels=4, seed=1)
    for ours, theirs in (("mu_star", "mu_star"), ("mu", "mu"), ("sigma", "sigma")):
        assert found[ours].to_numpy() == pytest.approx(np.asarray(told[theirs], float), rel=1e-6, abs=1e-9), ours
    assert found["rank"].tolist()[:2] == [1, 2] and set(found["rank"][4:]) == {found["rank"].max()}


def test_a_step_from_or_to_a_point_without_a_number_is_left_out_and_counted() -> None:
    unit = units(3, Sampling(kind="morris", trajectories=6, seed=3))
    values = np.tile(unit @ np.array([3.0, 1.0, 0.0]), (4, 1))
    values[2, 5] = np.nan  # the second point of the second path: its first and its second step
    found = screen(unit, values, ["a", "b", "c"]).set_index("factor").loc[["a", "b", "c"]]
    assert found["mu_star"].tolist() == pytest.approx([3.0, 1.0, 0.0])
    moved = np.abs(np.diff(unit.reshape(6, 4, 3)[1], axis=0)).argmax(axis=1)
    lost = [int(place in moved[:2]) for place in range(3)]
    assert sum(lost) == 2 and found["left_out"].tolist() == lost
    assert found["trajectories"].tolist() == [6 - one for one in lost]
    with pytest.raises(ResultsError, match="nothing can be screened"):
        screen(unit, np.full((2, 24), np.nan), ["a", "b", "c"])


def test_differences_of_very_different_size_are_screened_by_their_order_of_magnitude() -> None:
    chance = np.random.default_rng(1)
    usual = chance.normal(0.0, 0.01, (2, 400))
    assert tamed(usual)[1] == 0.0 and tamed(usual)[0] is usual
    long = np.where(chance.random((2, 400)) < 0.02, 5.0, usual)
    long[0, 3] = np.nan
    found, scale = tamed(long)
    known = np.isfinite(long)
    assert scale == pytest.approx(np.median(np.abs(long[known])))
    assert (np.sign(found) == np.sign(long))[known].all() and np.isnan(found[0, 3])
    assert found[known] == pytest.approx(np.arcsinh(long[known] / scale)) and np.abs(found[known]).max() < 10.0


def test_points_whose_two_seeds_agree_by_chance_are_not_taken_for_exact() -> None:
    values = np.array([[0.0, 2.0, 1.0], [0.0, 0.0, 3.0]])
    luck = values - values.mean(axis=1, keepdims=True)
    each = luck.var(axis=0, ddof=1) / 2
    own = noise_of(values).own
    assert own == pytest.approx((10.0 * each.mean() + each) / 11.0) and own.min() > 0.8 * own.mean()


def test_points_of_a_screening_at_which_the_arm_gives_more() -> None:
    values = np.array([[1.0, 1.0, -1.0, 1.0], [3.0, -2.0, -1.0, np.nan]])  # means 2, -.5, -1, none
    share, low, high = won_at_points(values, 2)
    assert share == pytest.approx(1 / 3) and 0.0 <= low <= share <= high <= 1.0
    assert np.isnan(won_at_points(np.full((2, 4), np.nan), 2)).all()
    half = np.array([[-1.0, 1.0], [-1.0, np.nan]])  # whichever seeds are drawn, the second point does not count
    assert won_at_points(half, 1) == (0.0, 0.0, 0.0)


def test_many_failures_leave_what_can_be_told_and_a_factor_without_effect_comes_last() -> None:
    """One failed run in each path must not end a screening of many factors, nor be taken for no effect."""
    names = [f"x{place}" for place in range(9)]
    unit = units(9, Sampling(kind="morris", trajectories=4, seed=2))
    values = np.tile(unit @ np.linspace(0.5, 4.5, 9), (3, 1)).reshape(3, 4, 10)
    moved = np.abs(np.diff(unit.reshape(4, 10, 9), axis=1)).argmax(axis=2)
    for path in range(4):
        step = int(np.flatnonzero(moved[path] == 8)[0])  # the strongest factor has a failed run at every step
        values[0, path, step] = np.nan
    found = screen(unit, values.reshape(3, -1), names).set_index("factor")
    assert np.isnan(found.loc["x8", ["mu_star", "low", "high"]].to_numpy(float)).all()
    assert found.loc["x8", "trajectories"] == 0 and found.loc["x8", "left_out"] == 4 and found.index[-1] == "x8"
    known = found.drop("x8")
    assert known["mu_star"].to_numpy() == pytest.approx([0.5 * (int(name[1:]) + 1) for name in known.index])
    assert (known["trajectories"] >= 1).all() and found.loc["x8", "rank"] > known["rank"].max()


def test_intervals_that_overlap_have_no_order() -> None:
    assert ranks(np.array([3.0, 1.5, 1.0, 0.0]), np.array([4.0, 2.5, 2.0, 0.5])).tolist() == [1, 2, 2, 4]


def test_sobol_indices_of_ishigami_are_the_known_ones() -> None:
    def surface(at: np.ndarray) -> np.ndarray:
        return Ishigami.evaluate(-math.pi + 2 * math.pi * at)[None, :]

    found = sobol_indices(surface, ["x1", "x2", "x3"], base=2048).set_index("factor")
    known = {"x1": (0.3139, 0.5576), "x2": (0.4424, 0.4424), "x3": (0.0, 0.2437)}
    for name, (first, total) in known.items():
        row = found.loc[name]
        assert row["S1"] == pytest.approx(first, abs=0.04) and row["ST"] == pytest.approx(total, abs=0.04)
        assert row["ST_low"] < total < row["ST_high"] and row["converged"]


def test_with_too_few_samples_indices_do_not_converge_and_say_what_is_needed() -> None:
    def surface(at: np.ndarray) -> np.ndarray:
        return Sobol_G.evaluate(at, a=G)[None, :]

    few = sobol_indices(surface, [f"x{place}" for place in range(8)], base=32)
    assert not few["converged"].all() and few["needed"].max() > 32
    assert (few["ST_high"] > few["ST_low"]).all() and len(set(few["rank"])) < 8


def noisy(points: int, seeds: int, own: float, shared: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(points, true response, values by seed): a smooth response with luck of points and luck that all share."""
    at = units(3, Sampling(kind="sobol", points=points))
    truth = np.sin(3 * at[:, 0]) + at[:, 1] ** 2 - 0.8
    chance = np.random.default_rng(5)
    luck = chance.normal(0, own, (seeds, points)) + chance.normal(0, shared, (seeds, 1))
    return at, truth, truth + luck


def test_shared_luck_is_no_noise_of_the_shape() -> None:
    at, truth, values = noisy(64, 12, own=0.05, shared=1.0)
    noise = noise_of(values)
    assert noise.own.mean() == pytest.approx(0.05**2 / 12, rel=0.2)
    assert 0.3 / 12 < noise.shared < 3.0 / 12
    emulator = fit(at, values)
    assert emulator.explained > 0.98 and 0.85 <= emulator.covered <= 1.0
    shift = values.mean() - truth.mean()
    error = emulator.mean(at) - truth
    assert error.std() < 0.03 and error.mean() == pytest.approx(shift, abs=0.02)
    calm = fit(at, values - values.mean(axis=1, keepdims=True) + truth.mean())
    wide, narrow = share_won(emulator, 3), share_won(calm, 3)
    assert wide[2] - wide[1] > 5 * (narrow[2] - narrow[1])
    assert narrow[1] <= (truth > 0).mean() + 0.03 and narrow[2] >= (truth > 0).mean() - 0.03


def test_indices_of_the_emulator_are_those_of_the_response() -> None:
    at, _, values = noisy(64, 6, own=0.02, shared=0.3)
    emulator = fit(at, values)
    found = sobol_indices(lambda where: emulator.draws(where, 10), ["a", "b", "c"], base=128).set_index("factor")
    grid = np.linspace(0, 1, 2001)
    first, second = np.sin(3 * grid).var(), (grid**2).var()
    assert found.loc["a", "ST"] == pytest.approx(first / (first + second), abs=0.06)
    assert found.loc["b", "S1"] == pytest.approx(second / (first + second), abs=0.06)
    assert abs(found.loc["c", "ST"]) < 0.02 and (found["ST_by_emulator"] > 0).all()


def test_an_emulator_refuses_what_is_not_finite() -> None:
    at, _, values = noisy(32, 3, own=0.1, shared=0.1)
    values[1, 4] = np.inf
    with pytest.raises(ValueError, match="finite values"):
        fit(at, values)


TINY = (
    "regions.grid.rows=2", "regions.grid.columns=2", "regions.cells=1", "population.firms=40",
    "population.institutes=4", "years.burn_in=1", "years.treatment=2",
)  # fmt: skip


def test_the_stages_have_their_own_points_of_the_same_experiment() -> None:
    setup = sweep_of("policy_text", ["distance_cost=0.1:0.5:2", "imitation=0:1:2"], (), TINY, 2)
    again = with_design(setup, setup.factors, Sampling(kind="sobol", points=8))
    assert len(again.points) == 8 and all(factor.span for factor in again.factors)
    assert again.overrides == setup.overrides and again.arms == setup.arms


def test_a_design_of_paths_says_how_many_and_another_does_not() -> None:
    swept = sweep_of("policy_text", ["distance_cost=0.1:0.5:2", "imitation=0:1:2"], (), TINY, 2)
    assert paths_of(swept) == 6
    assert paths_of(with_design(swept, swept.factors, Sampling(kind="morris", trajectories=4))) == 4


@pytest.mark.slow
def test_the_whole_on_a_tiny_world(tmp_path: Path) -> None:
    setup = sweep_of("policy_text", ["distance_cost=0.1:0.5:2", "imitation=0:1:2"], (), TINY, 2,
                     record=("ln_real_income",))  # fmt: skip
    found = run_sensitivity(setup, 1, tmp_path, trajectories=3, points=24, most=2)
    assert set(found.screening["factor"]) == {"distance_cost", "imitation"} and found.left_out == ()
    assert (found.indices["ST_high"] >= found.indices["ST_low"]).all()
    assert 0.0 <= found.wins[1] <= found.wins[0] <= found.wins[2] <= 1.0
