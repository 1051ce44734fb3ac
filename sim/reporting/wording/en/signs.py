"""Words for `clustersim signs`."""

from __future__ import annotations

import math
from collections.abc import Mapping

TITLE = "What the sign of a comparison depends on"
COMPARISON, AS_IT_IS, SETTINGS = "comparison", "as it is, %", "other settings"
COSTS = ("map", "of", "settings", "runs", "done", "years left", "s/year", "one core")
ALL = "all"
AXIS = "difference in real income, %"
READING = (
    "Each dot is the mean paired difference in ln real income over the treatment years, the bar its 95 % interval. "
    "Blue: above zero, red: below, grey hollow: a tie. The band is the interval of the scenario as it is, "
    "which has more seeds. Lines are in order of how far a setting moves a comparison on the same seeds."
)
HEAD = ("Setting", "Difference, %", "95 % interval", "n", "Sign", "Moves it by, points")
CHANNEL_HEAD = ("Channel", "Unit", "Difference", "95 % interval", "n")
SETTINGS_ON, CHANNELS_OF = "Every setting: {}", "How it wins: {}, {}"
METHOD = (
    "Each number is the mean paired difference in ln real income over the treatment years (times 100: per cent), with "
    "its 95 % t-interval over replications. A setting changes one thing of the scenario in all layouts alike: a "
    "mechanism is switched, an assumed parameter is put to an end of its swept range, hot means something else, or "
    "the plan's money goes to one use. A sign is clear when the interval excludes zero. How far a setting moves a "
    "comparison is taken on the seeds that it shares with the scenario as it is.",
    "With many settings some intervals exclude zero by chance, and with few replications a tie says little.",
)
ORDER = ("positive", "tie", "negative", "open")


def title(place: str, flips: int, settings: int) -> str:
    """How many settings change a sign."""
    if settings == 0:
        return f"{place}: layouts compared as they are"
    return f"{place}: {flips} of {settings} settings change the sign of a comparison"


def counted(counts: Mapping[str, int]) -> str:
    """ "3 positive, 10 ties"."""
    told = [f"{counts[sign]} {sign}" for sign in ORDER if counts.get(sign)]
    return ", ".join(told) or "none"


def more(left: int) -> str:
    """That settings are not drawn."""
    return f"{left} settings that move less are not drawn: signs.csv has all." if left else ""


def rate(seconds: float) -> str:
    """ "0.071"; a dash before a run is done."""
    return f"{seconds:.3f}" if math.isfinite(seconds) else "-"


def time(seconds: float) -> str:
    """ "3.2 h" or "40 min"; a dash before a run is done."""
    if not math.isfinite(seconds):
        return "-"
    return f"{seconds / 3600:.1f} h" if seconds >= 5400 else f"{seconds / 60:.0f} min"


def answer(comparison: str, place: str, mean: str, span: str, replications: int) -> str:
    """What a comparison gives in the scenario as it is; `mean` and its interval `span` in per cent."""
    return f"{comparison}, {place} as it is: {mean} % real income ({span}; {replications} replications)."
