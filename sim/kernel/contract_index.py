"""Supply contracts: which inputs a firm of each industry needs, and which contracts every customer holds."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.world import CONTRACTS, Records, Tie, World

Array = np.ndarray[Any, Any]


@rule
def sort_by_customer(links, starts, rows):
    """Fill `starts` (N+1,) and `rows` (L,): the contracts of customer i are links rows[starts[i]:starts[i+1]]."""
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
            filled[link.first] += 1


def contracts_by_customer(links: Records, firms: Records) -> tuple[Array, Array]:
    """`starts` (N+1,) and `rows` (L,) as `sort_by_customer` fills them."""
    starts = np.zeros(len(firms) + 1, dtype=np.int64)
    rows = np.zeros(len(links), dtype=np.int64)
    sort_by_customer(links, starts, rows)
    return starts, rows


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
