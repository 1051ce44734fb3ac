"""Explicit: a region x industry matrix given by the scenario."""

from sim.model.plans.registry import Array, PlannerView, layout


@layout(
    "explicit",
    help="a given region x industry matrix: the 45 national clusters, or a teacher's own",
    source="real cases",
    chooses="weights",
)
def explicit(view: PlannerView) -> Array:
    """The scenario's matrix, each region's row in proportion."""
    totals = view.choices.sum(axis=1, keepdims=True)
    return view.choices / (totals + (totals == 0.0))
