"""Sentences of the page on stylised facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sim.studies.facts.verdicts import OPEN, PASS

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


READING = (
    "Grey box: the published band, all drawn equally wide. Bar: 5-95 % of seeds; dot: their mean. Blue and filled: "
    "the interval meets the band. Orange and hollow: it does not; grey: too few seeds to tell. An arrow: it lies "
    "farther out than is shown."
)
HEAD = ("Statistic", "Mean", "5-95 % of seeds", "Published", "Verdict")


def title(verdicts: Mapping[str, str]) -> str:
    """How many facts hold, from the verdict on each; and how many are open because seeds are too few."""
    counts = Counter(verdicts.values())
    said = f"{counts[PASS]} of {len(verdicts)} stylised facts hold"
    return said + (
        f", {counts[OPEN]} {'is' if counts[OPEN] == 1 else 'are'} open: too few seeds" if counts[OPEN] else ""
    )
