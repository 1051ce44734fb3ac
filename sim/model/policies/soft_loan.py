"""Soft loans: public banks lend, without collateral and below the market rate, to firms that lack credit.

Directed credit: Banerjee & Duflo (2014), Review of Economic Studies 81; Ru (2018), Journal of Finance 73, on China
Development Bank.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import Setting
from sim.kernel.world import Flow, World
from sim.model.policies.places import by_plan, chosen
from sim.model.policies.purchases import add_up, share_out
from sim.model.policies.registry import Array, Programme, policy


def need(world: World, programme: Programme) -> Array:
    """Credit a firm lacks, (N,), money: `reach` of the value of its capacity less what it could invest last year."""
    firms = world.firms
    value = world.p.capital_price * firms.unit_cost * firms.capacity
    return np.maximum(programme.settings["reach"] * value - firms.credit, 0.0)


def short_of_credit(world: World, programme: Programme) -> Array:
    """Local industries with firms that lack credit, (R, S)."""
    lacking = add_up(world, need(world, programme)) > 0.0
    return by_plan(world, chosen(world, programme) * lacking)


def debtors(world: World, programme: Programme) -> Array:
    """Firms that repay to this programme, (N,) bool: those it may serve and no earlier loan programme does."""
    served = chosen(world, programme) > 0.0
    for other in world.policies:
        if other is programme:
            break
        if other.policy == programme.policy and other.has_begun(world):
            served &= chosen(world, other) == 0.0
    return np.asarray(served[world.firms.region, world.firms.industry])


def collect(world: World, programme: Programme) -> Array:
    """Firms repay an equal part of what they owe every year, (R,); what they still owe is lent without collateral."""
    firms = world.firms
    owing = debtors(world, programme)
    part = np.where(owing, firms.loan / programme.settings["term"], 0.0)
    firms.loan -= part
    firms.cash -= part
    world.flows[Flow.REPAYMENTS] += part.sum()
    firms.credit_line += np.where(owing, firms.loan, 0.0)
    return np.bincount(firms.region, weights=part, minlength=len(world.regions))


@policy(
    "soft_loan",
    help="lends to firms that lack credit, without collateral and below the market rate; repayments are lent again",
    unit="money",
    source="Banerjee & Duflo 2014; Ru 2018",
    share=0.3,
    serves=short_of_credit,
    hires=False,
    collects=collect,
    reach=Setting(0.5, 0.0, 2.0, "1", "a firm lacks credit if it may invest less than this share of its capital"),
    term=Setting(10.0, 1.0, 50.0, "years", "a firm repays one part in `term` of what it owes every year"),
    discount=Setting(0.5, 0.0, 1.0, "1", "share of the interest that the public pays"),
)
def soft_loan(world: World, programme: Programme, funds: Array) -> Array:
    """First the interest of old loans is made cheaper; the rest is lent by need, up to the need."""
    firms = world.firms
    relief = np.where(debtors(world, programme), programme.settings["discount"] * world.p.interest * firms.loan, 0.0)
    promised = add_up(world, relief)
    scale = np.divide(funds, promised, out=np.zeros_like(funds), where=promised > 0.0)
    relief *= np.minimum(scale, 1.0)[firms.region, firms.industry]
    lacking = need(world, programme)
    left = np.maximum(funds - add_up(world, relief), 0.0)
    lent = np.minimum(share_out(world, left, lacking), lacking)
    firms.cash += relief + lent
    world.flows[Flow.LOANS] += (relief + lent).sum()
    firms.subsidy += relief
    firms.loan += lent
    firms.credit_line += lent
    return add_up(world, relief + lent)
