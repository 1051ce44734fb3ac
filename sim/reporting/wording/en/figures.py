"""Sentences under figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.reporting.wording.en.names import arm_name, label
from sim.studies.estimates import FEWEST

LEFT_OUT = "no {name} at the width of a {width}: {why}"
"""Of a figure that does not fit a page."""


def missing_letters(letters: Sequence[str]) -> str:
    """Which letters no installed font has, and what to do."""
    shown = "".join(letters[:8]) + (" and more" if len(letters) > 8 else "")
    return (
        f"No installed font has the letters {shown}: figures show boxes in their place. Install one that has them, "
        "such as Noto Sans CJK, and draw again."
    )


def shade(replications: int, what: str) -> str:
    """What the shade around a line is, or why there is none."""
    if replications < FEWEST:
        return f"there is no shade, because fewer than {FEWEST} replications give no interval"
    return f"the shade is the 95 % interval of {what}"


def bars(replications: int) -> str:
    """What the bars of differences are, or why there are none."""
    if replications < FEWEST:
        return f"there are no bars, because fewer than {FEWEST} replications give no interval: too few to tell"
    return (
        "the bar its 95 % interval; a filled dot lies clearly on one side of zero, a hollow one does not; without "
        "a bar all replications differ by the same"
    )


def abbreviated(labels: Mapping[str, str]) -> str:
    """What labels on a map stand for; "" where labels are the names themselves."""
    if all(arm_name(name) == label for name, label in labels.items()):
        return ""
    pairs = sorted((label, arm_name(name)) for name, label in labels.items())
    return ", ".join(f"{label}\u00a0{name}".replace(" ", "\u00a0") for label, name in pairs)


YEARS_OF_ARMS, YEARS_OF_PLAN = "Years since the arms parted", "Years since the plan began"
PANELS = {
    "mean_krugman_specialisation": "Specialisation of regions\n(Krugman index)",
    "structural_similarity": "Likeness of regions\n(structural similarity)",
    "duplication_index": "Duplicate construction\n(duplication index)",
    "utilisation": "Capacity in use\n(share of all capacity)",
    "excess_capacity": "Excess capacity\n(over demand)",
    "wasted_capital_share": "Wasted capital\n(share of all capital)",
    "innovations": "Innovations",
    "radical_innovations": "Radical innovations",
    "cooperation_links": "Cooperation links",
}
"""Titles of panels over time."""
QUESTIONS = {
    "specialisation": "Do regions build the same or different things?",
    "utilisation": "How much of what was built is used?",
    "innovation": "Which layout is more innovative?",
    "resilience": "What do shocks cost, and how fast does the nation recover?",
}
"""Titles where nothing clear can be said."""
READINGS = {
    "specialisation": "Higher specialisation means that regions differ more in what they make; similarity 1 means all "
    "make the same; a duplication index above 1 means more promoters than demand can carry",
    "utilisation": "Utilisation is output over installed capacity; what lies below the usual 0.8 stands idle",
    "innovation": "Events a year in the whole nation, and cooperation links in place",
}
ARMS_PART, JOBS = "arms part", "Jobs gained or lost"
LOSS_AXIS = "Real income against the same\nseed without shocks [%]"
LN_INCOME = "Ln real income"
MONEY = "units of account"
BAND_ENDS = ("band's\nlow end", "band's\nhigh end")
SQUARES = ("Area: employment", "Colour: who leads", "Strong: it dominates")
BETTER = {"more": "better →", "less": "← better"}
OVERVIEW = (
    "Left: clusters in the last year; area is employment, colour the leading industry or chain, a strong colour "
    "means that it dominates. Right: main measures by year; the grey line is where the burn-in ends."
)
CLAIMS = (
    "Each dot is the mean paired difference of a claim, the bar its 95 % interval. Blue round: the claim holds; "
    "grey diamond: not decided; grey ring: open, too few replications for an interval; red cross: the opposite. The "
    "words on the left say what theory claims."
)
CLAIMS_AXIS = "difference that the claim is about, %"
KNOCKOUT = (
    "Each dot is the model with the mechanism less the model without it, the bar its 95 % interval. Blue: adds, red: "
    "takes away, grey hollow: not clear. A triangle at the edge lies beyond the scale; its number is beside it."
)
FINDING = "Dot: mean over seeds; bar: its 95 % interval. Arms differ in the parameter named at the left."
FINDING_PANELS = {
    "dispersion": "Variance over mean, firms by region",
    "final_ellison_glaeser": "Ellison-Glaeser gamma",
    "final_innovations": "Innovations a year",
    "final_technological_diversity": "Diversity of knowledge",
    "final_mean_krugman_specialisation": "Krugman specialisation of regions",
    "sub_centres": "Specialised sub-centres an industry",
}
"""Titles of panels by measure."""


def lines(name: str, replications: int) -> str:
    """How to read lines over time."""
    band = shade(replications, "the paired difference to the baseline")
    return f"{READINGS[name]}; lines are means over replications; {band}."


def years_since(begun: str, fork_year: int) -> str:
    """The axis of years."""
    return f"{begun} (in year {fork_year})"


def welfare(metric: str, baseline: str, replications: int) -> str:
    """How to read differences over time."""
    band = shade(replications, "the mean paired difference")
    return (
        f"Above zero an arm gives more {label(metric)} than {arm_name(baseline)} in the same replication; {band}; "
        "before the fork all arms are one."
    )


def difference_axis(metric: str, baseline: str, unit: str) -> str:
    """The axis of differences."""
    return f"Difference in {label(metric)} to {arm_name(baseline)} [{unit}]"


def forest_title(baseline: str, clear: int, measures: int, few: bool) -> str:
    """What changes, in a title."""
    said = "Too few replications to tell" if few else f"{clear} of {measures} measures, in some arm"
    return f"What changes against {arm_name(baseline)}? {said}"


def forest(baseline: str, replications: int) -> str:
    """How to read differences of many measures."""
    return (
        f"Each dot is the mean paired difference to {arm_name(baseline)} over the treatment years, "
        f"{bars(replications)}. Each panel has its own scale."
    )


def levels(metric: str, arm: str, mean: str, baseline: str, base: str) -> str:
    """The levels of an arm and the baseline, as a title."""
    return f"{label(metric).capitalize()}: {mean} under {arm_name(arm)}, {base} under {arm_name(baseline)}"


def resilience(replications: int) -> str:
    """How to read losses over time."""
    return (
        "Zero is the same arm with the same luck and no shock, so that an arm's line begins to fall when its first "
        f"shock strikes; {shade(replications, 'the mean')}; the area between a line and zero is what was lost."
    )


def months_lost(lost: Sequence[str], ends: bool = False) -> str:
    """What shocks cost, as a title: of each arm, or of the least and the most hit."""
    return f"Months of real income lost to shocks: {f'from {lost[0]} to {lost[-1]}' if ends else ', '.join(lost)}"


def clusters_title(several: bool) -> str:
    """The question of the maps."""
    return f"Where does each industry cluster{', and who gains or loses jobs' if several else ''}?"


def clusters(year: int, seed: int | None, kind: str, baseline: str, place: str, shown: int, arms: int) -> str:
    """How to read the maps; `seed` is that of the one replication that is drawn."""
    which = "mean over replications" if seed is None else f"replication with seed {seed}"
    said = (
        f"Year {year}, {which}. A square's area is employment, its colour the leading {kind}, a strong colour means "
        f"that it dominates; in the difference maps blue places have more jobs than under {arm_name(baseline)} and "
        f"orange ones fewer, in % of a mean {place}."
    )
    return said + (f" The first {shown} of {arms} arms." if shown < arms else "")


def jobs_against(baseline: str, place: str) -> tuple[str, str, str]:
    """What the colours of changes are, in lines."""
    return "Jobs against", arm_name(baseline), f"[% of a mean {place}]"


def clusters_in(year: int) -> str:
    """Title of the map of one run."""
    return f"Clusters in year {year}"


def claims_title(hold: int, claims: int) -> str:
    """How many claims hold."""
    return f"What theory says of plans: {hold} of {claims} claims hold in the model"


def knockout_title(clear: int, mechanisms: int) -> str:
    """How many mechanisms change something."""
    return f"What mechanisms contribute: {clear} of {mechanisms} change something clearly"
