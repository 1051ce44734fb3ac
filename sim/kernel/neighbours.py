"""Meeting: who is near whom, in space and in the network, so that agents can look for partners.

Closure: Tomasello et al. (2014); search through the network: Jackson & Rogers (2007).
"""

from __future__ import annotations

from sim.kernel.compiling import rule
from sim.kernel.world import Tie


@rule
def list_partners(links, starts, others):
    """Adjacency of firms: partners of firm i are others[starts[i]:starts[i+1]]; cooperation between firms only."""
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
def common_partners(first, second, starts, others):
    """How many firms are partners of both."""
    count = 0
    for mine in range(starts[first], starts[first + 1]):
        for theirs in range(starts[second], starts[second + 1]):
            if others[mine] == others[theirs]:
                count += 1
    return count


@rule
def crowd_around(start, near, weights, counts, crowd):
    """Fill `crowd` (K,): agents x `weights` (K,) of each cell's neighbours, summed up in order of nearness."""
    for cell in range(len(start) - 1):
        total = 0.0
        for entry in range(start[cell], start[cell + 1]):
            total += (counts[near[entry] + 1] - counts[near[entry]]) * weights[entry]
            crowd[entry] = total


@rule
def pick_near(luck, cell, start, near, crowd, counts):
    """A row of an agent near `cell`: cells by what they add to `crowd` (K,), then agents evenly; -1 if none."""
    first, last = start[cell], start[cell + 1] - 1
    if crowd[last] <= 0.0:
        return -1
    aim = luck * crowd[last]
    low, high = first, last
    while low < high:
        middle = (low + high) // 2
        if aim < crowd[middle]:
            high = middle
        else:
            low = middle + 1
    before = crowd[low - 1] if low > first else 0.0
    here = counts[near[low] + 1] - counts[near[low]]
    return counts[near[low]] + min(int((aim - before) / (crowd[low] - before) * here), here - 1)


@rule
def friend_of_friend(luck, row, starts, others):
    """A partner of a partner, evenly over the pairs of steps; -1 without one (closure, Tomasello et al. 2014)."""
    degree = starts[row + 1] - starts[row]
    if degree == 0:
        return -1
    step = min(int(luck * degree), degree - 1)
    middle = others[starts[row] + step]
    onward = starts[middle + 1] - starts[middle]
    rest = luck * degree - step
    return others[starts[middle] + min(int(rest * onward), onward - 1)]
