"""What firms stand in: regions, industries, industries in regions, and the cells of the grid."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mesa.discrete_space import Cell

if TYPE_CHECKING:
    from benchmarks.plain_mesa.firm import Firm
    from benchmarks.plain_mesa.institute import Institute


@dataclass(slots=True, eq=False)
class Region:
    """A region: its cells, its industries and its people."""

    row: int
    id: int
    population: float
    advantage: float
    value_added: float
    chain_link: float
    wage: float = 1.0
    employment: float = 0.0
    income: float = 0.0
    variety: float = 0.0
    consumption: float = 0.0
    cost_of_living: float = 1.0
    places: list[Place] = field(default_factory=list)
    """Cells in the order in which new firms look at them."""
    locals: list[LocalIndustry] = field(default_factory=list)
    """One for each industry, in order of industries."""


@dataclass(slots=True, eq=False)
class Industry:
    """An industry: what it needs, and what its firms are like on average."""

    row: int
    id: int
    chain: int
    stage: int
    labour_share: float
    land_share: float
    research_intensity: float
    position: list[float]
    weight: float
    growth: float
    ceiling: float
    opened: bool
    opened_year: int
    import_price: float
    own_potential: float
    firms: int = 0
    capacity: float = 0.0
    last_capacity: float = 0.0
    coming: float = 0.0
    crowding: float = 1.0
    mean_productivity: float = 0.0
    mean_appeal: float = 0.0
    mean_capacity: float = 0.0
    margin: float = 0.0
    output: float = 0.0
    sales: float = 0.0
    demand_share: float = 0.0
    usual_gap: float = math.nan
    inputs: list[tuple[int, float]] = field(default_factory=list)
    """Row and cost share of every industry that it buys from, in order of their ids."""
    locals: list[LocalIndustry] = field(default_factory=list)
    """One for each region, in order of regions."""


@dataclass(slots=True, eq=False)
class LocalIndustry:
    """An industry in a region: what is made, ordered and paid there."""

    region: Region
    industry: Industry
    key: int
    fit: float
    price_index: float
    reference_price: float
    unit_cost: float
    full_cost_price: float
    access: float
    congestion: float = 0.0
    employment: float = 0.0
    firms: int = 0
    capacity: float = 0.0
    coming: float = 0.0
    supply: float = 0.0
    open_access: float = 0.0
    final: float = 0.0
    spending: float = 0.0
    contracted: float = 0.0
    demand: float = 0.0
    served: float = 0.0
    delivered: float = 0.0
    paid_share: float = 1.0
    filled: float = 1.0
    input_price: float = 1.0
    output: float = 0.0
    sales: float = 0.0
    value_added: float = 0.0
    research: float = 0.0
    innovations: int = 0
    prospect: float = 0.0
    founders: float = 0.0


@dataclass(slots=True, eq=False)
class Site:
    """An industry in a cell."""

    advantage: float
    potential: float = 0.0
    employment: float = 0.0


class Place(Cell):  # type: ignore[misc]
    """A cell of the grid; one without a region is sea."""

    __slots__ = (
        "employment", "firms", "institutes", "land", "near", "potential", "region", "rent", "row", "sites", "x", "y",
    )  # fmt: skip

    def settle(self, row: int, region: Region, x: float, y: float, land: float, rent: float) -> None:
        """Make land of the cell, `x` and `y` in km."""
        self.row, self.region = row, region
        self.x, self.y = x, y
        self.land, self.rent = land, rent
        self.employment = self.potential = 0.0
        self.sites: list[Site] = []
        self.near: list[Place] = []
        self.firms: list[Firm] = []
        self.institutes: list[Institute] = []


def distance(here: Place, there: Place, within: float) -> float:
    """Distance in km between two agents in these cells; `within` is that of two random points of one cell."""
    return within if here is there else math.hypot(here.x - there.x, here.y - there.y)
