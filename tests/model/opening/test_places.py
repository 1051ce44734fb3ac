"""Endowments from the columns of a table, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.kernel.scenario_types import Measure
from sim.model.opening.places import measured

DATA: dict[str, tuple[str | float, ...]] = {
    "km": (0.0, 100.0, 200.0),
    "coal": (4.0, 0.0, ""),
    "people": (2.0, 1.0, 1.0),
}


def test_a_measure_is_standardised() -> None:
    # Mean 100, standard deviation 100 sqrt(2/3).
    assert measured(DATA, (Measure(column="km"),)) == pytest.approx([-np.sqrt(1.5), 0.0, np.sqrt(1.5)])


def test_distance_is_a_lack() -> None:
    near = measured(DATA, (Measure(column="km", reverse=True),))
    assert near == pytest.approx([np.sqrt(1.5), 0.0, -np.sqrt(1.5)])


def test_logarithms_are_taken_before_the_sign_turns() -> None:
    near = measured(DATA, (Measure(column="km", log=True, reverse=True),))
    logs = -np.log([1.0, 101.0, 201.0])
    assert near == pytest.approx((logs - logs.mean()) / logs.std())


def test_measures_are_averaged_and_what_is_missing_counts_as_stated() -> None:
    both = measured(DATA, (Measure(column="km", reverse=True), Measure(column="coal", per="people", missing=2.0)))
    # Coal a head: 2, 0, 2, standardised sqrt(.5), -sqrt(2), sqrt(.5).
    total = np.array([np.sqrt(1.5) + np.sqrt(0.5), -np.sqrt(2.0), np.sqrt(0.5) - np.sqrt(1.5)])
    assert both == pytest.approx(total / total.std())
