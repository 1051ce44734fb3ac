"""Facts on who is linked to whom."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from sim.metrics.formulas import network
from sim.studies.facts.declaration import Estimates, Statistic, fact
from sim.studies.facts.estimators import poisson
from sim.studies.facts.panels import Panels


def regional_ties(panels: Panels, year: int) -> pd.DataFrame:
    """Cooperation ties between every pair of regions with their distance in km: first, second, ties, apart."""
    centroids = panels.centroids()
    home = panels.year("firms", year).set_index("id")["region"]
    links = panels.year("links", year)
    links = links[links["tie"] == "firm"]
    ends = np.sort(np.column_stack([links["first"].map(home), links["second"].map(home)]).astype(str), axis=1)
    counts = pd.Series(list(map(tuple, ends))).value_counts()
    names = centroids.index.astype(str)
    first, second = np.triu_indices(len(centroids), 1)
    rows: dict[str, Any] = {"first": names[first], "second": names[second]}
    rows["ties"] = [int(counts.get(tuple(sorted((names[a], names[b]))), 0)) for a, b in zip(first, second, strict=True)]
    x, y = centroids["x"].to_numpy(), centroids["y"].to_numpy()
    rows["apart"] = np.hypot(x[first] - x[second], y[first] - y[second])
    return pd.DataFrame(rows)


@fact(
    "ties_distance",
    "cooperation decays with distance",
    source="Hoekman, Frenken & van Oort 2009",
    statistics=(Statistic("ties_distance", "slope of ln ties on ln distance", "1", -1.2, -0.2),),
    searched=True,
)
def ties_distance(panels: Panels) -> Estimates:
    """Gravity equation of firm ties between pairs of regions on ln distance, with effects of both regions, by Poisson
    pseudo maximum likelihood; ties summed over snapshots ten years apart, regions without any left out."""
    years = [regional_ties(panels, year) for year in panels.snapshots(10)]
    if not years:
        return {}
    rows = years[0].assign(ties=sum(year["ties"] for year in years))
    linked = {region for end in ("first", "second") for region in rows.loc[rows["ties"] > 0, end]}
    rows = rows[rows["first"].isin(linked) & rows["second"].isin(linked)]
    if rows.empty:
        return {}
    names = sorted({*rows["first"], *rows["second"]})
    first, second = (
        pd.get_dummies(rows[end], dtype=float).reindex(columns=names, fill_value=0.0) for end in ("first", "second")
    )
    design = np.column_stack([np.log(rows["apart"]), np.asarray(first + second)[:, 1:]])
    return {"ties_distance": float(poisson(rows["ties"].to_numpy(), design)[0])}


@fact(
    "small_world",
    "cooperation networks are skewed small worlds",
    source="Tomasello, Napoletano, Garas & Schweitzer 2017; small-world Q after Uzzi & Spiro 2005",
    statistics=(
        Statistic("degree_skew", "largest over mean number of partners", "ratio", 5.0),
        Statistic("small_world_q", "small-world quotient Q", "1", 2.0),
    ),
    searched=True,
)
def small_world(panels: Panels) -> Estimates:
    """Largest over mean degree of firms with a partner, and the small-world Q of the largest component, after Uzzi and
    Spiro; mean over snapshots ten years apart."""
    skews, quotients = [], []
    for year in panels.snapshots(10):
        links = panels.year("links", year)
        links = links[links["tie"] == "firm"]
        nodes, ends = np.unique(links[["first", "second"]].to_numpy(), return_inverse=True)
        if len(nodes) == 0:
            continue
        ends = ends.reshape(-1, 2)
        graph = network.build_graph(ends[:, 0], ends[:, 1], len(nodes))
        skews.append(network.degree_skew(graph.degree))
        quotients.append(network.small_world_q(graph))
    defined = [value for value in quotients if math.isfinite(value)]
    return {
        "degree_skew": float(np.mean(skews)) if skews else math.nan,
        "small_world_q": float(np.mean(defined)) if defined else math.nan,
    }


@fact(
    "suppliers_local",
    "many suppliers are local",
    source="Nakajima, Saito & Uesugi 2012b, RIETI 12-E-023 (transactions are localised at 40 km or less in 90-95 % of "
    "industries, against a counterfactual); digits ours",
    statistics=(
        Statistic(
            "suppliers_local", "share of supply contracts within one cell", "share", 0.3, 0.7, rests_on="contract_range"
        ),
    ),
    largest_cell=60.0,
)
def suppliers_local(panels: Panels) -> Estimates:
    """Share of supply contracts in force whose two sides stand in the same cell, mean over snapshots."""
    home = panels.table("firms")[["year", "id", "cell"]]
    links = panels.table("links")
    links = links[(links["tie"] == "supply") & links["year"].isin(panels.snapshots())]
    if links.empty:
        return {}
    links = links.merge(home, left_on=["year", "first"], right_on=["year", "id"])
    links = links.merge(home, left_on=["year", "second"], right_on=["year", "id"], suffixes=("", "_supplier"))
    return {"suppliers_local": float((links["cell"] == links["cell_supplier"]).groupby(links["year"]).mean().mean())}
