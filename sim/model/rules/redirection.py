"""Redirection: orders that find no goods go once to firms that have room, and what is unspent is spent next year.

Rationed buyers turn to other sellers: spill-over of unsatisfied demand in markets that do not clear by price within the
period (Bénassy 1975; Gourio & Rudanko 2014 for customers who search on). Contract orders that exceed a supplier's
capacity are cut in equal proportion, and the customer buys the rest openly. What a disaster or a lost supplier takes
comes after orders are placed and cannot be had elsewhere within the year (Barrot & Sauvagnat 2016).
"""

from __future__ import annotations

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.contract_index import Contracts, Promises
from sim.kernel.declare import mechanism
from sim.kernel.niche_index import Reach
from sim.kernel.typed import (
    Array,
    FirmRow,
    Firms,
    Industries,
    IndustryRow,
    LocalIndustries,
    LocalIndustryRow,
    Parameters,
)
from sim.kernel.world import Nation, World
from sim.model.rules.capacity import usable_capacity

REDIRECTION = mechanism(
    "redirection", "4.4", "Orders that find no goods are placed once more, and unspent money is kept for next year.",
)  # fmt: skip
REDIRECTION.param(
    "redirection_limit", 10.0, 1.0, 1000.0, unit="1", evidence="A", sweep=(2.0, 100.0),
    source="our assumption: where next to nothing is left, buyers give up",
    help="most that buyers order of a firm with room once others are sold out, over what they ordered before",
)  # fmt: skip


REDIRECTION.param(
    "room_margin", 0.02, 0.001, 0.5, unit="1", evidence="A", sweep=(0.01, 0.1),
    source="our assumption: buyers learn of room when there is some; it also makes trade follow prices without a jump",
    help="spare capacity, as a share of all, from which a firm gets its full part of orders placed once more",
)  # fmt: skip


@rule
def share_kept(firm: FirmRow, booked: float) -> float:
    """Share of contract orders that a firm accepts: min(1, K / booked), all customers alike (form ours)."""
    return min(1.0, firm.capacity / booked) if booked > 0.0 else 1.0


@rule
def share_filled(firm: FirmRow, booked: float) -> float:
    """Share of open orders that a firm plans to fill, once it has `booked` orders under contract, which come first.

    (planned / normal) (normal - booked) / (orders - booked), normal = min(K, orders) (form ours).
    """
    openly = firm.orders - booked
    normal = min(firm.capacity, firm.orders)
    if openly <= 0.0 or normal <= 0.0:
        return 0.0
    return firm.planned / normal * (normal - booked) / openly


@rule
def part_of_orders(firm: FirmRow, usable: float, p: Parameters) -> float:
    """Part of further orders that a firm gets: 0 where it cannot fill those it has, 1 from `room_margin` of `usable`
    capacity to spare, and linear between, so that no firm's last unit moves others by a jump (form ours).
    """
    if firm.planned < firm.orders or usable <= 0.0:
        return 0.0
    return min(max((usable - firm.orders) / (p.room_margin * usable), 0.0), 1.0)


@rule
def redirected(unmet: float, room: float, scale: float, p: Parameters) -> float:
    """Orders that found no goods, over what firms with room weigh: unmet / room, and with the first orders, `scale`, at
    most `redirection_limit` times these (form ours; after Bénassy 1975). `unmet` is a share of open spending.
    """
    if unmet <= 1e-12 or room <= 0.0:
        return 0.0
    return min(unmet / room, (p.redirection_limit - 1.0) * scale)


@rule
def orders_seen(firm: FirmRow) -> float:
    """Orders by which a firm sets price and capacity: redirected ones count up to capacity, since those beyond it were
    placed with others first: min(orders, max(orders - redirected, K)) (form ours).
    """
    return min(firm.orders, max(firm.orders - firm.redirected, firm.capacity))


@rule
def abroad_has_room(industry: IndustryRow) -> bool:
    """Whether importers can take more orders: not under an embargo, nor where exports do not pay for imports."""
    return industry.embargo <= 0.0 and industry.unpaid <= 0.0


@rule
def weight_again(local_industry: LocalIndustryRow, scale: float, p: Parameters) -> float:
    """What a delivery by firms with room adds to the CES sum, over the same delivery of first orders, less 1:
    (1 + extra/scale)^((sigma-1)/sigma) - 1 (Dixit & Stiglitz 1977).
    """
    power = (p.variety_elasticity - 1.0) / p.variety_elasticity
    return (1.0 + local_industry.extra / scale) ** power - 1.0


@rule
def accept_contracts(
    stage: int, rows: Array, firms: Firms, contracts: Contracts, nation: Nation, promises: Promises
) -> None:
    """Suppliers of a stage, in `rows`, accept contract orders up to capacity; customers turn to the market for the
    rest.
    """
    refused = False
    for row in rows:
        promises.accepted[row] = share_kept(firms[row], promises.booked[row])
        promises.booked[row] *= promises.accepted[row]
        refused = refused or promises.accepted[row] < 1.0
    if not refused:
        return
    for customer in range(len(firms)):
        for entry in range(contracts.starts[customer], contracts.starts[customer + 1]):
            source, accepted = contracts.goods[entry], promises.accepted[contracts.suppliers[entry]]
            if accepted < 1.0 and nation.industries[source].stage == stage:
                lost = contracts.value[entry] * (1.0 - accepted)
                nation.local_industries[firms[customer].region, source].contracted -= lost
                contracts.value[entry] -= lost


@rule
def look_round(
    stage: int, rows: Array, firms: Firms, nation: Nation, weights: Array, booked: Array, p: Parameters
) -> None:
    """Fill `served` and `room` of a stage: what its firms, in `rows`, plan to fill, and what those with room weigh.

    `weights` (N,) are A p^(1-sigma), `booked` (N,) orders under contract.
    """
    for region in range(len(nation.regions)):
        for industry in range(len(nation.industries)):
            local_industry = nation.local_industries[region, industry]
            if nation.industries[industry].stage == stage:
                local_industry.served = 0.0
                local_industry.room = 0.0
    for row in rows:
        firm = firms[row]
        local_industry = nation.local_industries[firm.region, firm.industry]
        local_industry.served += weights[row] * share_filled(firm, booked[row])
        firm.room = part_of_orders(firm, usable_capacity(firm, nation.regions[firm.region]), p)
        local_industry.room += weights[row] * firm.room


@rule
def place_again(industry: int, nation: Nation, landed: Array, allowed: float, reach: Reach, p: Parameters) -> None:
    """Buyers of an industry place what found no goods with those that have room; sets `extra` and `extra_access`.

    `landed` (R,) is what imports weigh with buyers, of which the share `allowed` may come in.
    """
    local_industries, freeness = nation.local_industries, reach.freeness
    abroad = abroad_has_room(nation.industries[industry])
    for buyer in range(len(landed)):
        local_industry = local_industries[buyer, industry]
        served = landed[buyer] * allowed
        room = landed[buyer] if abroad else 0.0
        for seller in range(len(landed)):
            served += freeness[seller, buyer] * local_industries[seller, industry].served
            room += freeness[seller, buyer] * local_industries[seller, industry].room
        scale = reach.pull[buyer, industry]
        local_industry.extra = redirected(1.0 - served * scale, room, scale, p)
    for seller in range(len(landed)):
        access = 0.0
        for buyer in range(len(landed)):
            local_industry = local_industries[buyer, industry]
            openly = local_industry.spending - local_industry.contracted
            access += freeness[seller, buyer] * local_industry.extra * openly
        local_industries[seller, industry].extra_access = access


@rule
def receive_again(
    buyer: int, industry: int, nation: Nation, landed: float, reach: Reach, p: Parameters
) -> tuple[float, float, float]:
    """What redirected orders add to a buyer's share served in value, to its CES sum, and to its share of imports.

    `landed` is what imports weigh with the buyer.
    """
    local_industry = nation.local_industries[buyer, industry]
    if local_industry.extra <= 0.0:
        return 0.0, 0.0, 0.0
    imported = landed if abroad_has_room(nation.industries[industry]) else 0.0
    value = imported
    real = imported
    for seller in range(len(nation.regions)):
        value += reach.freeness[seller, buyer] * nation.local_industries[seller, industry].served_again
        real += reach.freeness[seller, buyer] * nation.local_industries[seller, industry].delivered_again
    gain = weight_again(local_industry, reach.pull[buyer, industry], p)
    return local_industry.extra * value, gain * real, local_industry.extra * imported


@rule
def keep_unspent(savings: Array, industries: Industries, local_industries: LocalIndustries) -> None:
    """Fill `savings` (R,) with what consumers of each region could not spend: sum of final (1 - share paid)."""
    for region in range(len(savings)):
        savings[region] = 0.0
        for industry in range(len(industries)):
            local_industry = local_industries[region, industry]
            savings[region] += local_industry.final * (1.0 - local_industry.paid_share)


def save(world: World) -> None:
    """What consumers could not spend this year they keep for the next."""
    if world.p.redirection:
        savings = np.zeros(len(world.regions))
        keep_unspent(savings, world.industries, world.local_industries)
        world.regions.savings = savings
