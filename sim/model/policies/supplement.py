"""Supplementing chains: new firms in stages that a region's firms need and of which it makes little.

Missing inputs and linkages: Hirschman (1958); Rodríguez-Clare (1996), American Economic Review 86, for why a region
without local inputs stays without them.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import Setting
from sim.kernel.world import World
from sim.model.policies.places import chosen, input_need, local_coverage
from sim.model.policies.purchases import start_firms, whole
from sim.model.policies.registry import Array, Programme, policy


def missing_stages(world: World, programme: Programme) -> Array:
    """Input need of stages whose local coverage is below the bar, (R, S), money."""
    missing = local_coverage(world) < programme.settings["coverage"]
    return chosen(world, programme) * missing * input_need(world)


@policy(
    "supplement",
    help="starts firms in stages of chains that the region's firms need and of which it makes little",
    unit="firms",
    source="Hirschman 1958; Rodríguez-Clare 1996",
    share=0.25,
    serves=missing_stages,
    saves=True,
    coverage=Setting(0.3, 0.0, 1.0, "1", "local sales over local need below which a stage is missing"),
)
def supplement(world: World, programme: Programme, funds: Array) -> Array:
    """Whole firms start in missing stages, most where most is needed."""
    cost = np.asarray(world.local_industries.startup_cost)
    counts = whole(world, programme, funds, cost)
    start_firms(world, programme, counts, cost)
    return np.asarray(counts * cost)
