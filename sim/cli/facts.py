"""`clustersim facts`: does the neutral model behave like a real economy?"""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.exits import EXITS, end_with
from sim.cli.shared import (
    SEED,
    all_overrides,
    compile_rules,
    result_options,
    set_option,
    workers_option,
    years_option,
)
from sim.cli.targets import check_target, writing_file


@click.command(short_help="Compare the neutral model with 19 stylised facts of real economies.", epilog=EXITS)
@click.argument("scenario", default="neutral")
@click.option("--replications", type=click.IntRange(1, 100_000), default=30, show_default=True, help="Seeds.")
@workers_option
@set_option
@years_option
@click.option("--seed", type=SEED, help="First seed; the scenario's own if not given.")
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
    help="Show in it what `clustersim findings` found.",
)
@result_options
def facts(
    scenario: str, replications: int, workers: int | None, overrides: tuple[str, ...], years: str | None,
    seed: int | None, out: Path | None, docs: Path | None, beside: tuple[Path, ...], findings: Path | None,
    figures: tuple[str, ...], overwrite: bool, quiet: bool,
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

    loaded = load_scenario(scenario, all_overrides(overrides, years, None))
    from sim import front

    if docs is not None:
        check_target(docs, _is_validity, "a document on validity", "--docs")
    compile_rules()
    folder = out or Path("results") / f"facts-{Path(scenario).stem}"
    study = front.facts(loaded, replications, workers, folder, seed, not quiet, overwrite, figures)
    if docs is not None:
        from sim.reporting.validity import read_beside, read_findings, write_validity

        others = [read_beside(folder) for folder in beside]
        found = read_findings(findings) if findings else None
        with writing_file(docs, "--docs"):
            write_validity(docs, study.table, study.provenance, study.provenance.command, others, found)
    end_with(study.failures)


def _is_validity(path: Path) -> bool:
    """Whether a file is an earlier document of this command."""
    with path.open("rb") as stream:
        return stream.read(80).startswith(b"# Validity\n\nWritten by `")
