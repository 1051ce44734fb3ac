"""What `clustersim check` says of files."""

from __future__ import annotations

from sim.scenario.problems import Problem

IN_ORDER, NOTE = "{file}: in order{told}", "note: {note}"


def study(kind: str, count: int) -> str:
    """Kind of a study and its scenarios, behind IN_ORDER."""
    return f" ({kind}, {count} scenario{'' if count == 1 else 's'})"


def problem(problem: Problem) -> str:
    """What is wrong with a file, and where; also a note."""
    return str(problem)
