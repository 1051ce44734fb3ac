"""`clustersim history`: what a player shows of a run, in one small file."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.exits import BadInput
from sim.cli.shared import SEED, all_overrides, as_name, compile_rules, quiet_option, set_option, years_option
from sim.cli.targets import check_target, writing_file


@click.command(short_help="Write what a player shows of a run, in one small file.")
@click.argument("source", metavar="RUN_OR_SCENARIO")
@click.argument("seed", type=SEED, required=False)
@click.option("--arm", type=as_name, metavar="NAME", help="Arm of a result folder; the first if not given.")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), help="File to write; results/NAME-SEED.history if not given."
)
@set_option
@years_option
@quiet_option
def history(
    source: str, seed: int | None, arm: str | None, out: Path | None, overrides: tuple[str, ...], years: str | None,
    quiet: bool,
) -> None:  # fmt: skip
    """Write what a player shows of a run: every year from the opening on, with the hash of its state.

    RUN_OR_SCENARIO is a result folder of `run` or `compare`, which holds the history of its first seed, or a scenario,
    which is run. Another SEED of a folder is run again. `clustersim replay` makes a page of such files.

    \b
    Examples:
      clustersim history results/run-policy_text
      clustersim history policy_text 7 -o results/seven.history
    """
    from sim.runs.history import MAGIC, packed
    from sim.store.files import write_atomically
    from sim.studies.histories import run_histories

    told = all_overrides(overrides, years, None)
    scenario = None
    if Path(source).is_dir():
        if told:
            raise BadInput(f"{source} is a result folder: its runs are as they are, without --set and --years")
        from sim.store.results import read_results
        from sim.studies.histories import histories_in

        results = read_results(source)
        name = arm or next(iter(results.arms))
        if name not in results.arms:
            raise BadInput(f"{source} has no arm {name!r}; it has {', '.join(results.arms)}")
        if seed is None or seed == results.seeds[0]:
            found = histories_in(source)[name]
        else:
            scenario = results.arms[name]
    else:
        from sim.scenario.layers import name_of
        from sim.scenario.reading import load_scenario

        name, scenario = arm or name_of(source), load_scenario(source, told)
    chosen = seed if seed is not None else results.seeds[0] if scenario is None else scenario.seed
    path = out or Path("results") / f"{Path(source).stem}-{chosen}.history"
    check_target(path, lambda kept: _is_history(kept, MAGIC), "a history")
    if scenario is not None:
        compile_rules()
        found = run_histories({name: scenario}, chosen)[name]
    content = packed(found)
    with writing_file(path):
        write_atomically(path, lambda temporary: temporary.write_bytes(content))
    if not quiet:
        years_kept = found.years
        click.echo(
            f"{path}: years {years_kept[0].year} to {years_kept[-1].year} of {found.arm}, seed {found.seed}, "
            f"{len(content) / 1e6:.1f} MB"
        )


def _is_history(path: Path, magic: bytes) -> bool:
    """Whether a file is an earlier history."""
    import gzip

    try:
        with gzip.open(path) as stream:
            return stream.read(len(magic)).startswith(magic[:19])
    except (OSError, EOFError):
        return False
