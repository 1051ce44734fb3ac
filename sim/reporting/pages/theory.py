"""The page of regimes: what theory claims, under which conditions, and what the model says, claim by claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sim.reporting.pages.contents import Cell, Grid, Page, Part, Section, Shot, Words, address
from sim.reporting.wording import decimals, rows_of, signed
from sim.reporting.wording.en import report as report_words
from sim.reporting.wording.en import theory as words
from sim.reporting.wording.intervals import span_in_words
from sim.studies.experiment.contents import Experiment


def theory_page(
    title: str,
    regimes: Mapping[str, Experiment],
    claims: pd.DataFrame,
    shots: Sequence[Shot],
    footer: str,
    failures: Sequence[str] = (),
) -> Page:
    """The page as data; `claims` are those of sim.studies.regimes."""
    counts = {str(verdict): int(count) for verdict, count in claims["holds"].value_counts().items()}
    opening: list[Part] = [Words(words.counted(len(claims), counts), "answer")]
    opening += [Words(words.NOT_COUNTED.format(failure), "warning") for failure in failures]
    sections = [Section("figures", report_words.HEADINGS["figures"], list(shots))]
    sections += [
        Section(
            f"regime-{address(name)}", f"{name} {told.title}", _regime(name, told, claims[claims["regime"] == name])
        )
        for name, told in regimes.items()
    ]
    method: list[Part] = [Words(text) for text in words.METHOD]
    sections.append(Section("method", report_words.HEADINGS["method"], [*method, Words(footer, "small")]))
    return Page(title, opening, sections)


def _regime(name: str, told: Experiment, claims: pd.DataFrame) -> list[Part]:
    parts: list[Part] = background(told)
    parts.append(Grid(words.HEAD, [_row(row) for row in rows_of(claims)], words.CLAIMS_OF.format(name)))
    return [*parts, *remark(told)]


def background(told: Experiment) -> list[Part]:
    """Why an experiment is made, after whom, and why so."""
    why = " ".join(text.strip() for text in (told.why, words.SOURCE.format(told.source) if told.source else "") if text)
    return [*([Words(why)] if why else []), *([Words(told.choice, "small")] if told.choice else [])]


def remark(told: Experiment) -> list[Part]:
    """What was found out about why a claim does not come out."""
    return [Words(told.note, "warning")] if told.note else []


def _row(row: Any) -> list[Cell | str]:
    low, high = 100 * row.ci_low, 100 * row.ci_high
    interval = span_in_words(low, high, row.reason)
    measure = "" if row.measure == "ln_real_income" else f" ({str(row.measure).replace('_', ' ')})"
    return [
        Cell(f"{row.claim}{measure}", "words", str(row.setting)),
        signed(100 * row.difference, decimals(low, high)), interval, str(row.replications),
        Cell(str(row.holds), "clear"),
    ]  # fmt: skip
