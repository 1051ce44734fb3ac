"""Experiments on the screen and on disk: tables, response curves, the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.reporting.ending import tell_failures, tell_written
from sim.reporting.figures import save_pictures
from sim.reporting.figures.responses import draw_responses, readable
from sim.reporting.pages import shot, write_page
from sim.reporting.pages.responses import responses_page
from sim.reporting.theory_results import STYLES, provenance_of
from sim.reporting.wording import rows_of
from sim.reporting.wording.en import sweep as words
from sim.reporting.wording.intervals import interval_in_words
from sim.scenario.memory import in_words
from sim.store.files import write_atomically, write_csv
from sim.studies.batch import Batch, Forecast
from sim.studies.claims import stand
from sim.studies.experiment.levels import labels
from sim.studies.experiment.setup import Setup
from sim.studies.sweep import Responses

MOST_POINTS = 40
"""Points that are shown on the screen."""
MOST_MISSING, MOST_LISTED = 5, 100
"""Runs without a number that a sweep and a batch name on the screen."""


def plan_in_words(setup: Setup) -> str:
    """What is about to be run: every level of every factor, points, arms, replications."""
    told = []
    for factor in setup.factors:
        shown = labels(factor.levels)
        text = words.RANGE_OF if factor.span else words.LEVELS_OF
        told.append(text.format(name=factor.name, key=factor.key, levels=", ".join(shown), low=shown[0],
                                high=shown[-1]))  # fmt: skip
    replications = setup.experiment.replications
    runs = len(setup.points) * len(setup.arms) * replications
    plan = words.plan(told, len(setup.points), setup.arms, replications, runs)
    return f"{plan}\n{words.misfits(setup.misfits)}" if setup.misfits else plan


def answers(found: Responses, measure: str) -> list[str]:
    """For each arm: at how many points it gives more or less, and which way the difference goes."""
    told = []
    for arm in found.setup.arms[1:]:
        curve = found.curve[(found.curve["measure"] == measure) & (found.curve["arm"] == arm)]
        signs = [stand(row.ci_low, row.ci_high, 0.0, 0.0) for row in rows_of(curve)]
        counts = {sign: signs.count(sign) for sign in ("above", "below")}
        counts["open"] = len(signs) - sum(counts.values())
        said = words.counted(arm, found.setup.baseline, measure, counts, len(signs))
        trends = found.trends[(found.trends["measure"] == measure) & (found.trends["arm"] == arm)]
        ways = [(row.factor, stand(row.slope_low, row.slope_high, 0.0, 0.0)) for row in rows_of(trends)]
        told.append("; ".join([said, *(words.trend(name, way) for name, way in ways if way in ("above", "below"))]))
    return told


def publish_responses(found: Responses, folder: Path, forms: Sequence[str] = ("png",)) -> list[Path]:
    """Write the tables as CSV and Parquet, the curves as files of `forms`, and report.html; returns their paths."""
    setup = found.setup
    tables = {"runs": found.runs, "curve": found.curve, "levels": found.profile, "trends": found.trends,
              "verdicts": found.claims, "power": found.power, "missing": found.missing}  # fmt: skip
    paths = []
    for name, table in tables.items():
        if len(table) or name in ("runs", "curve", "missing"):
            paths.append(write_csv(folder / f"{name}.csv", table))
            paths.append(_write_parquet(folder / f"{name}.parquet", table))
    provenance = provenance_of(setup.experiment.title, setup.arms, found.seeds)
    pictures = []
    for measure in setup.experiment.record:
        if found.curve.loc[found.curve["measure"] == measure, "difference"].notna().any():
            title = answers(found, measure)[0]
            pictures.append(draw_responses(found, measure, f"{title[0].upper()}{title[1:]}", provenance))
    files, images = save_pictures(pictures, folder / "figures", provenance, forms)
    shots = [shot(one.title, one.reading, image) for one, image in zip(pictures, images, strict=True)]
    page = responses_page(found, answers(found, found.headline), shots, provenance.footer())
    return [*paths, *files, write_page(folder / "report.html", page)]


def _write_parquet(path: Path, table: pd.DataFrame) -> Path:
    write_atomically(path, lambda temporary: table.to_parquet(temporary, index=False))
    return path


def tell_responses(found: Responses, folder: Path, console: Console | None = None, most: int = MOST_MISSING) -> None:
    """Print the answer, the points, what was not counted and where the files are."""
    console = console or Console()
    measure = found.headline
    for said in answers(found, measure):
        console.print(Text(f"{said[0].upper()}{said[1:]}.", style="bold"))
    console.print(_points_table(found, measure))
    if len(found.claims):
        console.print(_claims_table(found))
    tell_failures(console, found.failures[:most], tracebacks=True)
    if len(found.failures) > most:
        console.print(words.MORE_MISSING.format(len(found.failures) - most), highlight=False)
    tell_written(console, folder, "report.html", "runs.csv", "curve.csv", "levels.csv", "figures/")


def publish_batch(found: Batch, folder: Path, forms: Sequence[str] = ("png",)) -> list[Path]:
    """As `publish_responses`, and stopping.csv where there was a rule of stopping; returns their paths."""
    paths = publish_responses(found.responses, folder, forms)
    return [*paths, write_csv(folder / "stopping.csv", found.stopping)] if len(found.stopping) else paths


def tell_batch(found: Batch, folder: Path, console: Console | None = None) -> None:
    """As `tell_responses`, and how wide the intervals are that a rule of stopping asked for."""
    console = console or Console()
    tell_responses(found.responses, folder, console, MOST_LISTED)
    if len(found.stopping):
        told = words.stopped(int(found.stopping["reached"].sum()), len(found.stopping),
                             float(found.stopping["half_width"].iloc[0]), len(found.responses.seeds))  # fmt: skip
        console.print(told, highlight=False)


def tell_stage(pilot: int, wanted: int) -> None:
    """Print what the pilot asks for."""
    Console(stderr=True).print(words.stage(pilot, wanted), highlight=False)


def forecast_in_words(expected: Forecast) -> str:
    """Runs, time, memory and disk of what is left."""
    memory = (in_words(expected.memory), in_words(expected.free_memory))
    disk = (in_words(expected.disk), in_words(expected.free_disk))
    return words.forecast(
        expected.runs, expected.done, expected.workers, expected.timed, expected.seconds, memory, disk
    )


def _points_table(found: Responses, measure: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    factors = found.setup.factors
    for factor in factors:
        table.add_column(factor.name.replace("_", " "), justify="right")
    arms = found.setup.arms[1:]
    curve = found.curve[found.curve["measure"] == measure]
    unit = readable(0.0, measure, str(curve["unit"].iloc[0]))[1] if len(curve) else ""
    for arm in arms:
        table.add_column(
            f"{arm} - {found.setup.baseline}{f', {unit}' if unit else ''}", justify="right", overflow="fold"
        )
    shown = {factor.name: dict(zip(factor.levels, labels(factor.levels), strict=True)) for factor in factors}
    by_point = {(row.point, row.arm): row for row in rows_of(curve)}
    for place, point in enumerate(found.setup.points[:MOST_POINTS]):
        cells = [shown[factor.name].get(level, str(level)) for factor, level in zip(factors, point, strict=True)]
        table.add_row(*cells, *(_cell(by_point[place, arm], measure) for arm in arms))
    return table


def _cell(row: Any, measure: str) -> Text:
    low, middle, high = readable([row.ci_low, row.difference, row.ci_high], measure, row.unit)[0]
    clear = math.isfinite(low) and (low > 0 or high < 0)
    return Text(interval_in_words(middle, low, high, row.reason), style="bold" if clear else "")


def _claims_table(found: Responses) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    for name in ("claim", "at", "difference", ""):
        table.add_column(name, overflow="fold")
    for row in rows_of(found.claims):
        interval = interval_in_words(row.difference, row.ci_low, row.ci_high, row.reason)
        table.add_row(Text(row.claim), Text(row.at), interval, Text(row.holds, style=STYLES[row.holds]))
    return table
