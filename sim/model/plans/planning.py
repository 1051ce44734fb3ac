"""Planning: every few years all governments choose at once which industries to promote, and announce it.

A layout ranks industries from what planners see; imitation blends its ranking with the national hot list. Rules
see only what was announced and what is paid. Planners err (Hayek 1945; Rodrik 2009) and plan against rivals they
see only in part (Lin, Wu & Xing 2010).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.kernel.declare import mechanism
from sim.kernel.draws import Purpose, normal_quantile, pair_id, uniform
from sim.kernel.world import World
from sim.metrics.formulas.complexity import alike_in_needs, related_strength
from sim.model.plans.hot import MEANINGS, standardised
from sim.model.plans.registry import LAYOUTS, Array, Layout, PlannerView

PLANNING = mechanism("planning", "4.12", "Governments promote industries and pay for it.")
PLANNING.param(
    "planner_error", 1.0, 0.0, 20.0, unit="s.d. of fit", evidence="A", sweep=(0.0, 4.0),
    source="Hayek 1945; Rodrik 2009 (sign); 1 = as large as what is to be known",
    help="standard deviation of a planner's lasting misjudgement of fit, in units of endowment_spread",
)  # fmt: skip
PLANNING.param(
    "announcement_pull", 0.2, 0.0, 5.0, unit="1", evidence="A", sweep=(0.0, 1.0),
    source="signals steer firms even without money (Mazzucato 2013); digits and sign ours",
    help="weight that being a region's only promoted industry adds to ln attraction of the place for firms",
)  # fmt: skip
PLANNING.param(
    "plan_unmet_weight", 0.2, 0.0, 5.0, unit="1", evidence="A", sweep=(0.0, 1.0),
    source="Lin, Wu & Xing 2010 (planners look at what is short); digits ours",
    help="weight of unmet national demand beside comparative advantage in a differentiated plan, both in s.d.",
)  # fmt: skip
PLANNING.param(
    "plan_related_weight", 0.0, 0.0, 5.0, unit="1", evidence="A", sweep=(0.0, 1.0),
    source="Boschma & Frenken 2011 (sign); 0 keeps what is near to layout related",
    help="weight of relatedness to what a region has beside comparative advantage in a differentiated plan, in s.d.",
)  # fmt: skip
PLANNING.param(
    "plan_crowding_weight", 0.5, 0.0, 5.0, unit="1", evidence="A", sweep=(0.0, 1.0),
    source="Balland, Boschma, Crespo & Rigby 2019 (sign); digits ours",
    help="weight of unmet national demand beside relatedness in layout related, both in s.d.",
)  # fmt: skip
PLANNING.param(
    "hot_judgement_weight", 0.1, 0.0, 10.0, unit="1", evidence="A", sweep=(0.0, 1.0),
    source="a stated list comes first (weight 10); digits ours",
    help="weight of planners' own judgement where a scenario states its hot list: ranks the list and what is not on it",
)  # fmt: skip


PLANNING.param(
    "hot_margin_weight", 0.5, 0.0, 5.0, unit="1", evidence="A", sweep=(0.0, 1.0),
    source="Lin, Wu & Xing 2010 (consensus forms on growth, then on profit); digits ours",
    help="weight of recent margins in what planners judge (hot_by judged); growth and R&D intensity have 1 each",
)  # fmt: skip
PLANNING.param(
    "hot_margin_bound", 0.3, 0.01, 1.0, unit="1", evidence="A", sweep=(0.1, 0.5),
    source="our assumption",
    help="margins above or below this look no better or worse to planners",
)  # fmt: skip
PLANNING.param(
    "leading_regions", 0.25, 0.05, 1.0, unit="1", evidence="A", sweep=(0.1, 0.5),
    source="Fang, Li & Lu 2025 (follower cities imitate leading ones; sign); digits ours",
    help="share of the regions, those with the highest income a head, whose industries are copied under hot_by leaders",
)  # fmt: skip
PLANNING.param(
    "hot_naming", 1.0, 0.0, 1.0, unit="1", evidence="A", sweep=(0.7, 1.0),
    source="ANBOUND 2021-23: .794 (leading fields stand in 28, 26, 24, 23, 22 of 31 provincial plans); 1: all copy",
    help="chance that a region's planner puts an industry of the national hot list on the region's own; lasting",
)  # fmt: skip

MISJUDGEMENT, NAMING = 0, 1
"""Counters of a planner's lasting draws for each industry."""


@dataclass(frozen=True)
class PlanInForce:
    """The plan of a phase of the run, in numbers: what sim.kernel.scenario_types.Plan says, resolved to rows."""

    layout: str
    imitation: float
    industries: int
    budget: float
    every: int
    basis: str
    entry_share: float
    research_share: float
    mix: Array
    """Shape (6,): weights of uses of transferred money, in the order of sim.kernel.world.Mix."""
    by_size: bool
    """Whether shares of budgets are multiplied with national sales."""
    hot: Array
    """Shape (S,): 1 for the scenario's own hot list; all 0 lets planners judge."""
    hot_by: str
    """What planners take for hot: a name in sim.model.plans.hot.MEANINGS."""
    choices: Array
    """Shape (T, R, S): an explicit plan, by term."""
    effort: Array
    """Shape (T, R): how many times its usual budget each region spends."""
    elsewhere: str
    start: int = 0
    """Year from which it counts its renewals."""

    def term(self, year: int) -> int:
        """Row of the term that `year` belongs to; the last one lasts."""
        return min(max(year - self.start, 0) // self.every, len(self.choices) - 1)


def hotness(world: World, plan: PlanInForce) -> Array:
    """How hot industries look, shape (S,), in s.d.: by what the plan takes for hot; a stated list comes first."""
    judged = standardised(MEANINGS[plan.hot_by].function(world))
    if plan.hot.any():
        judged = 10.0 * plan.hot + world.p.hot_judgement_weight * judged
    return standardised(judged)


def hot_list(world: World, hot: Array) -> Array:
    """The list as each region copies it, shape (R, S): what its planner leaves out looks no better than the least."""
    named = keyed_matrix(world, Purpose.PLANNER, 0, NAMING) < world.p.hot_naming
    return np.where(named, hot, hot.min())


def keyed_matrix(world: World, purpose: Purpose, year: int, counter: int = 0) -> Array:
    """One keyed uniform per region and industry, shape (R, S)."""
    regions, industries = world.regions.id, world.industries.id
    draws = np.empty((len(regions), len(industries)))
    for region_row, region in enumerate(regions):
        for industry_row, industry in enumerate(industries):
            pair = pair_id(int(region), int(industry))
            draws[region_row, industry_row] = uniform(world.seed, int(purpose), year, pair, counter)
    return draws


def advantage_seen(world: World) -> Array:
    """Fit with each planner's lasting misjudgement, shape (R, S); drawn once per world."""
    if world.misjudgement is None:
        draws = keyed_matrix(world, Purpose.PLANNER, 0, MISJUDGEMENT)
        world.misjudgement = np.vectorize(normal_quantile, otypes=[float])(draws)
    error = world.p.planner_error * world.p.endowment_spread
    return np.asarray(world.local_industries.fit) + error * world.misjudgement


def presence(world: World) -> Array:
    """Share of a region in an industry's capacity over its share of population, shape (R, S)."""
    capacity = np.asarray(world.local_industries.capacity)
    shares = capacity / np.maximum(capacity.sum(axis=0, keepdims=True), 1e-300)
    return np.asarray(shares / world.regions.population[:, None])


def strength_in_related(world: World) -> Array:
    """How strong each region is in an industry and in those that need the same of a place, shape (R, S), 0 to 1.

    sum_u phi_us q_ru / sum_u phi_us, q = x / (1 + x), x the presence, phi = exp(-|v_u - v_s|^2 / 2), v requirements:
    density of Hidalgo, Klinger, Barabási & Hausmann 2007 with own strength and without a threshold.
    """
    return related_strength(presence(world), alike_in_needs(np.asarray(world.industries.requirement)))


def look(world: World, plan: PlanInForce) -> PlannerView:
    """What planners see this year."""
    industries = world.industries
    expected = world.p.foresight * (industries.capacity + industries.coming)
    expected = expected + (1.0 - world.p.foresight) * industries.last_capacity
    normal = np.maximum(expected * world.p.normal_utilisation, 1e-12)
    shortage = np.log(np.maximum(industries.demand, 1e-12) / normal)
    sales = np.asarray(industries.sales)
    shares = sales / sales.sum() if sales.sum() > 0 else np.asarray(industries.demand_share)
    seen = advantage_seen(world)
    world.local_industries.advantage_seen[:] = seen
    world.local_industries.relatedness[:] = strength_in_related(world)
    industries.hot[:] = hotness(world, plan)
    return PlannerView(
        advantage=seen,
        relatedness=np.asarray(world.local_industries.relatedness).copy(),
        presence=presence(world),
        demand_share=shares,
        unmet=standardised(np.where(industries.opened, shortage, shortage[industries.opened].min())),
        hot=hot_list(world, np.asarray(industries.hot)),
        opened=np.asarray(industries.opened).copy(),
        luck=keyed_matrix(world, Purpose.POLICY, world.year),
        choices=plan.choices[plan.term(world.year)],
        industries=plan.industries,
        unmet_weight=float(world.p.plan_unmet_weight),
        related_weight=float(world.p.plan_related_weight),
        crowding_weight=float(world.p.plan_crowding_weight),
    )


def seats(view: PlannerView, coordinated: bool, imitation: float) -> Array:
    """How many regions may promote each industry, shape (S,): what demand can carry, freed by imitation."""
    regions = view.advantage.shape[0]
    if not coordinated:
        return np.full(view.hot.shape[1], regions)
    shares = np.where(view.opened, view.demand_share, 0.0)
    fair = np.ceil(regions * view.industries * shares / shares.sum())
    return np.minimum(regions, np.ceil((1.0 - imitation) * fair + imitation * regions))


def pick(view: PlannerView, scores: Array, limit: Array) -> Array:
    """Shares of budgets, shape (R, S): best pairs first, k a region, at most `limit` regions an industry.

    A region that runs out of free industries takes its best ones beyond the limit. Ties go by keyed luck.
    """
    regions, industries = scores.shape
    # Scores that differ by rounding are equal: which is larger would depend on the processor.
    order = np.lexsort((view.luck.ravel(), -np.round(scores, 9).ravel()))
    taken = np.zeros((regions, industries), dtype=bool)
    used = np.zeros(industries, dtype=int)
    wanted = min(view.industries, int(view.opened.sum()))
    for within_limit in (True, False):
        for region, industry in zip(*np.unravel_index(order, scores.shape), strict=True):
            if taken[region].sum() >= wanted or taken[region, industry] or not view.opened[industry]:
                continue
            if within_limit and used[industry] >= limit[industry]:
                continue
            taken[region, industry] = True
            used[industry] += 1
    return taken / np.maximum(taken.sum(axis=1, keepdims=True), 1)


def choose(view: PlannerView, layout: Layout, imitation: float) -> Array:
    """Shares of each region's budget, shape (R, S), for one layout blended with imitation of the hot list."""
    if layout.weights is not None:
        own = layout.weights(view)
        if imitation <= 0.0:
            return own
        copied = pick(view, view.hot, np.full(view.hot.shape[1], len(view.hot)))
        return (1.0 - imitation) * own + imitation * copied
    assert layout.scores is not None
    scores = (1.0 - imitation) * standardised(layout.scores(view)) + imitation * standardised(view.hot)
    return pick(view, scores, seats(view, layout.coordinated, imitation))


def renew_plans(world: World) -> None:
    """Governments renew their plans, all at once, when their term begins; announcements and budgets follow."""
    plan: PlanInForce | None = world.plan
    local_industries, regions = world.local_industries, world.regions
    if plan is None or not world.p.planning:
        local_industries.promoted[:] = 0.0
        regions.allowance[:] = 0.0 if plan is None else budgets(world, plan)
        regions.budget[:] = 0.0
        regions.make_work[:] = False
        local_industries.grant_pull[:] = 0.0
        world.consumption_budget = world.expenditure
        return
    if (world.year - plan.start) % plan.every != 0:
        return
    view = look(world, plan)
    layout = LAYOUTS[plan.layout]
    shares = choose(view, layout, plan.imitation)
    if plan.layout == "explicit":
        empty = shares.sum(axis=1) == 0.0
        shares = np.where(empty[:, None], choose(view, LAYOUTS[plan.elsewhere], 0.0), shares)
    if plan.by_size:
        shares = sized(shares, view.demand_share)
    local_industries.promoted[:] = shares
    local_industries.grant_pull[:] = world.p.announcement_pull * shares
    regions.allowance[:] = budgets(world, plan) * plan.effort[plan.term(world.year)]
    promoting = shares.sum(axis=1) > 0.0
    regions.make_work[:] = ~promoting & layout.wastes
    regions.budget[:] = regions.allowance * (promoting | regions.make_work) * layout.pays
    world.industries.planned_sales[:] = world.industries.sales
    world.entry_share, world.research_share = plan.entry_share, plan.research_share
    world.mix = np.append(normalised(plan.mix), plan.research_share)
    world.consumption_budget = world.expenditure - float(regions.budget.sum())


def sized(shares: Array, sales: Array) -> Array:
    """Shares of budgets, (R, S), in proportion to shares x national sales (S,); a region's row adds up as before."""
    weighted = shares * sales
    total = weighted.sum(axis=1, keepdims=True)
    scale = np.divide(shares.sum(axis=1, keepdims=True), total, out=np.zeros_like(total), where=total > 0.0)
    return np.asarray(np.where(total > 0.0, weighted * scale, shares))


def normalised(weights: Array) -> Array:
    """Weights over their sum; all for the first use, cash, where no use has any."""
    total = float(weights.sum())
    return weights / total if total > 0.0 else np.eye(len(weights))[0]


def budgets(world: World, plan: PlanInForce) -> Array:
    """Each region's yearly budget, money, shape (R,): the same in every layout, by the basis of the fork year."""
    count = len(world.regions)
    if plan.basis == "equal":
        shares = np.full(count, 1.0 / count)
    elif plan.basis == "population":
        shares = np.asarray(world.regions.population)
    else:
        income = world.regions.income if world.fork_income is None else world.fork_income
        shares = income / income.sum()
    return np.asarray(plan.budget * world.expenditure * shares)
