"""Extending chains: new firms in the stages next to those in which a region is strong.

Related diversification: Hidalgo et al. (2007), Science 317; Neffke, Henning & Boschma (2011), Economic Geography 87;
backward and forward linkages: Hirschman (1958).
"""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import Setting
from sim.kernel.world import World
from sim.model.policies.places import by_plan, chosen, location_quotient
from sim.model.policies.purchases import start_firms, whole
from sim.model.policies.registry import Array, Programme, policy


def next_stages(world: World, programme: Programme) -> Array:
    """Stages, not strong themselves, that supply or use a stage in which the region is strong (LQ above the bar)."""
    strong = location_quotient(world) > programme.settings["strong"]
    linked = (world.input_shares > 0.0) | (world.input_shares.T > 0.0)
    beside = (strong.astype(float) @ linked) > 0.0
    return by_plan(world, chosen(world, programme) * beside * ~strong)


@policy(
    "extend",
    help="starts firms in stages of chains next to one in which the region is strong",
    unit="firms",
    source="Neffke, Henning & Boschma 2011; Hirschman 1958",
    share=0.25,
    serves=next_stages,
    saves=True,
    strong=Setting(1.25, 0.5, 4.0, "1", "location quotient above which a stage is strong"),
)
def extend(world: World, programme: Programme, funds: Array) -> Array:
    """Whole firms start in the stages before and after strong ones."""
    cost = np.asarray(world.local_industries.startup_cost)
    counts = whole(world, programme, funds, cost)
    start_firms(world, programme, counts, cost)
    return np.asarray(counts * cost)
