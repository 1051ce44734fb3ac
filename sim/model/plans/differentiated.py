"""Differentiated: each region builds on its comparative advantage, coordinated against national demand."""

from sim.model.plans.registry import Array, PlannerView, fitting, layout


@layout(
    "differentiated",
    help="its best industries by comparative advantage, coordinated against national demand",
    source="the policy text: regions by their endowments, in a national division of labour",
    coordinated=True,
)
def differentiated(view: PlannerView) -> Array:
    """Comparative advantage, what national demand leaves unmet and what is near, as the planning weights say."""
    return fitting(view)
