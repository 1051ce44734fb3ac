"""Facts on density: productivity, wages, rents."""

from __future__ import annotations

import numpy as np

from sim.studies.facts.declaration import Estimates, Statistic, fact
from sim.studies.facts.estimators import linear, within
from sim.studies.facts.panels import Panels

DENSITY = "Ahlfeldt & Pietrostefani 2019"


@fact(
    "productivity_density",
    "dense places are a little more productive",
    source="Donovan, de Graaff, de Groot & Koopmans 2024, Journal of Economic Surveys 38 (preferred .015-.039; working "
    "paper of 2021: .027-.064), band wider than theirs; Combes et al. 2012 for selection",
    statistics=(
        Statistic(
            "density_elasticity",
            "slope of ln productivity on ln density",
            "1",
            0.02,
            0.07,
            rests_on="localisation_elasticity, urbanisation_elasticity",
        ),
    ),
)
def productivity_density(panels: Panels) -> Estimates:
    """OLS of firms' ln total factor productivity on ln employment density of their region, with effects of year x
    industry; endowment fit and firms' own productivity (selection) partialled out."""
    regions = panels.table("cells").groupby(["year", "region"], as_index=False)[["employment", "land"]].sum()
    regions["density"] = regions["employment"] / regions["land"]
    firms = panels.table("firms")
    firms = firms[firms["year"].isin(panels.snapshots())]
    firms = firms.merge(regions[["year", "region", "density"]], on=["year", "region"])
    firms = firms.merge(panels.table("local_industries")[["year", "region", "industry", "fit"]],
                        on=["year", "region", "industry"])  # fmt: skip
    firms = firms[firms["density"] > 0.0]
    if firms.empty:
        return {}
    logs = firms.assign(
        total=np.log(firms["efficiency"]), crowd=np.log(firms["density"]), own=np.log(firms["productivity"])
    )
    apart = within(logs, ["total", "crowd", "fit", "own"], ["year", "industry"])
    return {"density_elasticity": float(linear(apart["total"], apart[["crowd", "fit", "own"]].to_numpy())[0])}


@fact(
    "factor_prices",
    "wages and rents rise with density",
    source=DENSITY,
    statistics=(
        Statistic("wage_gradient", "slope of ln wage on ln density", "1", 0.03, 0.10, rests_on="wage_density"),
        Statistic("rent_gradient", "slope of ln rent on ln density", "1", 0.10, 0.30, rests_on="rent_density"),
    ),
)
def factor_prices(panels: Panels) -> Estimates:
    """OLS with effects of years: ln wage of regions, and ln rent of cells, on the ln employment density of the same
    place in the same year."""
    cells = panels.table("cells")
    land = cells.groupby(["year", "region"], as_index=False)["land"].sum()
    regions = panels.table("regions").merge(land, on=["year", "region"])
    regions = regions[regions["employment"] > 0.0]
    cells = cells[(cells["employment"] > 0.0) & (cells["land"] > 0.0)]
    result = {}
    for name, places, price in (("wage_gradient", regions, "wage"), ("rent_gradient", cells, "rent")):
        if places.empty:
            continue
        logs = places.assign(price=np.log(places[price]), crowd=np.log(places["employment"] / places["land"]))
        apart = within(logs, ["price", "crowd"], ["year"])
        result[name] = float(linear(apart["price"], apart[["crowd"]].to_numpy())[0])
    return result
