"""Why one layout gives more real income than another: prices, mark-ups, costs and varieties, industry by industry.

    python benchmarks/layouts.py                                    policy_text, six seeds, against a duplicated layout
    python benchmarks/layouts.py --against market --seeds 1 2 3 4
    python benchmarks/layouts.py --scenario china_45 --seeds 1 2 3 4 --set plan.hot_by=margins

Read from the state of the world itself, beside the measures that `clustersim signs` takes. With Cobb-Douglas tastes
theta over industries, ln real income of a region is sum_s theta_s (ln spent - ln P), P the CES price index that its
buyers pay. So the difference between two layouts is a sum over industries of theta times these differences, in per cent
(100 x ln), means over the treatment years and paired by seed, with 95 % intervals of the total:

    money      final expenditure over the wage: what consumers spend of what they could hire
    goods      share of what they order that is delivered
    variety    ln(sum A) / (sigma - 1): number of firms, weighted by their customers
    mark-up    mean ln(p/c) of firms, weighted by A p^(1-sigma); a lower one counts as a gain
    cost       the rest of the mean price over the wage: productivity, land, inputs; a lower one counts as a gain
    reach      the rest of the price index: distance to sellers, shortage, imports; a lower one counts as a gain

The last columns are plain differences: firms, capacity and price in per cent, utilisation in percentage points.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy import stats

from sim.kernel.scenario_types import Plan, Scenario
from sim.kernel.world import World
from sim.model import schedule
from sim.model.opening import build_world, treat
from sim.runs.run import fork
from sim.scenario.json_schema import declare_everything
from sim.scenario.reading import load_scenario

Array = np.ndarray[Any, Any]
TERMS = ("money", "goods", "variety", "mark-up", "cost", "reach")
PLAIN = ("firms", "capacity", "price", "use")


def with_layout(story: Scenario, layout: str) -> Scenario:
    """The scenario under another layout."""
    return story.model_copy(update={"plan": Plan.model_validate({**story.plan.model_dump(), "layout": layout})})


def terms_of(world: World) -> Array:
    """Of every industry its taste, the TERMS (higher is better) and PLAIN in logarithms; shape (1 + 6 + 4, S)."""
    firms, here, industries = world.firms, world.local_industries, world.industries
    count, power = len(industries), float(world.p.variety_elasticity) - 1.0
    price, cost, appeal = (np.asarray(firms[name], dtype=float) for name in ("price", "unit_cost", "appeal"))
    industry = np.asarray(firms.industry)

    def over(weights: Array) -> Array:
        return np.bincount(industry, weights=weights, minlength=count)

    weight, known = appeal * price**-power, over(appeal)
    mean_price = -np.log(over(weight) / known) / power
    mark_up = over(weight * np.log(price / cost)) / over(weight)
    people = np.asarray(world.fork_consumption)[:, None] / float(np.sum(world.fork_consumption))
    index = (people * np.log(here.price_index)).sum(axis=0)
    variety, wage = np.log(known) / power, math.log(world.wage)
    spent = (people * np.log(here.final)).sum(axis=0)
    return np.array([
        np.asarray(industries.demand_share), spent - wage, (people * np.log(here.filled)).sum(axis=0), variety,
        -mark_up, -(mean_price - mark_up - wage), -(index - mean_price + variety),
        np.log(over(np.ones(len(firms)))), np.log(np.asarray(industries.capacity)), mean_price,
        np.asarray(industries.output) / np.asarray(industries.capacity),
    ])  # fmt: skip


def lived(story: Scenario, past: World) -> tuple[Array, float]:
    """Means over the treatment years of the terms and of ln real income."""
    world, found, incomes = fork(past), [], []
    treat(world, story)
    for _ in range(story.years.treatment):
        schedule.step(world)
        found.append(terms_of(world))
        incomes.append(math.log(float(world.regions.consumption.sum())))
    return np.mean(found, axis=0), float(np.mean(incomes))


def pairs(story: Scenario, layout: str, against: str, seeds: list[int]) -> Iterator[tuple[Array, Array, float]]:
    """For every seed: tastes (S,), differences of terms (10, S), difference of ln real income."""
    for seed in seeds:
        past = build_world(story, seed)
        for _ in range(story.years.burn_in):
            schedule.step(past)
        (one, income), (other, less) = (lived(with_layout(story, name), past) for name in (layout, against))
        yield (one[0] + other[0]) / 2, one[1:] - other[1:], income - less


def half_width(values: Array) -> float:
    """Half of the 95 % t-interval of a mean; NaN below four values."""
    if len(values) < 4:
        return math.nan
    return float(stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / math.sqrt(len(values)))


def show(names: list[str], found: list[tuple[Array, Array, float]]) -> None:
    """Print industries, their sum, and real income as the model has it."""
    tastes = np.mean([taste for taste, _, _ in found], axis=0)
    apart = 100.0 * np.array([differences for _, differences, _ in found])
    weighed = apart[:, : len(TERMS)] * tastes
    print(f"{'industry':22s} {'taste':>6}" + "".join(f"{name:>9}" for name in (*TERMS, "sum", *PLAIN)))
    for row, name in enumerate(names):
        told = [*weighed[:, :, row].mean(axis=0), weighed[:, :, row].sum(axis=1).mean()]
        told += list(apart[:, len(TERMS) :, row].mean(axis=0))
        print(f"{name[:22]:22s} {tastes[row]:6.3f}" + "".join(f"{value:9.3f}" for value in told))
    whole = weighed.sum(axis=2)
    whole = np.column_stack([whole, whole.sum(axis=1)])
    print(f"{'all':22s} {tastes.sum():6.3f}" + "".join(f"{value:9.3f}" for value in whole.mean(axis=0)))
    print(f"{'+- (95 %)':22s} {'':6s}" + "".join(f"{half_width(column):9.3f}" for column in whole.T))
    incomes = 100.0 * np.array([income for _, _, income in found])
    print(f"real income {incomes.mean():.3f} +- {half_width(incomes):.3f} %, {len(incomes)} seeds")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="policy_text")
    parser.add_argument("--layout", default="differentiated")
    parser.add_argument("--against", default="duplicated")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5, 6])
    parser.add_argument("--set", nargs="*", default=[], help="further settings, key=value")
    told = parser.parse_args()
    declare_everything()
    story = load_scenario(told.scenario, told.set)
    if float(story.parameters.get("industry_elasticity", 1.0)) != 1.0:
        parser.error("shares of industries add up where industry_elasticity is 1")
    show(list(build_world(story, 1).industry_names), list(pairs(story, told.layout, told.against, told.seeds)))


if __name__ == "__main__":
    main()
