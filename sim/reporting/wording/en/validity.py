"""Sentences of docs/validity.md."""

from __future__ import annotations

TITLE, CHECKED, MISSES = "# Validity", "## What was checked", "## What does not hold, and why"
BESIDE, ESTIMATED = "## Beside it: {}", "## How each fact was estimated"
LIMITS, FINDINGS = "## What the model must not be used for", "## Findings of published models"
WRITTEN_BY = "Written by `{command}` from its results ({seeds}, code {code}); do not edit by hand."
NOT_FOR = (
    "forecasts of a place, a firm, a year or a real policy's yield: regions and firms are stylised, and levels are in "
    "units of account;",
    "a ranking of layouts or instruments in which the paired interval includes zero, or that turns when a parameter "
    "marked A or S moves within its swept range;",
    "welfare of groups of people: there are no households, no migration of persons, no environment and no health;",
    "business cycles, money, inflation, exchange rates: money is a numeraire and expenditure is given;",
    "effects that run through a mechanism whose fact does not hold, in the table above, without saying so;",
    "industries or firms finer than the scenario's, and distances below the size of a cell.",
)


HOW_TO_READ = """\
The neutral scenario (a plan that is half random, half the national hot list) against {total} regularities of real
economies. Every number is estimated from the recorded panels of the simulated firms, links and events, by the
estimator that the papers used on real data. A statistic passes when its 5-95 % interval over seeds meets the
published band; a fact passes when all its statistics do. Where the interval meets the band and the mean does not lie
in it, the verdict is "edge".

Two columns say how much a pass is worth. *Role*: free parameters were searched with the facts marked `searched` in
view (`experiments/calibration.yaml`, written before the search); those marked `validated` were not looked at by the
search, and are the evidence. *Put in by*: a parameter with a published value that gives the statistic almost by
itself, so that a pass says no more than that nothing else undoes it; where the column is empty, the statistic
emerges. The comparison of layouts is not part of this, nor of the calibration."""

COUNT = (
    "**{good} of {total} facts hold.** Of {looked} statistics {passing} pass, {means} of them with their mean in the "
    "band; {emerge} of those that pass emerge, and {unseen} emerge without the search having looked at them."
)
ABSENT = " Not available, or nothing to see at cells this large: {}."
MISS_OF = "- **{meaning}** ({mean} against {band}). {cause}"
NO_MISS = "Every statistic that is available meets its band."
METHOD_OF = "- **{fact.title}.** {fact.method} Source: {fact.source}."
HEAD = ("fact", "statistic", "mean", "5-95 % of seeds", "published band", "verdict", "role", "put in by", "source")
HEAD_BESIDE = "{}: mean, verdict"
HOW_FOUND = (
    "Each is an experiment of `experiments/`, with its source and, where a claim does not hold, the reason: "
    "`make findings`. Differences with 95 % intervals over seeds."
)
FINDINGS_HEAD = ("study", "claim", "measure", "difference", "95 % interval", "expected", "holds")
