"""Supply contracts: which inputs a firm of each industry needs, which contracts every customer holds, and which firms
stand at each stage of a chain.

What a year's market reads and writes of contracts, many times over, lies in arrays of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.typed import Array, Firms, FirmTable, Industries, IndustryTable, Links, LinkTable
from sim.kernel.world import CONTRACTS, Tie, World

_Made = TypeVar("_Made")


class Contracts(NamedTuple):
    """All E supply contracts, by customer: those of the firm in row i are links[rows[starts[i]:starts[i+1]]]."""

    links: Links
    """Shape (L,): links of every kind."""
    starts: Array
    """Shape (N+1,)."""
    rows: Array
    """Shape (E,): rows of links."""
    goods: Array
    """Shape (E,): industry of the supplier of each of `rows`."""
    suppliers: Array
    """Shape (E,): its row among firms."""
    shares: Array
    """Shape (E,): the contract's share of the customer's contracts for this input, by value."""
    distances: Array
    """Shape (E,): km from the supplier."""
    value: Array
    """Shape (E,): what the customer orders under it in this year's market, money."""
    in_order: Array
    """Shape (E,): these entries in the order of links."""
    inputs: Array
    """Shape (S, CONTRACTS): industries that each industry buys from, in order of id, -1 beyond."""
    sources: Array
    """Shape (S, CONTRACTS): the same in order of row."""


class Stages(NamedTuple):
    """Living firms by stage of their industry: those of stage t are rows[starts[t]:starts[t+1]], in order of rows."""

    starts: Array
    """Shape (T+1,)."""
    rows: Array
    """Shape (N,): rows of firms."""


class Promises(NamedTuple):
    """Orders under contract of every firm in one year."""

    booked: Array
    """Shape (N,): what it is to deliver, in goods."""
    accepted: Array
    """Shape (N,): share of what customers asked for that it accepted."""
    kept: Array
    """Shape (N,): share of what it accepted that it delivered."""
    tied: Array
    """Shape (S,): shares of each input that one customer ordered under contract, as far as suppliers accepted."""
    arrived: Array
    """Shape (S,): what arrived of them."""


@rule
def count_by_customer(links: Links, starts: Array) -> int:
    """Fill `starts` (N+1,) as Contracts describes it; returns how many contracts there are."""
    starts[:] = 0
    for link in links:
        if link.tie == Tie.SUPPLY and link.living:
            starts[link.first + 1] += 1
    for row in range(1, len(starts)):
        starts[row] += starts[row - 1]
    return int(starts[len(starts) - 1])


@rule
def sort_by_customer(firms: Firms, contracts: Contracts) -> None:
    """Fill the arrays of the contracts but `starts`, which is filled."""
    filled = contracts.starts.copy()
    listed = 0
    for row in range(len(contracts.links)):
        link = contracts.links[row]
        if link.tie == Tie.SUPPLY and link.living:
            entry = filled[link.first]
            contracts.rows[entry] = row
            contracts.goods[entry] = firms[link.second].industry
            contracts.suppliers[entry] = link.second
            contracts.shares[entry] = link.share
            contracts.distances[entry] = link.distance
            contracts.value[entry] = link.value
            contracts.in_order[listed] = entry
            listed += 1
            filled[link.first] += 1


def contracts_by_customer(links: LinkTable, firms: FirmTable, inputs: Array) -> Contracts:
    """The contracts among `links`; `inputs` as `inputs_by_industry` gives them."""
    starts = np.zeros(len(firms) + 1, dtype=np.int64)
    count = count_by_customer(links, starts)
    rows, goods, suppliers, in_order = (np.zeros(count, dtype=np.int32) for _ in range(4))
    shares, distances, value = (np.zeros(count) for _ in range(3))
    sources = in_order_of_row(inputs)
    contracts = Contracts(links, starts, rows, goods, suppliers, shares, distances, value, in_order, inputs, sources)
    sort_by_customer(firms, contracts)
    return contracts


def in_order_of_row(inputs: Array) -> Array:
    """The same industries in order of row, -1 beyond; shape (S, CONTRACTS)."""
    beyond = np.iinfo(np.int64).max
    rows = np.sort(np.where(inputs < 0, beyond, inputs), axis=1)
    return np.where(rows == beyond, -1, rows)


@rule
def sort_by_stage(firms: Firms, industries: Industries, stages: Stages) -> None:
    """Fill the lists of firms by stage."""
    starts, rows = stages
    starts[:] = 0
    for firm in firms:
        if firm.living:
            starts[industries[firm.industry].stage + 1] += 1
    for stage in range(1, len(starts)):
        starts[stage] += starts[stage - 1]
    filled = starts.copy()
    for row in range(len(firms)):
        firm = firms[row]
        if firm.living:
            stage = industries[firm.industry].stage
            rows[filled[stage]] = row
            filled[stage] += 1


def stages_of(firms: FirmTable, industries: IndustryTable) -> Stages:
    """Living firms by stage."""
    last = int(np.max(industries.stage)) if len(industries) else 0
    stages = Stages(np.zeros(last + 2, dtype=np.int64), np.zeros(len(firms), dtype=np.int64))
    sort_by_stage(firms, industries, stages)
    return stages


@dataclass
class OpenMarket:
    """The market of a year while it is open: no contract begins or ends in it, and no firm comes, leaves or moves."""

    contracts: Contracts
    promises: Promises
    """What came of the contracts when firms traded last."""
    standing: dict[str, Any] = field(default_factory=dict)
    """What follows from prices, wages and where firms stand, by name."""


def contracts_of(world: World) -> Contracts:
    """The contracts of a World: those listed for the market of this year while it is open, else listed anew."""
    if world.market is not None:
        return world.market.contracts
    return contracts_by_customer(world.links, world.firms, inputs_by_industry(world))


def market_of(world: World) -> OpenMarket:
    """The market of this year while it is open, else one for the caller alone."""
    if world.market is not None:
        return world.market
    firms, goods = len(world.firms), len(world.industries)
    promises = Promises(np.zeros(firms), np.ones(firms), np.zeros(firms), np.zeros(goods), np.zeros(goods))
    return OpenMarket(contracts_of(world), promises)


def standing(world: World, name: str, make: Callable[[World], _Made]) -> _Made:
    """What `make` works out of prices, wages and where firms stand: once while the market of a year is open, until
    wages and prices rise (`revalued`), and anew every time outside of it.
    """
    if world.market is None:
        return make(world)
    known = world.market.standing
    if name not in known:
        known[name] = make(world)
    return known[name]  # type: ignore[no-any-return]


def revalued(world: World) -> None:
    """Wages and prices have risen: what follows from them is worked out anew when it is asked for."""
    if world.market is not None:
        world.market.standing.clear()


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
