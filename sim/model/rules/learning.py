"""Learning by doing: a young industry becomes more productive as the nation accumulates experience.

Arrow (1962); learning curves: Wright (1936), Argote & Epple (1990), Thompson (2012); learning spills over between
firms, across borders as much as within: Irwin & Klenow (1994); a national pool is our simplification. Newcomers lag
behind a frontier that moves: firms learn three times more from own output than from others' (Irwin & Klenow 1994).
"""

from __future__ import annotations

import math

from sim.kernel.compiling import rule
from sim.kernel.declare import mechanism
from sim.kernel.world import Category, World

LEARNING = mechanism("learning", "4.13", "Emerging and future industries learn nationally by doing.")
LEARNING.param(
    "national_learning", 0.3, 0.0, 0.6, unit="1", evidence="P", sweep=(0.2, 0.45),
    source="Argote & Epple 1990; Irwin & Klenow 1994 (20 % per doubling is an elasticity of .32)",
    help="elasticity of productivity to the national industry's accumulated output",
)  # fmt: skip
LEARNING.param(
    "learning_everywhere", 0, 0, 1, unit="0 or 1", evidence="D", sweep=(0, 1), whole=True,
    source="which industries learn; old ones have learnt already (Thompson 2012)",
    help="1: every industry learns by doing; 0: only emerging and future ones",
)  # fmt: skip
LEARNING.param(
    "first_experience", 10.0, 0.5, 100.0, unit="years", evidence="A", sweep=(5.0, 20.0),
    source="digits ours",
    help="experience with which an industry begins, in years of the output that its demand can carry",
)  # fmt: skip
LEARNING.param(
    "frontier_barrier", 0.2, 0.0, 1.0, unit="1", evidence="A", sweep=(0.0, 0.5),
    source="Irwin & Klenow 1994 (firms learn three times more from own output than from others'; sign)",
    help="share of what the industry has learnt that a new firm without a parent lacks",
)  # fmt: skip


@rule
def learns(industry, p):
    """Whether an industry learns nationally by doing: emerging and future ones, or all."""
    return p.learning_everywhere == 1 or industry.category >= Category.EMERGING


@rule
def learn(industry, p):
    """d frontier = elasticity x ln((E + q) / E), and experience E grows by output q (Wright 1936; Arrow 1962).

    The first year of output sets E to `first_experience` years of the output that full demand would carry.
    """
    if industry.output <= 0.0:
        return
    if industry.experience <= 0.0:
        industry.experience = p.first_experience * industry.output / max(industry.available, 1e-3)
    grown = industry.experience + industry.output
    industry.frontier += p.national_learning * math.log(grown / industry.experience)
    industry.experience = grown


@rule
def learn_all(industries, p):
    """Every industry that can learns from this year's output."""
    for industry in industries:
        if learns(industry, p):
            learn(industry, p)


def learn_by_doing(world: World) -> None:
    """The nation's firms learn from what they made; it shows in next year's costs."""
    if world.p.learning and world.p.national_learning > 0.0:
        learn_all(world.industries, world.p)
