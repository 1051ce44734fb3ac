"""Sentences on the pages of findings, of the evidence on policy and of a calibration."""

from __future__ import annotations

from collections.abc import Mapping

HEADINGS = {
    "background": "What was found elsewhere", "claims": "Claims", "statistics": "Statistics and their bands",
    "misses": "What is missed, and why", "best": "The best points and the start",
    "effects": "Which parameters the losses depend on", "facts": "Facts that were fitted, and facts that were not",
}  # fmt: skip
VERDICTS = {
    "reproduced": "The model shows this finding: all its claims hold.",
    "reproduced in part": "The model shows a part of this finding: some of its claims hold, not all.",
    "not reproduced": "The model does not show this finding: none of its claims holds.",
    "open": "It is not known whether the model shows this finding: there are too few replications.",
}
CLAIMS_HEAD = ("Claim", "Difference", "95 % interval", "Expected", "n", "Verdict")
FINDING_METHOD = (
    "The arms differ from year 0 on and have the same luck within a replication. A claim is about the mean "
    "difference of two arms, or of an arm and a number, over replications; the interval is the 95 % t-interval of"
    " that mean. A claim holds when the whole interval lies on the expected side; it is a tie when the interval "
    "includes zero, or for a claim of likeness when it crosses the margin. With fewer than four replications "
    "there is no interval, and the claim is open."
)
EVIDENCE_METHOD = (
    "Each benchmark is a small experiment: the model lives the same years with the policy and without it, with "
    "the same luck, and an estimator takes from both what the paper reports. A statistic passes when the 95 % "
    "interval of its mean over replications meets the paper's band, or lies on the side that the paper is sure "
    "of; it misses when the interval lies outside. The bands were set before the results."
)
POINT = "point"
BEST_HEAD = ("", "Range searched")
OBJECTIVE, SEARCHED, HELD_OUT = "objective", "loss, facts fitted", "loss, facts held out"
EFFECTS_HEAD = ("Parameter", "with the loss of facts fitted", "with the loss of facts held out",
                "strongest with one statistic", "Which")  # fmt: skip
EFFECTS = "Rank correlations over all points of the design. With few points a correlation may be chance."
LOOKED_AT, NOT_LOOKED_AT = "The search looked at: {}.", "It did not look at: {}."
CALIBRATION_TITLE = "Calibration"
CALIBRATION_METHOD = (
    "Simulated moments: at each point all replications are run and the statistics of the facts are taken of them."
    " A loss is the sum of squared distances of their means from published bands that are narrowed by a tenth at "
    "each end: nothing inside, else in half-widths of the band; the objective adds a charge for leaving the "
    "start. A Sobol design comes first, then rounds of points that an emulator of all statistics proposes. Facts "
    "that are held out are only looked at afterwards. Nothing is changed by a search: parameters are set by those"
    " who read it."
)


def calibrated(points: int, best: Mapping[str, str], start: Mapping[str, str] | None = None) -> str:
    """How far the best point and the start are from the facts; the losses by half, as they are written."""
    if start is None:
        return (
            f"Of {points} points the best has a loss of {best['search']} on the facts that the search fits, and "
            f"{best['validate']} on the facts held out. The start has no number."
        )
    return (
        f"Of {points} points the best has a loss of {best['search']} on the facts that the search fits, where the "
        f"start has {start['search']}; on the facts held out it has {best['validate']}, and the start "
        f"{start['validate']}."
    )
