"""The market against independent solvers: orders and deliveries at once, firm by firm, with scipy."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.optimize import root

from sim.kernel.world import Tie, World
from sim.model.rules import consumption, demand, market, supply
from tests.model.engine.worlds import ALONE, lived, small_story

Array = np.ndarray[Any, Any]
STORIES = {
    "plain": (),
    "few substitutes": ("parameters.variety_elasticity=3.0", "parameters.normal_utilisation=0.75"),
    "dear trade": ("parameters.distance_cost=0.8", "parameters.protection=0.5"),
    "no contracts": ("mechanisms.supply_contracts=false",),
    "all under contract": ("parameters.contract_share=1.0", "parameters.input_elasticity=0.5"),
    "no imports": ("mechanisms.imports=false",),
    "no shortages": ("mechanisms.input_shortage=false",),
    "industries replace each other": ("parameters.industry_elasticity=2.0",),
}


@cache
def fourth_year(name: str) -> bytes:
    return pickle.dumps(lived(small_story(*ALONE, *STORIES[name]), 4))


def some_stories() -> list[object]:
    """All of them; most are left out when the compiler is off."""
    telling = {"plain", "all under contract"}
    return [name if name in telling else pytest.param(name, marks=pytest.mark.slow) for name in STORIES]


@pytest.fixture(params=some_stories(), ids=lambda name: name.replace(" ", "-"))
def world(request: pytest.FixtureRequest) -> World:
    """A world in which some firms run out of capacity, some inputs run short and one import is embargoed."""
    world: World = pickle.loads(fourth_year(request.param))
    world.firms.capacity *= np.where(np.arange(len(world.firms)) % 3 == 0, 0.5, 1.1)
    world.industries.embargo[0] = 0.6
    world.regions.disaster[1] = 0.3
    world.firms.supply_limit[::7] = 0.8
    demand.earn(world)
    market.index_prices(world)
    demand.spend(world)
    return world


@dataclass
class Facts:
    """What the solver knows of a world: prices, tastes and capacities, no result of the rules."""

    sigma: float
    nu: float
    tied: float
    trade_costs: Array
    """(R, R): iceberg cost between regions."""
    price: Array
    appeal: Array
    cost: Array
    installed: Array
    usable: Array
    limit: Array
    home: Array
    industry: Array
    final: Array
    shares: Array
    imports: Array
    """(S,): weight of the imported variety in the price index, appeal x price^(1-sigma)."""
    embargo: Array
    contracts: list[tuple[int, int, float]]
    """(customer, supplier, share of the customer's contracts for the input)."""
    shortage: bool


def landed(world: World, costs: Array) -> Array:
    """What imports of weight 1 weigh in every region (R,): they come by the cheapest way from a gateway."""
    gates = np.flatnonzero(world.regions.gateway)
    return np.array(
        [
            max(costs[gate, region] ** (1.0 - world.p.variety_elasticity) for gate in gates)
            for region in range(len(costs))
        ]
    )


def facts_of(world: World) -> Facts:
    p, firms, industries = world.p, world.firms, world.industries
    apart = world.geography.region_distance
    costs = (1.0 + apart / 50.0) ** p.distance_cost * np.where(np.eye(len(apart)) == 1, 1.0, 1.0 + p.protection)
    sold = industries.importable & industries.opened & bool(p.imports)
    return Facts(
        sigma=float(p.variety_elasticity), nu=float(p.input_elasticity), tied=float(p.contract_share),
        trade_costs=costs, price=np.array(firms.price), appeal=np.array(firms.appeal), cost=np.array(firms.unit_cost),
        installed=np.array(firms.capacity),
        usable=np.array(firms.capacity * (1.0 - world.regions.disaster[firms.region])),
        limit=np.array(firms.supply_limit), home=np.array(firms.region), industry=np.array(firms.industry),
        final=np.array(world.local_industries.final), shares=world.input_shares,
        imports=landed(world, costs)[:, None]
        * np.where(sold, industries.import_appeal * industries.import_price ** (1.0 - p.variety_elasticity), 0.0),
        embargo=np.array(industries.embargo),
        contracts=[
            (int(link.first), int(link.second), float(link.share)) for link in world.links if link.tie == Tie.SUPPLY
        ],
        shortage=bool(p.input_shortage),
    )  # fmt: skip


def price_indices(facts: Facts) -> Array:
    """P^(1-sigma) (R, S): every firm's delivered price in every region, and imports."""
    found = facts.imports.copy()
    for firm in range(len(facts.price)):
        for buyer in range(len(facts.final)):
            delivered = facts.price[firm] * facts.trade_costs[facts.home[firm], buyer]
            found[buyer, facts.industry[firm]] += facts.appeal[firm] * delivered ** (1.0 - facts.sigma)
    return found


def weights(facts: Facts) -> Array:
    """Share of each firm in what each region spends openly on its industry, (N, R)."""
    found = np.zeros((len(facts.price), len(facts.final)))
    indices = price_indices(facts)
    for firm in range(len(facts.price)):
        for buyer in range(len(facts.final)):
            delivered = facts.price[firm] * facts.trade_costs[facts.home[firm], buyer]
            own = facts.appeal[firm] * delivered ** (1.0 - facts.sigma)
            found[firm, buyer] = own / indices[buyer, facts.industry[firm]]
    return found


def demands(facts: Facts, planned: Array) -> tuple[Array, Array, Array]:
    """Orders (N,) for goods, those under contract among them (N,), and open spending (R, S), if firms plan this."""
    openly = facts.final.copy()
    for firm in range(len(planned)):
        openly[facts.home[firm]] += facts.shares[:, facts.industry[firm]] * facts.cost[firm] * planned[firm]
    promised = np.zeros(len(planned))
    for customer, supplier, share in facts.contracts:
        source = facts.industry[supplier]
        money = (
            facts.tied
            * share
            * facts.shares[source, facts.industry[customer]]
            * facts.cost[customer]
            * planned[customer]
        )
        openly[facts.home[customer], source] -= money
        promised[supplier] += money / facts.price[supplier]
    bought = (weights(facts) * openly[:, facts.industry].T).sum(axis=1) / facts.price
    return bought + promised, promised, openly


def solve_orders(facts: Facts) -> Array:
    """Planned output (N,) at which every firm plans what is ordered, given what all others plan."""

    def gap(planned: Array) -> Array:
        return planned - np.minimum(facts.usable, demands(facts, planned)[0]) * facts.limit

    solution = root(gap, facts.usable * 0.3, method="krylov", options={"fatol": 1e-11, "maxiter": 400})
    assert np.abs(gap(solution.x)).max() < 1e-9
    return solution.x


def deliveries(facts: Facts, planned: Array, output: Array) -> tuple[Array, Array, Array]:
    """Share of contract orders kept (N,), and of open orders filled, in value and really (R, S), if firms make this."""
    ordered, promised, _ = demands(facts, planned)
    normal = np.minimum(facts.installed, ordered)
    first = np.minimum(promised, normal) / np.where(promised > 0, promised, 1.0)
    kept = np.where(promised > 0, first * output / normal, 0.0)
    openly = ordered - promised
    fill = np.where(openly > 0, np.maximum(0.0, output - promised * kept) / np.where(openly > 0, openly, 1.0), 0.0)
    indices, share = price_indices(facts), weights(facts)
    value = facts.imports / indices * (1.0 - facts.embargo)
    real = facts.imports / indices * (1.0 - facts.embargo) ** (1.0 - 1.0 / facts.sigma)
    for firm in range(len(output)):
        value[:, facts.industry[firm]] += share[firm] * fill[firm]
        real[:, facts.industry[firm]] += share[firm] * fill[firm] ** (1.0 - 1.0 / facts.sigma)
    return kept, value, real ** (facts.sigma / (facts.sigma - 1.0))


def allowed(facts: Facts, kept: Array, filled: Array) -> Array:
    """Output over plan (N,) that inputs allow."""
    limit = np.ones(len(facts.price))
    if not facts.shortage:
        return limit
    power = (facts.nu - 1.0) / facts.nu
    for firm in range(len(limit)):
        for source in np.flatnonzero(facts.shares[:, facts.industry[firm]] > 0):
            part = facts.shares[source, facts.industry[firm]]
            mine = [(s, share) for c, s, share in facts.contracts if c == firm and facts.industry[s] == source]
            tied = facts.tied * sum(share for _, share in mine)
            arrived = (1.0 - tied) * filled[facts.home[firm], source]
            arrived += facts.tied * sum(share * kept[supplier] for supplier, share in mine)
            limit[firm] *= (1.0 - part + part * min(arrived, 1.0) ** power) ** (1.0 / power)
    return limit


def solve_deliveries(facts: Facts, planned: Array) -> tuple[Array, Array, Array]:
    """Output (N,) at which every firm makes what inputs allow, given what all others deliver; with both fills."""

    def gap(output: Array) -> Array:
        kept, _, filled = deliveries(facts, planned, np.maximum(output, 0.0))
        return output - planned * allowed(facts, kept, np.minimum(filled, 1.0))

    solution = root(gap, planned * 0.9, method="krylov", options={"fatol": 1e-11, "maxiter": 400})
    assert np.abs(gap(solution.x)).max() < 1e-9
    _, value, filled = deliveries(facts, planned, solution.x)
    return solution.x, value, filled


def test_orders_and_deliveries_clear_at_once(world: World) -> None:
    facts = facts_of(world)
    market.trade(world)
    firms, local_industries = world.firms, world.local_industries
    np.testing.assert_allclose(
        local_industries.price_index, price_indices(facts) ** (1.0 / (1.0 - facts.sigma)), rtol=1e-10
    )
    planned = solve_orders(facts)
    np.testing.assert_allclose(firms.planned, planned, rtol=1e-7)
    ordered, _, openly = demands(facts, planned)
    np.testing.assert_allclose(firms.demand, ordered, rtol=1e-7)
    np.testing.assert_allclose(local_industries.spending - local_industries.contracted, openly, rtol=1e-7, atol=1e-9)
    output, value, filled = solve_deliveries(facts, planned)
    np.testing.assert_allclose(firms.output, output, rtol=1e-7)
    np.testing.assert_allclose(local_industries.paid_share, value, rtol=1e-7)
    np.testing.assert_allclose(local_industries.filled, filled, rtol=1e-7)
    assert (firms.planned < firms.demand - 1e-9).any(), "someone runs out of capacity"
    assert (local_industries.filled < 0.99).any(), "some buyers get less than they ordered"


def test_a_firms_orders_are_what_buyers_everywhere_want_of_it(world: World) -> None:
    """Market access against the pairwise sum: every buyer's spending, split over all firms, one by one."""
    supply.open_year(world)
    market.trade(world)
    supply.close_year(world)
    facts = facts_of(world)
    pairs = np.zeros(len(facts.price))
    openly = np.array(world.local_industries.spending - world.local_industries.contracted)
    for firm in range(len(facts.price)):
        industry = facts.industry[firm]
        rivals = np.flatnonzero(facts.industry == industry)
        for buyer in range(len(facts.final)):
            tau = facts.trade_costs[:, buyer]
            attraction = facts.imports[buyer, industry] + sum(
                facts.appeal[rival] * (facts.price[rival] * tau[facts.home[rival]]) ** (1.0 - facts.sigma)
                for rival in rivals
            )
            own = facts.appeal[firm] * (facts.price[firm] * tau[facts.home[firm]]) ** (1.0 - facts.sigma)
            pairs[firm] += own / attraction * openly[buyer, industry] / facts.price[firm]
    access = world.local_industries.open_access[facts.home, facts.industry]
    by_access = facts.appeal * facts.price**-facts.sigma * access
    np.testing.assert_allclose(by_access, pairs, rtol=1e-10)
    promised = np.zeros(len(pairs))
    for link in world.links[world.links.tie == Tie.SUPPLY]:
        promised[link.second] += link.value / max(link.filled, 1e-300) / facts.price[link.second]
    np.testing.assert_allclose(world.firms.demand, pairs + promised, rtol=1e-9)


def test_all_open_spending_is_ordered_from_someone(world: World) -> None:
    """What firms and the rest of the world are asked for is what buyers want to spend: nothing is lost on the way."""
    market.trade(world)
    facts = facts_of(world)
    openly = np.array(world.local_industries.spending - world.local_industries.contracted)
    shares = weights(facts)
    abroad = facts.imports / price_indices(facts)
    for industry in range(facts.imports.shape[1]):
        of_firms = shares[facts.industry == industry].sum(axis=0)
        np.testing.assert_allclose(of_firms + abroad[:, industry], 1.0, rtol=1e-10)
        at_home = float((world.firms.demand * facts.price)[facts.industry == industry].sum())
        tied = float(world.local_industries.contracted[:, industry].sum())
        assert at_home + float((abroad[:, industry] * openly[:, industry]).sum()) == pytest.approx(
            float(openly[:, industry].sum()) + tied, rel=1e-9
        )


def test_real_consumption_is_a_ces_index_of_what_was_delivered(world: World) -> None:
    market.trade(world)
    consumption.consume(world.regions, world.industries, world.local_industries, world.p)
    local_industries, p = world.local_industries, world.p
    tastes = np.array(world.industries.demand_share)
    goods = np.array(local_industries.filled * local_industries.final / local_industries.price_index) * np.array(
        local_industries.reference_price
    )
    for region in range(len(goods)):
        elasticity = float(p.industry_elasticity)
        if elasticity == 1.0:
            index = np.prod((goods[region] / tastes) ** tastes)
        else:
            power = (elasticity - 1.0) / elasticity
            index = (tastes ** (1.0 / elasticity) * goods[region] ** power).sum() ** (1.0 / power)
        expected = index * float(world.regions.chain_link[region])
        assert float(world.regions.consumption[region]) == pytest.approx(expected, rel=1e-9)


def test_taking_new_reference_prices_does_not_move_consumption() -> None:
    world = lived(small_story(), 4)
    before = np.array(world.regions.consumption)
    world.local_industries.reference_price[:] *= 1.7
    consumption.consume(world.regions, world.industries, world.local_industries, world.p)
    assert np.abs(world.regions.consumption / before - 1.0).max() > 0.1
    world.regions.consumption[:] = before
    consumption.rebase(world)
    np.testing.assert_allclose(world.regions.consumption, before, rtol=1e-12)
