"""Signs on the screen and on disk: the table, the channels, a figure for each map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.reporting.ending import tell_failures, tell_written
from sim.reporting.figures import save_pictures
from sim.reporting.figures.signs import draw_signs
from sim.reporting.pages import shot, write_page
from sim.reporting.pages.switches import signs_page
from sim.reporting.theory_results import provenance_of
from sim.reporting.wording import arm_name, rows_of
from sim.reporting.wording.en import signs as words
from sim.reporting.wording.intervals import interval_in_words
from sim.store.files import write_csv
from sim.studies.signs import Signs
from sim.studies.signs_cost import Cost


def publish_signs(found: Signs, folder: Path, forms: Sequence[str] = ("png",)) -> list[Path]:
    """Write signs.csv, channels.csv, a figure of each map as files of `forms` and report.html; returns their paths."""
    tables = [write_csv(folder / "signs.csv", found.signs), write_csv(folder / "channels.csv", found.channels)]
    provenance = provenance_of(words.TITLE, tuple(dict.fromkeys(found.signs["map"])), found.seeds)
    pictures = [draw_signs(rows, str(place), provenance) for place, rows in found.signs.groupby("map", sort=False)]
    files, images = save_pictures(pictures, folder / "figures", provenance, forms)
    shots = [shot(picture.title, picture.reading, image) for picture, image in zip(pictures, images, strict=True)]
    return [*tables, *files, write_page(folder / "report.html", signs_page(found, shots, provenance.footer()))]


def tell_signs(found: Signs, folder: Path, console: Console | None = None) -> None:
    """Print what comes out by default, how many settings give which sign, and where the files are."""
    console = console or Console()
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column(words.COMPARISON, overflow="fold")
    table.add_column(words.AS_IT_IS, justify="right", no_wrap=True)
    table.add_column(words.SETTINGS, overflow="fold")
    for (comparison, place), rows in found.signs.groupby(["comparison", "map"], sort=False):
        default = rows[rows["kind"] == "default"]
        others = rows[rows["kind"] != "default"]["sign"].value_counts()
        (first,) = rows_of(default)
        interval = interval_in_words(100 * first.mean, 100 * first.low, 100 * first.high, first.reason)
        counts = words.counted({str(sign): int(count) for sign, count in others.items()})
        table.add_row(Text(f"{comparison}, {arm_name(str(place))}"), interval, counts)
    console.print(table)
    tell_failures(console, found.failures)
    tell_written(console, folder, "report.html", "signs.csv", "channels.csv", "figures/")


def tell_costs(costs: Iterable[Cost], console: Console | None = None) -> None:
    """Print what each kind of setting takes, and all of it."""
    console = console or Console()
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False)
    for number, name in enumerate(words.COSTS):
        table.add_column(name, justify="left" if number < 2 else "right", no_wrap=True)
    told = list(costs)
    for one in told:
        cells = (one.settings, one.runs, one.done, one.years)
        numbers = [f"{cell:,}" for cell in cells]
        table.add_row(arm_name(one.map), one.kind, *numbers, words.rate(one.rate), words.time(one.seconds))
    whole = (sum(getattr(one, name) for one in told) for name in ("settings", "runs", "done", "years"))
    table.add_row(words.ALL, "", *(f"{cell:,}" for cell in whole), "", words.time(sum(one.seconds for one in told)))
    console.print(table)
