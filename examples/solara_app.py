"""The model in Mesa's own browser page: `solara run examples/solara_app.py` (needs the extra `dev`)."""

from mesa.visualization import SolaraViz, make_plot_component, make_space_component
from mesa.visualization.components import AgentPortrayalStyle, PropertyLayerStyle

from sim import ClusterModel, LeadingFirm, ResearchInstitute


def portray(agent):
    """Leading firms are stars, institutes squares, other firms dots: the larger, the more they sell."""
    if isinstance(agent, ResearchInstitute):
        return AgentPortrayalStyle(marker="s", color="black", size=20, zorder=2)
    leading = isinstance(agent, LeadingFirm)
    size = 10 + 10 * agent.sales**0.5
    return AgentPortrayalStyle(marker="*" if leading else "o", color="#d55e00" if leading else "#0072b2", size=size)


def shade(layer):
    """Employment as the colour of the ground."""
    return PropertyLayerStyle(colormap="Greys", alpha=0.5) if layer.name == "employment" else None


params = {
    "layout": {"type": "Select", "value": "differentiated", "values": ["differentiated", "duplicated", "market"]},
    "firms": {"type": "SliderInt", "value": 300, "min": 100, "max": 1500, "step": 100, "label": "Firms at the start"},
    "rng": {"type": "SliderInt", "value": 1, "min": 1, "max": 99, "step": 1, "label": "Seed"},
}
model = ClusterModel(layout="differentiated", firms=300, rng=1)
charts = [make_plot_component(name) for name in ("real_income", "utilisation", "cooperation_links")]
page = SolaraViz(
    model, components=[make_space_component(portray, shade), *charts], model_params=params, name="Clusters"
)
