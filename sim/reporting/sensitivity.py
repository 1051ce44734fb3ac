"""Sensitivity on the screen and on disk: tables and figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.reporting.ending import tell_failures, tell_written
from sim.reporting.figures import save_pictures
from sim.reporting.figures.sensitivity import draw_indices, draw_maps, draw_screening
from sim.reporting.pages import shot, write_page
from sim.reporting.pages.sensitivity import answers, sensitivity_page
from sim.reporting.theory_results import provenance_of
from sim.reporting.wording import rows_of
from sim.reporting.wording.en import sensitivity as words
from sim.reporting.wording.en import sweep as sweep_words
from sim.store.files import write_csv
from sim.studies.sensitivity.sign_maps import cells_table, maps_table
from sim.studies.sensitivity.study import Sensitivity

SHOWN = 12


def publish_sensitivity(found: Sensitivity, folder: Path, forms: Sequence[str] = ("png",)) -> list[Path]:
    """Write screening.csv, indices.csv, emulator.csv, maps.csv, map_cells.csv, the figures as files of `forms`, and
    report.html; returns their paths."""
    share, low, high = found.wins
    emulator = found.emulator
    summary = pd.DataFrame([{
        "arm": found.setup.arms[1], "baseline": found.setup.baseline, "measure": found.setup.experiment.record[0],
        "held_out_explained": emulator.explained, "held_out_rmse": emulator.rmse, "held_out_covered": emulator.covered,
        "share_won": share, "share_won_low": low, "share_won_high": high,
        **dict(zip(("share_at_points", "share_at_points_low", "share_at_points_high"), found.at_points, strict=True)),
        "screening_scale": found.scale, "points_left_out": len(found.left_out),
        "misfits": found.misfits,
    }])  # fmt: skip
    tables = {"screening": found.screening, "indices": found.indices, "emulator": summary}
    tables |= {"maps": maps_table(found.maps), "map_cells": cells_table(found.maps)} if found.maps else {}
    paths = [write_csv(folder / f"{name}.csv", table) for name, table in tables.items()]
    provenance = provenance_of(found.setup.experiment.title or words.TITLE, found.setup.arms, found.setup.seeds)
    pictures = [
        draw_screening(found, provenance), draw_indices(found, provenance), *draw_maps(found, provenance)
    ]  # fmt: skip
    files, images = save_pictures(pictures, folder / "figures", provenance, forms)
    shots = [shot(one.title, one.reading, image) for one, image in zip(pictures, images, strict=True)]
    page = sensitivity_page(found, shots, provenance.footer())
    return [*paths, *files, write_page(folder / "report.html", page)]


def tell_sensitivity(found: Sensitivity, folder: Path, console: Console | None = None) -> None:
    """Print what matters, how good the emulator is, where which arm wins, and where the files are."""
    console = console or Console()
    first, *others = answers(found)
    console.print(Text(first, style="bold"))
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    for name in (words.RANK, words.FACTOR, words.EFFECT):
        table.add_column(name, overflow="fold")
    for row in rows_of(found.screening.head(SHOWN)):
        table.add_row(str(row.rank), str(row.factor), f"{row.mu_star:.2g} ({row.low:.2g} to {row.high:.2g})")
    console.print(table)
    if found.scale:
        console.print(words.TAMED.format(scale=found.scale), highlight=False)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    for name in (words.RANK, words.FACTOR, words.TOTAL, words.OWN, words.CONVERGED):
        table.add_column(name, overflow="fold")
    for row in rows_of(found.indices):
        told = words.YES if row.converged else words.NO
        table.add_row(str(row.rank), str(row.factor), f"{row.ST:.2f} ({row.ST_low:.2f} to {row.ST_high:.2f})",
                      f"{row.S1:.2f}", told)  # fmt: skip
    console.print(table)
    for said in others:
        console.print(said, markup=False, highlight=False)
    if found.misfits:
        console.print(sweep_words.misfits(found.misfits), highlight=False)
    if found.left_out:
        console.print(words.LEFT_OUT.format("; ".join(found.left_out[:5])), markup=False, highlight=False)
    tell_failures(console, found.failures[:SHOWN], tracebacks=True)
    tell_written(console, folder, "report.html", "screening.csv", "indices.csv", "maps.csv", "figures/")
