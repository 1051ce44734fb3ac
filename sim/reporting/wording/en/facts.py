"""Sentences of the page on stylised facts."""

from __future__ import annotations

ASKED = (
    "A model that is to compare plans should first look like a real economy without being told to. Each row compares "
    "a statistic of simulated panels with what papers report of real ones. It passes when the 5-95 % interval over "
    "seeds meets the published band; a fact passes when all its statistics do."
)
HEADINGS = {
    "table": "Every statistic against its published band",
    "misses": "Why some do not hold",
    "methods": "How each was estimated",
    "provenance": "Provenance",
}


def title(good: int, total: int) -> str:
    """How many facts hold."""
    return f"{good} of {total} stylised facts hold"
