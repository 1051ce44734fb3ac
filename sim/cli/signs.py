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
    figures_option,
    overwrite_option,
    quiet_option,
    set_option,
    verbose_option,
    workers_option,
    years_option,
)

if TYPE_CHECKING:
    from sim.studies.signs import Kind

OTHERS = ("mechanism", "parameter", "hot", "mix")


@click.command(short_help="Compare layouts under every setting: what the sign depends on.", epilog=EXITS)
@click.option(
    "--map", "maps", multiple=True, metavar="SCENARIO",
    help="Scenario of which layouts are compared; may be repeated. Both policy_text and china_45 if not given.",
)  # fmt: skip
@click.option(
    "--only", "kinds", multiple=True, type=click.Choice(OTHERS),
    help="Only settings of this kind beside the default; may be repeated.",
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
@figures_option
@overwrite_option
@verbose_option
@quiet_option
def signs(
    maps: tuple[str, ...], kinds: tuple[Kind, ...], replications: int, setting_replications: int, workers: int | None,
    overrides: tuple[str, ...], seed: int, years: str | None, out: Path, figures: tuple[str, ...], overwrite: bool,
    quiet: bool,
) -> None:  # fmt: skip
    """Compare a differentiated layout with a duplicated one and with a market under every setting.

    Settings: the scenario as it is; each mechanism switched; each assumed parameter at both ends of its swept bounds;
    each meaning of hot; each use of the plan's money alone. All of them take hours on two cores: --only gives one kind.
    Writes signs.csv, channels.csv (how a layout wins) and figures. A killed run goes on where it stopped.

    \b
    Examples:
      clustersim signs --only hot --only mix --setting-replications 8
      clustersim signs --map mine.yaml --only mechanism --replications 12 --out results/my-signs
    """
    from sim import front
    from sim.studies.signs import KINDS, MAPS

    compile_rules()
    found = front.signs(
        maps or MAPS, replications, setting_replications, workers, out, seed, all_overrides(overrides, years, None),
        kinds or KINDS, not quiet, overwrite, figures,
    )  # fmt: skip
    end_with(found.failures)
