"""Letters of other scripts: an installed font draws them, or one plain warning says that none does."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

from sim.reporting.figures import Picture, fonts, save_pictures
from sim.reporting.figures.fonts import OWN, give_letters, letters_of
from sim.reporting.figures.style import blank, look
from sim.reporting.forms import MissingLetters
from sim.store.provenance import Provenance

ORIGIN = Provenance("Clusters", ("a",), (1,), "code", "1", "", "Python")


def picture(title: str) -> Picture:
    with look():
        return Picture("one", title, "", blank(title, ORIGIN).figure)


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer that has no font but Matplotlib's own."""
    monkeypatch.setattr(fonts, "_candidates", list)
    fonts.fonts_for.cache_clear()
    yield
    fonts.fonts_for.cache_clear()


def test_latin_greek_and_cyrillic_need_no_other_font() -> None:
    one = picture("Příliš žluťoučký kůň, αβγ, Россия → ±")
    assert letters_of(one.figure) == frozenset()
    give_letters(one.figure)
    assert all(text.get_fontfamily() == ["sans-serif"] for text in one.figure.findobj(Text))


@pytest.mark.usefixtures("no_fonts")
def test_one_warning_for_all_figures_when_no_font_has_the_letters(tmp_path: Path) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        save_pictures([picture("集群 plan"), picture("计划")], tmp_path, ORIGIN)
    assert [warning.category for warning in told] == [MissingLetters]
    assert "划群计集" in str(told[0].message) and "Noto Sans CJK" in str(told[0].message)


def test_an_installed_font_is_found_by_its_letters(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Matplotlib brings a font along for symbols; it stands for one that a user has installed."""
    font = next(path for path in Path(fonts.font_manager.findfont(OWN)).parent.glob("*.ttf") if odd(path))
    letter = odd(font)
    monkeypatch.setattr(fonts, "_candidates", lambda: [tmp_path / "damaged.ttf", font])
    (tmp_path / "damaged.ttf").write_bytes(b"not a font")
    fonts.fonts_for.cache_clear()
    one = picture(f"Plan {letter}")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        save_pictures([one], tmp_path, ORIGIN)
    fonts.fonts_for.cache_clear()
    assert FT2Font(str(font)).family_name in one.figure.texts[0].get_fontfamily()
    assert one.figure.texts[0].get_fontfamily()[0] == OWN


def odd(path: Path) -> str:
    """A printable letter that the font has and Matplotlib's own has not, "" without one."""
    mine = fonts._own()
    return next(
        (chr(code) for code in FT2Font(str(path)).get_charmap() if code not in mine and chr(code).isprintable()), ""
    )


def test_files_are_tried_in_a_good_order() -> None:
    names = ["Zeta.ttf", "NotoSansCJK-Bold.ttc", "simhei.ttf", "NotoSansCJK-Regular.ttc"]
    found = sorted(map(Path, names), key=fonts._rank)
    assert [path.name for path in found] == [
        "NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", "simhei.ttf", "Zeta.ttf",
    ]  # fmt: skip
