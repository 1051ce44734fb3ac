"""`clustersim equilibrium`: what regions choose when each governor does what it is rewarded for."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sim.cli.exits import EXITS, BadInput, end_with
from sim.cli.shared import (
    SEED,
    all_overrides,
    compile_rules,
    result_options,
    set_option,
    workers_option,
    years_option,
)

PLANS = ("coordinated", "own", "hot", "related", "balanced", "none")
REWARDS = ("value_added", "income", "employment", "growth_rank")


@click.command(
    short_help="Do regions duplicate of their own accord? Governors who deviate, best responses.", epilog=EXITS
)
@click.argument("scenario")
@click.option("--reward", "rewards", multiple=True, type=click.Choice(REWARDS),
              help="What governors are rewarded for; may be repeated, all if none is given.")  # fmt: skip
@click.option("--plan", "plans", multiple=True, type=click.Choice(PLANS),
              help="What governors choose among; may be repeated, all if none is given. coordinated, hot and none are "
              "needed.")  # fmt: skip
@click.option("--effort", "efforts", multiple=True, type=click.FloatRange(0, 10, min_open=True), metavar="TIMES",
              help="How many times the usual budget may be spent; repeatable, 1 and 2 if none is given.")  # fmt: skip
@click.option("--regions", "tested", type=click.IntRange(1, 1000), default=4, show_default=True,
              help="Governors that deviate in the test, evenly over the map; in the search all play.")  # fmt: skip
@click.option("--budget", type=click.IntRange(1, 1_000_000), default=2500, show_default=True, help="Runs in all.")
@click.option("--tolerance", type=click.FloatRange(0), default=2.0, show_default=True, metavar="SIZE",
              help="Gains (per cent or places) and losses of the nation (per cent) a verdict ignores.")  # fmt: skip
@click.option("--replications", type=click.IntRange(1, 1_000_000), default=8, show_default=True, help="Seeds.")
@click.option("--ask-above", "most", type=click.FloatRange(0), default=10.0, show_default=True, metavar="MINUTES",
              help="Ask before what takes longer.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask.")
@workers_option
@set_option
@click.option("--seed", type=SEED, default=1, show_default=True, help="First seed.")
@years_option
@click.option("--out", type=click.Path(path_type=Path), help="Result folder; results/equilibrium-NAME if not given.")
@result_options
def equilibrium(
    scenario: str, rewards: tuple[str, ...], plans: tuple[str, ...], efforts: tuple[float, ...], tested: int,
    budget: int, tolerance: float, replications: int, most: float, yes: bool, workers: int | None,
    overrides: tuple[str, ...], seed: int, years: str | None, out: Path | None, figures: tuple[str, ...],
    overwrite: bool, quiet: bool,
) -> None:  # fmt: skip
    """Let the governor of each region choose what it promotes and spends, by what it is rewarded for.

    First a test at three profiles, all coordinated, all hot, nobody: what does one governor gain by another plan, and
    what does the nation lose? Then, from each of these, all hot first, governors in turn take their best plan until
    nobody gains, until it cycles, or until the budget of runs is spent. For each reward it says whether duplication
    is a trap, a harmless habit or no equilibrium at all, up to which gain, and what it costs the nation (price of
    anarchy).

    Two runs are timed first, and what the rest takes is told. A killed run goes on where it stopped.

    \b
    Examples:
      clustersim equilibrium policy_text --set population.firms=300 --years 20+10 --workers 2
      clustersim equilibrium mine.yaml --reward growth_rank --plan coordinated --plan hot --plan none --budget 4000
    """
    from sim.scenario.reading import load_scenario

    wanted = load_scenario(scenario, all_overrides(overrides, years, None))
    from sim import front
    from sim.reporting.equilibrium import expected_in_words
    from sim.studies.equilibrium import Game, expected

    game = Game(
        wanted, tuple(range(seed, seed + replications)), plans or PLANS, tuple(dict.fromkeys(efforts)) or (1.0, 2.0),
        rewards or REWARDS, tested, budget, tolerance,
    )  # fmt: skip
    compile_rules()
    folder = out or Path("results") / f"equilibrium-{Path(scenario).stem}"
    told = expected(game, workers, folder, overwrite)
    if not quiet:
        click.echo(expected_in_words(told), err=True)
    if told.seconds > 60 * most and not yes:
        if not sys.stdin.isatty():
            raise BadInput(f"{expected_in_words(told)}\nThat is more than --ask-above allows: give --yes to run it")
        click.confirm("Go on?", abort=True, err=True)
    end_with(front.equilibrium(game, workers, folder, not quiet, False, figures).failures)
