"""Delivery: what firms produce of what was ordered, and what arrives where; capacity and inputs ration it.

Contracts come first (Macchiavello & Morjaria 2015). Inputs nest with a short-run elasticity nu (Atalay 2017; Boehm,
Flaaen & Pandalai-Nayar 2019).
"""

from __future__ import annotations

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.contract_index import Contracts, Promises, Stages
from sim.kernel.declare import mechanism
from sim.kernel.niche_index import NicheIndex, Reach
from sim.kernel.typed import FirmRow, Firms, LocalIndustries, LocalIndustryRow, Parameters
from sim.kernel.world import Nation
from sim.model.rules import foreign_trade, niche_delivery, redirection, specificity

SHORTAGE = mechanism("input_shortage", "4.10", "Firms whose inputs do not arrive produce less.")
SHORTAGE.param(
    "input_elasticity", 0.2, 0.05, 0.95, unit="1", evidence="S", sweep=(0.05, 0.5),
    source="complements: Atalay 2017; Boehm, Flaaen & Pandalai-Nayar 2019; digits ours",
    help="nu: short-run elasticity of substitution between inputs",
)  # fmt: skip


@rule
def output_allowed(share: float, arrived: float, p: Parameters) -> float:
    """Output over plan when a share of cost arrives only in part: CES with elasticity nu, 1 when all arrives.

    (1 - a + a f^((nu-1)/nu))^(nu/(nu-1)) (Atalay 2017). `share` a, `arrived` f in [0, 1].
    """
    if arrived >= 1.0 or share <= 0.0:
        return 1.0
    if arrived <= 1e-9:
        return 0.0
    power = (p.input_elasticity - 1.0) / p.input_elasticity
    return (1.0 - share + share * arrived**power) ** (1.0 / power)


@rule
def receive(industry: int, nation: Nation, reach: Reach, p: Parameters) -> None:
    """What buyers of an industry get of what they ordered openly: in value (paid_share) and really (filled)."""
    sold, local_industries = nation.industries[industry], nation.local_industries
    region_count = local_industries.shape[0]
    foreign, allowed = foreign_trade.import_weight(sold, p), foreign_trade.import_allowed(sold)
    really = allowed ** ((p.variety_elasticity - 1.0) / p.variety_elasticity)
    if p.niches:
        niche_delivery.fill_niches(industry, reach.niches, p)
    for buyer in range(region_count):
        local_industry = local_industries[buyer, industry]
        scale = reach.pull[buyer, industry]
        landed = foreign * nation.regions[buyer].landing
        value = landed * allowed
        real = landed * really
        for seller in range(region_count):
            value += reach.freeness[seller, buyer] * local_industries[seller, industry].served
            real += reach.freeness[seller, buyer] * local_industries[seller, industry].delivered
        if p.niches:
            made = niche_delivery.receive_niches(buyer, industry, local_industry.extra, scale, reach.niches, p)
            value, real = value + made[0], real + made[1]
        again, more, imported = redirection.receive_again(buyer, industry, nation, landed, reach, p)
        local_industry.paid_share = min(1.0, value * scale + again)
        local_industry.filled = min(
            1.0, ((real + more) * scale) ** (p.variety_elasticity / (p.variety_elasticity - 1.0))
        )
        openly = local_industry.spending - local_industry.contracted
        local_industry.paid = local_industry.paid_share * openly
        local_industry.imports = (landed * allowed * scale + imported) * openly
        if not p.niches:
            local_industry.exports = local_industry.export_access * local_industry.served


@rule
def collect(customer: int, contracts: Contracts, promises: Promises, p: Parameters) -> None:
    """Fill `tied` and `arrived`: shares of each input that a firm ordered under contract, as far as suppliers accepted,
    and that arrived.
    """
    tied, arrived = promises.tied, promises.arrived
    tied[:] = 0.0
    arrived[:] = 0.0
    for entry in range(contracts.starts[customer], contracts.starts[customer + 1]):
        source, supplier = contracts.goods[entry], contracts.suppliers[entry]
        accepted = p.contract_share * contracts.shares[entry] * promises.accepted[supplier]
        tied[source] += accepted
        arrived[source] += accepted * promises.kept[supplier]


@rule
def take_delivery(
    row: int, firms: Firms, contracts: Contracts, nation: Nation, promises: Promises, p: Parameters
) -> float:
    """Pay for the inputs that arrive, and return the share of planned output that they allow.

    Of an input arrives (1 - k) x the market's fill + k x the mean fill of the suppliers under contract, with k
    `contract_share` where there are contracts and 0 where there are none: what one supplier fails to deliver
    cannot be had elsewhere within the year (Barrot & Sauvagnat 2016), and may stop products that are made for its parts
    (rules/specificity). What it did not accept is ordered openly.
    """
    firm = firms[row]
    allowed = 1.0
    firm.input_bill = 0.0
    collect(row, contracts, promises, p)
    for source in contracts.sources[firm.industry]:
        if source < 0:
            break
        share, local_industry = nation.input_shares[source, firm.industry], nation.local_industries[firm.region, source]
        tied, arrived = promises.tied[source], promises.arrived[source]
        ordered = share * firm.unit_cost * firm.planned
        firm.input_bill += ordered * ((1.0 - tied) * local_industry.paid_share + arrived)
        local_industry.paid += ordered * arrived
        if p.input_shortage:
            otherwise = output_allowed(share, (1.0 - tied) * local_industry.filled + arrived, p)
            allowed *= specificity.lines_running(otherwise, tied - arrived, p)
    return allowed


@rule
def keep_promises(firm: FirmRow, booked: float) -> float:
    """Share of contract orders that a firm fills: they come first when capacity is short, min(booked, normal)/booked,
    and lose like all others when output falls short of plan, output/normal (priority: Macchiavello & Morjaria 2015).
    """
    normal = min(firm.capacity, firm.orders)
    if booked <= 0.0 or normal <= 0.0:
        return 0.0
    return min(booked, normal) / booked * firm.output / normal


@rule
def fill_openly(firm: FirmRow, booked: float, kept: float) -> float:
    """Share of open orders that a firm fills, once the share `kept` of those `booked` is filled; -1 if it has none."""
    openly = firm.orders - booked
    return max(0.0, firm.output - booked * kept) / openly if openly > 0.0 else -1.0


@rule
def offer(
    firm: FirmRow, weight: float, booked: float, kept: float, local_industry: LocalIndustryRow, p: Parameters
) -> None:
    """Add what a firm has left for open orders, once the share `kept` of those `booked` is filled, to local supply.

    `weight` is A p^(1-sigma). Buyers abroad get the same share of what they ordered as those at home.
    """
    fill = fill_openly(firm, booked, kept)
    firm.exports = 0.0
    if fill >= 0.0:
        real = weight * fill ** ((p.variety_elasticity - 1.0) / p.variety_elasticity)
        local_industry.served += weight * fill
        local_industry.delivered += real
        firm.exports = weight * fill * local_industry.export_access
        if firm.redirected > 0.0:
            local_industry.served_again += weight * fill * firm.room
            local_industry.delivered_again += real * firm.room


@rule
def clear_deliveries(local_industries: LocalIndustries, niches: NicheIndex) -> None:
    """Set to zero what was delivered."""
    region_count, industry_count = local_industries.shape
    for region in range(region_count):
        for industry in range(industry_count):
            local_industry = local_industries[region, industry]
            local_industry.served = 0.0
            local_industry.delivered = 0.0
            local_industry.served_again = 0.0
            local_industry.delivered_again = 0.0
            local_industry.exports = 0.0
    for sums in (niches.served, niches.delivered, niches.served_again, niches.delivered_again):
        sums[:] = 0.0


@rule
def deliver(
    firms: Firms, stages: Stages, contracts: Contracts, nation: Nation, reach: Reach, promises: Promises, p: Parameters
) -> None:
    """From upstream to downstream: firms produce what their inputs allow, and buyers get their part of it."""
    booked, kept, fills = promises.booked, promises.kept, np.zeros(len(firms))
    clear_deliveries(nation.local_industries, reach.niches)
    for stage in range(len(stages.starts) - 1):
        for row in stages.rows[stages.starts[stage] : stages.starts[stage + 1]]:
            firm = firms[row]
            firm.output = firm.planned * take_delivery(row, firms, contracts, nation, promises, p)
            kept[row] = keep_promises(firm, booked[row])
            if p.niches:
                fills[row] = fill_openly(firm, booked[row], kept[row])
            else:
                local_industry = nation.local_industries[firm.region, firm.industry]
                offer(firm, reach.weights[row], booked[row], kept[row], local_industry, p)
        if p.niches:
            niche_delivery.offer_in_niches(stage, firms, nation, fills, reach.niches, p)
        for industry in range(len(nation.industries)):
            if nation.industries[industry].stage == stage:
                receive(industry, nation, reach, p)
