"""Demand: who has income, how it is spent over industries, and what it buys."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import PlainModel
    from benchmarks.plain_mesa.places import Industry, Region


def trend_weight(industry: Industry, year: int) -> float:
    """Weight of an industry in final demand: exponential growth, or a logistic towards its ceiling."""
    if not industry.opened:
        return 0.0
    if industry.ceiling > 0.0:
        years = year - max(industry.opened_year, 0)
        slope = (industry.ceiling - 1.0) * math.exp(-industry.growth * years)
        return industry.weight * industry.ceiling / (1.0 + slope)
    return industry.weight * math.exp(industry.growth * year)


def earn(model: PlainModel) -> None:
    """Tastes follow their trend; income follows last year's value added in part, population for the rest."""
    weights = [trend_weight(industry, model.year) for industry in model.industries]
    for industry, weight in zip(model.industries, weights, strict=True):
        industry.demand_share = weight / sum(weights)
    total = sum(max(region.value_added, 0.0) for region in model.regions)
    follow = model.p.income_from_production if total > 0.0 else 0.0
    for region in model.regions:
        earned = max(region.value_added, 0.0) / total if follow > 0.0 else 0.0
        region.income = model.expenditure * (follow * earned + (1.0 - follow) * region.population)


def spend(model: PlainModel) -> None:
    """Every region splits its income over industries (CES at this year's prices)."""
    power = 1.0 - model.p.industry_elasticity
    for region in model.regions:
        for local in region.locals:
            local.final = local.industry.demand_share
            if power != 0.0 and local.final > 0.0:
                local.final *= (local.price_index / local.reference_price) ** power
        total = sum(local.final for local in region.locals)
        for local in region.locals:
            local.final *= region.income / total


def consume(region: Region, elasticity: float) -> None:
    """Real consumption of what was delivered (CES), and the cost of living."""
    power = (elasticity - 1.0) / elasticity
    inner = spent = 0.0
    for local in region.locals:
        taste = local.industry.demand_share
        spent += local.final * local.paid_share
        if taste <= 0.0:
            continue
        quantity = local.filled * local.final / local.price_index * local.reference_price / taste
        quantity = max(quantity, 1e-12)
        inner += taste * (math.log(quantity) if power == 0.0 else quantity**power)
    region.consumption = (math.exp(inner) if power == 0.0 else inner ** (1.0 / power)) * region.chain_link
    region.cost_of_living = spent / region.consumption


def consume_goods(model: PlainModel) -> None:
    """All regions consume."""
    for region in model.regions:
        consume(region, model.p.industry_elasticity)
