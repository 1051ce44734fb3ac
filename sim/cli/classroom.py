"""`clustersim classroom`: a class governs the regions, round by round."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.exits import EXITS, BadInput
from sim.cli.shared import SEED, compile_rules, language_option, set_option

if TYPE_CHECKING:
    from sim.game.session import Session

ROUNDS = 5


@click.command(short_help="A class governs the regions: does it duplicate of its own accord?", epilog=EXITS)
@click.argument("scenario", required=False)
@click.option("--preset", "presets", multiple=True, type=click.Choice(("A", "B", "C", "D", "E", "F", "G")),
              help="What is played for, and what is seen of others; twice: one for each of two nations. Without it the "
              "first one that has something at stake. --list tells what each is.")  # fmt: skip
@click.option(
    "--list", "tells", is_flag=True, help="Tell what presets there are and what is at stake in each, and end."
)
@click.option("--bots", is_flag=True, help="Play a session among bots, here and now, and tell how it ends: no server.")
@click.option("--rounds", type=click.IntRange(4, 6), default=ROUNDS, show_default=True, help="Rounds of five years.")
@click.option("--practice/--no-practice", default=True, show_default=True, help="A round first that does not count.")
@click.option("--seconds", type=click.IntRange(0, 3600), default=180, show_default=True,
              help="Of a round, until it is locked; the teacher may extend it. 0: no clock.")  # fmt: skip
@click.option("--nations", type=click.IntRange(1, 2), help="Nations; two from 32 players on if not given.")
@click.option("--binding", is_flag=True, help="Of preset D: what the coordinator proposes is done.")
@click.option("--resume", "past", type=click.Path(path_type=Path), metavar="FOLDER",
              help="Go on with the session in this folder.")  # fmt: skip
@click.option("--lan", is_flag=True, help="Answer other machines of this network: students need it.")
@click.option("--port", type=click.IntRange(1, 65_535), help="Port; a free one if not given, or that of the session.")
@click.option("--browser/--no-browser", default=True, show_default=True, help="Open the teacher's page in a browser.")
@set_option
@click.option("--seed", type=SEED, default=1, show_default=True, help="Of all luck.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the session; results/classroom-NUMBER.")
@language_option
def classroom(
    scenario: str | None, presets: tuple[str, ...], tells: bool, bots: bool, rounds: int, practice: bool, seconds: int,
    nations: int | None, binding: bool, past: Path | None, lan: bool, port: int | None, browser: bool,
    overrides: tuple[str, ...], seed: int, out: Path | None, language: str,
) -> None:  # fmt: skip
    """Let a class govern regions in rounds of five years, beside a coordinated plan and none with the same luck.

    Students open a page on the local network, without accounts and without the internet; this machine computes. A
    session is a folder: what was saved is on the disk, and --resume goes on from it after whatever happened.

    \b
    Examples:
      clustersim classroom --list
      clustersim classroom --bots
      clustersim classroom --lan
      clustersim classroom --lan --preset A --preset E --language zh
      clustersim classroom --resume results/classroom-1 --lan
    """
    from sim.game.session import GameError, create, resume
    from sim.game.words import texts

    if tells:
        _list(language, rounds)
        return
    if len(presets) > 2:
        raise BadInput("--preset is given twice at most: one for each nation")
    chosen = presets or (_first_offered(),)
    session: Session | None = None
    try:
        if past is not None:
            compile_rules()
            session = resume(past)
        elif bots:
            compile_rules()
            _dry_run(out or _free_folder(), language, scenario=scenario, preset=chosen, rounds=rounds, seed=seed,
                     overrides=overrides, binding=binding, nations=nations or len(chosen))  # fmt: skip
            return
        else:
            compile_rules()
            session = create(out or _free_folder(), scenario, chosen, rounds, seed, language, port, nations, practice,
                             seconds, overrides, binding)  # fmt: skip
        if bots:
            _play_on(session, language)
        else:
            serve_class(session, lan, port, browser, language)
    except GameError as error:
        told = texts(language).get(f"refused_{getattr(error, 'code', '')}", str(error))
        raise BadInput(told) from None
    finally:
        if session is not None:
            session.close()


def serve_class(session: Session, lan: bool, port: int | None, browser: bool, language: str) -> None:
    """Serve a session until Ctrl-C. Raises BadInput where the extra `page` or a free port is missing."""
    try:
        from sim.game import web_start
    except ModuleNotFoundError as error:
        raise BadInput(f"a class needs {error.name}, which is not installed: pip install 'clustersim[page]'") from None
    from sim.page.listening import PortTaken

    try:
        web_start.serve_class(session, port, lan, browser, click.echo, language)
    except PortTaken as error:
        raise BadInput(str(error)) from None


def _first_offered() -> str:
    from sim.game.tension import offered

    return offered()[0].key


def _free_folder() -> Path:
    """The first folder results/classroom-NUMBER that is not there."""
    number = 1
    while (found := Path("results") / f"classroom-{number}").exists():
        number += 1
    return found


def _list(language: str, rounds: int) -> None:
    """Tell presets in the order in which they are offered, and what is at stake in each over so many rounds."""
    from sim.game.words import lines, texts

    for line in lines(language, rounds):
        click.echo(f"{line['key']}  {line['title']}: {line['about']}")
        click.echo(f"   {line['formula']}")
        click.echo(f"   {line['verdict']}")
        if line["line"]:
            click.echo(f"   {line['line']}")
            if line["course"]:
                click.echo(f"   {line['course']}")
            if line["stale"]:
                click.echo(f"   {texts(language)['tension_stale']}")


def _dry_run(folder: Path, language: str, **options: Any) -> None:
    from sim.game.dry_run import play

    session = play(folder, lambda done, rounds: _tell_round(language, done, rounds), language=language, **options)
    try:
        _tell(session, language)
    finally:
        session.close()


def _play_on(session: Session, language: str) -> None:
    """Let bots play what is left of a session that was begun or not."""
    from sim.game.dry_run import play_on

    session.warm()
    if session.state.phase == "lobby":
        session.begin(session.secret)
    if session.state.phase not in ("debrief", "closed"):
        play_on(session, lambda done, rounds: _tell_round(language, done, rounds))
    _tell(session, language)


def _tell_round(language: str, done: int, rounds: int) -> None:
    from sim.game.words import said

    click.echo(said(language, "dry_round", round=done, rounds=rounds), err=True)


def _tell(session: Session, language: str) -> None:
    """Make the debrief, print it, and write the exports."""
    from sim.game.words import plain, said

    with click.progressbar(length=1000, label=said(language, "dry_debrief")) as bar:
        session.prepare_debrief(lambda done, steps: bar.update(int(1000 * done / steps) - bar.pos))
    told = session.debrief()
    assert told is not None
    for nation in told["nations"]:
        click.echo(f"\n{said(language, 'preset_' + nation['preset'])} ({nation['preset']})")
        for sentence in nation["sentences"][language]:
            click.echo(f"  {sentence}")
        click.echo(f"{said(language, 'dry_scores')}: {said(language, 'formula_' + nation['payoff'])}")
        for one in sorted(nation["scores"], key=lambda row: row["place"]):
            kind, _, habit = one["source"].partition(":")
            who = said(language, f"source_{kind}") + (f", {said(language, 'habit_' + habit)}" if habit else "")
            click.echo(f"  {one['place']:>4g}  {one['region']:<12} "
                       f"{plain(one['score'], 2):>7}  {who}")  # fmt: skip
    session.export(session.secret)
    click.echo("\n" + said(language, "dry_written", folder=session.folder))
    click.echo(said(language, "dry_replay", file=session.folder / "exports" / "class-1.yaml"))
