"""Emergence: future industries open by date or by a radical innovation near them, and demand for them is uncertain.

Firms of related fields enter a new industry first and lead it: Klepper & Simons (2000); that a radical innovation opens
it is ours; Boschma (2017) on related diversification. Demand for new products is logistic with an unknown ceiling:
Griliches (1957); Geroski (2000). Sales of a young industry cannot run ahead of what its first firms can make: form
ours; after Gort & Klepper (1982).
"""

from __future__ import annotations

import math

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import OPENING, mechanism
from sim.kernel.draws import Purpose, draw, normal_quantile, uniform
from sim.kernel.typed import Array, Parameters
from sim.kernel.world import FIELDS, Category, Event, World

EMERGENCE = mechanism("emergence", "4.13", "Future industries open by date or by a radical innovation near them.")
EMERGENCE.param(
    "emergence_chance", 0.02, 0.0, 1.0, unit="1", evidence="A", sweep=(0.005, 0.05),
    source="Klepper & Simons 2000 (firms of related fields enter a new industry first and lead it); Boschma 2017 (sign)"
    "; that a radical innovation opens it is ours",
    help="chance that a radical innovation of a firm that knows just what a future industry needs opens it",
)  # fmt: skip
EMERGENCE.param(
    "emergence_focus", 4.0, 0.0, 20.0, unit="1", evidence="A", sweep=(1.0, 8.0),
    source="Boschma 2017 (related diversification; sign)",
    help="power of the closeness in knowledge with which that chance falls",
)  # fmt: skip
EMERGENCE.param(
    "ceiling_spread", 0.4, 0.0, 2.0, unit="ln", evidence="A", sweep=(0.0, 0.8), acts=OPENING,
    source="Geroski 2000 (diffusion is hard to foresee); digits ours",
    help="standard deviation of ln of how far demand for an emerging industry will grow; the same luck in all arms",
)  # fmt: skip


@rule
def true_ceiling(announced: float, p: Parameters, u: float) -> float:
    """1 + (announced - 1) exp(N(0, spread) - spread^2/2): multiple of its weight that demand will reach; mean kept."""
    if announced <= 1.0:
        return announced
    spread = p.ceiling_spread
    return 1.0 + (announced - 1.0) * math.exp(spread * normal_quantile(u) - 0.5 * spread * spread)


@rule
def chance_to_open(knowledge: Array, position: Array, p: Parameters) -> float:
    """chance x max(0, cosine)^focus: whether a radical innovation opens an industry depends on what the firm knows."""
    closeness = 0.0
    for field in range(FIELDS):
        closeness += knowledge[field] * position[field]
    return p.emergence_chance * max(0.0, closeness) ** p.emergence_focus


def draw_ceilings(world: World) -> None:
    """Before the first year: how far demand for each emerging industry will grow is drawn."""
    if not world.p.emergence:
        return
    for industry in world.industries:
        u = uniform(world.seed, int(Purpose.EMERGENCE), 0, int(industry.id), 0)
        industry.ceiling = true_ceiling(float(industry.ceiling), world.p, u)


def prepare_pioneers(world: World) -> None:
    """Industries whose date has come open; where an open industry has no firm, its first ones will be like others'."""
    industries, p = world.industries, world.p
    if p.emergence:
        dated = ~industries.opened & (industries.opens > 0) & (industries.opens <= world.year)
        open_to_entry(world, dated)
    empty = industries.opened & (industries.firms == 0)
    settled = industries.firms > 0
    if empty.any() and settled.any():
        for name in ("mean_productivity", "mean_capacity", "mean_appeal"):
            industries[name][empty] = industries[name][settled].mean()


def open_to_entry(world: World, fresh: np.ndarray) -> None:
    """From now on firms may enter the industries marked in `fresh` (S,) bool."""
    world.industries.opened[fresh] = True
    world.industries.opened_year[fresh] = world.year


def break_through(world: World) -> None:
    """Radical innovations of this year may open future industries that are near to what the innovators know."""
    industries, firms, p = world.industries, world.firms, world.p
    waiting = np.flatnonzero(~industries.opened & (industries.category == Category.FUTURE))
    if not p.emergence or len(waiting) == 0:
        return
    events = world.events
    radical = np.flatnonzero(np.isin(firms.id, events.agent[events.event == Event.RADICAL_INNOVATION]))
    radical = radical[np.argsort(firms.id[radical])]
    for industry in waiting:
        for row in radical:
            u = draw(world.luck, int(Purpose.EMERGENCE), int(firms.id[row]), int(industries.id[industry]))
            if u < chance_to_open(firms.knowledge[row], industries.position[industry], p):
                fresh = np.zeros(len(industries), dtype=bool)
                fresh[industry] = True
                open_to_entry(world, fresh)
                world.note(Event.EMERGENCE, firms[row : row + 1], detail=industry)
                break


def weigh_supply(world: World) -> None:
    """What the firms of industries that opened since the start could sell, over what consumers spend in all."""
    young = world.industries.opened_year > 0
    if young.any() and world.consumption_budget > 0.0:
        firms = world.firms
        value = np.bincount(firms.industry, weights=firms.capacity * firms.price, minlength=len(young))
        world.industries.ready[young] = value[young] / world.consumption_budget
