"""Entry: how many firms start where, and what a new firm is like."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from benchmarks.plain_mesa.firm import Firm
from benchmarks.plain_mesa.location import choose_place
from sim.kernel.draws import Purpose, lineage, normal_quantile, poisson_quantile, uniform

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import PlainModel
    from benchmarks.plain_mesa.places import Industry, LocalIndustry

ENTRY, PLACE, PRODUCTIVITY = int(Purpose.ENTRY), int(Purpose.PLACE), int(Purpose.PRODUCTIVITY)
RESEARCH, KNOWLEDGE = int(Purpose.RESEARCH), int(Purpose.KNOWLEDGE)


def judge_prospect(local: LocalIndustry, model: PlainModel) -> None:
    """Profit margin that a mean firm expects here, rivals' plans allowed for."""
    p, industry = model.p, local.industry
    sales = local.full_cost_price ** (1.0 - p.variety_elasticity) * local.access * industry.crowding
    fixed = p.overhead * local.region.wage
    local.prospect = p.prospect_floor
    if sales > fixed:
        margin = 1.0 / p.variety_elasticity - industry.research_intensity - fixed / sales
        local.prospect = max(margin, p.prospect_floor)


def expect_founders(industry: Industry, model: PlainModel) -> None:
    """The nation's new firms of an industry, by its margin, spread over regions by what founders expect there."""
    p = model.p
    weights = []
    for local in industry.locals:
        crowd = 1.0 + p.herding * local.firms * len(model.regions) / max(industry.firms, 1)
        weights.append(local.region.population * math.exp(p.profit_pull * local.prospect) * crowd)
    margin = min(max(industry.margin - p.normal_margin, -p.entry_margin_bound), p.entry_margin_bound)
    expected = p.entry_rate * max(industry.firms, p.entry_base) * math.exp(p.entry_response * margin)
    total = sum(weights)
    for local, weight in zip(industry.locals, weights, strict=True):
        local.founders = expected * weight / total if industry.opened else 0.0


def expect(model: PlainModel) -> None:
    """Founders judge where they would earn."""
    for local in model.locals:
        judge_prospect(local, model)
    for industry in model.industries:
        expect_founders(industry, model)


def start_firm(local: LocalIndustry, slot: int, model: PlainModel) -> None:
    """One new firm: a place, a productivity, first capacity, knowledge, and cash from its owners."""
    p, industry, seed = model.p, local.industry, model.luck_seed
    identity = lineage(ENTRY, local.key, model.year, slot)
    place = choose_place(local.region, industry, p.cell_pull, uniform(seed, PLACE, 0, identity, 0))
    firm = Firm(model, identity, model.year, industry, place)
    noise = p.entrant_spread * normal_quantile(uniform(seed, PRODUCTIVITY, 0, identity, 0))
    lead = noise - p.entrant_gap
    firm.productivity = math.exp(industry.mean_productivity + lead)
    follow = math.exp(p.capacity_response * (p.variety_elasticity - 1.0) * lead)
    firm.capacity = p.entrant_size * industry.mean_capacity * follow
    firm.appeal = p.entrant_size * industry.mean_appeal
    noise = normal_quantile(uniform(seed, RESEARCH, 0, identity, 0))
    spread = p.research_spread
    firm.research_intensity = industry.research_intensity * math.exp(spread * noise - 0.5 * spread * spread)
    firm.knowledge = model.unit_vector(
        [
            axis + p.knowledge_spread * normal_quantile(uniform(seed, KNOWLEDGE, 0, identity, field))
            for field, axis in enumerate(industry.position)
        ]
    )
    firm.unit_cost = local.unit_cost / math.exp(lead)
    firm.price = local.full_cost_price * firm.unit_cost / local.unit_cost
    firm.investment = p.startup_labour * local.region.wage + p.capital_price * firm.unit_cost * firm.capacity
    firm.cash = firm.investment


def enter(model: PlainModel) -> None:
    """Poisson numbers of new firms, one keyed uniform a region and industry."""
    for local in model.locals:
        if local.industry.opened:
            for slot in range(poisson_quantile(model.draw(ENTRY, local.key, 0), local.founders)):
                start_firm(local, slot, model)
