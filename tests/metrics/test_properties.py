"""What formulas must keep for any table: bounds, invariance to scale and order, and identities between them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from sim.metrics.formulas import complexity, concentration, structure
from sim.metrics.formulas.arithmetic import mean_defined

QUICK = settings(max_examples=60, deadline=None, derandomize=True)
AMOUNTS = st.one_of(st.just(0.0), st.floats(0.01, 1e4))
TABLES = arrays(float, array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=7), elements=AMOUNTS)


def within(values: object, low: float, high: float) -> bool:
    """Whether all defined values lie in [low, high], rounding aside."""
    numbers = np.asarray(values, dtype=float)
    numbers = numbers[~np.isnan(numbers)]
    return bool(((numbers >= low - 1e-9) & (numbers <= high + 1e-9)).all())


@QUICK
@given(TABLES)
def test_bounds(table: np.ndarray) -> None:  # type: ignore[type-arg]
    assert within(concentration.krugman_specialisation(table), 0, 2)
    assert within(concentration.krugman_concentration(table), 0, 2)
    assert within(concentration.herfindahl(table, axis=1), 1 / table.shape[1], 1)
    assert within(concentration.gini(table), 0, 1)
    assert within(concentration.locational_gini(table), 0, 1)
    assert within(concentration.theil(table), 0, np.log(max(table.shape)))
    assert within(concentration.theil_concentration(table), 0, np.inf)
    assert within(structure.structural_similarity(table), 0, 1)
    assert within(structure.plan_overlap(table), 0, 1)
    assert within(structure.effective_promoters(table), 1, table.shape[0])
    assert within(complexity.relatedness_density(complexity.presence(table), np.ones((table.shape[1],) * 2)), 0, 1)


@QUICK
@given(TABLES, st.floats(0.01, 100.0))
def test_units_cannot_matter(table: np.ndarray, factor: float) -> None:  # type: ignore[type-arg]
    plants = np.full(table.shape[1], 0.1)
    for formula in (
        concentration.location_quotient,
        concentration.krugman_specialisation,
        concentration.theil,
        concentration.gini,
        lambda rows: concentration.ellison_glaeser(rows, plants),
        structure.structural_similarity,
        structure.plan_overlap,
        structure.effective_promoters,
    ):
        assert formula(table * factor) == pytest.approx(formula(table), rel=1e-6, abs=1e-9, nan_ok=True)


@QUICK
@given(TABLES)
def test_location_quotients_average_to_one(table: np.ndarray) -> None:  # type: ignore[type-arg]
    """Weighted by the regions' shares in all employment, every industry's quotients have mean 1."""
    total = table.sum()
    if total == 0.0:
        return
    quotients = np.nan_to_num(concentration.location_quotient(table))
    means = (table.sum(axis=1) / total) @ quotients
    assert means[table.sum(axis=0) > 0] == pytest.approx(1.0)


@QUICK
@given(TABLES)
def test_theil_is_the_mean_of_its_industries(table: np.ndarray) -> None:  # type: ignore[type-arg]
    total = table.sum()
    if total == 0.0:
        return
    parts = np.nan_to_num(concentration.theil_concentration(table))
    assert (table.sum(axis=0) / total) @ parts == pytest.approx(concentration.theil(table), abs=1e-9)


@QUICK
@given(TABLES)
def test_excess_of_regions_that_share_the_national_mix_is_nil(table: np.ndarray) -> None:  # type: ignore[type-arg]
    mix = table.sum(axis=0)
    excess = structure.similarity_excess(np.tile(mix, (4, 1)), mix)
    assert within(mean_defined(excess), 0, 0)
