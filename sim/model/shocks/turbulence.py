"""Turbulence: in some years an industry loses part of its demand for some years, at random.

Sector shocks as a source of regional risk: Conroy (1975), Southern Economic Journal 41; Koren & Tenreyro (2007),
Quarterly Journal of Economics 122. Sizes and frequency are those of regime R8 of the model description.
"""

from __future__ import annotations

from sim.kernel.declare import Setting
from sim.kernel.draws import Purpose, uniform
from sim.kernel.world import World
from sim.model.shocks.registry import Blow, shock

STRIKE_DRAW, SIZE_DRAW = 0, 1
"""Counters of an industry's draws: whether a shock begins, and how large it is."""


def fall(world: World, blow: Blow, industry: int, year: int) -> float:
    """Share of demand that `industry` loses by a shock of that year: 0, or between `least` and `most`."""
    identity = int(world.industries.id[industry])
    if uniform(world.seed, int(Purpose.SHOCK), year, identity, STRIKE_DRAW) >= blow.settings["chance"]:
        return 0.0
    least, most = blow.settings["least"], blow.settings["most"]
    size = least + (most - least) * uniform(world.seed, int(Purpose.SHOCK), year, identity, SIZE_DRAW)
    return min(1.0, max(0.0, blow.strength * size))


@shock(
    "turbulence",
    help="each industry may lose part of its final demand, at random, year after year",
    unit="share of final demand",
    source="Conroy 1975; Koren & Tenreyro 2007; sizes: regime R8",
    by=("industries",),
    chance=Setting(0.05, 0.0, 1.0, "1/year", "probability that an industry is struck in a year"),
    least=Setting(0.2, 0.0, 1.0, "1", "smallest loss that an industry suffers"),
    most=Setting(0.5, 0.0, 1.0, "1", "largest loss that an industry suffers"),
    lasts=Setting(3.0, 1.0, 20.0, "years", "how long an industry suffers, in whole years"),
)
def turbulence(world: World, blow: Blow) -> None:
    """Losses of this year and of the years before that still last multiply; the same luck in every arm."""
    first = max(blow.start + 1, world.year - world.fork_year - round(blow.settings["lasts"]) + 1)
    for industry in range(len(world.industries)):
        if blow.industries[industry]:
            for year in range(first + world.fork_year, world.year + 1):
                world.industries.slump[industry] *= 1.0 - fall(world, blow, industry, year)
