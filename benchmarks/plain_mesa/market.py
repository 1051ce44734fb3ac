"""The market: buyers everywhere order from all firms by price and distance (CES with iceberg costs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from benchmarks.plain_mesa.firm import Firm
    from benchmarks.plain_mesa.model import PlainModel
    from benchmarks.plain_mesa.places import Industry


class Seller:
    """The part of a firm that takes orders and orders its inputs."""

    def offer_variety(self: Firm) -> None:
        """Add the firm's variety to what its place has on offer."""
        if self.capacity > 0.0:
            self.local.supply += self.appeal * self.price ** (1.0 - self.model.p.variety_elasticity)

    def plan_output(self: Firm) -> None:
        """Take open orders and those under contract; plan to make as much as capacity allows."""
        openly = self.appeal * self.price**-self.model.p.variety_elasticity * self.local.open_access
        self.demand = self.orders = openly + self.booked
        self.planned = min(self.capacity, self.orders)
        self.local.demand += self.demand

    def order_inputs(self: Firm) -> None:
        """Order inputs for planned output, part of each under contract."""
        cost = self.unit_cost * self.planned
        locals_here = self.region.locals
        for source, share in self.industry.inputs:
            locals_here[source].spending += share * cost
        for contract in self.suppliers:
            supplier = contract.supplier
            contract.value = contract.weight * contract.share * cost
            locals_here[supplier.industry.row].contracted += contract.value
            supplier.booked += contract.value / supplier.price

    def clear_orders(self: Firm) -> None:
        """A year's orders begin."""
        self.booked = self.kept = 0.0


def trade_freeness(model: PlainModel) -> np.ndarray:
    """tau^(1-sigma) from region to region, shape (R, R)."""
    p, count = model.p, len(model.regions)
    apart = np.zeros((count, count))
    for here in model.regions:
        for there in model.regions:
            x = np.subtract.outer([place.x for place in here.places], [place.x for place in there.places])
            y = np.subtract.outer([place.y for place in here.places], [place.y for place in there.places])
            gaps = np.hypot(x, y)
            if here is there:
                np.fill_diagonal(gaps, model.within)
            apart[here.row, there.row] = gaps.mean()
    border = np.where(np.eye(count, dtype=bool), 1.0, 1.0 + p.protection)
    return ((1.0 + apart / p.trade_scale) ** p.distance_cost * border) ** (1.0 - p.variety_elasticity)


def index_prices(model: PlainModel) -> None:
    """Price indices of every industry for buyers in every region."""
    for local in model.locals:
        local.supply = 0.0
    model.firms.do("offer_variety")
    power = 1.0 - model.p.variety_elasticity
    for industry in model.industries:
        totals = model.freeness.T @ np.array([local.supply for local in industry.locals])
        for local, total in zip(industry.locals, totals.tolist(), strict=True):
            local.price_index = total ** (1.0 / power) if total > 0.0 else 5.0 * industry.import_price


def reach_buyers(industry: Industry, model: PlainModel) -> None:
    """Market access of every place: what buyers spend, by freeness of trade and what they pay on average."""
    locals_of = industry.locals
    scale = np.array([local.price_index for local in locals_of]) ** (model.p.variety_elasticity - 1.0)
    spending = np.array([local.spending for local in locals_of])
    openly = spending - np.array([local.contracted for local in locals_of])
    access, open_access = (model.freeness @ np.stack([scale * spending, scale * openly], axis=1)).T.tolist()
    for row, local in enumerate(locals_of):
        local.access, local.open_access = access[row], open_access[row]


def place_orders(model: PlainModel) -> None:
    """From final goods upwards: buyers order, firms plan and order their inputs."""
    for local in model.locals:
        local.spending, local.contracted, local.demand = local.final, 0.0, 0.0
    model.firms.do("clear_orders")
    for stage in range(model.stages - 1, -1, -1):
        for industry in model.industries:
            if industry.stage == stage:
                reach_buyers(industry, model)
        firms = model.firms_by_stage.get(stage)
        if firms is not None:
            firms.do("plan_output")
            firms.do("order_inputs")
