"""Resilience of a series against its unshocked run, worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.metrics.formulas.resilience import resilience

UNSHOCKED = np.array([100.0, 100.0, 200.0, 100.0, 100.0])


def test_a_hit_and_a_recovery_by_hand() -> None:
    """Gaps 0, -.2, -.1, -.04, -.02: kept .8, 18 of 20 points regained, 95 % again in year 3, .36 lost."""
    outcome = resilience(np.array([100.0, 80.0, 180.0, 96.0, 98.0]), UNSHOCKED)
    assert outcome.resistance == pytest.approx(0.8)
    assert outcome.recoverability == pytest.approx(0.9)
    assert outcome.years_to_regain == 3.0
    assert outcome.loss == pytest.approx(0.36)


def test_risk_is_the_spread_around_the_unshocked_run() -> None:
    # Gaps 0, -.2, -.1, -.04, -.02: squares sum to .052, over five years .0104. A steady growth of both is no risk.
    assert resilience(np.array([100.0, 80.0, 180.0, 96.0, 98.0]), UNSHOCKED).risk == pytest.approx(math.sqrt(0.0104))
    path = np.array([100.0, 200.0, 400.0])
    assert resilience(path, path).risk == 0.0
    assert resilience(1.1 * path, path).risk == pytest.approx(0.1)


def test_never_regained() -> None:
    outcome = resilience(UNSHOCKED * [1.0, 0.5, 0.5, 0.5, 0.5], UNSHOCKED)
    assert math.isinf(outcome.years_to_regain)
    assert outcome.recoverability == pytest.approx(0.0)
    assert outcome.loss == pytest.approx(2.0)


def test_a_small_dent_never_falls_below() -> None:
    outcome = resilience(UNSHOCKED * [1.0, 0.97, 0.99, 1.0, 1.0], UNSHOCKED)
    assert outcome.years_to_regain == 0.0 and outcome.resistance == pytest.approx(0.97)
    assert outcome.recoverability == pytest.approx(1.0)


def test_a_second_dip_counts_from_the_worst_year() -> None:
    outcome = resilience(UNSHOCKED * [0.9, 1.0, 0.8, 0.9, 0.95], UNSHOCKED)
    assert outcome.years_to_regain == 4.0


def test_no_loss() -> None:
    outcome = resilience(UNSHOCKED, UNSHOCKED)
    assert (outcome.resistance, outcome.years_to_regain, outcome.loss) == (1.0, 0.0, 0.0)
    assert math.isnan(outcome.recoverability)
    assert resilience(UNSHOCKED * 1.1, UNSHOCKED).loss == pytest.approx(-0.5)


def test_no_years() -> None:
    assert math.isnan(resilience(np.array([]), np.array([])).resistance)


def test_series_that_do_not_match_are_refused() -> None:
    with pytest.raises(ValueError, match="same years"):
        resilience(UNSHOCKED, UNSHOCKED[:3])
    with pytest.raises(ValueError, match="positive"):
        resilience(UNSHOCKED, UNSHOCKED * 0.0)
