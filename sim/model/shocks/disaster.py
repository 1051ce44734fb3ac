"""Disaster: a region loses the use of capacity, some of it for good.

Great East Japan earthquake: Carvalho, Nirei, Saito & Tahbaz-Salehi (2021), Quarterly Journal of Economics 136;
Kobe: duPont, Noy, Okuyama & Sawada (2015), PLoS ONE 10, for how slowly a place recovers.
"""

from __future__ import annotations

from sim.kernel.declare import Setting
from sim.kernel.world import World
from sim.model.shocks.registry import Blow, shock


@shock(
    "disaster",
    help="capacity of the regions is out of use, some of it destroyed; all industries are hit",
    unit="share of capacity",
    source="Carvalho, Nirei, Saito & Tahbaz-Salehi 2021; duPont, Noy, Okuyama & Sawada 2015",
    by=("regions",),
    fading=Setting(0.5, 0.0, 1.0, "1/year", "share of the outage that is repaired each year"),
    destroyed=Setting(0.2, 0.0, 1.0, "1", "part of the capacity hit that is gone for good, in the first year"),
)
def disaster(world: World, blow: Blow) -> None:
    """Outages of several disasters multiply; what is destroyed does not come back by itself."""
    intact = (1.0 - world.regions.disaster[blow.regions]) * (1.0 - blow.left(world))
    world.regions.disaster[blow.regions] = 1.0 - intact
    if blow.begins(world):
        hit = blow.regions[world.firms.region]
        world.firms.capacity[hit] *= 1.0 - blow.settings["destroyed"] * blow.strength
