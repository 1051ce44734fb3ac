"""docs/validity.md: what was checked, what holds, what does not and why, and what the model must not be used for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sim.reporting.pages.facts import band
from sim.reporting.wording import number, rows_of
from sim.reporting.wording.en.diagnoses import cause_of
from sim.store.files import write_atomically
from sim.store.provenance import Provenance, seeds_in_words
from sim.store.results import ResultsError
from sim.studies.facts.declaration import FACTS
from sim.studies.facts.verdicts import ABSENT, MISS, PASS, by_fact, passed

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


@dataclass(frozen=True)
class Beside:
    """Facts of another scenario, shown in a column of their own: its name and its facts.csv as a table."""

    name: str
    table: pd.DataFrame


def read_beside(folder: Path) -> Beside:
    """The facts that a study left in `folder`. Raises ResultsError when there are none."""
    return Beside(folder.name.removeprefix("facts-").replace("_", " "), _read_csv(folder / "facts.csv", "verdict"))


def _read_csv(path: Path, column: str) -> pd.DataFrame:
    """A table that a study left, which has `column`. Raises ResultsError for any other."""
    try:
        table = pd.read_csv(path, keep_default_na=True)
    except (OSError, ValueError) as error:  # pandas' own errors are of the second kind
        raise ResultsError(f"{path} cannot be read: {error}; run the study again with --overwrite") from None
    if column not in table.columns:
        raise ResultsError(f"{path} is damaged: it has no column {column}; run the study again with --overwrite")
    return table


def read_findings(folder: Path) -> pd.DataFrame:
    """The claims of replicated models (NAME/claims.csv, from `clustersim findings`) with the name in column `study`."""
    found = [_read_csv(path, "holds").assign(study=path.parent.name) for path in sorted(folder.glob("*/claims.csv"))]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def write_validity(
    path: Path, table: pd.DataFrame, provenance: Provenance, command: str, beside: Sequence[Beside] = (),
    findings: pd.DataFrame | None = None,
) -> None:  # fmt: skip
    """Write the document from the verdicts. `command` is the one that gives the same numbers again."""
    lines = [
        "# Validity",
        "",
        f"Written by `{command}` from its results ({seeds_in_words(provenance.seeds)}, code {provenance.code}); do not "
        "edit by hand.",
        "",
        "## What was checked",
        "",
        HOW_TO_READ.format(total=len(FACTS)),
        "",
        count(table),
        "",
        *facts_table(table, beside),
        "",
        "## What does not hold, and why",
        "",
        *misses(table),
    ]
    for other in beside:
        lines += ["", f"## Beside it: {other.name}", "", count(other.table), "", *misses(other.table)]
    if findings is not None and len(findings):
        lines += ["", *findings_table(findings)]
    lines += ["", "## How each fact was estimated", ""]
    lines += [f"- **{fact.title}.** {fact.method} Source: {fact.source}." for fact in FACTS.values()]
    lines += ["", "## What the model must not be used for", ""]
    lines += [f"- {one}" for one in NOT_FOR]
    text = "\n".join(lines) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def misses(table: pd.DataFrame) -> list[str]:
    """A line with the cause for every statistic that misses its band, or one that says that none does."""
    return [
        f"- **{row.meaning}** ({number(row.estimate)} against {band(row)}). {cause_of(row.statistic)}"
        for row in rows_of(table[table["verdict"] == MISS])
    ] or ["Every statistic that is available meets its band."]


def count(table: pd.DataFrame) -> str:
    """How many facts hold, and of their statistics how many emerge and how many are evidence."""
    good, total = passed(table)
    found = by_fact(table)
    absent = [FACTS[name].title for name, verdict in found.items() if verdict == ABSENT]
    rows = table[table["verdict"] == PASS]
    emerge = rows[rows["rests_on"].fillna("") == ""]
    looked = table[table["verdict"] != ABSENT]
    told = (
        f"**{good} of {total} facts hold.** Of {len(looked)} statistics {len(rows)} pass, "
        f"{int(rows['mean_in_band'].sum())} of them with their mean in the band; {len(emerge)} of those that pass "
        f"emerge, and {int((~emerge['searched']).sum())} emerge without the search having looked at them."
    )
    return told + (f" Not available, or nothing to see at cells this large: {'; '.join(absent)}." if absent else "")


def facts_table(table: pd.DataFrame, beside: Sequence[Beside]) -> list[str]:
    """The Markdown table of all statistics, with the means of other scenarios beside."""
    others = [(other.name, other.table.set_index("statistic")) for other in beside]
    head = ["fact", "statistic", "mean", "5-95 % of seeds", "published band", "verdict", "role", "put in by",
            *(f"{name}: mean, verdict" for name, _ in others), "source"]  # fmt: skip
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for row in rows_of(table):
        cells = [
            row.title, row.meaning, number(row.estimate), f"{number(row.low)} to {number(row.high)}", band(row),
            verdict_in_words(row), "searched" if row.searched else "validated", str(row.rests_on or ""),
            *(f"{number(rows.at[row.statistic, 'estimate'])}, {verdict_in_words(rows.loc[row.statistic])}"
              for _, rows in others),
            row.source,
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def verdict_in_words(row: Any) -> str:
    """The verdict of a statistic; "edge" for a pass whose mean lies outside the band."""
    return "edge" if row.verdict == PASS and not row.mean_in_band else str(row.verdict)


def findings_table(findings: pd.DataFrame) -> list[str]:
    """What published models found and whether it comes out here."""
    lines = [
        "## Findings of published models",
        "",
        "Each is an experiment of `experiments/`, with its source and, where a claim does not hold, the reason: "
        "`make findings`. Differences with 95 % intervals over seeds.",
        "",
        "| study | claim | measure | difference | 95 % interval | expected | holds |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows_of(findings):
        cells = [
            row.study.replace("_", " "), row.claim, row.measure.replace("_", " "), number(row.difference),
            f"{number(row.ci_low)} to {number(row.ci_high)}", row.expect,
            "yes" if row.holds else "open" if getattr(row, "verdict", "") == "open" else "no",
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return lines
