"""Census: who is where. Counts firms, capacity and employment by site, local industry, industry, cell and region.

Other rules read these sums of last year's records; this file holds no behaviour and no switch. Sums run in row
order, and rows stand in canonical order (World.settle), so the order in which rows were written cannot matter.
Source: accounting identities.
"""

from __future__ import annotations

import math

from sim.kernel.compiling import rule
from sim.kernel.world import PIPELINE, World


@rule
def coming_capacity(firm):
    """Capacity of a firm that is being built: sum of its pipeline."""
    total = 0.0
    for year in range(PIPELINE):
        total += firm.building[year]
    return total


@rule
def clear_counts(regions, industries, cells, local_industries, sites):
    """Set every sum of the census to zero."""
    for region in regions:
        region.employment = 0.0
    for industry in industries:
        industry.firms = 0
        industry.capacity = 0.0
        industry.coming = 0.0
        industry.mean_productivity = 0.0
        industry.mean_appeal = 0.0
        industry.mean_capacity = 0.0
    for cell in cells:
        cell.employment = 0.0
        cell.firms = 0
        cell.institutes = 0
    for region_row in range(local_industries.shape[0]):
        for industry_row in range(local_industries.shape[1]):
            local_industry = local_industries[region_row, industry_row]
            local_industry.employment = 0.0
            local_industry.firms = 0
            local_industry.capacity = 0.0
            local_industry.coming = 0.0
    for cell_row in range(sites.shape[0]):
        for industry_row in range(sites.shape[1]):
            site = sites[cell_row, industry_row]
            site.employment = 0.0
            site.firms = 0


@rule
def count(firms, institutes, regions, industries, cells, local_industries, sites):
    """Add every living firm and institute to the sums of its place and industry."""
    clear_counts(regions, industries, cells, local_industries, sites)
    for firm in firms:
        if not firm.living:
            continue
        local_industry = local_industries[firm.region, firm.industry]
        local_industry.firms += 1
        local_industry.employment += firm.labour
        local_industry.capacity += firm.capacity
        local_industry.coming += coming_capacity(firm)
        site = sites[firm.cell, firm.industry]
        site.firms += 1
        site.employment += firm.labour
        industries[firm.industry].mean_productivity += math.log(firm.productivity)
        industries[firm.industry].mean_appeal += firm.appeal
        cells[firm.cell].firms += 1
    for institute in institutes:
        cells[institute.cell].institutes += 1
    for cell in range(len(cells)):
        for industry_row in range(len(industries)):
            cells[cell].employment += sites[cell, industry_row].employment
    for region in range(len(regions)):
        for industry_row in range(len(industries)):
            local_industry = local_industries[region, industry_row]
            industry = industries[industry_row]
            industry.firms += local_industry.firms
            industry.capacity += local_industry.capacity
            industry.coming += local_industry.coming
            regions[region].employment += local_industry.employment
    for industry in industries:
        if industry.firms > 0:
            industry.mean_productivity /= industry.firms
            industry.mean_appeal /= industry.firms
            industry.mean_capacity = industry.capacity / industry.firms


def take_census(world: World) -> None:
    """Count firms, capacity and last year's employment by place and industry."""
    count(
        world.firms, world.institutes, world.regions, world.industries, world.cells, world.local_industries, world.sites
    )
