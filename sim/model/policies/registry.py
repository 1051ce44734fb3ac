"""How an instrument is declared, and how the instruments of a scenario are paid each year.

Instruments are paid first and the plan spends what they leave. A region whose plan pays nothing raises what its
instruments need from consumers. What an instrument may take is the same in every layout (`allowance`), and every
unit of it stands in the ledger: budget + levy + brought forward = outlays + carried forward, in every region and year.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.kernel.declare import Setting
from sim.kernel.world import World

Array = np.ndarray[Any, Any]
EITHER = ("regions", "industries")


@dataclass(frozen=True)
class Programme:
    """An instrument at work: where, for what, when and how strongly. Years count from the fork year."""

    policy: str
    start: int
    years: int
    strength: float
    regions: Array
    """(R,) bool: where it runs."""
    industries: Array
    """(S,) bool: for which industries."""
    settings: dict[str, float] = field(default_factory=dict)
    serial: int = 0
    """0 for the first programme of its kind in the scenario, 1 for the second."""
    savings: Array = field(default_factory=lambda: np.zeros(0))
    """(R,): money not yet spent; below 0 where whole purchases cost more than there was."""
    memory: dict[str, Array] = field(default_factory=dict)
    """Arrays that the instrument keeps from year to year."""

    def __post_init__(self) -> None:
        if len(self.savings) == 0:
            object.__setattr__(self, "savings", np.zeros(len(self.regions)))

    def has_begun(self, world: World) -> bool:
        """Whether its first year has come. With strength 0 it never does."""
        return world.treated and self.strength > 0.0 and self.years > 0 and world.year - world.fork_year > self.start

    def is_over(self, world: World) -> bool:
        """Whether its last year is past."""
        return self.has_begun(world) and world.year - world.fork_year > self.start + self.years

    def runs(self, world: World) -> bool:
        """Whether it is at work this year."""
        return self.has_begun(world) and not self.is_over(world)

    def year(self, world: World) -> int:
        """Which year of its own this is: 1 in the first."""
        return world.year - world.fork_year - self.start


Apply = Callable[[World, Programme, Array], Array]
"""(world, programme, funds (R, S)) -> what it spent (R, S). Does nothing where the funds is empty."""
Serves = Callable[[World, Programme], Array]
"""(world, programme) -> weights (R, S) >= 0 by which a region's money is split; 0 where it cannot help."""
Collects = Callable[[World, Programme], Array]
"""(world, programme) -> income (R,), asked every year from the first on, also when the programme is over."""
WindsUp = Callable[[World, Programme], None]
"""(world, programme): what remains to be done in every year after the last."""


@dataclass(frozen=True)
class Policy:
    """One kind of instrument."""

    name: str
    help: str
    unit: str
    source: str
    settings: Mapping[str, Setting]
    apply: Apply
    serves: Serves
    hires: bool
    """Whether its money pays for work that no firm's books show (building, teaching, start-ups)."""
    saves: bool
    """Whether it keeps what it did not spend for later years; else it takes only what it spends."""
    collects: Collects | None = None
    winds_up: WindsUp | None = None
    by: tuple[str, ...] = EITHER
    """What a programme may be limited to: "regions", "industries" or both. Scenarios cannot ask for more."""


POLICIES: dict[str, Policy] = {}


def policy(
    name: str,
    *,
    help: str,
    unit: str,
    source: str,
    share: float,
    serves: Serves,
    hires: bool = True,
    saves: bool = False,
    collects: Collects | None = None,
    winds_up: WindsUp | None = None,
    by: tuple[str, ...] = EITHER,
    **settings: Setting,
) -> Callable[[Apply], Apply]:
    """Declare the decorated function (see `Apply`) as an instrument; `unit` is what its money buys.

    What is bought whole (firms, projects) `saves`, since one year's money may not reach. `hires` is false for money
    that stands in firms' own books.
    `share` is the default of a setting that every instrument has: what it takes of a region's yearly allowance. One
    that saves, or collects income of its own, has the setting `patience`, too: how much it may hold.
    """
    cost = Setting(share, 0.0, 1.0, "1", "share of a region's yearly allowance that it takes, before the plan is paid")
    patience = Setting(
        5.0, 1.0, 50.0, "years", "years of that share that it may hold when there is nothing to spend it on",
        source="our assumption: the length of a five-year plan", sweep=(2.0, 10.0),
    )  # fmt: skip
    common = {"share": cost, "patience": patience} if saves or collects else {"share": cost}

    def declare(function: Apply) -> Apply:
        if name in POLICIES:
            raise ValueError(f"policy {name!r} is declared twice")
        POLICIES[name] = Policy(
            name, help, unit, source, {**common, **settings}, function, serves, hires, saves, collects, winds_up,
            by,
        )  # fmt: skip
        return function

    return declare


def claim(world: World, programme: Programme, weights: Array) -> Array:
    """Money (R,) a programme takes this year: strength x share of the allowance, within what others left of it.

    What an instrument has saved lowers its claim once it comes to `patience` years of that share.
    """
    regions = world.regions
    asked = programme.strength * programme.settings["share"] * regions.allowance
    instrument = POLICIES[programme.policy]
    if "patience" in instrument.settings:
        asked = np.minimum(asked, programme.settings["patience"] * asked - programme.savings)
    free = regions.allowance - regions.spent - regions.levy
    return np.where(weights.any(axis=1), np.clip(asked, 0.0, np.maximum(free, 0.0)), 0.0)


def employ(world: World, instrument: Policy, programme: Programme) -> None:
    """Give a programme its money, apply it, and book what it did."""
    regions = world.regions
    income = instrument.collects(world, programme) if instrument.collects else np.zeros(len(regions))
    weights = instrument.serves(world, programme)
    taken = claim(world, programme, weights)
    money = programme.savings + income + taken
    total = weights.sum(axis=1, keepdims=True)
    shares = np.divide(weights, total, out=np.zeros_like(weights, dtype=float), where=total > 0.0)
    outlay = instrument.apply(world, programme, np.maximum(money, 0.0)[:, None] * shares)
    left = money - outlay.sum(axis=1)
    if not instrument.saves:
        unused = np.clip(left, 0.0, taken)
        taken, left = taken - unused, left - unused
    planned = regions.budget > 0.0
    raised = np.where(planned, 0.0, taken)
    regions.spent += np.where(planned, taken, 0.0)
    regions.levy += raised
    world.book_all("levy", raised)
    world.book_all("repayments", income)
    world.book_all("brought forward", programme.savings)
    world.book_all(instrument.name, -outlay)
    programme.savings[:] = left
    world.book_all("carried forward", -programme.savings)
    if instrument.hires:
        regions.works += outlay.sum(axis=1)


def close(world: World, instrument: Policy, programme: Programme) -> None:
    """A programme that is over hands what it has left, or still receives, to the plan, else to consumers."""
    regions = world.regions
    if instrument.winds_up:
        instrument.winds_up(world, programme)
    income = instrument.collects(world, programme) if instrument.collects else np.zeros(len(regions))
    left = programme.savings + income
    planned = regions.budget > 0.0
    # The plan will book its whole fund as brought forward: what came in only now is taken off.
    regions.fund += np.where(planned, left, 0.0)
    world.book_all("repayments", income)
    world.book_all("brought forward", -np.where(planned, income, 0.0))
    refunded = np.where(planned, 0.0, left)
    regions.levy -= refunded
    world.book_all("brought forward", np.where(planned, 0.0, programme.savings))
    world.book_all("levy", -refunded)
    programme.savings[:] = 0.0


def dismiss(world: World) -> None:
    """End all programmes at once: what they saved goes to their regions' funds, trade costs return to normal."""
    for programme in world.policies:
        world.regions.fund += programme.savings
    world.policies = []
    if world.open_freeness is not None:
        world.freeness, world.open_freeness = world.open_freeness, None


def pay(world: World) -> None:
    """Every instrument that runs this year is applied, in the order of the scenario; consumers pay the levy."""
    for programme in world.policies:
        instrument = POLICIES[programme.policy]
        if programme.runs(world):
            employ(world, instrument, programme)
        elif programme.is_over(world):
            close(world, instrument, programme)
    if world.policies:
        world.consumption_budget = (
            world.expenditure - float(world.regions.budget.sum()) - float(world.regions.levy.sum())
        )
