"""What `clustersim check` says of files that are in order."""

from __future__ import annotations

IN_ORDER, NOTE = "{file}: in order{told}", "note: {note}"


def study(kind: str, count: int) -> str:
    """Kind of a study and its scenarios, behind IN_ORDER."""
    return f" ({kind}, {count} scenario{'' if count == 1 else 's'})"
