"""What instruments buy: whole firms, and shares for firms that stand. Luck is keyed by programme and local industry."""

from __future__ import annotations

import numpy as np

from sim.kernel.draws import Purpose, lineage, name_id, uniform
from sim.kernel.typed import FirmTable
from sim.kernel.world import Kind, Origin, World
from sim.model.policies.registry import Array, Programme

COUNT_DRAW = 1
"""Counter of the draw that rounds what a funds buys to whole things."""


def luck_key(world: World, programme: Programme, region: int, industry: int) -> int:
    """Key of a region and industry for one programme, whatever the order of rows."""
    own = int(lineage(int(Purpose.POLICY), name_id(programme.policy), programme.serial, 0))
    return int(lineage(int(Purpose.POLICY), own, int(world.regions.id[region]), int(world.industries.id[industry])))


def luck(world: World, programme: Programme, counter: int, where: Array) -> Array:
    """Keyed uniforms of this year, shape (R, S); .5 where `where` is 0, as it is not read there."""
    drawn = np.full(world.local_industries.shape, 0.5)
    for region, industry in np.argwhere(where):
        key = luck_key(world, programme, int(region), int(industry))
        drawn[region, industry] = uniform(world.seed, int(Purpose.POLICY), world.year, key, counter)
    return drawn


def whole(world: World, programme: Programme, funds: Array, cost: Array, counter: int = COUNT_DRAW) -> Array:
    """How many whole things a funds buys, (R, S): floor(funds / cost + uniform), on average exactly its worth.

    What they cost more or less than the funds stands in the programme's savings.
    """
    wanted = np.divide(funds, cost, out=np.zeros_like(funds), where=(cost > 0.0) & (funds > 0.0))
    return np.floor(wanted + np.where(wanted > 0.0, luck(world, programme, counter, wanted > 0.0), 0.0)).astype(int)


def start_firms(world: World, programme: Programme, counts: Array, grant: Array, kind: Kind = Kind.SME) -> None:
    """Write a birth for each of `counts` (R, S) firms; `grant` (R, S) is what the public pays of the start of each."""
    for region, industry in np.argwhere(counts > 0):
        births = world.births_table.extend(int(counts[region, industry]))
        key = luck_key(world, programme, int(region), int(industry))
        for slot in range(len(births)):
            births[slot].id = lineage(int(Purpose.POLICY), key, world.year, slot)
        births.origin = Origin.ATTRACTED
        births.kind = kind
        births.region = region
        births.industry = industry
        births.cell = -1
        births.grant = grant[region, industry]


def share_out(world: World, funds: Array, weights: Array) -> Array:
    """Money (N,) for each firm: the funds (R, S) of its local industry, split in proportion to `weights` (N,) >= 0."""
    firms = world.firms
    industry_count = world.local_industries.shape[1]
    local_industry = np.asarray(firms.region, dtype=np.int64) * industry_count + firms.industry
    total = np.bincount(local_industry, weights=weights, minlength=funds.size)
    part = np.divide(weights, total[local_industry], out=np.zeros(len(firms)), where=total[local_industry] > 0.0)
    return np.asarray(part * funds.ravel()[local_industry])


def add_up(world: World, money: Array) -> Array:
    """Sum of `money` (N,) of firms by local industry, (R, S)."""
    shape = world.local_industries.shape
    local_industry = np.asarray(world.firms.region, dtype=np.int64) * shape[1] + world.firms.industry
    return np.bincount(local_industry, weights=money, minlength=shape[0] * shape[1]).reshape(shape)


def build_for(world: World, firms: FirmTable, money: Array) -> None:
    """Money (N,) becomes capacity under construction, ready after the build lag."""
    firms.building[:, world.p.build_lag - 1] += money / (world.p.capital_price * firms.unit_cost)
    firms.subsidy += money
