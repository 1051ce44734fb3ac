"""Entry grants: the public pays part of the start of new firms.

Start-up subsidies and incentives for entry: Caliendo & Künn (2011), Journal of Public Economics 95; Dvouletý, Srhoj &
Pantea (2021), Small Business Economics 57, on grants to SMEs. Whom they crowd out, the market of the model decides.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import Setting
from sim.kernel.world import World
from sim.model.policies.places import by_plan_of_programme
from sim.model.policies.purchases import start_firms, whole
from sim.model.policies.registry import Array, Programme, policy


@policy(
    "entry_grant",
    help="pays part of the start-up cost of new firms in the industries that the plan promotes",
    unit="firms",
    source="Caliendo & Künn 2011; Dvouletý, Srhoj & Pantea 2021",
    share=0.2,
    serves=by_plan_of_programme,
    saves=True,
    cover=Setting(0.5, 0.1, 1.0, "1", "share of the start-up cost that is paid; founders bring the rest"),
)
def entry_grant(world: World, programme: Programme, funds: Array) -> Array:
    """Whole firms start, each with `cover` of its start-up cost paid."""
    cost = programme.settings["cover"] * np.asarray(world.local_industries.startup_cost)
    counts = whole(world, programme, funds, cost)
    start_firms(world, programme, counts, cost)
    return np.asarray(counts * cost)
