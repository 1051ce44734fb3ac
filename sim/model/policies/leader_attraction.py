"""Leader attraction: regions pay large firms to come.

Competition for million-dollar plants: Greenstone, Hornbeck & Moretti (2010), Journal of Political Economy 118;
Slattery & Zidar (2020), Journal of Economic Perspectives 34, for what such deals cost and how few there are. Few
leading firms look for a place in a year: where regions want more than there are, they bid each other up.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.declare import Setting
from sim.kernel.world import Flow, Kind, World
from sim.model.policies.places import by_plan_of_programme
from sim.model.policies.purchases import start_firms, whole
from sim.model.policies.registry import Array, Programme, policy


def cost_of_leader(world: World) -> Array:
    """What the start of a leading firm costs, (R, S): wages and capacity `leader_size` times that of an SME.

    The expected lead in productivity makes it larger still: exp(response x (sigma - 1) x (lead + entrant gap)).
    """
    p = world.p
    wages = p.startup_labour * np.asarray(world.regions.wage)[:, None]
    lead = math.exp(p.capacity_response * (p.variety_elasticity - 1.0) * (p.leader_lead + p.entrant_gap))
    return np.asarray(wages + p.leader_size * lead * (world.local_industries.startup_cost - wages))


def bidding_premium(world: World, programme: Programme, funds: Array, cost: Array) -> Array:
    """What regions pay over the plain price, (S,), at least 1: leaders asked for over leaders that look for a place.

    Of the nation's leading firms in an industry (one abroad if it has none) the share `mobile` looks for a place.
    """
    firms = world.firms
    leaders = np.bincount(firms.industry[firms.kind == Kind.LEADING_FIRM], minlength=funds.shape[1])
    asked = np.divide(funds, cost, out=np.zeros_like(funds), where=cost > 0.0).sum(axis=0)
    return np.maximum(1.0, asked / (programme.settings["mobile"] * np.maximum(leaders, 1)))


@policy(
    "leader_attraction",
    help="pays part of the start of leading firms that settle in the industries that the plan promotes",
    unit="leading firms",
    source="Greenstone, Hornbeck & Moretti 2010; Slattery & Zidar 2020",
    share=0.4,
    serves=by_plan_of_programme,
    saves=True,
    hires=False,
    cover=Setting(0.5, 0.1, 1.0, "1", "share of the cost of the new plant that is paid"),
    mobile=Setting(0.03, 0.001, 10.0, "1/year", "share of the nation's leading firms that look for a place in a year"),
)
def leader_attraction(world: World, programme: Programme, funds: Array) -> Array:
    """Leading firms come whole; what a region pays beyond what it had is taken from its money of later years."""
    plain = programme.settings["cover"] * cost_of_leader(world)
    cost = plain * bidding_premium(world, programme, funds, plain)
    counts = whole(world, programme, funds, cost)
    start_firms(world, programme, counts, plain, Kind.LEADING_FIRM)
    # What is paid above the plain price goes to owners and builds nothing: only the rest pays for work.
    world.regions.works += (counts * plain).sum(axis=1)
    world.flows[Flow.PREMIUMS] += (counts * (cost - plain)).sum()
    return np.asarray(counts * cost)
