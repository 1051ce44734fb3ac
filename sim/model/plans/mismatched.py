"""Mismatched: each region builds the industries that it fits worst."""

from sim.model.plans.registry import Array, PlannerView, layout


@layout(
    "mismatched",
    help="the industries it fits worst",
    source="the policy text: plans separated from local endowments",
)
def mismatched(view: PlannerView) -> Array:
    """Comparative disadvantage."""
    return -view.advantage
