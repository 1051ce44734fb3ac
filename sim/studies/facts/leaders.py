"""Facts on what leading firms do for others: their neighbours and their suppliers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.studies.facts.declaration import Estimates, Statistic, fact
from sim.studies.facts.estimators import FEWEST, linear, within
from sim.studies.facts.panels import Panels

PLANT_YEARS = 5
"""Years after which Greenstone et al. read the effect of a large plant."""
UPGRADE_YEARS = 4
"""Years after which Alfaro-Ureña et al. read the effect of a first contract."""
QUIET = 3
"""Years without a leading firm, or without a leading customer, before an event counts."""


def changes(firms: pd.DataFrame, before: int, after: int) -> pd.DataFrame:
    """Firms that live in both years: their row `before`, with `d_` columns of the change in logs until `after`."""
    columns = ["efficiency", "productivity", "labour"]
    old, new = firms[firms["year"] == before], firms[firms["year"] == after]
    both = old.merge(new[["id", *columns]], on="id", suffixes=("", "_after"))
    both = both[(both["labour"] > 0.0) & (both["labour_after"] > 0.0)]
    for name in columns:
        both[f"d_{name}"] = np.log(both[f"{name}_after"] / both[name])
    return both.assign(event=before)


def effect(rows: pd.DataFrame, outcome: str, groups: list[str], controls: list[str]) -> float:
    """Coefficient of `treated` in OLS of `outcome` on it and `controls`, with effects of `groups`; NaN if too few."""
    if rows["treated"].sum() < FEWEST:
        return float("nan")
    apart = within(rows, [outcome, "treated", *controls], groups)
    return float(linear(apart[outcome], apart[["treated", *controls]].to_numpy())[0])


def plant_events(panels: Panels) -> pd.DataFrame:
    """Incumbents of places that receive their first leading firm of an industry, and of places that have none.

    A place is a cell. Treated places have no leading firm of the industry for QUIET years, then one for most of the
    years looked at; the others never have one. The leading firms themselves are left out.
    """
    firms = panels.table("firms")
    leaders = firms[firms["kind"] == "leading_firm"]
    present = leaders.groupby(["cell", "industry", "year"]).size().unstack(fill_value=0) > 0
    ever = set(leaders["id"])
    found = []
    for year in range(panels.first + QUIET, panels.last - PLANT_YEARS + 1):
        before = [one for one in range(year - QUIET, year) if one in present]
        after = [one for one in range(year, year + PLANT_YEARS + 1) if one in present]
        quiet = ~present[before].any(axis=1)
        arrived = present.index[quiet & present.get(year, False) & (present[after].mean(axis=1) > 0.5)]
        touched = present.index[present[before + after].any(axis=1)]
        rows = changes(firms[~firms["id"].isin(ever)], year - 1, year + PLANT_YEARS)
        site = pd.MultiIndex.from_frame(rows[["cell", "industry"]])
        rows["treated"] = site.isin(arrived).astype(float)
        found.append(rows[(rows["treated"] == 1.0) | ~site.isin(touched)])
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame({"treated": []})


@fact(
    "large_plant",
    "a large plant makes its neighbours more productive",
    source="Greenstone, Hornbeck & Moretti 2010",
    statistics=(
        Statistic(
            "plant_spillover",
            "change of ln productivity of incumbents, 5 years",
            "ln",
            0.03,
            0.15,
            rests_on="anchor_gain",
        ),
    ),
    largest_cell=60.0,
)
def large_plant(panels: Panels) -> Estimates:
    """Differences in differences: change of ln total factor productivity, from the year before a first leading firm of
    the industry stands in the cell to five years after, of its incumbents against those of the industry where there is
    none, with effects of event year x industry and productivity before."""
    rows = plant_events(panels)
    if rows["treated"].sum() < FEWEST:
        return {}
    rows["own"] = np.log(rows["productivity"])
    return {"plant_spillover": effect(rows, "d_efficiency", ["event", "industry"], ["own"])}


def first_contracts(panels: Panels) -> pd.DataFrame:
    """Year in which each small firm first supplied a leading firm: columns supplier, year."""
    links = panels.table("links")
    links = links[(links["tie"] == "supply") & (links["value"] > 0.0)]
    firms = panels.table("firms")
    leaders = firms.loc[firms["kind"] == "leading_firm", ["year", "id"]]
    bought = links.merge(leaders, left_on=["year", "first"], right_on=["year", "id"])
    return bought.groupby("second", as_index=False)["year"].min().rename(columns={"second": "supplier"})


def supplier_events(panels: Panels) -> pd.DataFrame:
    """Small firms that begin to supply a leading firm, and those of their industry and year that do not."""
    begun = first_contracts(panels).set_index("supplier")["year"]
    firms = panels.table("firms")
    small = firms[firms["kind"] == "sme"]
    found = []
    for year in range(panels.first + QUIET, panels.last - UPGRADE_YEARS + 1):
        rows = changes(small, year - 1, year + UPGRADE_YEARS)
        start = rows["id"].map(begun)
        rows["treated"] = (start == year).astype(float)
        found.append(rows[(start == year) | start.isna() | (start > year + UPGRADE_YEARS)])
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame({"treated": []})


@fact(
    "supplier_upgrading",
    "suppliers of leading firms grow and learn",
    source="Alfaro-Ureña, Manelici & Vasquez 2022",
    statistics=(
        Statistic("supplier_jobs", "change of ln employment after 4 years", "ln", 0.15, 0.35),
        Statistic(
            "supplier_productivity",
            "change of ln productivity after 4 years",
            "ln",
            0.03,
            0.09,
            rests_on="teaching_rate",
        ),
    ),
    searched=True,
)
def supplier_upgrading(panels: Panels) -> Estimates:
    """Event study: change from the year before a small firm's first contract with a leading firm to four years after,
    against small firms of its industry and year without one, given size, productivity and growth before."""
    rows = supplier_events(panels)
    if rows["treated"].sum() < FEWEST:
        return {}
    rows["jobs"], rows["own"] = np.log(rows["labour"]), np.log(rows["productivity"])
    rows["young"] = np.exp(-rows["age"] / 3.0)
    controls = ["jobs", "own", "growth", "young"]
    return {
        "supplier_jobs": effect(rows, "d_labour", ["event", "industry"], controls),
        "supplier_productivity": effect(rows, "d_productivity", ["event", "industry"], controls),
    }
