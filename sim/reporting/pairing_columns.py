"""Columns of the tables that tell what common random numbers do."""

from __future__ import annotations

REASON = "why there is no interval: too few (replications), identical (differences), no value; empty where there is one"
OF_SAVINGS = {
    "baseline_sd": ("of `unit`", "standard deviation of the baseline over seeds"),
    "arm_sd": ("of `unit`", "standard deviation of the arm over seeds"),
    "difference_sd": ("of `unit`", "standard deviation of the paired differences"),
    "correlation": ("1", "of arm and baseline over seeds"),
    "correlation_low": ("1", "lower end of its 95 % interval (Fisher)"),
    "correlation_high": ("1", "upper end of its 95 % interval"),
    "half_width": ("of `unit`", "half of the 95 % interval of the difference, paired"),
    "half_width_unpaired": ("of `unit`", "what it would be if each arm had seeds of its own (Welch)"),
    "replications_unpaired": ("runs", "replications of each arm that unpaired arms need for the same variance"),
    "replications_saved": ("runs", "by how many these are more than those that were run; negative: fewer"),
}
OF_DECISIONS = {
    "decision": ("", "firms, founding, spin_off, attraction, place, exit, move, tier, innovation (`describe draws`)"),
    "seed": ("", "the first seed, of which histories are kept"),
    "either": ("decisions", "those that were taken in at least one of arm and baseline"),
    "same": ("decisions", "those that were taken in both and came out the same"),
    "share": ("1", "the second over the first; missing where there is none"),
}
