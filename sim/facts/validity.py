"""docs/validity.md: what was checked, what holds, what does not and why, and what the model must not be used for."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sim.facts.declaration import FACTS
from sim.facts.diagnoses import CAUSES, SWEPT_AROUND
from sim.facts.page import band
from sim.facts.verdicts import ABSENT, MISS, by_fact, passed
from sim.provenance import Provenance, seeds_in_words
from sim.shards import write_atomically
from sim.wording import number, rows_of

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


def write_validity(path: Path, table: pd.DataFrame, provenance: Provenance, command: str) -> None:
    """Write the document from the verdicts. `command` is the one that gives the same numbers again."""
    good, total = passed(table)
    found = by_fact(table)
    absent = [FACTS[name].title for name, verdict in found.items() if verdict == ABSENT]
    lines = [
        "# Validity",
        "",
        f"Written by `{command}` from its results ({seeds_in_words(provenance.seeds)}, code {provenance.code}); do not "
        "edit by hand.",
        "",
        "## What was checked",
        "",
        f"The neutral scenario (a plan that is half random, half the national hot list) against {total} regularities "
        "of real economies. Every number is estimated from the recorded panels of the simulated firms, links and "
        "events, by the estimator that the papers used on real data. A statistic passes when its 5-95 % interval over "
        "seeds meets the published band; a fact passes when all its statistics do. The comparison of layouts is "
        "not part of this, nor of the calibration. The defaults were last set by hand, in view of all of these facts "
        "and a few seeds; `experiments/calibrate.py` searches on a stated half, but the defaults are not "
        "its result. So no fact below is out-of-sample evidence.",
        "",
        f"**{good} of {total} facts hold.**" + (f" Not available: {'; '.join(absent)}." if absent else ""),
        "",
        "| fact | statistic | mean | 5-95 % of seeds | published band | verdict | source |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows_of(table):
        lines.append(
            f"| {row.title} | {row.meaning} | {number(row.estimate)} | {number(row.low)} to {number(row.high)} | "
            f"{band(row)} | {row.verdict} | {row.source} |"
        )
    lines += ["", "## What does not hold, and why", ""]
    missed = rows_of(table[table["verdict"] == MISS])
    for row in missed:
        cause = CAUSES.get(row.statistic, "Not yet diagnosed.")
        lines.append(f"- **{row.meaning}** ({number(row.estimate)} against {band(row)}). {cause}")
    lines += ["", SWEPT_AROUND] if missed else []
    if not missed:
        lines.append("Every statistic that is available meets its band.")
    lines += ["", "## How each fact was estimated", ""]
    lines += [f"- **{fact.title}.** {fact.method} Source: {fact.source}." for fact in FACTS.values()]
    lines += ["", "## What the model must not be used for", ""]
    lines += [f"- {one}" for one in NOT_FOR]
    text = "\n".join(lines) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
