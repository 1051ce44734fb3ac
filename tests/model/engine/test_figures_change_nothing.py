"""A run that draws every figure and writes its report is the run that draws nothing, to the bit."""

from __future__ import annotations

from pathlib import Path

from sim.front import run_to_folder
from sim.runs.run import run_scenario
from sim.store.results import read_results
from tests.model.engine.worlds import small_story


def test_figures_drawn_or_not(tmp_path: Path) -> None:
    story = small_story()
    bare = run_scenario(story)
    run_to_folder(story, tmp_path / "drawn", progress=False)
    assert list((tmp_path / "drawn").rglob("*.png")), "figures were drawn"
    assert read_results(tmp_path / "drawn").hashes["hash"].tolist() == bare.hashes["hash"].tolist()
