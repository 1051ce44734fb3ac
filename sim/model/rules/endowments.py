"""Endowments and comparative advantage: what a place is good at, and what it learns by doing.

Heckscher (1919), Ohlin (1933); the distance form is ours, nearest to congruence in Hua, Wang, Xia & Zhang (2025),
Research Policy 54 (sign, on innovation); Chen, Poncet & Xiong (2017), Journal of Comparative Economics 45 (policy works
better where links with local industry are denser). Learning by doing: Arrow (1962); Krugman (1987).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.kernel.compiling import rule
from sim.kernel.declare import OPENING, mechanism
from sim.kernel.typed import Industries, LocalIndustries, LocalIndustryRow, Parameters, Regions
from sim.kernel.world import World

ENDOWED = mechanism(
    "endowments", "4.2", "Industries are more productive where endowments fit what they require.", acts=OPENING
)
ENDOWED.param(
    "endowment_spread", 0.11, 0.0, 1.0, unit="ln productivity", evidence="A", sweep=(0.0, 0.5), acts=OPENING,
    source="the distance form is ours, nearest to congruence in Hua, Wang, Xia & Zhang 2025 (sign, on innovation); "
    "Chen, Poncet & Xiong 2017 (policy works better where links with local industry are denser)",
    help="sigma_a: standard deviation over region x industry of comparative advantage in ln productivity",
)  # fmt: skip
ENDOWED.param(
    "absolute_advantage", 0.0, 0.0, 0.5, unit="ln productivity", evidence="A", sweep=(0.0, 0.2), acts=OPENING,
    source="Ricardo 1817; a parameter of its own so that it cannot pose as comparative advantage",
    help="standard deviation over regions of ln productivity of everything a region does",
)  # fmt: skip
ENDOWED.param(
    "place_learning", 0.0, 0.0, 0.1, unit="1/year", evidence="A", sweep=(0.0, 0.03),
    source="Krugman 1987; Arrow 1962",
    help="yearly gain in ln productivity where an industry is produced twice as much as its national mean",
)  # fmt: skip


def double_centred(matrix: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """`matrix` (R, S) less row and column means: what is left is comparative, not absolute."""
    centred = matrix - matrix.mean(axis=1, keepdims=True) - matrix.mean(axis=0, keepdims=True) + matrix.mean()
    return np.asarray(centred)


def comparative_advantage(endowment: np.ndarray[Any, Any], requirement: np.ndarray[Any, Any], spread: float) -> Any:
    """a_rs = -1/2 sum_f (x_rf - v_sf)^2, double-centred over regions and industries, scaled to s.d. `spread`.

    `endowment` (R, F) and `requirement` (S, F) are standardised. Returns (R, S); zeros if nothing varies.
    """
    raw = -0.5 * ((endowment[:, None, :] - requirement[None, :, :]) ** 2).sum(axis=2)
    centred = double_centred(raw)
    deviation = float(np.sqrt((centred**2).mean()))
    return centred * (spread / deviation) if deviation > 1e-12 else np.zeros_like(centred)


@rule
def learn_by_doing(local_industry: LocalIndustryRow, fair_share: float, p: Parameters) -> float:
    """A local industry of twice its fair share of the national industry gains `place_learning` a year, at most.

    d learnt = place_learning * min(1, capacity / fair share - 1), and learnt never falls below 0: form ours; after
    Krugman 1987.
    """
    if fair_share <= 0.0:
        return local_industry.learnt
    gain = min(1.0, local_industry.capacity / fair_share - 1.0)
    return max(0.0, local_industry.learnt + p.place_learning * gain)


@rule
def learn_everywhere(
    local_industries: LocalIndustries, industries: Industries, regions: Regions, p: Parameters
) -> None:
    """Let every local industry learn by doing."""
    for region in range(len(regions)):
        for industry in range(len(industries)):
            local_industry = local_industries[region, industry]
            learnt = learn_by_doing(local_industry, industries[industry].capacity * regions[region].population, p)
            local_industry.fit += learnt - local_industry.learnt
            local_industry.learnt = learnt


def learn_in_places(world: World) -> None:
    """Comparative advantage drifts up where an industry is produced more than its fair share."""
    if world.p.endowments and world.p.place_learning > 0.0:
        learn_everywhere(world.local_industries, world.industries, world.regions, world.p)
