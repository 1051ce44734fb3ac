"""Prices: full cost with a mark-up, moved by how much of capacity is in use."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.plain_mesa.firm import Firm
    from benchmarks.plain_mesa.model import PlainModel


class PriceSetter:
    """The part of a firm that sets prices."""

    def set_full_cost_price(self: Firm) -> None:
        """p* = mark-up x unit cost."""
        self.full_cost_price = self.model.mark_up * self.unit_cost

    def set_price(self: Firm) -> None:
        """ln p moves with use of capacity above the normal one, and back towards p*; never below unit cost."""
        p = self.model.p
        use = min(self.demand / self.capacity, p.utilisation_cap) if self.capacity > 0.0 else p.utilisation_cap
        pressure = p.price_speed * (use - p.normal_utilisation)
        change = pressure + p.price_anchor * math.log(self.full_cost_price / self.price)
        self.price = max(self.unit_cost, self.price * math.exp(change))


def price_at_full_cost(model: PlainModel) -> None:
    """Full-cost prices of all firms and of a mean firm everywhere."""
    model.firms.do("set_full_cost_price")
    for local in model.locals:
        local.full_cost_price = model.mark_up * local.unit_cost


def set_prices(model: PlainModel) -> None:
    """Firms set next year's prices."""
    model.firms.do("set_price")
