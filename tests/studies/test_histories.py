"""Histories in result folders: of the first seed, whatever is resumed, and those that are made again."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.runs.history import HistoryError, read_history
from sim.scenario.problems import ScenarioError
from sim.store.results import read_results
from sim.studies.compare import run_comparison
from sim.studies.histories import histories_in, run_histories
from tests.model.engine.worlds import small_story
from tests.synthetic import arms as synthetic_arms
from tests.synthetic import run_synthetic

pytestmark = pytest.mark.slow
LAYOUTS = ("differentiated", "duplicated")


def arms():
    """Two layouts on a small map, three years."""
    return {name: small_story("years.burn_in=1", "years.treatment=2", f"plan.layout={name}") for name in LAYOUTS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison that was begun with one replication and got a second."""
    where = tmp_path_factory.mktemp("histories") / "two"
    run_comparison(arms(), 1, 1, where, seed=4)
    run_comparison(arms(), 2, 1, where, seed=4)
    return where


def test_a_comparison_keeps_the_histories_of_its_first_seed(folder: Path) -> None:
    found = histories_in(folder)
    assert list(found) == list(LAYOUTS)
    hashes = read_results(folder).hashes
    for arm, history in found.items():
        assert history.seed == 4
        own = hashes[(hashes["arm"].astype(str) == arm) & (hashes["seed"] == 4)]
        assert {year: told for year, told in history.hashes.items() if year} == dict(
            zip(own["year"], own["hash"], strict=True)
        )
        assert list(history.hashes) == [0, 1, 2, 3]
    assert set(read_results(folder).table("history.parquet")["seed"]) == {4}


def test_histories_that_are_made_anew_are_the_same(folder: Path) -> None:
    again = run_histories(arms(), 4)
    for arm, history in histories_in(folder).items():
        assert again[arm].frames == history.frames
    with pytest.raises(ScenarioError, match="out of range"):
        run_histories(arms(), 2**63)


def test_a_folder_without_histories_says_so(tmp_path: Path) -> None:
    run_comparison(synthetic_arms("market", "balanced"), 2, 1, tmp_path / "a", runner=run_synthetic)
    with pytest.raises(HistoryError, match="holds no history"):
        histories_in(tmp_path / "a")


def test_the_command_writes_one_of_a_folder_and_makes_one_of_another_seed(folder: Path, tmp_path: Path) -> None:
    def call(*words: str, code: int = 0) -> str:
        told = CliRunner().invoke(main, ["history", *words], catch_exceptions=False)
        assert told.exit_code == code, told.output
        return told.output

    kept, made = tmp_path / "kept.history", tmp_path / "made.history"
    assert "years 0 to 3 of duplicated, seed 4" in call(str(folder), "--arm", "duplicated", "-o", str(kept))
    assert read_history(kept).frames == histories_in(folder)["duplicated"].frames
    call(str(folder), "5", "--arm", "duplicated", "-o", str(made))
    last = read_results(folder).hashes.query("seed == 5 and arm == 'duplicated' and year == 3")["hash"].item()
    assert read_history(made).hashes[3] == last
    assert "it has differentiated, duplicated" in call(str(folder), "--arm", "none", code=2)
    assert "without --set" in call(str(folder), "--set", "seed=1", code=2)
    (tmp_path / "mine.txt").write_text("mine")
    assert "is not a history of clustersim" in call(str(folder), "-o", str(tmp_path / "mine.txt"), code=2)
    assert (tmp_path / "mine.txt").read_text() == "mine"
