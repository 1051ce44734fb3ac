"""Films: the picture follows the history, the files open and have as many years, and what cannot be shown is refused."""

from __future__ import annotations

import builtins
import itertools
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from sim.cli import main
from sim.reporting import film as module
from sim.reporting.figures.film import PIXELS, Film
from sim.runs.frames import NOBODY
from sim.runs.history import History, history_of, packed
from sim.runs.run import run_arms
from sim.scenario.arms import load_arms

SMALL = ["regions.grid={rows: 2, columns: 2}", "regions.cells=1", "population.firms=60", "population.institutes=4",
         "years.burn_in=1", "years.treatment=2"]  # fmt: skip


@pytest.fixture(scope="module")
def two() -> dict[str, History]:
    """Histories of two layouts."""
    arms = load_arms(["policy_text"], ["duplicated", "differentiated"], SMALL)
    runs = run_arms(arms, 1, histories=True)
    return {arm: history_of(arm, 1, arms[arm], run.history["frame"]) for arm, run in runs.items()}


def test_a_film_shows_every_year_where_its_history_has_work(two: dict[str, History]) -> None:
    film = Film([*two.values()], "zh")
    pictures = [*film.frames()]
    assert len(pictures) == len(two["duplicated"].years) == 4
    assert {picture.shape for picture in pictures} == {(PIXELS[1], PIXELS[0], 3)}
    assert all((one != next_one).any() for one, next_one in itertools.pairwise(pictures))
    one = film.maps[0]
    for number, frame in enumerate(two["duplicated"].years):
        drawn, size = one.picture(number, film.colours, film.largest), one.pixels
        middle = drawn[one.row * size + size // 2, one.column * size + size // 2].astype(int)
        settled = (frame.column("cell_leading") != NOBODY) & (frame.column("cell_employment") > 0)
        assert ((np.ptp(middle, axis=1) > 10) == settled).all(), "coloured where somebody works, grey elsewhere"


def test_files_open_and_say_whose_they_are(two: dict[str, History], tmp_path: Path) -> None:
    for arm, history in two.items():
        (tmp_path / f"{arm}.history").write_bytes(packed(history))
    words = ["film", str(tmp_path / "duplicated.history"), str(tmp_path / "differentiated.history")]
    for form in ("gif", "mp4"):
        done = CliRunner().invoke(main, [*words, "-o", str(tmp_path / f"f.{form}"), "--speed", "24"])
        assert done.exit_code == 0 and "4 years" in done.output, done.output
        assert module.MARK.encode() in (tmp_path / f"f.{form}").read_bytes()
    with Image.open(tmp_path / "f.gif") as picture:
        assert picture.n_frames == 4
    counted, seconds = module.encoder().count_frames_and_secs(str(tmp_path / "f.mp4"))
    assert counted == 4 + round(module.HOLD * module.SMOOTH) and abs(seconds - counted / module.SMOOTH) < 0.05


def test_what_cannot_be_shown_is_refused(
    two: dict[str, History], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = two["duplicated"]
    with pytest.raises(ValueError, match=r"an \.mp4 or a \.gif, not \.avi"):
        module.write_film([history], tmp_path / "f.avi")
    with pytest.raises(ValueError, match="not 3"):
        Film([history] * 3)
    with pytest.raises(ValueError, match="different years"):
        Film([history, History(history.header, history.frames[:2])])
    (tmp_path / "f.gif").write_bytes(b"mine")
    (tmp_path / "f.history").write_bytes(packed(history))
    refused = CliRunner().invoke(main, ["film", str(tmp_path / "f.history"), "-o", str(tmp_path / "f.gif")])
    assert refused.exit_code == 2 and (tmp_path / "f.gif").read_bytes() == b"mine"
    monkeypatch.setattr(module, "import_module", lambda _name: builtins.__import__("no_such_module"))
    with pytest.raises(module.MissingEncoder, match="or write a"):
        module.write_film([history], tmp_path / "f.mp4")
    assert not (tmp_path / "f.mp4").exists()
