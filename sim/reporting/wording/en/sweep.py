"""Words for `clustersim sweep`, `batch` and their page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.reporting.wording.en.names import arm_name, label, replications_in_words

LEVELS_OF = "{name} ({key}): {levels}"
RANGE_OF = "{name} ({key}): from {low} to {high}"
METHOD = (
    "Every point is run with the same seeds, and every arm of a seed has the same luck. The response is the mean over "
    "seeds of arm minus baseline, its bar the 95 % t-interval of that mean.",
    "Because points share their seeds, they share luck: differences between levels and trends are taken within each "
    "seed and then averaged. They are surer, or less sure, than the distance between two bars suggests: read the "
    "columns of changes and of slopes.",
    "A run without a finite number is listed below and is not counted anywhere: nothing is put in its place. In means "
    "over several points a seed counts where it has all of them.",
)
BACKGROUND = "What is asked"
LISTED_BELOW = "{} runs, listed below"
READING = (
    "The dark line is the mean paired difference at each level{over}, the bar its 95 % interval. Above zero {arm} "
    "gives more than {baseline}."
)
READING_ARMS = (
    "Each line is the mean paired difference of an arm to {baseline} at each level{over}, the bars its 95 % intervals."
)
READING_SAMPLED = (
    "Each dot is a point of the design, the bar the 95 % interval of the mean paired difference. Above zero {arm} "
    "gives more than {baseline}. The other factors differ from dot to dot."
)
OVER_OTHERS, THE_REST = ", mean over the levels of the others", ", the others as they are"
READING_ONE = "Each dot is the mean paired difference of an arm to {baseline}, the bar its 95 % interval."
THIN = " Thin lines: each level of the other factor."
NOT_COUNTED, MORE_MISSING = "Not counted: {}", "and {} more, all in missing.csv"
NONE_LEFT = "No run has a number: there is nothing to compare."
POINTS, PROFILE, TRENDS, CLAIMS, MISSING = "Every point", "Levels", "Trends", "Claims", "Runs without a number"
PROFILE_HEAD = ("level", "difference", "95 % interval", "change from the first level", "95 % interval", "replications")
TRENDS_HEAD = ("factor", "per unit", "95 % interval", "replications")
CLAIMS_HEAD = ("claim", "difference", "95 % interval", "replications", "verdict")
MISSING_HEAD = ("run", "seed", "error")
POWER = "How many replications a difference needs"
POWER_HEAD = ("difference", "replications")
POWER_NOTE = (
    "With these runs as a pilot, at the point where differences spread most: seeds with which a true difference of "
    "this size in the headline measure is found in four of five studies (paired t-test, 5 %)."
)
REPRODUCE = "Each of these runs alone is done again by the command beside it in missing.csv."


def counted(arm: str, baseline: str, measure: str, counts: Mapping[str, int], points: int) -> str:
    """ "differentiated gives more real income than duplicated at 3 of 5 points, less at 1, unclear at 1"."""
    told, than = f"{label(measure)} than {arm_name(baseline)}", f"of {points_in_words(points)}"
    if points == 1:
        more = "more" if counts["above"] else "less" if counts["below"] else ""
        unsure = f"whether {arm_name(arm)} gives more or less {told} is not decided"
        return f"{arm_name(arm)} gives {more} {told}" if more else unsure
    if not counts["above"] and not counts["below"]:
        return f"whether {arm_name(arm)} gives more or less {told} is not decided at any {than}"
    first = "above" if counts["above"] else "below"
    parts = [f"{arm_name(arm)} gives {'more' if first == 'above' else 'less'} {told} at {counts[first]} {than}"]
    parts += [f"less at {counts['below']}"] if first == "above" and counts["below"] else []
    parts += [f"not decided at {counts['open']}"] if counts["open"] else []
    return ", ".join(parts)


def points_in_words(count: int) -> str:
    """ "1 point" or "5 points"."""
    return f"{count} point{'' if count == 1 else 's'}"


def trend(factor: str, direction: str) -> str:
    """Which way the difference goes."""
    told = {"above": "rises", "below": "falls"}[direction]
    return f"the difference {told} with {factor.replace('_', ' ')}"


def axis(measure: str, unit: str) -> str:
    """What the vertical axis shows."""
    return f"difference in {label(measure)}" + (f", {unit}" if unit not in ("", "1") else "")


def plan(factors: Sequence[str], points: int, arms: Sequence[str], replications: int, runs: int) -> str:
    """What is about to be run."""
    told = "".join(f"{factor}\n" for factor in factors)
    across = f"{points_in_words(points)} x " if factors else ""
    return f"{told}{across}{len(arms)} arms ({', '.join(arms)}) x {replications_in_words(replications)} = {runs:,} runs"


def misfits(count: int) -> str:
    """That a design drew points that no model can have."""
    return (
        f"{points_in_words(count)} within the bounds {'is' if count == 1 else 'are'} none that the model can have: "
        "others were drawn in their place, and what is said of the space is said without them."
    )


def many(count: int, most: int) -> str:
    """A number of replications, or that it is more than anybody runs."""
    return f"{count:,}" if count < most else f"more than {most:,}"


def page_title(title: str) -> str:
    """Title of the page."""
    return f"{title}: responses" if title else "Responses"


def forecast(
    runs: int, done: int, workers: int, timed: Sequence[float], seconds: float, memory: tuple[str, str],
    disk: tuple[str, str],
) -> str:  # fmt: skip
    """What a batch takes from here on, and what is free."""
    if done == runs:
        return f"{runs:,} runs, all of them done: only tables and figures are written"
    took = " and ".join(f"{one:.1f} s" for one in timed)
    return (
        f"{runs:,} runs, {done:,} of them done; timed runs took {took or '-'}\n"
        f"the rest: about {duration(seconds)} on {workers} {'process' if workers == 1 else 'processes'}, "
        f"{memory[0]} of memory ({memory[1]} free), {disk[0]} on the disk at most ({disk[1]} free)"
    )


def duration(seconds: float) -> str:
    """Seconds in the unit that reads best."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.1f} days"


def stage(pilot: int, wanted: int) -> str:
    """What a pilot asks for."""
    more = f"{wanted - pilot} more are run" if wanted > pilot else "no more are needed"
    return f"The pilot of {replications_in_words(pilot)} asks for {wanted}: {more}."


def stopped(reached: int, points: int, half_width: float, replications: int) -> str:
    """At how many points the interval is as narrow as asked for."""
    return (
        f"The interval is within ±{half_width:g} at {reached} of {points} differences, after "
        f"{replications_in_words(replications)} (Stein's rule, see stopping.csv)."
    )
