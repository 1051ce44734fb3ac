"""Investment subsidies: the public adds to the capacity that firms build.

Investment grants: Criscuolo, Martin, Overman & Van Reenen (2019), American Economic Review 109; Cerqua & Pellegrini
(2014), Journal of Public Economics 109. Firms that have more under way order less themselves: crowding out is not
assumed away.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import Setting
from sim.kernel.world import World
from sim.model.policies.places import with_firms
from sim.model.policies.purchases import add_up, build_for, share_out
from sim.model.policies.registry import Array, Programme, policy


@policy(
    "investment_subsidy",
    help="adds to the capacity that firms build",
    unit="goods",
    source="Criscuolo, Martin, Overman & Van Reenen 2019; Cerqua & Pellegrini 2014",
    share=0.2,
    serves=with_firms,
    matching=Setting(
        0.5, 0.0, 1.0, "1", "part of the money that follows own investment of last year; the rest capacity"
    ),
)
def investment_subsidy(world: World, programme: Programme, funds: Array) -> Array:
    """Every firm's share follows its own investment and its capacity; it becomes capacity under construction."""
    firms = world.firms
    matching = programme.settings["matching"]
    by_size = np.asarray(firms.capacity * firms.unit_cost)
    money = share_out(world, (1.0 - matching) * funds, by_size)
    invested = share_out(world, matching * funds, np.asarray(firms.investment))
    # Where nobody invested, there is nothing to match and size decides.
    unmatched = matching * funds - add_up(world, invested)
    money = money + invested + share_out(world, np.where(unmatched > 1e-9 * funds, unmatched, 0.0), by_size)
    build_for(world, firms, money)
    return add_up(world, money)
