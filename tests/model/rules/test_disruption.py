"""Disruption: how far the loss of a supplier passes on, up and down the chain, and how soon it is made good."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.kernel.scenario_types import Industry
from sim.kernel.state_hash import hash_present
from sim.kernel.world import Kind, Records, Tie, World
from sim.model import schedule
from sim.model.rules import delivery, disruption, market, specificity, supply
from sim.runs.run import fork
from tests.model.rules.worlds import (
    chain_world,
    contracts_in_order,
    draw_contracts,
    parameters,
    some_contracts,
    some_firms,
)


@pytest.mark.parametrize(
    ("share", "lost", "expected"),
    [
        (0.3, 0.0, 1.0),
        # (.7 + .3 x .5^-4)^(-1/4) = (.7 + 4.8)^(-.25) = 5.5^-.25
        (0.3, 0.5, 5.5**-0.25),
        (0.0, 0.9, 1.0),
        (0.3, 1.0, 0.0),
    ],
)
def test_output_without_part_of_an_input(share: float, lost: float, expected: float) -> None:
    p = parameters(input_elasticity=0.2)
    assert disruption.output_without(share, lost, p) == pytest.approx(expected)
    assert disruption.output_without(share, lost, p) == pytest.approx(delivery.output_allowed(share, 1.0 - lost, p))


@pytest.mark.parametrize(
    ("otherwise", "missing", "specific", "expected"),
    [
        (0.9, 0.3, 0.0, 0.9),
        (0.9, 0.3, 1.0, 0.7),  # lines stand still as far as parts are missing
        (0.9, 0.3, 0.5, 0.8),
        (0.6, 0.3, 0.5, 0.6),  # less arrives in all than under contract: nothing on top
        (1.0, 0.0, 0.5, 1.0),
    ],
)
def test_lines_running(otherwise: float, missing: float, specific: float, expected: float) -> None:
    p = parameters(specific_inputs=True, input_specificity=specific)
    assert specificity.lines_running(otherwise, missing, p) == pytest.approx(expected)
    assert specificity.lines_running(otherwise, missing, parameters(specific_inputs=False)) == otherwise


def test_a_customer_loses_the_lines_of_its_suppliers_while_the_contract_stands() -> None:
    world = calm_world(contract_share=0.6, specific_inputs=True, input_specificity=1.0)
    parts, goods = makers(world)
    draw_contracts(world, (goods[0], parts[0]), (goods[1], parts[0]), (goods[1], parts[1]))
    before = outputs(world)
    world.firms.supply_limit[parts[0]] = 0.5
    after = outputs(world)
    # .6 of the parts are under contract, and half of those of the supplier that is hit are missing.
    assert after[goods[0]] / before[goods[0]] == pytest.approx(1.0 - 0.6 * 0.5)
    assert after[goods[1]] / before[goods[1]] == pytest.approx(1.0 - 0.3 * 0.5)


def test_a_lost_supplier_stops_the_lines_made_for_it() -> None:
    inputs, shares = np.full((2, 8), -1), np.array([[0.0, 0.3], [0.0, 0.0]])
    inputs[1, 0] = 0
    p = parameters(
        resourcing=0.4, contract_share=0.6, input_elasticity=0.2, specific_inputs=True, input_specificity=0.5
    )
    firms = some_firms(4, industry=[0, 0, 1, 1])
    firms.contracts[2:, 0] = [1, 2]
    disruption.suffer(firms, contracts_in_order(firms, some_contracts((3, 0)), inputs), shares, p)
    # One supplier: .6 lost, half of .53270 and half of .4; of what is missing, .6 is left. One of two: .3 lost.
    assert firms.supply_limit[2] == pytest.approx(1.0 - 0.6 * (1.0 - (0.53270 + 0.4) / 2.0), abs=1e-4)
    assert firms.supply_limit[3] == pytest.approx(1.0 - 0.36 * (1.0 - (0.84631 + 0.7) / 2.0), abs=1e-4)


def test_every_source_replaces_its_share() -> None:
    p = parameters(resourcing=0.4)
    assert [disruption.still_missing(0.5, sources, p) for sources in (1, 2)] == pytest.approx([0.30, 0.18])


def test_a_lost_supplier_limits_output_and_the_limit_heals() -> None:
    inputs = np.full((2, 8), -1)
    inputs[1, 0] = 0
    shares = np.array([[0.0, 0.3], [0.0, 0.0]])
    p = parameters(resourcing=0.4, contract_share=0.6, input_elasticity=0.2)
    # Rows 0-2 make parts, rows 3-5 goods. Row 3 had one supplier and lost it; row 4 lost one of two; row 5 keeps both.
    firms = some_firms(6, industry=[0, 0, 0, 1, 1, 1])
    firms.contracts[3:, 0] = [1, 2, 2]
    links = some_contracts((4, 0), (5, 0), (5, 1))
    contracts = contracts_in_order(firms, links, inputs)
    disruption.suffer(firms, contracts, shares, p)
    # One supplier: .6 is lost, output (.7 + .3 x .4^-4)^-.25 = 12.41875^-.25 = .53270; .6 of the loss .46730 is left.
    # One of two: .3 is lost, (.7 + .3 x .7^-4)^-.25 = .84631; the supplier left helps, .36 of the loss .15369 is left.
    assert firms.supply_limit == pytest.approx([1, 1, 1, 1 - 0.6 * 0.46730, 1 - 0.36 * 0.15369, 1], abs=1e-4)
    # A year on, nothing new is lost; row 3 has found nobody and heals by .4, row 4 with its one supplier by .64.
    firms.contracts[3:, 0] = [0, 1, 2]
    disruption.suffer(firms, contracts, shares, p)
    assert firms.supply_limit[3:] == pytest.approx([1 - 0.36 * 0.46730, 1 - 0.36**2 * 0.15369, 1], abs=1e-4)


# -- within the year: through the market ---------------------------------------------------------------------


def calm_world(**given: object) -> World:
    """A chain in one region of small firms, equally well liked, with capacity to spare and no contracts yet."""
    world = chain_world(firms=100, side=1, leaders=0.0, **given)
    world.firms.appeal = 1.0
    world.firms.capacity *= 10.0
    return world


def makers(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Rows of firms that make parts, and of those that make goods."""
    return np.flatnonzero(world.firms.industry == 0), np.flatnonzero(world.firms.industry == 1)


def outputs(world: World) -> np.ndarray:
    """What every firm makes when the market meets once."""
    supply.open_year(world)
    market.trade(world)
    supply.close_year(world)
    return np.asarray(world.firms.output).copy()


@pytest.mark.parametrize("loss", [0.3, 0.5, 0.8, 1.0])
def test_a_suppliers_loss_passes_on_to_its_single_customer_and_less_to_one_with_two(loss: float) -> None:
    world = calm_world()
    parts, goods = makers(world)
    single, dual, other = goods[0], goods[1], goods[2]
    draw_contracts(world, (single, parts[0]), (dual, parts[0]), (dual, parts[1]), (other, parts[2]))
    before = outputs(world)
    world.firms.supply_limit[parts[0]] = 1.0 - loss
    after = outputs(world)
    fallen = 1.0 - after / before
    assert fallen[parts[0]] == pytest.approx(loss)
    # Barrot & Sauvagnat 2016: .3 to .5 of the supplier's loss; .25 to .6 over losses from a third to all of it.
    assert 0.25 <= round(fallen[single] / loss, 2) <= 0.6
    assert 0.2 * fallen[single] < fallen[dual] < 0.6 * fallen[single]
    assert fallen[other] < 0.2 * fallen[single]


def test_the_single_customer_loses_what_the_arithmetic_says() -> None:
    world = calm_world(contract_share=0.6)
    parts, goods = makers(world)
    draw_contracts(world, (goods[0], parts[0]))
    before = outputs(world)
    world.firms.supply_limit[parts[0]] = 0.5
    after = outputs(world)
    # Of parts, .6 x .5 comes from the supplier and .4 x (nearly 1) from the market; then (.7 + .3 f^-4)^-.25.
    filled = float(world.local_industries.filled[0, 0])
    arrived = 0.6 * 0.5 + 0.4 * filled
    assert filled > 0.97
    assert after[goods[0]] / before[goods[0]] == pytest.approx((0.7 + 0.3 * arrived**-4) ** -0.25)
    link = world.links[0]
    assert link.filled == pytest.approx(0.5)
    assert link.value == pytest.approx(
        0.5 * 0.6 * 0.3 * world.firms.unit_cost[goods[0]] * world.firms.planned[goods[0]]
    )


def test_customers_under_contract_are_served_first_when_capacity_is_short() -> None:
    firms = some_firms(3, capacity=[10.0, 10.0, 10.0], orders=[20.0, 20.0, 8.0], output=[10.0, 5.0, 8.0])
    # 8 of 20 orders are under contract and 10 can be made: all 8 are. With half of the plan lost, half of them.
    assert delivery.keep_promises(firms[0], 8.0) == pytest.approx(1.0)
    assert delivery.keep_promises(firms[1], 8.0) == pytest.approx(0.5)
    # 16 promised and 10 made: 10/16. Nothing promised: nothing kept.
    assert delivery.keep_promises(firms[0], 16.0) == pytest.approx(0.625)
    assert delivery.keep_promises(firms[2], 0.0) == 0.0


def imported_ore() -> World:
    """A chain of three stages whose first comes from abroad; every maker of goods has one supplier of parts."""
    stages = {
        "ore": Industry(chain="machines", stage="upstream", weight=0.4),
        "parts": Industry(chain="machines", stage="midstream", inputs={"ore": 0.3}, weight=0.5),
        "goods": Industry(chain="machines", stage="downstream", inputs={"parts": 0.3}, weight=1.0),
    }
    world = chain_world(firms=60, side=1, industries=stages)
    firms, power = world.firms, 1.0 - world.p.variety_elasticity
    firms.capacity *= 10.0
    # The nation makes no ore: all of it comes from abroad, at the price index that its firms gave.
    world.firms.living[firms.industry == 0] = False
    ore = world.industries[0]
    ore.import_price = float(world.local_industries.price_index[0, 0])
    ore.import_appeal = 1.0 / float(world.regions.landing[0])
    world.settle()
    firms = world.firms
    parts, goods = (np.flatnonzero(firms.industry == industry) for industry in (1, 2))
    draw_contracts(world, *((row, parts[position % len(parts)]) for position, row in enumerate(goods)))
    market.index_prices(world)
    assert float(world.local_industries.price_index[0, 0]) ** power == pytest.approx(ore.import_price**power)
    return world


@pytest.mark.parametrize("embargo", [0.3, 0.5, 0.7, 0.9, 1.0])
def test_an_embargo_on_a_stage_from_abroad_passes_on_down_the_chain(embargo: float) -> None:
    world = imported_ore()
    parts, goods = (np.flatnonzero(world.firms.industry == industry) for industry in (1, 2))
    before = outputs(world)
    world.industries.embargo[0] = embargo
    disruption.reroute(world.industries, world.p)
    after = outputs(world)
    withheld = embargo * (1.0 - world.p.resourcing)
    assert float(world.local_industries.filled[0, 0]) == pytest.approx(1.0 - withheld)
    lost_parts = 1.0 - after[parts] / before[parts]
    expected = 1.0 - (0.7 + 0.3 * (1.0 - withheld) ** -4) ** -0.25
    assert lost_parts == pytest.approx(np.full(len(parts), expected), abs=1e-4)
    # Barrot & Sauvagnat 2016: customers lose .25 to .6 of what their supplier lost.
    assert 0.25 <= lost_parts.mean() / embargo <= 0.6
    # Goods depend on one maker of parts each; all of these lost the same, so nobody else helps.
    lost_goods = 1.0 - after[goods] / before[goods]
    assert 0.2 * lost_parts.mean() < lost_goods.mean() < 0.8 * lost_parts.mean()


def test_buyers_find_ways_round_an_embargo_and_forget_them_after_it() -> None:
    industries, p = imported_ore().industries, parameters(resourcing=0.35)
    industries.embargo[0] = 1.0
    found = []
    for _ in range(3):
        disruption.reroute(industries, p)
        found.append(float(industries.rerouted[0]))
    assert found == pytest.approx([0.35, 1 - 0.65**2, 1 - 0.65**3])
    industries.embargo[0] = 0.0
    disruption.reroute(industries, p)
    assert industries.rerouted[0] == 0.0


# -- from year to year ---------------------------------------------------------------------------------------


def limits_after_exit(suppliers: int) -> list[float]:
    """Mean `supply_limit` of the customers of a supplier that is lost, in the years that follow."""
    world = chain_world(
        firms=80, side=1, suppliers_per_input=suppliers, exit=False, entry=False, spin_offs=False, contract_review=0.0,
        anchoring=False,
    )  # fmt: skip
    for _ in range(3):
        schedule.step(world)
    links = world.links[world.links.tie == Tie.SUPPLY]
    busiest = int(np.bincount(links.second).argmax())
    customers = set(world.firms.id[links.first[links.second == busiest]].tolist())
    assert len(customers) >= 3
    world.firms.living[busiest] = False
    path = []
    for _ in range(6):
        schedule.step(world)
        hit = np.isin(world.firms.id, list(customers))
        path.append(float(world.firms.supply_limit[hit].mean()))
    return path


def years_to(path: list[float], level: float) -> int:
    """Years until the path is back at `level`."""
    return next(year for year, value in enumerate(path, start=1) if value >= level)


def test_a_lost_supplier_hurts_and_dual_sourcing_shortens_the_recovery() -> None:
    single, dual = limits_after_exit(1), limits_after_exit(2)
    # Loss of the customer over loss of the supplier, which is all of it.
    assert 0.25 <= 1.0 - single[0] <= 0.6
    assert 1.0 - dual[0] < 0.5 * (1.0 - single[0])
    assert years_to(dual, 0.99) < years_to(single, 0.99)
    assert np.all(np.diff(single) > 0.0)


def suppliers_of(world: World, customer: int) -> list[int]:
    """Ids of the suppliers under contract of a firm, by id."""
    links = world.links
    row = int(np.flatnonzero(world.firms.id == customer)[0])
    mine = (links.tie == Tie.SUPPLY) & (links.first == row)
    return sorted(world.firms.id[links.second[mine]].tolist())


def of(world: World, ids: list[int]) -> Records:
    """Records of the firms that still live among `ids`."""
    return world.firms[np.isin(world.firms.id, ids)]


def test_a_leading_firms_exit_lowers_its_suppliers_output_and_some_survive_on_others() -> None:
    world = chain_world(firms=60, side=1, contract_review=0.0)
    for _ in range(6):
        schedule.step(world)
    leaders = np.flatnonzero((world.firms.kind == Kind.LEADING_FIRM) & (world.firms.industry == 1))
    largest = leaders[np.argmax(world.firms.sales[leaders])]
    leader = int(world.firms.id[largest])
    suppliers = suppliers_of(world, leader)
    assert len(suppliers) >= 3
    forked = fork(world)
    forked.firms.living[largest] = False
    schedule.step(world)
    schedule.step(forked)
    with_leader, without = of(world, suppliers), of(forked, suppliers)
    both = np.intersect1d(with_leader.id, without.id)
    kept, lost = of(world, both.tolist()).output.sum(), of(forked, both.tolist()).output.sum()
    assert lost < 0.98 * kept
    for _ in range(5):
        schedule.step(forked)
    survivors = of(forked, suppliers)
    assert len(survivors) >= 1
    assert float(survivors.sales.sum()) > 0.0
    links = forked.links[forked.links.tie == Tie.SUPPLY]
    new_customers = {
        int(forked.firms.id[link.first]) for link in links if int(forked.firms.id[link.second]) in survivors.id.tolist()
    }
    assert new_customers
    assert leader not in new_customers


def test_off_nothing_is_limited_and_its_parameters_do_not_matter() -> None:
    worlds = [chain_world(firms=40, disruption=False, resourcing=speed) for speed in (0.2, 0.9)]
    for world in worlds:
        for _ in range(3):
            schedule.step(world)
    assert hash_present(worlds[0]) == hash_present(worlds[1])
    assert np.all(worlds[0].firms.supply_limit == 1.0)
    assert math.isfinite(worlds[0].expenditure)
