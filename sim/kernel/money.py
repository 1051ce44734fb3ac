"""Money in a World: what firms and the public hold, and what becomes of the money of firms that leave."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.kernel.codes import Flow
from sim.kernel.typed import FirmTable


def money_of_firms(world: Any) -> float:
    """Cash of all firms, less what some of them owe beyond it."""
    return float(world.firms.cash.sum())


def money_of_public(world: Any) -> float:
    """Funds of all regions and savings of all programmes; below 0 where next year's budgets pay."""
    return float(world.regions.fund.sum()) + sum(float(programme.savings.sum()) for programme in world.policies)


def begin_flows(world: Any) -> None:
    """A year begins: nothing has been paid yet."""
    world.flows[:] = 0.0
    world.money_before = np.array([money_of_firms(world), money_of_public(world)])


def close_accounts(world: Any, firms: FirmTable) -> None:
    """Owners of firms that leave get their cash; lenders lose what these owe beyond it."""
    world.flows[Flow.CLOSING_CASH] += np.maximum(firms.cash, 0.0).sum()
    world.flows[Flow.WRITE_OFFS] += np.maximum(-firms.cash, 0.0).sum()
