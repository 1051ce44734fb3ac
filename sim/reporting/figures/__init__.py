"""Figures: tidy tables in, pictures out. One figure a file; none of them runs a simulation."""

from __future__ import annotations

from sim.reporting.figures.cluster_maps import draw_clusters
from sim.reporting.figures.dashboard import draw_dashboard
from sim.reporting.figures.evidence import Evidence
from sim.reporting.figures.files import save_pictures
from sim.reporting.figures.forest import draw_forest
from sim.reporting.figures.paths import draw_innovation, draw_specialisation, draw_utilisation
from sim.reporting.figures.resilience import draw_resilience
from sim.reporting.figures.style import Picture
from sim.reporting.figures.welfare import draw_welfare

COMPARISON = (
    draw_welfare,
    draw_forest,
    draw_resilience,
    draw_clusters,
    draw_specialisation,
    draw_utilisation,
    draw_innovation,
)


def draw_comparison(evidence: Evidence) -> list[Picture]:
    """All figures of a comparison that the recorded metrics allow, the answer first."""
    pictures = [draw(evidence) for draw in COMPARISON]
    return [picture for picture in pictures if picture is not None]


__all__ = [
    "COMPARISON",
    "Evidence",
    "Picture",
    "draw_comparison",
    "draw_dashboard",
    "draw_resilience",
    "save_pictures",
]
