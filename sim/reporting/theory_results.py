"""Regimes and knock-outs on the screen and on disk: tables, figures, the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.kernel.source_hash import NUMBERS
from sim.reporting.ending import tell_failures, tell_written
from sim.reporting.figures import save_pictures
from sim.reporting.figures.claims import draw_claims
from sim.reporting.figures.knockout import draw_knockout
from sim.reporting.fitting import Column, Fitting
from sim.reporting.pages import shot, theory_page, write_page
from sim.reporting.pages.switches import knockout_page
from sim.reporting.wording import NO_VALUE, TOO_FEW, decimals, failure_in_words, rows_of, signed
from sim.reporting.wording.en import theory as words
from sim.reporting.wording.intervals import interval_in_words
from sim.store.files import write_csv
from sim.store.provenance import Provenance, command, git_state, version
from sim.studies.knockout import ASPECTS, SLUMP_LOSS, SLUMP_YEARS, KnockoutResults
from sim.studies.regimes import RegimeResults

STYLES = {"holds": "bold green", "tie": "yellow", "opposite": "bold red", "open": "dim", "no value": "dim"}


def provenance_of(title: str, arms: tuple[str, ...], seeds: tuple[int, ...]) -> Provenance:
    """Where a result comes from."""
    state = git_state()
    commit = state.get("commit", "") + ("" if state.get("clean", True) else " (edited)")
    return Provenance(title, arms, seeds, NUMBERS, version(), commit, command())


def publish_regimes(found: RegimeResults, folder: Path, forms: Sequence[str] = ("png",)) -> list[Path]:
    """Write regimes.csv, values.csv, the figure as files of `forms` and report.html; returns their paths."""
    tables = [write_csv(folder / "regimes.csv", found.claims), write_csv(folder / "values.csv", found.values)]
    provenance = provenance_of(words.REGIMES, tuple(found.study), found.seeds)
    picture = draw_claims(found.claims, provenance)
    files, (image,) = save_pictures([picture], folder / "figures", provenance, forms)
    regimes = {name: regime.experiment for name, regime in found.study.items()}
    page = theory_page(
        words.REGIMES, regimes, found.claims, [shot(picture.title, picture.reading, image)], provenance.footer(),
        [failure_in_words(failure) for failure in found.failures],
    )  # fmt: skip
    return [*tables, *files, write_page(folder / "report.html", page)]


def tell_regimes(found: RegimeResults, folder: Path, console: Console | None = None) -> None:
    """Print the table of claims and where the files are."""
    console = console or Console()
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column("claim", overflow="fold")
    table.add_column("%, 95 % interval", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for row in rows_of(found.claims):
        interval = interval_in_words(100 * row.difference, 100 * row.ci_low, 100 * row.ci_high, row.reason)
        table.add_row(row.regime, Text(row.claim), interval, Text(row.holds, style=STYLES[row.holds]))
    console.print(table)
    counts = {str(verdict): int(count) for verdict, count in found.claims["holds"].value_counts().items()}
    console.print(words.counted(len(found.claims), counts), highlight=False)
    tell_failures(console, found.failures)
    tell_written(console, folder, "report.html", "regimes.csv", "figures/")


def publish_knockout(found: KnockoutResults, folder: Path, forms: Sequence[str] = ("png",)) -> list[Path]:
    """Write knockout.csv, values.csv, the figure as files of `forms` and report.html; returns their paths."""
    tables = [write_csv(folder / "knockout.csv", found.contributions), write_csv(folder / "values.csv", found.values)]
    title = f"{found.scenario.title}: knock-outs"
    provenance = provenance_of(title, tuple(dict.fromkeys(found.contributions["mechanism"])), found.seeds)
    picture = draw_knockout(found.contributions, provenance)
    files, (image,) = save_pictures([picture], folder / "figures", provenance, forms)
    page = knockout_page(found, title, [shot(picture.title, picture.reading, image)], provenance.footer())
    return [*tables, *files, write_page(folder / "report.html", page)]


def tell_knockout(found: KnockoutResults, folder: Path, console: Console | None = None) -> None:
    """Print what each mechanism contributes, and where the files are."""
    console = console or Console()
    table = found.contributions
    names = [
        f"{name}" + (" (off)" if rows["switched"].iloc[0] == "on" else "")
        for name, rows in table.groupby("mechanism", sort=False)
    ]
    columns = [
        Column(f"{aspect.name}\n{aspect.unit}", [_cell(row) for row in rows_of(table[table["aspect"] == aspect.name])])
        for aspect in ASPECTS
    ]
    console.print(Fitting(names, columns, corner=words.KNOCKOUT_CORNER))
    few = table["reason"].isin((TOO_FEW, NO_VALUE)).all()
    console.print(words.knockout_note(few, found.slumping, SLUMP_LOSS, SLUMP_YEARS), highlight=False)
    tell_failures(console, found.failures)
    tell_written(console, folder, "report.html", "knockout.csv", "figures/")


def _cell(row: Any) -> Text:
    contribution, low, high = (row.contribution, row.ci_low, row.ci_high)
    if not math.isfinite(contribution):
        return Text("-", style="dim")
    places = decimals(low, high)
    half = "" if row.reason else f" ±{(high - low) / 2:.{places}f}"
    return Text(f"{signed(contribution, places)}{half}", style="bold" if row.clear else "")
