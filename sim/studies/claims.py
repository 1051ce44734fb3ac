"""Claims about differences between arms, and what an interval says about them.

A claim is about a contrast, such as `D - B` (by how much differentiated exceeds balanced) or `D4 - B4 - D + B` (by how
much that changes), or holds an arm against a number, such as `D - 1`. The contrast is taken within each replication;
the interval is that of its mean (paired t).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from sim.studies.estimates import IDENTICAL, NO_VALUE, estimate

Array = np.ndarray[Any, Any]
Expectation = Literal["above", "below", "not_below", "not_above", "within"]
Stand = Literal["above", "below", "within", "across", "unknown"]
Verdict = Literal["holds", "tie", "opposite", "open", "no value"]
_TERM = re.compile(r"\s*([+-])?\s*(?:([A-Za-z_][\w.]*)|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?))\s*")


class ContrastError(ValueError):
    """A contrast that cannot be read."""


@dataclass(frozen=True)
class Contrast:
    """A difference of arms, or of arms and numbers."""

    arms: Mapping[str, float]
    """Weight of each arm."""
    number: float = 0.0
    """What is added to it."""


def parse_contrast(text: str) -> Contrast:
    """The contrast in a text such as "D - B", "D4 - B4 - D + B" or "D - 1": arms, and numbers they are held against.

    Raises ContrastError for anything else, for an arm that cancels out and for what is no difference.
    """
    weights: dict[str, float] = {}
    number, balance, at = 0.0, 0, 0
    while at < len(text):
        term = _TERM.match(text, at)
        if term is None or (at > 0 and term.group(1) is None):
            raise ContrastError(f"{text!r} is not a sum of arms such as D - B")
        sign = -1 if term.group(1) == "-" else 1
        if term.group(2):
            weights[term.group(2)] = weights.get(term.group(2), 0.0) + sign
        else:
            number += sign * float(term.group(3))
        balance += sign
        at = term.end()
    if not weights:
        raise ContrastError("the contrast is empty; write D - B" if at == 0 else f"there is no arm in {text!r}")
    if 0.0 in weights.values():
        raise ContrastError(f"an arm cancels out in {text!r}")
    if balance != 0:
        raise ContrastError(f"{text!r} is no difference: as many are to be subtracted as added")
    return Contrast(weights, number)


def read_contrast(text: str) -> dict[str, float]:
    """Weight of each arm in a contrast of arms alone, such as "D - B". Raises ContrastError."""
    found = parse_contrast(text)
    if sum(found.arms.values()) != 0.0 or found.number:
        raise ContrastError(f"{text!r} is no difference of arms: a number stands in it")
    return dict(found.arms)


@dataclass(frozen=True)
class Estimate:
    """A mean paired difference with its 95 % interval; see sim.studies.statistics for `reason`."""

    difference: float
    low: float
    high: float
    replications: int
    reason: str


def estimate_of(values: Array, size: float = 0.0) -> Estimate:
    """Mean of paired differences, one per replication, with its interval; NaN values do not count.

    `size` is the largest of the values between which differences were taken; a spread of its rounding errors is none.
    """
    found = estimate(values[None, :], np.zeros((1, len(values))), np.array([size]))
    return Estimate(
        float(found["difference"][0]), float(found["ci_low"][0]), float(found["ci_high"][0]),
        int(found["replications"][0]), str(found["reason"][0]),
    )  # fmt: skip


def largest(values: Array) -> float:
    """The largest size of a value, 0 without one."""
    return float(np.max(np.abs(values), where=np.isfinite(values), initial=0.0))


def contrast_estimate(weights: Mapping[str, float], values: Mapping[str, Array], number: float = 0.0) -> Estimate:
    """Estimate of a contrast; `values` holds one value per replication for each arm, in the same order of seeds.

    `number` is what the contrast adds to its arms: -1 for D - 1.
    """
    row = np.zeros(len(next(iter(values.values()))))
    for arm, weight in weights.items():
        row = row + weight * values[arm]
    return estimate_of(row + number, max(abs(number), *(largest(values[arm]) for arm in weights)))


def stand(low: float, high: float, bottom: float, top: float) -> Stand:
    """Where the interval [low, high] lies to the band [bottom, top]: all above it, all below, within, or across an
    end; unknown without an interval."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return "unknown"
    if low > top:
        return "above"
    if high < bottom:
        return "below"
    return "within" if bottom <= low and high <= top else "across"


def judge(expected: Expectation, found: Estimate, margin: float = 0.0) -> Verdict:
    """What the interval of a contrast says about a claim.

    above, below: holds when the whole interval lies on that side of zero, opposite when on the other, else a tie.
    not_below, not_above: the claim allows a tie, so only the whole interval on the other side is opposite.
    within: holds when the whole interval lies within +-margin, opposite when all of it lies outside, else a tie: the
    replications do not decide. Where all differences are identical, they stand for the interval. Fewer replications
    than an interval needs leave the claim open; none has no value.
    """
    low, high = (found.difference, found.difference) if found.reason == IDENTICAL else (found.low, found.high)
    edge = margin if expected == "within" else 0.0
    place = stand(low, high, -edge, edge)
    if place == "unknown":
        return "no value" if found.reason == NO_VALUE else "open"
    if expected == "within":
        return "holds" if place == "within" else "tie" if place == "across" else "opposite"
    if expected in ("above", "below"):
        return "holds" if place == expected else "opposite" if place in ("above", "below") else "tie"
    return "opposite" if place == expected.removeprefix("not_") else "holds"
