"""Two layouts from the same start, collected by Mesa's DataCollector and drawn with matplotlib; no network, no browser.

Run it with `python examples/mesa_figure.py [FILE]`; FILE is where the figure goes, by default layouts.png.
"""

import sys

import matplotlib

matplotlib.use("Agg")  # draws into a file, also where there is no screen

import matplotlib.pyplot as plt
from mesa import DataCollector

from sim import ClusterModel, LeadingFirm

BURN_IN, YEARS = 10, 25
MEASURES = {
    "real income": lambda model: model.metrics["real_income"],
    "leading firms": lambda model: len(model.agents_by_type[LeadingFirm]),
    "mean productivity": lambda model: model.firms.agg("productivity", lambda values: sum(values) / len(values)),
}


def collected(layout):
    """Yearly values under a layout, as a data frame."""
    model = ClusterModel(story="policy_text", layout=layout, firms=200, burn_in=BURN_IN, rng=7)
    model.datacollector = DataCollector(model_reporters={"year": "year", **MEASURES})
    for _ in range(YEARS):
        model.step()
    return model.datacollector.get_model_vars_dataframe().set_index("year")


histories = {layout: collected(layout) for layout in ("differentiated", "duplicated")}

figure, panels = plt.subplots(1, len(MEASURES), figsize=(12, 4), layout="constrained")
for axes, measure in zip(panels, MEASURES, strict=True):
    for layout, history in histories.items():
        axes.plot(history.index, history[measure], label=layout)
    axes.axvline(BURN_IN, color="grey", linestyle=":")
    axes.set(title=measure, xlabel="year")
panels[0].legend()
figure.suptitle(f"The layouts begin after year {BURN_IN}; until then both runs are the same")
target = sys.argv[1] if len(sys.argv) > 1 else "layouts.png"
figure.savefig(target)
print(f"Written to {target}")
