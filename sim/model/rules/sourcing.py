"""Sourcing: what a firm's own suppliers under contract add to the cost of its inputs, or take from it.

Customers weigh price and distance: Bernard, Moxnes & Saito (2019). How contracts begin and end is in
sim.model.rules.supply; the mechanism `supply_contracts` switches both.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.contract_index import Contracts, contracts_of, standing
from sim.kernel.sellers import cost_at_gate
from sim.kernel.typed import Array, Firms, LocalIndustries, Parameters
from sim.kernel.world import World


@rule
def price_gates(firms: Firms, contracts: Contracts, costs: Array, p: Parameters) -> None:
    """Fill `costs` (E,): ln of what a unit costs a customer at its gate under each contract."""
    log_prices = np.empty(len(firms))
    for row in range(len(firms)):
        log_prices[row] = math.log(firms[row].price)
    for customer in range(len(firms)):
        here = firms[customer].region
        for entry in range(contracts.starts[customer], contracts.starts[customer + 1]):
            supplier = contracts.suppliers[entry]
            crosses = here != firms[supplier].region
            costs[entry] = cost_at_gate(log_prices[supplier], contracts.distances[entry], crosses, p)


@rule
def gate_gaps(firms: Firms, contracts: Contracts, local_industries: LocalIndustries, costs: Array, gaps: Array) -> None:
    """Fill `gaps` (E,): ln of what a unit costs a customer at its gate under each contract, over the price index of its
    region. `costs` as `price_gates` gives them.
    """
    indices = np.empty(local_industries.shape)
    for region in range(local_industries.shape[0]):
        for industry in range(local_industries.shape[1]):
            indices[region, industry] = math.log(local_industries[region, industry].price_index)
    for customer in range(len(firms)):
        here = firms[customer].region
        for entry in range(contracts.starts[customer], contracts.starts[customer + 1]):
            gaps[entry] = costs[entry] - indices[here, contracts.goods[entry]]


@rule
def mean_gaps(contracts: Contracts, gaps: Array, means: Array) -> None:
    """Fill `means` (S,) with the mean gap at the gate over all contracts for the goods of each industry; NaN if none.

    `gaps` as `gate_gaps` gives them.
    """
    counts = np.zeros(len(means))
    means[:] = 0.0
    for entry in contracts.in_order:
        means[contracts.goods[entry]] += gaps[entry]
        counts[contracts.goods[entry]] += 1.0
    for industry in range(len(means)):
        means[industry] = means[industry] / counts[industry] if counts[industry] > 0.0 else math.nan


@rule
def price_sources(
    firms: Firms, contracts: Contracts, input_shares: Array, gaps: Array, usual: Array, p: Parameters
) -> None:
    """Set every firm's `sourcing`: sum over its contracts of contract share x cost share x (gap - usual gap).

    What is bought under contract costs as much less than usual as the supplier is cheaper or nearer (the levels of a
    single variety's price and of an index over many cannot be compared, so the usual gap of the fork year counts).
    `usual` (S,) by industry of the supplier; `gaps` as `gate_gaps` gives them.
    """
    for row in range(len(firms)):
        firm = firms[row]
        firm.sourcing = 0.0
        for entry in range(contracts.starts[row], contracts.starts[row + 1]):
            good = contracts.goods[entry]
            weight = p.contract_share * contracts.shares[entry] * input_shares[good, firm.industry]
            firm.sourcing += weight * (gaps[entry] - usual[good])


def gate_costs(world: World) -> Array:
    """What units under contract cost at the customer's gate, ln, (E,)."""
    contracts = contracts_of(world)
    costs = np.empty(len(contracts.rows))
    price_gates(world.firms, contracts, costs, world.p)
    return costs


def price_contracts(world: World) -> None:
    """Near and cheap suppliers under contract make a firm's inputs cheaper than the market's, others dearer."""
    if not world.p.supply_contracts or len(world.links) == 0:
        return
    contracts, usual = contracts_of(world), world.usual_gaps
    gaps = np.empty(len(contracts.rows))
    gate_gaps(world.firms, contracts, world.local_industries, standing(world, "gate costs", gate_costs), gaps)
    if not world.treated or usual is None or np.isnan(usual).any():
        means = np.zeros(len(world.industries))
        mean_gaps(contracts, gaps, means)
        # After the fork year only goods that were never under contract before get a norm.
        known = world.treated and usual is not None
        usual = np.where(np.isnan(usual), means, usual) if known else means
        world.usual_gaps = usual
    price_sources(world.firms, contracts, world.input_shares, gaps, usual, world.p)
