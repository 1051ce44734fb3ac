"""Talent: a skills programme raises a region's endowment with skills, slowly, and so its fit for what needs them.

Human capital and places: Moretti (2004), Handbook of Regional and Urban Economics 4; Glaeser & Saiz (2004),
Brookings-Wharton Papers on Urban Affairs; cost and pace of building it: Hanushek & Woessmann (2012), Journal of
Economic Growth 17.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.declare import Setting
from sim.kernel.world import ENDOWMENT_NAMES, World
from sim.model.policies.places import chosen
from sim.model.policies.registry import Array, Programme, policy

SKILLS = ENDOWMENT_NAMES.index("skills")


def shortage(world: World) -> Array:
    """Skills, in s.d., that each industry needs beyond what each region has, (R, S), at least 0."""
    has = np.asarray(world.regions.endowment)[:, SKILLS]
    needs = np.asarray(world.industries.requirement)[:, SKILLS]
    return np.maximum(needs[None, :] - has[:, None], 0.0)


def scale_of_fit(world: World) -> float:
    """ln productivity per unit of squared mismatch: endowment_spread over the s.d. that the mismatch had at the start.

    Taken once and kept, so that a programme does not rescale everyone else's advantage.
    """
    if world.fit_scale is None:
        apart = np.asarray(world.regions.endowment)[:, None, :] - np.asarray(world.industries.requirement)[None, :, :]
        raw = -0.5 * (apart**2).sum(axis=2)
        raw = raw - raw.mean(axis=1, keepdims=True) - raw.mean(axis=0, keepdims=True) + raw.mean()
        deviation = float(np.sqrt((raw**2).mean()))
        world.fit_scale = world.p.endowment_spread / deviation if deviation > 1e-12 else 0.0
    return world.fit_scale


def short_of_skills(world: World, programme: Programme) -> Array:
    """Sales of local industries that need more skills than the region has, (R, S); none without endowments."""
    lacking = chosen(world, programme) * (shortage(world) > 0.0) * bool(world.p.endowments)
    return np.where(lacking, np.maximum(world.local_industries.sales, 1e-9), 0.0)


@policy(
    "talent",
    help="trains workers: the region's skills rise slowly, and with them its fit for industries that need skills",
    unit="s.d. of skills",
    source="Moretti 2004; Glaeser & Saiz 2004; Hanushek & Woessmann 2012",
    share=0.15,
    serves=short_of_skills,
    price=Setting(1.5, 0.1, 50.0, "years of wages", "cost of raising a region's skills by one s.d., in its wage bill"),
)
def talent(world: World, programme: Programme, funds: Array) -> Array:
    """Skills x rise by money / (price x wage bill); where an industry needs v > x, its fit rises as the match improves.

    d a_rs = scale x (1/2 (v - x)^2 - 1/2 max(v - x - dx, 0)^2): industries that need no more skills are left as
    they are.
    """
    regions = world.regions
    bill = np.maximum(regions.employment * regions.wage, 1e-9)
    gain = funds.sum(axis=1) / (programme.settings["price"] * bill)
    before = shortage(world)
    gain = np.minimum(gain, before.max(axis=1))
    used = np.divide(
        gain * programme.settings["price"] * bill, funds.sum(axis=1), out=np.zeros(len(bill)), where=gain > 0.0
    )
    after = np.maximum(before - gain[:, None], 0.0)
    world.local_industries.fit += scale_of_fit(world) * 0.5 * (before**2 - after**2) * (chosen(world, programme) > 0.0)
    regions.endowment[:, SKILLS] += gain
    return funds * used[:, None]
