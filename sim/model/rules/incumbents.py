"""Incumbents: whose productivity newcomers and imitators are measured by.

Measured against all firms, newcomers are measured against newcomers, too: the more of them enter, the lower they start,
and with them what others imitate, without end. Studies of entrants' productivity compare them with plants that stood in
the census before, five years earlier (Foster, Haltiwanger & Syverson 2008), each counted once.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.typed import Array, FirmRow, Firms, Industries, Parameters
from sim.kernel.world import World

INCUMBENTS = mechanism(
    "incumbent_standard", "4.8", "Newcomers and imitators are measured by firms that have stood some years.",
)  # fmt: skip
INCUMBENTS.param(
    "incumbent_age", 5, 0, 30, unit="years", evidence="P", sweep=(2, 10), whole=True,
    source="Foster, Haltiwanger & Syverson 2008 (entrants against plants of the census five years before)",
    help="age from which a firm counts in the mean productivity that newcomers and imitators look at",
)  # fmt: skip
INCUMBENTS.param(
    "incumbent_weight", 0.0, 0.0, 1.0, unit="1", evidence="P", sweep=(0.0, 1.0),
    source="Foster, Haltiwanger & Syverson 2008 (unweighted; weighted by revenue as a variant)",
    help="power of last year's sales with which such a firm counts: 0 all alike, 1 by sales",
)  # fmt: skip


@rule
def weight_as_incumbent(firm: FirmRow, p: Parameters) -> float:
    """S^w from the age of an incumbent on, else 0 (Foster, Haltiwanger & Syverson 2008)."""
    if not firm.living or firm.age < p.incumbent_age or firm.sales <= 0.0:
        return 0.0
    return firm.sales**p.incumbent_weight


@rule
def mean_of_incumbents(firms: Firms, industries: Industries, totals: Array, p: Parameters) -> None:
    """Set the mean of ln z of each industry over its incumbents; one without any keeps that of all its firms.

    `totals` (S, 2) is work space.
    """
    totals[:] = 0.0
    for firm in firms:
        weight = weight_as_incumbent(firm, p)
        totals[firm.industry, 0] += weight
        totals[firm.industry, 1] += weight * math.log(firm.productivity)
    for row in range(len(industries)):
        if totals[row, 0] > 0.0:
            industries[row].mean_productivity = totals[row, 1] / totals[row, 0]


def take_standard(world: World) -> None:
    """Look at who has stood some years."""
    if world.p.incumbent_standard:
        mean_of_incumbents(world.firms, world.industries, np.zeros((len(world.industries), 2)), world.p)
