"""Uncoordinated: each region builds its own best industries, blind to the others."""

from sim.model.plans.registry import Array, PlannerView, layout


@layout(
    "uncoordinated",
    help="its own best industries by comparative advantage, blind to the others",
    source="isolates the value of coordination",
)
def uncoordinated(view: PlannerView) -> Array:
    """Comparative advantage alone."""
    return view.advantage
