"""The forms that files of figures may have, and what they may lack."""

from __future__ import annotations

from collections.abc import Sequence

FORMS = ("png", "svg", "pdf")


def checked_forms(forms: Sequence[str]) -> tuple[str, ...]:
    """`forms`, each once. Raises ValueError for one that is none of FORMS, and when there is none."""
    unknown = [form for form in forms if form not in FORMS]
    if unknown or not forms:
        raise ValueError(f"figures can be {', '.join(FORMS)}, not {', '.join(unknown) or 'nothing'}")
    return tuple(dict.fromkeys(forms))


class MissingLetters(UserWarning):
    """Letters in figures that no installed font has."""
