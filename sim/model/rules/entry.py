"""Entry: how many firms start, in which industry and where.

Entry follows margins, weakly (Geroski 1995). Location: Poisson and multinomial choice on expected profit (Carlton 1983;
Guimarães, Figueiredo & Woodward 2003); with profit_pull 0 it is the null of Bottazzi et al. (2007).
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import OPENING, mechanism
from sim.kernel.draws import Luck, Purpose, draw, lineage, pair_id, poisson_quantile
from sim.kernel.niche_index import elasticity_expected
from sim.kernel.typed import (
    Array,
    Births,
    Industries,
    IndustryRow,
    LocalIndustries,
    LocalIndustryRow,
    Parameters,
    RegionRow,
    Regions,
)
from sim.kernel.world import BIRTH, Origin, World

ENTRY = mechanism("entry", "4.8", "New firms start where they expect to earn.")
ENTRY.param(
    "entry_rate", 0.055, 0.0, 0.5, unit="1/year", evidence="A", sweep=(0.05, 0.10),
    source="set so that ALL entry, spin-offs and attracted firms included, is in the 6-12 % of Eurostat",
    help="de novo firms a year per firm of the industry, at the normal margin",
)  # fmt: skip
ENTRY.param(
    "entry_base", 10, 1, 1000, unit="firms", evidence="A", sweep=(5, 20), whole=True,
    source="our assumption",
    help="an industry with fewer firms draws new ones as if it had this many",
)  # fmt: skip
ENTRY.param(
    "entry_response", 5.0, 0.0, 20.0, unit="1", evidence="A", sweep=(2.0, 10.0),
    source="Geroski 1995 (sign; weak)",
    help="change of ln entry per unit of the industry's profit margin",
)  # fmt: skip
ENTRY.param(
    "normal_margin", 0.087, 0.0, 0.12, unit="1", evidence="A", sweep=(0.03, 0.10),
    source="Melitz 2003 (mean profits pay for sunk entry costs and failures); digits ours",
    help="profit margin over sales at which entry runs at its normal rate; also sets the scale of money",
)  # fmt: skip
ENTRY.param(
    "entry_margin_bound", 0.3, 0.01, 1.0, unit="1", evidence="A", sweep=(0.1, 0.5),
    source="our assumption",
    help="most by which an industry's margin counts as above or below the normal one for the number of new firms",
)  # fmt: skip
ENTRY.param(
    "profit_pull", 1.3, 0.0, 20.0, unit="1", evidence="A", sweep=(0.0, 6.0),
    source="Carlton 1983 (sign); form: Guimarães, Figueiredo & Woodward 2003; 0 is the null of Bottazzi et al. 2007",
    help="kappa: how strongly expected profit margins steer where a firm starts",
)  # fmt: skip
ENTRY.param(
    "prospect_floor", -1.0, -5.0, 0.0, unit="1", evidence="A", sweep=(-2.0, -0.3),
    source="our assumption",
    help="lowest profit margin that a new firm reckons with: where sales would not pay for overhead, it is this",
)  # fmt: skip
ENTRY.param(
    "herding", 0.0, 0.0, 5.0, unit="1", evidence="A", sweep=(0.0, 1.0),
    source="Sorenson & Audia 2000 (entrepreneurs come from incumbents); 0 fitted Ellison-Glaeser best",
    help="b: extra weight of a place per incumbent of the industry, in units of the national mean",
)  # fmt: skip
ENTRY.param(
    "startup_labour", 1.0, 0.05, 20.0, unit="workers", evidence="A", sweep=(0.5, 2.0),
    source="size ours",
    help="workers whose wage of a year the start of a firm costs, besides its first capacity",
)  # fmt: skip
ENTRY.param(
    "startup_share", 0.1, 0.01, 0.5, unit="1/year", evidence="A", sweep=(0.05, 0.2), acts=OPENING,
    source="near the yearly rate of exit (Eurostat business demography); our assumption",
    help="share of the start-up cost that a firm must earn each year where entry just pays: sets the scale of money",
)  # fmt: skip


@rule
def expected_margin(local_industry: LocalIndustryRow, industry: IndustryRow, wage: float, p: Parameters) -> float:
    """Profit margin a mean firm expects: 1/eps - rd - overhead/sales at full cost, rivals' plans allowed for.

    Sales at full cost are p*^(1-sigma) MA x crowding; the margin is no lower than the floor.
    """
    sales = local_industry.full_cost_price ** (1.0 - p.variety_elasticity) * local_industry.access * industry.crowding
    fixed = p.overhead * wage if p.overhead_costs else 0.0
    if sales <= fixed:
        return p.prospect_floor
    return max(1.0 / elasticity_expected(industry, p) - industry.research_intensity - fixed / sales, p.prospect_floor)


@rule
def prospect_of(local_industry: LocalIndustryRow, industry: IndustryRow, wage: float, p: Parameters) -> float:
    """Profit margin that a founder expects: that of a mean firm, or with `entry_by_earnings` of a newcomer (Melitz)."""
    return local_industry.newcomer_margin if p.entry_by_earnings else expected_margin(local_industry, industry, wage, p)


@rule
def attraction(
    local_industry: LocalIndustryRow, region: RegionRow, industry: IndustryRow, region_count: int, p: Parameters
) -> float:
    """Weight of a place for new firms: population x exp(kappa margin + grants)(1 + b n_rs R/N_s) (Carlton 1983)."""
    crowd = 1.0 + p.herding * local_industry.firms * region_count / max(industry.firms, 1)
    return region.population * math.exp(p.profit_pull * local_industry.prospect + local_industry.grant_pull) * crowd


@rule
def entrants_expected(industry: IndustryRow, p: Parameters) -> float:
    """Firms that start nationally: rate N exp(response x (margin - normal)); a small industry counts as the base.

    With `entry_by_earnings` N are the firms of usual size that its sales carry, and the margin is that of newcomers.
    """
    if p.entry_by_earnings:
        hoped = min(max(industry.newcomer_margin - p.newcomer_normal, -p.entry_margin_bound), p.entry_margin_bound)
        return p.newcomer_rate * max(industry.carried, p.entry_base) * math.exp(p.newcomer_response * hoped)
    margin = min(max(industry.margin - p.normal_margin, -p.entry_margin_bound), p.entry_margin_bound)
    return p.entry_rate * max(industry.firms, p.entry_base) * math.exp(p.entry_response * margin)


@rule
def local_industry_key(region: RegionRow, industry: IndustryRow) -> int:
    """Key of a region and industry for draws: it does not depend on the order of rows."""
    return pair_id(region.id, industry.id)


@rule
def judge_prospects(regions: Regions, industries: Industries, local_industries: LocalIndustries, p: Parameters) -> None:
    """Work out what a new firm would earn in every local industry."""
    for region in range(len(regions)):
        for industry in range(len(industries)):
            local_industry = local_industries[region, industry]
            local_industry.prospect = prospect_of(local_industry, industries[industry], regions[region].wage, p)


@rule
def expect_founders(regions: Regions, industries: Industries, local_industries: LocalIndustries, p: Parameters) -> None:
    """Set how many de novo firms are to be expected in every local industry, unaided: the nation's by attraction.

    The margin that newcomers to an industry expect is the mean over places, weighed by their attraction.
    """
    for industry_row in range(len(industries)):
        industry = industries[industry_row]
        total = 0.0
        hoped = 0.0
        for region in range(len(regions)):
            weight = attraction(local_industries[region, industry_row], regions[region], industry, len(regions), p)
            total += weight
            hoped += weight * local_industries[region, industry_row].prospect
        industry.newcomer_margin = hoped / total
        for region in range(len(regions)):
            local_industry = local_industries[region, industry_row]
            local_industry.founders = 0.0
            local_industry.cover = 0.0
            if industry.opened:
                share = attraction(local_industry, regions[region], industry, len(regions), p) / total
                local_industry.founders = entrants_expected(industry, p) * share


@rule
def count_entrants(
    regions: Regions, industries: Industries, local_industries: LocalIndustries, counts: Array, luck: Luck
) -> None:
    """Fill `counts` (R, S) with the number of de novo firms: one keyed uniform a local industry, inverted."""
    for industry_row in range(len(industries)):
        for region in range(len(regions)):
            counts[region, industry_row] = 0
            if industries[industry_row].opened:
                u = draw(luck, Purpose.ENTRY, local_industry_key(regions[region], industries[industry_row]), 0)
                counts[region, industry_row] = poisson_quantile(u, local_industries[region, industry_row].founders)


@rule
def announce(
    regions: Regions,
    industries: Industries,
    local_industries: LocalIndustries,
    counts: Array,
    births: Births,
    year: int,
) -> None:
    """Write a birth for every entrant; its id comes from region, industry, year and slot."""
    row = 0
    for region in range(len(regions)):
        for industry in range(len(industries)):
            for slot in range(counts[region, industry]):
                birth = births[row]
                birth.id = lineage(Purpose.ENTRY, local_industry_key(regions[region], industries[industry]), year, slot)
                birth.origin = Origin.DE_NOVO
                birth.region = region
                birth.industry = industry
                birth.cell = -1
                birth.cover = local_industries[region, industry].cover
                row += 1


def expect(world: World) -> None:
    """Everyone judges what a new firm would earn, and founders where they would start."""
    judge_prospects(world.regions, world.industries, world.local_industries, world.p)
    if world.p.entry:
        expect_founders(world.regions, world.industries, world.local_industries, world.p)


def enter(world: World) -> None:
    """New firms decide to start."""
    if not world.p.entry:
        return
    counts = np.zeros(world.local_industries.shape, dtype=np.int64)
    count_entrants(world.regions, world.industries, world.local_industries, counts, world.luck)
    births = BIRTH.empty(int(counts.sum()))
    announce(world.regions, world.industries, world.local_industries, counts, births, world.year)
    world.births_table.extend(len(births))[...] = births
