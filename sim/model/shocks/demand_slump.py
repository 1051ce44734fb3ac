"""Demand slump: final demand of industries falls, and recovers year by year.

Bricongne et al. (2012), Journal of International Economics 87, and Eaton, Kortum, Neiman & Romalis (2016), American
Economic Review 106, on 2008-09, when world trade fell by nearly a third against GDP, mostly because less was spent on
manufactures, durables above all.
"""

from __future__ import annotations

from sim.kernel.declare import Setting
from sim.kernel.world import World
from sim.model.shocks.registry import Blow, shock


@shock(
    "demand_slump",
    help="final demand of the industries falls by its strength",
    unit="share of final demand",
    source="Bricongne et al. 2012; Eaton, Kortum, Neiman & Romalis 2016",
    by=("industries",),
    fading=Setting(0.3, 0.0, 1.0, "1/year", "share of the loss that is made good each year"),
)
def demand_slump(world: World, blow: Blow) -> None:
    """Weights in final demand are multiplied by 1 - strength; what is not spent there is spent on other goods."""
    world.industries.slump[blow.industries] *= 1.0 - blow.left(world)
