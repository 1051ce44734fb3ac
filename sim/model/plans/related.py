"""Related: each region builds industries near what it has, where the nation is not crowded."""

from sim.model.plans.registry import Array, PlannerView, layout


@layout(
    "related",
    help="industries near what it already has, not crowded nationally",
    source="smart specialisation: Boschma & Frenken 2011; Balland, Boschma, Crespo & Rigby 2019",
)
def related(view: PlannerView) -> Array:
    """Strength in related industries, plus what national demand leaves unmet."""
    spread = max(float(view.relatedness.std()), 1e-12)
    return (view.relatedness - view.relatedness.mean()) / spread + view.crowding_weight * view.unmet
