"""What several commands share: options, and the compilation before the first run."""

from __future__ import annotations

import functools
import logging
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Command = Callable[..., Any]

PANELS = ("firms", "institutes", "links", "events", "cells", "regions", "industries", "local_industries")


def as_name(text: str) -> str:
    """A name, or text that holds names, as scenarios have them: letters and their accents as one character each."""
    from sim.scenario.letters import composed

    return composed(text)


def compile_rules() -> None:
    """Compile the rules if this version was never compiled here, and say so: workers then find them in the cache."""
    from sim.kernel.compiling import is_compiled_before

    if not is_compiled_before():
        from sim.reporting.progress import compiling_bar
        from sim.reporting.wording.en.commands import COMPILING
        from sim.runs.warming import warm_up

        click.echo(COMPILING, err=True)
        with compiling_bar(sys.stderr.isatty()):
            warm_up()


class Seed(click.ParamType):  # type: ignore[type-arg]  # generic in some releases of click only
    """A whole number that may be a seed."""

    name = "integer"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The seed; what is none is refused in the words of a scenario's file."""
        from sim.scenario.seeds import check_seeds

        try:
            seed = int(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a whole number", param, ctx)
        check_seeds([seed])
        return seed


SEED = Seed()

set_option = click.option(
    "--set", "overrides", multiple=True, metavar="KEY=VALUE",
    help="Change one value of the scenario, such as plan.budget=0.1 or policies.0.strength=2. May be repeated.",
)  # fmt: skip


def check_years(_context: click.Context, _option: click.Parameter, years: str | None) -> str | None:
    """The text of --years, after a check of its form."""
    if years is not None and not re.fullmatch(r"(\d+\+)?\d+", years):
        raise click.BadParameter(f"{years!r} is not of the form 30+30 or 30")
    return years


years_option = click.option(
    "--years",
    callback=check_years,
    metavar="[BURN_IN+]TREATMENT",
    help="Length of the run, such as 30+30, or 10 to change the treatment only.",
)
record_option = click.option(
    "--record", metavar="PANEL,...", help=f"Also write yearly tables of agents: {', '.join(PANELS)}."
)
overwrite_option = click.option("--overwrite", is_flag=True, help="Clear an --out folder that holds something else.")
from_option = click.option(
    "--from", "past", type=click.Path(path_type=Path), metavar="FILE",
    help="Start from this checkpoint instead of year 0; see `clustersim checkpoint`.",
)  # fmt: skip
no_unshocked_runs_option = click.option(
    "--no-unshocked-runs", is_flag=True,
    help="Do not run what has shocks a second time without them: saves time, and what shocks cost is not measured.",
)  # fmt: skip


def be_verbose(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    """Show on stderr what is written to the log of the result folder."""
    if not wanted:
        return
    told, handler = logging.getLogger("clustersim.run"), _Telling()
    told.addHandler(handler)
    told.setLevel(logging.INFO)

    def end() -> None:
        told.removeHandler(handler)
        told.setLevel(logging.WARNING)

    context.call_on_close(end)


class _Telling(logging.Handler):
    """Prints events on what is stderr just then: a progress bar replaces it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one event."""
        click.echo(record.getMessage(), err=True)


verbose_option = click.option(
    "--verbose", is_flag=True, expose_value=False, callback=be_verbose,
    help="Tell of every replication, with the traceback of one that fails; run.log in the result folder keeps it.",
)  # fmt: skip
quiet_option = click.option("--quiet", is_flag=True, help="No progress bar and no tables on the screen.")


workers_option = click.option(
    "--workers", type=click.IntRange(1, 1024), help="Processes; all cores if not given. Numbers do not depend on it."
)


def cluster_options(command: Command) -> Command:
    """`--workers`, or in its place `--dask`: the command is handed one value, `workers`."""

    @click.option("--dask", "address", metavar="ADDRESS",
                  help="Run on the workers of this Dask scheduler, tcp://HOST:PORT or a scheduler file.")  # fmt: skip
    @click.option("--shared-folder", "shares", is_flag=True,
                  help="With --dask: workers see --out under the same path and write there.")  # fmt: skip
    @workers_option
    @functools.wraps(command)
    def chosen(*given: Any, workers: int | None, address: str | None, shares: bool, **told: Any) -> Any:
        from sim.store.executors.cluster import Cluster

        if address is None and shares:
            raise click.UsageError("--shared-folder is for --dask")
        if address is not None and workers is not None:
            raise click.UsageError("--workers is for this machine: a Dask cluster has as many as it has")
        return command(*given, workers=workers if address is None else Cluster(address, shares), **told)

    return chosen


def all_overrides(overrides: tuple[str, ...], years: str | None, record: str | None) -> list[str]:
    """`--set` texts, and those that `--years` and `--record` stand for."""
    told = list(overrides)
    if years is not None:
        burn_in, plus, treatment = years.rpartition("+")
        told += [f"years.burn_in={burn_in}"] if plus else []
        told += [f"years.treatment={treatment}"]
    if record is not None:
        told.append(f"record.panels=[{record}]")
    return told


def read_figures(_context: click.Context, _option: click.Parameter, text: str) -> tuple[str, ...]:
    """The forms of figures that `--figures` names."""
    from sim.reporting.forms import checked_forms

    try:
        return checked_forms([form.strip().lower() for form in text.split(",") if form.strip()])
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


figures_option = click.option(
    "--figures", callback=read_figures, default="png", show_default=True, metavar="FORM,...",
    help="Files of each figure: png, svg, pdf; for papers pdf:column (85 mm) or pdf:page (178 mm).",
)  # fmt: skip


def result_options(command: Command) -> Command:
    """What every command has that fills a result folder: --figures, --overwrite, --verbose, --quiet."""
    return figures_option(overwrite_option(verbose_option(quiet_option(command))))


language_option = click.option(
    "--language", type=click.Choice(("en", "zh")), default="en", show_default=True,
    help="Language of the page when it opens; a button switches it.",
)  # fmt: skip
words_language_option = click.option(
    "--language", type=click.Choice(("en", "zh")), default="en", show_default=True, help="Language of what is said.",
)  # fmt: skip
tables_language_option = click.option(
    "--language", type=click.Choice(("en", "zh")), default="en", show_default=True,
    help="Language of the tables on the screen.",
)  # fmt: skip
