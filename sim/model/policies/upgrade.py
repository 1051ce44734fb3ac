"""Upgrading: firms behind the mean are modernised in traditional industries in which their region is strong.

Technology extension and modernisation of laggards: Jarmin (1999), Journal of Policy Analysis and Management 18; Bloom
et al. (2013), Quarterly Journal of Economics 128; Giorcelli (2019), American Economic Review 109.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import Setting
from sim.kernel.world import Category, World
from sim.model.policies.places import by_plan, chosen, location_quotient
from sim.model.policies.purchases import add_up, share_out
from sim.model.policies.registry import Array, Programme, policy


def lag(world: World) -> Array:
    """ln productivity that each firm lacks to the mean of its industry, (N,), at least 0."""
    mean = np.asarray(world.industries.mean_productivity)[world.firms.industry]
    return np.maximum(mean - np.log(world.firms.productivity), 0.0)


def behind(world: World, programme: Programme) -> Array:
    """Traditional industries in which the region is strong and has firms below the national mean, (R, S)."""
    traditional = np.asarray(world.industries.category == Category.TRADITIONAL)
    strong = location_quotient(world) > programme.settings["strong"]
    weak = add_up(world, lag(world) * world.firms.sales) > 0.0
    return by_plan(world, chosen(world, programme) * traditional * strong * weak)


@policy(
    "upgrade",
    help="modernises firms of traditional industries in which the region is strong and its firms lag behind",
    unit="ln productivity",
    source="Jarmin 1999; Bloom et al. 2013; Giorcelli 2019",
    share=0.2,
    serves=behind,
    strong=Setting(1.0, 0.2, 3.0, "1", "location quotient above which the region counts as strong"),
    price=Setting(4.0, 0.5, 50.0, "years of sales", "cost of one point of ln productivity, near what own R&D returns"),
)
def upgrade(world: World, programme: Programme, funds: Array) -> Array:
    """Money buys productivity up to the industry's mean: d ln z = min(lag, money / (price x sales))."""
    firms = world.firms
    gap = lag(world)
    cost = programme.settings["price"] * np.asarray(firms.sales)
    money = share_out(world, funds, gap * firms.sales)
    gain = np.minimum(gap, np.divide(money, cost, out=np.zeros(len(firms)), where=cost > 0.0))
    firms.productivity *= np.exp(gain)
    spent = gain * cost
    firms.subsidy += spent
    return add_up(world, spent)
