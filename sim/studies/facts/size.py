"""Facts on the size, growth and productivity of firms."""

from __future__ import annotations

import math

import numpy as np

from sim.studies.facts.declaration import Estimates, Statistic, fact
from sim.studies.facts.estimators import FEWEST, linear, rank_half_exponent, spread_slope, subbotin_shape, within
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
    "granularity",
    "a few firms are large, none is the nation",
    source="Gabaix 2011 (root of the Herfindahl index of sales .053 in the United States, .22 on average over "
    "countries); shares: what Zipf's law with exponent 1.06 (Axtell 2001) gives for 1,500 firms to millions, medians "
    "of samples",
    statistics=(
        Statistic("largest_share", "largest firm's share of all sales", "share", 0.01, 0.13),
        Statistic("four_largest_share", "four largest firms' share of all sales", "share", 0.04, 0.28),
        Statistic("herfindahl_root", "root of the Herfindahl index of sales", "1", 0.053, 0.22),
    ),
)
def granularity(panels: Panels) -> Estimates:
    """Shares of the largest firms in the sales of all industries, and the root of the sum of squared shares; means over
    snapshots five years apart."""
    rows = []
    for year in panels.snapshots():
        sales = np.sort(panels.year("firms", year)["sales"].to_numpy())[::-1]
        if len(sales) and sales[0] > 0.0:
            shares = sales / sales.sum()
            rows.append((shares[0], shares[:4].sum(), math.sqrt(float((shares**2).sum()))))
    if not rows:
        return {}
    largest, four, root = np.mean(rows, axis=0)
    return {"largest_share": float(largest), "four_largest_share": float(four), "herfindahl_root": float(root)}


@fact(
    "growth_rates",
    "growth rates are tent-shaped, not normal",
    source="Fu et al. 2005; Bottazzi & Secchi 2006",
    statistics=(Statistic("growth_shape", "Subbotin b (1 Laplace, 2 normal)", "1", 0.6, 1.4, rests_on="base_spread"),),
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
    "growth_spread",
    "large firms grow more steadily",
    source="Stanley et al. 1996; Calvino, Criscuolo, Menon & Secchi 2018 (near -.18 in many countries); band ours",
    statistics=(
        Statistic(
            "growth_spread", "slope of ln s.d. of growth on ln sales", "1", -0.25, -0.10, rests_on="base_damping"
        ),
    ),
)
def growth_spread(panels: Panels) -> Estimates:
    """OLS over twentieths of firm-years by sales of the year before: ln standard deviation of yearly growth of ln
    sales, net of the mean of its year and industry, on mean ln sales; firms of at least two full years."""
    firms = panels.table("firms")
    firms = firms[(firms["age"] >= 2) & (firms["sales"] > 0.0) & (firms["last_sales"] > 0.0)]
    if firms.empty:
        return {}
    firms = firms.assign(growth=np.log(firms["sales"] / firms["last_sales"]), size=np.log(firms["last_sales"]))
    growth = within(firms, ["growth"], ["year", "industry"])["growth"].to_numpy()
    return {"growth_spread": spread_slope(growth, firms["size"].to_numpy())}


@fact(
    "dispersion",
    "firms of one industry differ much in productivity",
    source="Syverson 2004, 2011 (mean 90-10 difference of ln total factor productivity in 443 U.S. industries .651, "
    "standard deviation over industries .173: band of one standard deviation)",
    statistics=(Statistic("productivity_dispersion", "90-10 difference of ln productivity", "ln", 0.478, 0.824),),
    searched=True,
)
def dispersion(panels: Panels) -> Estimates:
    """90th less 10th percentile of ln total factor productivity of the firms of an industry; mean over industries of at
    least twenty firms and snapshots five years apart."""
    found = []
    for year in panels.snapshots():
        for _, own in panels.year("firms", year).groupby("industry", observed=True)["efficiency"]:
            if len(own) >= FEWEST:
                low, high = np.quantile(np.log(own.to_numpy()), (0.1, 0.9))
                found.append(high - low)
    return {"productivity_dispersion": float(np.mean(found)) if found else math.nan}


@fact(
    "losses",
    "some firms lose money in any year",
    source="Cheng & Lo 2002, China Quarterly 170 (an eighth of Chinese industrial firms in 1980, a quarter in 1997)",
    statistics=(Statistic("loss_making", "share of firms that lose money", "share", 0.12, 0.25),),
)
def losses(panels: Panels) -> Estimates:
    """Firms with profit below zero over all firms, mean over years."""
    firms = panels.table("firms")
    if firms.empty:
        return {}
    return {"loss_making": float((firms["profit"] < 0.0).groupby(firms["year"]).mean().mean())}


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
