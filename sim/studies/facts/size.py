"""Facts on the size, growth and productivity of firms."""

from __future__ import annotations

import math

import numpy as np

from sim.studies.facts.declaration import Estimates, Statistic, fact
from sim.studies.facts.estimators import linear, rank_half_exponent, subbotin_shape, within
from sim.studies.facts.panels import Panels


@fact(
    "size_tail",
    "the upper tail of firm sizes is near Zipf's law",
    source="Axtell 2001; Gabaix & Ibragimov 2011",
    statistics=(Statistic("tail_exponent", "exponent of the tail of employment", "1", 0.9, 1.3),),
    searched=True,
)
def size_tail(panels: Panels) -> Estimates:
    """ln(rank - 1/2) on ln employment over the largest 10 % of firms; mean over snapshots five years apart."""
    found = [rank_half_exponent(panels.year("firms", year)["labour"].to_numpy()) for year in panels.snapshots()]
    return {"tail_exponent": float(np.mean(found)) if found else math.nan}


@fact(
    "growth_rates",
    "growth rates are tent-shaped, not normal",
    source="Fu et al. 2005; Bottazzi & Secchi 2006",
    statistics=(Statistic("growth_shape", "Subbotin b (1 Laplace, 2 normal)", "1", 0.6, 1.4, rests_on="appeal_tail"),),
)
def growth_rates(panels: Panels) -> Estimates:
    """Shape b of the Subbotin density by maximum likelihood, on yearly growth of ln sales net of the mean of its year
    and industry, firms of at least two full years."""
    firms = panels.table("firms")
    firms = firms[(firms["age"] >= 2) & (firms["sales"] > 0.0) & (firms["last_sales"] > 0.0)]
    if firms.empty:
        return {}
    growth = firms.assign(growth=np.log(firms["sales"] / firms["last_sales"]))
    return {"growth_shape": subbotin_shape(within(growth, ["growth"], ["year", "industry"])["growth"].to_numpy())}


@fact(
    "size_premium",
    "larger firms are more productive",
    source="Syverson 2011; Leung, Meh & Terajima 2008",
    statistics=(
        Statistic("size_premium", "slope of ln productivity on ln employment", "1", 0.02, 0.15),
        Statistic("leader_premium", "productivity of leading firms over SMEs", "ratio", 1.3, 3.0),
    ),
)
def size_premium(panels: Panels) -> Estimates:
    """OLS of ln total factor productivity on ln employment with effects of year x industry; and the mean lead of
    leading firms over the others of their year and industry, as a ratio."""
    firms = panels.table("firms")
    firms = firms[(firms["labour"] > 0.0) & firms["year"].isin(panels.snapshots())]
    if firms.empty:
        return {}
    logs = firms.assign(
        product=np.log(firms["efficiency"]), size=np.log(firms["labour"]),
        leading=(firms["kind"] == "leading_firm").astype(float),
    )  # fmt: skip
    apart = within(logs, ["product", "size", "leading"], ["year", "industry"])
    result = {"size_premium": float(linear(apart["product"], apart[["size"]].to_numpy())[0])}
    if logs["leading"].any():
        lead = float(linear(apart["product"], apart[["leading"]].to_numpy())[0])
        result["leader_premium"] = math.exp(lead)
    return result
