"""The forms that files of figures may have, their widths, and what they may lack."""

from __future__ import annotations

from collections.abc import Sequence

FORMS = ("png", "svg", "pdf")
COLUMN, PAGE = "column", "page"
WIDTHS = {COLUMN: 85.0, PAGE: 178.0}
"""Millimetres of the columns and pages of journals; without one of them a figure is as wide as a slide."""


def checked_forms(forms: Sequence[str]) -> tuple[str, ...]:
    """`forms`, each once: one of FORMS, or with a width behind it, such as pdf:column.

    Raises ValueError for one that is none, and when there is none.
    """
    known = [*FORMS, *(f"{form}:{width}" for form in FORMS for width in WIDTHS)]
    unknown = [form for form in forms if form not in known]
    if unknown or not forms:
        raise ValueError(
            f"figures can be {', '.join(FORMS)}, each also with :{' or :'.join(WIDTHS)}, not "
            f"{', '.join(unknown) or 'nothing'}"
        )
    return tuple(dict.fromkeys(forms))


class MissingLetters(UserWarning):
    """Letters in figures that no installed font has."""


class LeftOut(UserWarning):
    """A figure that does not fit a page at the width that was asked for."""
