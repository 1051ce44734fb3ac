"""Uncoordinated: each region builds its own best industries, whatever the others build."""

from sim.model.plans.registry import Array, PlannerView, layout


@layout(
    "uncoordinated",
    help="its own best industries by comparative advantage, whatever the others build",
    source="isolates the value of coordination",
)
def uncoordinated(view: PlannerView) -> Array:
    """Comparative advantage alone."""
    return view.advantage
