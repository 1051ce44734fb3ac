"""Words for `clustersim sensitivity`."""

from __future__ import annotations

from sim.reporting.wording.en.names import arm_name, label

TITLE = "Sensitivity of a difference"
SCREENING_READING = (
    "Dots: mean absolute effect of moving a parameter over its whole range (Morris), bars: 95 % intervals over paths "
    "and seeds. Parameters are ranked only where bars lie apart."
)
INDICES_READING = (
    "Filled: share of the variance of the difference in which a parameter has a part (ST); hollow: that which it "
    "explains by itself (S1). Bars: 95 % intervals, of emulator and sampling together."
)
MAP_READING = (
    "Mean difference by the emulator over two parameters, the others averaged over their ranges. Blue: {arm} gives "
    "more than {baseline}; red: less; the dark line is where they are equal. Dots: the 95 % interval holds zero."
)
METHOD = (
    "Screening after Morris (1991): paths through the ranges move one parameter at a step. The effect is the mean "
    "absolute change of the difference for a move over the whole range (Campolongo et al. 2007), its interval that of "
    "resampled paths and seeds. The most important parameters go into a Gaussian process, fitted to a Sobol sequence "
    "of points; its error is that on points that were held out.",
    "Sobol indices are taken of the process, with the ranges as a uniform prior: ST is the share of the variance in "
    "which a parameter has a part, S1 that which it explains by itself (Saltelli et al. 2010). Their intervals hold "
    "what the process does not know and the error of sampling.",
    "All points have the same seeds and all arms of a seed the same luck. Luck that all points share moves no "
    "parameter's effect, but the sign of the difference, and is in the intervals of shares. Parameters whose intervals "
    "overlap share a rank.",
)
HEADINGS = {"screening": "Screening", "indices": "Shares of the variance"}
SCREENING_HEAD = ("rank", "parameter", "effect", "95 % interval", "mean effect", "paths")
INDICES_HEAD = ("rank", "parameter", "ST", "95 % interval", "S1", "95 % interval", "")
CONVERGES, NEEDS = "converged", "not converged, needs a base sample of {:,}"
MORE = "{} more, all in screening.csv"
AXIS_EFFECT = "mean absolute effect on the difference"
AXIS_TAMED = "mean absolute effect on asinh(difference / {scale:.2g})"
TAMED = (
    "Where all parameters vary at once, differences are of very different size: effects are of asinh(d / {scale:.2g}), "
    "d the difference and {scale:.2g} its median size, so that a few points do not decide them."
)
AXIS_SHARE = "share of the variance"
RANK, FACTOR, EFFECT, TOTAL, OWN, CONVERGED = "rank", "factor", "effect, 95 %", "ST, 95 %", "S1", ""
YES, NO = "", "not converged"
OPEN = 0.5
"""Width of the interval of a share beyond which a sentence does not state the share."""
TRUSTED = 0.5
"""Share of the variance of held-out points that an emulator explains before its indices and maps are relied on."""
LEFT_OUT = "Points without a number, left out of the emulator: {}"


def screening_title(first: str, measure: str, clear: bool) -> str:
    """What matters most, or that it is not decided."""
    if not clear:
        return f"Which parameter matters most for the difference in {label(measure)} is not decided"
    return f"{first.replace('_', ' ')} matters most for the difference in {label(measure)}".capitalize()


def indices_title(kept: int, screened: int) -> str:
    """How many parameters the emulator has."""
    return f"What explains the difference: {kept} of {screened} parameters that were screened"


def won(arm: str, baseline: str, share: float, low: float, high: float) -> str:
    """In which share of the space an arm gives more; that it is open where the interval leaves most of it open."""
    span = f"({100 * low:.0f} to {100 * high:.0f} % of the space of the parameters kept)"
    if high - low > OPEN:
        return f"Where {arm_name(arm)} gives more than {arm_name(baseline)} is not decided {span}"
    return f"{arm_name(arm)} gives more than {arm_name(baseline)} in {100 * share:.0f} % {span}"


def won_at_points(arm: str, baseline: str, factors: int, share: float, low: float, high: float) -> str:
    """At which share of the points of the screening an arm gives more."""
    if share != share:
        return "No point of the screening has a number on every seed"
    return (
        f"At the points of the screening, where all {factors} parameters vary at once, {arm_name(arm)} gives more than "
        f"{arm_name(baseline)} in {100 * share:.0f} % ({100 * low:.0f} to {100 * high:.0f} %)"
    )


def won_on_map(
    arm: str, baseline: str, across: str, up: str, share: tuple[float, float, float],
    clear: tuple[float, float, float], explained: float,
) -> str:  # fmt: skip
    """In which share of the space of two parameters an arm gives more, and how much of that is beyond doubt, if the
    emulator explains enough to say so."""
    space = f"{across.replace('_', ' ')} and {up.replace('_', ' ')}"
    middle, low, high = (f"{100 * one:.0f}" for one in share)
    if explained < TRUSTED:
        sure = f"a guess, since the emulator explains {100 * max(explained, 0):.0f} % on held-out points"
    else:
        sure = f"beyond doubt in {100 * clear[0]:.0f} %, less beyond doubt in {100 * clear[1]:.0f} %"
    return (
        f"Over {space}, {arm_name(arm)} gives more than {arm_name(baseline)} in {middle} % ({low} to {high} %): {sure}"
    )


def held_out(explained: float, rmse: float, covered: float) -> str:
    """How good the emulator is."""
    trust = "" if explained >= TRUSTED else " The indices are not to be relied on: run more points or replications."
    return (
        f"Emulator on held-out points: explains {100 * max(explained, 0):.0f} % of the variance, error {rmse:.2g}, "
        f"{100 * covered:.0f} % of values in their 95 % intervals.{trust}"
    )


def plan(screening: int, emulating: int, factors: int) -> str:
    """What is about to be run."""
    return f"{factors} parameters: {screening:,} runs to screen them, then up to {emulating:,} for the emulator"
