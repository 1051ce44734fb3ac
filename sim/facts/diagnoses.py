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
        "proportion; from seed to seed the ratio moves by a fifth."
    ),
    "size_premium": (
        "Sales answer to productivity with the elasticity of variety less one, slowed by capacity: what spreads "
        "productivity, steps of innovation above all, ties size to it."
    ),
}
"""What was found out, by name of statistic. Shown only while the statistic misses."""

MOVERS: dict[str, tuple[tuple[str, float], ...]] = {
    "localised_positive": (("endowment_spread", 0.49), ("innovation_step", -0.39), ("investment_speed", -0.38)),
    "localised_median": (("endowment_spread", 0.8), ("innovation_step", 0.21), ("research_spread", -0.18)),
    "localised_mean": (("endowment_spread", 0.72), ("research_spread", -0.19), ("cell_pull", 0.15)),
    "localised_strongly": (("endowment_spread", 0.8), ("innovation_step", 0.29), ("research_spread", -0.27)),
    "localised_by_distance": (("endowment_spread", 0.36), ("investment_speed", -0.35), ("innovation_step", -0.33)),
    "tail_exponent": (("entrant_spread", 0.57), ("innovation_step", -0.51), ("search_decay", -0.37)),
    "growth_shape": (("innovation_step", -0.52), ("entrant_spread", 0.49), ("appeal_volatility", -0.38)),
    "size_premium": (("innovation_step", 0.77), ("innovation_rate", 0.32), ("imitation_rate", -0.28)),
    "leader_premium": (("innovation_step", 0.7), ("entrant_spread", -0.49), ("innovation_rate", 0.34)),
    "survival_1": (("innovation_step", -0.69), ("tie_cost", -0.29), ("appeal_volatility", -0.24)),
    "survival_5": (("normal_margin", -0.33), ("appeal_volatility", -0.29), ("entrant_spread", 0.28)),
    "survival_10": (("entry_rate", -0.51), ("innovation_step", -0.49), ("search_decay", -0.44)),
    "entry_rate": (("entry_rate", 0.74), ("search_decay", 0.24), ("research_spread", -0.23)),
    "exit_rate": (("entry_rate", 0.5), ("innovation_step", 0.48), ("entrant_spread", -0.35)),
    "spin_off_share": (("spin_off_rate", 0.92), ("entry_rate", -0.2), ("search_decay", -0.11)),
    "spin_off_survival": (("spin_off_home", 0.38), ("investment_speed", -0.34), ("bankruptcy", -0.29)),
    "density_elasticity": (("innovation_step", -0.55), ("investment_speed", -0.41), ("entrant_spread", 0.4)),
    "wage_gradient": (("innovation_step", -0.68), ("entrant_spread", 0.4), ("investment_speed", -0.39)),
    "rent_gradient": (("innovation_step", -0.75), ("entrant_spread", 0.48), ("investment_speed", -0.39)),
    "own_research": (("research_spread", -0.42), ("entry_rate", 0.32), ("investment_speed", 0.3)),
    "neighbours_research": (("endowment_spread", -0.31), ("spin_off_home", -0.24), ("normal_margin", 0.22)),
    "spillovers_home": (("entrant_spread", 0.36), ("normal_utilisation", 0.34), ("endowment_spread", -0.31)),
    "gini_ratio": (("research_spread", 0.54), ("innovation_step", -0.51), ("entrant_spread", 0.5)),
    "ties_distance": (("tie_cost", 0.63), ("research_spread", -0.32), ("tie_activity", 0.29)),
    "degree_skew": (("tie_cost", -0.94), ("investment_speed", -0.52), ("research_spread", 0.39)),
    "small_world_q": (("tie_cost", -0.93), ("investment_speed", -0.48), ("research_spread", 0.38)),
    "suppliers_local": (("contract_range", -0.89), ("investment_speed", -0.47), ("tie_cost", -0.41)),
    "plant_spillover": (("entrant_spread", -0.28), ("tie_cost", 0.26), ("contract_range", 0.23)),
    "supplier_jobs": (("entrant_spread", -0.51), ("investment_speed", 0.43), ("innovation_step", 0.32)),
    "supplier_productivity": (("entry_rate", 0.29), ("contract_range", -0.29), ("innovation_step", -0.21)),
    "utilisation": (("innovation_step", -0.75), ("investment_speed", -0.58), ("tie_cost", -0.53)),
    "utilisation_wave": (("innovation_step", -0.78), ("investment_speed", -0.51), ("tie_cost", -0.51)),
}
"""The three free parameters with the largest rank correlation over the design of the calibration, with its sign
(`make calibration`, effects.csv; kept in results/reference/calibration_effects.csv)."""


def cause_of(statistic: str) -> str:
    """What is known of why a statistic misses, in words."""
    movers = ", ".join(f"{name} ({correlation:+.2f})" for name, correlation in MOVERS[statistic])
    found = CAUSES.get(statistic, "")
    told = f"Over the design of the calibration it moves most with {movers} (rank correlations)."
    return f"{found} {told}" if found else told
