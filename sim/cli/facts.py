"""`clustersim facts`: does the neutral model behave like a real economy?"""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.shared import (
    BadInput,
    all_overrides,
    compile_rules,
    plain_errors,
    plain_results_errors,
    quiet_option,
    set_option,
    years_option,
)


@click.command(short_help="Compare the neutral model with 19 stylised facts of real economies.")
@click.argument("scenario", default="neutral")
@click.option("--replications", type=click.IntRange(1, 100_000), default=30, show_default=True, help="Seeds.")
@click.option("--workers", type=click.IntRange(1, 1024), help="Processes; all cores if not given.")
@set_option
@years_option
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="First seed; the scenario's own if not given.")
@click.option("--out", type=click.Path(path_type=Path), help="Result folder; results/facts-NAME if not given.")
@click.option("--docs", type=click.Path(path_type=Path), metavar="FILE", help="Also write this document on validity.")
@click.option(
    "--beside",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Show in it the facts of another scenario, from its result folder. May be repeated.",
)
@click.option(
    "--findings",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Show in it what experiments/replicate.py found.",
)
@quiet_option
def facts(
    scenario: str, replications: int, workers: int | None, overrides: tuple[str, ...], years: str | None,
    seed: int | None, out: Path | None, docs: Path | None, beside: tuple[Path, ...], findings: Path | None,
    quiet: bool,
) -> None:  # fmt: skip
    """Compare the neutral model with 19 stylised facts of real economies, each with its published band.

    Every statistic is estimated from recorded panels, as the papers did. A statistic passes when its 5-95 % interval
    over seeds meets the band. A killed study goes on where it stopped: give the command again.

    \b
    Examples:
      clustersim facts --replications 30 --out results/facts
      clustersim facts neutral --set parameters.entry_rate=0.08
      clustersim facts --docs docs/validity.md
    """
    from sim.scenario.reading import load_scenario

    with plain_errors():
        loaded = load_scenario(scenario, all_overrides(overrides, years, None))
    with plain_results_errors():
        from sim import front
        from sim.studies.facts.libraries import MissingLibrary

        compile_rules()
        folder = out or Path("results") / f"facts-{Path(scenario).stem}"
        try:
            study = front.facts(loaded, replications, workers, folder, seed, not quiet)
        except MissingLibrary as error:
            raise BadInput(str(error)) from None
    if docs is not None:
        from sim.reporting.validity import read_beside, read_findings, write_validity

        with plain_results_errors():
            others = [read_beside(folder) for folder in beside]
            found = read_findings(findings) if findings else None
            write_validity(docs, study.table, study.provenance, study.provenance.command, others, found)
