"""Findings of published models for readers: tables and figure in the folder, and what is said on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from sim.reporting.ending import tell_failures, tell_written
from sim.reporting.figures import save_pictures
from sim.reporting.figures.style import BLUE, INK, SIZE, VERMILION, Picture, blank, look
from sim.reporting.fitting import Column, Fitting
from sim.reporting.pages import shot, write_page
from sim.reporting.pages.studies import finding_page
from sim.reporting.theory_results import provenance_of
from sim.reporting.wording import arm_name, label, number, rows_of
from sim.reporting.wording.en.figures import FINDING, FINDING_PANELS
from sim.store.files import write_csv
from sim.store.provenance import Provenance
from sim.studies.claims import estimate_of
from sim.studies.findings import Findings
from sim.studies.measured import by_arm


def publish_finding(found: Findings, folder: Path, forms: Sequence[str] = ("png",)) -> list[Path]:
    """Write values.csv, claims.csv, the figure as files of `forms` and report.html; returns their paths."""
    provenance = provenance_of(found.setup.experiment.title, tuple(found.setup.arms), found.seeds)
    picture = draw_finding(found, provenance)
    files, (image,) = save_pictures([picture], folder / "figures", provenance, forms)
    page = finding_page(found, [shot(picture.title, picture.reading, image)], provenance.footer())
    return [
        write_csv(folder / "values.csv", found.values),
        write_csv(folder / "claims.csv", found.claims),
        *files,
        write_page(folder / "report.html", page),
    ]


def draw_finding(found: Findings, origin: Provenance) -> Picture:
    """A panel for every measure: arms from top to bottom, mean and 95 % interval over seeds."""
    arms, measures = list(found.setup.arms), list(found.setup.experiment.record)
    colour = BLUE if found.verdict == "reproduced" else VERMILION
    title = f"{found.setup.experiment.title}: {found.verdict}"
    with look():
        page = blank(title, origin, height=SIZE[1])
        for axes, measure in zip(page.figure.subplots(1, len(measures), squeeze=False)[0], measures, strict=True):
            values = by_arm(found.values, measure, arms)
            for position, arm in enumerate(arms):
                mean = estimate_of(values[arm])
                axes.plot([mean.low, mean.high], [position, position], color=colour, linewidth=4)
                axes.plot(mean.difference, position, "o", color=INK, markersize=11)
            axes.set_ylim(len(arms) - 0.5, -0.5)
            shown = [arm_name(arm) for arm in arms] if measure == measures[0] else [""] * len(arms)
            axes.set_yticks(range(len(arms)), shown)
            axes.locator_params(axis="x", nbins=4)
            axes.set_title(FINDING_PANELS.get(measure, label(measure)), loc="left", fontsize=15)
    return Picture(found.name, title, FINDING, page.figure)


def tell_finding(found: Findings, folder: Path, console: Console | None = None) -> None:
    """Print the verdict, the claims and, if it does not come out, why."""
    console = console or Console()
    told = found.setup.experiment
    console.print(f"{told.title}: {found.verdict} ({told.source})", markup=False, highlight=False)
    rows = rows_of(found.claims)
    intervals = ["-" if row.reason else f"{number(row.ci_low)} to {number(row.ci_high)}" for row in rows]
    columns = [
        Column("difference", [number(row.difference) for row in rows]),
        Column("95 % interval", intervals),
        Column("expected", [row.expected for row in rows]),
        Column("", [str(row.holds) for row in rows]),
    ]
    console.print(Fitting([row.claim for row in rows], columns, "claim"))
    if found.verdict != "reproduced" and told.note:
        console.print(f"Note: {told.note.strip()}", markup=False, highlight=False)
    tell_failures(console, found.failures)
    tell_written(console, folder, "report.html", "claims.csv", "values.csv", "figures/")
