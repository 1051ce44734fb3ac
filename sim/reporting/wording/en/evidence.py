"""Sentences of the evidence on policy."""

from __future__ import annotations

from collections.abc import Mapping

READING = (
    "Grey box: the band of the paper, all drawn equally wide; it is open where the paper is sure of a side only. Bar: "
    "95 % interval of the mean over replications; dot: the mean. blue: the interval meets a band of two "
    "ends, or lies on the side that a paper is sure of; orange: it lies outside; grey: neither. A hollow dot lies "
    "outside the band. An arrow: farther out than is shown."
)
HEAD = ("Statistic", "mean", "95 % interval", "band", "verdict")


def title(verdicts: Mapping[str, str]) -> str:
    """How many benchmarks pass, miss and are open."""
    counts = {verdict: list(verdicts.values()).count(verdict) for verdict in ("pass", "miss", "open")}
    told = [f"{counts['pass']} of {len(verdicts)} findings on industrial policy come out"]
    told += [f"{counts['miss']} missed"] if counts["miss"] else []
    told += [f"{counts['open']} open"] if counts["open"] else []
    return ", ".join(told)


def band(low: float, high: float, shown: tuple[str, str]) -> str:
    """A band in words; `shown` are its ends as they are written."""
    if low == float("-inf"):
        return f"at most {shown[1]}"
    return f"at least {shown[0]}" if high == float("inf") else f"{shown[0]} to {shown[1]}"
