"""Figures of sweeps, sensitivity, equilibria and regimes can be read: on a screen, and at the widths of papers."""

from __future__ import annotations

import itertools

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.reporting.figures.sheets import fitted
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
        figure: Figure = picture.figure if width == "screen" else fitted(picture.figure, width)
        FigureCanvasAgg(figure)
        told = texts_of(figure, monkeypatch)
        renderer, page = figure.canvas.get_renderer(), figure.bbox  # type: ignore[attr-defined]
        boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in told]
        for text, box in boxes:
            if box.x0 < -1 or box.x1 > page.width + 1 or box.y0 < -1 or box.y1 > page.height + 1:
                faults.append(f"{name}: {text!r} is cut")
        for (text, box), (other, beside) in itertools.combinations(boxes, 2):
            across = min(box.x1, beside.x1) - max(box.x0, beside.x0)
            up = min(box.y1, beside.y1) - max(box.y0, beside.y0)
            if across > 2 and up > 2:
                faults.append(f"{name}: {text!r} lies on {other!r}")
    assert not faults, "\n".join(faults)
