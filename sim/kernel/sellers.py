"""Sellers: which firms take orders, where they stand, how a buyer comes upon one of them, and what it costs there.

Chance falls with distance and rises with capacity; that purchases are local: Nakajima, Saito & Uesugi (2012b).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.kernel.compiling import inlined, rule
from sim.kernel.geography import Neighbours, Positions, count_by_cell
from sim.kernel.typed import Array, FirmRow, Firms, FirmTable, Parameters


@rule
def takes_orders(firm: FirmRow, p: Parameters) -> bool:
    """Whether a firm takes on customers: it is new, or last year's orders were below `order_limit` x its capacity."""
    return firm.living and firm.capacity > 0.0 and (firm.age < 1 or firm.demand < p.order_limit * firm.capacity)


@rule
def cost_at_gate(log_price: float, distance: float, crosses: bool, p: Parameters) -> float:
    """ln of what a unit costs at the customer's gate: ln p + distance_cost ln(1 + d/l) + ln(1 + protection)."""
    if not p.trade_costs:
        return log_price
    border = math.log(1.0 + p.protection) if crosses else 0.0
    return log_price + p.distance_cost * math.log(1.0 + distance / p.trade_scale) + border


class Market(NamedTuple):
    """What firms have on offer and where, in lists of their own: a search reads little of many firms."""

    firms: Firms
    """Shape (N,)."""
    by_cell: Array
    """Shape (C+1,): firms by_cell[c]:by_cell[c+1] stand in cell c."""
    industry_of: Array
    """Shape (N,): industry of each firm."""
    offers: Array
    """Shape (N,): capacity of the firms that take orders, 0 of others."""
    room: Array
    """Shape (C, S): sum of the offers by cell and industry."""
    largest: Array
    """Shape (S,): the most of it that stands in one cell."""
    reach: Array
    """Shape (C, S): room around each cell, weighted by nearness; -1 until it is asked for."""
    neighbours: Neighbours
    """Cells around each cell, weighing exp(-d / contract_range)."""
    positions: Positions


@rule
def find_room(firms: Firms, industry_of: Array, offers: Array, room: Array, p: Parameters) -> None:
    """Fill `industry_of` (N,), `offers` (N,) and `room` (C, S) as Market describes them."""
    room[:] = 0.0
    for row in range(len(firms)):
        firm = firms[row]
        industry_of[row] = firm.industry
        offers[row] = firm.capacity if takes_orders(firm, p) else 0.0
        room[firm.cell, firm.industry] += offers[row]


@rule
@inlined
def room_around(cell: int, industry: int, market: Market) -> float:
    """What suppliers in `industry` have on offer around a cell, weighted by exp(-d / range); kept once it is known."""
    start, near, _, weights = market.neighbours
    room, reach, largest = market.room, market.reach, market.largest[industry]
    if reach[cell, industry] < 0.0:
        total = 0.0
        for entry in range(start[cell], start[cell + 1]):
            # Weights fall from cell to cell: from here on nothing is large enough to change a bit of the sum.
            if weights[entry] * largest < 1e-17 * total:
                break
            total += weights[entry] * room[near[entry], industry]
        reach[cell, industry] = total
    return reach[cell, industry]


@rule
@inlined
def pick_supplier(cell: int, industry: int, market: Market, u: float) -> int:
    """Row of a supplier in `industry`, chosen by capacity x exp(-d / range); -1 if none. `u` is a uniform number."""
    start, near, _, weights = market.neighbours
    by_cell, industry_of, offers, room = market.by_cell, market.industry_of, market.offers, market.room
    aim = u * room_around(cell, industry, market)
    found = -1
    for entry in range(start[cell], start[cell + 1]):
        near_cell = near[entry]
        mass = weights[entry] * room[near_cell, industry]
        if mass <= 0.0:
            continue
        if aim < mass:
            for row in range(by_cell[near_cell], by_cell[near_cell + 1]):
                if industry_of[row] == industry and offers[row] > 0.0:
                    found = row
                    aim -= weights[entry] * offers[row]
                    if aim < 0.0:
                        return found
            return found
        aim -= mass
    return found


def open_market(firms: FirmTable, industries: int, around: Neighbours, positions: Positions, p: Parameters) -> Market:
    """The market of all firms."""
    shape = (len(positions.x), industries)
    by_cell = np.zeros(shape[0] + 1, dtype=np.int64)
    count_by_cell(firms, by_cell)
    industry_of, offers, room = np.zeros(len(firms), dtype=np.int64), np.zeros(len(firms)), np.zeros(shape)
    find_room(firms, industry_of, offers, room, p)
    reach = np.full(shape, -1.0)
    return Market(firms, by_cell, industry_of, offers, room, room.max(axis=0), reach, around, positions)
