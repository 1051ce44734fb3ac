"""The opening: objects of the plain model from the state of the engine's year 0."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
from mesa.discrete_space import OrthogonalMooreGrid

from benchmarks.plain_mesa.firm import Firm
from benchmarks.plain_mesa.institute import Institute
from benchmarks.plain_mesa.location import find_neighbours
from benchmarks.plain_mesa.places import Industry, LocalIndustry, Place, Region, Site
from sim.kernel.draws import pair_id
from sim.kernel.world import Kind, World

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import PlainModel

REGION = ("id", "population", "advantage", "value_added", "chain_link", "wage")
INDUSTRY = (
    "id", "chain", "stage", "labour_share", "land_share", "research_intensity", "weight", "growth", "ceiling",
    "opened", "opened_year", "import_price", "own_potential", "firms", "capacity", "last_capacity", "coming",
    "mean_productivity", "mean_appeal", "mean_capacity", "margin", "output", "sales",
)  # fmt: skip
LOCAL = ("fit", "price_index", "reference_price", "unit_cost", "full_cost_price", "access")
FIRM = (
    "age", "productivity", "efficiency", "appeal", "localised", "own_gain", "research_intensity", "research",
    "capacity", "price", "unit_cost", "full_cost_price", "demand", "output", "sales", "labour", "profit", "margin",
    "cash", "successes",
)  # fmt: skip


def taken(record: object, names: tuple[str, ...]) -> dict:
    """Columns of a record as plain numbers."""
    return {name: getattr(record, name).item() for name in names}


def parameters(world: World) -> SimpleNamespace:
    """All parameters by name, as plain numbers."""
    return SimpleNamespace(**{name: world.p[name].item() for name in world.p.dtype.names})


def make_industries(world: World) -> list[Industry]:
    """Industries, with what they buy from which others."""
    industries = []
    for row, record in enumerate(world.industries):
        industry = Industry(row=row, position=record.position.tolist(), **taken(record, INDUSTRY))
        shares = world.input_shares[:, row]
        sources = sorted(np.flatnonzero(shares > 0.0).tolist(), key=lambda source: int(world.industries.id[source]))
        industry.inputs = [(source, float(shares[source])) for source in sources]
        industries.append(industry)
    return industries


def make_locals(world: World, regions: list[Region], industries: list[Industry]) -> list[LocalIndustry]:
    """Every industry in every region."""
    found = []
    for region in regions:
        for industry in industries:
            record = world.local_industries[region.row, industry.row]
            key = pair_id(region.id, industry.id)
            local = LocalIndustry(region=region, industry=industry, key=key, **taken(record, LOCAL))
            region.locals.append(local)
            industry.locals.append(local)
            found.append(local)
    return found


def make_places(world: World, regions: list[Region], model: PlainModel) -> list[Place]:
    """Cells of the grid that are land, with their neighbours."""
    geography = world.geography
    model.grid = OrthogonalMooreGrid(geography.shape, capacity=None, random=model.random, cell_klass=Place)
    places: dict[int, Place] = {}
    for coordinate, row in np.ndenumerate(geography.grid):
        if row >= 0:
            cell, place = world.cells[row], model.grid[coordinate]
            place.settle(int(row), regions[cell.region], *taken(cell, ("x", "y", "land", "rent")).values())
            place.sites = [Site(float(site.advantage)) for site in world.sites[row]]
            places[int(row)] = place
    found = [places[row] for row in range(len(places))]
    for place in found:
        find_neighbours(place, geography.reach, geography.cell_km, model.within)
    found[0]._clear_cache()  # Mesa keeps neighbourhoods, and models with them, until they are cleared.
    for place in sorted(found, key=lambda place: (place.x, place.y)):
        place.region.places.append(place)
    return found


def settle(world: World, model: PlainModel) -> None:
    """Fill the model with what exists in year 0."""
    model.p, model.within = parameters(world), float(world.geography.positions.within)
    model.luck_seed, model.year = int(world.seed), int(world.year)
    model.wage, model.expenditure = float(world.wage), float(world.expenditure)
    model.labour_force, model.labour_demand = float(world.labour_force), float(world.labour_demand)
    names = ("potential", "region_density", "cell_density", "local_industry_employment", "spillover", "institute_pool")
    model.norms = SimpleNamespace(hardship=world.norms.hardship.tolist(), **taken(world.norms, names))
    model.regions = [Region(row=row, **taken(record, REGION)) for row, record in enumerate(world.regions)]
    model.industries = make_industries(world)
    model.locals = make_locals(world, model.regions, model.industries)
    model.places = make_places(world, model.regions, model)
    for record in world.firms:
        place, industry = model.places[record.cell], model.industries[record.industry]
        firm = Firm(model, int(record.id), int(record.born), industry, place)
        for name, value in taken(record, FIRM).items():
            setattr(firm, name, value)
        firm.leading = bool(record.kind == Kind.LEADING_FIRM)
        firm.knowledge, firm.building = record.knowledge.tolist(), record.building.tolist()
    for record in world.institutes:
        knowledge, budget = record.knowledge.tolist(), float(record.budget)
        Institute(model, int(record.id), model.places[record.cell], knowledge, budget, int(record.places))
