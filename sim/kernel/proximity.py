"""Proximity in knowledge: how far apart two agents are in technology space, and what a tie over that distance yields.

Boschma (2005); inverted U: Nooteboom et al. (2007).
"""

from __future__ import annotations

import math

from sim.kernel.compiling import rule
from sim.kernel.world import FIELDS


@rule
def cognitive_distance(first, second):
    """D = 1 - cosine of two knowledge vectors, 0..2."""
    total = 0.0
    for field in range(FIELDS):
        total += first[field] * second[field]
    return max(0.0, 1.0 - total)


@rule
def novelty(distance, p):
    """V(D) = (D/D*) exp(1 - D/D*): nothing to learn when too close, nothing understood when too far (Nooteboom)."""
    relative = distance / p.best_distance
    return relative * math.exp(1.0 - relative)
