"""Figures of sweeps, sensitivity, equilibria and regimes can be read: on a screen, and at the widths of papers."""

from __future__ import annotations

import itertools

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.reporting.figures.sheets import TALLEST, TooTall, fitted, sheets
from sim.reporting.figures.style import Picture
from sim.reporting.forms import WIDTHS
from tests.reporting.figures.drawn import all_pictures
from tests.reporting.figures.test_sheets import texts_of


@pytest.fixture(scope="module")
def pictures() -> dict[str, Picture]:
    return all_pictures()


@pytest.mark.parametrize("width", ["screen", *WIDTHS])
def test_no_text_is_cut_and_no_two_lie_on_each_other(
    width: str, pictures: dict[str, Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(pictures) > 10
    faults = []
    for name, picture in pictures.items():
        figures: list[Figure] = [picture.figure] if width == "screen" else sheets(picture.figure, width)
        for figure in figures:
            faults += [f"{name}: {fault}" for fault in faults_of(figure, monkeypatch)]
    assert not faults, "\n".join(faults)


def faults_of(figure: Figure, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Texts that are cut or lie on each other."""
    FigureCanvasAgg(figure)
    told, page = texts_of(figure, monkeypatch), figure.bbox
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in told]
    faults = [
        f"{text!r} is cut" for text, box in boxes
        if box.x0 < -1 or box.x1 > page.width + 1 or box.y0 < -1 or box.y1 > page.height + 1
    ]  # fmt: skip
    for (text, box), (other, beside) in itertools.combinations(boxes, 2):
        across = min(box.x1, beside.x1) - max(box.x0, beside.x0)
        up = min(box.y1, beside.y1) - max(box.y0, beside.y0)
        if across > 2 and up > 2:
            faults.append(f"{text!r} lies on {other!r}")
    return faults


def lines_of(figure: Figure) -> list[str]:
    """Names beside the lines of the first panel, without breaks."""
    return ["".join(label.get_text().split()) for label in figure.axes[0].get_yticklabels()]


@pytest.mark.parametrize("name", ["claims", "deviations"])
def test_lines_that_take_more_than_a_page_are_spread_over_sheets_in_their_order(
    name: str, pictures: dict[str, Picture]
) -> None:
    figure = pictures[name].figure
    with pytest.raises(TooTall):
        fitted(figure, "column")
    parts = sheets(figure, "column")
    assert 2 <= len(parts) <= 4
    assert [line for part in parts for line in lines_of(part)] == lines_of(figure)
    assert all(part.get_figheight() * 25.4 <= TALLEST for part in parts)


def test_panels_with_names_of_their_own_keep_them_in_a_column() -> None:
    figure = Figure(figsize=(13.33, 7.5), layout="constrained")
    for axes, names in zip(figure.subplots(1, 2), (["a", "b"], ["c", "d"]), strict=True):
        axes.plot([1, 2], [0, 1])
        axes.set_yticks([0, 1], names)
    told = [[label.get_text() for label in axes.get_yticklabels()] for axes in fitted(figure, "column").axes]
    assert told == [["a", "b"], ["c", "d"]]
