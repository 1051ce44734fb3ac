"""Chain formulas, by hand and at their limits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.metrics.formulas.chain import (
    chain_coverage,
    customer_loss,
    import_dependence,
    local_coverage,
    suppliers_by_input,
    top_supplier_loss,
    weakest_link,
)


def test_coverage_by_hand() -> None:
    supply, need = np.array([[5.0, 1.0, 9.0]]), np.array([[2.0, 4.0, 0.0]])
    assert local_coverage(supply, need) == pytest.approx(np.array([[1.0, 0.25, math.nan]]), nan_ok=True)
    assert chain_coverage(supply, need) == pytest.approx([3.0 / 6.0])
    assert weakest_link(local_coverage(supply, need)) == 0.25
    assert math.isnan(chain_coverage(supply, np.zeros((1, 3)))[0])
    assert math.isnan(weakest_link(np.full(3, math.nan)))


def test_single_sourced_by_hand() -> None:
    """Customer 0 buys stage 1 from two suppliers and stage 2 from one; customer 4 buys stage 1 from one."""
    found = suppliers_by_input(np.array([4, 0, 0, 0]), np.array([1, 1, 2, 1]))
    assert [part.tolist() for part in found] == [[0, 0, 4], [1, 2, 1], [2, 1, 1]]
    assert [len(part) for part in suppliers_by_input(np.array([], dtype=int), np.array([], dtype=int))] == [0, 0, 0]


def test_top_supplier_loss_by_hand() -> None:
    """Outputs 6, 3, 1 with capacity 6, 5, 2: without the first, 3 can be made up, 3 of 10 are missing."""
    industry = np.array([0, 0, 0, 2])
    loss = top_supplier_loss(industry, np.array([6.0, 3.0, 1.0, 4.0]), np.array([6.0, 5.0, 2.0, 9.0]), 3)
    assert loss == pytest.approx([0.3, math.nan, 1.0], nan_ok=True)  # a sole supplier: all of it, spare or not


def test_top_supplier_loss_is_nil_where_others_have_room() -> None:
    assert top_supplier_loss(np.zeros(3, dtype=int), np.ones(3), np.full(3, 2.0), 1) == pytest.approx([0.0])
    assert np.isnan(top_supplier_loss(np.array([], dtype=int), np.array([]), np.array([]), 2)).all()


def test_customer_loss_limits() -> None:
    """Leontief passes the whole loss on, Cobb-Douglas 1 - (1-x)^a, between them the CES with nu = .5 by hand."""
    shares, missing = np.array([[0.0, 0.4]]), np.array([0.5])
    assert customer_loss(missing, shares, 0.0)[0, 1] == pytest.approx(0.5)
    assert customer_loss(missing, shares, 1.0)[0, 1] == pytest.approx(1 - 0.5**0.4)
    assert customer_loss(missing, shares, 0.5)[0, 1] == pytest.approx(1 - 1 / (0.6 + 0.4 / 0.5))
    assert math.isnan(customer_loss(missing, shares, 0.2)[0, 0])
    assert customer_loss(np.array([math.nan]), shares, 0.2)[0, 1] == pytest.approx(0.0, abs=1e-15)
    assert customer_loss(np.array([1.0]), shares, 0.2)[0, 1] == pytest.approx(1.0, abs=1e-3)


def test_customer_loss_falls_with_substitution() -> None:
    losses = [customer_loss(np.array([0.3]), np.array([[0.2]]), nu)[0, 0] for nu in (0.0, 0.1, 0.2, 0.5, 1.0, 3.0)]
    assert losses == sorted(losses, reverse=True)


def test_import_dependence() -> None:
    assert import_dependence(2.0, 8.0) == 0.25 and math.isnan(import_dependence(0.0, 0.0))
