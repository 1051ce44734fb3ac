"""Contracts: firms buy part of each input from a few suppliers, found near by and compared by cost at the gate."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.plain_mesa.places import Place, distance
from sim.kernel.draws import Purpose, absorb, shortened
from sim.kernel.world import Tie as Kind

if TYPE_CHECKING:
    from benchmarks.plain_mesa.firm import Firm
    from benchmarks.plain_mesa.model import PlainModel

SUPPLY = int(Purpose.SUPPLY)
DRAWS, SEARCHES, REVIEWS = 8, 64, 32
"""Draws of one search; searches for one input in a year; from which of them on they are reviews."""


@dataclass(slots=True, eq=False)
class Contract:
    """A contract of a customer with a supplier of one input."""

    id: int
    customer: Firm
    supplier: Firm
    since: int
    apart: float
    price: float
    weight: float
    """Share of the customer's cost that it buys under contracts for this input."""
    trust: float = 0.0
    share: float = 0.0
    """Share of that which it buys here."""
    value: float = 0.0
    filled: float = 0.0


class SupplyMarket:
    """Who has on offer what, and how a buyer comes upon a supplier: near and large ones are met more often."""

    def __init__(self, model: PlainModel) -> None:
        self.model = model
        self.offers: dict[tuple[int, int], list[Firm]] = {}
        self.room = np.zeros((len(model.places), len(model.industries)))
        self.around: dict[tuple[int, int], list[float]] = {}
        for place in model.places:
            for firm in place.firms:
                if firm.takes_orders():
                    self.offers.setdefault((place.row, firm.industry.row), []).append(firm)
                    self.room[place.row, firm.industry.row] += firm.capacity

    def reach(self, place: Place, industry: int) -> list[float]:
        """Capacity on offer around a place, by nearness, summed up over cells in order of distance."""
        key = place.row, industry
        if key not in self.around:
            rows, weights = self.model.near_rows[place.row], self.model.contract_weights[place.row]
            self.around[key] = np.cumsum(weights * self.room[rows, industry]).tolist()
        return self.around[key]

    def pick(self, place: Place, industry: int, u: float) -> Firm | None:
        """A supplier near a place, by capacity and nearness."""
        reached = self.reach(place, industry)
        aim = u * reached[-1]
        entry = bisect_right(reached, aim)
        if entry == len(reached):
            return None
        there, weight = self.model.near_rows[place.row][entry], self.model.contract_weights[place.row][entry]
        aim -= reached[entry - 1] if entry > 0 else 0.0
        for firm in self.offers[there, industry]:
            aim -= weight * firm.capacity
            if aim < 0.0:
                break
        return firm


class ContractParty:
    """The part of a firm that signs contracts."""

    def takes_orders(self: Firm) -> bool:
        """Whether it takes on customers."""
        return self.capacity > 0.0 and (self.age < 1 or self.demand < self.model.p.order_limit * self.capacity)

    def cost_at_gate(self: Firm, price: float, supplier: Firm, apart: float) -> float:
        """ln of what a unit from a supplier costs at this firm's gate."""
        p = self.model.p
        border = math.log(1.0 + p.protection) if supplier.region is not self.region else 0.0
        return math.log(price) + p.distance_cost * math.log(1.0 + apart / p.trade_scale) + border

    def keep_in_mind(self: Firm) -> None:
        """Trust in suppliers moves towards the share of orders that they filled."""
        for contract in self.suppliers:
            contract.trust += self.model.p.trust_speed * (contract.filled - contract.trust)

    def find_supplier(self: Firm, industry: int, known: set[Firm], tries: int, counter: int, bar: float) -> Firm | None:
        """The cheapest at the gate of some candidates, if it costs less than the bar."""
        model, chosen = self.model, None
        for attempt in range(tries):
            supplier = model.supply.pick(self.place, industry, model.draw(SUPPLY, self.unique_id, counter + attempt))
            if supplier is None:
                break
            apart = distance(self.place, supplier.place, model.within)
            cost = self.cost_at_gate(supplier.price, supplier, apart)
            if cost < bar and supplier not in known:
                bar, chosen = cost, supplier
        return chosen

    def sign(self: Firm, supplier: Firm, share: float) -> Contract:
        """A new contract for an input with cost share `share`."""
        identity = contract_id(self.unique_id, supplier.unique_id)
        apart = distance(self.place, supplier.place, self.model.within)
        weight = self.model.p.contract_share * share
        contract = Contract(identity, self, supplier, self.model.year, apart, supplier.price, weight)
        self.suppliers.append(contract)
        supplier.customers.append(contract)
        return contract

    def end(self: Firm, contract: Contract) -> None:
        """End a contract."""
        self.suppliers.remove(contract)
        contract.supplier.customers.remove(contract)

    def choose_suppliers(self: Firm) -> None:
        """Review some contracts for each input and fill the places that are free."""
        self.suppliers.sort(key=_by_id)
        for slot, (industry, share) in enumerate(self.industry.inputs):
            self.source(slot, industry, share)

    def source(self: Firm, slot: int, industry: int, share: float) -> None:
        """Review the contracts for one input, and look for suppliers for free places."""
        p, first = self.model.p, slot * SEARCHES
        mine = [contract for contract in self.suppliers if contract.supplier.industry.row == industry]
        known, held = {contract.supplier for contract in mine}, []
        for have, contract in enumerate(mine, start=1):
            held.append(contract)
            if self.model.draw(SUPPLY, contract.id, 0) >= p.contract_review:
                continue
            bar = self.cost_at_gate(contract.price, contract.supplier, contract.apart) - p.trust_value * contract.trust
            other = self.find_supplier(industry, known, 1, (first + REVIEWS + have % REVIEWS) * DRAWS, bar)
            if other is not None:
                self.end(contract)
                held[-1] = self.sign(other, share)
                known.add(other)
        for turn in range(p.suppliers_per_input - len(mine)):
            other = self.find_supplier(industry, known, p.supply_candidates, (first + turn) * DRAWS, math.inf)
            if other is not None:
                held.append(self.sign(other, share))
                known.add(other)
        for contract in held:
            contract.share = 1.0 / len(held)

    def price_sources(self: Firm) -> None:
        """What its own suppliers add to the cost of its inputs over what is usual."""
        self.sourcing = sum(
            contract.weight * contract.share * (gate_gap(contract) - contract.supplier.industry.usual_gap)
            for contract in self.suppliers
        )

    def settle_accounts(self: Firm) -> None:
        """Note prices of the year, and the share of inputs that small firms supplied."""
        self.local_supply = 0.0
        for contract in self.suppliers:
            contract.price = contract.supplier.price
            if not contract.supplier.leading and self.input_bill > 0.0:
                self.local_supply += contract.value / self.input_bill


def contract_id(customer: int, supplier: int) -> int:
    """Id of a contract, from which its draws follow."""
    begun = np.uint64(absorb(np.uint64(int(Kind.SUPPLY)), customer))
    return int(shortened(np.uint64(absorb(begun, supplier))))


def _by_id(contract: Contract) -> int:
    return contract.id


def gate_gap(contract: Contract) -> float:
    """ln of what a unit costs at the customer's gate, over the price index of its region."""
    customer, supplier = contract.customer, contract.supplier
    index = customer.region.locals[supplier.industry.row].price_index
    return customer.cost_at_gate(supplier.price, supplier, contract.apart) - math.log(index)


def contract(model: PlainModel) -> None:
    """Firms review their suppliers and look for new ones."""
    model.firms.do("keep_in_mind")
    model.supply = SupplyMarket(model)
    model.firms.do("choose_suppliers")


def price_contracts(model: PlainModel) -> None:
    """Near and cheap suppliers make a firm's inputs cheaper than is usual."""
    gaps: dict[int, list[float]] = {}
    for firm in model.firms:
        for held in firm.suppliers:
            gaps.setdefault(held.supplier.industry.row, []).append(gate_gap(held))
    for industry in model.industries:
        found = gaps.get(industry.row)
        industry.usual_gap = sum(found) / len(found) if found else math.nan
    model.firms.do("price_sources")


def remember(model: PlainModel) -> None:
    """What was traded under contract is noted."""
    model.firms.do("settle_accounts")
