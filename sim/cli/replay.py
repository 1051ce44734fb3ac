"""`clustersim replay`: a run, or two side by side, as one page to open anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.exits import BadInput
from sim.cli.shared import as_name, language_option
from sim.cli.targets import check_target, writing_file

if TYPE_CHECKING:
    from sim.runs.history import History

MARKS = ('id="runs"', 'id="frames"')
"""Stand in every replay."""


@click.command(short_help="Write a page that plays a run, to open anywhere.")
@click.argument("sources", metavar="RUN...", nargs=-1, required=True)
@click.option(
    "--arm",
    "arms",
    type=as_name,
    metavar="NAME",
    multiple=True,
    help="Arm of a result folder; give two for two maps side by side. The first two if not given.",
)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="File to write; results/NAME.html if not given.")
@language_option
def replay(sources: tuple[str, ...], arms: tuple[str, ...], out: Path | None, language: str) -> None:
    """Write one HTML file that plays a run, or two side by side: no server, no network, small enough to mail.

    RUN is a result folder of `run` or `compare`, or a file of `clustersim history`; two files stand side by side.

    \b
    Examples:
      clustersim replay results/demo --arm plan_45 --arm duplicated -o demo.html
      clustersim replay results/run-policy_text --language zh
      clustersim replay one.history two.history -o both.html
    """
    from sim.reporting.replay import MOST_RUNS, replay_page
    from sim.store.files import write_atomically

    found = [history for source in sources for history in histories_of(source, arms)]
    chosen = found if len(sources) > 1 or arms else found[:MOST_RUNS]
    path = out or Path("results") / f"{Path(sources[0]).stem}.html"
    check_target(path, _is_replay, "a replay")
    try:
        page = replay_page(chosen, language)
    except ValueError as error:
        raise BadInput(f"{error}; choose with --arm" if Path(sources[0]).is_dir() else str(error)) from None
    with writing_file(path):
        write_atomically(path, lambda temporary: temporary.write_text(page, encoding="utf-8"))
    names = " and ".join(f"{history.arm} (seed {history.seed})" for history in chosen)
    click.echo(f"{path}: {names}, {path.stat().st_size / 1e6:.1f} MB")


def histories_of(source: str, arms: tuple[str, ...]) -> list[History]:
    """The histories that a folder or file holds, in the order asked for."""
    from sim.runs.history import read_history
    from sim.studies.histories import histories_in

    if not Path(source).is_dir():
        return [read_history(source)]
    kept = histories_in(source)
    unknown = [arm for arm in arms if arm not in kept]
    if unknown:
        raise BadInput(f"{source} has no arm {unknown[0]!r}; it has {', '.join(kept)}")
    return [kept[arm] for arm in arms] if arms else list(kept.values())


def _is_replay(path: Path) -> bool:
    """Whether a file is an earlier replay of this program."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return False
    return all(mark in text for mark in MARKS)
