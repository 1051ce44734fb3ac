"""Agglomeration: firms produce more cheaply near their own industry (localisation), near any industry
(urbanisation), and where related industries are varied (related variety).

Donovan, de Graaff, de Groot & Koopmans (2024), Journal of Economic Surveys 38, meta-analysis of 6,684 estimates;
Graham, Gibbons & Martin (2009) for the decay; Martin, Mayer & Mayneris (2011); related variety: Stavropoulos, van Oort
& Burger (2020) for the sign, Frenken, van Oort & Verburg (2007) for the entropy. The elasticities are small on purpose:
a model with large gains from clustering alone is wrong. Even so beta_L + beta_U = .05 is above the range that Donovan
et al. prefer (.015-.039), though within that of their working paper of 2021 (.027-.064).
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.geography import kernel
from sim.kernel.world import World

AGGLOMERATION = mechanism("agglomeration", "4.1", "Firms produce more cheaply near their own and other industries.")
AGGLOMERATION.param(
    "localisation_elasticity", 0.03, 0.0, 0.2, unit="1", evidence="P", sweep=(0.0, 0.08),
    source="Donovan, de Graaff, de Groot & Koopmans 2024, Journal of Economic Surveys 38 (preferred .015-.039; working "
    "paper of 2021: .027-.064); Martin, Mayer & Mayneris 2011; beta_L + beta_U is above the preferred range",
    help="beta_L: effect on ln productivity of ln(1 + employment of the own industry within reach)",
)  # fmt: skip
AGGLOMERATION.param(
    "urbanisation_elasticity", 0.02, 0.0, 0.2, unit="1", evidence="P", sweep=(0.0, 0.05),
    source="Donovan, de Graaff, de Groot & Koopmans 2024, Journal of Economic Surveys 38 (preferred .015-.039; working "
    "paper of 2021: .027-.064); Graham, Gibbons & Martin 2009; beta_L + beta_U is above the preferred range",
    help="beta_U: effect on ln productivity of ln(1 + employment of all industries within reach)",
)  # fmt: skip
AGGLOMERATION.param(
    "related_variety", 0.01, 0.0, 0.1, unit="1", evidence="S", sweep=(0.0, 0.03),
    source="Stavropoulos, van Oort & Burger 2020 (related variety raises firms' productivity; sign); entropy measure: "
    "Frenken, van Oort & Verburg 2007",
    help="beta_V: effect on ln productivity of the entropy of industries within chains in the region",
)  # fmt: skip
AGGLOMERATION.param(
    "agglomeration_decay", 1.0, 0.1, 4.0, unit="1", evidence="P", sweep=(0.8, 2.0),
    source="Graham, Gibbons & Martin 2009 (d^-alpha, alpha near 1.0 in manufacturing); the form is ours",
    help="alpha: employment at distance d counts with (1 + d/l)^-alpha, l being agglomeration_scale",
)  # fmt: skip
AGGLOMERATION.param(
    "agglomeration_scale", 50.0, 1.0, 1000.0, unit="km", evidence="A", sweep=(25.0, 100.0),
    source="size of a cell; our assumption",
    help="l: distance at which employment begins to count for less, in (1 + d/l)^-alpha",
)  # fmt: skip


@rule
def closeness(gap, p):
    """Weight of employment `gap` km away: (1 + d/l)^-alpha.

    Form ours; after Graham, Gibbons & Martin 2009, who have d^-alpha with alpha near 1.0 in manufacturing.
    """
    return (1.0 + gap / p.agglomeration_scale) ** -p.agglomeration_decay


@rule
def place_advantage(site, cell, region, norms, p):
    """ln productivity that the neighbourhood adds: beta_L ln(1+M_rs/M0_s) + beta_U ln(1+M_r/M0) + beta_V RV_r."""
    return (
        p.localisation_elasticity * math.log(1.0 + site.potential / norms.own_potential)
        + p.urbanisation_elasticity * math.log(1.0 + cell.potential / norms.potential)
        + p.related_variety * region.variety
    )


@rule
def value_places(cells, regions, sites, norms, p):
    """Write what the neighbourhood adds to ln productivity at every site."""
    for cell_row in range(len(cells)):
        for industry in range(sites.shape[1]):
            site = sites[cell_row, industry]
            cell = cells[cell_row]
            site.advantage = place_advantage(site, cell, regions[cell.region], norms, p) if p.agglomeration else 0.0


@rule
def gather_potential(cells, sites, start, near, weights):
    """Sum employment within reach of every cell, by industry and in all, weighted by closeness."""
    industry_count = sites.shape[1]
    # Employment lies close together in a table of its own: every cell reads every other.
    workers = np.zeros((len(cells), industry_count + 1))
    for cell in range(len(cells)):
        for industry in range(industry_count):
            workers[cell, industry] = sites[cell, industry].employment
        workers[cell, industry_count] = cells[cell].employment
    for cell in range(len(cells)):
        total = np.zeros(industry_count + 1)
        for entry in range(start[cell], start[cell + 1]):
            if cells[near[entry]].firms == 0:
                continue
            there = workers[near[entry]]
            for industry in range(industry_count + 1):
                total[industry] += weights[entry] * there[industry]
        for industry in range(industry_count):
            sites[cell, industry].potential = total[industry]
        cells[cell].potential = total[industry_count]


@rule
def weigh_neighbours(gaps, weights, p):
    """Fill `weights` (K,) with the closeness of each neighbour."""
    for entry in range(len(gaps)):
        weights[entry] = closeness(gaps[entry], p)


@rule
def measure_variety(regions, local_industries, industries, chains):
    """Related variety: entropy of employment among the stages within chains, weighted by chain (Frenken et al.)."""
    for region in range(len(regions)):
        regions[region].variety = 0.0
        total = regions[region].employment
        if total <= 0.0:
            continue
        for chain in range(chains):
            inside = 0.0
            for industry in range(len(industries)):
                if industries[industry].chain == chain:
                    inside += local_industries[region, industry].employment
            if inside <= 0.0:
                continue
            for industry in range(len(industries)):
                if industries[industry].chain == chain and local_industries[region, industry].employment > 0.0:
                    share = local_industries[region, industry].employment / inside
                    regions[region].variety -= inside / total * share * math.log(share)


def agglomerate(world: World) -> None:
    """Measure what each place offers: employment within reach, related variety, and what they add to productivity."""
    geography = world.geography
    weights = kernel(world, "neighbour_weights", weigh_neighbours)
    gather_potential(world.cells, world.sites, geography.start, geography.near, weights)
    measure_variety(world.regions, world.local_industries, world.industries, len(world.chain_names))
    value_places(world.cells, world.regions, world.sites, world.norms, world.p)
