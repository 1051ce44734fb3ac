"""Innovation: research finds improvements, helped by what others nearby know.

Knowledge production: Griliches (1979), Jaffe (1986, 1989); decay of spillovers within some 300 km: Bottazzi & Peri
(2003); absorptive capacity: Cohen & Levinthal (1990); institutes: Acs, Audretsch & Feldman (1992). The hazard
follows R&D INTENSITY: with the level of R&D the largest firms would outgrow all others.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import OPENING, mechanism
from sim.kernel.draws import Luck, Purpose, draw, exponential_quantile, normal_quantile, poisson_quantile
from sim.kernel.geography import Neighbours, neighbours_of
from sim.kernel.typed import Array, FirmRow, Firms, Industries, IndustryRow, LocalIndustries, NormRow, Parameters
from sim.kernel.world import FIELDS, Event, World

INNOVATION = mechanism("innovation", "4.6", "Firms that do research find improvements.")
INNOVATION.param(
    "innovation_rate", 0.15, 0.0, 1.0, unit="1/year", evidence="A", sweep=(0.08, 0.25),
    source="Community Innovation Survey (order of magnitude)",
    help="innovations a year of a firm with R&D at 3 % of sales and mean surroundings",
)  # fmt: skip
INNOVATION.param(
    "research_elasticity", 0.6, 0.0, 1.5, unit="1", evidence="P", sweep=(0.4, 0.9),
    source="Bottazzi & Peri 2003; Hausman, Hall & Griliches 1984",
    help="elasticity of the hazard to R&D intensity",
)  # fmt: skip
INNOVATION.param(
    "innovation_step", 0.033, 0.0, 0.5, unit="ln productivity", evidence="A", sweep=(0.02, 0.06),
    source="Griffith, Huergo, Mairesse & Peters 2006 (order of magnitude)",
    help="mean gain in ln productivity of an innovation",
)  # fmt: skip
INNOVATION.param(
    "innovation_size", 1.0, 0.0, 1.0, unit="1", evidence="S", sweep=(0.5, 1.0),
    source="Klette & Kortum 2004 (in proportion to size); Akcigit & Kerr 2018 (somewhat less)",
    help="elasticity of a firm's innovations to its sales; above the mean each raises productivity by as much less",
)  # fmt: skip
INNOVATION.param(
    "breadth_min", 0.25, 0.0, 1.0, unit="1", evidence="A", sweep=(0.1, 0.5),
    source="our assumption",
    help="sales over the mean below which a firm innovates no less often",
)  # fmt: skip
INNOVATION.param(
    "radical_share", 0.1, 0.0, 1.0, unit="1", evidence="S", sweep=(0.02, 0.2),
    source="Community Innovation Survey: a minority of innovations are new to the market",
    help="share of innovations that are radical: a larger gain and a longer step in knowledge",
)  # fmt: skip
INNOVATION.param(
    "radical_gain", 4.0, 1.0, 20.0, unit="1", evidence="S", sweep=(2.0, 6.0),
    source="Scherer & Harhoff 2000 (few innovations bring most of the returns; sign); digits ours",
    help="gain in ln productivity of a radical innovation over that of another",
)  # fmt: skip
INNOVATION.param(
    "radical_jump", 0.3, 0.0, 3.0, unit="1", evidence="A", sweep=(0.1, 0.6),
    source="our assumption",
    help="standard deviation, in each field, of how far a firm's knowledge moves after a radical innovation",
)  # fmt: skip
INNOVATION.param(
    "innovation_jump", 0.05, 0.0, 3.0, unit="1", evidence="A", sweep=(0.02, 0.15),
    source="our assumption",
    help="the same after other innovations",
)  # fmt: skip
INNOVATION.param(
    "grant_intensity_limit", 1.0, 0.0, 10.0, unit="1", evidence="A", sweep=(0.3, 2.0),
    source="our assumption",
    help="most that grants add to a firm's R&D over sales",
)  # fmt: skip
SPILLOVERS = mechanism("spillovers", "4.6", "Research of others nearby in related fields helps a firm innovate.")
SPILLOVERS.param(
    "spillover_elasticity", 0.05, 0.0, 0.5, unit="1", evidence="P", sweep=(0.0, 0.1),
    source="Bottazzi & Peri 2003 (.03-.04 for neighbours within 300 km)",
    help="gS: elasticity of the hazard to 1 + absorptive capacity x spillovers over their mean",
)  # fmt: skip
SPILLOVERS.param(
    "institute_elasticity", 0.10, 0.0, 0.5, unit="1", evidence="P", sweep=(0.0, 0.2),
    source="Jaffe 1989; Acs, Audretsch & Feldman 1992",
    help="elasticity of the hazard to 1 + institutes' research nearby over its mean",
)  # fmt: skip
SPILLOVERS.param(
    "institute_research", 0.25, 0.0, 5.0, unit="1", evidence="S", sweep=(0.1, 0.5), acts=OPENING,
    source="OECD Main Science and Technology Indicators (public over business R&D)",
    help="research budget of all institutes over the research of all firms at the start",
)  # fmt: skip
SPILLOVERS.param(
    "spillover_range", 110.0, 5.0, 2000.0, unit="km", evidence="S", sweep=(50.0, 300.0),
    source="Bottazzi & Peri 2003 (none beyond 300 km); shape ours. Between countries Keller 2002 finds a half-distance "
    "of 1,200 km",
    help="distance over which spillovers fall by a factor e",
)  # fmt: skip
SPILLOVERS.param(
    "absorption_half", 0.03, 0.001, 0.5, unit="1", evidence="S", sweep=(0.01, 0.06),
    source="Cohen & Levinthal 1990 (mechanism)",
    help="R&D intensity at which a firm absorbs half of what reaches it",
)  # fmt: skip
SPILLOVERS.param(
    "stage_offset", 0.5, 0.0, 5.0, unit="1", evidence="A", sweep=(0.25, 1.0), acts=OPENING,
    source="our assumption",
    help="how far stages lie from the axis of their chain in technology space, the axis being 1, where a scenario "
    "says nothing",
)  # fmt: skip
DIFFUSION = mechanism(
    "diffusion", "4.6", "What leads today is copied: productivity drifts towards the industry's mean."
)
DIFFUSION.param(
    "imitation_rate", 0.02, 0.0, 0.5, unit="1/year", evidence="S", sweep=(0.01, 0.2),
    source="Syverson 2011 (yearly persistence of TFP .6-.8 before measurement error); Andrews, Criscuolo & Gal 2016",
    help="share of a firm's lead or lag in ln productivity that is lost each year",
)  # fmt: skip
FADING = mechanism("fading_leads", "4.6", "Leads in productivity fade as customers, staff and methods change.")
FADING.param(
    "lead_fade", 0.051, 0.0, 0.5, unit="1/year", evidence="S", sweep=(0.02, 0.1),
    source="Foster, Haltiwanger & Syverson 2008; Syverson 2011 (yearly persistence of TFP .6-.8 before measurement "
    "error)",
    help="share of a firm's lead in ln productivity that is lost each year",
)  # fmt: skip
COMPETITION = mechanism(
    "competition", "4.6", "Research effort rises with rivalry up to a point, then falls.", default=False
)
COMPETITION.param(
    "competition_peak", 0.04, -0.2, 0.3, unit="1", evidence="S", sweep=(0.0, 0.1),
    source="Aghion, Bloom, Blundell, Griffith & Howitt 2005 (inverted U)",
    help="profit margin of the industry at which research effort is greatest",
)  # fmt: skip
COMPETITION.param(
    "competition_width", 0.10, 0.01, 1.0, unit="1", evidence="A", sweep=(0.05, 0.2),
    source="Aghion et al. 2005 (shape); digits ours",
    help="distance from that margin at which effort has fallen by .4 of what it can fall",
)  # fmt: skip
COMPETITION.param(
    "competition_floor", 0.6, 0.0, 1.0, unit="1", evidence="A", sweep=(0.4, 0.8),
    source="Aghion et al. 2005 (shape); digits ours",
    help="research effort far from that margin over the effort at it",
)  # fmt: skip

NUMBER_DRAW, SIZE_DRAWS = 0, 1
"""Counters of a firm's draws: how many innovations it makes, and from SIZE_DRAWS on the size of each."""


@rule
def absorptive_capacity(firm: FirmRow, p: Parameters) -> float:
    """AC = rd / (rd + half), raised by cultivation grants, at most 1 (Cohen & Levinthal 1990)."""
    return min(1.0, firm.research_intensity / (firm.research_intensity + p.absorption_half) + firm.absorption)


@rule
def effort(firm: FirmRow, industry: IndustryRow, p: Parameters) -> float:
    """R&D intensity of the year: aimed intensity, grants over sales, and the effect of competition (Aghion et al.)."""
    intensity = firm.research_intensity
    if p.competition:
        apart = (industry.margin - p.competition_peak) / p.competition_width
        intensity *= p.competition_floor + (1.0 - p.competition_floor) * math.exp(-0.5 * apart * apart)
    return intensity


@rule
def hazard(firm: FirmRow, intensity: float, reached: float, taught: float, p: Parameters) -> float:
    """h = rate (rd/.03)^e (1 + AC S/mean S)^gS (1 + U/mean U)^gU x joint projects (Bottazzi & Peri 2003; Jaffe 1989).

    `reached` is S over its mean, `taught` U over its mean.
    """
    found = p.innovation_rate * (intensity / 0.03) ** p.research_elasticity
    if p.spillovers:
        found *= (1.0 + absorptive_capacity(firm, p) * reached) ** p.spillover_elasticity
        found *= (1.0 + taught) ** p.institute_elasticity
    return found * firm.project_boost


@rule
def breadth(firm: FirmRow, industry: IndustryRow, p: Parameters) -> float:
    """Product lines in which a firm innovates: (sales / mean)^size (Klette & Kortum 2004).

    Sales count from `breadth_min` to 200 means. More lines, more innovations; see `stride` for what each is worth.
    """
    if firm.sales <= 0.0 or industry.sales <= 0.0 or industry.firms == 0:
        return 1.0
    return min(max(firm.sales * industry.firms / industry.sales, p.breadth_min), 200.0) ** p.innovation_size


@rule
def stride(product_lines: float, p: Parameters) -> float:
    """Mean gain in ln z of one innovation: step / max(product_lines, 1).

    In a firm of many lines each moves its productivity by as much less, so that above the mean what a firm may expect
    to gain does not depend on its size (Gibrat 1931). A small firm innovates less often, and in no larger steps.
    """
    return p.innovation_step / max(product_lines, 1.0)


@rule
def dot(first: Array, second: Array) -> float:
    """Cosine of two unit vectors in technology space."""
    total = 0.0
    for field in range(FIELDS):
        total += first[field] * second[field]
    return total


@rule
def fade(gap: float, p: Parameters) -> float:
    """Share of what is known `gap` km away that reaches a firm: exp(-d / range); range after Bottazzi & Peri 2003."""
    return math.exp(-gap / p.spillover_range)


@rule
def weigh_pools(gaps: Array, weights: Array, p: Parameters) -> None:
    """Fill `weights` (K,) with the share that reaches a cell from each neighbour."""
    for entry in range(len(gaps)):
        weights[entry] = fade(gaps[entry], p)


@rule
def spread_knowledge(
    agents_research: Array, agents_cell: Array, knowledge: Array, neighbours: Neighbours, pools: Array
) -> None:
    """Fill `pools` (C, FIELDS): research within reach of each cell, as a vector, weighted by `fade`.

    The cosine is linear in unit vectors, so S_i = k_i . pool of its cell is the exact pairwise sum, in O(N + C).
    """
    start, near, _, weights = neighbours
    local = np.zeros(pools.shape)
    for row in range(len(agents_cell)):
        for field in range(FIELDS):
            local[agents_cell[row], field] += agents_research[row] * knowledge[row, field]
    for cell in range(pools.shape[0]):
        for field in range(FIELDS):
            pools[cell, field] = 0.0
        for entry in range(start[cell], start[cell + 1]):
            for field in range(FIELDS):
                pools[cell, field] += weights[entry] * local[near[entry], field]


@rule
def take_in(
    firms: Firms, own_pools: Array, institute_pools: Array, taught: Array, within: float, p: Parameters
) -> None:
    """Set each firm's spillover pool (others' research, by field and distance) and `taught` (N,), of institutes."""
    for row in range(len(firms)):
        firm = firms[row]
        own = firm.research * fade(within, p)
        firm.spillover = max(0.0, dot(firm.knowledge, own_pools[firm.cell]) - own)
        taught[row] = max(0.0, dot(firm.knowledge, institute_pools[firm.cell]))


@rule
def do_research(firms: Firms, industries: Industries, p: Parameters) -> None:
    """Firms spend on research: intensity times last year's sales, plus grants."""
    for firm in firms:
        own = effort(firm, industries[firm.industry], p) * firm.sales if p.innovation else 0.0
        firm.research = own + firm.research_grant


@rule
def jump(firm: FirmRow, reach: float, luck: Luck) -> None:
    """Knowledge after an innovation: a step of size `reach` in a keyed random direction, back on the unit sphere."""
    norm = 0.0
    for field in range(FIELDS):
        step = reach * normal_quantile(draw(luck, Purpose.KNOWLEDGE, firm.id, field))
        firm.knowledge[field] += step
        norm += firm.knowledge[field] * firm.knowledge[field]
    norm = math.sqrt(norm)
    for field in range(FIELDS):
        firm.knowledge[field] /= norm


@rule
def catch_up(firm: FirmRow, mean: float, p: Parameters) -> float:
    """Change of ln z by diffusion: imitation_rate x max(0, industry mean - ln z).

    Those behind learn from those ahead, who lose nothing by it (Griffith, Redding & Van Reenen 2004).
    """
    return p.imitation_rate * max(0.0, mean - math.log(firm.productivity)) if p.diffusion else 0.0


@rule
def fall_back(firm: FirmRow, mean: float, p: Parameters) -> float:
    """Change of ln z as a lead fades: lead_fade x min(0, industry mean - ln z) (persistence: Syverson 2011)."""
    return p.lead_fade * min(0.0, mean - math.log(firm.productivity)) if p.fading_leads else 0.0


class Found(NamedTuple):
    """What firms found in a year."""

    gains: Array
    """Shape (N,): ln productivity."""
    radicals: Array
    """Shape (N,): radical innovations."""


@rule
def innovations_expected(firm: FirmRow, industry: IndustryRow, taught: float, norms: NormRow, p: Parameters) -> float:
    """Mean number of innovations in a year: product lines x hazard, with pools over their means of the fork year."""
    intensity = effort(firm, industry, p)
    if firm.sales > 0.0:
        intensity += min(firm.research_grant / firm.sales, p.grant_intensity_limit)
    reached = firm.spillover / norms.spillover if norms.spillover > 0.0 else 0.0
    pool = taught / norms.institute_pool if norms.institute_pool > 0.0 else 0.0
    return breadth(firm, industry, p) * hazard(firm, intensity, reached, pool, p)


@rule
def innovate_once(firm: FirmRow, count: int, product_lines: float, p: Parameters, luck: Luck) -> tuple[float, bool]:
    """Gain in ln z of a firm's innovation number `count` of the year, and whether it is radical."""
    size = exponential_quantile(draw(luck, Purpose.INNOVATION, firm.id, SIZE_DRAWS + count)) * stride(product_lines, p)
    if draw(luck, Purpose.RADICAL, firm.id, count) < p.radical_share:
        return size * p.radical_gain, True
    return size, False


@rule
def innovate_all(
    firms: Firms, industries: Industries, norms: NormRow, taught: Array, found: Found, p: Parameters, luck: Luck
) -> None:
    """Draw innovations and fill `found`: what they add to ln productivity, and how many were radical."""
    for row in range(len(firms)):
        firm = firms[row]
        industry = industries[firm.industry]
        found.gains[row] = 0.0
        found.radicals[row] = 0
        firm.innovations = 0
        firm.imitated = catch_up(firm, industry.mean_productivity, p) + fall_back(firm, industry.mean_productivity, p)
        firm.productivity *= math.exp(firm.imitated)
        if not p.innovation or firm.age == 0:
            continue
        expected = innovations_expected(firm, industry, taught[row], norms, p)
        firm.innovations = poisson_quantile(draw(luck, Purpose.INNOVATION, firm.id, NUMBER_DRAW), expected)
        product_lines = breadth(firm, industry, p)
        for count in range(firm.innovations):
            gain, radical = innovate_once(firm, count, product_lines, p, luck)
            found.gains[row] += gain
            found.radicals[row] += 1 if radical else 0
        firm.productivity *= math.exp(found.gains[row])
        firm.successes += firm.innovations
        if firm.innovations > 0:
            jump(firm, p.radical_jump if found.radicals[row] > 0 else p.innovation_jump, luck)


@rule
def count_innovations(firms: Firms, local_industries: LocalIndustries) -> None:
    """Add up innovations by local industry."""
    for region in range(local_industries.shape[0]):
        for industry in range(local_industries.shape[1]):
            local_industries[region, industry].innovations = 0
    for firm in firms:
        local_industries[firm.region, firm.industry].innovations += firm.innovations


def pool_knowledge(world: World) -> np.ndarray:
    """Spillovers that reach every firm are written to the firms; institutes' pools are returned, shape (N,)."""
    cells, around = len(world.cells), neighbours_of(world, "pool_weights", weigh_pools)
    firms, institutes = world.firms, world.institutes
    own, public = np.zeros((cells, FIELDS)), np.zeros((cells, FIELDS))
    spread_knowledge(firms.research.copy(), firms.cell.copy(), firms.knowledge.copy(), around, own)
    granted = np.asarray(institutes.budget + institutes.granted)
    spread_knowledge(granted, institutes.cell.copy(), institutes.knowledge.copy(), around, public)
    taught = np.zeros(len(firms))
    take_in(firms, own, public, taught, world.geography.positions.within, world.p)
    return taught


def innovate(world: World) -> None:
    """Firms do research, knowledge spills over, innovations raise productivity."""
    firms = world.firms
    do_research(firms, world.industries, world.p)
    taught = pool_knowledge(world)
    if world.norms.spillover <= 0.0 and len(firms):
        world.norms.spillover = float(firms.spillover.mean())
        world.norms.institute_pool = float(taught.mean())
    found = Found(np.zeros(len(firms)), np.zeros(len(firms), dtype=np.int64))
    innovate_all(firms, world.industries, world.norms, taught, found, world.p, world.luck)
    count_innovations(firms, world.local_industries)
    for event, counts in ((Event.INNOVATION, firms.innovations), (Event.RADICAL_INNOVATION, found.radicals)):
        rows = np.flatnonzero(counts > 0)
        world.note(event, firms, rows, detail=counts[rows], amount=found.gains[rows])
