"""Stylised facts for readers: tables, figure and page in the folder, and the table on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from sim.reporting.ending import tell_failures, tell_written
from sim.reporting.figures import save_pictures
from sim.reporting.figures.facts import draw_facts
from sim.reporting.fitting import Column, Fitting
from sim.reporting.pages import facts_page, shot, write_page
from sim.reporting.pages.facts import band
from sim.reporting.wording import number, rows_of
from sim.reporting.wording.en import facts as words
from sim.store.files import write_csv
from sim.studies.facts.declaration import FACTS
from sim.studies.facts.study import Study
from sim.studies.facts.verdicts import OPEN, PASS, by_fact


def publish_facts(study: Study, forms: Sequence[str] = ("png",)) -> list[Path]:
    """Write facts.csv, facts_by_seed.csv, report.html and the figure as files of `forms`; returns their paths."""
    folder = study.folder
    picture = draw_facts(study.table, study.provenance)
    files, (image,) = save_pictures([picture], folder / "figures", study.provenance, forms)
    page = facts_page(study.table, [shot(picture.title, picture.reading, image)], study.provenance)
    return [
        write_csv(folder / "facts.csv", study.table),
        write_csv(folder / "facts_by_seed.csv", study.by_seed),
        *files,
        write_page(folder / "report.html", page),
    ]


def tell_facts(study: Study, console: Console | None = None) -> None:
    """Print the table and the count."""
    console = console or Console()
    found = by_fact(study.table)
    rows = [row for name in FACTS for row in rows_of(study.table[study.table["fact"] == name])]
    last = {FACTS[name].statistics[-1].name for name in FACTS}
    intervals = ["-" if row.reason else f"{number(row.low, 2)} to {number(row.high, 2)}" for row in rows]
    columns = [
        Column("mean", [number(row.estimate, 2) for row in rows]),
        Column("5-95 %", intervals),
        Column("published", [band(row) for row in rows]),
        Column("", [Text(row.verdict, style="" if row.verdict == PASS else "bold") for row in rows]),
    ]
    breaks = [place for place, row in enumerate(rows) if row.statistic in last]
    console.print(Fitting([row.statistic.replace("_", " ") for row in rows], columns, "statistic", breaks=breaks))
    missed = ", ".join(name.replace("_", " ") for name, verdict in found.items() if verdict not in (PASS, OPEN))
    console.print(f"{words.title(found)}." + (f" Not: {missed}." if missed else ""), highlight=False)
    tell_failures(console, study.failures)
    tell_written(console, study.folder, "report.html", "facts.csv", "figures/")
