"""Sentences of the report of a comparison, or of one run."""

from __future__ import annotations

from collections.abc import Sequence

from sim.reporting.wording.en.names import arm_name, in_a_row, replications_in_words

METHOD = (
    "clustersim is an agent-based model: firms, leading firms and research institutes enter, choose places, invest, "
    "cooperate, innovate, sell and leave, year by year; regional governments promote industries according to the plan "
    "of the arm. {}",
    "A replication is one seed. Within it every random draw is a function of the seed and of who draws it, so the same "
    "firm has the same luck in every arm. Differences are taken within replications and averaged; the interval is the "
    "95 % t-interval of the mean paired difference. Arms that have a plan share out the budget that their scenario "
    "states; without a plan consumers keep the money.",
)
SHARED_PAST = "All arms share one past (the burn-in) and then differ only in what is listed above."
OTHER_PASTS = "Arms do not share their past (the burn-in): differences are of what changed since its last year."
LIMITS = (
    "The interval says how far the answer could move with other seeds. It does not say that the model is right: that "
    "rests on its assumptions and parameters; several are not measured, and sensitivity analyses vary them. On "
    "which of them it depends whether one layout gives more than another, `clustersim signs` tells (docs/signs.md).",
    "Results are differences between scenarios in a stylised economy, no forecasts for a place or a year. A real "
    "map gives the model real endowments and distances, not real firms.",
    "With many measures some intervals exclude zero by chance; the column p (Holm) corrects for that. Real income, "
    "named in advance, is corrected over the arms only, the rest over all measures. No one measure decides alone.",
)
SUMMARY_NOTE = "Difference ± half of its 95 % interval. Bold: the interval excludes zero."
FEW_NOTE = "Differences. With fewer than four replications there are no intervals: too few to tell."
PLAIN_NOTE = (
    "Differences ± half of their 95 % interval, which takes four replications or more that differ. Bold: the interval "
    "excludes zero."
)
TABLE_NOTE = (
    "Means over the treatment years of the whole nation. Bold: the interval excludes zero. Agree: replications whose "
    "difference has the sign of the mean. Effect size: Cohen's d of the paired differences. Saved: how many times as "
    "many replications the same precision would take if every arm had its own luck. All measures, windows and regions "
    "are in summary.csv and tables/."
)
FAILED = "Replications that failed and are not counted:"
ONE_RUN = "It is an example, not an answer: other seeds give other numbers."
DECOMPOSITION = (
    "The gain of the differentiated over the duplicated layout is the sum, in logarithms and in every replication, of "
    "three steps that each change one thing."
)
RETURNS = (
    "What a unit of an arm's money does, over the treatment years. Gain: change of real income, in per cent, for one "
    "per cent of national expenditure, against leaving it to consumers (the arm with layout market). Return: 1 less "
    "its loss over that of the same money spent on labour that makes nothing (layout idle); above 1 the nation gains."
)
RETURNS_HEAD = ("Arm", "Gain per unit of money (% per %)", "Return")
RESILIENCE_METHOD = (
    "Every arm with shocks was also run without them, with the same luck in every replication: the loss is the gap "
    "between the two. Real income stands for the nation and for regions, output for industries. Years count from the "
    "first in which a shock is felt. A replication that is not back at 95 % by the end counts with the years observed, "
    "so the mean time is then a lower bound. A loss of 1 year is what is made in one year without the shock."
)
HARDEST = "Regions and industries that lost most (years of their own; all are in tables/resilience.csv):"
TIERS_METHOD = (
    "Of the firms on a tier as a year begins: the share that stands on each tier at its end, or has left; then the "
    "share that still lives five years later, and the growth of sales in a year of those that live at its end. Per "
    "cent, means over the treatment years and replications ± half of the 95 % interval."
)
TIERS_NOTE = "The transitions of all arms are in tables/transitions.csv."
LOOK_AT, SOURCE = "What to look at: {}", "Source of the scenario: {}"
BASELINE, IN_ALL_ARMS, ARM = "{} (baseline)", "In all arms", "arm"
OVER_YEARS, YEAR, HEADLINES = "Over the treatment years", "Year {}", "The headline measures"
GLOSSARY = "What the measures mean"
HASHES, SCENARIOS = "State hash of the last year of every run", "The scenarios in full"
TERMS_HEAD = ("Term", "What changes", "Real income", "95 % interval")
NONE_LOST = "none lost"
FROM_TIER, MOVES, FORTUNES = "{}: from", "Moves between tiers in a year", "Survival and growth by tier"
ALIVE, GROWTH = "alive five years later", "growth of sales"
READING = "How to read it: {}"
HEADINGS = {
    "question": "The question",
    "arms": "What the arms do",
    "ran": "What was run",
    "figures": "Figures",
    "measures": "Main measures",
    "returns": "What a unit of money returns",
    "decomposition": "Where the difference comes from",
    "shocks": "What shocks cost",
    "tiers": "How firms climb",
    "pairing": "What common random numbers do",
    "method": "Method",
    "limits": "Limits",
    "provenance": "Provenance",
}


def asked(
    arms: Sequence[str], baseline: str, replications: int, treatment: int, burn_in: int,
    shared: bool = True,
) -> str:  # fmt: skip
    """What a comparison asks, or what one run is. `shared`: whether arms share their past."""
    others = [arm_name(arm) for arm in arms if arm != baseline]
    if not others:
        return f"One run of {burn_in} years of burn-in and {treatment} years under the plan."
    paired = replications_in_words(replications).replace(" ", " paired ", 1)
    return (
        f"Over {treatment} years, how do {in_a_row(others)} compare with {arm_name(baseline)}? {paired}, after "
        f"{burn_in} years {'that all arms share' if shared else 'of burn-in, which arms do not share'}."
    )


def measures_head(baseline: str) -> tuple[str, ...]:
    """Headings of the table of main measures."""
    return ("Measure", "Arm", f"Mean, {arm_name(baseline)}", "Mean, arm", "Difference", "95 % interval", "Agree",
            "Effect size", "p (Holm)", "Saved")  # fmt: skip


def resilience_head(against: str) -> list[str]:
    """Headings of the table of what shocks cost; `against` is the arm that others are compared with, "" for none."""
    head = ["Nation", "Arm", "Mean, 95 % interval"]
    return [*head, f"Difference to {arm_name(against)}", "95 % interval"] if against else head
