"""Exit: firms that lose money, are small or are young close more often; the bankrupt always do.

Reduced form, by age and size: Dunne, Roberts & Samuelson (1989); by margin: Foster, Haltiwanger & Syverson (2008);
bands of Eurostat and BLS. Soft budgets: Kornai (1986); bail-outs are off by default, and when on are charged to the
region's budget.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import BURN_IN, mechanism
from sim.kernel.draws import Luck, Purpose, draw
from sim.kernel.money import close_accounts
from sim.kernel.typed import Array, FirmRow, Firms, NormRow, Parameters
from sim.kernel.world import Event, ExitCause, Flow, World

EXIT = mechanism("exit", "4.8", "Firms that lose money, are small or are young close.")
for _name, _default, _years in (
    ("exit_first", 0.20, "first year"),
    ("exit_young", 0.14, "years 2 and 3"),
    ("exit_middle", 0.114, "years 4 and 5"),
    ("exit_old", 0.069, "year 6 and later"),
):
    EXIT.param(
        _name, _default, 0.0, 1.0, unit="1/year", evidence="P", sweep=(0.5 * _default, 1.5 * _default),
        source="Eurostat business demography; BLS Business Employment Dynamics",
        help=f"hazard of closing in the {_years} of an average firm",
    )  # fmt: skip
EXIT.param(
    "exit_margin", 0.1, 0.01, 1.0, unit="1", evidence="S", sweep=(0.05, 0.2),
    source="Foster, Haltiwanger & Syverson 2008 (selection on profitability; sign)",
    help="a margin this much higher divides the hazard by e",
)  # fmt: skip
EXIT.param(
    "exit_margin_bound", 2.0, 0.0, 5.0, unit="ln", evidence="A", sweep=(1.0, 3.0),
    source="our assumption",
    help="most by which the margin changes ln hazard, up or down",
)  # fmt: skip
EXIT.param(
    "exit_size", 0.27, 0.0, 2.0, unit="1", evidence="S", sweep=(0.0, 0.6),
    source="Dunne, Roberts & Samuelson 1989; Mata & Portugal 1994",
    help="effect on ln hazard of size, in standard deviations of ln sales",
)  # fmt: skip
EXIT.param(
    "exit_size_bound", 3.0, 0.1, 10.0, unit="s.d. of ln sales", evidence="A", sweep=(1.0, 4.0),
    source="our assumption",
    help="distance from the mean beyond which size changes the hazard no further",
)  # fmt: skip
EXIT.param(
    "exit_hazard_max", 0.95, 0.0, 1.0, unit="1/year", evidence="A", sweep=(0.5, 1.0),
    source="our assumption",
    help="highest hazard of a firm that is not bankrupt",
)  # fmt: skip
EXIT.param(
    "exit_norm_speed", 0.2, 0.01, 1.0, unit="1/year", evidence="A", sweep=(0.1, 0.5), acts=BURN_IN,
    source="our assumption",
    help="how fast the normaliser of hardship moves to its mean of the year, before the fork year",
)  # fmt: skip
EXIT.param(
    "exit_norm_floor", 0.1, 0.01, 1.0, unit="1", evidence="A", sweep=(0.05, 0.5), acts=BURN_IN,
    source="our assumption",
    help="least share of a class of age to which closures that are not bankruptcies are scaled",
)  # fmt: skip
EXIT.param(
    "bankruptcy", 1.0, 0.0, 5.0, unit="1", evidence="A", sweep=(0.5, 2.0),
    source="insolvency: debts exceed assets",
    help="a firm is bankrupt when debts exceed this share of the value of its capacity",
)  # fmt: skip
SOFT_BUDGETS = mechanism(
    "bail_outs", "4.5", "Regions rescue failing firms, at the cost of their budgets.", default=False
)
SOFT_BUDGETS.param(
    "bail_out_chance", 0.3, 0.0, 1.0, unit="1", evidence="A", sweep=(0.0, 0.8),
    source="Kornai 1986 (soft budget constraint); digits ours",
    help="probability that a failing firm is rescued, while its region's budget lasts",
)  # fmt: skip


@rule
def age_class(age: int) -> int:
    """Class of age of the hazard: 0 first year, 1 second and third, 2 fourth and fifth, 3 to the tenth, 4 later."""
    if age < 1:
        return 0
    if age < 3:
        return 1
    if age < 5:
        return 2
    return 3 if age < 10 else 4


@rule
def age_hazard(age: int, p: Parameters) -> float:
    """Baseline hazard of closing by class of age (Eurostat business demography, BLS)."""
    group = age_class(age)
    if group == 0:
        return p.exit_first
    if group == 1:
        return p.exit_young
    if group == 2:
        return p.exit_middle
    return p.exit_old


@rule
def hardship(firm: FirmRow, size: float, p: Parameters) -> float:
    """exp(-clip(margin / exit_margin, -bound, bound) - exit_size x size).

    Form ours, signs after Dunne, Roberts & Samuelson 1989 (size); Foster, Haltiwanger & Syverson 2008 (margin).
    """
    return math.exp(
        -min(max(firm.margin / p.exit_margin, -p.exit_margin_bound), p.exit_margin_bound) - p.exit_size * size
    )


@rule
def is_bankrupt(firm: FirmRow, p: Parameters) -> bool:
    """Debts above a share of the value of capacity: cash < -bankruptcy pk c K."""
    return firm.cash - firm.loan < -p.bankruptcy * p.capital_price * firm.unit_cost * firm.capacity


@rule
def closing_hazard(firm: FirmRow, size: float, norms: NormRow, p: Parameters) -> float:
    """Hazard by age times hardship over the mean hardship of firms of that age at the fork year, at most a bound.

    Dividing within classes of age keeps survival by age at its published values: young firms are small and poor,
    and their exits would otherwise be counted twice.
    """
    return min(
        p.exit_hazard_max, age_hazard(firm.age, p) * hardship(firm, size, p) / norms.hardship[age_class(firm.age)]
    )


@rule
def standardise_size(firms: Firms, sizes: Array, p: Parameters) -> None:
    """Fill `sizes` (N,) with ln sales in standard deviations around the mean, within `exit_size_bound`."""
    mean = 0.0
    square = 0.0
    count = 0
    for row in range(len(firms)):
        sizes[row] = math.log(max(firms[row].sales, 1e-9))
        mean += sizes[row]
        count += 1
    mean /= max(count, 1)
    for row in range(len(firms)):
        square += (sizes[row] - mean) * (sizes[row] - mean)
    deviation = math.sqrt(square / max(count, 1))
    for row in range(len(firms)):
        size = (sizes[row] - mean) / deviation if deviation > 1e-12 else 0.0
        sizes[row] = min(max(size, -p.exit_size_bound), p.exit_size_bound)


@rule
def mean_hardship(firms: Firms, sizes: Array, norms: NormRow, weight: float, p: Parameters) -> None:
    """Move each class of age's norm by `weight` towards mean hardship over the share of closures that is left.

    Published hazards count all closures, and the bankrupt close anyway: of N firms with hazard h, B bankrupt,
    sum(hardship of the solvent) / (N - B / h) makes expected closures N h; at least the share `exit_norm_floor` of N is
    left.
    """
    solvent = np.zeros(5)
    left = np.zeros(5)
    counts = np.zeros(5)
    for row in range(len(firms)):
        firm = firms[row]
        group = age_class(firm.age)
        counts[group] += 1.0
        if is_bankrupt(firm, p):
            left[group] -= 1.0 / max(age_hazard(firm.age, p), 1e-6)
        else:
            solvent[group] += hardship(firm, sizes[row], p)
    for group in range(5):
        if solvent[group] > 0.0:
            wanted = solvent[group] / max(counts[group] + left[group], p.exit_norm_floor * counts[group])
            known = norms.hardship[group]
            norms.hardship[group] = known + weight * (wanted - known) if known > 0.0 else wanted
        elif norms.hardship[group] <= 0.0:
            norms.hardship[group] = 1.0


@rule
def close_down(firms: Firms, sizes: Array, norms: NormRow, causes: Array, p: Parameters, luck: Luck) -> None:
    """Fill `causes` (N,) with why a firm leaves, -1 if it stays."""
    for row in range(len(firms)):
        firm = firms[row]
        causes[row] = -1
        if is_bankrupt(firm, p):
            causes[row] = ExitCause.BANKRUPT
        elif draw(luck, Purpose.EXIT, firm.id, 0) < closing_hazard(firm, sizes[row], norms, p):
            causes[row] = ExitCause.CLOSED


def rescue(world: World) -> None:
    """Regions bail out some failing firms: the debt is paid from next year's budget, the firm stays as a zombie."""
    firms = world.firms
    firms.zombie[:] = False
    if not world.p.bail_outs:
        return
    for row in np.flatnonzero(firms.failing >= 0):
        firm = firms[row]
        if draw(world.luck, Purpose.SURVIVAL, firm.id, 0) >= world.p.bail_out_chance:
            continue
        need = max(0.0, float(firm.loan) - float(firm.cash))
        region = world.regions[firm.region]
        if need > region.budget + region.fund or region.budget <= 0.0:
            continue
        region.fund -= need
        firm.cash += need
        world.flows[Flow.BAIL_OUTS] += need
        firm.subsidy += need
        firm.zombie = True
        firm.failing = -1
        world.book("bail-outs", -need, int(firm.region), int(firm.industry))
        world.book("owed by next year", need, int(firm.region))
        world.note(Event.BAIL_OUT, firms[row : row + 1], amount=need)


def fail(world: World) -> None:
    """Firms close or go bankrupt by classes of age, unless their viability decides; others may still save them."""
    firms, p = world.firms, world.p
    firms.failing = -1
    if not p.exit or p.viability or len(firms) == 0:
        return
    sizes = np.zeros(len(firms))
    standardise_size(firms, sizes, p)
    if not world.treated or world.norms.hardship[0] <= 0.0:
        # Before the fork year the norm follows the mean of some years; afterwards all arms share one.
        # Without a burn-in there is none yet, and the first year sets it.
        mean_hardship(firms, sizes, world.norms, p.exit_norm_speed, p)
    causes = np.full(len(firms), -1, dtype=np.int8)
    close_down(firms, sizes, world.norms, causes, p, world.luck)
    firms.failing = causes


def leave(world: World) -> None:
    """Failing firms that nobody saved leave; their links end."""
    firms = world.firms
    gone = np.flatnonzero(firms.failing >= 0)
    leaving = firms[gone]
    close_accounts(world, leaving)
    world.note(Event.EXIT, leaving, detail=leaving.failing, amount=leaving.age.astype(float))
    firms.living[gone] = False
    world.settle()
