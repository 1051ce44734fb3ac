"""Supply: firms buy part of their inputs from a few suppliers under contract, most of them near by.

Transactions between firms are localised at 40 km or less in 90-95 % of industries, against a counterfactual: Nakajima,
Saito & Uesugi (2012b), RIETI 12-E-023. Customers weigh price, distance and trust; large customers hold more contracts:
Bernard, Moxnes & Saito (2019). Contracts last for years and are reviewed: Heise (2016). The goods move, and
are paid, in sim.model.rules.delivery.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.kernel.compiling import inlined, rule
from sim.kernel.contract_index import Contracts, Promises, contracts_of, market_of
from sim.kernel.declare import OPENING, mechanism
from sim.kernel.draws import Luck, Purpose, absorb, draw, shortened, word
from sim.kernel.geography import Positions, cell_distance, neighbours_of
from sim.kernel.sellers import Market, cost_at_gate, open_market, pick_supplier
from sim.kernel.typed import Array, FirmRow, Firms, LinkRow, Links, LinkTable, Parameters
from sim.kernel.world import CONTRACTS, LINK, Event, Kind, Tie, World

SUPPLY = mechanism(
    "supply_contracts", "4.10", "Firms buy part of their inputs from a few suppliers under contract.", acts=OPENING
)
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
    "contract_range", 7.8, 2.0, 1000.0, unit="km", evidence="S", sweep=(4.0, 30.0),
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

DRAWS = 8
"""Draws of one search: as many as the most candidates that a firm may compare."""
SEARCHES, REVIEWS = 64, 32
"""Searches for one input in a year: first those for free places, from REVIEWS on those that may replace a supplier.

A firm has REVIEWS contracts for an input at most (suppliers_per_input x leader_contracts at their bounds), so searches
0 to REVIEWS - 1 for places and as many reviews; the last of REVIEWS reviews has number REVIEWS itself, which is free.
"""


@rule
def contracts_wanted(firm: FirmRow, p: Parameters) -> int:
    """Suppliers that a firm wants for each input: leading firms `leader_contracts` times more than others."""
    if p.anchoring and firm.kind == Kind.LEADING_FIRM:
        return p.suppliers_per_input * p.leader_contracts
    return p.suppliers_per_input


class Need(NamedTuple):
    """One input of one firm."""

    customer: int
    """Row of the firm."""
    slot: int
    """Which of its inputs."""
    industry: int
    """Row of the industry that makes it."""


@rule
def contract_key(customer: int, supplier: int) -> int:
    """Id of a supply contract from the ids of its two sides."""
    return shortened(absorb(absorb(word(Tie.SUPPLY), customer), supplier))


@rule
@inlined
def is_supplier(row: int, customer: int, contracts: Contracts, signed: Links) -> bool:
    """Whether the firm in `row` supplies the one in `customer` under contract, or under one `signed` this year."""
    for entry in range(contracts.starts[customer], contracts.starts[customer + 1]):
        if contracts.suppliers[entry] == row:
            return True
    for contract in signed:
        if contract.second == row:
            return True
    return False


class Tender(NamedTuple):
    """How a firm looks for a supplier of one input."""

    need: Need
    tries: int
    """How many candidates it compares."""
    counter: int
    """Number of the first draw."""
    bar: float
    """ln of cost at the gate that a candidate must undercut."""


@rule
@inlined
def find_supplier(
    tender: Tender, contracts: Contracts, market: Market, signed: Links, p: Parameters, luck: Luck
) -> int:
    """Row of the candidate that costs least at the customer's gate, and less than the bar; -1 if there is none."""
    customer = market.firms[tender.need.customer]
    bar = tender.bar
    chosen = -1
    for attempt in range(tender.tries):
        u = draw(luck, Purpose.SUPPLY, customer.id, tender.counter + attempt)
        row = pick_supplier(customer.cell, tender.need.industry, market, u)
        if row < 0:
            break
        supplier = market.firms[row]
        distance = cell_distance(customer.cell, supplier.cell, market.positions)
        cost = cost_at_gate(math.log(supplier.price), distance, supplier.region != customer.region, p)
        if cost < bar and not is_supplier(row, tender.need.customer, contracts, signed):
            bar = cost
            chosen = row
    return chosen


@rule
@inlined
def sign(contract: LinkRow, customer: int, supplier: int, market: Market, year: int) -> None:
    """Fill the record of a new contract between two rows of firms."""
    buyer, seller = market.firms[customer], market.firms[supplier]
    contract.id = contract_key(buyer.id, seller.id)
    contract.tie = Tie.SUPPLY
    contract.first = customer
    contract.second = supplier
    contract.since = year
    contract.distance = cell_distance(buyer.cell, seller.cell, market.positions)
    contract.price = seller.price
    contract.living = True


@rule
def keep_in_mind(link: LinkRow, firms: Firms, positions: Positions, p: Parameters) -> None:
    """A contract follows firms that moved, and trust moves towards the share of orders filled last year."""
    link.distance = cell_distance(firms[link.first].cell, firms[link.second].cell, positions)
    link.trust += p.trust_speed * (link.filled - link.trust)


@rule
def search_counter(slot: int, search: int) -> int:
    """Counter of the first draw of a search for suppliers of the input in `slot`; each search has DRAWS of its own."""
    return (slot * SEARCHES + search) * DRAWS


@rule
def review_counter(slot: int, have: int) -> int:
    """Counter of the draw that reviews the `have`-th contract, from 1 on, for the input in `slot`."""
    return search_counter(slot, REVIEWS + have % REVIEWS)


@rule
@inlined
def review_contracts(
    need: Need, contracts: Contracts, market: Market, fresh: LinkTable, p: Parameters, luck: Luck
) -> int:
    """A firm compares some of its suppliers of an input with another each; returns how many contracts it replaced.

    A contract is replaced when another supplier is cheaper by more than trust is worth (Heise 2016; Monarch 2022).
    """
    firms = market.firms
    signed = 0
    have = 0
    for entry in range(contracts.starts[need.customer], contracts.starts[need.customer + 1]):
        if contracts.goods[entry] != need.industry:
            continue
        link = contracts.links[contracts.rows[entry]]
        have += 1
        if draw(luck, Purpose.SUPPLY, link.id, 0) >= p.contract_review:
            continue
        crosses = firms[link.second].region != firms[need.customer].region
        bar = cost_at_gate(math.log(link.price), link.distance, crosses, p) - p.trust_value * link.trust
        tender = Tender(need, 1, review_counter(need.slot, have), bar)
        other = find_supplier(tender, contracts, market, fresh[:signed], p, luck)
        if other >= 0:
            link.living = False
            link.value = 0.0
            sign(fresh[signed], need.customer, other, market, luck.year)
            signed += 1
    return signed


@rule
@inlined
def fill_places(
    need: Need,
    places: int,
    contracts: Contracts,
    market: Market,
    fresh: LinkTable,
    signed: int,
    p: Parameters,
    luck: Luck,
) -> int:
    """A firm looks for suppliers of an input for its free places; returns how many contracts it signed.

    `signed` contracts of `fresh` are taken already.
    """
    begun = signed
    for turn in range(places):
        tender = Tender(need, p.supply_candidates, search_counter(need.slot, turn), math.inf)
        other = find_supplier(tender, contracts, market, fresh[:signed], p, luck)
        if other >= 0:
            sign(fresh[signed], need.customer, other, market, luck.year)
            signed += 1
    return signed - begun


@rule
@inlined
def source_input(need: Need, contracts: Contracts, market: Market, fresh: LinkTable, p: Parameters, luck: Luck) -> int:
    """A firm reviews its suppliers of one input and fills free places; returns how many of `fresh` it signed."""
    first, last = contracts.starts[need.customer], contracts.starts[need.customer + 1]
    firm = market.firms[need.customer]
    replaced = review_contracts(need, contracts, market, fresh, p, luck)
    have = 0
    for entry in range(first, last):
        have += 1 if contracts.goods[entry] == need.industry else 0
    added = fill_places(need, contracts_wanted(firm, p) - have, contracts, market, fresh, replaced, p, luck)
    have += added
    firm.contracts[need.slot] = have
    for entry in range(first, last):
        if contracts.goods[entry] == need.industry:
            contracts.links[contracts.rows[entry]].share = 1.0 / have
    for entry in range(replaced + added):
        fresh[entry].share = 1.0 / have
    return replaced + added


@rule
def choose_suppliers(contracts: Contracts, market: Market, fresh: LinkTable, p: Parameters, luck: Luck) -> int:
    """Every firm reviews some contracts and fills the places that are free; fills `fresh` and returns how many."""
    firms = market.firms
    for entry in range(contracts.starts[len(firms)]):
        keep_in_mind(contracts.links[contracts.rows[entry]], firms, market.positions, p)
    signed = 0
    for customer in range(len(firms)):
        firm = firms[customer]
        for slot in range(CONTRACTS):
            firm.contracts[slot] = 0
            industry = contracts.inputs[firm.industry, slot]
            if industry >= 0 and firm.living:
                signed += source_input(Need(customer, slot, industry), contracts, market, fresh[signed:], p, luck)
    return signed


@rule
def note_deliveries(contracts: Contracts, promises: Promises) -> None:
    """Note in every contract what was delivered, and the share of what the customer ordered that arrived."""
    for entry in range(len(contracts.rows)):
        link, supplier = contracts.links[contracts.rows[entry]], contracts.suppliers[entry]
        link.filled = promises.accepted[supplier] * promises.kept[supplier]
        link.value = contracts.value[entry] * promises.kept[supplier]


@rule
def settle_accounts(firms: Firms, links: Links) -> None:
    """After trade: note the price of each contract, and each customer's share of inputs that SMEs supplied."""
    for firm in firms:
        firm.local_supply = 0.0
    for link in links:
        if link.tie == Tie.SUPPLY and link.living:
            customer, supplier = firms[link.first], firms[link.second]
            link.price = supplier.price
            if supplier.kind == Kind.SME and customer.input_bill > 0.0:
                customer.local_supply += link.value / customer.input_bill


def weigh_suppliers(gaps: Array, weights: Array, p: Parameters) -> None:
    """Fill `weights` (K,) with the weight of suppliers in each neighbouring cell: exp(-d / contract_range)."""
    weights[:] = np.exp(-gaps / p.contract_range)


def sign_contracts(world: World) -> LinkTable:
    """Firms review their suppliers and sign new contracts: these, shape (n,)."""
    firms, p, contracts = world.firms, world.p, contracts_of(world)
    around = neighbours_of(world, "contract_weights", weigh_suppliers)
    market = open_market(firms, len(world.industries), around, world.geography.positions, p)
    leaders = int(np.count_nonzero(firms.kind == Kind.LEADING_FIRM))
    most = int(p.suppliers_per_input) * (len(firms) + int(p.leader_contracts) * leaders)
    fresh = LINK.empty(most * int(np.max((contracts.inputs >= 0).sum(axis=1))) + len(world.links))
    return fresh[: choose_suppliers(contracts, market, fresh, p, world.luck)]  # type: ignore[return-value]


def contract(world: World) -> None:
    """Firms review their suppliers, and sign contracts with new ones where they lack some."""
    firms = world.firms
    if not world.p.supply_contracts or len(firms) == 0:
        return
    fresh = sign_contracts(world)
    world.links_table.extend(len(fresh))[...] = fresh
    world.note(Event.CONTRACT, firms, fresh.first, other=firms.id[fresh.second], amount=fresh.distance)


def open_year(world: World) -> None:
    """The market opens: contracts are listed once for all its passes."""
    world.market = market_of(world)


def close_year(world: World) -> None:
    """The market closes: what was traded under contract this year is noted."""
    market, world.market = market_of(world), None
    note_deliveries(market.contracts, market.promises)
    if world.p.supply_contracts:
        settle_accounts(world.firms, world.links)
