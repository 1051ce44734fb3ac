"""Market: no plan; the same money goes to consumers."""

import numpy as np

from sim.model.plans.registry import Array, PlannerView, layout


@layout(
    "market",
    help="nothing: no plan, the same money goes to consumers",
    source="asks whether any plan is worth its cost",
    chooses="weights",
)
def market(view: PlannerView) -> Array:
    """No promotion."""
    return np.zeros_like(view.advantage)
