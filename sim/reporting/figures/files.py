"""Pictures as files: PNG, SVG or PDF, each with its provenance inside."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.reporting.figures.fonts import give_letters, quietly, warn_of_missing
from sim.reporting.figures.style import DPI, Picture, look
from sim.store.files import write_atomically
from sim.store.provenance import Provenance


def drawn(picture: Picture, provenance: Provenance, form: str = "png") -> bytes:
    """The picture as the contents of a file of one of the FORMS of sim.reporting.forms."""
    words = {**provenance.metadata(), "Title": f"{provenance.title}: {picture.title}", "Description": picture.reading}
    file = io.BytesIO()
    give_letters(picture.figure)
    with look(), quietly():
        picture.figure.savefig(file, format=form, dpi=DPI, metadata=_METADATA[form](words))
    return file.getvalue()


def save_pictures(
    pictures: Sequence[Picture], folder: Path, provenance: Provenance, forms: Sequence[str] = ("png",)
) -> tuple[list[Path], list[bytes]]:
    """Write every picture into `folder` in each of `forms`; returns the paths, and each picture as a PNG for a page.

    Warns once (MissingLetters) if texts have letters that no installed font has.
    """
    folder.mkdir(parents=True, exist_ok=True)
    warn_of_missing(picture.figure for picture in pictures)
    paths, shots = [], []
    for picture in pictures:
        found = {form: drawn(picture, provenance, form) for form in dict.fromkeys(("png", *forms))}
        shots.append(found["png"])
        paths += [save(found[form], folder / f"{picture.name}.{form}") for form in forms]
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
