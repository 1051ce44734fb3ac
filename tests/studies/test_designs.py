"""Points of designs: how many there are, where they lie, and that they are the same each time."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from sim.studies.designs import Sampling, at, count_points, points_of, units
from sim.studies.levels import Factor

COST = Factor("cost", "parameters.cost", (0.0, 1.0), span=True)
LAG = Factor("lag", "parameters.lag", (1, 4), whole=True, span=True)
WORD = Factor("word", "plan.word", ("a", "b", "c"))


def test_a_full_design_crosses_all_levels() -> None:
    two = [Factor("x", "p.x", (1.0, 2.0)), WORD]
    assert points_of(two, Sampling(), ()) == [(1.0, "a"), (1.0, "b"), (1.0, "c"), (2.0, "a"), (2.0, "b"), (2.0, "c")]
    assert count_points(two, Sampling()) == 6


def test_one_at_a_time_leaves_the_others_as_they_are_and_names_the_present_once() -> None:
    two = [Factor("x", "p.x", (1.0, 2.0)), WORD]
    found = points_of(two, Sampling(kind="one_at_a_time"), (2.0, "b"))
    assert found == [(2.0, "b"), (1.0, "b"), (2.0, "a"), (2.0, "c")]


@pytest.mark.parametrize("kind", ["latin_hypercube", "sobol"])
def test_sampled_points_fill_the_range_and_are_the_same_each_time(kind: str) -> None:
    design = Sampling.model_validate({"kind": kind, "points": 24})
    found = points_of([COST, LAG, WORD], design, ())
    assert found == points_of([COST, LAG, WORD], design, ()) and len(found) == 24
    cost = np.array([point[0] for point in found])
    assert cost.min() < 0.1 and cost.max() > 0.9 and abs(cost.mean() - 0.5) < 0.05
    assert {point[1] for point in found} == {1, 2, 3, 4} and {point[2] for point in found} == {"a", "b", "c"}
    assert all(float(f"{value:.6g}") == value for value in cost.tolist())
    other = points_of([COST, LAG, WORD], design.model_copy(update={"seed": 2}), ())
    assert other != found


def test_whole_numbers_are_equally_likely_with_both_ends() -> None:
    told = [at(np.array([unit]), [LAG])[0] for unit in np.linspace(0, 1, 401)]
    counts = [told.count(value) for value in (1, 2, 3, 4)]
    assert max(counts) - min(counts) <= 2


def test_a_screening_moves_one_factor_at_a_step() -> None:
    pytest.importorskip("SALib")
    design = Sampling(kind="morris", trajectories=5)
    unit = units(3, design)
    assert unit.shape == (20, 3) and count_points([COST, LAG, WORD], design) == 20
    for path in unit.reshape(5, 4, 3):
        moved = np.abs(np.diff(path, axis=0)) > 1e-9
        assert (moved.sum(axis=1) == 1).all() and (moved.sum(axis=0) == 1).all()


def test_a_design_of_points_says_how_many() -> None:
    assert Sampling.model_validate("full").kind == "full"
    with pytest.raises(ValidationError, match="needs points"):
        Sampling.model_validate("sobol")
