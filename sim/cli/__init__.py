"""The command `clustersim`. Nothing heavy is imported before a command needs it, so that `--help` answers at once."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import click

from sim.cli.batch import batch
from sim.cli.bundle import bundle
from sim.cli.calibrate import calibrate
from sim.cli.check import check
from sim.cli.checkpoint import checkpoint
from sim.cli.classroom import classroom
from sim.cli.compare import compare
from sim.cli.demo import demo
from sim.cli.describe import describe
from sim.cli.diff import diff
from sim.cli.equilibrium import equilibrium
from sim.cli.exits import EXITS, Commands
from sim.cli.evidence import evidence
from sim.cli.facts import facts
from sim.cli.film import film
from sim.cli.findings import findings
from sim.cli.history import history
from sim.cli.knockout import knockout
from sim.cli.lessons import lessons
from sim.cli.regimes import regimes
from sim.cli.replay import replay
from sim.cli.reproduce import reproduce
from sim.cli.rerun import rerun
from sim.cli.run import run
from sim.cli.scenarios import list_scenarios
from sim.cli.schema import schema
from sim.cli.sensitivity import sensitivity
from sim.cli.serve import serve
from sim.cli.signs import signs
from sim.cli.sweep import sweep
from sim.cli.warm import warm


def say_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    """Print the installed version and end."""
    if wanted and not context.resilient_parsing:
        try:
            click.echo(f"clustersim {version('clustersim')}")
        except PackageNotFoundError:
            click.echo("clustersim, not installed")
        context.exit()


@click.group(
    cls=Commands, epilog=EXITS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=say_version, help="Show the version."
)
def main() -> None:
    """Simulate how industrial clusters form, and compare plans for them.

    A SCENARIO is a YAML file, or the bare name of one in scenarios/.

    \b
    First steps:
      clustersim demo
      clustersim scenarios
      clustersim run policy_text
      clustersim compare policy_text --arm differentiated --arm duplicated --replications 12
    """


EXPERIMENTS = (
    demo, run, compare, sweep, batch, sensitivity, signs, equilibrium, regimes, knockout, facts, findings, evidence,
    calibrate,
)  # fmt: skip
REPRODUCED = (rerun, bundle, reproduce)
SHOWN = (serve, lessons, classroom, history, replay, film)
for command in (list_scenarios, *EXPERIMENTS, *REPRODUCED, *SHOWN, checkpoint, check, diff, describe, schema, warm):
    main.add_command(command)
