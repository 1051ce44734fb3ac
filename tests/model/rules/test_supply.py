"""Supply contracts: whom a firm buys from, how trust grows, what is traded, and that the books balance."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.kernel import sellers
from sim.kernel.geography import Neighbours
from sim.kernel.state_hash import hash_present
from sim.kernel.world import LOCAL_INDUSTRY, Kind, Records, Tie, World
from sim.model import schedule
from sim.model.rules import sourcing, supply
from tests.model.rules.worlds import (
    all_around,
    chain_world,
    contracts_in_order,
    lines_of,
    parameters,
    some_contracts,
    some_firms,
)


def lived(years: int, **given: object) -> World:
    """A chain world after some years."""
    world = chain_world(**given)
    for _ in range(years):
        schedule.step(world)
    return world


def contracts_of(world: World) -> Records:
    """Supply contracts in force."""
    return world.links[(world.links.tie == Tie.SUPPLY) & world.links.living]


# -- one firm ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("price", "distance", "crosses", "expected"),
    [
        (1.0, 0.0, False, 0.0),
        # ln 2 + .25 ln(1 + 50/50) = .6931 + .1733
        (2.0, 50.0, False, 0.8664),
        # a border adds ln 1.05 = .0488
        (2.0, 50.0, True, 0.9152),
    ],
)
def test_cost_at_the_gate(price: float, distance: float, crosses: bool, expected: float) -> None:
    p = parameters(distance_cost=0.25, protection=0.05)
    assert sellers.cost_at_gate(math.log(price), distance, crosses, p) == pytest.approx(expected, abs=1e-4)


def test_own_suppliers_make_inputs_cheaper_or_dearer_than_usual() -> None:
    # Rows 0 and 1 sell parts at 2 and at 4, rows 2 and 3 buy from one each; the index of parts is 1 in region 0.
    firms = some_firms(4, industry=[0, 0, 1, 1], price=[2.0, 4.0, 1.0, 1.0])
    links = some_contracts((2, 0), (3, 1), distance=0.0)
    local_industries = LOCAL_INDUSTRY.empty(1, 2)
    local_industries.price_index = 1.0
    shares = np.array([[0.0, 0.3], [0.0, 0.0]])
    p = parameters(contract_share=0.5, trade_costs=False)
    contracts, gaps, usual = contracts_in_order(firms, links), np.zeros(2), np.zeros(2)
    costs = np.zeros(2)
    sourcing.price_gates(firms, contracts, costs, p)
    sourcing.gate_gaps(firms, contracts, local_industries, costs, gaps)
    assert gaps.tolist() == pytest.approx([math.log(2.0), math.log(4.0)])
    sourcing.mean_gaps(contracts, gaps, usual)
    # Usual is the mean of ln 2 and ln 4; nobody buys goods under contract.
    assert usual[0] == pytest.approx(1.5 * math.log(2.0))
    assert math.isnan(usual[1])
    sourcing.price_sources(firms, contracts, shares, gaps, usual, p)
    # .5 x .3 x (ln 2 - 1.5 ln 2), and as much the other way.
    assert firms.sourcing == pytest.approx([0.0, 0.0, -0.075 * math.log(2.0), 0.075 * math.log(2.0)])


def test_a_far_supplier_costs_more_than_a_near_one() -> None:
    firms = some_firms(3, industry=[0, 1, 1], price=1.0)
    local_industries = LOCAL_INDUSTRY.empty(1, 2)
    local_industries.price_index = 1.0
    gaps = np.zeros(2)
    contracts = contracts_in_order(firms, some_contracts((1, 0), (2, 0), distance=[0.0, 150.0]))
    costs = np.zeros(2)
    sourcing.price_gates(firms, contracts, costs, parameters(distance_cost=0.25))
    sourcing.gate_gaps(firms, contracts, local_industries, costs, gaps)
    # ln (1 + 150/50)^.25 = .25 ln 4
    assert gaps[1] - gaps[0] == pytest.approx(0.25 * math.log(4.0))


def test_usual_gaps_are_those_of_the_fork_year() -> None:
    world = lived(3)
    usual = world.usual_gaps.copy()
    assert np.isfinite(usual[0])
    world.treated = True
    schedule.step(world)
    assert world.usual_gaps[0] == usual[0]
    assert float(np.abs(world.firms.sourcing).max()) > 0.0


def test_without_trade_costs_only_the_price_counts() -> None:
    assert sellers.cost_at_gate(math.log(2.0), 500.0, True, parameters(trade_costs=False)) == pytest.approx(
        math.log(2.0)
    )


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"age": 5, "capacity": 10.0, "demand": 9.0}, True),
        ({"age": 5, "capacity": 10.0, "demand": 10.4}, True),
        ({"age": 5, "capacity": 10.0, "demand": 10.6}, False),
        ({"age": 0, "capacity": 10.0, "demand": 11.0}, True),
        ({"age": 5, "capacity": 0.0, "demand": 0.0}, False),
        ({"age": 5, "capacity": 10.0, "demand": 9.0, "living": False}, False),
    ],
)
def test_a_firm_takes_orders_while_capacity_is_free(columns: dict[str, object], expected: bool) -> None:
    assert sellers.takes_orders(some_firms(1, **columns)[0], parameters()) == expected


def test_leading_firms_want_more_suppliers() -> None:
    small, leading = some_firms(2, kind=[Kind.SME, Kind.LEADING_FIRM])
    p = parameters(suppliers_per_input=2.0, leader_contracts=3.0)
    assert [supply.contracts_wanted(firm, p) for firm in (small, leading)] == [2, 6]
    assert supply.contracts_wanted(leading, parameters(suppliers_per_input=2.0, anchoring=False)) == 2


@pytest.mark.parametrize(
    ("luck", "row"),
    [
        # Cell 0 weighs 1 x 4 = 4, cell 1 weighs .5 x (2 + 6) = 4. Shares: row 0 .5, row 2 .125, row 3 .375.
        (0.01, 0),
        (0.49, 0),
        (0.51, 2),
        (0.62, 2),
        (0.63, 3),
        (0.99, 3),
    ],
)
def test_suppliers_are_met_by_capacity_and_closeness(luck: float, row: int) -> None:
    # Row 1 stands in cell 0 but belongs to another industry; row 4 has no capacity free.
    firms = some_firms(
        5, industry=[0, 1, 0, 0, 0], cell=[0, 0, 1, 1, 1], capacity=[4.0, 9.0, 2.0, 6.0, 5.0],
        demand=[1.0, 1.0, 1.0, 1.0, 9.0], age=3,
    )  # fmt: skip
    market = sellers.open_market(firms, 2, all_around([[1.0, 0.5], [1.0, 0.5]]), lines_of(2), parameters())
    assert market.room.tolist() == [[4.0, 9.0], [8.0, 0.0]]
    assert market.largest.tolist() == [8.0, 9.0]
    assert sellers.pick_supplier(0, 0, market, luck) == row


def test_nobody_is_met_where_nobody_takes_orders() -> None:
    firms = some_firms(1, industry=0, age=3, capacity=1.0, demand=2.0)
    market = sellers.open_market(firms, 1, all_around([[1.0]]), lines_of(1), parameters())
    assert sellers.pick_supplier(0, 0, market, 0.5) == -1


def test_the_sum_over_cells_has_all_its_bits_though_it_stops_early() -> None:
    sizes = [1.0] * 60
    sizes[20] = 1e6  # far away, and large enough to be felt
    firms = some_firms(60, industry=0, cell=list(range(60)), capacity=sizes, age=3)
    weights = np.exp(-np.arange(60.0))
    around = Neighbours(np.arange(61) * 60, np.tile(np.arange(60), 60), np.zeros(3600), np.tile(weights, 60))
    market = sellers.open_market(firms, 1, around, lines_of(60), parameters())
    sellers.pick_supplier(0, 0, market, 0.5)
    total = 0.0
    for weight, size in zip(weights, sizes, strict=True):
        total += weight * size
    assert market.reach[0, 0] == total


def test_trust_moves_towards_what_is_delivered_and_distance_follows_movers() -> None:
    world = chain_world(firms=10)
    links = some_contracts((0, 1), (0, 2), trust=[0.2, 0.8], filled=[1.0, 0.5], distance=1.0)
    p = parameters(trust_speed=0.3)
    for link in links:
        supply.keep_in_mind(link, world.firms, world.geography.positions, p)
    # .2 + .3 x .8 = .44;  .8 - .3 x .3 = .71
    assert links.trust == pytest.approx([0.44, 0.71])
    first, second = world.firms.cell[0], world.firms.cell[1]
    apart = np.hypot(world.cells.x[first] - world.cells.x[second], world.cells.y[first] - world.cells.y[second])
    assert links.distance[0] == pytest.approx(apart if first != second else 26.07)


def test_what_smes_supplied_is_counted_by_customer() -> None:
    firms = some_firms(
        4, kind=[Kind.LEADING_FIRM, Kind.SME, Kind.LEADING_FIRM, Kind.SME], input_bill=[10.0, 4.0, 0.0, 0.0]
    )
    firms.price = [1.0, 2.0, 3.0, 4.0]
    links = some_contracts((0, 1), (0, 2), (0, 3), (1, 3), value=[3.0, 2.0, 1.0, 1.0])
    supply.settle_accounts(firms, links)
    # Row 0 bought 3 + 1 of 10 from SMEs (row 2 leads), row 1 bought 1 of 4.
    assert firms.local_supply == pytest.approx([0.4, 0.25, 0.0, 0.0])
    assert links.price.tolist() == [2.0, 3.0, 4.0, 4.0]


# -- a world -------------------------------------------------------------------------------------------------


def test_every_customer_has_the_suppliers_it_wants_and_no_supplier_twice() -> None:
    world = lived(3, firms=60, side=1, exit=False, entry=False)
    firms, links = world.firms, contracts_of(world)
    goods = np.flatnonzero(firms.industry == 1)
    assert np.all(firms.industry[links.first] == 1)
    assert np.all(firms.industry[links.second] == 0)
    assert len(set(zip(links.first.tolist(), links.second.tolist(), strict=True))) == len(links)
    held = np.bincount(links.first, minlength=len(firms))
    shares = np.bincount(links.first, weights=links.share, minlength=len(firms))
    assert np.array_equal(firms.contracts[:, 0], held)
    assert shares[held > 0] == pytest.approx(np.ones((held > 0).sum()))
    assert np.median(held[goods]) == 2


@pytest.mark.parametrize(
    "given", [{}, {"contract_share": 1.0}, {"suppliers_per_input": 1}, {"industry_elasticity": 3.0}]
)
def test_spending_equals_sales_and_imports_in_every_industry(given: dict[str, float]) -> None:
    world = chain_world(firms=60, exit=False, **given)
    for _ in range(4):
        schedule.step(world)
        firms, local_industries = world.firms, world.local_industries
        contracts = contracts_of(world)
        for industry in range(2):
            paid = float(local_industries.paid[:, industry].sum())
            sold = float(firms.sales[firms.industry == industry].sum())
            assert paid == pytest.approx(sold + float(local_industries.imports[:, industry].sum()), rel=1e-9)
        parts = float(
            local_industries.paid[:, 0].sum() - (local_industries.paid_share * local_industries.final)[:, 0].sum()
        )
        assert float(firms.input_bill.sum()) == pytest.approx(parts, rel=1e-9)
        assert 0.0 < float(contracts.value.sum()) <= float(firms.input_bill.sum()) * (1 + 1e-12)
        assert np.all((contracts.filled >= 0.0) & (contracts.filled <= 1.0 + 1e-12))


def test_a_cheaper_supplier_replaces_one_that_is_not_trusted() -> None:
    def switched(trust: float) -> float:
        world = lived(2, firms=80, side=1, contract_review=1.0, trust_value=0.5, supply_candidates=1)
        contracts = contracts_of(world)
        world.links_table.rows.trust[:] = trust
        world.links_table.rows.filled[:] = trust
        before = set(contracts.id.tolist())
        supply.contract(world)
        kept = contracts_of(world).id.tolist()
        return len(before - set(kept)) / len(before)

    # Prices lie within some 10 %: half a log point of trust holds nearly everyone, none at all lets many go.
    assert switched(1.0) < 0.05
    assert switched(0.0) > 0.1


def test_a_shorter_range_makes_supply_more_local() -> None:
    def local_share(reach: float) -> float:
        world = lived(2, firms=100, contract_range=reach)
        links = contracts_of(world)
        return float((world.firms.cell[links.first] == world.firms.cell[links.second]).mean())

    assert local_share(5.0) > local_share(500.0) + 0.2


def test_off_there_are_no_contracts_and_their_parameters_do_not_matter() -> None:
    first, second = (lived(3, firms=30, supply_contracts=False, contract_share=share) for share in (0.2, 0.9))
    assert hash_present(first) == hash_present(second)
    assert not np.any(first.links.tie == Tie.SUPPLY)


def test_contracts_without_a_share_in_spending_change_no_trade() -> None:
    """A contract that carries no money leaves the market to the bit as it is without contracts."""
    quiet = {"anchoring": False, "disruption": False, "tiers": False}
    first = lived(3, firms=30, contract_share=0.0, **quiet)
    second = lived(3, firms=30, supply_contracts=False, **quiet)
    assert np.array_equal(first.firms.sales, second.firms.sales)
    assert np.array_equal(first.regions.consumption, second.regions.consumption)
