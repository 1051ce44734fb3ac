"""Why a statistic misses its band: what was found out, and which free parameters move it most."""

from __future__ import annotations

CAUSES: dict[str, str] = {
    "localised_by_distance": (
        "Comparative advantage, spin-offs that stay at home and contracts with neighbours all draw the firms of an "
        "industry together; with eight industries each makes an eighth."
    ),
    "neighbours_research": (
        "A few dozen regions tell little about an elasticity of some hundredths: from seed to seed it moves by tenths."
    ),
    "gini_ratio": (
        "A few very large firms hold much of the output of a region, and innovations rise with R&D by less than in "
        "proportion; from seed to seed the ratio moves by a fifth. Where regions differ much in size, both follow it."
    ),
    "survival_1": (
        "Firms may close in the year of their birth already, so that a newcomer meets the hazard of its first year and "
        "that of the next before it has outlived the year in which it is 1. Registers of enterprises count those that "
        "are active at some time of that year."
    ),
    "size_premium": (
        "Sales answer to productivity with the elasticity of variety less one, slowed by capacity: what spreads "
        "productivity, steps of innovation above all, ties size to it."
    ),
}
"""What was found out, by name of statistic. Shown only while the statistic misses."""

MOVERS: dict[str, tuple[tuple[str, float], ...]] = {
    "localised_positive": (("investment_speed", -0.54), ("tie_cost", -0.51), ("endowment_spread", 0.43)),
    "localised_median": (("endowment_spread", 0.88), ("entrant_spread", -0.26), ("bankruptcy", -0.25)),
    "localised_mean": (("endowment_spread", 0.87), ("bankruptcy", -0.24), ("exit_margin", -0.22)),
    "localised_strongly": (("endowment_spread", 0.84), ("entrant_spread", -0.32), ("exit_margin", -0.25)),
    "localised_by_distance": (("endowment_spread", 0.56), ("investment_speed", -0.31), ("spin_off_home", 0.31)),
    "tail_exponent": (("entrant_spread", 0.76), ("tie_cost", -0.5), ("investment_speed", -0.48)),
    "growth_shape": (("tie_cost", -0.54), ("entrant_spread", 0.53), ("innovation_step", -0.43)),
    "size_premium": (("innovation_step", 0.55), ("innovation_rate", 0.53), ("imitation_rate", -0.39)),
    "leader_premium": (("innovation_step", 0.64), ("entrant_spread", -0.6), ("innovation_rate", 0.57)),
    "survival_1": (("entrant_spread", 0.62), ("investment_speed", -0.55), ("tie_cost", -0.53)),
    "survival_5": (("entry_rate", -0.44), ("tie_cost", -0.39), ("search_decay", -0.31)),
    "survival_10": (("entrant_spread", 0.62), ("tie_cost", -0.58), ("entry_rate", -0.52)),
    "entry_rate": (("entry_rate", 0.84), ("search_decay", 0.32), ("cell_pull", 0.31)),
    "exit_rate": (("entry_rate", 0.7), ("entrant_spread", -0.49), ("search_decay", 0.43)),
    "spin_off_share": (("spin_off_rate", 0.89), ("normal_utilisation", 0.28), ("entry_rate", -0.23)),
    "spin_off_survival": (("bankruptcy", -0.73), ("entrant_spread", 0.36), ("investment_speed", -0.35)),
    "density_elasticity": (("entrant_spread", 0.51), ("innovation_rate", -0.5), ("innovation_step", -0.33)),
    "wage_gradient": (("investment_speed", -0.63), ("innovation_step", -0.54), ("endowment_spread", 0.52)),
    "rent_gradient": (("entrant_spread", 0.61), ("innovation_step", -0.59), ("investment_speed", -0.56)),
    "own_research": (("research_spread", -0.59), ("exit_size", -0.28), ("innovation_rate", -0.25)),
    "neighbours_research": (("search_decay", -0.31), ("innovation_rate", -0.3), ("tie_cost", -0.27)),
    "spillovers_home": (("endowment_spread", -0.48), ("investment_speed", -0.43), ("entrant_spread", 0.41)),
    "gini_ratio": (("research_spread", 0.68), ("entrant_spread", 0.45), ("investment_speed", -0.4)),
    "ties_distance": (("tie_cost", 0.63), ("innovation_step", 0.52), ("research_spread", -0.39)),
    "degree_skew": (("tie_cost", -0.93), ("investment_speed", -0.52), ("innovation_step", -0.48)),
    "small_world_q": (("tie_cost", -0.92), ("innovation_step", -0.55), ("investment_speed", -0.55)),
    "suppliers_local": (("contract_range", -0.9), ("investment_speed", -0.44), ("normal_margin", 0.39)),
    "plant_spillover": (("spin_off_home", -0.38), ("innovation_rate", -0.27), ("entrant_spread", 0.2)),
    "supplier_jobs": (("entrant_spread", -0.51), ("investment_speed", 0.42), ("innovation_rate", 0.36)),
    "supplier_productivity": (("imitation_rate", -0.55), ("contract_range", -0.28), ("profit_pull", -0.21)),
    "utilisation": (("investment_speed", -0.79), ("tie_cost", -0.65), ("innovation_rate", -0.54)),
    "utilisation_wave": (("investment_speed", -0.74), ("tie_cost", -0.71), ("innovation_rate", -0.58)),
}
"""The three free parameters with the largest rank correlation over the design of the calibration, with its sign
(`make calibration`, effects.csv; kept in results/reference/calibration_effects.csv)."""


def cause_of(statistic: str) -> str:
    """What is known of why a statistic misses, in words."""
    movers = ", ".join(f"{name} ({correlation:+.2f})" for name, correlation in MOVERS[statistic])
    found = CAUSES.get(statistic, "")
    told = f"Over the design of the calibration it moves most with {movers} (rank correlations)."
    return f"{found} {told}" if found else told
