"""Relocation: a few firms that lose money move to where they expect to earn more.

Rare and costly (Brouwer, Mariotti & van Ommeren 2004; Pellenbarg, van Wissen & van Dijk 2002).
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.draws import Luck, Purpose, draw
from sim.kernel.typed import Array, FirmRow, Firms, LocalIndustries, Parameters, Regions
from sim.kernel.world import Event, Nation, World

RELOCATION = mechanism("relocation", "4.8", "Firms that lose money may move to where they expect to earn more.")
RELOCATION.param(
    "relocation_rate", 0.01, 0.0, 0.2, unit="1/year", evidence="S", sweep=(0.0, 0.02),
    source="Brouwer, Mariotti & van Ommeren 2004 (rare); digits ours",
    help="share of loss-making firms that look for another region each year",
)  # fmt: skip
RELOCATION.param(
    "relocation_loss", 0.3, 0.0, 1.0, unit="1", evidence="A", sweep=(0.1, 0.5),
    source="moving costs; digits ours",
    help="share of capacity that a firm loses when it moves",
)  # fmt: skip
RELOCATION.param(
    "relocation_age", 2, 0, 100, unit="years", evidence="A", sweep=(0, 5), whole=True,
    source="our assumption",
    help="age up to which a firm does not move",
)  # fmt: skip
RELOCATION.param(
    "relocation_gain", 0.02, 0.0, 0.5, unit="1", evidence="A", sweep=(0.0, 0.05),
    source="our assumption",
    help="margin that a firm must expect to gain by moving",
)  # fmt: skip


@rule
def considers_moving(firm: FirmRow, p: Parameters, u: float) -> bool:
    """A firm older than `relocation_age` that lost money considers moving with probability `relocation_rate`."""
    return firm.age > p.relocation_age and firm.margin < 0.0 and u < p.relocation_rate


@rule
def best_elsewhere(
    firm: FirmRow, regions: Regions, local_industries: LocalIndustries, pull: float, p: Parameters
) -> int:
    """Region with the highest expected margin plus support for the firm's industry; its own if none is better."""
    here = firm.region
    best = here
    # Moving must be worth something, or firms would move for rounding errors.
    bar = (
        local_industries[here, firm.industry].prospect
        + local_industries[here, firm.industry].grant_pull / pull
        + p.relocation_gain
    )
    for region in range(local_industries.shape[0]):
        value = (
            local_industries[region, firm.industry].prospect + local_industries[region, firm.industry].grant_pull / pull
        )
        # Between equals the id decides, so that the order of rows cannot.
        if value > bar or (value == bar and best != here and regions[region].id < regions[best].id):
            bar = value
            best = region
    return best


@rule
def best_cell(region: int, industry: int, nation: Nation) -> int:
    """The best-priced cell of a region for an industry: what the place adds against its rent."""
    best = -1
    value = -math.inf
    for entry in range(nation.region_start[region], nation.region_start[region + 1]):
        cell = nation.region_cells[entry]
        land_share = nation.industries[industry].land_share
        worth = nation.sites[cell, industry].advantage - land_share * math.log(nation.cells[cell].rent)
        if worth > value:
            value = worth
            best = cell
    return best


@rule
def move_firms(firms: Firms, nation: Nation, moved: Array, p: Parameters, luck: Luck) -> None:
    """Move firms; `moved` (N,) is set to 1 for those that did."""
    pull = max(p.profit_pull, 0.1)
    for row in range(len(firms)):
        firm = firms[row]
        moved[row] = 0
        if not considers_moving(firm, p, draw(luck, Purpose.RELOCATION, firm.id, 0)):
            continue
        target = best_elsewhere(firm, nation.regions, nation.local_industries, pull, p)
        if target != firm.region:
            firm.cell = best_cell(target, firm.industry, nation)
            firm.region = target
            firm.capacity *= 1.0 - p.relocation_loss
            moved[row] = 1


def relocate(world: World) -> None:
    """Some firms move; their links to partners who are left behind stay, at the new distance."""
    if not world.p.relocation or len(world.firms) == 0:
        return
    moved = np.zeros(len(world.firms), dtype=np.int8)
    move_firms(world.firms, world.nation, moved, world.p, world.luck)
    movers = np.flatnonzero(moved)
    world.note(Event.RELOCATION, world.firms, movers)
    if len(movers):
        world.settle()
