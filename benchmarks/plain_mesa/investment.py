"""Capacity wears out, takes years to build, and is ordered by all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.plain_mesa.firm import Firm
    from benchmarks.plain_mesa.model import PlainModel


class Investor:
    """The part of a firm that builds."""

    def complete_building(self: Firm) -> None:
        """Capacity wears out, and what is being built is a year nearer."""
        building = self.building
        self.capacity = self.capacity * (1.0 - self.model.p.depreciation) + building.pop(0)
        building.append(0.0)

    def invest(self: Firm) -> None:
        """Order part of the gap between desired capacity and what will stand then, within a bound."""
        if self.age == 0:
            return
        p = self.model.p
        at_full_cost = self.demand * (self.price / self.full_cost_price) ** p.variety_elasticity
        desired = at_full_cost / p.normal_utilisation * self.industry.crowding
        kept = self.capacity * (1.0 - p.depreciation) ** p.build_lag
        wanted = p.investment_speed * (desired - kept - sum(self.building))
        ordered = min(max(wanted, 0.0), p.investment_cap * self.capacity)
        self.building[p.build_lag - 1] += ordered
        self.investment = ordered * p.capital_price * self.unit_cost


def complete_building(model: PlainModel) -> None:
    """A year passes for capital."""
    for industry in model.industries:
        if industry.capacity > 0.0:
            industry.last_capacity = industry.capacity
    model.firms.do("complete_building")


def foresee(model: PlainModel) -> None:
    """How crowded each industry looks: its capacity over what rivals are expected to have."""
    foresight = model.p.foresight
    for industry in model.industries:
        seen = industry.capacity + industry.coming
        rivals = foresight * seen + (1.0 - foresight) * industry.last_capacity
        industry.crowding = industry.capacity / rivals if rivals > 0.0 else 1.0


def invest(model: PlainModel) -> None:
    """Firms order capacity."""
    model.firms.do("invest")
