"""Sellers: which firms take orders, where they stand, how a buyer comes upon one of them, and what it costs there.

Chance falls with distance and rises with capacity; that purchases are local: Nakajima, Saito & Uesugi (2012b).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.kernel.compiling import inlined, rule
from sim.kernel.geography import Neighbours, Positions
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
    starts: Array
    """Shape (C S + 1,): sellers[starts[c S + s]:starts[c S + s + 1]] are those of industry s in cell c."""
    sellers: Array
    """Shape (M,): rows of the firms that take orders, by cell and industry, and in order of rows."""
    offers: Array
    """Shape (M,): capacity of each."""
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
def list_sellers(firms: Firms, starts: Array, sellers: Array, offers: Array, room: Array, p: Parameters) -> None:
    """Fill `starts`, `sellers`, `offers` and `room` as Market describes them; the second and third have N entries."""
    industries = room.shape[1]
    room[:] = 0.0
    starts[:] = 0
    for firm in firms:
        if takes_orders(firm, p):
            room[firm.cell, firm.industry] += firm.capacity
            starts[firm.cell * industries + firm.industry + 1] += 1
    for place in range(1, len(starts)):
        starts[place] += starts[place - 1]
    filled = starts.copy()
    for row in range(len(firms)):
        firm = firms[row]
        if takes_orders(firm, p):
            place = firm.cell * industries + firm.industry
            sellers[filled[place]] = row
            offers[filled[place]] = firm.capacity
            filled[place] += 1


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
    starts, sellers, offers, room = market.starts, market.sellers, market.offers, market.room
    aim = u * room_around(cell, industry, market)
    found = -1
    for entry in range(start[cell], start[cell + 1]):
        near_cell = near[entry]
        mass = weights[entry] * room[near_cell, industry]
        if mass <= 0.0:
            continue
        if aim < mass:
            place = near_cell * room.shape[1] + industry
            for entry_there in range(starts[place], starts[place + 1]):
                found = sellers[entry_there]
                aim -= weights[entry] * offers[entry_there]
                if aim < 0.0:
                    return found
            return found
        aim -= mass
    return found


def open_market(firms: FirmTable, industries: int, around: Neighbours, positions: Positions, p: Parameters) -> Market:
    """The market of all firms."""
    shape = (len(positions.x), industries)
    starts, room = np.zeros(shape[0] * industries + 1, dtype=np.int64), np.zeros(shape)
    sellers, offers = np.zeros(len(firms), dtype=np.int32), np.zeros(len(firms))
    list_sellers(firms, starts, sellers, offers, room, p)
    sellers, offers = sellers[: starts[-1]], offers[: starts[-1]]
    return Market(firms, starts, sellers, offers, room, room.max(axis=0), np.full(shape, -1.0), around, positions)
