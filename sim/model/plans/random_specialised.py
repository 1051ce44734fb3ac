"""Random specialisation: each region builds k industries drawn at random."""

from sim.model.plans.registry import Array, PlannerView, layout


@layout(
    "random_specialised",
    help="industries drawn at random",
    source="isolates specialisation without fit",
)
def random_specialised(view: PlannerView) -> Array:
    """Keyed luck."""
    return view.luck
