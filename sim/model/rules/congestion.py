"""Congestion: wages and rents rise with density, and specific factors (skills, sites) run short.

Ahlfeldt & Pietrostefani (2019) for the gradients. The inverted U in size is not assumed: it results
from agglomeration and congestion. Specific factors: Jones (1971).
"""

from __future__ import annotations

import math

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.typed import Cells, LocalIndustries, NormRow, Parameters, Regions
from sim.kernel.world import World

CONGESTION = mechanism("congestion", "4.3", "Dense places have dearer labour and land; crowded industries lack skills.")
CONGESTION.param(
    "wage_density", 0.05, 0.0, 0.5, unit="1", evidence="P", sweep=(0.03, 0.10),
    source="Ahlfeldt & Pietrostefani 2019",
    help="elasticity of a region's wage to its labour density",
)  # fmt: skip
CONGESTION.param(
    "rent_density", 0.15, 0.0, 1.0, unit="1", evidence="P", sweep=(0.10, 0.30),
    source="Ahlfeldt & Pietrostefani 2019",
    help="elasticity of a cell's rent to its labour density",
)  # fmt: skip
CONGESTION.param(
    "specific_congestion", 0.0, 0.0, 0.6, unit="1", evidence="A", sweep=(0.0, 0.4),
    source="Jones 1971 (specific factors); size ours; beyond .6 the nation's margin does not recover from year 0",
    help="psi: ln productivity lost per ln of an industry's employment in a region over its mean",
)  # fmt: skip
CONGESTION.param(
    "wage_adjustment", 0.3, 0.0, 1.0, unit="1", evidence="A", sweep=(0.1, 0.5),
    source="prototype: stable from .1 to .5",
    help="elasticity of the national wage to labour demand over labour supply, per year",
)  # fmt: skip
CONGESTION.param(
    "density_floor", 0.1, 0.001, 1.0, unit="1", evidence="A", sweep=(0.03, 0.3),
    source="our assumption",
    help="density over its mean below which wages, rents and the plenty of specific factors go no further",
)  # fmt: skip


@rule
def density_price(density: float, elasticity: float, p: Parameters) -> float:
    """Price of a factor against its density over the mean: max(density, floor)^elasticity."""
    return max(density, p.density_floor) ** elasticity


@rule
def specific_shortage(employment: float, mean: float, p: Parameters) -> float:
    """ln productivity lost to scarce specific factors: psi ln(max(L_rs/mean, floor)), 0 at the mean (Jones)."""
    return p.specific_congestion * math.log(max(employment / mean, p.density_floor))


@rule
def price_factors(
    regions: Regions,
    cells: Cells,
    local_industries: LocalIndustries,
    norms: NormRow,
    national_wage: float,
    p: Parameters,
) -> None:
    """Set regional wages, cell rents and specific congestion from employment."""
    for region_row in range(len(regions)):
        region = regions[region_row]
        land = 0.0
        for cell in cells:
            if cell.region == region_row:
                land += cell.land
        density = region.employment / land / norms.region_density
        region.wage = national_wage * (density_price(density, p.wage_density, p) if p.congestion else 1.0)
        for industry in range(local_industries.shape[1]):
            local_industry = local_industries[region_row, industry]
            local_industry.congestion = (
                specific_shortage(local_industry.employment, norms.local_industry_employment, p)
                if p.congestion
                else 0.0
            )
    for cell in cells:
        density = cell.employment / cell.land / norms.cell_density
        cell.rent = national_wage * (density_price(density, p.rent_density, p) if p.congestion else 1.0)


def congest(world: World) -> None:
    """Clear the national labour market a step: w *= (demand/supply)^wage_adjustment; then price places."""
    if world.labour_demand > 0.0:
        world.wage *= (world.labour_demand / world.labour_force) ** world.p.wage_adjustment
    price_factors(world.regions, world.cells, world.local_industries, world.norms, world.wage, world.p)
