"""What is said on the screen of an experiment that was done again."""

from __future__ import annotations

from rich.console import Console

from sim.reporting.wording.en import terminal as words
from sim.studies.rerun import Rerun


def rerun_in_words(found: Rerun) -> list[str]:
    """The answer first: identical, or where it first differs; then the other tables, then what is other than it was."""
    if found.identical:
        lines = [words.IDENTICAL.format(runs=found.runs, hashes=found.hashes)]
    else:
        lines = [words.DIFFERS.format(found.differences[0])]
        lines += [words.ALSO.format(one) for one in found.differences[1:]]
        if not found.notes:
            lines.append(words.UNEXPLAINED)
    return [*lines, *(words.OTHERWISE.format(note) for note in found.notes), words.DONE_AGAIN.format(found.folder)]


def tell_rerun(found: Rerun) -> None:
    """Print what came of doing a folder again."""
    console = Console()
    for line in rerun_in_words(found):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
