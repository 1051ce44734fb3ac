"""Stopping and power: numbers by hand, known tables, and the coverage that is promised."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.studies.estimates import IDENTICAL, TOO_FEW
from sim.studies.stopping import (
    MOST,
    first_stage,
    power_of,
    quantile,
    replications_for,
    second_stage,
    spread_bound,
)

Array = np.ndarray[Any, Any]


def test_the_first_stage_by_hand() -> None:
    pilot = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    bound = math.sqrt(2.5 * 4 / stats.chi2.ppf(0.2, 4))
    assert spread_bound(pilot) == pytest.approx(bound)
    stage = first_stage(pilot, 0.5)
    assert stage.wanted == math.ceil((stats.t.ppf(0.975, 4) * bound / 0.5) ** 2)
    assert (stage.pilot, stage.reason) == (5, "")
    assert first_stage(np.array([*pilot, np.nan, np.inf]), 0.5) == stage
    assert first_stage(pilot, 100.0).wanted == 5, "never fewer than there are"


def test_a_pilot_that_tells_nothing_asks_for_nothing() -> None:
    assert first_stage(np.array([1.0, 2.0, np.nan]), 0.1).reason == TOO_FEW
    assert first_stage(np.array([1.0, 2.0, np.nan]), 0.1).wanted == 0
    same = first_stage(np.full(6, 0.3), 0.1)
    assert (same.wanted, same.reason) == (6, IDENTICAL)
    assert math.isnan(second_stage(np.array([1.0, 2.0]), first_stage(np.array([1.0, 2.0]), 0.1))[1])


def test_the_second_stage_keeps_the_spread_of_the_pilot_unless_the_rest_spreads_more() -> None:
    pilot = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    stage = first_stage(pilot, 0.5)
    calm = np.concatenate([pilot, np.full(95, 3.0)])
    mean, low, high = second_stage(calm, stage)
    assert mean == 3.0 and high - mean == pytest.approx(quantile(5) * stage.spread / 10)
    wild = np.concatenate([pilot, np.tile([-50.0, 56.0], 50)])
    _, low, high = second_stage(wild, stage)
    assert (high - low) / 2 == pytest.approx(quantile(105) * wild.std(ddof=1) / math.sqrt(105))


DRAWS: dict[str, tuple[Callable[[np.random.Generator, int], Array], float]] = {
    "normal": (lambda chance, count: chance.normal(size=count), 0.0),
    "gamma": (lambda chance, count: chance.gamma(4.0, size=count) / 2.0, 2.0),
    "exponential": (lambda chance, count: chance.exponential(size=count), 1.0),
    "heavy tails": (lambda chance, count: chance.standard_t(5, size=count) / math.sqrt(5 / 3), 0.0),
}


@pytest.mark.parametrize("name", DRAWS)
@pytest.mark.parametrize("half_width", [0.4, 0.25, 0.15])
def test_coverage_is_kept_for_skewed_differences_too(name: str, half_width: float) -> None:
    """All have standard deviation 1; 2,500 repetitions have a standard error of .0045 at .95."""
    draw, truth = DRAWS[name]
    chance = np.random.default_rng([int(100 * half_width), *name.encode()])
    covered, sizes = 0, []
    for _ in range(2_500):
        pilot = draw(chance, 20)
        stage = first_stage(pilot, half_width)
        values = np.concatenate([pilot, draw(chance, stage.wanted - 20)])
        _, low, high = second_stage(values, stage)
        covered += low <= truth <= high
        sizes.append(len(values))
    assert covered / 2_500 >= 0.93
    fixed = (1.96 / half_width) ** 2
    assert 1.3 < np.mean(sizes) / fixed < 1.8, "what it costs against a fixed number with known spread"


def test_power_agrees_with_published_tables() -> None:
    """Cohen (1988), table 2.4.1 for matched pairs: 34 pairs find half a standard deviation with power .8."""
    assert power_of(34, 0.5) == pytest.approx(0.808, abs=0.002)
    assert power_of(33, 0.5) < 0.8
    pilot = np.array([-1.0, 1.0] * 30)
    spread = pilot.std(ddof=1)
    assert replications_for(pilot, 0.5 * spread) == 34
    assert replications_for(pilot, 0.2 * spread) == 199
    assert replications_for(pilot, 1e-6) == MOST and replications_for(pilot[:3], 1.0) == 0
    assert replications_for(np.full(5, 2.0), 0.1) == 4
