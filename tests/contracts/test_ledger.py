"""What the ledger says an instrument spent is what the world got: money, or goods at the price the instrument names.

An instrument books what it returns, so its word is no evidence: the world before and after it was paid is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

import sim.model.policies
from sim.kernel.world import ENDOWMENT_NAMES, Records, World
from sim.model import schedule
from sim.model.policies import POLICIES, Programme, policy
from sim.model.policies.places import with_firms
from sim.model.policies.purchases import add_up, share_out
from sim.runs.run import fork
from tests.small_world import present

pytestmark = pytest.mark.slow
Worth = Callable[[World, World, Programme], np.ndarray]
"""(world before, world after, programme) -> money (R,), or a national sum, that what it gave is worth."""

SETTINGS: dict[str, str] = {
    # Enough leading firms look for a place that nobody overbids: what is paid is the plain price.
    "leader_attraction": "mobile: 10",
    "research_institute": "institutes: 8",
    "core_technology": "duration: 1, chance: 1",
}
YEARS = 4


def sum_by_region(world: World, rows: Records, money: np.ndarray) -> np.ndarray:
    """Money (n,) of rows that stand in regions, summed by region (R,)."""
    return np.bincount(rows.region, weights=money, minlength=len(world.regions))


def money_handed_out(before: World, after: World, programme: Programme) -> np.ndarray:
    """Cash, building, research, institutes' grants and grants of births that are there now and were not before."""
    firms, p = after.firms, after.p
    assert (firms.id == before.firms.id).all()
    to_firms = (
        firms.cash - before.firms.cash
        + (firms.building - before.firms.building).sum(axis=1) * p.capital_price * firms.unit_cost
        + firms.research_grant - before.firms.research_grant
    )  # fmt: skip
    births = after.births[len(before.births) :]
    granted = sum_by_region(after, after.institutes, after.institutes.granted)
    return (
        sum_by_region(after, firms, to_firms)
        + sum_by_region(after, births, births.grant)
        + granted - sum_by_region(before, before.institutes, before.institutes.granted)
    )  # fmt: skip


def training_and_guarantees(before: World, after: World, programme: Programme) -> np.ndarray:
    """Absorptive capacity at its price in years of sales, and credit lines at the loss that is expected of them."""
    trained = (after.firms.absorption - before.firms.absorption) * programme.settings["price"] * after.firms.sales
    backed = (after.firms.credit_line - before.firms.credit_line) * programme.settings["risk"]
    return sum_by_region(after, after.firms, trained + backed)


def modernised(before: World, after: World, programme: Programme) -> np.ndarray:
    """ln productivity at its price in years of sales."""
    gain = np.log(after.firms.productivity / before.firms.productivity)
    return sum_by_region(after, after.firms, gain * programme.settings["price"] * after.firms.sales)


def skills(before: World, after: World, programme: Programme) -> np.ndarray:
    """Skills at their price in the region's wage bill."""
    column = ENDOWMENT_NAMES.index("skills")
    gain = after.regions.endowment[:, column] - before.regions.endowment[:, column]
    return np.asarray(gain * programme.settings["price"] * after.regions.employment * after.regions.wage)


def places_in_parks(before: World, after: World, programme: Programme) -> np.ndarray:
    """Places at their price over that of the capacity they house; `lived` makes it cost the same everywhere."""
    places = sum_by_region(after, after.cells, after.cells.park - before.cells.park)
    price = programme.settings["price"] * after.p.capital_price * after.local_industries.unit_cost[0, 0]
    return np.asarray(places * price)


def missions(before: World, after: World, programme: Programme) -> np.ndarray:
    """What successful missions of one year must have cost, in all: gain = most x M / (M + R), solved for M."""
    spent = 0.0
    for industry in range(len(after.industries)):
        mine = after.firms.industry == industry
        gain = np.log(after.firms.productivity[mine] / before.firms.productivity[mine]).max()
        spent += after.firms.research[mine].sum() * gain / (programme.settings["gain"] - gain)
    return np.array(spent)


def projects(before: World, after: World, programme: Programme) -> np.ndarray:
    """Projects begun this year at what starting a supplier costs; their births come when they end."""
    begun = programme.memory["begun"][programme.year(after) % round(programme.settings["duration"])]
    return np.asarray((begun * after.local_industries.startup_cost).sum(axis=1))


def guards(before: World, after: World, programme: Programme) -> np.ndarray:
    """Work that the region hires: nothing else is bought."""
    return np.asarray(after.regions.works - before.regions.works)


WORTH: dict[str, Worth] = {
    "sme_cultivation": training_and_guarantees,
    "upgrade": modernised,
    "talent": skills,
    "industrial_park": places_in_parks,
    "core_technology": missions,
    "foundation": projects,
    "local_protection": guards,
}
"""What instruments give that is no money; all others hand out money."""


def lived(name: str, layout: str) -> Iterator[tuple[World, World]]:
    """The world right before and right after instruments are paid, year by year."""
    settings = SETTINGS.get(name, "")
    wanted = f"policies=[{{policy: {name}, years: {YEARS}, settings: {{{settings}}}}}]"
    world = present(f"plan.layout={layout}", wanted)
    for _ in range(YEARS):
        for phase in schedule.YEAR:
            if phase.apply is not sim.model.policies.pay:
                phase.apply(world)
                continue
            if name == "industrial_park":
                world.local_industries.unit_cost[:] = 2.0
            before = fork(world)
            phase.apply(world)
            yield before, world


def booked(world: World, account: str) -> np.ndarray:
    """What stands in an account, by region, shape (R,)."""
    rows = world.ledger[world.ledger.account == world.account(account)]
    return sum_by_region(world, rows, rows.amount)


def reconcile(name: str, layout: str) -> float:
    """Compare the ledger with the world in every year; what was spent in all."""
    spent = 0.0
    for before, after in lived(name, layout):
        (programme,) = after.policies
        outlay, repaid = -booked(after, name), booked(after, "repayments")
        worth = WORTH.get(name, money_handed_out)(before, after, programme)
        expected = outlay - repaid if worth.ndim else (outlay - repaid).sum()
        near = {"rel": 1e-9, "abs": 1e-9 * float(after.regions.allowance.max())}
        assert worth == pytest.approx(expected, **near)
        # The money comes from the plan's budget, from consumers, or from savings; what is left is saved.
        raised = after.regions.levy - before.regions.levy
        planned = after.regions.spent - before.regions.spent
        assert booked(after, "levy") == pytest.approx(raised, **near)
        saved = programme.savings - before.policies[0].savings
        assert raised + planned + repaid == pytest.approx(outlay + saved, **near)
        assert after.consumption_budget == pytest.approx(
            after.expenditure - after.regions.budget.sum() - after.regions.levy.sum(), rel=1e-12
        )
        # Work that no firm's books show is hired once.
        hired = after.regions.works - before.regions.works
        births = sum_by_region(after, after.births, after.births.grant)
        works = outlay if POLICIES[name].hires else births if name == "leader_attraction" else np.zeros(len(outlay))
        assert hired == pytest.approx(works, **near)
        spent += outlay.sum()
    return spent


@pytest.mark.parametrize("layout", ["differentiated", "market"])
@pytest.mark.parametrize("name", sorted(POLICIES))
def test_what_it_spends_is_in_the_ledger_and_in_the_world(name: str, layout: str) -> None:
    assert reconcile(name, layout) > 0.0


def test_what_firms_count_as_subsidy_is_what_they_were_given() -> None:
    for name in ("research_grant", "investment_subsidy", "sme_cultivation", "upgrade"):
        for before, after in lived(name, "differentiated"):
            gained = sum_by_region(after, after.firms, after.firms.subsidy - before.firms.subsidy)
            assert gained == pytest.approx(-booked(after, name), rel=1e-9)


@pytest.mark.parametrize(("paid", "told"), [(2.0, 1.0), (1.0, 2.0), (0.0, 1.0), (1.0, 1.0)])
def test_a_policy_that_pays_more_or_less_than_it_says_is_found_out(paid: float, told: float) -> None:
    name = f"honest_{paid:g}_{told:g}"

    @policy(name, help="a grant", unit="money", source="a test", share=0.1, serves=with_firms, hires=False)
    def grant(world: World, programme: Programme, funds: np.ndarray) -> np.ndarray:
        """Cash by sales, and an account of it."""
        money = share_out(world, 0.5 * funds, np.asarray(world.firms.sales))
        world.firms.cash += paid * money
        world.firms.subsidy += paid * money
        return told * add_up(world, money)

    try:
        if paid == told:
            assert reconcile(name, "market") > 0.0
        else:
            with pytest.raises(AssertionError):
                reconcile(name, "market")
    finally:
        del POLICIES[name]
