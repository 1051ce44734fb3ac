"""Key core technologies: national missions for upstream inputs that few make; a success lifts all who take part.

Mission-oriented research: Mazzucato (2018), Industrial and Corporate Change 27; Gross & Sampat (2023), American
Economic Review 113, on what wartime missions did to places and fields. Three to five years: Ministry of Industry and
Information Technology of China 2016; somewhat less than an even chance: Link & Scott (2010), Research Policy 39, on
SBIR projects; .3 to .5 is our range.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import Setting
from sim.kernel.draws import Purpose, lineage, name_id, uniform
from sim.kernel.world import World
from sim.model.policies.places import scarce_here
from sim.model.policies.registry import Array, Programme, policy

MISSION_DRAW = 1
"""Counter of the draw by which a mission succeeds."""


def breaks_through(world: World, programme: Programme, industry: int) -> bool:
    """Whether the mission in `industry` that ends this year succeeds: a keyed uniform below `chance`."""
    own = int(
        lineage(int(Purpose.POLICY), name_id(programme.policy), programme.serial, int(world.industries.id[industry]))
    )
    drawn = uniform(world.seed, int(Purpose.POLICY), world.year, own, MISSION_DRAW)
    return bool(drawn < programme.settings["chance"])


@policy(
    "core_technology",
    help="pays national missions in scarce upstream inputs; a success raises the productivity of all who take part",
    unit="ln productivity",
    source="Mazzucato 2018; Gross & Sampat 2023; Link & Scott 2010 for the odds",
    share=0.2,
    serves=scarce_here,
    duration=Setting(4.0, 1.0, 10.0, "years", "length of a mission, in whole years; the next begins when it ends"),
    chance=Setting(0.4, 0.0, 1.0, "1", "probability that a mission succeeds"),
    gain=Setting(0.15, 0.0, 2.0, "ln productivity", "what a success brings if money were no limit"),
    few=Setting(0.7, 0.0, 5.0, "1", "suppliers over the mean of industries below which an input is scarce"),
)
def core_technology(world: World, programme: Programme, funds: Array) -> Array:
    """A mission spends M a year and with luck brings gain x M / (M + R), R being firms' own research in the industry.

    Diminishing returns to the size of public research: David, Hall & Toole (2000).
    """
    spent = programme.memory.setdefault("spent", np.zeros(funds.shape[1]))
    spent += funds.sum(axis=0)
    duration = round(programme.settings["duration"])
    if programme.year(world) % duration == 0:
        firms = world.firms
        taking_part = programme.regions[firms.region]
        for industry in np.flatnonzero(spent > 0.0):
            if not breaks_through(world, programme, int(industry)):
                continue
            yearly = spent[industry] / duration
            own = float(firms.research[firms.industry == industry].sum())
            gain = programme.settings["gain"] * yearly / (yearly + own)
            firms.productivity[taking_part & (firms.industry == industry)] *= np.exp(gain)
        spent[:] = 0.0
    return funds
