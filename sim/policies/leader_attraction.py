"""Leader attraction: regions pay large firms to come.

Competition for million-dollar plants: Greenstone, Hornbeck & Moretti (2010), Journal of Political Economy 118;
Slattery & Zidar (2020), Journal of Economic Perspectives 34, for what such deals cost.
"""

from __future__ import annotations

import math

import numpy as np

from sim.declare import Setting
from sim.policies.places import by_plan_of_programme
from sim.policies.purchases import start_firms, whole
from sim.policies.registry import Array, Programme, policy
from sim.state import Kind, World


def cost_of_leader(world: World) -> Array:
    """What the start of a leading firm costs, (R, S): a year's wage and capacity `leader_size` times that of an SME.

    The expected lead in productivity makes it larger still: exp((sigma - 1) / 2 x (lead + entrant gap)).
    """
    p = world.p
    wage = np.asarray(world.regions.wage)[:, None]
    lead = math.exp(0.5 * (p.variety_elasticity - 1.0) * (p.leader_lead + p.entrant_gap))
    return np.asarray(wage + p.leader_size * lead * (world.branches.startup_cost - wage))


@policy(
    "leader_attraction",
    help="pays part of the start of leading firms that settle in the industries that the plan promotes",
    unit="leading firms",
    source="Greenstone, Hornbeck & Moretti 2010; Slattery & Zidar 2020",
    share=0.4,
    serves=by_plan_of_programme,
    saves=True,
    cover=Setting(0.5, 0.1, 1.0, "1", "share of the cost of the new plant that is paid"),
)
def leader_attraction(world: World, programme: Programme, purse: Array) -> Array:
    """Leading firms come whole; a region that pays more than it had pays off the rest in later years."""
    cost = programme.settings["cover"] * cost_of_leader(world)
    counts = whole(world, programme, purse, cost)
    start_firms(world, programme, counts, cost, Kind.LEADING_FIRM)
    return np.asarray(counts * cost)
