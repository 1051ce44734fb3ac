"""Concentration formulas against tables worked out by hand and against their known limits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.metrics.formulas.concentration import (
    ellison_glaeser,
    gini,
    group_herfindahl,
    herfindahl,
    krugman_concentration,
    krugman_specialisation,
    location_quotient,
    locational_gini,
    theil,
    theil_concentration,
    theil_inequality,
)

TABLE = np.array([[30.0, 10.0], [20.0, 40.0]])
"""Two regions, two industries, 100 workers."""


def test_location_quotient_by_hand() -> None:
    """Region 0: 40 workers, 30 of them in industry 0, which has half of all: (30/40) / (50/100) = 1.5."""
    assert location_quotient(TABLE) == pytest.approx(np.array([[1.5, 0.5], [2 / 3, 4 / 3]]))


def test_location_quotient_is_one_where_every_region_has_the_national_mix() -> None:
    assert location_quotient(np.outer([1.0, 2.0, 5.0], [3.0, 1.0])) == pytest.approx(np.ones((3, 2)))


def test_location_quotient_of_nothing_is_undefined() -> None:
    table = np.array([[1.0, 0.0], [0.0, 0.0]])
    quotients = location_quotient(table)
    assert quotients[0, 0] == 1.0
    assert np.isnan(quotients[1]).all() and np.isnan(quotients[:, 1]).all()


def test_krugman_by_hand() -> None:
    """Shares .75/.25 in region 0 and 1/3, 2/3 in the rest: |.75-.333| + |.25-.667| = 5/6, the same for both."""
    assert krugman_specialisation(TABLE) == pytest.approx([5 / 6, 5 / 6])
    assert krugman_concentration(TABLE) == pytest.approx([0.8, 0.8])  # .6/.4 against .2/.8


def test_krugman_limits() -> None:
    assert krugman_specialisation(np.diag([1.0, 1.0, 1.0])) == pytest.approx([2.0, 2.0, 2.0])
    assert krugman_specialisation(np.ones((3, 4))) == pytest.approx(np.zeros(3))
    assert np.isnan(krugman_specialisation(np.ones((1, 4)))).all()
    assert np.isnan(krugman_specialisation(np.zeros((2, 2)))).all()


def test_herfindahl_limits() -> None:
    assert herfindahl(np.array([1.0, 1.0, 1.0, 1.0])) == pytest.approx(0.25)
    assert herfindahl(np.array([0.0, 7.0])) == 1.0
    assert math.isnan(float(herfindahl(np.zeros(3))))
    assert group_herfindahl(np.array([0, 0, 2]), 3, np.array([3.0, 1.0, 9.0])) == pytest.approx(
        [10 / 16, math.nan, 1.0], nan_ok=True
    )


def test_theil_by_hand_and_decomposition() -> None:
    by_hand = 0.3 * math.log(1.5) + 0.1 * math.log(0.5) + 0.2 * math.log(2 / 3) + 0.4 * math.log(4 / 3)
    assert theil(TABLE) == pytest.approx(by_hand, rel=1e-14)
    assert theil_concentration(TABLE) @ [0.5, 0.5] == pytest.approx(by_hand, rel=1e-14)


def test_theil_is_the_mutual_information_that_scipy_computes() -> None:
    from scipy.stats import entropy

    table = np.random.default_rng(3).gamma(1.0, size=(7, 5))
    share = table / table.sum()
    oracle = entropy(share.ravel(), np.outer(share.sum(axis=1), share.sum(axis=0)).ravel())
    assert theil(table) == pytest.approx(oracle, rel=1e-12)


def test_theil_limits() -> None:
    assert theil(np.eye(4)) == pytest.approx(math.log(4))
    assert theil(np.ones((4, 4))) == pytest.approx(0.0, abs=1e-15)
    assert math.isnan(theil(np.zeros((2, 2))))
    assert math.isnan(theil_concentration(np.array([[1.0, 0.0], [1.0, 0.0]]))[1])
    assert theil_inequality(np.array([2.0, 2.0]), np.array([0.5, 0.5])) == 0.0
    assert theil_inequality(np.array([1.0, 0.0]), np.array([0.5, 0.5])) == pytest.approx(math.log(2))
    assert math.isnan(theil_inequality(np.zeros(2), np.array([0.5, 0.5])))


def test_gini_against_its_definition_by_differences() -> None:
    values = np.random.default_rng(5).lognormal(size=40)
    differences = np.abs(values[:, None] - values[None, :]).sum() / (2 * len(values) ** 2 * values.mean())
    assert gini(values) == pytest.approx(differences, rel=1e-12)


def test_gini_limits() -> None:
    assert gini(np.full(5, 3.0)) == pytest.approx(0.0, abs=1e-15)
    assert gini(np.array([0.0, 0.0, 0.0, 1.0])) == pytest.approx(0.75)
    assert gini(np.array([1.0, 3.0])) == pytest.approx(0.25)
    assert math.isnan(gini(np.array([]))) and math.isnan(gini(np.zeros(3)))


def test_locational_gini_by_hand_and_limits() -> None:
    """Industry 0: regions hold .4 and .6 of its 50 workers of base .6 and .4; ranked by LQ, Lorenz point (.6, .4)."""
    assert locational_gini(TABLE) == pytest.approx([0.2, 0.2])
    assert locational_gini(np.outer([1.0, 2.0, 3.0], [1.0, 1.0])) == pytest.approx([0.0, 0.0], abs=1e-12)
    assert locational_gini(np.eye(4)) == pytest.approx(np.full(4, 0.75))
    assert np.isnan(locational_gini(np.zeros((2, 3)))).all()


def test_ellison_glaeser_by_hand() -> None:
    """Industry 0: two plants of 30 and 20 workers, one in each region; industry 1: five of 10, one in region 0.

    x = (.4, .6), 1 - sum x^2 = .48. Industry 0: s = (.6, .4), G = .08, H = .36 + .16 = .52,
    gamma = (.08 - .48 x .52) / (.48 x .48). Industry 1: s = (.2, .8), G = .08, H = .2,
    gamma = (.08 - .096) / (.48 x .8).
    """
    plants = np.array([30.0, 20.0, 10.0, 10.0, 10.0, 10.0, 10.0])
    lumps = group_herfindahl(np.array([0, 0, 1, 1, 1, 1, 1]), 2, plants)
    assert lumps == pytest.approx([0.52, 0.2])
    expected = [(0.08 - 0.48 * 0.52) / (0.48 * 0.48), (0.08 - 0.096) / (0.48 * 0.8)]
    assert ellison_glaeser(TABLE, lumps) == pytest.approx(expected, rel=1e-12)


def test_ellison_glaeser_is_zero_on_average_where_darts_choose_the_place() -> None:
    """The property that defines the index: no expected concentration where plants fall on regions by chance."""
    draw = np.random.default_rng(7)
    shares = np.array([0.1, 0.2, 0.3, 0.4])
    values = []
    for _ in range(4000):
        plants = draw.lognormal(size=30)
        region = draw.choice(4, size=30, p=shares)
        focus = np.bincount(region, weights=plants, minlength=4)
        everything = shares * 1e9  # so large that the one industry does not move the base
        lumps = np.array([(plants**2).sum() / plants.sum() ** 2, 0.0])
        values.append(ellison_glaeser(np.column_stack([focus, everything]), lumps)[0])
    assert np.mean(values) == pytest.approx(0.0, abs=3 * np.std(values) / math.sqrt(len(values)))


def test_ellison_glaeser_limits() -> None:
    one_plant = ellison_glaeser(np.array([[5.0, 2.0], [0.0, 3.0]]), np.array([1.0, 0.5]))
    assert math.isnan(one_plant[0]) and math.isfinite(one_plant[1])
    assert np.isnan(ellison_glaeser(np.ones((1, 3)), np.full(3, 0.1))).all()
    assert math.isnan(ellison_glaeser(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([0.5, math.nan]))[1])
    # all of an industry with tiny plants in one of two equal regions: G = .5, 1 - sum x^2 = .5, gamma -> 1
    assert ellison_glaeser(np.array([[10.0, 0.0], [0.0, 10.0]]), np.array([1e-9, 1e-9])) == pytest.approx([1.0, 1.0])
