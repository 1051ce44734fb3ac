"""Census: who is where. Counts firms, capacity and employment by site, local industry, industry, cell and region.

Other rules read these sums of last year's records; this file holds no behaviour and no switch. Sums run in row
order, and rows stand in canonical order (World.settle), so the order in which rows were written cannot matter.
Source: accounting identities.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.typed import FirmRow, Firms, Industries, Institutes
from sim.kernel.world import PIPELINE, Nation, World


@rule
def coming_capacity(firm: FirmRow) -> float:
    """Capacity of a firm that is being built: sum of its pipeline."""
    total = 0.0
    for year in range(PIPELINE):
        total += firm.building[year]
    return total


@rule
def clear_counts(nation: Nation) -> None:
    """Set every sum of the census to zero."""
    region_count, industry_count = nation.local_industries.shape
    for region in nation.regions:
        region.employment = 0.0
    for industry in nation.industries:
        industry.firms = 0
        industry.capacity = 0.0
        industry.coming = 0.0
        industry.mean_productivity = 0.0
        industry.mean_appeal = 0.0
        industry.mean_capacity = 0.0
        industry.typical_sales = 0.0
    for cell in nation.cells:
        cell.employment = 0.0
        cell.firms = 0
        cell.institutes = 0
    for industry_row in range(industry_count):
        for region_row in range(region_count):
            local_industry = nation.local_industries[region_row, industry_row]
            local_industry.employment = 0.0
            local_industry.firms = 0
            local_industry.capacity = 0.0
            local_industry.coming = 0.0
        for cell_row in range(len(nation.cells)):
            site = nation.sites[cell_row, industry_row]
            site.employment = 0.0
            site.firms = 0


@rule
def count_firm(firm: FirmRow, nation: Nation) -> None:
    """Add a firm to the sums of its local industry, site, industry and cell."""
    local_industry = nation.local_industries[firm.region, firm.industry]
    local_industry.firms += 1
    local_industry.employment += firm.labour
    local_industry.capacity += firm.capacity
    local_industry.coming += coming_capacity(firm)
    site = nation.sites[firm.cell, firm.industry]
    site.firms += 1
    site.employment += firm.labour
    industry = nation.industries[firm.industry]
    industry.mean_productivity += math.log(firm.productivity)
    industry.mean_appeal += firm.appeal
    nation.cells[firm.cell].firms += 1


@rule
def find_typical_sales(firms: Firms, industries: Industries) -> None:
    """Geometric mean of the sales of each industry's firms: unlike the mean it does not depend on the largest ones."""
    counts = np.zeros(len(industries))
    for firm in firms:
        if firm.living and firm.sales > 0.0:
            industries[firm.industry].typical_sales += math.log(firm.sales)
            counts[firm.industry] += 1.0
    for row in range(len(industries)):
        if counts[row] > 0.0:
            industries[row].typical_sales = math.exp(industries[row].typical_sales / counts[row])


@rule
def sum_up(nation: Nation) -> None:
    """Add up local industries over regions and industries, and make means of an industry's sums."""
    for region_row in range(len(nation.regions)):
        for industry_row in range(len(nation.industries)):
            local_industry = nation.local_industries[region_row, industry_row]
            industry = nation.industries[industry_row]
            industry.firms += local_industry.firms
            industry.capacity += local_industry.capacity
            industry.coming += local_industry.coming
            nation.regions[region_row].employment += local_industry.employment
    for industry in nation.industries:
        if industry.firms > 0:
            industry.mean_productivity /= industry.firms
            industry.mean_appeal /= industry.firms
            industry.mean_capacity = industry.capacity / industry.firms


@rule
def count(firms: Firms, institutes: Institutes, nation: Nation) -> None:
    """Add every living firm and institute to the sums of its place and industry."""
    clear_counts(nation)
    for firm in firms:
        if firm.living:
            count_firm(firm, nation)
    for institute in institutes:
        nation.cells[institute.cell].institutes += 1
    for cell in range(len(nation.cells)):
        for industry in range(len(nation.industries)):
            nation.cells[cell].employment += nation.sites[cell, industry].employment
    sum_up(nation)
    find_typical_sales(firms, nation.industries)


def take_census(world: World) -> None:
    """Count firms, capacity and last year's employment by place and industry."""
    count(world.firms, world.institutes, world.nation)
