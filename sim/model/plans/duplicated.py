"""Duplicated: every region builds the national hot list."""

import numpy as np

from sim.model.plans.registry import Array, PlannerView, layout


@layout(
    "duplicated",
    help="the national hot list, everywhere",
    source="the policy text: homogeneous, duplicated construction",
)
def duplicated(view: PlannerView) -> Array:
    """How hot an industry looks, the same for all."""
    return np.tile(view.hot, (view.advantage.shape[0], 1))
