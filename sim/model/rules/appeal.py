"""Appeal: how much buyers like a firm's variety moves at random, and firms grow older.

Gibrat (1931) growth with Laplace shocks: Bottazzi & Secchi (2006) for the tent shape; Luttmer (2007) for the drift
that with entry and exit keeps the size distribution stationary near Zipf's law.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.draws import Luck, Purpose, draw, laplace_quantile
from sim.kernel.typed import Array, FirmRow, Firms, Parameters
from sim.kernel.world import World

APPEAL = mechanism("demand_shocks", "4.8", "Buyers' liking for each firm's variety moves at random.")
APPEAL.param(
    "appeal_volatility", 0.15, 0.0, 1.0, unit="ln", evidence="S", sweep=(0.1, 0.2),
    source="Bottazzi & Secchi 2006 (Laplace growth rates)",
    help="scale of the yearly Laplace change of ln appeal",
)  # fmt: skip
APPEAL.param(
    "appeal_tail", 1.5, 0.5, 3.0, unit="1", evidence="S", sweep=(1.0, 2.0),
    source="Bottazzi, Coad, Jacoby & Secchi 2011 (Subbotin b of growth well below 1 in French industries; 1/b here)",
    help="power of the exponential size of a shock: 1 is Laplace, more has fatter tails at the same variance",
)  # fmt: skip
APPEAL.param(
    "appeal_drift", 0.0, -0.1, 0.2, unit="1/year", evidence="A", sweep=(-0.03, 0.03),
    source="Luttmer 2007 (drift of incumbents against entrants); digits ours",
    help="yearly fall of ln appeal of incumbents as a whole, against newcomers",
)  # fmt: skip


@rule
def shock(p: Parameters, u: float) -> float:
    """sign x E^tail, E exponential, scaled to the variance 2 of a Laplace shock (Bottazzi et al. 2011).

    E[E^(2 tail)] = Gamma(1 + 2 tail); with tail 1 this is the Laplace distribution.
    """
    drawn = laplace_quantile(u)
    size = abs(drawn) ** p.appeal_tail * math.sqrt(2.0 / math.gamma(1.0 + 2.0 * p.appeal_tail))
    return size if drawn > 0.0 else -size


@rule
def drift(firm: FirmRow, p: Parameters, u: float) -> float:
    """ln A moves by volatility x shock, before it is rescaled (Bottazzi & Secchi 2006); |ln A| stays below 8."""
    moved = math.log(firm.appeal) + p.appeal_volatility * shock(p, u)
    return math.exp(min(max(moved, -8.0), 8.0))


@rule
def sum_appeal(firms: Firms, sums: Array) -> None:
    """Fill `sums` (S,) with the appeal of all firms of each industry that are not new."""
    sums[:] = 0.0
    for firm in firms:
        if firm.age > 0:
            sums[firm.industry] += firm.appeal


@rule
def grow_older(firms: Firms, before: Array, after: Array, p: Parameters, luck: Luck) -> None:
    """Every firm becomes a year older, and the appeal of the varieties of its industry changes.

    Shocks are rescaled so that appeal in all stays what it was: buyers like some firms more and others less, and are
    not better off by luck. With mean growth at zero sizes tend to Zipf's law (Gabaix 1999). `before` and `after` (S,)
    are work space.
    """
    for firm in firms:
        firm.age = luck.year - firm.born
    if not p.demand_shocks or p.customer_base:
        return
    sum_appeal(firms, before)
    for firm in firms:
        if firm.age > 0:
            firm.appeal = drift(firm, p, draw(luck, Purpose.APPEAL, firm.id, 0))
    sum_appeal(firms, after)
    for firm in firms:
        if firm.age > 0:
            firm.appeal *= math.exp(-p.appeal_drift) * before[firm.industry] / after[firm.industry]


def age(world: World) -> None:
    """Firms become a year older; the appeal of their varieties changes."""
    before, after = np.zeros(len(world.industries)), np.zeros(len(world.industries))
    grow_older(world.firms, before, after, world.p, world.luck)
