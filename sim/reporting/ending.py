"""How every study ends on the screen: which replications failed, and where the files are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from sim.reporting.wording.languages import ENGLISH, Terminal
from sim.store.executors.local import Failure


def tell_failures(
    console: Console, failures: Sequence[Failure], words: Terminal = ENGLISH, tracebacks: bool = False
) -> None:
    """A line for each replication that failed, and its traceback below it where asked for."""
    for failure in failures:
        console.print(words.not_counted(failure), markup=False, highlight=False)
        if tracebacks:
            console.print(f"  {failure.traceback}", markup=False, highlight=False, soft_wrap=True)


def tell_written(console: Console, folder: Path, *files: str, words: Terminal = ENGLISH) -> None:
    """One line: the folder, and the `files` in it that a reader opens first."""
    console.print(words.WRITTEN.format(folder, words.COMMA.join(files)), markup=False, highlight=False)
