"""The firm: one agent, whose behaviour is spread over the mechanisms that it takes part in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mesa.discrete_space import CellAgent

from benchmarks.plain_mesa.contracts import Contract, ContractParty
from benchmarks.plain_mesa.cooperation import Cooperator, Tie
from benchmarks.plain_mesa.delivery import Supplier
from benchmarks.plain_mesa.innovation import Innovator
from benchmarks.plain_mesa.investment import Investor
from benchmarks.plain_mesa.location import Resident
from benchmarks.plain_mesa.market import Seller
from benchmarks.plain_mesa.places import Industry, LocalIndustry, Place, Region, Site
from benchmarks.plain_mesa.pricing import PriceSetter
from benchmarks.plain_mesa.production import Producer

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import PlainModel

PIPELINE = 4
"""Longest build lag in years."""


class Firm(
    Producer, PriceSetter, Investor, Seller, Supplier, ContractParty, Cooperator, Innovator, Resident, CellAgent
):  # type: ignore[misc]
    """A firm of one industry in one cell. `unique_id` is its lineage id: the same firm has the same luck everywhere."""

    model: PlainModel

    def __init__(self, model: PlainModel, identity: int, born: int, industry: Industry, place: Place) -> None:
        super().__init__(model)
        self.unique_id = identity
        self.industry: Industry = industry
        self.stage: int = industry.stage
        self.region: Region = place.region
        self.local: LocalIndustry = place.region.locals[industry.row]
        self.site: Site = place.sites[industry.row]
        self.cell = place
        self.place: Place = place
        self.born, self.age, self.leading = born, 0, False
        self.productivity = self.efficiency = self.appeal = 1.0
        self.localised = self.own_gain = 0.0
        self.knowledge: list[float] = []
        self.research_intensity = self.research = self.spillover = 0.0
        self.innovations = self.successes = 0
        self.capacity = 0.0
        self.building = [0.0] * PIPELINE
        self.price = self.unit_cost = self.full_cost_price = 1.0
        self.demand = self.orders = self.booked = self.kept = self.planned = self.output = 0.0
        self.input_bill = self.sales = self.labour = self.profit = self.margin = self.growth = 0.0
        self.cash = self.investment = 0.0
        self.sourcing = self.local_supply = 0.0
        self.partners = 0
        self.project_boost = 1.0
        self.ties: list[Tie] = []
        self.suppliers: list[Contract] = []
        self.customers: list[Contract] = []

    def close(self) -> None:
        """Leave the nation: ties and contracts end on both sides."""
        for tie in self.ties:
            tie.leave(self)
        for contract in self.suppliers:
            contract.supplier.customers.remove(contract)
        for contract in self.customers:
            contract.customer.suppliers.remove(contract)
        self.remove()
