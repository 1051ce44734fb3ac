"""Obsolescence: the technology of an industry loses its value, most for firms that have used it long.

Schumpeter (1942); capital and knowledge tied to a vintage: Chari & Hopenhayn (1991), Journal of Political Economy
99; Tushman & Anderson (1986), Administrative Science Quarterly 31, on discontinuities that destroy competence.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import Setting
from sim.kernel.world import World
from sim.model.shocks.registry import Blow, shock


@shock(
    "obsolescence",
    help="firms of the industries lose productivity, and capacity with it, in the first year, young firms less",
    unit="share of productivity",
    source="Chari & Hopenhayn 1991; Tushman & Anderson 1986",
    young=Setting(5.0, 0.0, 50.0, "years", "age up to which a firm counts as young"),
    spared=Setting(0.5, 0.0, 1.0, "1", "part of the loss that young firms are spared"),
)
def obsolescence(world: World, blow: Blow) -> None:
    """z is multiplied by 1 - strength, for young firms by 1 - strength x (1 - spared), and capacity with it: the same
    plant with the same hands makes less.
    """
    if not blow.begins(world):
        return
    firms = world.firms
    hit = blow.regions[firms.region] & blow.industries[firms.industry]
    loss = blow.strength * np.where(firms.age <= blow.settings["young"], 1.0 - blow.settings["spared"], 1.0)
    # At strength 1 nothing would be left of z and its logarithm be infinite: a firm keeps a hundredth.
    kept = np.maximum(1.0 - loss[hit], 0.01)
    firms.productivity[hit] *= kept
    firms.capacity[hit] *= kept
