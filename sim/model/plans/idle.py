"""Idle: no plan; the same money hires labour that makes nothing."""

import numpy as np

from sim.model.plans.registry import Array, PlannerView, layout


@layout(
    "idle",
    help="nothing: the same money hires labour that makes nothing",
    source="asks whether a plan is worth more than labour wasted: the yardstick of its return, beside market",
    chooses="weights",
    wastes=True,
)
def idle(view: PlannerView) -> Array:
    """No promotion."""
    return np.zeros_like(view.advantage)
