"""Balanced: every region builds the national mix."""

import numpy as np

from sim.model.plans.registry import Array, PlannerView, layout


@layout(
    "balanced",
    help="the national mix, everywhere",
    source="isolates thin spread: same structure as the nation, nothing specialised",
    chooses="weights",
)
def balanced(view: PlannerView) -> Array:
    """Shares of national sales."""
    shares = np.where(view.opened, view.demand_share, 0.0)
    return np.tile(shares / shares.sum(), (view.advantage.shape[0], 1))
