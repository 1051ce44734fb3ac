"""Supply: firms buy part of their inputs from a few suppliers under contract, most of them near by.

Transactions between firms are localised at 40 km or less in 90-95 % of industries, against a counterfactual: Nakajima,
Saito & Uesugi (2012b), RIETI 12-E-023. Customers weigh price, distance and trust; large customers hold more contracts:
Bernard, Moxnes & Saito (2019). Contracts last for years and are reviewed: Heise (2016). The goods move, and
are paid, in sim.model.rules.market.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.contract_index import contracts_by_customer, inputs_by_industry
from sim.kernel.declare import mechanism
from sim.kernel.draws import ID_BITS, Purpose, absorb, uniform, word
from sim.kernel.geography import cell_distance, count_by_cell, kernel
from sim.kernel.world import CONTRACTS, LINK, Event, Kind, Tie, World

DRAWS = 8
"""Draws of one search: as many as the most candidates that a firm may compare."""
SEARCHES, REVIEWS = 64, 32
"""Searches for one input in a year: first those for free places, from REVIEWS on those that may replace a supplier."""

SUPPLY = mechanism("supply_contracts", "4.10", "Firms buy part of their inputs from a few suppliers under contract.")
SUPPLY.param(
    "contract_share", 0.65, 0.0, 1.0, unit="1", evidence="A", sweep=(0.4, 0.8),
    source="set so that a supplier's loss passes on at .25-.6 when it is the only one: customers lose 2-3 points of "
    "sales growth where a supplier loses about 5 (Barrot & Sauvagnat 2016); ratio and range ours",
    help="share of spending on an input that goes to suppliers under contract; the rest is bought openly",
)  # fmt: skip
SUPPLY.param(
    "suppliers_per_input", 2, 1, 4, unit="links", evidence="S", sweep=(1, 4), whole=True,
    source="Bernard, Moxnes & Saito 2019 (the median firm has few suppliers); Elliott, Golub & Leduc 2022",
    help="suppliers under contract that a firm wants for each input: 1 single, 2 dual sourcing",
)  # fmt: skip
SUPPLY.param(
    "contract_range", 7.7, 2.0, 1000.0, unit="km", evidence="S", sweep=(4.0, 30.0),
    source="Nakajima, Saito & Uesugi 2012b, RIETI 12-E-023 (transactions are localised at 40 km or less in 90-95 % of "
    "industries, against a counterfactual); digits ours",
    help="distance over which the chance of meeting a supplier falls by a factor e",
)  # fmt: skip
SUPPLY.param(
    "supply_candidates", 3, 1, 8, unit="firms", evidence="A", sweep=(1, 6), whole=True,
    source="limited search; digits ours",
    help="suppliers that a firm compares before it signs",
)  # fmt: skip
SUPPLY.param(
    "contract_review", 0.15, 0.0, 1.0, unit="1/year", evidence="S", sweep=(0.05, 0.3),
    source="Heise 2016; Monarch 2022 (a large share of relationships survives a year)",
    help="share of contracts that are compared with another supplier each year",
)  # fmt: skip
SUPPLY.param(
    "trust_value", 0.10, 0.0, 1.0, unit="ln price", evidence="A", sweep=(0.0, 0.2),
    source="Monarch 2022 (switching costs; sign)",
    help="how much cheaper a new supplier must be than one that is fully trusted",
)  # fmt: skip
SUPPLY.param(
    "trust_speed", 0.3, 0.0, 1.0, unit="1/year", evidence="A", sweep=(0.1, 0.6),
    source="Macchiavello & Morjaria 2015 (reputation is built by deliveries); digits ours",
    help="how fast trust moves towards the share of orders that a supplier fills",
)  # fmt: skip
SUPPLY.param(
    "order_limit", 1.05, 0.5, 5.0, unit="1", evidence="A", sweep=(0.9, 1.3),
    source="our assumption",
    help="last year's orders over capacity from which a supplier takes on no customers",
)  # fmt: skip


@rule
def cost_at_gate(price, distance, crosses, p):
    """ln of what a unit costs at the customer's gate: ln p + distance_cost ln(1 + d/l) + ln(1 + protection)."""
    if not p.trade_costs:
        return math.log(price)
    border = math.log(1.0 + p.protection) if crosses else 0.0
    return math.log(price) + p.distance_cost * math.log(1.0 + distance / p.trade_scale) + border


@rule
def takes_orders(firm, p):
    """Whether a firm takes on customers: it is new, or last year's orders were below `order_limit` x its capacity."""
    return firm.living and firm.capacity > 0.0 and (firm.age < 1 or firm.demand < p.order_limit * firm.capacity)


@rule
def contracts_wanted(firm, p):
    """Suppliers that a firm wants for each input: leading firms `leader_contracts` times more than others."""
    if p.anchoring and firm.kind == Kind.LEADING_FIRM:
        return p.suppliers_per_input * p.leader_contracts
    return p.suppliers_per_input


class Market(NamedTuple):
    """Where suppliers stand and what they have on offer, in lists of their own: a search reads little of many
    firms.
    """

    by_cell: np.ndarray
    """Shape (C+1,): firms by_cell[c]:by_cell[c+1] stand in cell c."""
    industry_of: np.ndarray
    """Shape (N,): industry of each firm."""
    offers: np.ndarray
    """Shape (N,): capacity of the firms that take orders, 0 of others."""
    room: np.ndarray
    """Shape (C, S): sum of the offers by cell and industry."""
    largest: np.ndarray
    """Shape (S,): the most of it that stands in one cell."""
    reach: np.ndarray
    """Shape (C, S): room around each cell, weighted by nearness; -1 until it is asked for."""
    start: np.ndarray
    """Shape (C+1,): `near[start[c]:start[c+1]]` are the cells around cell c, the nearest first."""
    near: np.ndarray
    """Shape (K,)."""
    weights: np.ndarray
    """Shape (K,): exp(-d / contract_range), falling from cell to cell."""


@rule
def pick_supplier(luck, cell, industry, market):
    """Row of a supplier in `industry`, chosen by capacity x exp(-d / range) with one keyed uniform; -1 if none."""
    by_cell, industry_of, offers, room, largest, reach, start, near, weights = market
    if reach[cell, industry] < 0.0:
        total = 0.0
        for entry in range(start[cell], start[cell + 1]):
            # Weights fall from cell to cell: from here on nothing is large enough to change a bit of the sum.
            if weights[entry] * largest[industry] < 1e-17 * total:
                break
            total += weights[entry] * room[near[entry], industry]
        reach[cell, industry] = total
    aim = luck * reach[cell, industry]
    found = -1
    for entry in range(start[cell], start[cell + 1]):
        near_cell = near[entry]
        mass = weights[entry] * room[near_cell, industry]
        if mass <= 0.0:
            continue
        if aim < mass:
            for row in range(by_cell[near_cell], by_cell[near_cell + 1]):
                if industry_of[row] == industry and offers[row] > 0.0:
                    found = row
                    aim -= weights[entry] * offers[row]
                    if aim < 0.0:
                        return found
            return found
        aim -= mass
    return found


@rule
def contract_key(customer, supplier):
    """Id of a supply contract from the ids of its two sides."""
    return np.int64(absorb(absorb(word(Tie.SUPPLY), customer), supplier) >> word(64 - ID_BITS))


@rule
def is_supplier(row, held, signed, links):
    """Whether the firm in `row` supplies under one of the contracts `held`, or under one `signed` this year."""
    for entry in held:
        if links[entry].second == row:
            return True
    for contract in signed:
        if contract.second == row:
            return True
    return False


@rule
def search_counter(slot, search):
    """Counter of the first draw of a search for suppliers of the input in `slot`; each search has DRAWS of its own."""
    return (slot * SEARCHES + search) * DRAWS


@rule
def find_supplier(
    seed, year, firm, industry, counter, tries, bar, held, signed, links, firms, market, cells, cell_km, p
):
    """Row of the candidate that costs least at the firm's gate among `tries`, and less than `bar` in ln; else -1."""
    chosen = -1
    for attempt in range(tries):
        luck = uniform(seed, Purpose.SUPPLY, year, firm.id, counter + attempt)
        row = pick_supplier(luck, firm.cell, industry, market)
        if row < 0:
            break
        distance = cell_distance(cells, firm.cell, firms[row].cell, cell_km)
        cost = cost_at_gate(firms[row].price, distance, firms[row].region != firm.region, p)
        if cost < bar and not is_supplier(row, held, signed, links):
            bar = cost
            chosen = row
    return chosen


@rule
def sign(contract, customer, supplier, firms, cells, cell_km, year):
    """Fill the record of a new contract between two rows of firms."""
    contract.id = contract_key(firms[customer].id, firms[supplier].id)
    contract.tie = Tie.SUPPLY
    contract.first = customer
    contract.second = supplier
    contract.since = year
    contract.distance = cell_distance(cells, firms[customer].cell, firms[supplier].cell, cell_km)
    contract.price = firms[supplier].price
    contract.living = True


@rule
def keep_in_mind(link, firms, cells, cell_km, p):
    """A contract follows firms that moved, and trust moves towards the share of orders filled last year."""
    link.distance = cell_distance(cells, firms[link.first].cell, firms[link.second].cell, cell_km)
    link.trust += p.trust_speed * (link.filled - link.trust)


@rule
def choose_suppliers(seed, year, firms, links, starts, rows, inputs, market, cells, cell_km, fresh, p):
    """Every firm reviews some contracts and fills the places that are free; fills `fresh` and returns how many.

    A contract is replaced when another supplier is cheaper by more than trust is worth. `inputs` (S, CONTRACTS)
    lists the industries that each industry buys from, -1 beyond.
    """
    count = 0
    goods = np.empty(starts[len(firms)], dtype=np.int32)
    for position in range(len(goods)):
        link = links[rows[position]]
        keep_in_mind(link, firms, cells, cell_km, p)
        goods[position] = firms[link.second].industry
    for row in range(len(firms)):
        firm = firms[row]
        held = rows[starts[row] : starts[row + 1]]
        supplied = goods[starts[row] : starts[row + 1]]
        for slot in range(CONTRACTS):
            firm.contracts[slot] = 0
            industry = inputs[firm.industry, slot]
            if industry < 0 or not firm.living:
                continue
            begun = count
            have = 0
            for position in range(len(held)):
                if supplied[position] != industry:
                    continue
                link = links[held[position]]
                have += 1
                if uniform(seed, Purpose.SUPPLY, year, link.id, 0) >= p.contract_review:
                    continue
                crosses = firms[link.second].region != firm.region
                bar = cost_at_gate(link.price, link.distance, crosses, p) - p.trust_value * link.trust
                counter = search_counter(slot, REVIEWS + have)
                other = find_supplier(
                    seed, year, firm, industry, counter, 1, bar, held, fresh[begun:count], links, firms, market, cells,
                    cell_km, p,
                )  # fmt: skip
                if other >= 0:
                    link.living = False
                    link.value = 0.0
                    sign(fresh[count], row, other, firms, cells, cell_km, year)
                    count += 1
            for turn in range(contracts_wanted(firm, p) - have):
                other = find_supplier(
                    seed, year, firm, industry, search_counter(slot, turn), p.supply_candidates, math.inf, held,
                    fresh[begun:count], links, firms, market, cells, cell_km, p,
                )  # fmt: skip
                if other >= 0:
                    sign(fresh[count], row, other, firms, cells, cell_km, year)
                    count += 1
                    have += 1
            firm.contracts[slot] = have
            for position in range(len(held)):
                if supplied[position] == industry:
                    links[held[position]].share = 1.0 / have
            for entry in range(begun, count):
                fresh[entry].share = 1.0 / have
    return count


@rule
def gate_gap(link, firms, local_industries, p):
    """ln of what a unit costs a customer at its gate from this supplier, over the price index of its region."""
    customer, supplier = firms[link.first], firms[link.second]
    cost = cost_at_gate(supplier.price, link.distance, customer.region != supplier.region, p)
    return cost - math.log(local_industries[customer.region, supplier.industry].price_index)


@rule
def mean_gaps(firms, links, local_industries, gaps, p):
    """Fill `gaps` (S,) with the mean gap at the gate over all contracts for the goods of each industry; NaN if none."""
    counts = np.zeros(len(gaps))
    gaps[:] = 0.0
    for link in links:
        if link.tie == Tie.SUPPLY and link.living:
            industry = firms[link.second].industry
            gaps[industry] += gate_gap(link, firms, local_industries, p)
            counts[industry] += 1.0
    for industry in range(len(gaps)):
        gaps[industry] = gaps[industry] / counts[industry] if counts[industry] > 0.0 else math.nan


@rule
def price_sources(firms, links, local_industries, input_shares, gaps, p):
    """Set every firm's `sourcing`: sum over its contracts of contract share x cost share x (gap - usual gap).

    What is bought under contract costs as much less than usual as the supplier is cheaper or nearer (the levels of a
    single variety's price and of an index over many cannot be compared, so the usual gap of the fork year counts).
    """
    for firm in firms:
        firm.sourcing = 0.0
    for link in links:
        if link.tie == Tie.SUPPLY and link.living:
            customer, industry = firms[link.first], firms[link.second].industry
            weight = p.contract_share * link.share * input_shares[industry, customer.industry]
            customer.sourcing += weight * (gate_gap(link, firms, local_industries, p) - gaps[industry])


@rule
def find_room(firms, industry_of, offers, room, p):
    """Fill `industry_of` (N,), `offers` (N,) and `room` (C, S) as Market describes them."""
    room[:] = 0.0
    for row in range(len(firms)):
        firm = firms[row]
        industry_of[row] = firm.industry
        offers[row] = firm.capacity if takes_orders(firm, p) else 0.0
        room[firm.cell, firm.industry] += offers[row]


@rule
def settle_accounts(firms, links):
    """After trade: note the price of each contract, and each customer's share of inputs that SMEs supplied."""
    for firm in firms:
        firm.local_supply = 0.0
    for link in links:
        if link.tie == Tie.SUPPLY and link.living:
            customer, supplier = firms[link.first], firms[link.second]
            link.price = supplier.price
            if supplier.kind == Kind.SME and customer.input_bill > 0.0:
                customer.local_supply += link.value / customer.input_bill


def weigh_suppliers(gaps, weights, p):
    """Fill `weights` (K,) with the weight of suppliers in each neighbouring cell: exp(-d / contract_range)."""
    weights[:] = np.exp(-gaps / p.contract_range)


def open_market(firms, shape, start, near, weights, p):
    """The Market of all firms on cells and industries of `shape` (C, S)."""
    by_cell = np.zeros(shape[0] + 1, dtype=np.int64)
    count_by_cell(firms, by_cell)
    industry_of, offers, room = np.zeros(len(firms), dtype=np.int64), np.zeros(len(firms)), np.zeros(shape)
    find_room(firms, industry_of, offers, room, p)
    return Market(by_cell, industry_of, offers, room, room.max(axis=0), np.full(shape, -1.0), start, near, weights)


def contract(world: World) -> None:
    """Firms review their suppliers, and sign contracts with new ones where they lack some."""
    firms, links, p, geography = world.firms, world.links, world.p, world.geography
    if not p.supply_contracts or len(firms) == 0:
        return
    inputs = inputs_by_industry(world)
    weights = kernel(world, "contract_weights", weigh_suppliers)
    market = open_market(firms, world.sites.shape, geography.start, geography.near, weights, p)
    leaders = int(np.count_nonzero(firms.kind == Kind.LEADING_FIRM))
    most = int(p.suppliers_per_input) * (len(firms) + int(p.leader_contracts) * leaders)
    fresh = LINK.empty(most * int((inputs >= 0).sum(axis=1).max()) + len(links))
    held = contracts_by_customer(links, firms)
    count = choose_suppliers(
        world.seed, world.year, firms, links, *held, inputs, market, world.cells, geography.cell_km, fresh, p
    )
    fresh = fresh[:count]
    world.links_table.extend(count)[...] = fresh
    world.note(Event.CONTRACT, firms[fresh.first], other=firms.id[fresh.second], amount=fresh.distance)


def price_contracts(world: World) -> None:
    """Near and cheap suppliers under contract make a firm's inputs cheaper than the market's, others dearer."""
    if not world.p.supply_contracts or len(world.links) == 0:
        return
    usual = world.usual_gaps
    if not world.treated or usual is None or np.isnan(usual).any():
        gaps = np.zeros(len(world.industries))
        mean_gaps(world.firms, world.links, world.local_industries, gaps, world.p)
        # After the fork year only goods that were never under contract before get a norm.
        known = world.treated and usual is not None
        usual = np.where(np.isnan(usual), gaps, usual) if known else gaps
        world.usual_gaps = usual
    price_sources(world.firms, world.links, world.local_industries, world.input_shares, usual, world.p)


def remember(world: World) -> None:
    """What was traded under contract this year is noted."""
    if world.p.supply_contracts:
        settle_accounts(world.firms, world.links)
