"""Finance: what a firm can invest is limited by cash, collateral and credit from partners nearby.

Long & Zhang (2011): clustering eases finance, because trade credit among neighbours replaces bank loans.
Collateral: Kiyotaki & Moore (1997).
"""

from __future__ import annotations

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import OPENING, mechanism
from sim.kernel.typed import Array, FirmRow, Firms, Links, Parameters
from sim.kernel.world import Tie, World

FINANCE = mechanism("finance", "4.11", "Investment is limited by cash, collateral and credit from local partners.")
FINANCE.param(
    "collateral", 0.3, 0.0, 1.0, unit="1", evidence="A", sweep=(0.1, 0.6),
    source="Kiyotaki & Moore 1997 (mechanism); digits ours",
    help="share of the value of capacity that banks lend against, less debts",
)  # fmt: skip
FINANCE.param(
    "trade_credit", 0.02, 0.0, 0.5, unit="1", evidence="S", sweep=(0.0, 0.06),
    source="Long & Zhang 2011 (sign)",
    help="credit per local partner, as a share of yearly sales",
)  # fmt: skip
FINANCE.param(
    "trade_credit_partners", 10, 0, 1000, unit="firms", evidence="A", sweep=(5, 20), whole=True,
    source="our assumption",
    help="most partners in its region that give a firm trade credit",
)  # fmt: skip
FINANCE.param(
    "opening_cash", 0.25, 0.0, 3.0, unit="years of sales", evidence="A", sweep=(0.1, 0.5), acts=OPENING,
    source="our assumption",
    help="cash with which the first firms begin year 1",
)  # fmt: skip


@rule
def count_neighbours(firms: Firms, links: Links, neighbours: Array) -> None:
    """Fill `neighbours` (N,): firms of the same region with which a firm cooperates, or trades under contract."""
    for row in range(len(firms)):
        neighbours[row] = 0
    for link in links:
        if link.living and link.tie != Tie.INSTITUTE and firms[link.first].region == firms[link.second].region:
            neighbours[link.first] += 1
            neighbours[link.second] += 1


@rule
def credit_limit(firm: FirmRow, neighbours: int, p: Parameters) -> float:
    """cash + collateral pk c K - debt + trade credit x links x sales, at least 0.

    Form ours; after Long & Zhang 2011 (trade credit only).
    """
    backed = p.collateral * p.capital_price * firm.unit_cost * firm.capacity
    trusted = p.trade_credit * min(neighbours, p.trade_credit_partners) * firm.sales
    return max(0.0, firm.cash + backed - firm.loan + trusted + firm.credit_line)


@rule
def limit_all(firms: Firms, neighbours: Array, squeeze: float, p: Parameters) -> None:
    """Set every firm's limit; a credit squeeze takes a share of it; without the mechanism there is no limit."""
    for row in range(len(firms)):
        firm = firms[row]
        firm.credit = credit_limit(firm, neighbours[row], p) * (1.0 - squeeze) if p.finance else 1e300


def lend(world: World) -> None:
    """Banks and partners decide how much every firm may invest."""
    neighbours = np.zeros(len(world.firms), dtype=np.int64)
    count_neighbours(world.firms, world.links, neighbours)
    limit_all(world.firms, neighbours, world.credit_squeeze, world.p)
