"""Pictures as files: PNG, SVG or PDF, each with its provenance inside."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.reporting.figures.fonts import give_letters, quietly, warn_of_missing
from sim.reporting.figures.sheets import TooTall, sheets
from sim.reporting.figures.style import DPI, Picture, look
from sim.reporting.forms import LeftOut
from sim.reporting.wording.en import figures as words
from sim.store.files import write_atomically
from sim.store.provenance import Provenance

PRINTED = 300
"""Dots an inch of a PNG for print."""


def drawn(picture: Picture, provenance: Provenance, form: str = "png") -> list[bytes]:
    """The picture as the contents of a file of one of the forms of sim.reporting.forms, such as png or pdf:column; of
    several files where it takes more than a page at that width.

    Raises TooTall where it does not fit a page at that width and cannot be cut.
    """
    told = {**provenance.metadata(), "Title": f"{provenance.title}: {picture.title}", "Description": picture.reading}
    kind, _, width = form.partition(":")
    contents = []
    for figure in sheets(picture.figure, width) if width else [picture.figure]:
        file = io.BytesIO()
        give_letters(figure)
        with look(), quietly():
            figure.savefig(file, format=kind, dpi=PRINTED if width else DPI, metadata=_METADATA[kind](told))
        contents.append(file.getvalue())
    return contents


def save_pictures(
    pictures: Sequence[Picture], folder: Path, provenance: Provenance, forms: Sequence[str] = ("png",)
) -> tuple[list[Path], list[bytes]]:
    """Write every picture into `folder` in each of `forms`; returns the paths, and each picture as a PNG for a page.

    Those of a width of their own have it in their name, such as welfare-column.pdf, or deviations-column-1.pdf where it
    takes several. Warns once (MissingLetters) if
    texts have letters that no installed font has, and (LeftOut) of a picture that does not fit a page at a width.
    """
    folder.mkdir(parents=True, exist_ok=True)
    warn_of_missing(picture.figure for picture in pictures)
    paths, shots = [], []
    for picture in pictures:
        shots += drawn(picture, provenance)
        for form in forms:
            kind, _, width = form.partition(":")
            try:
                contents = shots[-1:] if form == "png" else drawn(picture, provenance, form)
            except TooTall as error:
                warnings.warn(words.LEFT_OUT.format(name=picture.name, width=width, why=error), LeftOut, stacklevel=2)
                continue
            stem = f"{picture.name}-{width}" if width else picture.name
            names = [stem] if len(contents) == 1 else [f"{stem}-{number}" for number in range(1, len(contents) + 1)]
            paths += [save(one, folder / f"{name}.{kind}") for one, name in zip(contents, names, strict=True)]
    return paths, shots


def save(contents: bytes, path: Path) -> Path:
    """Write `contents` to `path`, whole or not at all; returns the path."""
    write_atomically(path, lambda temporary: temporary.write_bytes(contents))
    return path


def _of_png(words: dict[str, str]) -> dict[str, Any]:
    """PNG keeps texts under any name, in Latin-1."""
    return {key: value.encode("latin-1", "replace").decode("latin-1") for key, value in words.items()}


def _of_svg(words: dict[str, str]) -> dict[str, Any]:
    """SVG knows the names of Dublin Core; no date, so that equal pictures are equal files."""
    rest = [f"{key}: {value}" for key, value in words.items() if key not in ("Title", "Description", "Software")]
    return {"Title": words["Title"], "Description": words["Description"], "Creator": words["Software"],
            "Keywords": rest, "Date": None}  # fmt: skip


def _of_pdf(words: dict[str, str]) -> dict[str, Any]:
    """PDF has a title, a subject and keywords."""
    rest = "; ".join(f"{key}: {value}" for key, value in words.items() if key not in ("Title", "Description"))
    return {"Title": words["Title"], "Subject": words["Description"], "Keywords": rest, "Creator": words["Software"],
            "CreationDate": None}  # fmt: skip


_METADATA = {"png": _of_png, "svg": _of_svg, "pdf": _of_pdf}
