"""`clustersim signs`: what the sign of a comparison of layouts depends on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from sim.studies.signs import Kind

KINDS = ("default", "mechanism", "parameter", "hot", "mix")


@click.command(short_help="Compare layouts under every setting: what the sign depends on.", epilog=EXITS)
@click.option(
    "--map", "maps", multiple=True, metavar="SCENARIO",
    help="Scenario of which layouts are compared; may be repeated. Both policy_text and china_45 if not given.",
)  # fmt: skip
@click.option(
    "--only", "kinds", multiple=True, type=click.Choice(KINDS),
    help="Only settings of this kind beside the scenario as it is (default: nothing beside); may be repeated.",
)  # fmt: skip
@click.option(
    "--setting", "names", multiple=True, metavar="NAME",
    help="Only this mechanism, parameter, hot_by, mix or transfers beside the scenario as it is; may be repeated.",
)  # fmt: skip
@click.option(
    "--replications", type=click.IntRange(1, 1_000_000), default=40, show_default=True,
    help="Seeds of the scenario as it is.",
)  # fmt: skip
@click.option(
    "--setting-replications", type=click.IntRange(1, 1_000_000), default=12, show_default=True,
    help="Seeds of every other setting.",
)  # fmt: skip
@workers_option
@set_option
@click.option("--seed", type=SEED, default=1, show_default=True, help="First seed.")
@years_option
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/signs"), show_default=True,
              help="Result folder.")  # fmt: skip
@click.option("--count", is_flag=True, help="Say how many runs are asked for and done, and how long the rest takes.")
@result_options
def signs(
    maps: tuple[str, ...], kinds: tuple[Kind, ...], names: tuple[str, ...], replications: int,
    setting_replications: int, workers: int | None, overrides: tuple[str, ...], seed: int, years: str | None, out: Path,
    count: bool, figures: tuple[str, ...], overwrite: bool, quiet: bool,
) -> None:  # fmt: skip
    """Compare a differentiated layout with a duplicated one and with a market under every setting.

    Settings: the scenario as it is; each mechanism switched; each assumed parameter at both ends of its swept bounds;
    each meaning of hot; each use of the plan's money alone: 24,000 runs, some days of one core. So do it by parts
    into one folder: what it holds stays, only what is new is run, and the tables are of all of it.
    Writes report.html, signs.csv, channels.csv (how a layout wins) and figures. A killed run goes on where it stopped.

    \b
    Examples:
      clustersim signs --only default
      clustersim signs --only hot --only mix --setting-replications 8
      clustersim signs --count
    """
    from sim import front
    from sim.reporting.signs import tell_costs
    from sim.studies.signs import KINDS, MAPS, ask
    from sim.studies.signs_cost import costs

    told, maps, kinds = all_overrides(overrides, years, None), maps or MAPS, kinds or KINDS
    if count:
        tell_costs(costs(ask(maps, replications, setting_replications, seed, told, kinds, names), out))
        return
    compile_rules()
    found = front.signs(
        maps, replications, setting_replications, workers, out, seed, told, kinds, names, not quiet, overwrite, figures
    )
    end_with(found.failures)
