"""What planners take for hot: the meanings that a national list of industries to copy may have.

A list of what is scarce is a list that the nation is better off copying, at least at first; a list that the centre
names, or of last period's winners, need not be. Which of them governments follow is a question of fact, so that a plan
says it (`hot_by`), and comparisons of layouts are reported over all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.kernel.world import World

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Meaning:
    """One meaning of hot: scores of industries, higher is hotter, and where it comes from."""

    name: str
    help: str
    source: str
    function: Callable[[World], Array]


MEANINGS: dict[str, Meaning] = {}


def meaning(name: str, *, help: str, source: str) -> Callable[[Callable[[World], Array]], Callable[[World], Array]]:
    """Declare the decorated function of the World, which gives scores of shape (S,), as a meaning of hot."""

    def declare(function: Callable[[World], Array]) -> Callable[[World], Array]:
        if name in MEANINGS:
            raise ValueError(f"meaning {name!r} of hot is declared twice")
        MEANINGS[name] = Meaning(name, help, source, function)
        return function

    return declare


def standardised(values: Array) -> Array:
    """Values less their mean over their standard deviation; zeros if they do not vary."""
    deviation = float(values.std())
    return (values - values.mean()) / deviation if deviation > 1e-12 else np.zeros_like(values, dtype=float)


@meaning(
    "judged",
    help="what planners judge: trend growth, R&D intensity and recent margins together",
    source="Lin, Wu & Xing 2010: consensus forms on growth, then on profit",
)
def judged(world: World) -> Array:
    """Trend growth + R&D intensity + hot_margin_weight x margins, each in s.d."""
    industries = world.industries
    return np.asarray(
        standardised(np.asarray(industries.growth))
        + standardised(np.asarray(industries.research_intensity))
        + world.p.hot_margin_weight * standardised(margins(world))
    )


@meaning(
    "named",
    help="what the centre names: industries of high trend growth and R&D intensity",
    source="Wu, Zhu & Groenewold 2016: provinces copy the priorities of the centre's plan",
)
def named(world: World) -> Array:
    """Trend growth and R&D intensity, in s.d. each: what a centre can know of strategic industries in advance."""
    return standardised(np.asarray(world.industries.growth)) + standardised(
        np.asarray(world.industries.research_intensity)
    )


@meaning(
    "winners",
    help="last period's winners: growth of national sales since plans were last renewed",
    source="Lin, Wu & Xing 2010: consensus forms on what has just grown",
)
def winners(world: World) -> Array:
    """ln of national sales over those at the last renewal; 0 for what was not sold then."""
    sales, before = np.asarray(world.industries.sales), np.asarray(world.industries.planned_sales)
    both = (sales > 0.0) & (before > 0.0)
    return np.where(both, np.log(np.where(both, sales, 1.0) / np.where(both, before, 1.0)), 0.0)


@meaning(
    "leaders",
    help="what leading regions do: specialisation of the regions with the highest income a head",
    source="Fang, Li & Lu 2025: follower cities imitate the industrial policy of leading ones",
)
def leaders(world: World) -> Array:
    """ln(1 + LQ): LQ is the leading regions' share in an industry's capacity over their share of population."""
    population = np.asarray(world.regions.population)
    count = max(1, round(float(world.p.leading_regions) * len(population)))
    leading = np.lexsort((np.asarray(world.regions.id), -np.asarray(world.regions.income) / population))[:count]
    capacity = np.asarray(world.local_industries.capacity)
    share = capacity[leading].sum(axis=0) / np.maximum(capacity.sum(axis=0), 1e-300)
    return np.asarray(np.log1p(share / population[leading].sum() * population.sum()))


@meaning(
    "announced",
    help="announced demand: what next period's trend demand exceeds present capacity by, whoever else builds for it",
    source="Lin, Wu & Xing 2010: firms and governments see demand and not how many rivals see it",
)
def announced(world: World) -> Array:
    """ln of orders after a term of trend growth over the normal output of standing capacity; what is closed, lowest."""
    industries = world.industries
    coming = np.maximum(industries.demand, 1e-12) * np.exp(np.asarray(industries.growth) * world.plan.every)
    short = np.log(coming / np.maximum(industries.capacity * world.p.normal_utilisation, 1e-12))
    return np.where(industries.opened, short, short[industries.opened].min())


@meaning(
    "margins",
    help="recent profit margins: what is scarce now",
    source="Lin, Wu & Xing 2010: consensus forms on growth, then on profit",
)
def margins(world: World) -> Array:
    """Sales-weighted margins of last year, within a bound."""
    bound = float(world.p.hot_margin_bound)
    return np.clip(np.asarray(world.industries.margin), -bound, bound)
