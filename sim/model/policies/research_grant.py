"""Research grants: the public pays research of firms.

David, Hall & Toole (2000), Research Policy 29, for additionality; Howell (2017), American Economic Review 107, and
Bronzini & Iachini (2014), American Economic Journal: Economic Policy 6, for why small firms gain more. Grants for
joint projects: Branstetter & Sakakibara (2002), American Economic Review 92, on Japanese research consortia.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import Setting
from sim.kernel.world import World
from sim.model.policies.places import with_firms
from sim.model.policies.purchases import add_up, share_out
from sim.model.policies.registry import Array, Programme, policy


@policy(
    "research_grant",
    help="pays research of firms on top of their own",
    unit="money of R&D",
    source="David, Hall & Toole 2000; Howell 2017; Bronzini & Iachini 2014; Branstetter & Sakakibara 2002",
    share=0.2,
    serves=with_firms,
    hires=False,
    even=Setting(
        0.3, 0.0, 1.0, "1", "part of the money that is shared evenly among firms; the rest follows their research"
    ),
    joint=Setting(
        0.0, 0.0, 1.0, "1", "part of the money, taken first, that follows joint projects with firms and institutes"
    ),
)
def research_grant(world: World, programme: Programme, funds: Array) -> Array:
    """Grants add to the research that firms do this year, and so to their hazard of innovation."""
    firms = world.firms
    selling = np.asarray(firms.sales > 0.0)
    weights = np.where(selling, firms.research_intensity * firms.sales, 0.0)
    joint = share_out(world, programme.settings["joint"] * funds, np.where(selling, firms.partners, 0).astype(float))
    # Where nobody has a joint project the money is shared as the rest is.
    funds = funds - add_up(world, joint)
    money = share_out(world, (1.0 - programme.settings["even"]) * funds, weights)
    money = money + share_out(world, programme.settings["even"] * funds, selling.astype(float)) + joint
    firms.research_grant += money
    firms.subsidy += money
    return add_up(world, money)
