"""The command `clustersim`. Nothing heavy is imported before a command needs it, so that `--help` answers at once."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sim.describe import Description

TOPICS = ("parameters", "mechanisms", "metrics", "schedule", "layouts", "policies", "shocks")
PANELS = ("firms", "institutes", "links", "events", "cells")
SCHEMA_FILE = "scenarios/clustersim.schema.json"


class BadInput(click.ClickException):
    """Something the user gave cannot be used: said on stderr as it is, exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the message alone: it begins with the place of the problem."""
        click.echo(self.format_message(), file=file or sys.stderr)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn errors that a user can mend into a message and exit code 2."""
    from sim.problems import ScenarioError

    try:
        yield
    except ScenarioError as error:
        raise BadInput(str(error)) from None


@contextmanager
def plain_results_errors() -> Iterator[None]:
    """The same for errors of experiments and result folders; an interrupted experiment says how to go on."""
    from sim.experiment.compare import ComparisonError
    from sim.results import ResultsError

    try:
        yield
    except (ComparisonError, ResultsError) as error:
        raise BadInput(str(error)) from None
    except KeyboardInterrupt:
        click.echo("Interrupted. What is finished is kept: the same command goes on from there.", err=True)
        sys.exit(130)


def announce_compilation() -> None:
    """Say so when the rules have to be compiled first."""
    from sim.declare import is_compiled_before

    if not is_compiled_before():
        click.echo("Compiling the rules, once for this version: about 20 s.", err=True)


def say_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    """Print the installed version and end."""
    if wanted and not context.resilient_parsing:
        try:
            click.echo(f"clustersim {version('clustersim')}")
        except PackageNotFoundError:
            click.echo("clustersim, not installed")
        context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=say_version, help="Show the version."
)
def main() -> None:
    """Simulate how industrial clusters form, and compare plans for them.

    A SCENARIO is a YAML file, or the bare name of one in scenarios/.

    \b
    First steps:
      clustersim scenarios
      clustersim run policy_text
      clustersim compare policy_text --arm differentiated --arm duplicated --replications 12
    """


set_option = click.option(
    "--set", "overrides", multiple=True, metavar="KEY=VALUE",
    help="Change one value of the scenario, such as plan.budget=0.1 or policies.0.strength=2. May be repeated.",
)  # fmt: skip
years_option = click.option(
    "--years",
    metavar="[BURN_IN+]TREATMENT",
    help="Length of the run, such as 30+30, or 10 to change the treatment only.",
)
record_option = click.option(
    "--record", metavar="PANEL,...", help=f"Also write yearly tables of agents: {', '.join(PANELS)}."
)
overwrite_option = click.option("--overwrite", is_flag=True, help="Clear an --out folder that holds something else.")
quiet_option = click.option("--quiet", is_flag=True, help="No progress bar and no tables on the screen.")


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


@main.command()
@click.argument("scenario")
@set_option
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), help="Seed of the random draws; the scenario's own if not given."
)
@years_option
@record_option
@click.option("--out", type=click.Path(path_type=Path), help="Result folder; results/run-NAME if not given.")
@overwrite_option
@quiet_option
def run(
    scenario: str, overrides: tuple[str, ...], seed: int | None, years: str | None, record: str | None,
    out: Path | None, overwrite: bool, quiet: bool,
) -> None:  # fmt: skip
    """Run one scenario once: tables, an overview figure and a report.

    \b
    Examples:
      clustersim run policy_text
      clustersim run policy_text --set plan.layout=duplicated --seed 7 --out results/duplicated
      clustersim run china_45 --years 10+10 --record firms,events
    """
    from sim.scenario import load_scenario

    with plain_errors():
        wanted = load_scenario(scenario, all_overrides(overrides, years, record))
    with plain_results_errors():
        from sim.experiment.single import run_to_folder

        announce_compilation()
        folder = out or Path("results") / f"run-{Path(scenario).stem}"
        run_to_folder(wanted, folder, progress=not quiet, seed=seed, overwrite=overwrite)


@main.command()
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...")
@click.option(
    "--arm", "arms", multiple=True, metavar="NAME=KEY:VALUE,...",
    help="One arm: a name and what it changes in the scenario; the name of a layout alone stands for that layout. Repeat.",
)  # fmt: skip
@click.option("--replications", type=click.IntRange(1, 1_000_000), default=12, show_default=True, help="Seeds per arm.")
@click.option(
    "--workers", type=click.IntRange(1, 1024), help="Processes; all cores if not given. Numbers do not depend on it."
)
@set_option
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="First seed; the scenario's own if not given.")
@years_option
@record_option
@click.option("--baseline", metavar="NAME", help="Arm that the others are compared with; the first if not given.")
@click.option("--out", type=click.Path(path_type=Path), help="Result folder; results/compare-NAME if not given.")
@overwrite_option
@quiet_option
def compare(
    scenarios: tuple[str, ...], arms: tuple[str, ...], replications: int, workers: int | None,
    overrides: tuple[str, ...], seed: int | None, years: str | None, record: str | None, baseline: str | None,
    out: Path | None, overwrite: bool, quiet: bool,
) -> None:  # fmt: skip
    """Compare arms with the same luck: paired differences with 95 % intervals, figures and a report.

    Each --arm changes the one SCENARIO; with a single arm the scenario as it is comes first. Several SCENARIOs are
    arms by themselves, named after their files. A killed comparison goes on where it stopped: give the command again.

    \b
    Examples:
      clustersim compare policy_text --arm differentiated --arm duplicated --arm market
      clustersim compare china_45 --arm real=plan.layout:explicit --arm rush=plan.layout:duplicated,plan.imitation:1
      clustersim compare mine.yaml yours.yaml --replications 40 --workers 4 --out results/duel
    """
    from sim.arms import load_arms

    with plain_errors():
        loaded = load_arms(scenarios, arms, all_overrides(overrides, years, record))
    with plain_results_errors():
        from sim.experiment.compare import compare_scenarios

        announce_compilation()
        first = next(iter(loaded.values())).seed if seed is None else seed
        folder = out or Path("results") / f"compare-{'-'.join(Path(source).stem for source in scenarios)}"
        compare_scenarios(
            loaded,
            replications,
            workers,
            folder,
            seed=first,
            baseline=baseline,
            progress=not quiet,
            overwrite=overwrite,
        )


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@set_option
def check(files: tuple[str, ...], overrides: tuple[str, ...]) -> None:
    """Check scenario files without running them: every problem with file, line, column and remedy.

    \b
    Examples:
      clustersim check scenarios/*.yaml
      clustersim check mine.yaml --set plan.budget=0.2
    """
    from sim.problems import ScenarioError, in_order
    from sim.scenario import load_scenario

    problems = []
    for file in files:
        try:
            load_scenario(file, overrides)
            click.echo(f"{file}: in order")
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise BadInput("\n".join(str(problem) for problem in in_order(problems)))


@main.command()
@click.argument("first")
@click.argument("second")
@set_option
def diff(first: str, second: str, overrides: tuple[str, ...]) -> None:
    """Print what differs between two scenarios, and nothing else.

    --set applies to the SECOND, so a scenario can be compared with a variant of itself.

    \b
    Examples:
      clustersim diff base policy_text
      clustersim diff policy_text policy_text --set plan.budget=0.1
    """
    from sim.problems import shown
    from sim.scenario import diff_scenarios, load_scenario

    with plain_errors():
        differences = diff_scenarios(load_scenario(first), load_scenario(second, overrides))
    for key, before, after in differences:
        click.echo(f"{key}: {_in_diff(before, shown)} -> {_in_diff(after, shown)}")


def _in_diff(value: Any, shown: Any) -> str:
    if isinstance(value, (list, dict)):
        text = json.dumps(value, ensure_ascii=False)
        return text if len(text) <= 100 else text[:97] + "..."
    return str(shown(value)) if value is not None else "nothing"


@main.command()
@click.argument("topic", type=click.Choice(TOPICS))
@click.option("--markdown", "form", flag_value="markdown", help="As a Markdown table, with every column.")
@click.option("--csv", "form", flag_value="csv", help="As CSV, with every column.")
def describe(topic: str, form: str | None) -> None:
    """List what the installed version knows, with units, ranges and sources.

    \b
    Examples:
      clustersim describe parameters
      clustersim describe metrics --csv > metrics.csv
      clustersim describe schedule --markdown
    """
    from sim.describe import DESCRIPTIONS

    description = DESCRIPTIONS[topic]()
    if form == "markdown":
        click.echo(description.as_markdown(), nl=False)
    elif form == "csv":
        click.echo(description.as_csv(), nl=False)
    else:
        _print_table(description)


def _print_table(description: Description) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, title=f"{description.title} ({len(description.rows)})", title_justify="left",
                  pad_edge=False)  # fmt: skip
    for name in description.brief:
        table.add_column(name, overflow="fold", no_wrap=name in (description.brief[0], "default"))
    for row in zip(*(description.column(name) for name in description.brief), strict=True):
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


@main.command("scenarios")
def list_scenarios() -> None:
    """List the scenarios that can be named without a path, with a line on each.

    \b
    Examples:
      clustersim scenarios
      clustersim run policy_text
    """
    from sim.scenario_layers import known_scenarios, title_of

    known = known_scenarios()
    width = max(map(len, known), default=0)
    for name, path in known.items():
        click.echo(f"{name:<{width}}  {title_of(path)}")


@main.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; the screen if not given.")
def schema(out: Path | None) -> None:
    """Write the JSON schema with which editors complete and check scenario files.

    A file uses it when its first line is: # yaml-language-server: $schema=clustersim.schema.json

    \b
    Examples:
      clustersim schema --out scenarios/clustersim.schema.json
      clustersim schema | less
    """
    from sim.scenario import json_schema

    text = json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{out}: cannot be written: {error.strerror}") from None


if __name__ == "__main__":
    main()
