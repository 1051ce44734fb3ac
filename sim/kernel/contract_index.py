"""Supply contracts: which inputs a firm of each industry needs, and which contracts every customer holds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.typed import Array, Firms, FirmTable, Links, LinkTable
from sim.kernel.world import CONTRACTS, Tie, World


class Contracts(NamedTuple):
    """All supply contracts, by customer: those of the firm in row i are links[rows[starts[i]:starts[i+1]]]."""

    links: Links
    """Shape (L,): links of every kind."""
    starts: Array
    """Shape (N+1,)."""
    rows: Array
    """Shape (L,): rows of links."""
    goods: Array
    """Shape (L,): industry of the supplier of each of `rows`."""
    inputs: Array
    """Shape (S, CONTRACTS): industries that each industry buys from, -1 beyond."""


class Promises(NamedTuple):
    """Orders under contract of every firm in one year, each (N,)."""

    booked: Array
    """What it is to deliver, in goods."""
    accepted: Array
    """Share of what customers asked for that it accepted."""
    kept: Array
    """Share of what it accepted that it delivered."""


@rule
def sort_by_customer(firms: Firms, contracts: Contracts) -> None:
    """Fill `starts`, `rows` and `goods` of the contracts."""
    links, starts, rows, goods, _ = contracts
    starts[:] = 0
    for link in links:
        if link.tie == Tie.SUPPLY and link.living:
            starts[link.first + 1] += 1
    for row in range(1, len(starts)):
        starts[row] += starts[row - 1]
    filled = starts.copy()
    for row in range(len(links)):
        link = links[row]
        if link.tie == Tie.SUPPLY and link.living:
            rows[filled[link.first]] = row
            goods[filled[link.first]] = firms[link.second].industry
            filled[link.first] += 1


def contracts_by_customer(links: LinkTable, firms: FirmTable, inputs: Array) -> Contracts:
    """The contracts among `links`; `inputs` as `inputs_by_industry` gives them."""
    starts = np.zeros(len(firms) + 1, dtype=np.int64)
    rows, goods = np.zeros(len(links), dtype=np.int64), np.zeros(len(links), dtype=np.int64)
    contracts = Contracts(links, starts, rows, goods, inputs)
    sort_by_customer(firms, contracts)
    return contracts


def contracts_of(world: World) -> Contracts:
    """The contracts of a World."""
    return contracts_by_customer(world.links, world.firms, inputs_by_industry(world))


def inputs_by_industry(world: World) -> Array:
    """Industries that each industry buys from, in order of id, -1 beyond; shape (S, CONTRACTS), made once."""
    if world.input_rows is None:
        inputs = np.full((len(world.industries), CONTRACTS), -1, dtype=np.int64)
        for industry in range(len(inputs)):
            sources = np.flatnonzero(world.input_shares[:, industry] > 0.0)
            sources = sources[np.argsort(world.industries.id[sources])][:CONTRACTS]
            inputs[industry, : len(sources)] = sources
        world.input_rows = inputs
    return world.input_rows
