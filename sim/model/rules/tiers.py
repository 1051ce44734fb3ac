"""Tiers: firms climb from SME to innovative SME, specialised SME ("little giant"), champion and leading firm.

Gradient cultivation of quality SMEs: Ministry of Industry and Information Technology of China 2022. Promotion is
by rank within the industry on growth of productivity, share of a technological niche, and size, reviewed every
three years as the real titles are. A tier has no effect by itself; for leading firms see sim.model.rules.anchoring.
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.draws import Luck, Purpose, uniform
from sim.kernel.typed import Array, FirmRow, Firms, Industries, IndustryRow, Parameters
from sim.kernel.world import FIELDS, Event, Kind, Tier, World

TIERS = mechanism("tiers", "4.9", "Firms climb and fall on the gradient from SME to leading firm.")
for _name, _default, _low, _high, _tier in (
    ("innovative_share", 0.40, 0.2, 0.6, "innovative SME"),
    ("specialised_share", 0.15, 0.08, 0.25, "specialised SME"),
    ("champion_share", 0.035, 0.02, 0.06, "single-product champion"),
    ("leading_share", 0.02, 0.01, 0.04, "leading firm"),
):
    TIERS.param(
        _name, _default, 0.0, 1.0, unit="1", evidence="S", sweep=(_low, _high),
        source="national clusters of 2022: 170 champions to 2,200 little giants; scaled up so that a model has some",
        help=f"share of an industry's firms that stand on the tier of {_tier} or higher",
    )  # fmt: skip
TIERS.param(
    "tier_hysteresis", 0.35, 0.0, 0.9, unit="1", evidence="A", sweep=(0.1, 0.5),
    source="digits ours",
    help="margin, in powers of the share: how much better than asked a firm must be to climb, how much worse to fall",
)  # fmt: skip
TIERS.param(
    "tier_review", 3, 1, 20, unit="years", evidence="P", sweep=(2, 5), whole=True,
    source="Ministry of Industry and Information Technology of China 2022 (titles are valid for three years)",
    help="years between two reviews of a firm",
)  # fmt: skip
TIERS.param(
    "tier_memory", 20.0, 1.0, 40.0, unit="years", evidence="A", sweep=(10.0, 30.0),
    source="digits ours",
    help="years over which productivity is smoothed to judge its growth",
)  # fmt: skip
TIERS.param(
    "tier_growth_weight", 1.0, 0.0, 10.0, unit="1", evidence="A", sweep=(0.5, 2.0),
    source="criteria: Ministry of Industry and Information Technology of China 2022; weights ours",
    help="weight of the growth of productivity in the rank",
)  # fmt: skip
TIERS.param(
    "tier_niche_weight", 1.0, 0.0, 10.0, unit="1", evidence="A", sweep=(0.5, 2.0),
    source="criteria: Ministry of Industry and Information Technology of China 2022; weights ours",
    help="weight of the share of the niche in the rank",
)  # fmt: skip
TIERS.param(
    "tier_size_weight", 1.0, 0.0, 10.0, unit="1", evidence="A", sweep=(0.5, 2.0),
    source="criteria: Ministry of Industry and Information Technology of China 2022; weights ours",
    help="weight of sales in the rank",
)  # fmt: skip


@rule
def niche(firm: FirmRow, industry: IndustryRow) -> int:
    """Field of technology in which a firm knows most beyond what its industry knows: 0..FIELDS-1."""
    best = 0
    for field in range(1, FIELDS):
        if firm.knowledge[field] - industry.position[field] > firm.knowledge[best] - industry.position[best]:
            best = field
    return best


@rule
def next_tier(tier: int, standing: float, shares: Array, p: Parameters) -> int:
    """Tier after a review: one up if standing < share^(1 + h), one down if standing > share^(1 - h), else the same.

    `standing` is the firm's rank over the number of firms of its industry, 0 the best; `shares` (5,) by tier. In
    powers, the margin is wide where a tier is narrow: a title that few hold is not lost through one bad year.
    """
    if tier < Tier.LEADING_FIRM and standing < shares[tier + 1] ** (1.0 + p.tier_hysteresis):
        return tier + 1
    if tier > Tier.SME and standing > shares[tier] ** (1.0 - p.tier_hysteresis):
        return tier - 1
    return tier


@rule
def measure(firms: Firms, industries: Industries, marks: Array, p: Parameters) -> None:
    """Fill `marks` (3, N): growth of ln productivity, ln share of the niche and ln sales of every firm.

    Growth is against a productivity that follows with a memory of m years: d ln z' = (ln z - ln z') / m.
    """
    niches = np.zeros((len(industries), FIELDS))
    for firm in firms:
        niches[firm.industry, niche(firm, industries[firm.industry])] += firm.sales
    for row in range(len(firms)):
        firm = firms[row]
        sales = max(firm.sales, 1e-12)
        whole = max(niches[firm.industry, niche(firm, industries[firm.industry])], 1e-12)
        marks[0, row] = math.log(firm.productivity / firm.last_productivity)
        marks[1, row] = math.log(sales / whole)
        marks[2, row] = math.log(sales)
        firm.last_productivity *= math.exp(marks[0, row] / p.tier_memory)


@rule
def grade(
    firms: Firms, marks: Array, weights: Array, industry_count: int, scores: Array, lots: Array, luck: Luck
) -> None:
    """Fill `scores` (N,) with weighted sums of marks in standard deviations within industries; `lots` (N,) for ties."""
    count = np.zeros(industry_count)
    mean = np.zeros((3, industry_count))
    square = np.zeros((3, industry_count))
    for row in range(len(firms)):
        industry = firms[row].industry
        count[industry] += 1.0
        for mark in range(3):
            mean[mark, industry] += marks[mark, row]
    for row in range(len(firms)):
        industry = firms[row].industry
        for mark in range(3):
            apart = marks[mark, row] - mean[mark, industry] / count[industry]
            square[mark, industry] += apart * apart
    for row in range(len(firms)):
        industry = firms[row].industry
        scores[row] = 0.0
        for mark in range(3):
            deviation = math.sqrt(square[mark, industry] / count[industry])
            if deviation > 1e-9:
                scores[row] += weights[mark] * (marks[mark, row] - mean[mark, industry] / count[industry]) / deviation
        lots[row] = uniform(luck.seed, Purpose.TIER, 0, firms[row].id, 0)


@rule
def move(year: int, firms: Firms, order: Array, counts: Array, shares: Array, before: Array, p: Parameters) -> None:
    """Review the firms whose turn it is; fill `before` (N,) with old tiers. `order` (N,): by industry, best first."""
    industry = -1
    rank = 0
    for row in order:
        firm = firms[row]
        rank = rank + 1 if firm.industry == industry else 0
        industry = firm.industry
        before[row] = firm.tier
        if firm.age > 0 and (year - firm.born) % p.tier_review == 0:
            firm.tier = next_tier(firm.tier, rank / counts[industry], shares, p)
            firm.kind = Kind.LEADING_FIRM if firm.tier == Tier.LEADING_FIRM else Kind.SME


def ranking(industry: np.ndarray, scores: np.ndarray, lots: np.ndarray) -> np.ndarray:
    """Rows (N,) by industry, best score first; the lot decides between equal scores."""
    industry = industry.astype(np.int16)  # short integers are sorted much faster
    order = np.lexsort((-scores, industry))
    equal = (np.diff(scores[order]) == 0.0) & (np.diff(industry[order]) == 0)
    return np.lexsort((lots, -scores, industry)) if equal.any() else order


def climb(world: World) -> None:
    """Firms whose turn it is are promoted or demoted by a tier; each move is an event."""
    firms, p = world.firms, world.p
    if not p.tiers or len(firms) == 0:
        return
    count, industry_count = len(firms), len(world.industries)
    marks, scores, lots = np.zeros((3, count)), np.zeros(count), np.zeros(count)
    measure(firms, world.industries, marks, p)
    weights = np.array([p.tier_growth_weight, p.tier_niche_weight, p.tier_size_weight])
    grade(firms, marks, weights, industry_count, scores, lots, world.luck)
    shares = np.array([1.0, p.innovative_share, p.specialised_share, p.champion_share, p.leading_share])
    industry = np.asarray(firms.industry)
    before = np.zeros(count, dtype=np.int8)
    order = ranking(industry, scores, lots)
    move(world.year, firms, order, np.bincount(industry, minlength=industry_count), shares, before, p)
    for event, moved in ((Event.PROMOTION, firms.tier > before), (Event.DEMOTION, firms.tier < before)):
        rows = np.flatnonzero(moved)
        world.note(event, firms, rows, other=0, detail=firms.tier[rows], amount=scores[rows])
