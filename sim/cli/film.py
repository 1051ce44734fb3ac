"""`clustersim film`: a run, or two side by side, as a film."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.exits import BadInput
from sim.cli.replay import histories_of
from sim.cli.shared import as_name, language_option
from sim.cli.targets import check_target, writing_file


@click.command(short_help="Write a film of a run: the map with its clock, MP4 or GIF.")
@click.argument("sources", metavar="RUN...", nargs=-1, required=True)
@click.option("--arm", "arms", type=as_name, metavar="NAME", multiple=True,
              help="Arm of a result folder; give two for two maps side by side. The first if not given.")  # fmt: skip
@click.option("-o", "--out", type=click.Path(path_type=Path),
              help="File to write, .mp4 or .gif; results/NAME.mp4 if not given.")  # fmt: skip
@click.option("--speed", type=click.FloatRange(0.2, 24), default=4.0, show_default=True, metavar="YEARS",
              help="Years a second.")  # fmt: skip
@language_option
def film(sources: tuple[str, ...], arms: tuple[str, ...], out: Path | None, speed: float, language: str) -> None:
    """Write a film of a run, or of two side by side: who leads where, the clock, capacity in use, income, innovations.

    RUN is a result folder of `run` or `compare`, or a file of `clustersim history`; two files stand side by side. A GIF
    needs nothing else; an MP4 needs the encoder that `pip install 'clustersim[experiments]'` brings.

    \b
    Examples:
      clustersim film results/run-policy_text -o run.mp4
      clustersim film results/demo --arm plan_45 --arm duplicated -o demo.gif --speed 3
    """
    from sim.reporting.film import MARK, MissingEncoder, write_film

    found = [history for source in sources for history in histories_of(source, arms)]
    chosen = found if len(sources) > 1 or arms else found[:1]
    path = out or Path("results") / f"{Path(sources[0]).stem}.mp4"
    check_target(path, lambda kept: MARK.encode() in kept.read_bytes(), "a film")
    try:
        with writing_file(path):
            years = write_film(chosen, path, speed, language)
    except (ValueError, MissingEncoder) as error:
        raise BadInput(str(error)) from None
    names = " and ".join(f"{history.arm} (seed {history.seed})" for history in chosen)
    click.echo(f"{path}: {names}, {years} years, {path.stat().st_size / 1e6:.1f} MB")
