"""`clustersim bundle`: a result folder as one archive that can be cited."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.exits import EXITS, BadInput


@click.command(short_help="Pack a result folder into one citable archive (RO-Crate).", epilog=EXITS)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="The archive; NAME.crate.zip beside the folder if not given."
)
@click.option("--title", default="", metavar="TEXT", help="Title of the archive; that of the scenario if not given.")
@click.option("--author", "authors", multiple=True, metavar="NAME",
              help="An author; with an ORCID: `Mei Lin (https://orcid.org/0000-0002-1825-0097)`.")  # fmt: skip
@click.option("--licence", default="", metavar="URL",
              help="Address of the licence, such as https://creativecommons.org/licenses/by/4.0/; without it the "
              "archive says that none is stated.")  # fmt: skip
@click.option("--overwrite", is_flag=True, help="Replace an archive of that name.")
def bundle(folder: Path, out: Path | None, title: str, authors: tuple[str, ...], licence: str, overwrite: bool) -> None:
    """Pack a finished result FOLDER into one archive in the RO-Crate 1.1 format, to deposit and to cite.

    It holds every file that the program wrote into the folder, described with its SHA-256, and what made it. The same
    folder gives the same bytes. `clustersim reproduce` runs it again and compares.

    Needs rocrate: pip install 'clustersim[experiments]'.

    \b
    Examples:
      clustersim bundle results/run-policy_text
      clustersim bundle results/duel --title "Two plans" --author "Mei Lin" --out duel.crate.zip
    """
    from sim.store.bundle import Words, write_bundle

    if licence and "://" not in licence:
        raise click.BadParameter(f"{licence!r} is no address", param_hint="--licence")
    whole = folder.resolve()
    target = out or whole.with_name(f"{whole.name}.crate.zip")
    if target.exists() and (not overwrite or target.is_dir()):
        raise BadInput(f"{target} is there already: choose another with --out, or replace it with --overwrite")
    names = write_bundle(folder, target, Words(title, authors, licence))
    click.echo(f"{len(names)} files, {target.stat().st_size / 2**20:.1f} MB: {target}")
