"""Money in a World: what plan money is for, what firms and the public hold, and what is left by firms that go."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.kernel.codes import Flow
from sim.kernel.typed import FirmTable


class Mix(NamedTuple):
    """What plan money is for where it is transferred: shares."""

    cash: float
    tax: float
    land: float
    credit: float
    entry: float
    investment: float
    research: float
    """Of all money, taken first; the others are shares of the rest and add up to 1."""


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
