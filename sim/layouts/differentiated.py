"""Differentiated: each region builds on its comparative advantage, coordinated against national demand."""

from sim.layouts.registry import Array, PlannerView, layout


@layout(
    "differentiated",
    help="its best industries by comparative advantage, coordinated against national demand",
    source="the policy text: regions by their endowments, in a national division of labour",
    coordinated=True,
)
def differentiated(view: PlannerView) -> Array:
    """Comparative advantage, plus what national demand leaves unmet."""
    return view.advantage / max(float(view.advantage.std()), 1e-12) + 0.2 * view.unmet
