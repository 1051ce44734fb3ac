"""The whole study: run the seeds, compare with the bands, write tables, figure and page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from sim.kernel.scenario_types import Scenario
from sim.reporting.facts_page import band, write_page
from sim.reporting.figures.facts import draw_facts
from sim.reporting.terminal import progress_bar
from sim.reporting.wording import number, rows_of
from sim.store.executors.local import run_replications
from sim.store.folder import write_csv
from sim.store.provenance import Provenance, command, gather
from sim.studies.compare import ComparisonError
from sim.studies.facts.declaration import FACTS
from sim.studies.facts.libraries import library
from sim.studies.facts.replication import Estimation
from sim.studies.facts.verdicts import by_fact, passed, verdicts


@dataclass(frozen=True)
class Study:
    """What a study found."""

    folder: Path
    table: pd.DataFrame
    """One row a statistic, see sim.studies.facts.verdicts."""
    provenance: Provenance


def study_facts(
    scenario: Scenario, replications: int, workers: int | None, folder: Path, seed: int | None = None,
    progress: bool = True,
) -> Study:  # fmt: skip
    """Run `replications` seeds of `scenario` and write facts.csv, facts_by_seed.csv, facts.html and a figure.

    Seeds of the same scenario and program that `folder` holds already are not run again. Raises ComparisonError when
    a run fails, MissingLibrary without the extra `facts`.
    """
    for name in ("scipy", "statsmodels.api", "lifelines"):
        library(name)
    first = scenario.seed if seed is None else seed
    seeds = list(range(first, first + replications))
    task = Estimation(folder, scenario)
    missing = [one for one in seeds if task.read(one) is None]
    with progress_bar(len(seeds), len(seeds) - len(missing), progress) as bar:
        failures = run_replications(task, missing, workers, bar.report)
    if failures:
        raise ComparisonError(f"seed {failures[0].seed} failed:\n{failures[0].traceback}")
    by_seed = {one: task.read(one) or {} for one in seeds}
    table = verdicts(by_seed)
    study = Study(folder, table, origin(scenario, seeds))
    write_csv(folder / "facts.csv", table)
    write_csv(folder / "facts_by_seed.csv", pd.DataFrame([{"seed": one, **by_seed[one]} for one in seeds]))
    picture = draw_facts(table, study.provenance)
    picture.save(folder / "figures", study.provenance)
    write_page(folder, table, picture, study.provenance)
    return study


def origin(scenario: Scenario, seeds: list[int]) -> Provenance:
    """Where the numbers come from."""
    told = gather()
    program = told["program"]
    return Provenance(
        title=f"Stylised facts: {scenario.title or 'untitled scenario'}", arms=("neutral",), seeds=tuple(seeds),
        code=told["code"], version=program["version"],
        commit=program.get("commit", "") + ("" if program.get("clean", True) else " (edited)"), command=command(),
    )  # fmt: skip


def tell(study: Study, console: Console | None = None) -> None:
    """Print the table and the count."""
    console = console or Console()
    shown = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("statistic", "mean", "5-95 %", "published", ""):
        shown.add_column(name, justify="left" if name in ("statistic", "") else "right", no_wrap=True)
    found = by_fact(study.table)
    for name in FACTS:
        for row in rows_of(study.table[study.table["fact"] == name]):
            interval = f"{number(row.low, 2)} to {number(row.high, 2)}"
            style = "" if row.verdict == "pass" else "bold"
            shown.add_row(row.statistic.replace("_", " "), number(row.estimate, 2), interval, band(row), row.verdict,
                          style=style, end_section=row.statistic == FACTS[name].statistics[-1].name)  # fmt: skip
    good, total = passed(study.table)
    console.print(shown)
    missed = ", ".join(name.replace("_", " ") for name, verdict in found.items() if verdict != "pass")
    console.print(f"{good} of {total} facts hold." + (f" Not: {missed}." if missed else ""), highlight=False)
    console.print(f"Written to {study.folder}: facts.html, facts.csv, figures/facts.png", markup=False, highlight=False)
