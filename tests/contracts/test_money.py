"""The money circuit closes in every year with every policy on: nothing is paid from nowhere, nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from sim.kernel.scenario_types import Instrument, Scenario
from sim.kernel.world import Flow, Sector, World
from sim.metrics.money import CIRCUIT_OF_MONEY, circuit, gathered, received
from sim.model import schedule
from sim.model.opening import build_world
from sim.model.policies.registry import POLICIES
from tests.model.engine.worlds import everything_on, map_story, pass_year, small_story

PAGE = Path(__file__).resolve().parents[2] / "docs" / "money.md"
OPEN = ("mechanisms.open_economy=true", "mechanisms.redirection=true")
SOFT = ("mechanisms.bail_outs=true", "parameters.bail_out_chance=1.0")
TRANSFERS = "mechanisms.transfers=true"
OWN = ("mechanisms.regional_financing=true", "parameters.returned_share=0.5")
USES = "plan.mix={entry: 2, investment: 2}"
SIZES = tuple(
    f"mechanisms.{name}=true"
    for name in ("customer_base", "entry_by_earnings", "incumbent_standard", "viability", "takeovers",
                 "used_plants_market", "efficient_scale", "fading_leads", "opening_labour", "labour_clearing")
)  # fmt: skip
NICHES = ("mechanisms.niches=true", "parameters.price_speed=0.1")
TAKEN_OVER = "parameters.takeover_size=0.5"
SHOCKS = "shocks=[{shock: demand_slump, start: 1, strength: 0.4}, {shock: leader_exit, start: 2, strength: 1.0}]"


def every_policy(*overrides: str) -> Scenario:
    """The small nation with every instrument at work, and firms that are rescued."""
    story = small_story("years.treatment=6", "plan.research_share=0.2", *SOFT, SHOCKS, *overrides)
    programmes = tuple(Instrument(policy=name, strength=0.2, start=1) for name in POLICIES)
    return story.model_copy(update={"policies": programmes})


STORIES: dict[str, Callable[[], Scenario]] = {
    "every policy": every_policy,
    "every policy, open": partial(every_policy, *OPEN),
    "every policy, no plan": partial(every_policy, *OPEN, "plan.layout=market"),
    "every mechanism": everything_on,
    "transfers": partial(every_policy, *OPEN, TRANSFERS),
    "transfers, all uses": partial(every_policy, *OPEN, TRANSFERS, USES, "plan.money=size"),
    "transfers, no plan": partial(every_policy, *OPEN, TRANSFERS, "plan.layout=market"),
    "idle labour": partial(every_policy, *OPEN, "plan.layout=idle"),
    "transfers, idle labour": partial(every_policy, *OPEN, TRANSFERS, "plan.layout=idle"),
    "transfers, closed": partial(
        small_story, TRANSFERS, USES, *OWN, *SOFT, "plan.budget=0.2", "neutral.mix={entry: 8}"
    ),
    "sizes that emerge": partial(every_policy, *OPEN, *SIZES, TAKEN_OVER),
    "sizes that emerge, transfers": partial(every_policy, *OPEN, *SIZES, TAKEN_OVER, TRANSFERS, USES, *OWN),
    "niches": partial(every_policy, *OPEN, *NICHES),
    "niches, without redirection": partial(every_policy, OPEN[0], *NICHES, "parameters.normal_utilisation=1.0"),
    "niches, sizes that emerge, transfers": partial(every_policy, *OPEN, *SIZES, TAKEN_OVER, TRANSFERS, *NICHES),
    "a map": partial(map_story, *OPEN, *SOFT, "plan.budget=0.15"),
}


def alone(name: str) -> Scenario:
    """One instrument that takes all that a region may spend, in an open economy; many leading firms look for places."""
    settings = {"mobile": 0.01} if name == "leader_attraction" else {}
    story = small_story(*OPEN, "years.treatment=6", "plan.budget=0.1")
    return story.model_copy(update={"policies": (Instrument(policy=name, strength=5.0, years=4, settings=settings),)})


def years(story: Scenario) -> Iterator[World]:
    """The world after every year."""
    world = build_world(story)
    for _ in range(story.years.burn_in + story.years.treatment):
        pass_year(world, story)
        yield world


def some_stories() -> list[object]:
    """All of them; most are left out when the compiler is off."""
    return [name if name == "every mechanism" else pytest.param(name, marks=pytest.mark.slow) for name in STORIES]


def gaps(world: World) -> dict[str, float]:
    """What each sector received less what its money changed by, over national expenditure."""
    paid, held = received(world), gathered(world)
    return {sector.name: (paid[sector] - held[sector]) / world.expenditure for sector in Sector}


def closes(world: World) -> None:
    """Every account closes; exports pay for imports and consumers spend what the public does not, where they should."""
    assert max(map(abs, gaps(world).values())) < 1e-9, (world.year, gaps(world))
    assert all(amount >= -1e-9 for name, amount in circuit(world).items() if name != "taxes"), circuit(world)
    if world.p.transfers:
        hired = circuit(world)["public wages"] + circuit(world)["research grants"]
        assert world.consumption_budget + hired == pytest.approx(world.expenditure, rel=1e-9)
    if world.p.open_economy:
        assert abs(gathered(world)[Sector.ABROAD]) < 1e-9 * world.expenditure


@pytest.mark.parametrize("name", some_stories())
def test_every_account_closes_every_year(name: str) -> None:
    for world in years(STORIES[name]()):
        closes(world)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(POLICIES))
def test_every_account_closes_with_one_instrument(name: str) -> None:
    spent = 0.0
    for world in years(alone(name)):
        closes(world)
        known = [world.accounts[row] == name for row in world.ledger.account]
        spent -= float(world.ledger.amount[known].sum())
    assert spent > 0.0


@pytest.mark.slow
def test_accounts_close_after_transfers_are_switched_off() -> None:
    world, covered = build_world(small_story(TRANSFERS, "neutral.mix={entry: 40}", "neutral.budget=0.1")), 0.0
    for _ in range(4):
        schedule.step(world)
        covered += float(world.local_industries.cover.sum())
    assert covered > 0.0
    world.p.transfers = False
    for _ in range(3):
        schedule.step(world)
        closes(world)
    assert not world.local_industries.cover.any()


@pytest.mark.slow
def test_every_flow_is_paid_somewhere() -> None:
    found = dict.fromkeys((payment.name for payment in CIRCUIT_OF_MONEY), 0.0)
    rare = (STORIES[name]() for name in ("transfers, all uses", "transfers, no plan", "sizes that emerge"))
    for story in (STORIES["every policy, open"](), alone("leader_attraction"), *rare):
        for world in years(story):
            for name, amount in circuit(world).items():
                found[name] += amount
    assert [name for name, amount in found.items() if amount <= 0.0] == []


@pytest.mark.slow
def test_a_flow_that_is_forgotten_is_found_out() -> None:
    *_, world = years(STORIES["every policy, open"]())
    told = world.flows.copy()
    for flow in Flow:
        world.flows[:] = told
        world.flows[flow] += 1e-6 * world.expenditure
        assert max(map(abs, gaps(world).values())) > 1e-7, flow.name
    world.flows[:] = told
    world.firms.cash[0] += 1e-6 * world.expenditure
    assert abs(gaps(world)["FIRMS"]) > 1e-7


def test_flows_of_year_0_are_none() -> None:
    world = build_world(small_story())
    assert not world.flows.any()
    assert np.isnan(world.money_before).all()


def test_the_page_on_money_tells_every_flow() -> None:
    told = re.findall(r"^\| ([^|]+) \| (\w+) \| (\w+) \| ([^|]+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    rows = [(name, payer, payee, help) for name, payer, payee, help in told if name not in ("flow", "---")]
    assert rows == [(one.name, one.payer.name.lower(), one.payee.name.lower(), one.help) for one in CIRCUIT_OF_MONEY]
