"""SME cultivation: training and consulting raise what small firms absorb, guarantees raise what they can borrow.

Absorptive capacity: Cohen & Levinthal (1990); business training and consulting: Bruhn, Karlan & Schoar (2018),
Journal of Political Economy 126; credit guarantees: Lelarge, Sraer & Thesmar (2010), in International Differences
in Entrepreneurship. Programmes may serve some tiers only: Ministry of Industry and Information Technology of China
(2022), measures for the gradient cultivation of quality small and medium-sized firms.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import Setting
from sim.kernel.world import Kind, World
from sim.model.policies.places import by_plan, chosen
from sim.model.policies.purchases import add_up, share_out
from sim.model.policies.registry import Array, Programme, policy


def served(world: World, programme: Programme) -> Array:
    """Sales of the small firms that stand on the tier asked for or higher, (N,), money; 0 for all others."""
    firms = world.firms
    small = (firms.kind == Kind.SME) & (firms.tier >= round(programme.settings["from_tier"]))
    return np.where(small, firms.sales, 0.0)


def with_served(world: World, programme: Programme) -> Array:
    """Weights of what the plan promotes, where firms stand that the programme serves, (R, S)."""
    return by_plan(world, chosen(world, programme) * (add_up(world, served(world, programme)) > 0.0))


@policy(
    "sme_cultivation",
    help="trains small firms, which then absorb more knowledge, and guarantees credit to them, while it runs",
    unit="absorptive capacity; money of credit",
    source="Cohen & Levinthal 1990; Bruhn, Karlan & Schoar 2018; Lelarge, Sraer & Thesmar 2010",
    share=0.2,
    serves=with_served,
    training=Setting(0.5, 0.0, 1.0, "1", "part of the money that trains; the rest stands behind guarantees"),
    price=Setting(0.1, 0.01, 5.0, "years of sales", "yearly cost of raising a firm's absorptive capacity by 1"),
    risk=Setting(0.05, 0.005, 1.0, "1", "expected loss of a unit of guaranteed credit: what a guarantee costs"),
    from_tier=Setting(
        0.0, 0.0, 3.0, "tier", "lowest tier it serves: 0 all small firms, 1 innovative, 2 specialised ones, 3 champions"
    ),
)
def sme_cultivation(world: World, programme: Programme, funds: Array) -> Array:
    """Each small firm's share follows its sales: d AC = training / (price x sales); credit line = guarantees / risk."""
    firms = world.firms
    settings = programme.settings
    small = served(world, programme)
    money = share_out(world, funds, small)
    taught = settings["training"] * money
    cost = settings["price"] * small
    firms.absorption += np.divide(taught, cost, out=np.zeros(len(firms)), where=cost > 0.0)
    firms.credit_line += (money - taught) / settings["risk"]
    firms.subsidy += money
    return add_up(world, money)
