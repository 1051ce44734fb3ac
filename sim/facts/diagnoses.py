"""Why a statistic misses its band: what knock-outs and sweeps of the mechanism behind it showed."""

from __future__ import annotations

_NEWCOMERS = (
    "Newcomers stay too small to pay their fixed costs: they start with .4 of the industry's appeal and capacity, appeal "
    "is a random walk that does not learn, so median margins are negative until age 5 and a fifth of firms of age 1 and "
    "2 go bankrupt each year, on top of the published age hazard. Looser bankruptcy helps; so would appeal that grows "
    "with age (Foster, Haltiwanger & Syverson 2016)."
)
_FIT = (
    "Comparative advantage is strong: a spread of .20 in ln productivity at an elasticity of 5 gives gamma near .1 by "
    "itself. At a spread of .10 all four statistics lie in their bands."
)
_NETWORK = (
    "A firm meets two others a year by distance alone, so degrees are close to Poisson. Search among partners of "
    "partners (Jackson & Rogers 2007) would give hubs and triangles; parameters alone do not."
)

CAUSES: dict[str, str] = {
    "localised_median": _FIT,
    "localised_mean": _FIT,
    "localised_strongly": _FIT,
    "localised_by_distance": _FIT,
    "tail_exponent": "Too few generations of growth: volatility of appeal is low and turnover high, so sizes have no time "
    "to spread (Luttmer 2007). Volatility of .2 and longer lives bring it to 1.4.",
    "growth_shape": "Laplace shocks to appeal are mixed with near-normal movements of prices, capacity and contracts; "
    "with a volatility of .2 the shocks show through.",
    "size_premium": "Small newcomers are less productive and many; the slope falls as turnover falls.",
    "leader_premium": "The lead of leading firms fades by diffusion (8 % a year) and most climb by size, not by "
    "productivity; slower imitation raises it.",
    "survival_1": _NEWCOMERS,
    "survival_5": _NEWCOMERS,
    "survival_10": _NEWCOMERS,
    "entry_rate": _NEWCOMERS,
    "exit_rate": _NEWCOMERS,
    "spin_off_share": "Entry is twice its published rate, and spin-offs are counted against it; a rate of .01 a year "
    "brings the share into the band.",
    "neighbours_research": "Sixteen regions tell little about an elasticity of a few hundredths; its interval over seeds "
    "is wide.",
    "own_research": "Regions' research varies mostly through a few large firms, and innovations follow the number of "
    "firms.",
    "gini_ratio": "The hazard follows R&D intensity, not its level, so innovations are as frequent in a small firm as in "
    "a large one: they follow the number of firms, which is less concentrated than sales.",
    "ties_distance": "Firms look for partners with weight exp(-d / 100 km) before distance enters the utility of a tie; "
    "a tie_scale of 200 to 300 km brings the slope into the band.",
    "degree_skew": _NETWORK,
    "small_world_q": _NETWORK,
    "plant_spillover": "Places within reach of other leading firms are lifted too and serve as controls, and few places "
    "have had none before.",
    "supplier_jobs": "Contracts with leading firms replace other orders in part.",
    "utilisation": "Newcomers build for orders that come later (.45 of capacity is used in the first year), and capacity "
    "of firms that lose customers only wears out; a higher normal utilisation makes up for a part.",
}
"""Cause by name of statistic. Shown only while the statistic misses."""
