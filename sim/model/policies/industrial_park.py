"""Industrial parks: serviced land and buildings in one place of a region, whether anybody comes or not.

China's zones: Wang (2013), Journal of Development Economics 101; Lu, Wang & Zhu (2019), American Economic Journal:
Economic Policy 11; Zheng, Sun, Wu & Kahn (2017), Journal of Urban Economics 100, for how much spillovers differ between
parks; that parks may stay empty is ours.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import Setting
from sim.kernel.world import World
from sim.model.policies.places import by_plan_of_programme
from sim.model.policies.registry import Array, Programme, policy


def best_cells(world: World, funds: Array) -> Array:
    """The cell of each region where the money's industries find most advantage for their rent, (R,)."""
    geography = world.geography
    rent = np.log(np.maximum(world.cells.rent, 1e-9))[:, None] * world.industries.land_share[None, :]
    worth = ((world.sites.advantage - rent) * funds[world.cells.region]).sum(axis=1)
    best = np.zeros(len(funds), dtype=np.int64)
    for region in range(len(funds)):
        cells = geography.region_cells[geography.region_start[region] : geography.region_start[region + 1]]
        best[region] = cells[np.argmax(worth[cells])]
    return best


@policy(
    "industrial_park",
    help="develops land and buildings in one place of the region: rent falls there and new firms need build less",
    unit="goods of capacity housed",
    source="Wang 2013; Lu, Wang & Zhu 2019; Zheng, Sun, Wu & Kahn 2017",
    share=0.3,
    serves=by_plan_of_programme,
    price=Setting(0.5, 0.05, 5.0, "1", "cost of a place over that of the capacity it houses"),
    relief=Setting(0.25, 0.0, 1.0, "1", "share of the cost of its first capacity that a place saves a new firm"),
)
def industrial_park(world: World, programme: Programme, funds: Array) -> Array:
    """Places = money / (price pk c); land grows by the nation's mean land per unit of capacity.

    The park stays where it was begun. Its empty places stand in `cells.park` until new firms take them.
    """
    cells = world.cells
    known = programme.memory.setdefault("cell", np.full(len(funds), -1, dtype=np.int64))
    open_now = funds.sum(axis=1) > 0.0
    known[:] = np.where((known < 0) & open_now, best_cells(world, funds), known)
    built = (funds / (programme.settings["price"] * world.p.capital_price * world.local_industries.unit_cost)).sum(
        axis=1
    )
    land = float(cells.land.sum()) / max(float(world.local_industries.capacity.sum()), 1e-300)
    for region in np.flatnonzero(open_now):
        cells[known[region]].park += built[region]
        cells[known[region]].park_relief = programme.settings["relief"]
        cells[known[region]].land += built[region] * land
    return funds
