"""Local protection: goods cross a region's border at a higher cost.

Young (2000), Quarterly Journal of Economics 115; Poncet (2005), Review of International Economics 13; Bai, Du, Tao &
Tong (2004), Journal of International Economics 63, for its political economy. It concerns all goods: industries are not
told apart.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import Setting
from sim.kernel.world import World
from sim.model.policies.places import by_plan, chosen
from sim.model.policies.registry import Array, Programme, policy


def raised_freeness(world: World) -> Array:
    """tau^(1-sigma) between regions [seller, buyer] with every protection that runs this year, shape (R, R).

    Goods that enter a protected region cost (1 + strength x barrier) times as much, goods that leave it
    (1 + outbound x strength x barrier) times.
    """
    freeness = np.asarray(world.open_freeness)
    power = 1.0 - world.p.variety_elasticity
    border = 1.0 - np.eye(len(freeness))
    for programme in world.policies:
        if programme.policy != "local_protection" or not programme.runs(world):
            continue
        barrier = programme.strength * programme.settings["barrier"]
        entering = 1.0 + barrier * programme.regions[None, :] * border
        leaving = 1.0 + programme.settings["outbound"] * barrier * programme.regions[:, None] * border
        freeness = freeness * (entering * leaving) ** power
    return freeness


def set_borders(world: World, programme: Programme) -> None:
    """Put this year's freeness in the place of the open one; the array itself is shared by arms and never written."""
    if world.open_freeness is None:
        world.open_freeness = world.freeness
    world.freeness = raised_freeness(world)


def everywhere(world: World, programme: Programme) -> Array:
    """All local industries of its regions, if goods cost anything to move."""
    return by_plan(world, chosen(world, programme)) * bool(world.p.trade_costs)


@policy(
    "local_protection",
    help="makes goods from other regions dearer: inspections, permits, preference for local sellers",
    unit="share of the price",
    source="Young 2000; Poncet 2005; Bai, Du, Tao & Tong 2004",
    share=0.02,
    serves=everywhere,
    winds_up=set_borders,
    by=("regions",),
    barrier=Setting(0.1, 0.0, 2.0, "1", "extra cost of goods that enter the region, as a share of their price"),
    outbound=Setting(0.0, 0.0, 1.0, "1", "the same for goods that leave it, in units of the barrier"),
)
def local_protection(world: World, programme: Programme, funds: Array) -> Array:
    """The cost of crossing borders is higher while the programme runs; its money pays inspectors."""
    set_borders(world, programme)
    return funds
