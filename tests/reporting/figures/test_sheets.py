"""Figures for papers: as wide as a column or a page in millimetres, all text of 8 points and inside."""

from __future__ import annotations

import io
import itertools
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from sim.reporting.comparison import evidence_of
from sim.reporting.figures import Evidence, Picture, draw_comparison, draw_dashboard, save_pictures
from sim.reporting.figures.files import drawn
from sim.reporting.figures.forest import draw_forest
from sim.reporting.figures.sheets import LEAST, POINTS, TALLEST, TooTall, fitted
from sim.reporting.forms import WIDTHS, LeftOut, checked_forms
from sim.studies.compare import Comparison

INCH = 25.4


@pytest.fixture(scope="module")
def evidence(comparison: Comparison) -> Evidence:
    return evidence_of(comparison)


@pytest.fixture(scope="module")
def pictures(evidence: Evidence) -> list[Picture]:
    """Lines, intervals, maps, and a map beside lines."""
    one = replace(evidence, arms=("balanced",), baseline="balanced")
    return [*draw_comparison(evidence), draw_dashboard(one, "balanced")]


def size_of(form: str, content: bytes) -> tuple[float, float]:
    """Millimetres across and up of a file."""
    if form == "png":
        image = Image.open(io.BytesIO(content))
        return tuple(INCH * side / dots for side, dots in zip(image.size, image.info["dpi"], strict=True))
    patterns = {"svg": rb'<svg[^>]*? width="([\d.]+)pt" height="([\d.]+)pt"',
                "pdf": rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]"}  # fmt: skip
    (told,) = re.findall(patterns[form], content)
    width, height = (float(one) / 72 * INCH for one in told)
    return width, height


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_files_have_the_width_in_millimetres(form: str, width: str, comparison: Comparison,
                                             pictures: list[Picture]) -> None:  # fmt: skip
    for picture in (pictures[0], pictures[1]):
        (content,) = drawn(picture, comparison.results.provenance, f"{form}:{width}")
        across, up = size_of(form, content)
        assert across == pytest.approx(WIDTHS[width], abs=0.15), picture.name
        assert 30 < up <= TALLEST


def texts_of(figure: Figure, monkeypatch: pytest.MonkeyPatch) -> list[Text]:
    """The texts that are drawn, each once; labels of ticks beyond the limits of an axis are not."""
    found: dict[int, Text] = {}
    draw = Text.draw

    def note(text: Text, *given: Any, **options: Any) -> None:
        if text.get_text().strip() and text.get_visible():
            found[id(text)] = text
        draw(text, *given, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Text, "draw", note)
        figure.canvas.draw()
    return list(found.values())


@pytest.mark.parametrize("width", WIDTHS)
def test_text_is_of_one_size_and_nothing_is_cut(
    width: str, pictures: list[Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {picture.name for picture in pictures} >= {"welfare", "differences", "clusters", "utilisation", "overview"}
    for picture in pictures:
        figure = fitted(picture.figure, width)
        told = texts_of(figure, monkeypatch)
        renderer, box = figure.canvas.get_renderer(), figure.bbox  # type: ignore[attr-defined]
        for text in told:
            on_map = text.axes is not None and text.axes.get_aspect() != "auto" and text in text.axes.texts
            size = text.get_fontsize()
            assert size == POINTS or (on_map and LEAST <= size < POINTS), (picture.name, text)
            place = text.get_window_extent(renderer)
            inside = place.x0 >= -1 and place.x1 <= box.width + 1 and place.y0 >= -1 and place.y1 <= box.height + 1
            assert inside, (picture.name, width, text, place)
        for axes in figure.axes:
            labels = [label for label in axes.get_xticklabels() if label in told]
            spans = sorted((label.get_window_extent(renderer).intervalx for label in labels), key=lambda one: one[0])
            assert all(one[1] < two[0] for one, two in itertools.pairwise(spans)), (picture.name, width)


def test_panels_stand_below_each_other_in_a_column_and_keep_their_names(evidence: Evidence) -> None:
    picture = draw_forest(evidence)
    assert picture is not None
    names = {"duplicated", "balanced", "random\nspecialised"}
    for width, columns in (("page", 3), ("column", 2)):
        figure = fitted(picture.figure, width)
        grid = figure.axes[0].get_subplotspec().get_gridspec()  # type: ignore[union-attr]
        assert grid.ncols == columns
        for axes in figure.axes:
            told = {label.get_text() for label in axes.get_yticklabels()}
            first = axes.axison and axes.get_subplotspec().colspan.start == 0  # type: ignore[union-attr]
            assert told == (names if first else {""}) or not axes.axison


def test_the_screen_keeps_its_picture_and_files_say_their_width(
    comparison: Comparison, pictures: list[Picture], tmp_path: Path
) -> None:
    origin, welfare = comparison.results.provenance, pictures[0]
    before = (tuple(welfare.figure.get_size_inches()), [text.get_text() for text in welfare.figure.texts])
    paths, (shot,) = save_pictures([welfare], tmp_path, origin, ("png", "pdf:column", "svg:page"))
    assert [path.name for path in paths] == ["welfare.png", "welfare-column.pdf", "welfare-page.svg"]
    assert shot == paths[0].read_bytes()
    assert (tuple(welfare.figure.get_size_inches()), [text.get_text() for text in welfare.figure.texts]) == before
    assert len(before[1]) >= 2, "title and provenance"
    assert welfare.reading in paths[2].read_text(encoding="utf-8"), "what a journal sets below a figure"


def test_what_is_taller_than_a_page_is_left_out_and_said(
    comparison: Comparison, pictures: list[Picture], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.reporting.figures.sheets.TALLEST", 40.0)
    with pytest.raises(TooTall, match=r"it would be \d+ mm tall"):
        fitted(pictures[0].figure, "column")
    with pytest.warns(LeftOut, match="no welfare at the width of a column: it would be"):
        paths, _ = save_pictures(pictures[:1], tmp_path, comparison.results.provenance, ("png", "png:column"))
    assert [path.name for path in paths] == ["welfare.png"]


def test_widths_are_checked() -> None:
    assert checked_forms(["png", "pdf:column", "pdf:column"]) == ("png", "pdf:column")
    for wrong in ("pdf:book", "gif:page", ":page", "column"):
        with pytest.raises(ValueError, match=r"png, svg, pdf, each also with :column or :page, not"):
            checked_forms([wrong])
