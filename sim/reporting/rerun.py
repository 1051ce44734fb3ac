"""What is said on the screen of an experiment that was done again."""

from __future__ import annotations

from rich.console import Console

from sim.studies.rerun import Rerun


def rerun_in_words(found: Rerun) -> list[str]:
    """The answer first: identical, or where it first differs; then the other tables, then what is other than it was."""
    if found.identical:
        lines = [f"identical: {found.runs:,} runs, {found.hashes:,} state hashes, every table to the bit"]
    else:
        lines = [f"differs, first in {found.differences[0]}"]
        lines += [f"  also: {one}" for one in found.differences[1:]]
        if not found.notes:
            lines.append("  code, machine and versions are those of then: this must not be, please report it")
    return [*lines, *(f"  note: {note}" for note in found.notes), f"Done again in {found.folder}"]


def tell_rerun(found: Rerun) -> None:
    """Print what came of doing a folder again."""
    console = Console()
    for line in rerun_in_words(found):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
