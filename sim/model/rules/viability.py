"""Viability: firms close when what they earn does not cover the cost that closing avoids, or by a hazard of age and
size.

The barrier: exit where the value of going on falls below that of stopping (Hopenhayn 1992; Luttmer 2007), told by the
margin over avoidable cost: what has been sunk in capacity does not count. The hazard: Dunne, Roberts & Samuelson
(1989); Evans (1987). Takes the place of the hazards by class of age in sim.model.rules.exit.
"""

from __future__ import annotations

import math

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.draws import Luck, Purpose, draw
from sim.kernel.typed import FirmRow, Firms, Industries, IndustryRow, Parameters
from sim.kernel.world import ExitCause, World

VIABILITY = mechanism(
    "viability", "4.8", "Firms close when they do not earn their avoidable cost, and by a hazard of age and size.",
)  # fmt: skip
VIABILITY.param(
    "closing_old", 0.047, 0.0, 1.0, unit="1/year", evidence="S", sweep=(0.03, 0.07),
    source="Eurostat business demography; BLS Business Employment Dynamics; digits ours, since other causes add to it",
    help="hazard of closing of an old firm of typical size and no profit",
)  # fmt: skip
VIABILITY.param(
    "closing_young", 0.068, 0.0, 1.0, unit="1/year", evidence="S", sweep=(0.03, 0.15),
    source="Eurostat business demography; BLS Business Employment Dynamics; digits ours",
    help="what is added to it in the first year",
)  # fmt: skip
VIABILITY.param(
    "closing_years", 6.0, 0.5, 30.0, unit="years", evidence="S", sweep=(3.0, 9.0),
    source="Eurostat business demography; BLS Business Employment Dynamics; digits ours",
    help="years in which that addition falls by a factor e",
)  # fmt: skip
VIABILITY.param(
    "closing_size", 0.2, 0.0, 1.0, unit="1", evidence="S", sweep=(0.1, 0.3),
    source="Dunne, Roberts & Samuelson 1989; Mata & Portugal 1994",
    help="elasticity with which the hazard falls with sales over the typical ones",
)  # fmt: skip
VIABILITY.param(
    "closing_margin", 0.2, 0.01, 5.0, unit="1", evidence="S", sweep=(0.1, 0.4),
    source="Foster, Haltiwanger & Syverson 2008 (selection on profitability; sign)",
    help="a profit margin this much higher divides the hazard by e; more or less than this changes it no further",
)  # fmt: skip
VIABILITY.param(
    "outlook_speed", 0.5, 0.01, 1.0, unit="1/year", evidence="A", sweep=(0.25, 1.0),
    source="Jovanovic 1982 (firms learn from results how good they are; mechanism); digits ours",
    help="how fast what a firm expects moves to what it has earned this year",
)  # fmt: skip


@rule
def cannot_pay(firm: FirmRow, p: Parameters) -> bool:
    """Debts above a share of the value of capacity, and earnings expected that do not pay the interest on them."""
    debts = firm.loan - firm.cash
    backed = p.bankruptcy * p.capital_price * firm.unit_cost * firm.capacity
    return debts > backed and firm.outlook * firm.sales < p.interest * debts


@rule
def closing_chance(firm: FirmRow, industry: IndustryRow, p: Parameters) -> float:
    """(old + young e^(-age/T)) (S / typical S)^-e exp(-clip(margin / m, -1, 1)); 1 below the barrier, from the second
    year.

    Form ours; after Dunne, Roberts & Samuelson 1989 (age, size) and Foster, Haltiwanger & Syverson 2008 (margin).
    """
    if firm.age >= 1 and firm.outlook < 0.0:
        return 1.0
    hazard = p.closing_old + p.closing_young * math.exp(-firm.age / p.closing_years)
    if industry.typical_sales > 0.0 and firm.sales > 0.0:
        hazard *= (firm.sales / industry.typical_sales) ** -p.closing_size
    return min(p.exit_hazard_max, hazard * math.exp(-min(max(firm.margin / p.closing_margin, -1.0), 1.0)))


@rule
def close_unviable(firms: Firms, industries: Industries, p: Parameters, luck: Luck) -> None:
    """Set why a firm leaves, or that it stays."""
    for firm in firms:
        if cannot_pay(firm, p):
            firm.failing = ExitCause.BANKRUPT
        elif draw(luck, Purpose.EXIT, firm.id, 0) < closing_chance(firm, industries[firm.industry], p):
            firm.failing = ExitCause.CLOSED


def close(world: World) -> None:
    """Firms close that are not viable; others may still save them."""
    if world.p.exit and world.p.viability:
        close_unviable(world.firms, world.industries, world.p, world.luck)
