"""Finance: what a firm can invest is limited by cash, collateral and credit from partners nearby.

Long & Zhang (2011): clustering eases finance, because trade credit among neighbours replaces bank loans.
Collateral: Kiyotaki & Moore (1997).
"""

from __future__ import annotations

from sim.declare import mechanism, rule
from sim.state import World

FINANCE = mechanism("finance", "4.11", "Investment is limited by cash, collateral and credit from local partners.")
FINANCE.param(
    "collateral", 0.3, 0.0, 1.0, unit="1", evidence="A", sweep=(0.1, 0.6),
    source="Kiyotaki & Moore 1997 (mechanism); digits ours",
    help="share of the value of capacity that banks lend against, less debts",
)  # fmt: skip
FINANCE.param(
    "trade_credit", 0.02, 0.0, 0.5, unit="1", evidence="S", sweep=(0.0, 0.06),
    source="Long & Zhang 2011 (sign)",
    help="credit per link, as a share of yearly sales; at most ten links count",
)  # fmt: skip


@rule
def credit_limit(firm, p):
    """cash + collateral pk c K - debt + trade credit x links x sales, at least 0.

    Form ours; after Long & Zhang 2011 (trade credit only).
    """
    backed = p.collateral * p.capital_price * firm.unit_cost * firm.capacity
    neighbours = p.trade_credit * min(firm.partners, 10) * firm.sales
    return max(0.0, firm.cash + backed - firm.loan + neighbours + firm.credit_line)


@rule
def limit_all(firms, squeeze, p):
    """Set every firm's limit; a credit squeeze takes a share of it; without the mechanism there is no limit."""
    for firm in firms:
        firm.credit = credit_limit(firm, p) * (1.0 - squeeze) if p.finance else 1e300


def lend(world: World) -> None:
    """Banks and partners decide how much every firm may invest."""
    limit_all(world.firms, world.credit_squeeze, world.p)
