import json
from pathlib import Path

import pandas as pd
import pytest

from sim.store import shards
from sim.store.folder import close_folder, new_manifest, open_folder, write_csv
from sim.store.results import ResultsError, read_results
from sim.studies.compare import Comparison
from sim.studies.replication import Replication
from tests.synthetic import arms, run_synthetic, scenario


def small(folder: Path, seeds: tuple[int, ...] = (1, 2)) -> Path:
    two = arms("market", "duplicated", treatment=2, burn_in=1)
    assert open_folder(folder, new_manifest("comparison", two, seeds, "market")) == []
    for seed in seeds:
        Replication(folder, two, run_synthetic)(seed)
    close_folder(folder)
    return folder


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    results = read_results(small(tmp_path / "a", (3, 7)))
    two = arms("market", "duplicated", treatment=2, burn_in=1)
    expected = pd.concat(
        [run.metrics for seed in (3, 7) for run in run_synthetic(two, seed).values()], ignore_index=True
    )
    pd.testing.assert_frame_equal(results.metrics, expected, check_dtype=False, check_categorical=False)
    assert results.arms == two
    assert (results.seeds, results.baseline, results.panels) == ((3, 7), "market", ("events",))
    assert set(results.nation["group"].unique()) == {"nation"}
    assert results.panel("events").columns.tolist() == ["run", "arm", "seed", "year", "event", "agent"]
    assert results.sites["seed"].unique().tolist() == [3, 7]
    assert len(results.hashes) == 2 * 2 * 3
    assert results.ledger["amount"].sum() == -3.0 * 2 * 4
    results.verify()
    with pytest.raises(ResultsError, match="no panel 'firms'; recorded: events"):
        results.panel("firms")


def test_replications_pass_one_by_one_without_mixed_groups(tmp_path: Path) -> None:
    pieces = list(read_results(small(tmp_path / "a")).replications(first_year=2))
    assert [piece["seed"].unique().tolist() for piece in pieces] == [[1], [2]]
    assert pieces[0]["year"].min() == 2
    assert not pieces[0]["group"].astype(str).str.contains(";").any()


def test_foreign_and_unfinished_folders(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r"no manifest\.json"):
        read_results(tmp_path / "nowhere")
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "manifest.json").write_text('{"format": "something else"}')
    with pytest.raises(ResultsError, match="something else"):
        read_results(tmp_path / "foreign")
    (tmp_path / "foreign" / "manifest.json").write_text('{"format": "clustersim resu')
    with pytest.raises(ResultsError, match="cannot be read"):
        read_results(tmp_path / "foreign")
    two = arms("market", "duplicated")
    open_folder(tmp_path / "begun", new_manifest("comparison", two, [1, 2], "market"))
    with pytest.raises(ResultsError, match="0 of 2 replications"):
        read_results(tmp_path / "begun")


def test_damage_is_noticed(tmp_path: Path) -> None:
    folder = small(tmp_path / "a")
    path = folder / "sites.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    with pytest.raises(ResultsError, match=r"sites\.parquet is damaged"):
        read_results(folder)
    path.write_bytes(whole[:50] + bytes(reversed(whole[50:90])) + whole[90:])
    results = read_results(folder)
    with pytest.raises(ResultsError, match="not those that were written"):
        results.verify()
    path.write_bytes(b"PAR1" + b"\0" * (len(whole) - 8) + b"PAR1")
    with pytest.raises(ResultsError, match="cannot be read"):
        _ = read_results(folder).sites
    path.unlink()
    with pytest.raises(ResultsError, match="missing"):
        read_results(folder)


def test_folders_of_others_are_left_alone(tmp_path: Path) -> None:
    manifest = new_manifest("comparison", arms("market", "duplicated"), [1], "market")
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("mine")
    with pytest.raises(ResultsError, match="not written by clustersim"):
        open_folder(tmp_path / "thesis", manifest, overwrite=True)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ResultsError, match="is a file"):
        open_folder(tmp_path / "file", manifest, overwrite=True)
    (tmp_path / "empty").mkdir()
    assert open_folder(tmp_path / "empty", manifest) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "run"}, "not a run"),
        ({"code": "0" * 16}, "another version"),
        ({"arms": {"market": {}}}, "its arms are market, duplicated"),
        ({"identity": "other", "arms": {"market": {}, "duplicated": {}}}, "differs in arm market, duplicated"),
    ],
)
def test_another_experiment_is_not_overwritten_silently(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    folder = small(tmp_path / "a")
    (folder / "notes.txt").write_text("mine")
    manifest = new_manifest("comparison", arms("market", "duplicated", treatment=2, burn_in=1), [1, 2], "market")
    assert open_folder(folder, manifest) == [1, 2]
    with pytest.raises(ResultsError, match=message):
        open_folder(folder, {**manifest, **change})
    assert open_folder(folder, {**manifest, **change}, overwrite=True) == []
    assert sorted(path.name for path in folder.iterdir()) == ["manifest.json", "notes.txt"]


def test_where_a_scenario_was_read_from_is_no_part_of_it() -> None:
    here, there = ({"a": scenario(origin=f"{place}/x.yaml"), "b": scenario()} for place in ("/home/me", "/srv"))
    first, second = (new_manifest("comparison", both, [1], "a") for both in (here, there))
    assert first["identity"] == second["identity"]
    assert first["arms"]["a"]["origin"] == "x.yaml"
    other = new_manifest("comparison", {"a": scenario(seed=2), "b": scenario()}, [1], "a")
    assert other["identity"] != first["identity"]


def test_tables_of_different_types_merge(tmp_path: Path) -> None:
    whole = pd.DataFrame({"seed": [1], "value": [1], "name": ["a"]})
    empty = pd.DataFrame({"seed": pd.Series([], dtype="int64"), "value": pd.Series([], dtype=object), "name": []})
    broken = pd.DataFrame({"seed": [3], "value": [0.5], "name": [None]})
    for seed, table in ((1, whole), (2, empty), (3, broken)):
        shards.write_shard(tmp_path, seed, {"metrics.parquet": table}, {"runs": [], "metrics": {}})
    facts = shards.merge(tmp_path, "metrics.parquet", [1, 2, 3])
    merged = pd.read_parquet(tmp_path / "metrics.parquet")
    assert facts["rows"] == 2
    assert merged["value"].tolist() == [1.0, 0.5]
    assert facts["sha256"] == shards.digest(tmp_path / "metrics.parquet")


def test_a_shard_that_is_there_already_stays(tmp_path: Path) -> None:
    table = pd.DataFrame({"seed": [1]})
    for number in (1, 2):
        shards.write_shard(tmp_path, 1, {"metrics.parquet": table}, {"runs": [number], "metrics": {}})
    assert shards.finished(tmp_path)[1]["runs"] == [1]
    assert [path.name for path in (tmp_path / "parts").iterdir()] == ["seed-1"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail(temporary: Path) -> None:
        temporary.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        shards.write_atomically(path, fail)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("a.txt", "old")]


def test_csvs_are_clean_for_spreadsheets(tmp_path: Path) -> None:
    table = pd.DataFrame({"arm": ["=2+3", "@x", "-market", "plain"], "value": [1.5, float("nan"), -2.0, 1e-12]})
    write_csv(tmp_path / "deep" / "a.csv", table)
    lines = (tmp_path / "deep" / "a.csv").read_text().splitlines()
    assert lines == ["arm,value", "'=2+3,1.5", "'@x,", "'-market,-2.0", "plain,1e-12"]


def test_the_manifest_can_be_read_by_any_json_reader(comparison: Comparison) -> None:
    text = (comparison.folder / "manifest.json").read_text(encoding="utf-8")

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    manifest = json.loads(text, parse_constant=refuse)
    assert set(manifest["versions"]) >= {"python", "numpy", "numba", "mesa"}
    assert manifest["tables"]["metrics.parquet"]["rows"] == len(comparison.results.metrics)
