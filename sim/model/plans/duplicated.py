"""Duplicated: every region builds the national hot list."""

from sim.model.plans.registry import Array, PlannerView, layout


@layout(
    "duplicated",
    help="the national hot list, everywhere",
    source="the policy text: homogeneous, duplicated construction",
)
def duplicated(view: PlannerView) -> Array:
    """How hot an industry looks to the nation."""
    return view.hot
