"""What is said on the screen. What sim.reporting.wording.languages lists stands in every language by the same name."""

from __future__ import annotations

from sim.reporting.wording.en.answers import answers, other_pasts_in_words
from sim.reporting.wording.en.decomposition import MEANINGS, no_decomposition
from sim.reporting.wording.en.names import NO_INTERVAL, RESILIENCE, arm_name, label, not_counted
from sim.studies.decomposition import TERMS as DECOMPOSED
from sim.studies.estimates import FEWEST

BASELINE, SURE, YEAR, BETWEEN = "baseline", "agree, d, saved", "year {}", "{} to {}"
NOTE = (
    "Means over the treatment years; difference ± half of its 95 % interval.\n"
    "* the interval excludes zero, ** also after correction for many measures (Holm).\n"
    "= the same difference in all replications. points: percentage points.\n"
    "Differences in % of the baseline unless marked."
)
FEW = (
    "Means over the treatment years; differences in % of the baseline unless marked (points: percentage points).\n"
    f"Too few to tell: with fewer than {FEWEST} replications there are no intervals and no tests."
)
SURENESS = (
    "agree: replications whose difference has the sign of the mean.\n"
    "d: mean of the paired differences over their standard deviation.\n"
    "saved: their variance if each arm had luck of its own, over what it is."
)
DECOMPOSITION = "Where the gain of differentiated over duplicated comes from"
DECOMPOSITION_HEADS = ("%, 95 % interval", "what changes")
TERMS = {term: term for term, *_ in DECOMPOSED}
RETURNS = "What a unit of money returns: against consumers (% of income per % of expenditure), and beside idle labour"
RETURN_HEADS = ("gain", "return")
NO_RETURNS = "Returns per unit of money need one arm each with the layouts market and idle: --yardsticks adds them."
RESILIENCE_TITLE = "What shocks cost: real income against the same seed without them"
WRITTEN, COMMA = "Written to {}: {}", ", "

IDENTICAL = "identical: {runs:,} runs, {hashes:,} state hashes, every table to the bit"
DIFFERS, ALSO, OTHERWISE = "differs, first in {}", "  also: {}", "  note: {}"
UNEXPLAINED = "  code, machine and versions are those of then: this must not be, please report it"
DONE_AGAIN = "Done again in {}"


def named(metric: str, unit: str) -> str:
    """A measure at the left of a row, with the unit of its differences where that is not per cent."""
    name = label(metric).removesuffix(" index")
    told = {"%": "", "1": ", index"}.get(unit, f", {unit}")
    return name + ("" if name.endswith(unit) else told)  # high end clusters are clusters


def difference_to(baseline: str) -> str:
    """Title of a table of differences."""
    return f"Difference to {arm_name(baseline)} (baseline)"


def resilience_note(replications: int, against: str, several: bool) -> str:
    """What the numbers and stars of the table of resilience are."""
    if replications < 2:
        return "One replication has no interval: it is an example, not an answer."
    if replications < FEWEST:
        return f"Means. With fewer than {FEWEST} replications there are no intervals: too few to tell."
    note = "Mean ± half of its 95 % interval."
    return f"{note} * the paired difference to {arm_name(against)} excludes zero." if several else note
