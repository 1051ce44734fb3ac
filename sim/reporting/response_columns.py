"""Columns of the tables of experiments: sweeps, batches and sensitivity."""

from __future__ import annotations

from sim.reporting.pairing_columns import REASON

VARIED = "KEY"
"""Columns that are named after what an experiment varies."""
RESPONSES = {
    VARIED: ("", "level of each factor, a column of its own, named by the last part of its key"),
    "point": ("", "number of the combination of levels, from 0"),
    "factor": ("", "name of the factor"), "level": ("", "level of the factor"),
    "left_out": ("runs", "seeds (of a screening: trajectories) of which a run has no number"),
    "q_value": ("1", "false discovery rate among the measures beside the headline (Benjamini & Hochberg 1995)"),
    "change": ("of `unit`", "by how much the difference changes from the first level on, within each seed"),
    "change_low": ("of `unit`", "lower end of its 95 % interval"),
    "change_high": ("of `unit`", "upper end of its 95 % interval"),
    "change_reason": ("", REASON),
    "slope": ("of `unit`", "change of the difference for one more of the factor, the others held, within each seed"),
    "slope_low": ("of `unit`", "lower end of its 95 % interval"),
    "slope_high": ("of `unit`", "upper end of its 95 % interval"),
    "at": ("", "levels at which the claim is looked at"), "contrast": ("", "difference of arms"),
    "claim": ("", "the claim in words"), "expected": ("", "on which side of zero the claim puts it"),
    "holds": ("", "holds, tie, opposite, open (too few seeds) or no value"),
    "per_cent": ("%", "size of a true difference"), "difference": ("of the measure", "the difference"),
    "spread": ("of the measure", "standard deviation of the paired differences; of a pilot its upper 80 % bound"),
    "replications": ("runs", "seeds that count; of `power` those that are needed"),
    "command": ("", "what does the run again, by itself"),
    "pilot": ("runs", "seeds of the pilot that count"), "wanted": ("runs", "seeds that the pilot asks for"),
    "half_width": ("of the measure", "half of the interval that is asked for"),
    "reached": ("", "whether the interval is as narrow"),
    "mu_star": ("of the measure", "mean absolute effect of moving the factor over its range (Campolongo et al. 2007)"),
    "low": ("of the measure", "lower end of its 95 % interval"),
    "high": ("of the measure", "upper end of its 95 % interval"),
    "mu": ("of the measure", "mean effect"), "sigma": ("of the measure", "standard deviation of effects over paths"),
    "rank": ("", "1 more than the number of factors whose interval lies above; factors that overlap tie"),
    "trajectories": ("paths", "paths of the screening that count"),
    **{f"{index}{end}": ("1", f"{what}{told}")
       for index, what in (("S1", "share of the variance that the factor explains by itself"),
                           ("ST", "share of the variance in which the factor has a part"))
       for end, told in (("", ""), ("_low", ": lower end of the 95 % interval"),
                         ("_high", ": upper end of the 95 % interval"))},
    "ST_by_emulator": ("1", "half of the interval of ST that comes from the emulator"),
    "ST_by_sampling": ("1", "half of the interval of ST that comes from sampling"),
    "converged": ("", "whether half of the interval of ST is at most .1, and the emulator explains half of it all"),
    "needed": ("", "base sample that sampling needs for that"),
    "baseline": ("", "arm that it is compared with"),
    "held_out_explained": ("1", "share of the variance that the emulator explains on points that were held out"),
    "held_out_rmse": ("of the measure", "error of the emulator on them"),
    "held_out_covered": ("1", "share of their values within the emulator's 95 % intervals"),
    "share_won": ("1", "share of the space in which the arm gives more than the baseline"),
    "share_won_low": ("1", "lower end of its 95 % interval"), "share_won_high": ("1", "upper end of its 95 % interval"),
    "across": ("", "factor of the map from left to right"), "up": ("", "factor from bottom to top"),
    "share_low": ("1", "lower end of its 95 % interval: emulator, and luck that all points share"),
    "share_high": ("1", "upper end of its 95 % interval"),
    "clearly_won": ("1", "share of the space in which the interval of the difference lies above zero"),
    "clearly_lost": ("1", "share in which it lies below zero"), "open": ("1", "share in which it holds zero"),
    "across_value": ("of the factor", "middle of the cell"), "up_value": ("of the factor", "middle of the cell"),
    "points_left_out": ("points", "points without a number on every seed"),
    "misfits": ("points", "points drawn within the bounds that the model cannot have, and others were taken instead"),
}  # fmt: skip
