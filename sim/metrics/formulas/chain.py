"""Chains: what is covered at home, where the weakest link is, and what is lost when a supplier goes."""

from __future__ import annotations

import math

import numpy as np

from sim.metrics.formulas.arithmetic import Array, group_max, group_sum, quotient, ratio


def local_coverage(supply: Array, need: Array) -> Array:
    """min(1, supply / need) elementwise; NaN where nothing is needed.

    Source: regional supply-demand balance (commodity balance), Miller & Blair 2009, ch. 8.
    """
    return np.minimum(ratio(supply, need), 1.0)


def chain_coverage(supply: Array, need: Array) -> Array:
    """Share of a region's need for inputs that its own output could fill: sum_s min(supply, need) / sum_s need; (R,).

    Source: Miller & Blair 2009, ch. 8, the commodity-balance approach.
    """
    return ratio(np.minimum(supply, need).sum(axis=-1), need.sum(axis=-1))


def weakest_link(coverage: Array) -> float:
    """The smallest coverage of any stage that is needed; NaN when none is.

    A chain of complements is as strong as its weakest stage (Kremer 1993, O-ring; Jones 2011, weak links).
    """
    needed = coverage[~np.isnan(coverage)]
    return float(needed.min()) if needed.size else math.nan


def suppliers_by_input(customer: Array, stage: Array) -> tuple[Array, Array, Array]:
    """Customer, stage and number of suppliers of every input under contract, each (M,).

    `customer` and `stage` (L,): the buyer and the supplying industry of each contract. An input is a pair of the two.
    """
    if len(customer) == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    stages = int(stage.max()) + 1
    suppliers = np.bincount(customer.astype(np.int64) * stages + stage)
    names = np.flatnonzero(suppliers)
    return names // stages, names % stages, suppliers[names]


def top_supplier_loss(industry: Array, output: Array, capacity: Array, industries: int) -> Array:
    """Share of a stage's output missing at once if one supplier goes, the worst case of them; shape (S,).

    max over firms of (q_i - spare capacity of the others) / sum q, not below 0. NaN for a stage without output.
    """
    spare = np.maximum(capacity - output, 0.0)
    others = group_sum(industry, industries, spare)[industry] - spare
    worst = group_max(industry, industries, output - others) if len(output) else np.full(industries, math.nan)
    return np.maximum(ratio(worst, group_sum(industry, industries, output)), 0.0)


def customer_loss(missing: Array, input_shares: Array, elasticity: float) -> Array:
    """Share of customers' output lost when a share `missing` (S,) of stage u is gone; shape (S, S), stage by customer.

    CES of inputs with short-run elasticity nu: 1 - [1 - a + a (1-x)^((nu-1)/nu)]^(nu/(nu-1)), a the cost share;
    Leontief at nu = 0, Cobb-Douglas at 1. Source: Barrot & Sauvagnat 2016; Baqaee & Farhi 2019 for the form.
    """
    left = 1.0 - np.nan_to_num(missing)[:, None] * np.ones_like(input_shares)
    used = input_shares > 0.0
    if elasticity < 1e-9:
        kept = left
    elif abs(elasticity - 1.0) < 1e-9:
        kept = left**input_shares
    else:
        power = (elasticity - 1.0) / elasticity
        floor = np.maximum(left, 1e-12)
        kept = (1.0 - input_shares + input_shares * floor**power) ** (1.0 / power)
    return np.where(used, 1.0 - kept, math.nan)


def import_dependence(imports: float, spending: float) -> float:
    """Imports over all spending; NaN without spending. Source: Hummels, Ishii & Yi 2001 for the input form."""
    return quotient(imports, spending)
