"""Points of designs: how many there are, where they lie, and that they are the same each time."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from sim.studies.experiment.designs import NoPoints, Sampling, at, count_points, points_of, sampled, units
from sim.studies.experiment.levels import Factor

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
    factors = [COST, LAG, WORD]
    design = Sampling.model_validate({"kind": kind, "points": 24})
    unit = units(3, design)
    assert (unit == units(3, design)).all() and unit.shape == (24, 3)
    found = [at(one, factors) for one in unit]
    cost = np.array([point[0] for point in found])
    assert cost.min() < 0.1 and cost.max() > 0.9 and abs(cost.mean() - 0.5) < 0.05
    assert {point[1] for point in found} == {1, 2, 3, 4} and {point[2] for point in found} == {"a", "b", "c"}
    assert all(float(f"{value:.6g}") == value for value in cost.tolist())
    assert (unit != units(3, design.model_copy(update={"seed": 2}))).any()


def corner(unit: np.ndarray) -> bool:  # type: ignore[type-arg]
    """Whether a point lies outside the corner in which all factors are large."""
    return bool((unit < 0.6).any())


def test_a_sequence_goes_on_until_enough_of_its_points_fit() -> None:
    design = Sampling(kind="sobol", points=40, seed=5)
    found, misfits = sampled(2, design, corner)
    whole = units(2, Sampling(kind="sobol", points=64, seed=5))
    inside = np.array([corner(unit) for unit in whole])
    assert misfits > 0 and found.shape == (40, 2)
    assert (found == whole[inside][:40]).all()
    assert misfits == int((~inside[: np.flatnonzero(inside)[39]]).sum())
    with pytest.raises(NoPoints, match="too few are left"):
        sampled(2, design, lambda _unit: False)


def test_a_hypercube_has_what_is_left_of_its_points() -> None:
    found, misfits = sampled(2, Sampling(kind="latin_hypercube", points=40), corner)
    assert len(found) + misfits == 40 and misfits > 0 and all(corner(unit) for unit in found)


def test_a_path_that_leads_through_a_point_that_does_not_fit_is_drawn_anew() -> None:
    pytest.importorskip("SALib")
    design = Sampling(kind="morris", trajectories=6)
    found, misfits = sampled(3, design, corner)
    assert found.shape == (24, 3) and misfits > 0 and all(corner(unit) for unit in found)
    assert (found == sampled(3, design, corner)[0]).all()
    for path in found.reshape(6, 4, 3):
        assert (np.abs(np.diff(path, axis=0)) > 1e-9).sum(axis=1).tolist() == [1, 1, 1]
    first = units(3, design).reshape(6, 4, 3)
    whole = [path for path in first if all(corner(unit) for unit in path)]
    assert (found.reshape(6, 4, 3)[: len(whole)] == np.array(whole)).all()  # those that fit stay as they were


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
