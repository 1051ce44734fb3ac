"""Letters of all scripts in figures: an installed font for those that Matplotlib's own font lacks."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

from sim.reporting.forms import MissingLetters
from sim.reporting.wording.en import figures as words

OWN = "DejaVu Sans"
"""The font that Matplotlib brings along: Latin, Greek, Cyrillic and more."""
GOOD = ("notosanscjk", "notosanssc", "sourcehansans", "msyh", "pingfang", "hiragino", "simhei", "wqy", "droidsans",
        "arialuni", "notosans")  # fmt: skip
"""Beginnings of names of font files that are tried first, in this order."""
NO_LETTERS = "lastresort"
"""A font that has a box for every letter."""
MOST = 4


def letters_of(figure: Figure) -> frozenset[str]:
    """Letters in all texts of a figure that the font of Matplotlib lacks."""
    texts = (text.get_text() for text in figure.findobj(Text))
    return frozenset(letter for text in texts for letter in text if letter.isprintable() and ord(letter) not in _own())


@cache
def fonts_for(letters: frozenset[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Names of installed fonts that together have `letters`, best first, and the letters that none has."""
    found: list[str] = []
    missing = {ord(letter) for letter in letters}
    for path in _candidates() if missing else ():
        try:
            has = missing & set(FT2Font(str(path)).get_charmap())
        except (OSError, RuntimeError):
            continue  # a damaged file, or a form that cannot be drawn
        if has:
            found.append(_name(path))
            missing -= has
        if not missing or len(found) == MOST:
            break
    return tuple(dict.fromkeys(found)), frozenset(map(chr, missing))


def give_letters(figure: Figure) -> None:
    """Set the texts of a figure in fonts that have their letters, if Matplotlib's own does not do."""
    names, _ = fonts_for(letters_of(figure))
    if names:
        for text in figure.findobj(Text):
            text.set_fontfamily([OWN, *names])


@contextmanager
def quietly() -> Iterator[None]:
    """No warning for each missing letter, which `warn_of_missing` says once, nor for a font that has no bold."""
    finder = logging.getLogger("matplotlib.font_manager")
    before = finder.level
    finder.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing from")
            yield
    finally:
        finder.setLevel(before)


def warn_of_missing(figures: Iterable[Figure]) -> None:
    """One warning for all figures if they hold letters that no installed font has."""
    missing = sorted(set().union(*(fonts_for(letters_of(figure))[1] for figure in figures)))
    if missing:
        warnings.warn(words.missing_letters(missing), MissingLetters, stacklevel=2)


def _name(path: Path) -> str:
    """The name under which Matplotlib knows the font of a file; of a collection the simplified Chinese one."""
    known = [entry.name for entry in font_manager.fontManager.ttflist if Path(entry.fname) == path]
    if not known:
        font_manager.fontManager.addfont(path)
        known = [entry.name for entry in font_manager.fontManager.ttflist if Path(entry.fname) == path]
    return min(known, key=lambda name: ("Mono" in name, not name.endswith(" SC")))


@cache
def _own() -> frozenset[int]:
    return frozenset(FT2Font(font_manager.findfont(OWN)).get_charmap())


def _candidates() -> list[Path]:
    """Font files of the system: upright ones of normal weight and without serifs first."""
    files = {Path(entry.fname) for entry in font_manager.fontManager.ttflist}
    files |= {Path(name) for name in font_manager.findSystemFonts()}
    return sorted((file for file in files if NO_LETTERS not in _plain(file)), key=_rank)


def _rank(file: Path) -> tuple[int, bool, str]:
    plain = _plain(file)
    place = next((number for number, name in enumerate(GOOD) if plain.startswith(name)), len(GOOD))
    return place, any(word in plain for word in ("bold", "italic", "oblique", "mono", "serif")), file.name


def _plain(file: Path) -> str:
    return "".join(letter for letter in file.stem.lower() if letter.isalnum())
