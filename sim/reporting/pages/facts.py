"""The page on stylised facts: what was compared, the figure, the table, how each was estimated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from sim.reporting.pages.contents import Cell, Grid, Page, Part, Rule, Section, Shot, Terms, Words
from sim.reporting.wording import number, rows_of
from sim.reporting.wording.en import facts as words
from sim.reporting.wording.en.diagnoses import cause_of
from sim.store.provenance import Provenance, seeds_in_words
from sim.studies.facts.declaration import FACTS
from sim.studies.facts.verdicts import MISS, PASS, by_fact


def band(row: Any) -> str:
    """The published band in words."""
    if math.isinf(row.band_high):
        return f"above {number(row.band_low)}"
    return f"{number(row.band_low)} to {number(row.band_high)}"


def facts_page(table: pd.DataFrame, shots: Sequence[Shot], provenance: Provenance) -> Page:
    """The page as data, from the table of verdicts (sim.studies.facts.verdicts)."""
    origin = (
        f"{provenance.title}; clustersim {provenance.version}, code {provenance.code}; "
        f"{seeds_in_words(provenance.seeds)}; {provenance.command}"
    )
    missed = table.loc[table["verdict"] == MISS, "statistic"]
    misses: list[Part] = (
        [Terms([(str(name).replace("_", " "), cause_of(name)) for name in missed])] if len(missed) else []
    )
    parts: dict[str, list[Part]] = {
        "table": [*shots, _table(table)],
        "misses": misses,
        "methods": [Terms([(one.title, one.method) for one in FACTS.values()])],
        "provenance": [Words(origin)],
    }
    sections = [Section(name, words.HEADINGS[name], found) for name, found in parts.items()]
    return Page(words.title(by_fact(table)), [Words(words.ASKED, "answer")], sections)


def _table(table: pd.DataFrame) -> Grid:
    rows: list[Sequence[Cell | str] | Rule] = []
    found = by_fact(table)
    for name, fact in FACTS.items():
        rows.append(Rule(f"{fact.title} ({found[name]})", fact.source))
        for row in rows_of(table[table["fact"] == name]):
            interval = f"{number(row.low)} to {number(row.high)}" if math.isfinite(row.low) else "-"
            verdict = Cell(row.verdict, "number" if row.verdict == PASS else "clear")
            rows.append([row.meaning, number(row.estimate), interval, band(row), verdict])
    return Grid(words.HEAD, rows, words.HEADINGS["table"])
