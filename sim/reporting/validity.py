"""docs/validity.md: what was checked, what holds, what does not and why, and what the model must not be used for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sim.reporting.pages.facts import band
from sim.reporting.wording import number, rows_of
from sim.reporting.wording.en import validity as words
from sim.reporting.wording.en.diagnoses import cause_of
from sim.store.files import write_atomically
from sim.store.provenance import Provenance, seeds_in_words
from sim.store.results import ResultsError
from sim.studies.facts.declaration import FACTS
from sim.studies.facts.verdicts import ABSENT, MISS, PASS, by_fact, passed


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
        words.TITLE,
        "",
        words.WRITTEN_BY.format(command=command, seeds=seeds_in_words(provenance.seeds), code=provenance.code),
        "",
        words.CHECKED,
        "",
        words.HOW_TO_READ.format(total=len(FACTS)),
        "",
        count(table),
        "",
        *facts_table(table, beside),
        "",
        words.MISSES,
        "",
        *misses(table),
    ]
    for other in beside:
        lines += ["", words.BESIDE.format(other.name), "", count(other.table), "", *misses(other.table)]
    if findings is not None and len(findings):
        lines += ["", *findings_table(findings)]
    lines += ["", words.ESTIMATED, ""]
    lines += [words.METHOD_OF.format(fact=fact) for fact in FACTS.values()]
    lines += ["", words.LIMITS, ""]
    lines += [f"- {one}" for one in words.NOT_FOR]
    text = "\n".join(lines) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def misses(table: pd.DataFrame) -> list[str]:
    """A line with the cause for every statistic that misses its band, or one that says that none does."""
    return [
        words.MISS_OF.format(
            meaning=row.meaning, mean=number(row.estimate), band=band(row), cause=cause_of(row.statistic)
        )
        for row in rows_of(table[table["verdict"] == MISS])
    ] or [words.NO_MISS]


def count(table: pd.DataFrame) -> str:
    """How many facts hold, and of their statistics how many emerge and how many are evidence."""
    good, total = passed(table)
    found = by_fact(table)
    absent = [FACTS[name].title for name, verdict in found.items() if verdict == ABSENT]
    rows = table[table["verdict"] == PASS]
    emerge = rows[rows["rests_on"].fillna("") == ""]
    looked = table[table["verdict"] != ABSENT]
    told = words.COUNT.format(
        good=good, total=total, looked=len(looked), passing=len(rows), means=int(rows["mean_in_band"].sum()),
        emerge=len(emerge), unseen=int((~emerge["searched"]).sum()),
    )  # fmt: skip
    return told + (words.ABSENT.format("; ".join(absent)) if absent else "")


def facts_table(table: pd.DataFrame, beside: Sequence[Beside]) -> list[str]:
    """The Markdown table of all statistics, with the means of other scenarios beside."""
    others = [(other.name, other.table.set_index("statistic")) for other in beside]
    head = [*words.HEAD[:-1], *(words.HEAD_BESIDE.format(name) for name, _ in others), words.HEAD[-1]]
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
        words.FINDINGS,
        "",
        words.HOW_FOUND,
        "",
        f"| {' | '.join(words.FINDINGS_HEAD)} |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows_of(findings):
        cells = [
            row.study.replace("_", " "), row.claim, row.measure.replace("_", " "), number(row.difference),
            f"{number(row.ci_low)} to {number(row.ci_high)}", row.expected,
            {"holds": "yes", "open": "open"}.get(row.holds, "no"),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return lines
