"""Doing a folder again: from its manifest alone, of every kind; identical, or the first year and table that differ."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.cli import main
from sim.cli.exits import BAD_INPUT, COMPLETE, DIFFERENT
from sim.runs.checkpoint import save_checkpoint
from sim.runs.run import world_at
from sim.store.results import ResultsError, read_results
from sim.studies import rerun as module
from sim.studies.compare import run_comparison
from sim.studies.kept_runs import fitting_past
from sim.studies.measured import run_measured
from sim.studies.rerun import KEPT, as_it_was, rerun
from tests.model.engine.worlds import small_story
from tests.store.test_difference import change

pytestmark = pytest.mark.slow
SHORT = ("years.burn_in=1", "years.treatment=2")
ODD = "50% 双 #1"


def story(*overrides: str):
    return small_story(*SHORT, *overrides)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two arms, one of them with a shock, so that there is a run without it; odd names."""
    shock = "shocks=[{shock: recession, strength: 0.2}]"
    arms = {ODD: story("plan.layout=duplicated", shock), "b": story("plan.layout=differentiated")}
    where = tmp_path_factory.mktemp("x y") / "100% #计划"
    run_comparison(arms, 2, 1, where, seed=5)
    return where


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def test_a_comparison_from_its_manifest_alone(folder: Path, tmp_path: Path) -> None:
    moved = shutil.copytree(folder, tmp_path / "moved")
    found = rerun(moved, tmp_path / "again", 1)
    assert found.identical
    assert found.notes == ()
    assert found.runs == 6  # two arms and a run without the shock, two seeds
    first, again = read_results(moved), read_results(tmp_path / "again")
    assert again.manifest["tables"] == first.manifest["tables"]
    assert again.manifest["unshocked_runs"] == first.manifest["unshocked_runs"] != {}
    assert again.manifest["identities"] == first.manifest["identities"]


def test_the_first_year_and_table_that_differ(folder: Path, tmp_path: Path) -> None:
    moved = shutil.copytree(folder, tmp_path / "moved")
    change(moved, "hashes.parquet", "hash", "0" * 16, arm="b", seed=6, year=3)
    change(moved, "ledger.parquet", "amount", 1.25, arm="b", seed=5, year=2)
    found = rerun(moved, tmp_path / "again", 1)
    assert [(one.table, one.year) for one in found.differences] == [("ledger.parquet", 2), ("hashes.parquet", 3)]


def test_bundle_and_reproduce_commands(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("rocrate")
    archive = tmp_path / "计划 100% #1.zip"
    assert call("bundle", folder, "--out", archive).exit_code == COMPLETE
    assert call("bundle", folder, "--out", archive).exit_code == BAD_INPUT  # it is there already
    done = call("reproduce", archive, "--workers", 1, "--out", tmp_path / "again", "--quiet")
    assert done.exit_code == COMPLETE
    assert done.stdout.startswith("identical: 6 runs, ")
    run_measured("experiment", {"b": story()}, ("utilisation",), (6,), 1, tmp_path / "kept")
    change(tmp_path / "kept", "hashes.parquet", "hash", "0" * 16, arm="b", seed=6, year=3)
    done = call("rerun", tmp_path / "kept", "--workers", 1, "--out", tmp_path / "other", "--quiet")
    assert done.exit_code == DIFFERENT
    assert done.stdout.startswith("differs, first in year 3, table hashes.parquet (b, seed 6): hash")


def test_an_experiment_that_keeps_numbers_and_has_not_every_arm_on_every_seed(tmp_path: Path) -> None:
    arms = {"as it is": story(), ODD: story("plan.layout=duplicated")}
    measures = ("ln_real_income", "utilisation")
    run_measured("experiment", arms, measures, (1,), 1, tmp_path / "a", grows=True)
    run_measured("experiment", {ODD: arms[ODD]}, measures, (2,), 1, tmp_path / "a", grows=True)
    manifest = read_results(tmp_path / "a").manifest
    assert all(len(run["hash"]) == 16 for run in manifest["runs"])
    assert manifest["tables"]["hashes.parquet"]["rows"] == 3 * 3
    assert [one["runs"] for one in manifest["times"]] == [2, 1]
    assert manifest["cost"]["runs"] == 3
    found = rerun(tmp_path / "a", tmp_path / "b", 1)
    assert (found.identical, found.runs, found.hashes, found.notes) == (True, 3, 9, ())
    change(tmp_path / "a", "values.parquet", "value", 1.0, arm=ODD, seed=2, measure="utilisation")
    (one,) = rerun(tmp_path / "a", tmp_path / "b", 1).differences
    assert str(one) == f"table values.parquet ({ODD}, seed 2): value of utilisation"


def test_a_folder_within_a_folder_is_done_again_too(tmp_path: Path) -> None:
    arms = {"a": story()}
    run_measured("signs", arms, ("utilisation",), (1,), 1, tmp_path / "a")
    run_measured("signs", arms, ("utilisation",), (1, 2), 1, tmp_path / "a" / "settings")
    found = rerun(tmp_path / "a", tmp_path / "b", 1)
    assert (found.identical, found.runs) == (True, 3)
    change(tmp_path / "a" / "settings", "hashes.parquet", "hash", "0" * 16, seed=2, year=1)
    (one,) = rerun(tmp_path / "a", tmp_path / "b", 1).differences
    assert (one.table, one.year) == ("settings/hashes.parquet", 1)


def test_a_comparison_from_a_checkpoint_needs_it(tmp_path: Path) -> None:
    scenario = story()
    save_checkpoint(world_at(scenario, 1), tmp_path / "past.zip", scenario)
    arms = {"a": scenario, "b": story("plan.layout=duplicated")}
    run_comparison(arms, 1, 1, tmp_path / "a", runner=fitting_past(tmp_path / "past.zip", arms))
    with pytest.raises(ResultsError, match="--from"):
        rerun(tmp_path / "a", tmp_path / "b", 1)
    assert rerun(tmp_path / "a", tmp_path / "b", 1, tmp_path / "past.zip").identical


def test_what_is_other_than_it_was_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = read_results(folder)
    design, _ = as_it_was(source)
    assert module.changed_since(source, design) == []
    monkeypatch.setitem(source.manifest, "code", "0" * 16)
    monkeypatch.setitem(source.manifest, "arithmetic", "1" * 16)
    monkeypatch.setitem(source.manifest["defaults"]["parameters"], "distance_cost", -1.0)
    monkeypatch.setitem(source.manifest["versions"], "numpy", "0.1")
    told = " ".join(module.changed_since(source, design))
    for said in ("the code that decides numbers", "last digit", "parameters.distance_cost is another: -1.0", "was 0.1"):
        assert said in told


def test_what_cannot_be_done_again_says_so(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ResultsError, match="no manifest"):
        rerun(tmp_path, tmp_path / "b", 1)
    with pytest.raises(ResultsError, match="choose another with --out"):
        rerun(folder, folder / "within", 1)
    source = read_results(folder)
    monkeypatch.setitem(source.manifest, "kind", "dream")
    with pytest.raises(ResultsError, match="is a dream"):
        as_it_was(source)


def test_every_kind_of_experiment_can_be_done_again() -> None:
    """Kinds are written where designs are made; each is known here."""
    text = "".join(path.read_text(encoding="utf-8") for path in Path(module.__file__).parent.rglob("*.py"))
    made = set(re.findall(r'Design\(\s*"(\w+)"', text)) | set(re.findall(r'run_measured\(\s*"(\w+)"', text))
    made |= set(re.findall(r'^KIND = "(\w+)"', text, re.MULTILINE))
    assert made == {"comparison", *KEPT}
