"""Names and units in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from sim.store.executors.local import Failure
from sim.studies.estimates import IDENTICAL, NO_VALUE, TOO_FEW

RESILIENCE = {
    "resistance": "kept in the worst year (share)",
    "recoverability": "of that loss made good (share)",
    "regained": "back at 95 % by the end (share)",
    "years_to_regain": "years until back at 95 %",
    "loss": "lost in all (years of income)",
    "risk": "spread around the unshocked run (share)",
}
"""The measures of resilience in words."""
NO_INTERVAL = {TOO_FEW: "too few to tell", IDENTICAL: "the same in all", NO_VALUE: "-"}
"""What stands in the place of an interval."""


def arm_name(arm: str) -> str:
    """An arm's name for readers, the same in text, table and picture: "random_specialised" is "random specialised"."""
    return " ".join(arm.replace("_", " ").split())


def label(metric: str) -> str:
    """A metric's name for readers: "ln_real_income" is read as "real income", "mean_margin" as "margin"."""
    if metric.startswith("final_"):
        return f"{label(metric.removeprefix('final_'))} in the last year"
    return metric.removeprefix("ln_").removeprefix("mean_").replace("_", " ")


def unit_after(unit: str) -> str:
    """A unit as it stands after a number, with its space; "" for a pure number."""
    return {"1": "", "": ""}.get(unit, f" {unit}")


def unit_in_words(unit: str) -> str:
    """As `unit_after`, spelt out for a sentence."""
    return " percentage points" if unit == "points" else unit_after(unit)


def replications_in_words(count: int) -> str:
    """ "1 replication" or "4 replications"."""
    return f"{count} replication{'' if count == 1 else 's'}"


def failure_in_words(failure: Failure) -> str:
    """What failed, in one line."""
    return f"seed {failure.seed}{f', arm {arm_name(failure.arm)}' if failure.arm else ''}: {failure.error}"


def not_counted(failure: Failure) -> str:
    """That a replication failed, in one line."""
    return f"Not counted: {failure_in_words(failure)}"


def in_a_row(names: Sequence[str]) -> str:
    """ "a", "a and b" or "a, b and c"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
