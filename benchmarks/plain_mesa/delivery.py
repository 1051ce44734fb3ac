"""Delivery: firms make what their inputs allow, and buyers get their part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from benchmarks.plain_mesa.firm import Firm
    from benchmarks.plain_mesa.model import PlainModel
    from benchmarks.plain_mesa.places import Industry


def output_allowed(share: float, arrived: float, elasticity: float) -> float:
    """Output over plan when of an input with cost share `share` only `arrived` comes (CES)."""
    if arrived >= 1.0 or share <= 0.0:
        return 1.0
    if arrived <= 1e-9:
        return 0.0
    power = (elasticity - 1.0) / elasticity
    return (1.0 - share + share * arrived**power) ** (1.0 / power)


class Supplier:
    """The part of a firm that receives inputs, produces and delivers."""

    def take_delivery(self: Firm) -> float:
        """Pay for the inputs that arrive; returns the share of planned output that they allow."""
        p = self.model.p
        tied: dict[int, tuple[float, float]] = {}
        for contract in self.suppliers:
            supplier = contract.supplier
            part = p.contract_share * contract.share
            ordered, arrived = tied.get(supplier.industry.row, (0.0, 0.0))
            tied[supplier.industry.row] = ordered + part, arrived + part * supplier.kept
            contract.filled = supplier.kept
            contract.value *= supplier.kept
        allowed = 1.0
        self.input_bill = 0.0
        for source, share in self.industry.inputs:
            local = self.region.locals[source]
            ordered, arrived = tied.get(source, (0.0, 0.0))
            cost = share * self.unit_cost * self.planned
            self.input_bill += cost * ((1.0 - ordered) * local.paid_share + arrived)
            allowed *= output_allowed(share, (1.0 - ordered) * local.filled + arrived, p.input_elasticity)
        return allowed

    def produce(self: Firm) -> None:
        """Make what inputs allow, fill contracts first and offer the rest openly."""
        self.output = self.planned * self.take_delivery()
        normal = min(self.capacity, self.orders)
        if self.booked > 0.0 and normal > 0.0:
            self.kept = min(self.booked, normal) / self.booked * self.output / normal
        openly = self.orders - self.booked
        if openly <= 0.0:
            return
        sigma = self.model.p.variety_elasticity
        fill = max(0.0, self.output - self.booked * self.kept) / openly
        weight = self.appeal * self.price ** (1.0 - sigma)
        self.local.served += weight * fill
        self.local.delivered += weight * fill ** ((sigma - 1.0) / sigma)


def receive(industry: Industry, model: PlainModel) -> None:
    """What buyers get of what they ordered openly: in value and in real terms."""
    sigma, locals_of = model.p.variety_elasticity, industry.locals
    scale = np.array([local.price_index for local in locals_of]) ** (sigma - 1.0)
    sums = np.array([[local.served, local.delivered] for local in locals_of])
    value, real = (model.freeness.T @ sums).T
    paid = np.minimum(1.0, value * scale).tolist()
    filled = np.minimum(1.0, (real * scale) ** (sigma / (sigma - 1.0))).tolist()
    for row, local in enumerate(locals_of):
        local.paid_share, local.filled = paid[row], filled[row]


def deliver(model: PlainModel) -> None:
    """From first inputs downwards: firms produce, buyers receive."""
    for local in model.locals:
        local.served = local.delivered = 0.0
    for stage in range(model.stages):
        firms = model.firms_by_stage.get(stage)
        if firms is not None:
            firms.do("produce")
        for industry in model.industries:
            if industry.stage == stage:
                receive(industry, model)
