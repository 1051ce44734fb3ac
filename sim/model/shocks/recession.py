"""Recession: consumers spend less on everything and keep the rest, and buyers abroad do, too.

Mian, Rao & Sufi (2013), Quarterly Journal of Economics 128, on households that cut their spending in 2006-09; Eaton,
Kortum, Neiman & Romalis (2016), American Economic Review 106, on demand abroad. A slump of demand (`demand_slump`)
moves spending between industries; a recession takes it from all.
"""

from __future__ import annotations

from sim.kernel.declare import Setting
from sim.kernel.world import World
from sim.model.shocks.registry import Blow, shock


@shock(
    "recession",
    help="consumers spend less on all goods, and so do buyers abroad",
    unit="share of expenditure",
    source="Mian, Rao & Sufi 2013; Eaton, Kortum, Neiman & Romalis 2016",
    by=(),
    fading=Setting(0.0, 0.0, 1.0, "1/year", "share of the loss that is made good each year"),
    abroad=Setting(1.0, 0.0, 3.0, "1", "fall of demand abroad over that of consumers (with `open_economy`)"),
)
def recession(world: World, blow: Blow) -> None:
    """Consumers' spending is multiplied by 1 - strength, demand abroad by 1 - abroad x strength."""
    left = blow.left(world)
    world.recession = 1.0 - (1.0 - world.recession) * (1.0 - left)
    abroad = min(blow.settings["abroad"] * left, 1.0)
    world.foreign_recession = 1.0 - (1.0 - world.foreign_recession) * (1.0 - abroad)
