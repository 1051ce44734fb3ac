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
    "size_premium": (
        "Sales answer to productivity with the elasticity of variety less one, slowed by capacity: what spreads "
        "productivity, steps of innovation above all, ties size to it."
    ),
    "leader_premium": (
        "Titles go by rank in size, growth and niche. Sizes come from customers that a firm wins in years of rising, "
        "more than from productivity, and a lead in productivity fades, so that the largest firms are not those that "
        "lead most."
    ),
}
"""What was found out, by name of statistic. Shown only while the statistic misses."""

MOVERS: dict[str, tuple[tuple[str, float], ...]] = {
    "localised_positive": (("rising_end", 0.74), ("endowment_spread", 0.49), ("investment_speed", -0.24)),
    "localised_median": (("endowment_spread", 0.88), ("rising_end", 0.32), ("investment_speed", -0.28)),
    "localised_mean": (("endowment_spread", 0.88), ("rising_end", 0.35), ("investment_speed", -0.29)),
    "localised_strongly": (("endowment_spread", 0.9), ("investment_speed", -0.29), ("rising_end", 0.24)),
    "localised_by_distance": (("endowment_spread", 0.46), ("spin_off_rate", 0.31), ("imitation_rate", 0.23)),
    "tail_exponent": (("rising_end", 0.93), ("imitation_rate", 0.25), ("endowment_spread", 0.14)),
    "largest_share": (("rising_end", -0.75), ("largest_size", 0.25), ("rising_share", 0.23)),
    "four_largest_share": (("rising_end", -0.91), ("imitation_rate", -0.25), ("rising_share", 0.2)),
    "herfindahl_root": (("rising_end", -0.92), ("imitation_rate", -0.22), ("rising_share", 0.21)),
    "growth_shape": (("normal_utilisation", -0.52), ("investment_speed", 0.51), ("base_spread", -0.38)),
    "growth_spread": (("rising_end", -0.51), ("base_spread", -0.4), ("investment_speed", 0.39)),
    "productivity_dispersion": (("endowment_spread", 0.51), ("lead_fade", -0.48), ("investment_speed", -0.4)),
    "loss_making": (("closing_old", -0.77), ("imitation_rate", -0.52), ("closing_young", -0.49)),
    "size_premium": (("rising_end", 0.68), ("lead_fade", -0.37), ("endowment_spread", 0.3)),
    "leader_premium": (("innovation_step", 0.71), ("lead_fade", -0.45), ("entrant_spread", -0.28)),
    "survival_1": (("closing_young", -0.75), ("rising_end", 0.37), ("closing_old", -0.26)),
    "survival_5": (("closing_young", -0.73), ("rising_end", 0.4), ("closing_old", -0.35)),
    "survival_10": (("closing_young", -0.63), ("closing_old", -0.45), ("rising_end", 0.43)),
    "entry_rate": (("closing_old", 0.62), ("closing_young", 0.52), ("base_spread", 0.37)),
    "exit_rate": (("closing_old", 0.61), ("closing_young", 0.52), ("base_spread", 0.37)),
    "spin_off_share": (("spin_off_rate", 0.79), ("closing_old", -0.29), ("closing_young", -0.28)),
    "spin_off_survival": (("endowment_spread", 0.55), ("closing_young", 0.45), ("lead_fade", -0.26)),
    "density_elasticity": (("rising_end", 0.46), ("innovation_step", -0.41), ("endowment_spread", -0.36)),
    "wage_gradient": (("endowment_spread", 0.39), ("closing_old", -0.26), ("investment_speed", -0.21)),
    "rent_gradient": (("rising_end", 0.65), ("innovation_step", -0.32), ("closing_old", -0.31)),
    "own_research": (("rising_end", 0.56), ("rising_share", -0.49), ("imitation_rate", 0.29)),
    "neighbours_research": (("rising_end", -0.64), ("endowment_spread", -0.28), ("tie_distance", -0.18)),
    "spillovers_home": (("endowment_spread", -0.67), ("rising_end", -0.42), ("investment_speed", 0.34)),
    "gini_ratio": (("rising_end", 0.57), ("closing_old", -0.24), ("research_spread", 0.22)),
    "ties_distance": (("tie_distance", -0.77), ("closing_old", -0.24), ("imitation_rate", -0.23)),
    "degree_skew": (("tie_distance", -0.5), ("research_spread", 0.4), ("investment_speed", -0.34)),
    "small_world_q": (("research_spread", 0.59), ("closing_young", -0.42), ("rising_end", 0.34)),
    "suppliers_local": (("contract_range", -0.89), ("rising_end", 0.29), ("innovation_step", -0.15)),
    "plant_spillover": (("rising_end", -0.3), ("base_spread", 0.28), ("entrant_spread", -0.19)),
    "supplier_jobs": (("rising_end", -0.67), ("investment_speed", 0.29), ("entrant_spread", -0.23)),
    "supplier_productivity": (("lead_fade", -0.31), ("contract_range", 0.25), ("cell_pull", -0.24)),
    "utilisation": (("normal_utilisation", 0.7), ("investment_speed", -0.47), ("rising_end", -0.22)),
    "utilisation_wave": (("normal_utilisation", 0.64), ("investment_speed", -0.51), ("imitation_rate", -0.27)),
}
"""The three free parameters with the largest rank correlation over the design of the calibration, with its sign
(`make calibration`, effects.csv; kept in results/reference/calibration_effects.csv)."""


def cause_of(statistic: str) -> str:
    """What is known of why a statistic misses, in words."""
    movers = ", ".join(f"{name} ({correlation:+.2f})" for name, correlation in MOVERS[statistic])
    found = CAUSES.get(statistic, "")
    told = f"Over the design of the calibration it moves most with {movers} (rank correlations)."
    return f"{found} {told}" if found else told
