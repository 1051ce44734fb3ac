"""Pages of a published finding, of the evidence on policy and of a calibration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from sim.reporting.pages.contents import Cell, Grid, Page, Part, Rule, Section, Shot, Terms, Words
from sim.reporting.pages.theory import background, remark
from sim.reporting.wording import failure_in_words, number, rows_of, signed
from sim.reporting.wording.en import evidence as evidence_words
from sim.reporting.wording.en import report as report_words
from sim.reporting.wording.en import studies as words
from sim.reporting.wording.en import theory as theory_words
from sim.store.executors.local import Failure
from sim.studies.calibration import PREFIX, START, Calibration
from sim.studies.evidence.study import PASS, Evidence, by_benchmark
from sim.studies.facts.declaration import FACTS
from sim.studies.findings import Findings


def finding_page(found: Findings, shots: Sequence[Shot], footer: str) -> Page:
    """The page of a finding as data: whether it comes out, what it is, the figure and every claim."""
    told = found.setup.experiment
    opening: list[Part] = [Words(words.VERDICTS[found.verdict], "answer"), *not_counted(found.failures)]
    rows: list[Sequence[Cell | str]] = [
        [Cell(row.claim, "words", str(row.measure).replace("_", " ")), number(row.difference), _interval(row),
         Cell(str(row.expected), "words"), str(row.replications), Cell(str(row.holds), "clear")]
        for row in rows_of(found.claims)
    ]  # fmt: skip
    note = remark(told) if found.verdict != "reproduced" else []
    sections = [
        Section("background", words.HEADINGS["background"], background(told)),
        Section("figures", report_words.HEADINGS["figures"], list(shots)),
        Section("claims", words.HEADINGS["claims"],
                [Grid(words.CLAIMS_HEAD, rows, words.HEADINGS["claims"]), *note]),
        _method(words.FINDING_METHOD, footer),
    ]  # fmt: skip
    return Page(told.title, opening, sections)


def evidence_page(found: Evidence, shots: Sequence[Shot], footer: str) -> Page:
    """The page of the evidence on policy as data: how many findings come out, each statistic under its finding."""
    verdicts = by_benchmark(found.table)
    rows: list[Sequence[Cell | str] | Rule] = []
    for name, benchmark in found.study.benchmarks.items():
        rows.append(Rule(f"{benchmark.finding.strip()} ({verdicts[name]})", benchmark.source))
        for row in rows_of(found.table[found.table["benchmark"] == name]):
            ends = (number(row.band_low), number(row.band_high))
            rows.append([
                Cell(row.what, "words", str(row.unit)), number(row.value), _interval(row),
                evidence_words.band(row.band_low, row.band_high, ends),
                Cell(str(row.verdict), "number" if row.verdict == PASS else "clear"),
            ])  # fmt: skip
    missed = [(name.replace("_", " "), benchmark.note) for name, benchmark in found.study.benchmarks.items()
              if verdicts[name] != PASS and benchmark.note]  # fmt: skip
    sections = [
        Section("figures", report_words.HEADINGS["figures"], list(shots)),
        Section("statistics", words.HEADINGS["statistics"],
                [Grid(evidence_words.HEAD, rows, words.HEADINGS["statistics"])]),
        Section("misses", words.HEADINGS["misses"], [Terms(missed)] if missed else []),
        _method(words.EVIDENCE_METHOD, footer),
    ]  # fmt: skip
    opening: list[Part] = [Words(f"{evidence_words.title(verdicts)}.", "answer"), *not_counted(found.failures)]
    return Page(found.study.title, opening, sections)


def calibration_page(found: Calibration, best: int, footer: str) -> Page:
    """The page of a calibration as data: losses, the `best` points beside the start, what the losses depend on."""
    search, table = found.search, found.table
    start = table[table["point"] == START]
    best_losses, *start_losses = (
        {half: number(float(row[f"loss_{half}"])) for half in ("search", "validate")}
        for rows in (table.head(1), start) for row in rows.to_dict("records")
    )  # fmt: skip
    told = pd.concat([table.head(best), start]).drop_duplicates("point")
    named = {"objective": words.OBJECTIVE, "loss_search": words.SEARCHED, "loss_validate": words.HELD_OUT}
    rows: list[Sequence[Cell | str]] = [
        [Cell(name, "words"), "", *(number(float(value)) for value in told[column])] for column, name in named.items()
    ]
    rows += [
        [Cell(_plain(name), "words"), f"{number(span.low)} to {number(span.high)}",
         *(number(float(value)) for value in told[f"{PREFIX}{name}"])]
        for name, span in search.spans.items()
    ]  # fmt: skip
    points = [str(name) if name == START else f"{words.POINT} {name}" for name in told["point"]]
    facts: list[Part] = [
        Words(text.format("; ".join(FACTS[name].title for name in half)))
        for text, half in ((words.LOOKED_AT, search.facts), (words.NOT_LOOKED_AT, search.held_out)) if half
    ]  # fmt: skip
    sections = [
        Section("best", words.HEADINGS["best"], [Grid([*words.BEST_HEAD, *points], rows, words.HEADINGS["best"])]),
        Section("effects", words.HEADINGS["effects"],
                [Words(words.EFFECTS), Grid(words.EFFECTS_HEAD, _effects(found.effects), words.HEADINGS["effects"])]),
        Section("facts", words.HEADINGS["facts"], facts),
        _method(words.CALIBRATION_METHOD, footer),
    ]  # fmt: skip
    opening: list[Part] = [
        Words(words.calibrated(len(table), best_losses, *start_losses), "answer"), *not_counted(found.failures),
    ]  # fmt: skip
    return Page(search.setup.experiment.title or words.CALIBRATION_TITLE, opening, sections)


def _effects(effects: pd.DataFrame) -> list[Sequence[Cell | str]]:
    """A row a parameter: how the losses and the statistic that it moves most go with it."""
    losses = ["loss_search", "loss_validate"]
    rows: list[Sequence[Cell | str]] = []
    for parameter, own in effects.set_index("parameter").iterrows():
        others = own.drop(["objective", *losses]).astype(float)
        strongest = others.abs().idxmax() if others.notna().any() else None
        shown = [_correlation(own[name]) for name in losses]
        rows.append([Cell(_plain(str(parameter).removeprefix(PREFIX)), "words"), *shown,
                     _correlation(others[strongest]) if strongest else "-",
                     Cell(_plain(str(strongest)) if strongest else "-", "words")])  # fmt: skip
    return rows


def _correlation(value: Any) -> str:
    return signed(float(value), 2) if pd.notna(value) else "-"


def not_counted(failures: Iterable[Failure]) -> list[Part]:
    """A warning for each run that has no number."""
    return [Words(theory_words.NOT_COUNTED.format(failure_in_words(failure)), "warning") for failure in failures]


def _interval(row: Any) -> str:
    return "-" if row.reason else f"{number(row.ci_low)} to {number(row.ci_high)}"


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _method(text: str, footer: str) -> Section:
    return Section("method", report_words.HEADINGS["method"], [Words(text), Words(footer, "small")])
