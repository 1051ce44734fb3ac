"""What crowding does in a run with niches: mark-ups by number of firms, and what newcomers take from whom.

    python benchmarks/niches.py                            eight seeds, 500 firms, 60 years
    python benchmarks/niches.py --seeds 1 2 --set parameters.niche_opening=0.5

Everything else is as in `benchmarks/steady_state.py`. Mark-ups are means over firms and the last half of the years.
What a newcomer takes is the slope, with the opposite sign, of the change of ln sales of firms that stood before on
ln((S + s)/S), S their niche's sales of last year and s the first sales of firms that joined it; changes are those over
the mean of the firm's industry and year. Theory says theta = 1 - (sigma-1)/(eta-1) of what is bought openly from near
by (sim.model.rules.niche_market). Beside it stands the same slope with newcomers dealt to niches at random.
"""

from __future__ import annotations

import argparse
import math
from typing import Any

import numpy as np

from sim.kernel.world import World
from sim.model import schedule
from sim.model.opening import build_world
from sim.model.rules import exit as exits
from sim.scenario.json_schema import declare_everything
from sim.scenario.reading import load_scenario

Array = np.ndarray[Any, Any]
LARGEST = 4
"""Firms of a niche from which on niches are taken together."""


SETTINGS = ("mechanisms.niches=true", "neutral.budget=0", "plan.layout=market", "plan.budget=0")
"""No plan, as in `benchmarks/steady_state.py`."""


def sums(row: Array, values: Array) -> Array:
    """Sum of `values` (N,) over firms of the same `row`, for each of them."""
    return np.bincount(row, weights=values)[row]


def margins(world: World) -> Array:
    """Sum and number of (p - c)/p over firms that sell, by firms of their niche from 1 to LARGEST; (2, LARGEST)."""
    firms = world.firms
    _, row, counts = np.unique(firms.niche, return_inverse=True, return_counts=True)
    size, sells = np.minimum(counts[row], LARGEST) - 1, np.asarray(firms.sales) > 0.0
    margin = 1.0 - np.asarray(firms.unit_cost / firms.price)
    return np.array([np.bincount(size[sells], weights=margin[sells], minlength=LARGEST),
                     np.bincount(size[sells], minlength=LARGEST)])  # fmt: skip


def events(world: World, luck: np.random.Generator) -> tuple[Array, Array, Array]:
    """Of firms that sold last year, too: change of ln sales over the mean of their industry, what joined their niche as
    ln((S + s)/S), and the same once newcomers are dealt to niches at random; each (n,).
    """
    firms = world.firms
    sales, last, new = np.asarray(firms.sales), np.asarray(firms.last_sales), np.asarray(firms.age) == 0
    _, row = np.unique(firms.niche, return_inverse=True)
    before, joined = sums(row, np.where(new, 0.0, last)), sums(row, np.where(new, sales, 0.0))
    old = ~new & (last > 0.0) & (sales > 0.0)
    change, industry = np.log(sales[old] / last[old]), np.asarray(firms.industry)[old]
    change = change - (np.bincount(industry, weights=change) / np.maximum(np.bincount(industry), 1))[industry]
    share = joined[old] / before[old]
    return change, np.log1p(share), np.log1p(luck.permutation(share))


def slope(change: Array, joined: Array) -> float:
    """Least squares slope."""
    apart = joined - joined.mean()
    return float(apart @ change / (apart @ apart)) if (apart != 0.0).any() else math.nan


def watch(story: Any, seed: int, years: int) -> tuple[Array, float, float]:
    """Mean mark-ups by number of firms, and the two slopes, of one run."""
    world, luck = build_world(story, seed), np.random.default_rng(seed)
    found, told = np.zeros((2, LARGEST)), []
    for _ in range(years):
        for phase in schedule.YEAR:
            if phase.apply is exits.fail and 2 * world.year > years:
                found += margins(world)
                told.append(events(world, luck))
            phase.apply(world)
    change, joined, dealt = (np.concatenate(parts) for parts in zip(*told, strict=True))
    return found[0] / found[1], slope(change, joined), slope(change, dealt)


def shown(values: Array) -> str:
    """Mean and standard error over seeds."""
    error = float(values.std(ddof=1) / math.sqrt(len(values))) if len(values) > 1 else math.nan
    return f"{values.mean():.3f} ({error:.3f})"


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="policy_text")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(1, 9)))
    parser.add_argument("--years", type=int, default=60)
    parser.add_argument("--firms", type=int, default=500)
    parser.add_argument("--set", nargs="*", default=[], help="further settings, key=value")
    told = parser.parse_args()
    declare_everything()
    story = load_scenario(told.scenario, [*SETTINGS, f"population.firms={told.firms}", *told.set])
    runs = [watch(story, seed, told.years) for seed in told.seeds]
    by_number = np.array([run[0] for run in runs])
    for number in range(LARGEST):
        more = " and more" if number == LARGEST - 1 else ""
        print(f"(p - c)/p of firms in niches of {number + 1}{more}: {shown(by_number[:, number])}")
    fall = by_number[:, 0] - by_number[:, 1:].mean(axis=1)
    print(f"alone less crowded: {shown(fall)}, above 0 in {np.mean(fall > 0.0):.0%} of {len(runs)} seeds")
    print(f"taken from the niche, over what joins it: {shown(-np.array([run[1] for run in runs]))}")
    print(f"the same of niches at random: {shown(-np.array([run[2] for run in runs]))}")


if __name__ == "__main__":
    main()
