"""The exit of a leading firm, through the event itself: what its suppliers lose against the same seed without it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from sim.kernel.scenario_types import Scenario
from sim.kernel.world import Kind, Tie, World
from sim.model import schedule
from sim.model.opening import build_world, treat
from sim.runs.run import fork
from sim.scenario.reading import load_scenario
from tests.model.engine.worlds import ALONE

pytestmark = pytest.mark.slow
PAST, YEARS = 8, 3
SEEDS = (1, 2, 3, 4, 5)


def story(strength: float) -> Scenario:
    """The policy text, smaller, with large leading firms from year 0 on; in the first year of the treatment the largest
    leading firm of machines goes.
    """
    blow = f"{{shock: leader_exit, strength: {strength}, industries: [machines]}}"
    small = ["population.firms=500", "population.institutes=20", f"years={{burn_in: {PAST}, treatment: {YEARS}}}"]
    return load_scenario("policy_text", [*small, *ALONE, f"shocks=[{blow}]"])


@cache
def past(seed: int) -> World:
    """The world before; fork it, do not move it."""
    world = build_world(story(0.0), seed)
    for _ in range(PAST):
        schedule.step(world)
    return world


@dataclass(frozen=True)
class Suppliers:
    """Those who supplied the leading firm, in one later year."""

    leader_stands: bool
    output: dict[int, float]
    """By id, of those who still stand."""
    customers: dict[int, frozenset[int]]


def largest_leader(world: World) -> int:
    """Row of the largest leading firm of machines."""
    firms = world.firms
    leaders = np.flatnonzero(
        (firms.kind == Kind.LEADING_FIRM) & (firms.industry == world.industry_names.index("machines"))
    )
    return int(leaders[np.argmax(firms.sales[leaders])])


def supply_of(world: World) -> np.ndarray:
    """Supply contracts."""
    return world.links[world.links.tie == Tie.SUPPLY]


@cache
def years_after(seed: int, strength: float) -> tuple[Suppliers, ...]:
    """What became of its suppliers, year by year."""
    before = past(seed)
    row = largest_leader(before)
    leader = int(before.firms.id[row])
    ids = set(before.firms.id[supply_of(before).second[supply_of(before).first == row]].tolist())
    world = fork(before)
    treat(world, story(strength))
    told = []
    for _ in range(YEARS):
        schedule.step(world)
        firms, links = world.firms, supply_of(world)
        standing = {
            int(firms.id[firm_row]): firm_row for firm_row in range(len(firms)) if int(firms.id[firm_row]) in ids
        }
        told.append(
            Suppliers(
                leader in firms.id,
                {one: float(firms.output[firm_row]) for one, firm_row in standing.items()},
                {
                    one: frozenset(firms.id[links.first[links.second == firm_row]].tolist())
                    for one, firm_row in standing.items()
                },
            )
        )
    return tuple(told)


def loss(seed: int, year: int, strength: float = 1.0) -> float:
    """Share of the output of all its suppliers that is missing against the same seed without the exit."""
    with_it, without = years_after(seed, strength)[year], years_after(seed, 0.0)[year]
    return 1.0 - sum(with_it.output.values()) / sum(without.output.values())


def kept_going(seed: int) -> set[int]:
    """Suppliers that live to the end and sell under contract to firms that they do not supply in the unshocked run."""
    with_it, without = years_after(seed, 1.0)[-1], years_after(seed, 0.0)[-1]
    return {one for one, buyers in with_it.customers.items() if buyers - without.customers.get(one, frozenset())}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_leading_firm_goes_and_its_suppliers_sell_less(seed: int) -> None:
    assert not years_after(seed, 1.0)[0].leader_stands
    assert years_after(seed, 0.0)[0].leader_stands
    assert loss(seed, 0) > 0.05


@pytest.mark.parametrize("seed", SEEDS)
def test_some_suppliers_live_on_and_find_other_customers(seed: int) -> None:
    assert len(years_after(seed, 1.0)[-1].output) >= 3
    assert kept_going(seed)


def test_fewer_suppliers_survive_and_those_who_do_recover() -> None:
    standing = [
        (len(years_after(seed, 1.0)[-1].output), len(years_after(seed, 0.0)[-1].output)) for seed in SEEDS
    ]  # fmt: skip
    assert sum(one for one, _other in standing) < sum(other for _one, other in standing)

    def survivors_loss(seed: int, year: int) -> float:
        with_it, without = years_after(seed, 1.0)[year].output, years_after(seed, 0.0)[year].output
        both = set(years_after(seed, 1.0)[-1].output) & set(years_after(seed, 0.0)[-1].output)
        return 1.0 - sum(with_it[one] for one in both) / sum(without[one] for one in both)

    first = np.mean([survivors_loss(seed, 0) for seed in SEEDS])
    last = np.mean([survivors_loss(seed, YEARS - 1) for seed in SEEDS])
    assert last < 0.75 * first


def test_to_close_a_part_of_it_costs_its_suppliers_less() -> None:
    for strength in (0.2, 0.6):
        assert all(years_after(seed, strength)[0].leader_stands for seed in SEEDS)
    losses = [np.mean([loss(seed, 0, strength) for seed in SEEDS]) for strength in (0.2, 0.6, 1.0)]
    assert losses == sorted(losses)
    assert losses[0] < 0.7 * losses[2]
