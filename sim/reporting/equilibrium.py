"""The governors' game on the screen and on disk: tables, plans, the figure, the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from sim.kernel.fingerprint import fingerprint
from sim.reporting.ending import tell_failures, tell_written
from sim.reporting.figures import save_pictures
from sim.reporting.figures.equilibrium import draw_deviations
from sim.reporting.pages import shot, write_page
from sim.reporting.pages.equilibrium import answers, equilibrium_page
from sim.reporting.theory_results import provenance_of
from sim.reporting.wording.en import equilibrium as words
from sim.store.files import write_csv
from sim.studies.equilibrium import Equilibrium, Expected

SHOWN = 5
LONGEST = 60
"""Letters of the name of a plan's file."""


def publish_equilibrium(found: Equilibrium, folder: Path, forms: Sequence[str] = ("png",)) -> list[Path]:
    """Write the tables, the plans, the figure as files of `forms` and report.html; returns their paths."""
    tables = {"duplication": found.verdicts, "searches": found.searches, "turns": found.steps,
              "deviations": found.deviations}  # fmt: skip
    paths = [write_csv(folder / f"{name}.csv", table) for name, table in tables.items()]
    paths += [write_csv(folder / "plans" / f"{plan_file(name)}.csv", table) for name, table in found.plans.items()]
    title = found.game.scenario.title or words.TITLE
    provenance = provenance_of(title, tuple(found.game.plans), found.game.seeds)
    picture = draw_deviations(found.deviations, provenance)
    files, (image,) = save_pictures([picture], folder / "figures", provenance, forms)
    page = equilibrium_page(found, [shot(picture.title, picture.reading, image)], provenance.footer())
    return [*paths, *files, write_page(folder / "report.html", page)]


def plan_file(profile: str) -> str:
    """The name of a profile as that of a file."""
    plain = re.sub(r'[/\\:*?"<>|]', "-", profile)
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 9]} {fingerprint(profile)[:8]}"


def tell_equilibrium(found: Equilibrium, folder: Path, console: Console | None = None) -> None:
    """Print the answer by reward, what was spent, and where the files are."""
    console = console or Console()
    for said in answers(found):
        console.print(Text(f"{said}.", style="bold"))
    tell_failures(console, found.failures[:SHOWN])
    tables = ("duplication.csv", "searches.csv", "turns.csv", "deviations.csv")
    tell_written(console, folder, *tables, "plans/", "figures/", "report.html")


def expected_in_words(told: Expected) -> str:
    """Runs and time before anything but two runs is done."""
    return words.plan(told.test, told.budget, told.workers, told.seconds / 60.0)
