"""The answer of a comparison: one sentence for all arms, and one for each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.reporting.wording.en.names import arm_name, in_a_row, label, replications_in_words, unit_after, unit_in_words
from sim.reporting.wording.measures import rows_of
from sim.reporting.wording.numbers import decimals, excludes_zero, signed
from sim.studies.estimates import FEWEST, IDENTICAL, NO_VALUE, TOO_FEW

if TYPE_CHECKING:
    import pandas as pd

MOST = 3
"""Arms that the short answer names."""


def sentence(row: Any, baseline: str) -> str:
    """The answer in one plain sentence, from one row of the table of differences."""
    name, unit, runs = label(row.metric), unit_in_words(row.shown_unit), int(row.replications)
    arm, base, reason = arm_name(row.arm), arm_name(baseline), row.reason
    places = decimals(row.shown_low, row.shown_high)
    direction = "more" if row.shown > 0 else "less"
    head = f"{capital(name)} under {arm}"
    apart = "the same as" if row.shown == 0 else f"{abs(row.shown):.{places}f}{unit} {direction} than"
    if reason == NO_VALUE:
        return f"{capital(name)} is defined in no year of both {arm} and {base}."
    if runs == 1:
        return f"{head}: {apart} under {base} in one replication; too few to tell, an example, not an answer."
    if all_zero(row):
        return f"{head}: identical to {base} in all {runs} replications."
    if reason == TOO_FEW:
        return (
            f"{head}: {apart} under {base} in {runs} replications; too few to tell, an interval takes {FEWEST} or more."
        )
    if reason == IDENTICAL:
        return f"{head}: {apart} under {base}, the same difference in all {runs} replications."
    agree = f"{int(row.agreeing)} of {runs} replications agree"
    if excludes_zero(row):
        ends = sorted((abs(row.shown_low), abs(row.shown_high)))
        return (
            f"{head}: {apart} under {base} "
            f"(95 % interval {ends[0]:.{places}f} to {ends[1]:.{places}f}{unit} {direction}; {agree})."
        )
    low, high = (f"{abs(end):.{places}f}{unit}" for end in (row.shown_low, row.shown_high))
    return (
        f"{head} cannot be told from {base}: the 95 % interval includes zero, from {low} less to {high} more "
        f"(mean {signed(row.shown, places)}{unit}; {agree})."
    )


def all_zero(row: Any) -> bool:
    """Whether the arm gave the same as the baseline in every replication: differences of zero, without any spread."""
    return bool(row.difference == 0) and math.isnan(row.effect_size)


def capital(words: str) -> str:
    """`words` with a capital first letter, the rest as it is."""
    return words[:1].upper() + words[1:]


def other_pasts_in_words(arms: Sequence[str], baseline: str, fork: int) -> str:
    """That arms had other pasts than the baseline, and what is therefore compared."""
    if not arms:
        return ""
    told = f"{capital(in_a_row([arm_name(arm) for arm in arms]))} {'has' if len(arms) == 1 else 'have'} another past"
    if fork == 0:
        return (
            f"{told} than {arm_name(baseline)}: they open otherwise, so that differences are not those of plans alone."
        )
    return (
        f"{told} than {arm_name(baseline)}: their states in year {fork} differ. Compared is what changed since "
        "that year, not what they had in it."
    )


def answers(differences: pd.DataFrame, metric: str, baseline: str) -> list[str]:
    """One sentence per arm on `metric` of the nation over the treatment years."""
    rows = differences[(differences["metric"] == metric) & (differences["window"] == "treatment years")]
    return [sentence(row, baseline) for row in rows_of(rows)]


def short_answer(rows: Sequence[Any], metric: str, baseline: str, replications: int) -> str:
    """All arms in one sentence, from their rows of differences: the clearest three, and how many cannot be told."""
    name, base = capital(label(metric)), arm_name(baseline)
    there = [row for row in rows if row.reason != NO_VALUE]
    if not there:
        return f"{name} is defined in no year of two arms"
    if all(all_zero(row) for row in there):
        return f"{name} is the same in all arms"
    runs = replications_in_words(replications)
    if all(row.reason == TOO_FEW for row in there):
        return f"{name} against {base}: {_amounts(there[:MOST])}, in {runs}: too few to tell"
    clear = [row for row in there if excludes_zero(row) or (row.reason == IDENTICAL and row.difference != 0)]
    if not clear:
        return f"{name}: no arm can be told from {base} with {runs}"
    clear = sorted(clear, key=lambda row: -abs(row.shown))
    unclear = len(rows) - len(clear)
    more = f", and {len(clear) - MOST} more" if len(clear) > MOST else ""
    rest = f"; {unclear} {'other is' if unclear == 1 else 'others are'} too close to call" if unclear else ""
    return f"{name} against {base}: {_amounts(clear[:MOST])}{more}{rest}"


def _amounts(rows: Sequence[Any]) -> str:
    places = max(decimals(row.shown_low, row.shown_high) for row in rows)
    return ", ".join(f"{arm_name(row.arm)} {signed(row.shown, places)}{unit_after(row.shown_unit)}" for row in rows)
