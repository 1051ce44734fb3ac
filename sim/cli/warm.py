"""`clustersim warm`: compile in advance."""

from __future__ import annotations

import time

import click

from sim.cli.shared import quiet_option


@click.command(short_help="Compile the rules now, so that no later run waits for it.")
@quiet_option
def warm(quiet: bool) -> None:
    """Compile the rules of every mechanism, policy and shock, and keep them for all later runs of this version.

    The first run of a version does the same for the rules that it needs, which takes about a minute on one core.
    What is compiled already is not compiled again; after an edit of one rule only those that can see it are.
    NUMBA_CACHE_DIR names another folder to keep them in, which several machines may share.

    \b
    Examples:
      clustersim warm
      clustersim warm --quiet
    """
    from sim.kernel import compiling
    from sim.reporting.progress import compiling_bar
    from sim.reporting.wording.en import commands as words
    from sim.runs.warming import warm_everything

    if not compiling.COMPILED:
        click.echo(words.COMPILER_OFF)
        return
    begun = time.perf_counter()
    with compiling_bar(not quiet):
        count = warm_everything()
    folder = compiling.usable_folder()
    kept = words.KEPT_IN.format(folder=folder) if folder else words.NOT_KEPT
    click.echo(words.COMPILED.format(count=count, kept=kept, seconds=time.perf_counter() - begun))
