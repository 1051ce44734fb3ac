"""Films of runs: every year is drawn, both forms open again, and what cannot be filmed is refused in words."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sim.reporting import film
from sim.reporting.film import MARK, MissingEncoder, write_film
from sim.runs.history import History
from sim.studies.histories import run_histories
from tests.model.engine.worlds import small_story

pytestmark = pytest.mark.slow
YEARS = 3


@pytest.fixture(scope="module")
def histories() -> list[History]:
    """Two layouts on a small map, from year 0 to year 3."""
    arms = {
        name: small_story("years.burn_in=1", f"years.treatment={YEARS - 1}", f"plan.layout={name}")
        for name in ("differentiated", "duplicated")
    }
    return list(run_histories(arms, 1).values())


def test_a_gif_has_a_picture_for_every_year_and_the_last_one_stays(histories: list[History], tmp_path: Path) -> None:
    path = tmp_path / "one.gif"
    assert write_film(histories[:1], path, years_a_second=2.0, language="zh") == YEARS + 1
    with Image.open(path) as film_read:
        assert film_read.n_frames == YEARS + 1 and film_read.info["comment"] == MARK.encode()
        shown = []
        for number in range(film_read.n_frames):
            film_read.seek(number)
            shown.append((film_read.info["duration"], np.asarray(film_read.convert("RGB"))))
    assert [time for time, _ in shown] == [500] * YEARS + [2000]
    assert all((one[1] != other[1]).any() for one, other in pairwise(shown))


def test_an_mp4_of_two_runs_lasts_as_long_as_its_years(histories: list[History], tmp_path: Path) -> None:
    encoder = pytest.importorskip("imageio_ffmpeg")
    path = tmp_path / "two.mp4"
    write_film(histories, path, years_a_second=4.0)
    told = next(encoder.read_frames(str(path)))
    assert told["size"] == (1280, 720)
    assert told["duration"] == pytest.approx((YEARS + 1) / 4.0 + film.HOLD, abs=0.1)


def test_what_cannot_be_filmed_is_refused_and_nothing_is_left(
    histories: list[History], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match=r"an \.mp4 or a \.gif"):
        write_film(histories, tmp_path / "run.avi")
    with pytest.raises(ValueError, match="two"):
        write_film([*histories, histories[0]], tmp_path / "three.gif")

    def missing(_: str) -> None:
        raise ModuleNotFoundError

    monkeypatch.setattr(film, "import_module", missing)
    with pytest.raises(MissingEncoder, match="pip install"):
        write_film(histories, tmp_path / "run.mp4")
    assert list(tmp_path.iterdir()) == []
