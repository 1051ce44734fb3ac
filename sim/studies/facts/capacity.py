"""Facts on the use of capacity."""

from __future__ import annotations

import math

from sim.studies.facts.declaration import Estimates, Statistic, fact
from sim.studies.facts.panels import Panels


@fact(
    "utilisation",
    "capacity is used at four fifths; a wave of investment leaves it idle",
    source="wave: State Council 2013, No. 41 (71.9-75 % at the end of 2012 in steel, cement, aluminium, flat glass, "
    "ships); neutral: National Bureau of Statistics survey of utilisation, band ours",
    statistics=(
        Statistic(
            "utilisation", "output over capacity, all industries", "share", 0.77, 0.85, rests_on="normal_utilisation"
        ),
        Statistic("utilisation_wave", "lowest of a year, most promoted industry", "share", 0.50, 0.78),
    ),
    searched=True,
)
def utilisation(panels: Panels) -> Estimates:
    """Output over installed capacity, mean over years; and its lowest yearly value in the industry that most regions
    promoted."""
    firms, local_industries = panels.table("firms"), panels.table("local_industries")
    total = firms.groupby("year")[["output", "capacity"]].sum()
    result = {"utilisation": float((total["output"] / total["capacity"]).mean()) if len(total) else math.nan}
    promoted = local_industries.groupby("industry")["promoted"].sum()
    if promoted.sum() > 0.0:
        own = firms[firms["industry"] == promoted.idxmax()].groupby("year")[["output", "capacity"]].sum()
        result["utilisation_wave"] = float((own["output"] / own["capacity"]).min())
    return result
