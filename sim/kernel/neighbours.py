"""Neighbours: who is near whom, in space and in the network, so that agents can look for partners.

Closure: Tomasello et al. (2014); search through the network: Jackson & Rogers (2007).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.draws import Luck, Purpose, draw
from sim.kernel.geography import Neighbours, Positions, count_by_cell
from sim.kernel.typed import Array, Firms, FirmTable, InstituteTable, Links, LinkTable, Parameters
from sim.kernel.world import Tie


class Partners(NamedTuple):
    """Which firms cooperate: partners of firm i are others[starts[i]:starts[i+1]]."""

    starts: Array
    """Shape (N+1,)."""
    others: Array
    """Shape (K,): rows of firms."""


class Crowd(NamedTuple):
    """Agents around each cell, the nearer the more they count."""

    start: Array
    """Shape (C+1,): near[start[c]:start[c+1]] are the cells around cell c."""
    near: Array
    """Shape (K,)."""
    reached: Array
    """Shape (K,): agents x weight of these cells, summed up in order of nearness."""
    by_cell: Array
    """Shape (C+1,): agents by_cell[c]:by_cell[c+1] stand in cell c."""


@rule
def list_partners(links: Links, partners: Partners) -> None:
    """Fill the lists of partners: cooperation between firms only."""
    starts, others = partners
    starts[:] = 0
    for link in links:
        if link.tie == Tie.FIRM:
            starts[link.first + 1] += 1
            starts[link.second + 1] += 1
    for row in range(1, len(starts)):
        starts[row] += starts[row - 1]
    filled = starts.copy()
    for link in links:
        if link.tie == Tie.FIRM:
            others[filled[link.first]] = link.second
            filled[link.first] += 1
            others[filled[link.second]] = link.first
            filled[link.second] += 1


@rule
def are_partners(first: int, second: int, partners: Partners) -> bool:
    """Whether two firms cooperate."""
    for mine in range(partners.starts[first], partners.starts[first + 1]):
        if partners.others[mine] == second:
            return True
    return False


@rule
def common_partners(first: int, second: int, partners: Partners) -> int:
    """How many firms are partners of both."""
    starts, others = partners
    count = 0
    for mine in range(starts[first], starts[first + 1]):
        for theirs in range(starts[second], starts[second + 1]):
            if others[mine] == others[theirs]:
                count += 1
    return count


@rule
def crowd_around(neighbours: Neighbours, by_cell: Array, reached: Array) -> None:
    """Fill `reached` (K,) as `Crowd` describes it."""
    start, near, _, weights = neighbours
    for cell in range(len(start) - 1):
        total = 0.0
        for entry in range(start[cell], start[cell + 1]):
            total += (by_cell[near[entry] + 1] - by_cell[near[entry]]) * weights[entry]
            reached[entry] = total


@rule
def pick_near(cell: int, crowd: Crowd, u: float) -> int:
    """A row of an agent near `cell`: cells by what they add to the crowd, then agents evenly; -1 if none.

    `u` is a uniform number.
    """
    start, near, reached, by_cell = crowd
    first, last = start[cell], start[cell + 1] - 1
    if reached[last] <= 0.0:
        return -1
    aim = u * reached[last]
    low, high = first, last
    while low < high:
        middle = (low + high) // 2
        if aim < reached[middle]:
            high = middle
        else:
            low = middle + 1
    before = reached[low - 1] if low > first else 0.0
    here = by_cell[near[low] + 1] - by_cell[near[low]]
    return by_cell[near[low]] + min(int((aim - before) / (reached[low] - before) * here), here - 1)


@rule
def friend_of_friend(row: int, partners: Partners, u: float) -> int:
    """A partner of a partner, evenly over the pairs of steps; -1 without one (closure, Tomasello et al. 2014)."""
    starts, others = partners
    degree = starts[row + 1] - starts[row]
    if degree == 0:
        return -1
    step = min(int(u * degree), degree - 1)
    middle = others[starts[row] + step]
    onward = starts[middle + 1] - starts[middle]
    rest = u * degree - step
    return others[starts[middle] + min(int(rest * onward), onward - 1)]


class Search(NamedTuple):
    """Where firms look for firms to cooperate with."""

    crowd: Crowd
    partners: Partners
    positions: Positions


@rule
def consider(row: int, attempt: int, firms: Firms, search: Search, p: Parameters, luck: Luck) -> int:
    """Row of the firm that a firm considers; -1 if it finds none, or one that it knows already.

    The first search is among firms nearby, the others among partners of partners (Tomasello et al. 2014).
    """
    firm = firms[row]
    u = draw(luck, Purpose.COOPERATION, firm.id, attempt)
    other = friend_of_friend(row, search.partners, u) if attempt % p.tie_candidates > 0 else -1
    if other < 0:
        other = pick_near(firm.cell, search.crowd, u)
    return -1 if other == row or are_partners(row, other, search.partners) else other


def partners_of(firms: FirmTable, links: LinkTable) -> Partners:
    """Who cooperates with whom."""
    partners = Partners(np.zeros(len(firms) + 1, dtype=np.int64), np.zeros(2 * len(links) + 1, dtype=np.int64))
    list_partners(links, partners)
    return partners


def crowd_of(agents: FirmTable | InstituteTable, neighbours: Neighbours) -> Crowd:
    """The crowd of `agents`, which are in order of cell."""
    by_cell = np.zeros(len(neighbours.start), dtype=np.int64)
    count_by_cell(agents, by_cell)
    reached = np.zeros(len(neighbours.near))
    crowd_around(neighbours, by_cell, reached)
    return Crowd(neighbours.start, neighbours.near, reached, by_cell)
