"""SME cultivation: training and consulting raise what small firms absorb, guarantees raise what they can borrow.

Absorptive capacity: Cohen & Levinthal (1990); business training and consulting: Bruhn, Karlan & Schoar (2018),
Journal of Political Economy 126; credit guarantees: Lelarge, Sraer & Thesmar (2010), in International Differences
in Entrepreneurship.
"""

from __future__ import annotations

import numpy as np

from sim.declare import Setting
from sim.policies.places import with_firms
from sim.policies.purchases import add_up, share_out
from sim.policies.registry import Array, Programme, policy
from sim.state import Kind, World


@policy(
    "sme_cultivation",
    help="trains small firms, which then absorb more knowledge, and guarantees credit to them, while it runs",
    unit="absorptive capacity; money of credit",
    source="Cohen & Levinthal 1990; Bruhn, Karlan & Schoar 2018; Lelarge, Sraer & Thesmar 2010",
    share=0.2,
    serves=with_firms,
    training=Setting(0.5, 0.0, 1.0, "1", "part of the money that trains; the rest stands behind guarantees"),
    price=Setting(0.1, 0.01, 5.0, "years of sales", "yearly cost of raising a firm's absorptive capacity by 1"),
    risk=Setting(0.05, 0.005, 1.0, "1", "expected loss of a unit of guaranteed credit: what a guarantee costs"),
)
def sme_cultivation(world: World, programme: Programme, purse: Array) -> Array:
    """Each small firm's share follows its sales: d AC = training / (price x sales); credit line = guarantees / risk."""
    firms = world.firms
    settings = programme.settings
    small = np.where(firms.kind == Kind.SME, firms.sales, 0.0)
    money = share_out(world, purse, small)
    taught = settings["training"] * money
    cost = settings["price"] * small
    firms.absorption += np.divide(taught, cost, out=np.zeros(len(firms)), where=cost > 0.0)
    firms.credit_line += (money - taught) / settings["risk"]
    firms.subsidy += money
    return add_up(world, money)
