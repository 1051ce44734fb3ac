"""Agglomeration: firms produce more cheaply near their own industry (localisation), near any industry
(urbanisation), and where related industries are varied (related variety).

Donovan, de Graaff, de Groot & Koopmans (2024), Journal of Economic Surveys 38, meta-analysis of 6,684 estimates;
Graham, Gibbons & Martin (2009) for the decay; Martin, Mayer & Mayneris (2011); related variety: Stavropoulos, van Oort
& Burger (2020) for the sign, Frenken, van Oort & Verburg (2007) for the entropy. The elasticities are small on purpose:
a model with large gains from clustering alone is wrong. Even so beta_L + beta_U = .04 is at the upper end of the range
that Donovan et al. prefer (.015-.039), and within that of their working paper of 2021 (.027-.064).

What a place adds is beta 2 ln(1 + M/M0): nothing where nobody is near, and at M = M0 its elasticity to M is beta, the
one stated (at M it is beta 2M/(M + M0), below twice beta). Localised employment leaves the firm itself out, as in
Martin, Mayer & Mayneris (2011), and each industry has its own norm.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.geography import Neighbours, neighbours_of
from sim.kernel.typed import (
    Array,
    CellRow,
    Cells,
    FirmRow,
    Firms,
    FirmTable,
    Industries,
    IndustryRow,
    IndustryTable,
    LocalIndustries,
    NormRow,
    Parameters,
    RegionRow,
    Regions,
    SiteRow,
    Sites,
)
from sim.kernel.world import World

AGGLOMERATION = mechanism("agglomeration", "4.1", "Firms produce more cheaply near their own and other industries.")
AGGLOMERATION.param(
    "localisation_elasticity", 0.03, 0.0, 0.2, unit="1", evidence="P", sweep=(0.0, 0.08),
    source="Donovan, de Graaff, de Groot & Koopmans 2024, Journal of Economic Surveys 38 (preferred .015-.039; working "
    "paper of 2021: .027-.064); Martin, Mayer & Mayneris 2011; beta_L + beta_U at its upper end",
    help="beta_L: elasticity of productivity to employment of other firms of the industry within reach, at its mean",
)  # fmt: skip
AGGLOMERATION.param(
    "urbanisation_elasticity", 0.01, 0.0, 0.2, unit="1", evidence="P", sweep=(0.0, 0.03),
    source="Donovan, de Graaff, de Groot & Koopmans 2024, Journal of Economic Surveys 38 (preferred .015-.039; working "
    "paper of 2021: .027-.064); Graham, Gibbons & Martin 2009; beta_L + beta_U at its upper end",
    help="beta_U: elasticity of productivity to the employment of all industries within reach, at the mean over places",
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
def closeness(gap: float, p: Parameters) -> float:
    """Weight of employment `gap` km away: (1 + d/l)^-alpha.

    Form ours; after Graham, Gibbons & Martin 2009, who have d^-alpha with alpha near 1.0 in manufacturing.
    """
    return (1.0 + gap / p.agglomeration_scale) ** -p.agglomeration_decay


@rule
def nearness_gain(employment: float, norm: float) -> float:
    """2 ln(1 + M/M0): 0 where nobody is near; its slope on ln M is 2M/(M + M0), 1 at the norm. Form ours."""
    return 2.0 * math.log(1.0 + employment / norm)


@rule
def place_advantage(
    site: SiteRow, cell: CellRow, region: RegionRow, industry: IndustryRow, norms: NormRow, p: Parameters
) -> float:
    """ln productivity that a place offers newcomers: beta_L 2ln(1+M_rs/M0_s) + beta_U 2ln(1+M_r/M0) + beta_V RV_r."""
    return (
        p.localisation_elasticity * nearness_gain(site.potential, industry.own_potential)
        + p.urbanisation_elasticity * nearness_gain(cell.potential, norms.potential)
        + p.related_variety * region.variety
    )


@rule
def own_gain(firm: FirmRow, site: SiteRow, industry: IndustryRow, p: Parameters) -> float:
    """The part of a place's advantage that a firm's own workers make, beta_L 2ln((M0_s + M_rs)/(M0_s + M_i)).

    M_i is the employment of the other firms of its industry within reach (Martin, Mayer & Mayneris 2011).
    """
    whole = nearness_gain(site.potential, industry.own_potential)
    return p.localisation_elasticity * (whole - nearness_gain(firm.localised, industry.own_potential))


@rule
def value_places(
    cells: Cells, regions: Regions, sites: Sites, industries: Industries, norms: NormRow, p: Parameters
) -> None:
    """Write what the neighbourhood adds to ln productivity at every site."""
    for cell_row in range(len(cells)):
        cell = cells[cell_row]
        for row in range(len(industries)):
            site = sites[cell_row, row]
            site.advantage = 0.0
            if p.agglomeration:
                site.advantage = place_advantage(site, cell, regions[cell.region], industries[row], norms, p)


@rule
def leave_out_own(firms: Firms, sites: Sites, industries: Industries, neighbours: Neighbours, p: Parameters) -> None:
    """Write what every firm counts of its own industry near by, itself left out, and what it would add to itself."""
    for firm in firms:
        if not firm.living:
            continue
        site = sites[firm.cell, firm.industry]
        # The first neighbour of a cell is the cell itself.
        own = neighbours.weights[neighbours.start[firm.cell]] * firm.labour
        firm.localised = max(0.0, site.potential - own)
        firm.own_gain = own_gain(firm, site, industries[firm.industry], p) if p.agglomeration else 0.0


@rule
def count_within_reach(cell: int, workers: Array, neighbours: Neighbours, total: Array) -> None:
    """Fill `total` (S+1,) with the sum of `workers` (C, S+1) around a cell, weighted by closeness; last column: all."""
    start, near, _, weights = neighbours
    total[:] = 0.0
    for entry in range(start[cell], start[cell + 1]):
        there = near[entry]
        if workers[there, len(total) - 1] == 0.0:
            continue
        for industry in range(len(total)):
            total[industry] += weights[entry] * workers[there, industry]


@rule
def gather_potential(firms: Firms, cells: Cells, sites: Sites, neighbours: Neighbours) -> None:
    """Sum last year's employment within reach of every cell, by industry and in all, weighted by closeness.

    Firms count where they stand now: those that moved this year no longer where the census found them.
    """
    industry_count = sites.shape[1]
    # Employment lies close together in a table of its own: every cell reads every other.
    workers, total = np.zeros((len(cells), industry_count + 1)), np.zeros(industry_count + 1)
    for firm in firms:
        if firm.living:
            workers[firm.cell, firm.industry] += firm.labour
            workers[firm.cell, industry_count] += firm.labour
    for cell in range(len(cells)):
        count_within_reach(cell, workers, neighbours, total)
        for industry in range(industry_count):
            sites[cell, industry].potential = total[industry]
        cells[cell].potential = total[industry_count]


@rule
def weigh_neighbours(gaps: Array, weights: Array, p: Parameters) -> None:
    """Fill `weights` (K,) with the closeness of each neighbour."""
    for entry in range(len(gaps)):
        weights[entry] = closeness(gaps[entry], p)


@rule
def measure_variety(regions: Regions, local_industries: LocalIndustries, industries: Industries, chains: int) -> None:
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
    around = neighbours_of(world, "neighbour_weights", weigh_neighbours)
    gather_potential(world.firms, world.cells, world.sites, around)
    measure_variety(world.regions, world.local_industries, world.industries, len(world.chain_names))
    value_places(world.cells, world.regions, world.sites, world.industries, world.norms, world.p)
    leave_out_own(world.firms, world.sites, world.industries, around, world.p)


def usual_potential(firms: FirmTable, industries: IndustryTable) -> Array:
    """M0 of each industry (S,): what its firms have of others within reach, on average over firms.

    Industries without neighbours at the start, and those that opened later and have few firms when norms are taken
    anew, get the mean of the others: a norm of a handful of firms would make any later cluster look immense.
    """
    count = np.bincount(firms.industry, minlength=len(industries))
    found = np.bincount(firms.industry, weights=firms.localised, minlength=len(industries)) / np.maximum(count, 1)
    settled = (found > 0.0) & (np.asarray(industries.opened_year) == 0)
    return np.where(settled, found, found[settled].mean() if settled.any() else 1.0)
