"""Sentences under figures."""

from __future__ import annotations

from collections.abc import Mapping

from sim.reporting.wording.en.names import arm_name
from sim.studies.statistics import FEWEST


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
