"""Location: what neighbourhoods add, what density costs, and where in a region a firm starts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from benchmarks.plain_mesa.firm import Firm
    from benchmarks.plain_mesa.model import PlainModel
    from benchmarks.plain_mesa.places import Industry, Place, Region


def nearness_gain(employment: float, norm: float) -> float:
    """2 ln(1 + M/M0): nothing where nobody is near; slope 1 on ln M at the norm."""
    return 2.0 * math.log(1.0 + employment / norm)


class Resident:
    """The part of a firm that has neighbours."""

    def leave_out_own(self: Firm) -> None:
        """A firm's own workers are no neighbours of its own."""
        model, norm, whole = self.model, self.industry.own_potential, self.site.potential
        self.localised = max(0.0, whole - model.closeness_within * self.labour)
        gap = nearness_gain(whole, norm) - nearness_gain(self.localised, norm)
        self.own_gain = model.p.localisation_elasticity * gap


def find_neighbours(place: Place, reach: float, cell_km: float, within: float) -> None:
    """List the cells within `reach` km of a cell, itself first, then by distance, from west to east."""
    window = place.get_neighborhood(radius=math.ceil(reach / cell_km), include_center=False)
    land = [other for other in window if hasattr(other, "row")]
    gaps = np.hypot([other.x - place.x for other in land], [other.y - place.y for other in land]).tolist()
    order = sorted(zip(gaps, land, strict=True), key=lambda pair: (pair[0], pair[1].x, pair[1].y))
    place.near = [place, *(other for gap, other in order if gap <= reach)]


def measure_variety(region: Region) -> None:
    """Related variety: entropy of employment over the stages of each chain, weighted by chain."""
    region.variety = 0.0
    chains: dict[int, list[float]] = {}
    for local in region.locals:
        if local.employment > 0.0:
            chains.setdefault(local.industry.chain, []).append(local.employment)
    for stages in chains.values():
        inside = sum(stages)
        for employment in stages:
            share = employment / inside
            region.variety -= inside / region.employment * share * math.log(share)


def agglomerate(model: PlainModel) -> None:
    """What every place offers: employment within reach, in its industry and in all, and related variety."""
    p, count = model.p, len(model.industries)
    workers = np.zeros((len(model.places), count))
    for firm in model.firms:
        workers[firm.place.row, firm.industry.row] += firm.labour
    potential = (model.closeness @ workers).tolist()
    for region in model.regions:
        measure_variety(region)
    for place in model.places:
        place.potential = sum(potential[place.row])
        shared = p.urbanisation_elasticity * nearness_gain(place.potential, model.norms.potential)
        shared += p.related_variety * place.region.variety
        for industry, site, reached in zip(model.industries, place.sites, potential[place.row], strict=True):
            site.potential = reached
            site.advantage = p.localisation_elasticity * nearness_gain(reached, industry.own_potential) + shared
    model.firms.do("leave_out_own")


def congest(model: PlainModel) -> None:
    """The national wage follows scarcity of labour; wages and rents follow density."""
    p, norms = model.p, model.norms
    model.wage *= (model.labour_demand / model.labour_force) ** p.wage_adjustment
    for region in model.regions:
        density = region.employment / sum(place.land for place in region.places) / norms.region_density
        region.wage = model.wage * max(density, p.density_floor) ** p.wage_density
        for local in region.locals:
            crowd = max(local.employment / norms.local_industry_employment, p.density_floor)
            local.congestion = p.specific_congestion * math.log(crowd)
    for place in model.places:
        density = place.employment / place.land / norms.cell_density
        place.rent = model.wage * max(density, p.density_floor) ** p.rent_density


def choose_place(region: Region, industry: Industry, pull: float, u: float) -> Place:
    """The cell of a region that the uniform `u` selects, by what the place adds against its rent."""
    weights = [
        place.land * math.exp(pull * (place.sites[industry.row].advantage - industry.land_share * math.log(place.rent)))
        for place in region.places
    ]
    total, reached = sum(weights), 0.0
    for place, weight in zip(region.places, weights, strict=True):
        reached += weight / total
        if u < reached:
            return place
    return region.places[-1]
