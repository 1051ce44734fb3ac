"""Whom firms buy from under contract: by hand for one market, and all firms of a nation in plain Python."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.kernel import sellers
from sim.kernel.contract_index import contracts_of, inputs_by_industry
from sim.kernel.draws import Luck, Purpose, uniform
from sim.kernel.sellers import Market, open_market
from sim.kernel.world import LINK, Kind, Tie, World
from sim.model import schedule
from sim.model.rules import labour, supply
from sim.runs.run import fork
from tests.model.by_hand.records import some
from tests.model.engine.worlds import everything_on, lived, map_story, small_story
from tests.model.rules.worlds import all_around, contracts_in_order, lines_of, parameters, some_contracts, some_firms

SEED, YEAR, KM = 5, 40, 50.0
LUCK = Luck(SEED, YEAR)

# -- one market ----------------------------------------------------------------------------------------------


def one_market(**columns: Any) -> tuple[Any, Market]:
    """A customer (row 0, industry 1) and suppliers (industry 0), all in one cell; the firms and their market."""
    count = len(columns["price"])
    firms = some_firms(count, industry=[1] + [0] * (count - 1), age=3, capacity=1.0, **columns)
    return firms, market_of(firms)


def market_of(firms: Any) -> Market:
    """The market of firms that all stand in one cell, with two industries."""
    return open_market(firms, 2, all_around([[1.0]]), lines_of(1), parameters())


def found(market: Any, tries: int, bar: float, links: Any = None) -> int:
    """The supplier that the customer finds."""
    contracts = contracts_in_order(market.firms, some(LINK, 0) if links is None else links)
    tender = supply.Tender(supply.Need(0, 0, 0), tries, 8, bar)
    return int(supply.find_supplier(tender, contracts, market, some(LINK, 0), parameters(), LUCK))


def test_the_cheapest_of_those_met_is_found_if_it_beats_the_bar() -> None:
    _, market = one_market(price=[9.0, 1.0, 2.0, 3.0])
    seen = []
    for attempt in range(40):
        luck = uniform(SEED, Purpose.SUPPLY, YEAR, 1, 8 + attempt)
        seen.append(1 + int(luck * 3))  # three suppliers of one size
    assert set(seen) == {1, 2, 3}
    for tries in (1, 2, 3, 40):
        assert found(market, tries, math.inf) == min(seen[:tries])
    gate = [sellers.cost_at_gate(math.log(price), 0.5214 * KM, False, parameters()) for price in (1.0, 2.0, 3.0)]
    assert found(market, 40, gate[0] + 1e-9) == 1
    assert found(market, 40, gate[0]) == -1  # no cheaper than what it has
    assert found(market, 0, math.inf) == -1


def test_a_supplier_under_contract_already_is_no_find() -> None:
    firms, market = one_market(price=[9.0, 1.0, 2.0])
    links = some_contracts((0, 1))
    assert found(market, 40, math.inf, links=links) == 2
    fresh = some_contracts((0, 2))
    held, none = contracts_in_order(firms, links), contracts_in_order(firms, some(LINK, 0))
    assert supply.is_supplier(1, 0, held, fresh)
    assert supply.is_supplier(2, 0, held, fresh)
    assert not supply.is_supplier(3, 0, held, fresh)
    assert not supply.is_supplier(1, 0, none, fresh)
    assert not supply.is_supplier(1, 1, held, fresh)


@pytest.mark.parametrize(
    ("trust", "price", "reviewed", "stays"),
    [
        (0.0, 1.2, 1.0, False),  # the other asks 1: ln 1.2 = .18 more than trust is worth
        (1.0, 1.2, 1.0, False),  # .18 against .10
        (1.0, 1.05, 1.0, True),  # .05 against .10
        (0.0, 1.05, 1.0, False),
        (0.0, 1.2, 0.0, True),  # nobody looks
    ],
)
def test_a_contract_is_replaced_when_another_is_cheaper_by_more_than_trust(
    trust: float, price: float, reviewed: float, stays: bool
) -> None:
    firms, market = one_market(price=[9.0, price, 1.0])
    # Only the cheap one takes orders, so that it is met for sure.
    firms.demand = [0.0, 2.0, 0.0]
    market = market_of(firms)
    links = some_contracts((0, 1), trust=trust, filled=trust, price=price, distance=0.5214 * KM)
    p = parameters(contract_review=reviewed, trust_value=0.1, suppliers_per_input=1)
    fresh, inputs = some(LINK, 4), np.full((2, 8), -1)
    inputs[1, 0] = 0
    count = supply.choose_suppliers(contracts_in_order(firms, links, inputs), market, fresh, p, LUCK)
    assert bool(links.living[0]) == stays
    assert count == (0 if stays else 1)
    assert firms.contracts[0, 0] == 1
    if not stays:
        assert (fresh.first[0], fresh.second[0], fresh.share[0], fresh.since[0]) == (0, 2, 1.0, YEAR)


# -- a nation ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["grid", "map", "everything on"])
def world(request: pytest.FixtureRequest) -> World:
    stories = {"grid": small_story, "map": map_story, "everything on": everything_on}
    moved = lived(stories[request.param](), 5)
    # Leading firms hold more contracts; they exist in every story then.
    moved.firms.kind[::9] = Kind.LEADING_FIRM
    return moved


def apart(world: World, one: int, other: int) -> float:
    """Distance between two cells in km; within one, the mean distance of two points in a square."""
    cells = world.cells
    return 0.5214 * KM if one == other else math.hypot(cells.x[one] - cells.x[other], cells.y[one] - cells.y[other])


def at_gate(world: World, price: float, distance: float, crosses: bool) -> float:
    """ln cost of a unit at the customer's gate."""
    p = world.p
    return math.log(price) + p.distance_cost * math.log(1 + distance / 50.0) + math.log(1 + p.protection) * crosses


def met(world: World, luck: float, home: int, industry: int) -> int:
    """The supplier that a uniform number picks, by capacity x exp(-distance / range); -1 if none takes orders."""
    geography, firms = world.geography, world.firms
    ranked: list[tuple[int, float]] = []
    for entry in range(geography.start[home], geography.start[home + 1]):
        weight = math.exp(-geography.gap[entry] / world.p.contract_range)
        for row in np.flatnonzero((firms.cell == geography.near[entry]) & (firms.industry == industry)):
            firm = firms[row]
            if firm.living and firm.capacity > 0 and (firm.age < 1 or firm.demand < 1.05 * firm.capacity):
                ranked.append((int(row), weight * firm.capacity))
    aim = luck * math.fsum(weight for _row, weight in ranked)
    for row, weight in ranked:
        aim -= weight
        if aim < 0.0:
            return row
    return -1


def best_of(world: World, firm: Any, industry: int, counter: int, tries: int, bar: float, taken: set[int]) -> int:
    """The cheapest of those met that is no supplier yet and beats the bar; -1 without one."""
    chosen = -1
    for attempt in range(tries):
        row = met(world, uniform(SEED, Purpose.SUPPLY, YEAR, firm.id, counter + attempt), firm.cell, industry)
        if row < 0:
            break
        other = world.firms[row]
        cost = at_gate(world, other.price, apart(world, firm.cell, other.cell), other.region != firm.region)
        if cost < bar and row not in taken:
            bar, chosen = cost, row
    return chosen


def plain_contracts(world: World) -> tuple[list[tuple[int, int, float]], dict[int, bool], dict[int, float]]:
    """New contracts (customer, supplier, share), and which old links live on and with what shares."""
    firms, links, p, inputs = world.firms, world.links, world.p, inputs_by_industry(world)
    fresh: list[tuple[int, int, float]] = []
    alive, shares = {}, {}
    for row, firm in enumerate(firms):
        held = [n for n, link in enumerate(links) if link.tie == Tie.SUPPLY and link.living and link.first == row]
        suppliers = {int(links[n].second) for n in held}
        for slot, industry in enumerate(inputs[firm.industry]):
            if industry < 0 or not firm.living:
                continue
            mine = [n for n in held if firms[links[n].second].industry == industry]
            signed: list[int] = []
            for number, n in enumerate(mine, start=1):
                link = links[n]
                alive[n] = True
                if uniform(SEED, Purpose.SUPPLY, YEAR, link.id, 0) >= p.contract_review:
                    continue
                there = firms[link.second]
                distance = apart(world, firm.cell, there.cell)
                trust = link.trust + p.trust_speed * (link.filled - link.trust)
                bar = at_gate(world, link.price, distance, there.region != firm.region) - p.trust_value * trust
                counter = (slot * 64 + 32 + number) * 8
                other = best_of(world, firm, int(industry), counter, 1, bar, suppliers | set(signed))
                if other >= 0:
                    alive[n] = False
                    signed.append(other)
            leading = firm.kind == Kind.LEADING_FIRM and p.anchoring
            wanted = int(p.suppliers_per_input * (p.leader_contracts if leading else 1))
            have = len(mine)
            for turn in range(wanted - have):
                counter = (slot * 64 + turn) * 8
                other = best_of(
                    world, firm, int(industry), counter, int(p.supply_candidates), math.inf, suppliers | set(signed)
                )
                if other >= 0:
                    signed.append(other)
                    have += 1
            shares |= dict.fromkeys(mine, 1.0 / max(have, 1))
            fresh += [(row, other, 1.0 / have) for other in signed]
    return fresh, alive, shares


def test_every_firm_reviews_and_signs_as_the_same_in_plain_python(world: World) -> None:
    moved = fork(world)
    # Half of what was held is gone, so that there are places to fill; those that are left became dear.
    supplied = np.flatnonzero(moved.links.tie == Tie.SUPPLY)
    moved.links.living[supplied[::2]] = False
    moved.links_table.keep(np.flatnonzero(moved.links.living))
    moved.links.price *= 2.0
    expected, alive, shares = plain_contracts(fork(moved))
    firms, links, geography, p = moved.firms, moved.links, moved.geography, moved.p
    around = geography.neighbours(np.exp(-geography.gap / p.contract_range))
    market = open_market(firms, len(moved.industries), around, geography.positions, p)
    fresh = some(LINK, 8 * 8 * len(firms))
    count = supply.choose_suppliers(contracts_of(moved), market, fresh, p, LUCK)
    signed = fresh[:count]
    assert list(zip(signed.first.tolist(), signed.second.tolist(), strict=True)) == [one[:2] for one in expected]
    assert signed.share.tolist() == pytest.approx([one[2] for one in expected])
    assert {n: bool(links.living[n]) for n in alive} == alive
    assert {n: float(links.share[n]) for n in shares} == pytest.approx(shares)
    assert count > 10
    assert not all(alive.values())
    assert {int(link.first) for link in signed} & set(np.flatnonzero(firms.kind == Kind.LEADING_FIRM).tolist())


def test_a_year_that_fails_leaves_no_market_open(monkeypatch: pytest.MonkeyPatch) -> None:
    world = lived(small_story(), 1)
    seen: list[bool] = []

    def fail(one: World, *_: Any) -> None:
        seen.append(one.market is not None)
        raise ArithmeticError("no wage is high enough")

    monkeypatch.setattr(labour, "clear", fail)
    with pytest.raises(ArithmeticError):
        schedule.step(world)
    assert seen == [True]
    assert world.market is None
