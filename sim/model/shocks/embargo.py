"""Embargo: the rest of the world sells less of a stage, or nothing.

Embargoes are evaded: Haidar (2017), Economic Policy 32 (two thirds of Iran's sanctioned non-oil exports went to other
countries). What sanctions cost, mostly in goods not embargoed: Crozet & Hinz (2020), Economic Policy 35. Rare earths in
2010 and how buyers innovated around them: Alfaro, Fadinger, Schymik & Virananda (2025), NBER Working Paper 33877.
"""

from __future__ import annotations

from sim.kernel.declare import Setting
from sim.kernel.world import World
from sim.model.shocks.registry import Blow, shock


@shock(
    "embargo",
    help="imports of the industries are cut off",
    unit="share of imports",
    source="Haidar 2017; Crozet & Hinz 2020; Alfaro, Fadinger, Schymik & Virananda 2025",
    by=("industries",),
    leak=Setting(0.1, 0.0, 1.0, "1", "share of what is embargoed that still comes, by way of third countries"),
)
def embargo(world: World, blow: Blow) -> None:
    """A share strength x (1 - leak) of imports ordered does not arrive."""
    open_share = (1.0 - world.industries.embargo[blow.industries]) * (
        1.0 - blow.strength * (1.0 - blow.settings["leak"])
    )
    world.industries.embargo[blow.industries] = 1.0 - open_share
