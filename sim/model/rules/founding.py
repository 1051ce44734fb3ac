"""Founding: births of the year become firms, with a place, a productivity, knowledge and first capacity.

Entrants are smaller (Foster, Haltiwanger & Syverson 2016) and somewhat less productive than incumbents (Aw, Chen &
Roberts 2001; against it: Foster, Haltiwanger & Syverson 2008 for physical TFP); spin-offs inherit (Klepper 2007).
Within a region a firm chooses its cell by cost: what the neighbourhood adds against rent.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import OPENING, mechanism
from sim.kernel.draws import Luck, Purpose, normal_quantile, uniform
from sim.kernel.typed import (
    Array,
    BirthRow,
    Births,
    CellRow,
    Cells,
    FirmRow,
    Firms,
    Industries,
    IndustryRow,
    LocalIndustries,
    LocalIndustryRow,
    Parameters,
    Regions,
    SiteRow,
)
from sim.kernel.world import FIELDS, Event, Flow, Kind, Nation, Origin, Tier, World

FOUNDING = mechanism("heterogeneity", "4.8", "Firms differ in productivity from the day they start.")
FOUNDING.param(
    "entrant_gap", 0.10, -0.5, 0.5, unit="ln productivity", evidence="S", sweep=(0.0, 0.2),
    source="Aw, Chen & Roberts 2001 (cohorts of new firms below incumbents; sign); against it: Foster, Haltiwanger & "
    "Syverson 2008 for physical TFP",
    help="how far below the industry's mean new firms start",
)  # fmt: skip
FOUNDING.param(
    "spin_off_gap", 0.03, -0.5, 0.5, unit="ln productivity", evidence="A", sweep=(0.0, 0.1),
    source="Klepper 2007 (smaller than that of de novo firms)",
    help="the same for spin-offs, after inheritance",
)  # fmt: skip
FOUNDING.param(
    "entrant_spread", 0.27, 0.0, 1.0, unit="ln productivity", evidence="S", sweep=(0.12, 0.3),
    source="Syverson 2011 (90-10 ratios near 2 among all firms of an industry); the part that entrants bring is ours",
    help="standard deviation of ln productivity among new firms",
)  # fmt: skip
FOUNDING.param(
    "spin_off_spread", 0.7, 0.0, 2.0, unit="1", evidence="A", sweep=(0.4, 1.0),
    source="our assumption",
    help="spread of ln productivity among spin-offs, besides what they inherit, over entrant_spread",
)  # fmt: skip
FOUNDING.param(
    "entrant_size", 0.25, 0.05, 2.0, unit="1", evidence="P", sweep=(0.2, 0.6),
    source="Luttmer 2007; Bartelsman, Scarpetta & Schivardi 2005 (entrants at 20-60 % of incumbents; order of "
    "magnitude)",
    help="first capacity and appeal of a new firm of mean productivity over the industry's means",
)  # fmt: skip
FOUNDING.param(
    "capacity_response", 0.5, 0.0, 1.0, unit="1", evidence="A", sweep=(0.25, 1.0),
    source="Jovanovic 1982 (new firms learn only later how productive they are; sign); digits ours",
    help="share of (sigma - 1), by which sales follow ln productivity, with which a new firm's first capacity follows "
    "it",
)  # fmt: skip
FOUNDING.param(
    "research_spread", 1.0, 0.0, 2.0, unit="ln", evidence="S", sweep=(0.4, 1.2),
    source="Cohen & Klepper 1992 (skewed R&D intensities)",
    help="standard deviation of ln R&D intensity among firms of an industry",
)  # fmt: skip
FOUNDING.param(
    "knowledge_spread", 0.35, 0.0, 3.0, unit="1", evidence="A", sweep=(0.15, 0.7),
    source="Jaffe 1986 (firms of an industry differ in technology); digits ours",
    help="standard deviation, in each field, of a new firm's knowledge around its industry's place in technology space",
)  # fmt: skip
FOUNDING.param(
    "leader_lead", 0.35, 0.0, 1.5, unit="ln productivity", evidence="P", sweep=(0.2, 0.6),
    source="Syverson 2011; Andrews, Criscuolo & Gal 2016",
    help="how far above the industry's mean a leading firm starts",
)  # fmt: skip
FOUNDING.param(
    "leader_spread", 0.5, 0.0, 2.0, unit="1", evidence="A", sweep=(0.25, 1.0),
    source="our assumption",
    help="spread of ln productivity among new leading firms over entrant_spread",
)  # fmt: skip
FOUNDING.param(
    "leader_size", 16.0, 1.0, 100.0, unit="1", evidence="A", sweep=(8.0, 32.0),
    source="size ours",
    help="first capacity and appeal of a leading firm over those of another firm as productive",
)  # fmt: skip
FOUNDING.param(
    "cell_pull", 2.2, 0.0, 20.0, unit="1", evidence="A", sweep=(0.0, 6.0),
    source="Carlton 1983 (sign); form: Guimarães, Figueiredo & Woodward 2003",
    help="how strongly cost differences between cells of a region steer where in it a firm starts",
)  # fmt: skip
FOUNDING.param(
    "opening_age_rate", 0.08, 0.01, 1.0, unit="1/year", evidence="S", sweep=(0.05, 0.12), acts=OPENING,
    source="Coad 2010 (ages of firms are distributed exponentially); rate near that of exit (Eurostat); digits ours",
    help="rate of the exponential distribution of the first firms' ages",
)  # fmt: skip
FOUNDING.param(
    "opening_age_max", 40.0, 1.0, 100.0, unit="years", evidence="A", sweep=(20.0, 60.0), acts=OPENING,
    source="our assumption",
    help="age of the oldest first firms",
)  # fmt: skip


@rule
def first_productivity(birth: BirthRow, mean: float, p: Parameters, u: float) -> float:
    """ln z = mean - gap + N(0, spread); spin-offs: mean + inherited - gap + own share of the noise.

    Leading firms: mean + lead + their own share of the noise.
    """
    noise = normal_quantile(u) * p.entrant_spread if p.heterogeneity else 0.0
    if birth.kind == Kind.LEADING_FIRM:
        return mean + p.leader_lead + p.leader_spread * noise
    if birth.origin == Origin.SPIN_OFF:
        return mean + birth.inherited - p.spin_off_gap + p.spin_off_spread * noise
    return mean - p.entrant_gap + noise


@rule
def first_capacity(log_productivity: float, industry: IndustryRow, kind: int, p: Parameters) -> float:
    """K0 = size x mean K x exp(response (sigma-1) (ln z - mean)); leading firms are `leader_size` times larger."""
    lead = log_productivity - industry.mean_productivity
    size = p.entrant_size * industry.mean_capacity * math.exp(p.capacity_response * (p.variety_elasticity - 1.0) * lead)
    return size * p.leader_size if kind == Kind.LEADING_FIRM else size


@rule
def first_appeal(industry: IndustryRow, kind: int, p: Parameters) -> float:
    """A0 = size x mean appeal: new firms know few customers yet (Foster, Haltiwanger & Syverson 2016).

    With `customer_base` it is `first_customers`, in units of the first firms of year 0.
    """
    appeal = p.first_customers if p.customer_base else p.entrant_size * industry.mean_appeal
    return appeal * p.leader_size if kind == Kind.LEADING_FIRM else appeal


@rule
def hoped_capacity(
    log_productivity: float, appeal: float, local_industry: LocalIndustryRow, industry: IndustryRow, p: Parameters
) -> float:
    """K0 of a newcomer over that of a usual one: A0 / usual A0 x exp(response sigma (ln z - mean + gap)).

    A more productive firm hopes for more orders, by sigma; it learns only later how productive it is (Jovanovic 1982).
    """
    lead = log_productivity - industry.mean_productivity + p.entrant_gap
    known = appeal / first_appeal(industry, Kind.SME, p)
    return local_industry.newcomer_capacity * known * math.exp(p.capacity_response * p.variety_elasticity * lead)


@rule
def cell_weight(cell: CellRow, site: SiteRow, industry: IndustryRow, p: Parameters) -> float:
    """Weight of a cell within its region: land x exp(pull x (what the place adds - land share x ln rent))."""
    return cell.land * math.exp(p.cell_pull * (site.advantage - industry.land_share * math.log(cell.rent)))


@rule
def choose_cell(region: int, industry: int, nation: Nation, p: Parameters, u: float) -> int:
    """The cell of a region that the uniform number `u` selects, cells in the order of the geography."""
    first, last = nation.region_start[region], nation.region_start[region + 1]
    maker = nation.industries[industry]
    total = 0.0
    for entry in range(first, last):
        cell = nation.region_cells[entry]
        total += cell_weight(nation.cells[cell], nation.sites[cell, industry], maker, p)
    reached = 0.0
    chosen = nation.region_cells[first]
    for entry in range(first, last):
        chosen = nation.region_cells[entry]
        reached += cell_weight(nation.cells[chosen], nation.sites[chosen, industry], maker, p) / total
        if u < reached:
            break
    return chosen


@rule
def first_knowledge(firm: FirmRow, industry: IndustryRow, p: Parameters, luck: Luck) -> None:
    """Knowledge of a new firm: its industry's place in technology space plus noise, on the unit sphere."""
    norm = 0.0
    for field in range(FIELDS):
        noise = p.knowledge_spread * normal_quantile(uniform(luck.seed, Purpose.KNOWLEDGE, 0, firm.id, field))
        firm.knowledge[field] = industry.position[field] + noise
        norm += firm.knowledge[field] * firm.knowledge[field]
    norm = math.sqrt(norm)
    for field in range(FIELDS):
        firm.knowledge[field] /= norm


@rule
def register(firm: FirmRow, birth: BirthRow, year: int) -> None:
    """A new firm is who its birth says it is."""
    firm.id = birth.id
    firm.parent = birth.parent
    firm.kind = birth.kind
    firm.tier = Tier.LEADING_FIRM if birth.kind == Kind.LEADING_FIRM else Tier.SME
    firm.origin = birth.origin
    firm.living = True
    firm.region = birth.region
    firm.industry = birth.industry
    firm.born = year
    firm.project_boost = 1.0
    firm.scale_cost = 1.0
    firm.supply_limit = 1.0


@rule
def mean_at_entry(birth: BirthRow, industry: IndustryRow, p: Parameters) -> float:
    """ln z that newcomers are measured by: the industry's mean, less part of what it has learnt if they are de novo.

    Firms learn three times more from own output than from others' (Irwin & Klenow 1994; sign).
    """
    if birth.origin == Origin.DE_NOVO and p.learning:
        return industry.mean_productivity - p.frontier_barrier * industry.frontier
    return industry.mean_productivity


@rule
def equip(firm: FirmRow, birth: BirthRow, industry: IndustryRow, p: Parameters, luck: Luck) -> float:
    """A new firm has a productivity, and with it capacity, appeal, an aim in research, and knowledge."""
    u = uniform(luck.seed, Purpose.PRODUCTIVITY, 0, birth.id, 0)
    log_productivity = first_productivity(birth, mean_at_entry(birth, industry, p), p, u)
    firm.productivity = math.exp(log_productivity)
    firm.last_productivity = firm.productivity
    firm.capacity = first_capacity(log_productivity, industry, birth.kind, p)
    firm.appeal = first_appeal(industry, birth.kind, p)
    spread = p.research_spread if p.heterogeneity else 0.0
    noise = normal_quantile(uniform(luck.seed, Purpose.RESEARCH, 0, birth.id, 0))
    firm.research_intensity = industry.research_intensity * math.exp(spread * noise - 0.5 * spread * spread)
    first_knowledge(firm, industry, p, luck)
    return log_productivity


@rule
def pay_start(firm: FirmRow, birth: BirthRow, wage: float, p: Parameters) -> None:
    """Owners pay wages and capacity of the start, less the public's part, and put as much in again as cash."""
    cost = p.startup_labour * wage + p.capital_price * firm.unit_cost * firm.capacity
    firm.subsidy = birth.grant + birth.cover * cost
    firm.investment = max(0.0, cost - firm.subsidy)
    firm.cash = firm.investment
    if p.transfers:
        firm.granted = firm.capacity * min(1.0, firm.subsidy / cost)


@rule
def found(births: Births, firms: Firms, nation: Nation, p: Parameters, luck: Luck) -> None:
    """Turn births into firms: each has a place, is equipped for its industry, and opens at the price of its place."""
    for row in range(len(births)):
        birth, firm = births[row], firms[row]
        industry = nation.industries[birth.industry]
        local_industry = nation.local_industries[birth.region, birth.industry]
        register(firm, birth, luck.year)
        firm.cell = birth.cell
        if birth.cell < 0:
            u = uniform(luck.seed, Purpose.PLACE, 0, birth.id, 0)
            firm.cell = choose_cell(birth.region, birth.industry, nation, p, u)
        log_productivity = equip(firm, birth, industry, p, luck)
        if p.entry_by_earnings and luck.year > 0:
            firm.capacity = hoped_capacity(log_productivity, firm.appeal, local_industry, industry, p)
        firm.unit_cost = local_industry.unit_cost / math.exp(log_productivity - industry.mean_productivity)
        firm.price = local_industry.full_cost_price * firm.unit_cost / local_industry.unit_cost
        pay_start(firm, birth, nation.regions[birth.region].wage, p)


@rule
def move_into_parks(newcomers: Firms, cells: Cells, wanted: Array, p: Parameters) -> None:
    """New firms take the free places of parks in their cell, in proportion to what they want, and build that much less.

    A place saves `park_relief` of the cost of the capacity it houses (Wang 2013; Lu, Wang & Zhu 2019 on China's zones).
    """
    for cell in range(len(cells)):
        wanted[cell] = 0.0
    for firm in newcomers:
        wanted[firm.cell] += firm.capacity
    for firm in newcomers:
        park = cells[firm.cell].park
        if park <= 0.0:
            continue
        housed = firm.capacity * min(1.0, park / wanted[firm.cell])
        saved = cells[firm.cell].park_relief * p.capital_price * firm.unit_cost * housed
        firm.investment = max(0.0, firm.investment - saved)
    for cell in range(len(cells)):
        cells[cell].park = max(0.0, cells[cell].park - wanted[cell])


@rule
def price_startups(regions: Regions, industries: Industries, local_industries: LocalIndustries, p: Parameters) -> None:
    """What starting a mean new firm costs in every local industry: wages of its start plus its first capacity."""
    for region in range(len(regions)):
        for industry_row in range(len(industries)):
            industry = industries[industry_row]
            local_industry = local_industries[region, industry_row]
            capacity = first_capacity(industry.mean_productivity - p.entrant_gap, industry, Kind.SME, p)
            if p.entry_by_earnings:
                capacity = local_industry.newcomer_capacity
            local_industry.startup_cost = (
                p.startup_labour * regions[region].wage + p.capital_price * local_industry.unit_cost * capacity
            )


def price_start(world: World) -> None:
    """Work out what starting a firm costs in every local industry."""
    price_startups(world.regions, world.industries, world.local_industries, world.p)


def found_firms(world: World) -> None:
    """Births become firms; each is an event."""
    births = world.births
    if len(births) == 0:
        return
    firms = world.firms_table.extend(len(births))
    found(births, firms, world.nation, world.p, world.luck)
    world.flows[Flow.EQUITY] += firms.cash.sum()
    if np.any(world.cells.park > 0.0):
        move_into_parks(firms, world.cells, np.zeros(len(world.cells)), world.p)
    world.note(Event.ENTRY, firms, other=firms.parent, detail=firms.origin, amount=np.zeros(len(firms)))
    world.births_table.clear()
    world.settle()
