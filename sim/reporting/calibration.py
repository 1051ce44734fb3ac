"""A calibration for readers: its tables in the folder, and the best points on the screen."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from rich.console import Console

from sim.reporting.wording import failure_in_words
from sim.store.files import write_csv
from sim.studies.calibration import PREFIX, Calibration

BEST = 5


def publish_calibration(found: Calibration, folder: Path) -> list[Path]:
    """Write design.csv (every point), best.csv (the best ones) and effects.csv; returns their paths."""
    return [
        write_csv(folder / "design.csv", found.table),
        write_csv(folder / "best.csv", found.table.head(BEST)),
        write_csv(folder / "effects.csv", found.effects),
    ]


def tell_calibration(found: Calibration, folder: Path, console: Console | None = None) -> None:
    """Print the best points and the start, parameters down."""
    console = console or Console()
    columns = ["point", "objective", "loss_search", "loss_validate"]
    shown = found.table[[*columns, *(f"{PREFIX}{name}" for name in found.search.parameters)]]
    both = pd.concat([shown.head(BEST), shown[shown["point"] == "start"]])
    console.print(both.T.to_string(float_format=lambda value: f"{value:.3g}"), markup=False, highlight=False)
    for failure in found.failures:
        console.print(f"Not counted: {failure_in_words(failure)}", markup=False, highlight=False)
    console.print(f"Written to {folder}: design.csv, best.csv, effects.csv", markup=False, highlight=False)
