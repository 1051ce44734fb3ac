"""Words for `clustersim equilibrium`."""

from __future__ import annotations

TITLE = "Do regions duplicate of their own accord?"
REWARDED = {
    "value_added": "own value added", "income": "residents' income", "employment": "own employment",
    "growth_rank": "rank in growth",
}  # fmt: skip
SAYS = {
    "trap": "duplication is a trap",
    "harmless habit": "duplication is a harmless habit",
    "no equilibrium": "duplication is no equilibrium",
    "open": "whether duplication is an equilibrium is open",
}
NATION = "nation's real income,\n% (ln)"
READING = (
    "Each dot is one governor that leaves a profile for another plan while the others stay: what it gains, and, on the "
    "right, what the nation gains. Blue: a gain beyond doubt, red: a loss, hollow: a tie, by intervals that hold for "
    "all dots of a profile together."
)
HEADINGS = {
    "answer": "For each reward", "searches": "Where best responses lead", "deviations": "Leaving a profile",
    "method": "Method",
}  # fmt: skip
VERDICT_HEAD = ("rewarded for", "duplication", "profile", "nation loses, %", "a governor gains at most")
SEARCH_HEAD = ("rewarded for, from", "outcome", "ends at", "moves", "hot", "effort", "nation loses, %", "gain left")
DEVIATION_HEAD = ("leaves for", "region", "gains", "95 %, all together", "nation, %")
OUTCOMES = {"equilibrium": "nobody gains", "cycle": "goes round in a cycle", "budget": "budget spent before"}
TIED = " (with ties)"
METHOD = (
    "A governor sees the nation as the treatment begins, with the errors of its planners, chooses among its own best "
    "industries, the hot list, related industries, a balanced plan, its row of the nation's coordinated plan and no "
    "plan, and how many times its usual budget to spend, and keeps to that for the whole treatment. Plans run as "
    "explicit plans.",
    "All profiles share their seeds, so that gains are paired differences; their intervals hold together over all "
    "deviations of a profile (Bonferroni). Only a gain whose interval lies above zero moves a governor; ties move "
    "nobody.",
    "Best response: governors in turn look at the actions one step away, another plan with the same effort or another "
    "effort with the same plan, until a round moves nobody, until a profile comes back, or until the budget is spent. "
    "An equilibrium is one up to the gain that its intervals do not exclude.",
    "The nation's loss is real income under the coordinated plan over that of the profile (price of anarchy), less 1.",
)


def answer(reward: str, duplication: str, because: str) -> str:
    """What duplication is under a reward."""
    return f"Rewarded for {REWARDED[reward]}, {SAYS[duplication]}: {because}"


def figure_title(clear: int, total: int) -> str:
    """How many deviations pay."""
    return f"{clear} of {total} deviations of one governor pay beyond doubt"


def plan(test: int, budget: int, workers: int, minutes: float) -> str:
    """What is about to be run."""
    return (
        f"{test:,} runs test who gains by deviating, {budget:,} at most in all; about {minutes:.1f} min on {workers} "
        f"process{'' if workers == 1 else 'es'} if the whole budget is spent"
    )
