"""Each estimator against data drawn from a known law."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from sim.studies.facts import estimators
from sim.studies.libraries import MissingLibrary, library


@pytest.mark.parametrize("exponent", [0.9, 1.1, 2.0])
def test_tail_exponent_of_pareto_sizes(exponent: float) -> None:
    sizes = (1.0 - np.random.default_rng(1).random(200_000)) ** (-1.0 / exponent)
    found = estimators.rank_half_exponent(sizes)
    assert found == pytest.approx(exponent, abs=4 * exponent * math.sqrt(2 / 20_000))
    assert estimators.rank_half_exponent(7.0 * sizes) == pytest.approx(found)


def test_tail_exponent_needs_a_tail() -> None:
    assert math.isnan(estimators.rank_half_exponent(np.arange(1.0, 100.0)))


@pytest.mark.parametrize(("draw", "shape"), [("laplace", 1.0), ("normal", 2.0)])
def test_subbotin_shape(draw: str, shape: float) -> None:
    values = getattr(np.random.default_rng(2), draw)(3.0, 0.2, 40_000)
    assert estimators.subbotin_shape(values) == pytest.approx(shape, abs=0.05)


def test_subbotin_shape_of_the_uniform_lies_at_the_bound() -> None:
    assert estimators.subbotin_shape(np.linspace(-1, 1, 5001)) > 5.0


def test_survival_with_a_constant_hazard() -> None:
    lives = np.random.default_rng(3).geometric(0.15, 20_000).astype(float)
    watched = 12.0
    found = estimators.survival(np.minimum(lives, watched), lives <= watched, (1, 5, 10))
    assert found == pytest.approx([0.85, 0.85**5, 0.85**10], abs=0.012)


def test_survival_beyond_what_was_watched_is_unknown() -> None:
    assert math.isnan(estimators.survival(np.full(50, 4.0), np.zeros(50, dtype=bool), (10,))[0])


def test_poisson_recovers_the_slope_of_gravity() -> None:
    draw = np.random.default_rng(4)
    distance = draw.uniform(50, 800, 4000)
    counts = draw.poisson(np.exp(6.0 - 0.8 * np.log(distance)))
    assert estimators.poisson(counts, np.log(distance)[:, None])[0] == pytest.approx(-0.8, abs=0.03)
    assert np.isnan(estimators.poisson(np.zeros(4000), np.log(distance)[:, None])).all()


def test_linear_after_fixed_effects_are_partialled_out() -> None:
    draw = np.random.default_rng(5)
    rows = pd.DataFrame({"group": draw.integers(0, 40, 4000), "x": draw.normal(size=4000)})
    rows["x"] += rows["group"]
    rows["y"] = 0.3 * rows["x"] - 2.0 * rows["group"] + draw.normal(0, 0.01, 4000)
    apart = estimators.within(rows, ["y", "x"], ["group"])
    assert estimators.linear(apart["y"], apart[["x"]].to_numpy())[0] == pytest.approx(0.3, abs=0.001)


def test_gini_of_known_shares() -> None:
    assert estimators.gini(np.array([1.0, 1.0, 1.0])) == pytest.approx(0.0)
    assert estimators.gini(np.array([0.0, 0.0, 0.0, 1.0])) == pytest.approx(0.75)
    assert math.isnan(estimators.gini(np.zeros(3)))


def test_a_missing_library_says_what_to_install() -> None:
    with pytest.raises(MissingLibrary, match=r"clustersim\[facts\]"):
        library("no_such_library_of_statistics")


def test_spread_of_growth_falls_with_size_as_drawn() -> None:
    draw = np.random.default_rng(6)
    size = draw.normal(0.0, 1.5, 40_000)
    growth = draw.normal(0.0, 0.3 * np.exp(-0.18 * size))
    assert estimators.spread_slope(growth, size) == pytest.approx(-0.18, abs=0.01)
    assert math.isnan(estimators.spread_slope(growth[:399], size[:399]))
    assert math.isnan(estimators.spread_slope(np.zeros(1000), np.arange(1000.0)))
