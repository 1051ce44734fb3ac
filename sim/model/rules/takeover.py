"""Takeover: a large firm that fails gets new owners and goes on; its debts are written off.

Large firms that fail are reorganised or sold as going concerns, small ones are closed (Hotchkiss, John, Mooradian &
Thorburn 2008; Bris, Welch & Zhu 2006). Contracts, place and knowledge pass on with it.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.typed import Array, FirmRow, Firms, Industries, IndustryRow, Parameters
from sim.kernel.world import Event, Flow, World

TAKEOVERS = mechanism("takeovers", "4.8", "Large firms that fail are taken over and go on.")
TAKEOVERS.param(
    "takeover_size", 4.0, 0.0, 1000.0, unit="1", evidence="A", sweep=(2.0, 8.0),
    source="Bris, Welch & Zhu 2006 (large firms are reorganised, small ones liquidated; sign); digits ours",
    help="sales over the typical ones of its industry from which a failing firm is taken over",
)  # fmt: skip
TAKEOVERS.param(
    "takeover_loss", 0.05, 0.0, 1.0, unit="1", evidence="A", sweep=(0.0, 0.15),
    source="Hotchkiss, John, Mooradian & Thorburn 2008 (firms shrink when reorganised; sign); digits ours",
    help="share of customers and capacity that a firm loses in a takeover",
)  # fmt: skip


@rule
def is_wanted(firm: FirmRow, industry: IndustryRow, p: Parameters) -> bool:
    """Whether somebody takes over a failing firm: sales of at least `takeover_size` typical ones (form ours)."""
    return firm.sales > 0.0 and firm.sales >= p.takeover_size * industry.typical_sales


@rule
def change_hands(firm: FirmRow, p: Parameters) -> float:
    """A firm loses a share of customers and capacity, its debts are cancelled; returns them in money (form ours)."""
    debts = max(0.0, -firm.cash) + firm.loan
    firm.appeal *= 1.0 - p.takeover_loss
    firm.capacity *= 1.0 - p.takeover_loss
    firm.granted *= 1.0 - p.takeover_loss
    firm.cash = max(firm.cash, 0.0)
    firm.loan = 0.0
    firm.outlook = max(firm.outlook, 0.0)
    firm.rising = False
    firm.failing = -1
    return debts


@rule
def take_over(firms: Firms, industries: Industries, debts: Array, p: Parameters) -> None:
    """Failing firms that somebody wants stay; fills `debts` (N,) with what is written off, -1 for all others."""
    for row in range(len(firms)):
        debts[row] = -1.0
        if firms[row].failing >= 0 and is_wanted(firms[row], industries[firms[row].industry], p):
            debts[row] = change_hands(firms[row], p)


def pass_on(world: World) -> None:
    """New owners take over failing firms; what they owed is written off, and told in the events."""
    if not world.p.takeovers:
        return
    firms, debts = world.firms, np.zeros(len(world.firms))
    overdrafts = np.maximum(-firms.cash, 0.0)
    take_over(firms, world.industries, debts, world.p)
    taken = np.flatnonzero(debts >= 0.0)
    world.flows[Flow.WRITE_OFFS] += overdrafts[taken].sum()
    world.note(Event.TAKEOVER, firms, taken, detail=firms.age[taken], amount=debts[taken])
