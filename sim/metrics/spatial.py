"""Patterns on the map: likeness of neighbours, localisation by distance, gradients of wage and rent."""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import metric
from sim.kernel.draws import Purpose, key
from sim.kernel.geography import distance_within
from sim.kernel.world import World
from sim.metrics.columns import cell_table, employment, living, region_table
from sim.metrics.formulas import spatial as formula
from sim.metrics.formulas.arithmetic import Array, group_sum, logarithm, mean_defined
from sim.metrics.formulas.duranton_overman import Localisation, duranton_overman
from sim.metrics.sharing import shared

PERMUTATIONS = 1
"""In place of an agent in the key of the draw that seeds permutations; sim.metrics.formulas.duranton_overman has 0."""

MORAN = "Moran 1950; Cliff & Ord 1981"
LOCAL_MORAN = "Anselin 1995, Geographical Analysis 27"
DURANTON_OVERMAN = "Duranton & Overman 2005, Review of Economic Studies 72"
DENSITY = "Ahlfeldt & Pietrostefani 2019, Journal of Urban Economics 111"
SHUFFLES = 499


@shared
def workers_by_cell(world: World) -> Array:
    """Workers in every cell, shape (C,)."""
    return np.asarray(cell_table(world).employment).copy()


@shared
def region_density(world: World) -> Array:
    """Workers per unit of land in every region, shape (R,)."""
    owner, count = cell_table(world).region, len(world.regions)
    land = group_sum(owner, count, cell_table(world).land)
    return group_sum(owner, count, workers_by_cell(world)) / np.maximum(land, 1e-12)


def region_neighbours(world: World) -> formula.Neighbours:
    """Regions whose cells touch."""
    cells = formula.queen_neighbours(world.geography.grid)
    return formula.group_neighbours(cells, cell_table(world).region, len(world.regions))


@metric("morans_i", unit="1", formula="(n/W) sum_ij w_ij z_i z_j / sum_i z_i^2, w row-standardised queen neighbours",
        source=MORAN, theme="concentration")  # fmt: skip
def morans_i(world: World) -> float:
    """Whether busy cells lie next to busy cells: 0 no pattern, 1 smooth, -1 a chessboard; of workers by cell."""
    return formula.morans_i(workers_by_cell(world), formula.queen_neighbours(world.geography.grid))


@metric("industry_morans_i", level="industry", unit="1", formula="Moran's I of the industry's workers by cell",
        source=MORAN, theme="concentration", every="end")  # fmt: skip
def industry_morans_i(world: World) -> Array:
    """Whether cells with much of the industry lie next to one another."""
    neighbours = formula.queen_neighbours(world.geography.grid)
    return np.array(
        [formula.morans_i(industry, neighbours) for industry in np.ascontiguousarray(world.sites.employment.T)]
    )


@metric("local_morans_i", level="region", unit="1", formula="(n-1) z_r lag(z)_r / sum z^2, z workers per unit of land",
        source=LOCAL_MORAN, theme="concentration", every="end")  # fmt: skip
def local_morans_i(world: World) -> Array:
    """Whether the region resembles its neighbours in density: positive in the middle of a busy or an empty area."""
    return formula.local_morans_i(region_density(world), region_neighbours(world))


@metric("local_industry_local_morans_i", level="local_industry", unit="1",
        formula="(n-1) z_rs lag(z)_rs / sum z^2, z workers of the industry per unit of land", source=LOCAL_MORAN,
        theme="concentration", every="end")  # fmt: skip
def local_industry_local_morans_i(world: World) -> Array:
    """Whether the region resembles its neighbours in density of the industry: positive inside a cluster or a void."""
    owner, neighbours = cell_table(world).region, region_neighbours(world)
    land = np.maximum(group_sum(owner, len(world.regions), cell_table(world).land), 1e-12)
    density = employment(world) / land[:, None]
    by_industry = [formula.local_morans_i(industry, neighbours) for industry in np.ascontiguousarray(density.T)]
    return np.array(by_industry).T.reshape(density.shape)


@metric("hot_spot", level="region", unit="1", formula="1 if dense, among dense neighbours, pseudo p < .05; else 0",
        source=LOCAL_MORAN, theme="concentration", every="end")  # fmt: skip
def hot_spot(world: World) -> Array:
    """Whether the region is the core of a busy area: local Moran's I with 499 conditional permutations."""
    density, neighbours = region_density(world), region_neighbours(world)
    generator = np.random.Generator(
        np.random.PCG64(int(key(world.seed, int(Purpose.MEASURE), world.year, PERMUTATIONS, 0)))
    )
    count = len(density)
    shuffles = np.argsort(generator.random((SHUFFLES, max(count - 1, 0))), axis=1)
    # places are tested in order of their id, so that the order of rows cannot matter
    order = np.argsort(region_table(world).id, kind="stable")
    rank = np.empty(count, dtype=np.int64)
    rank[order] = np.arange(count)
    ranked = formula.Neighbours(count, rank[neighbours.first], rank[neighbours.second])
    p = formula.local_pseudo_p(density[order], ranked, shuffles)[rank]
    high = (density > density.mean()) & (neighbours.lag(density) > density.mean())
    return np.asarray((high & (np.nan_to_num(p, nan=1.0) < 0.05)).astype(float))


@shared
def localisation(world: World) -> Localisation:
    """The Duranton-Overman test of every industry, 1,000 draws."""
    firms, cells = living(world), cell_table(world)
    return duranton_overman(
        firms.cell, firms.industry, cells.x, cells.y, industries=len(world.industries),
        within=distance_within(world.geography.cell_km), seed=world.seed, year=world.year,
    )  # fmt: skip


@metric("duranton_overman", level="industry", unit="1",
        formula="sum over distances of (K-density above the global 95 % envelope) - (below it) x step",
        source=DURANTON_OVERMAN, theme="concentration", every="asked")  # fmt: skip
def duranton_overman_index(world: World) -> Array:
    """Share of firm pairs nearer than by chance (positive: localised) or missing (negative: dispersed)."""
    found = localisation(world)
    return np.asarray(found.index - found.counter_index)


@metric("duranton_overman_share", unit="1", formula="share of tested industries with a K-density above the envelope",
        source=DURANTON_OVERMAN, theme="concentration", every="asked")  # fmt: skip
def duranton_overman_share(world: World) -> float:
    """Share of industries localised at some distance, by the 95 % global envelope of 1,000 draws."""
    found = localisation(world)
    return mean_defined(np.where(np.isnan(found.index), np.nan, found.localised))


def density_slope(world: World, values: Array) -> float:
    """Slope of the logarithm of `values` (R,) on that of workers per unit of land."""
    return formula.regression_slope(logarithm(values), logarithm(region_density(world)))


@metric("wage_density_slope", unit="1", formula="OLS slope of ln wage on ln workers per unit of land, over regions",
        source=DENSITY, theme="density")  # fmt: skip
def wage_density_slope(world: World) -> float:
    """By how much wages rise with density: an elasticity over regions."""
    return density_slope(world, region_table(world).wage)


@metric("rent_density_slope", unit="1", formula="OLS slope of ln rent on ln workers per unit of land, over cells",
        source=DENSITY, theme="density")  # fmt: skip
def rent_density_slope(world: World) -> float:
    """By how much rents rise with density: an elasticity over cells."""
    density = workers_by_cell(world) / np.maximum(cell_table(world).land, 1e-12)
    return formula.regression_slope(logarithm(cell_table(world).rent), logarithm(density))
