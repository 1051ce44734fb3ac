"""How large the largest firms are, and what becomes of large firms that fail."""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.declare import metric
from sim.kernel.world import Event, World
from sim.metrics.columns import event_table, living
from sim.metrics.formulas.arithmetic import Array, quotient
from sim.metrics.formulas.concentration import largest_share
from sim.metrics.sharing import shared

RATIO = "concentration ratio; Gabaix 2011 on why it matters"


@shared
def sales_shares(world: World) -> Array:
    """Shares of the nation's firms in their sales, shape (N,); empty where nobody sells."""
    sales = np.asarray(living(world).sales)
    total = float(sales.sum())
    return sales / total if total > 0.0 else np.zeros(0)


@metric("largest_firm_share", unit="1", formula="CR1 = max s_i / sum s", source=RATIO, theme="population")
def largest_firm_share(world: World) -> float:
    """Share of the largest firm in the sales of all firms of the nation."""
    return largest_share(sales_shares(world), 1)


@metric("four_firm_share", unit="1", formula="CR4 = sum of the four largest s_i / sum s", source=RATIO,
        theme="population")  # fmt: skip
def four_firm_share(world: World) -> float:
    """Share of the four largest firms in the sales of all firms of the nation."""
    return largest_share(sales_shares(world), 4)


@metric("granularity", unit="1", formula="sqrt(sum (s_i / sum s)^2)", source="Gabaix 2011 (granular residual)",
        theme="population")  # fmt: skip
def granularity(world: World) -> float:
    """Root of the Herfindahl index of sales: how much one firm's luck of a given size moves the nation."""
    shares = sales_shares(world)
    return float(np.sqrt((shares**2).sum())) if len(shares) else math.nan


@metric("takeovers", unit="firms/year", formula="firms that fail and pass on whole", source="counting",
        theme="population")  # fmt: skip
def takeovers(world: World) -> float:
    """Failing firms that others took over this year."""
    return float(np.count_nonzero(event_table(world).event == Event.TAKEOVER))


@metric("debts_written_off", unit="1", formula="debts cancelled in takeovers / E0", source="accounting",
        theme="population")  # fmt: skip
def debts_written_off(world: World) -> float:
    """Debts of firms that were taken over this year, over national expenditure: lenders lose them."""
    events = event_table(world)
    return quotient(float(events.amount[events.event == Event.TAKEOVER].sum()), float(world.expenditure))
