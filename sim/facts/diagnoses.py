"""Why a statistic misses its band: measured, in sweeps of one seed, or guessed; every text says which."""

from __future__ import annotations

_NEWCOMERS = (
    "Entry outruns what newcomers can earn. It answers to the sales-weighted margin of the industry, which "
    "large firms make, while newcomers are small and lose money (median margins are negative until age 4), so "
    "that a fifth of firms of age 1 and 2 go bankrupt each year on top of the published hazard by age. "
    "Measured: with entry_response 1 instead of 5, normal_margin .12 and a plan of 1.5 % instead of 5 %, "
    "entry and exit fall from .18 to .125 and survival to five years rises from .25 to .41; with looser "
    "bankruptcy, exit_margin and exit_size and entry_rate .07 also survival to ten years reaches .29. Appeal "
    "that grows with age (Foster, Haltiwanger & Syverson 2016) was tried and changes little."
)
_FIT = (
    "Comparative advantage is strong. Measured: with endowment_spread .10 instead of .20 the median of gamma "
    "falls from .09 to .03-.04, the mean from .11-.14 to .04, and the share above .05 from .9 to .25-.33."
)
_NETWORK = (
    "Measured: moving the weights of closure, attachment, crowding and cost leaves the skew below 4, and so does "
    "search among partners of partners (Jackson & Rogers 2007), which the model now has. Guess: the first partner "
    "of a year is met whatever his degree, and a fifth of projects end each year, so hubs do not last."
)

CAUSES: dict[str, str] = {
    "localised_median": _FIT,
    "localised_mean": _FIT,
    "localised_strongly": _FIT,
    "localised_by_distance": _FIT,
    "tail_exponent": (
        "Measured: smaller newcomers fatten the tail (1.4 at an entrant_size of .25, 1.3 at .2), at the price of "
        "survival and turnover, which then leave their bands: one mechanism moves all three (Luttmer 2007)."
    ),
    "growth_shape": (
        "Measured: 1.7 at the defaults, 1.36-1.44 with appeal_volatility .2 and fewer bankruptcies: Laplace "
        "shocks to appeal are otherwise drowned. Guess: by prices, contracts and capacity."
    ),
    "size_premium": ("Many small newcomers of low productivity. Guess: it falls as turnover falls."),
    "leader_premium": (
        "Size follows buyers' liking more than productivity, and diffusion wears leads down: a firm leads by its "
        "sales with a productivity near the mean. In value added per worker the ratio is larger."
    ),
    "survival_1": _NEWCOMERS,
    "survival_5": _NEWCOMERS,
    "survival_10": _NEWCOMERS,
    "entry_rate": _NEWCOMERS,
    "exit_rate": _NEWCOMERS,
    "spin_off_share": (
        "Measured: .05 at the defaults, .10 with spin_off_rate .012. Spin-offs are counted against an entry that "
        "is twice its published rate."
    ),
    "neighbours_research": (
        "Sixteen regions tell little about an elasticity of some hundredths: from seed to seed it moves by tenths."
    ),
    "own_research": (
        "Not yet diagnosed. Measured: it falls where comparative advantage is weaker or volatility higher."
    ),
    "gini_ratio": (
        "Innovations follow sales (innovation_size 1) and R&D intensity, so regions with more output innovate in "
        "proportion. Guess: what should concentrate innovation further, spillovers and institutes, is small by "
        "its published elasticities. From seed to seed the ratio moves by a fifth."
    ),
    "ties_distance": (
        "Firms look for partners with weight exp(-d / 2 tie_scale) before distance enters the utility of a tie. "
        "Measured: -5.6 at a tie_scale of 50 km, -1.7 at 200, -.6 at 300."
    ),
    "degree_skew": _NETWORK,
    "small_world_q": _NETWORK,
    "plant_spillover": (
        "Not yet diagnosed. Guess: places within reach of other leading firms are lifted too and serve as controls."
    ),
    "supplier_jobs": ("Not yet diagnosed. Guess: orders of leading firms replace others in part."),
    "utilisation": (
        "Measured: newcomers use .45 of their capacity in the first year, older firms .77; with "
        "normal_utilisation .93 instead of .88 the mean rises from .74 to .76."
    ),
}
"""Cause by name of statistic. Shown only while the statistic misses."""

UNKNOWN = "Not yet diagnosed."
"""Said of a miss that has no entry."""
