"""`clustersim knockout`: what each mechanism contributes."""

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


@click.command(short_help="Switch each mechanism off in turn: what each contributes.", epilog=EXITS)
@click.argument("scenario")
@click.option("--mechanism", "mechanisms", multiple=True, metavar="NAME", help="Only this one; may be repeated.")
@click.option("--replications", type=click.IntRange(1, 1_000_000), default=12, show_default=True, help="Seeds per arm.")
@workers_option
@set_option
@click.option("--seed", type=SEED, help="First seed; the scenario's own if not given.")
@years_option
@click.option("--out", type=click.Path(path_type=Path), help="Result folder; results/knockout-NAME if not given.")
@result_options
def knockout(
    scenario: str, mechanisms: tuple[str, ...], replications: int, workers: int | None, overrides: tuple[str, ...],
    seed: int | None, years: str | None, out: Path | None, figures: tuple[str, ...], overwrite: bool, quiet: bool,
) -> None:  # fmt: skip
    """Switch each mechanism off in turn and show what it contributes to clustering, output, innovation and resilience.

    Mechanisms that the scenario has off are switched on. The burn-in runs under the switched model too, with the same
    luck. Writes report.html, knockout.csv and a figure. A killed run goes on where it stopped.

    \b
    Examples:
      clustersim knockout policy_text --replications 12 --workers 2
      clustersim knockout china_45 --mechanism agglomeration --mechanism spillovers --years 20+20
    """
    from sim.scenario.reading import load_scenario

    wanted = load_scenario(scenario, all_overrides(overrides, years, None))
    from sim.studies.knockout import chosen_mechanisms

    chosen = chosen_mechanisms(mechanisms)
    from sim import front

    compile_rules()
    folder = out or Path("results") / f"knockout-{Path(scenario).stem}"
    first = wanted.seed if seed is None else seed
    found = front.knockout(wanted, replications, workers, folder, first, chosen, not quiet, overwrite, figures)
    end_with(found.failures)
