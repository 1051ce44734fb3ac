"""Spin-offs: employees of good firms start firms near home and inherit what they know.

Klepper (2007, 2010): spin-offs alone can make a cluster, without any agglomeration economy.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.draws import Luck, Purpose, draw, lineage
from sim.kernel.typed import Array, BirthRow, Births, FirmRow, Firms, Industries, IndustryRow, Parameters
from sim.kernel.world import BIRTH, Kind, Origin, World

SPIN_OFF = mechanism("spin_offs", "4.8", "Employees of good firms found new ones near by that inherit what these know.")
SPIN_OFF.param(
    "spin_off_rate", 0.0085, 0.0, 0.2, unit="1/year", evidence="S", sweep=(0.003, 0.012),
    source="Klepper 2007; Carias, Klepper & Baptista 2023, Small Business Economics 60",
    help="spin-offs a year per firm",
)  # fmt: skip
SPIN_OFF.param(
    "spin_off_excellence", 4.0, 1.0, 20.0, unit="1", evidence="S", sweep=(1.0, 6.0),
    source="Klepper 2007 (better firms spawn more and better spin-offs)",
    help="how many times more often the most productive of an industry's firms spawn",
)  # fmt: skip
SPIN_OFF.param(
    "spin_off_quantile", 0.75, 0.0, 1.0, unit="1", evidence="A", sweep=(0.5, 0.9),
    source="Klepper 2007 (better firms spawn more); digits ours",
    help="share of an industry's firms that are less productive than those that spawn more often",
)  # fmt: skip
SPIN_OFF.param(
    "spin_off_home", 0.79, 0.0, 1.0, unit="1", evidence="S", sweep=(0.5, 0.95),
    source="Klepper 2007; Buenstorf & Klepper 2009 (founders stay near their roots; digits ours)",
    help="share of spin-offs that stay in their parent's cell; the others follow profit",
)  # fmt: skip
SPIN_OFF.param(
    "inheritance", 0.7, 0.0, 1.0, unit="1", evidence="S", sweep=(0.3, 0.9),
    source="Klepper 2007 (sign)",
    help="share of the parent's lead in ln productivity that a spin-off inherits",
)  # fmt: skip

SPAWN_DRAW, HOME_DRAW, REGION_DRAW = 0, 1, 2
"""Counters of a parent's draws: whether it spawns a firm, whether that stays at home, and where it goes if not."""


@rule
def spawning_hazard(firm: FirmRow, bar: float, p: Parameters) -> float:
    """Hazard of a spin-off: rate, times `excellence` for firms whose ln z is above the bar (Klepper).

    Leading firms spawn `leader_spin_offs` times more often still (Buenstorf & Klepper 2009).
    """
    if firm.age < 1:
        return 0.0
    rate = p.spin_off_rate * (p.leader_spin_offs if p.anchoring and firm.kind == Kind.LEADING_FIRM else 1.0)
    if math.log(firm.productivity) >= bar:
        return rate * p.spin_off_excellence
    return rate


@rule
def leave_home(industry: int, weights: Array, order: Array, home: int, u: float) -> int:
    """Region where a spin-off starts that leaves home: by `weights` (R, S), regions in `order` of id; else its home.

    In that order the choice does not depend on the order of rows. `u` is a uniform number.
    """
    reached = 0.0
    for region in order:
        reached += weights[region, industry]
        if u < reached:
            return region
    return home


@rule
def write_birth(birth: BirthRow, firm: FirmRow, industry: IndustryRow, p: Parameters, year: int) -> None:
    """A spin-off begins where its parent stands, with part of the parent's lead in ln productivity (Klepper 2007)."""
    birth.id = lineage(Purpose.SPIN_OFF, firm.id, year, 0)
    birth.origin = Origin.SPIN_OFF
    birth.industry = firm.industry
    birth.parent = firm.id
    birth.inherited = p.inheritance * (math.log(firm.productivity) - industry.mean_productivity)
    birth.region = firm.region
    birth.cell = firm.cell


@rule
def spawn(
    firms: Firms,
    industries: Industries,
    bars: Array,
    births: Births,
    weights: Array,
    order: Array,
    p: Parameters,
    luck: Luck,
) -> int:
    """Write a birth for every spin-off and return how many; those that leave the cell choose a region.

    `order` (R,) lists regions by id.
    """
    count = 0
    for firm in firms:
        industry = industries[firm.industry]
        if not firm.living or not industry.opened:
            continue
        if draw(luck, Purpose.SPIN_OFF, firm.id, SPAWN_DRAW) >= spawning_hazard(firm, bars[firm.industry], p):
            continue
        birth = births[count]
        count += 1
        write_birth(birth, firm, industry, p, luck.year)
        if draw(luck, Purpose.SPIN_OFF, firm.id, HOME_DRAW) >= p.spin_off_home:
            u = draw(luck, Purpose.SPIN_OFF, firm.id, REGION_DRAW)
            birth.region = leave_home(firm.industry, weights, order, firm.region, u)
            birth.cell = -1
    return count


def spawning_bars(world: World) -> np.ndarray:
    """ln productivity from which a firm of an industry spawns more often, a quantile, shape (S,); inf if none."""
    industry, productivity = world.firms.industry, world.firms.productivity
    ranked = np.log(productivity[np.lexsort((productivity, industry))])
    counts = np.bincount(industry, minlength=len(world.industries))
    position = world.p.spin_off_quantile * np.maximum(counts - 1, 0)
    below = position.astype(np.int64)
    first = np.minimum(np.cumsum(counts) - counts, len(ranked) - 1)
    lower = ranked[first + below]
    upper = ranked[first + np.minimum(below + 1, np.maximum(counts - 1, 0))]
    return np.where(counts > 0, lower + (upper - lower) * (position - below), np.inf)


def spin_off(world: World) -> None:
    """Employees of firms found spin-offs."""
    if not world.p.spin_offs or len(world.firms) == 0:
        return
    pull = world.regions.population[:, None] * np.exp(world.p.profit_pull * world.local_industries.prospect)
    births = BIRTH.empty(len(world.firms))
    weights, order = pull / pull.sum(axis=0), np.argsort(world.regions.id)
    count = spawn(world.firms, world.industries, spawning_bars(world), births, weights, order, world.p, world.luck)
    world.births_table.extend(count)[...] = births[:count]
