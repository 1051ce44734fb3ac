"""Placebo: announces the differentiated plan and spends nothing."""

from sim.model.plans.registry import Array, PlannerView, fitting, layout


@layout(
    "placebo",
    help="announces its best industries, spends nothing",
    source="selection effects: whatever it seems to achieve would have happened anyway",
    coordinated=True,
    pays=False,
)
def placebo(view: PlannerView) -> Array:
    """The scores of a differentiated plan."""
    return fitting(view)
