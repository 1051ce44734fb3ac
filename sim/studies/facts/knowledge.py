"""Facts on innovation and knowledge in space."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from sim.studies.facts.declaration import Estimates, Statistic, fact
from sim.studies.facts.estimators import dummies, gini, poisson
from sim.studies.facts.panels import Panels

NEIGHBOURHOOD = 300.0
"""km within which Bottazzi and Peri found spillovers."""
FIELDS = [f"knowledge_{axis}" for axis in range(6)]


def regional_research(panels: Panels) -> pd.DataFrame:
    """Innovations, own R&D and R&D of regions within reach, by region and year."""
    totals = panels.table("firms").groupby(["year", "region"], as_index=False)[["research", "innovations"]].sum()
    centroids = panels.centroids()
    x, y = centroids["x"].to_numpy(), centroids["y"].to_numpy()
    apart = np.hypot(x[:, None] - x[None, :], y[:, None] - y[None, :])
    near = ((apart > 0.0) & (apart <= NEIGHBOURHOOD)).astype(float)
    by_year = (
        totals.pivot(index="year", columns="region", values="research").reindex(columns=centroids.index).fillna(0.0)
    )
    around = pd.DataFrame(by_year.to_numpy() @ near / np.maximum(near.sum(axis=0), 1.0), by_year.index, by_year.columns)
    return totals.merge(around.stack().rename("around").reset_index(), on=["year", "region"])


@fact(
    "knowledge_production",
    "innovations follow own R&D, and a little that of neighbours",
    source="Bottazzi & Peri 2003; Jaffe 1989",
    statistics=(
        Statistic(
            "own_research", "elasticity of innovations to own R&D", "1", 0.6, 1.0, rests_on="research_elasticity"
        ),
        Statistic("neighbours_research", "elasticity to R&D within 300 km", "1", 0.01, 0.08),
    ),
)
def knowledge_production(panels: Panels) -> Estimates:
    """Knowledge production function over region-years: innovations on ln own R&D and ln mean R&D of the other regions
    within 300 km, with effects of years, by Poisson pseudo maximum likelihood (counts may be zero)."""
    rows = regional_research(panels)
    rows = rows[(rows["research"] > 0.0) & (rows["around"] > 0.0)]
    if rows.empty:
        return {}
    logs = np.column_stack([np.log(rows["research"]), np.log(rows["around"])])
    own, around = poisson(rows["innovations"].to_numpy(), np.hstack([logs, dummies(rows["year"])]))[:2]
    return {"own_research": float(own), "neighbours_research": float(around)}


def spillover_locality(panels: Panels, year: int) -> tuple[float, float]:
    """Share of spillovers that come from the innovator's own region, and that of controls alike but for place.

    Each innovation draws on other firms' R&D by closeness of field and place; its controls are the same firms' R&D by
    closeness of field alone, as a control patent has the field and year of the cited one.
    """
    firms, cells = panels.year("firms", year), panels.year("cells", year)
    users = np.flatnonzero(firms["innovations"].to_numpy() > 0)
    if len(users) == 0:
        return math.nan, math.nan
    place = cells.set_index("cell").loc[firms["cell"]]
    x, y = place["x"].to_numpy(), place["y"].to_numpy()
    apart = np.hypot(x[users, None] - x[None, :], y[users, None] - y[None, :])
    knowledge = firms[FIELDS].to_numpy()
    alike = np.maximum(knowledge[users] @ knowledge.T, 0.0) * firms["research"].to_numpy()
    alike[np.arange(len(users)), users] = 0.0
    region = firms["region"].to_numpy()
    same = region[users, None] == region[None, :]
    linked = alike * np.exp(-apart / panels.spillover_range)
    weights = firms["innovations"].to_numpy()[users]
    shares = [
        float(np.average((weight * same).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-300), weights=weights))
        for weight in (linked, alike)
    ]
    return shares[0], shares[1]


@fact(
    "knowledge_localised",
    "knowledge flows stay near home",
    source="Jaffe, Trajtenberg & Henderson 1993; Buzard, Carlino, Hunt, Carr & Smith 2020",
    statistics=(
        Statistic(
            "spillovers_home",
            "same-region share of spillovers over controls",
            "ratio",
            2.0,
            10.0,
            rests_on="spillover_range",
        ),
    ),
)
def knowledge_localised(panels: Panels) -> Estimates:
    """Share of the spillovers behind innovations that come from the same region, over the share among controls of
    equal field and year; mean over snapshots ten years apart."""
    found = [spillover_locality(panels, year) for year in panels.snapshots(10)]
    ratios = [linked / control for linked, control in found if control > 0.0]
    return {"spillovers_home": float(np.mean(ratios)) if ratios else math.nan}


@fact(
    "innovation_concentrated",
    "innovation is more concentrated in space than output",
    source="Carlino & Kerr 2015; Moretti 2021",
    statistics=(Statistic("gini_ratio", "Gini of innovations over Gini of output", "ratio", 1.1, 2.0),),
    searched=True,
)
def innovation_concentrated(panels: Panels) -> Estimates:
    """Gini coefficient over regions of the innovations of all years, over that of sales."""
    totals = panels.table("firms").groupby("region")[["innovations", "sales"]].sum()
    totals = totals.reindex(panels.centroids().index, fill_value=0.0)
    output = gini(totals["sales"].to_numpy())
    return {"gini_ratio": gini(totals["innovations"].to_numpy()) / output if output > 0.0 else math.nan}
