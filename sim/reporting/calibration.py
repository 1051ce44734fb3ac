"""A calibration for readers: its tables in the folder, and the best points on the screen."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from rich.console import Console

from sim.reporting.ending import tell_failures, tell_written
from sim.reporting.fitting import Column, Fitting
from sim.reporting.pages import write_page
from sim.reporting.pages.studies import calibration_page
from sim.reporting.theory_results import provenance_of
from sim.reporting.wording import number
from sim.store.files import write_csv
from sim.studies.calibration import PREFIX, Calibration

BEST = 5


def publish_calibration(found: Calibration, folder: Path) -> list[Path]:
    """Write design.csv (every point), best.csv (the best ones), effects.csv and report.html; returns their paths."""
    setup = found.search.setup
    provenance = provenance_of(setup.experiment.title, setup.arms, found.seeds)
    return [
        write_csv(folder / "design.csv", found.table),
        write_csv(folder / "best.csv", found.table.head(BEST)),
        write_csv(folder / "effects.csv", found.effects),
        write_page(folder / "report.html", calibration_page(found, BEST, provenance.footer())),
    ]


def tell_calibration(found: Calibration, folder: Path, console: Console | None = None) -> None:
    """Print the best points and the start, parameters down."""
    console = console or Console()
    table = pd.concat([found.table.head(BEST), found.table[found.table["point"] == "start"]])
    names = ["objective", "loss_search", "loss_validate", *(f"{PREFIX}{name}" for name in found.search.spans)]
    columns = [Column(str(point), [number(float(row[name])) for name in names]) for point, row in
               zip(table["point"], table.to_dict("records"), strict=True)]  # fmt: skip
    console.print(Fitting([name.removeprefix(PREFIX).replace("_", " ") for name in names], columns, "point"))
    tell_failures(console, found.failures)
    tell_written(console, folder, "report.html", "design.csv", "best.csv", "effects.csv")
