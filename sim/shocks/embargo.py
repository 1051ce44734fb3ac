"""Embargo: the rest of the world sells less of a stage, or nothing.

Sanctions and supply: Crozet & Hinz (2020), Economic Policy 35; rare earths in 2010 and how buyers found ways round:
Alfaro, Fadinger, Schymik & Virananda (2025), NBER Working Paper 33877.
"""

from __future__ import annotations

from sim.declare import Setting
from sim.shocks.registry import Blow, shock
from sim.state import World


@shock(
    "embargo",
    help="imports of the industries are cut off",
    unit="share of imports",
    source="Crozet & Hinz 2020; Alfaro, Fadinger, Schymik & Virananda 2025",
    leak=Setting(0.1, 0.0, 1.0, "1", "share of what is embargoed that still comes, by way of third countries"),
)
def embargo(world: World, blow: Blow) -> None:
    """A share strength x (1 - leak) of imports ordered does not arrive."""
    open_share = (1.0 - world.industries.embargo[blow.industries]) * (
        1.0 - blow.strength * (1.0 - blow.settings["leak"])
    )
    world.industries.embargo[blow.industries] = 1.0 - open_share
