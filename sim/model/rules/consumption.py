"""Consumption: what delivered goods are worth to a region's consumers, and what they cost.

CES over industries (Dixit & Stiglitz 1977); new goods: Feenstra (1994).
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.typed import Industries, LocalIndustries, Parameters, Regions
from sim.kernel.world import World


@rule
def consume(regions: Regions, industries: Industries, local_industries: LocalIndustries, p: Parameters) -> None:
    """Real consumption of each region from DELIVERED goods, and its cost of living at fork-year prices = 1.

    U_r = (sum_s theta_s (Q_rs P_rs0 / theta_s)^((eps-1)/eps))^(eps/(eps-1)), Cobb-Douglas at eps = 1
    (Dixit & Stiglitz 1977), with Q_rs the CES quantity delivered.
    """
    for region_row in range(len(regions)):
        region = regions[region_row]
        inner = 0.0
        power = (p.industry_elasticity - 1.0) / p.industry_elasticity
        for industry in range(len(industries)):
            taste = industries[industry].demand_share
            if taste <= 0.0:
                continue
            local_industry = local_industries[region_row, industry]
            quantity = (local_industry.filled * local_industry.final / local_industry.price_index
                        * local_industry.reference_price / taste)  # fmt: skip
            quantity = max(quantity, 1e-12)
            if p.industry_elasticity == 1.0:
                inner += taste * math.log(quantity)
            else:
                inner += taste * quantity**power
        index = math.exp(inner) if p.industry_elasticity == 1.0 else inner ** (1.0 / power)
        region.consumption = index * region.chain_link
        spent = 0.0
        for industry in range(len(industries)):
            spent += local_industries[region_row, industry].final * local_industries[region_row, industry].paid_share
        region.cost_of_living = spent / region.consumption


def consume_goods(world: World) -> None:
    """Regions consume what was delivered to them."""
    consume(world.regions, world.industries, world.local_industries, world.p)


def rebase(world: World) -> None:
    """Take this year's prices as reference prices, and link real consumption so that it does not jump.

    What is not sold yet gets `new_good_price` times the mean of the rest (under CES it is infinite: Feenstra 1994).
    """
    regions = world.regions
    before = np.asarray(regions.consumption).copy()
    reference = world.local_industries.reference_price
    reference[:] = world.local_industries.price_index
    opened = np.asarray(world.industries.opened)
    if not opened.all():
        reference[:, ~opened] = world.p.new_good_price * reference[:, opened].mean(axis=1, keepdims=True)
    consume(regions, world.industries, world.local_industries, world.p)
    known = before > 0.0
    regions.chain_link[known] *= before[known] / regions.consumption[known]
    consume(regions, world.industries, world.local_industries, world.p)
