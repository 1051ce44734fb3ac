import json
import shutil
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.kernel.fingerprint import file_digest
from sim.store import tables
from sim.store.files import write_atomically, write_csv
from sim.store.folder import carry_out
from sim.store.manifest import new_manifest
from sim.store.results import ResultsError, read_results
from sim.store.tasks import Design
from sim.studies.compare import Comparison
from sim.studies.kept_runs import FullRuns
from tests.synthetic import arms, run_synthetic, scenario

TWO = arms("market", "duplicated", treatment=2, burn_in=1)


def small(folder: Path, seeds: tuple[int, ...] = (1, 2)) -> Path:
    assert (
        carry_out(folder, Design("comparison", TWO, seeds, "market", keeps_past=True), FullRuns(TWO, run_synthetic), 1)
        == []
    )
    return folder


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    results = read_results(small(tmp_path / "a", (3, 7)))
    expected = pd.concat(
        [run.metrics for seed in (3, 7) for run in run_synthetic(TWO, seed).values()], ignore_index=True
    )
    pd.testing.assert_frame_equal(results.metrics, expected, check_dtype=False, check_categorical=False)
    assert results.arms == TWO
    assert (results.seeds, results.baseline, results.panels) == ((3, 7), "market", ("events",))
    assert set(results.nation["group"].unique()) == {"nation"}
    assert results.panel("events").columns.tolist() == ["run", "arm", "seed", "year", "event", "agent"]
    assert results.sites["seed"].unique().tolist() == [3, 7]
    assert len(results.hashes) == 2 * 2 * 3
    assert results.ledger["amount"].sum() == -3.0 * 2 * 4
    results.verify()
    with pytest.raises(ResultsError, match="no panel 'firms'; recorded: events"):
        results.panel("firms")


def test_the_burn_in_that_arms_share_is_stored_once(tmp_path: Path) -> None:
    folder = small(tmp_path / "a")
    stored = pd.read_parquet(folder / "hashes.parquet")
    past = [arm for arm in stored["arm"].unique() if arm.startswith("past:")]
    assert len(past) == 1
    assert stored.groupby("arm")["year"].agg(list).to_dict() == {
        past[0]: [1, 1], "market": [2, 3, 2, 3], "duplicated": [2, 3, 2, 3]
    }  # fmt: skip
    for table in ("metrics", "sites", "ledger", "panels/events"):
        rows = pd.read_parquet(folder / f"{table}.parquet")
        assert set(rows.loc[rows["arm"].str.startswith("past:"), "year"]) <= {1}, table
        assert set(rows.loc[~rows["arm"].str.startswith("past:"), "year"]) <= {2, 3}, table
    # every arm is given its full series, under its own name
    events = read_results(folder).panel("events")
    assert events.astype({"arm": str, "run": str}).groupby(["arm", "run"])["year"].agg(list).to_dict() == {
        (arm, f"{arm}-{seed}"): [1, 2] for arm in TWO for seed in (1, 2)
    }  # fmt: skip


def test_replications_pass_one_by_one_without_mixed_groups(tmp_path: Path) -> None:
    pieces = list(read_results(small(tmp_path / "a")).replications(first_year=2))
    assert [piece["seed"].unique().tolist() for piece in pieces] == [[1], [2]]
    assert pieces[0]["year"].min() == 2
    assert not pieces[0]["group"].astype(str).str.contains(";").any()
    assert list(pieces[0]) == ["arm", "seed", "year", "group", "metric", "unit", "value"]


def test_the_nation_is_what_a_filter_of_the_whole_table_gives(tmp_path: Path) -> None:
    results = read_results(small(tmp_path / "a"))
    told = results.table("metrics.parquet", [("group", "==", "nation")])
    pd.testing.assert_frame_equal(results.nation.astype({"run": str}), told.astype({"run": str}))


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
    with pytest.raises(ResultsError, match=r"sites\.parquet is damaged.*--overwrite"):
        _ = results.sites
    path.write_bytes(b"PAR1" + b"\0" * (len(whole) - 8) + b"PAR1")
    sealed(folder, "sites.parquet")
    with pytest.raises(ResultsError, match="cannot be read"):
        _ = read_results(folder).sites
    path.unlink()
    with pytest.raises(ResultsError, match=r"sites\.parquet is lost; put it back from a copy"):
        read_results(folder)


def sealed(folder: Path, file: str, **facts: object) -> None:
    """Have the manifest tell of a table as it lies there, or as `facts` say."""
    manifest = json.loads((folder / "manifest.json").read_text())
    told = {"bytes": (folder / file).stat().st_size, "sha256": file_digest(folder / file), **facts}
    manifest["tables"][file].update(told)
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_a_small_file_does_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "SMALL", 2**20)
    folder = small(tmp_path / "a")
    path = folder / "hashes.parquet"
    table = pa.table({name: pa.repeat(pa.scalar(0), 2_000_000) for name in ("seed", "year")})
    pq.write_table(table, path, compression="zstd")
    sealed(folder, "hashes.parquet", rows=2_000_000)
    with pytest.raises(ResultsError, match=r"hashes\.parquet is damaged.*GiB of memory"):
        _ = read_results(folder).hashes
    sealed(folder, "hashes.parquet", rows=12)
    with pytest.raises(ResultsError, match="2000000 rows instead of 12"):
        _ = read_results(folder).hashes


MANIFESTS = {
    "a list": ([], "damaged or no manifest of clustersim"),
    "nothing": (None, "damaged or no manifest of clustersim"),
    "another program's": ({"format": "tables 7"}, "damaged or no manifest of clustersim"),
    "a later format": ({"format": "clustersim results 99"}, "not of the format .* read it with the version it is of"),
    "no arms": ({"arms": {}}, "arms"),
    "numbers as text": ({"seeds": ["1"]}, "seeds.0"),
    "a table outside": (
        {"tables": {"../a.parquet": {"rows": 1, "bytes": 1, "sha256": ""}}},
        "names no file of the folder",
    ),
    "an absolute table": (
        {"tables": {"/dev/zero": {"rows": 1, "bytes": 1, "sha256": ""}}},
        "names no file of the folder",
    ),
    "an unknown baseline": ({"baseline": "none"}, "it knows no arm none"),
    "an odd failure": ({"failures": [{"seed": 1}]}, "failures.0.arm"),
    "no program": ({"program": None}, "program"),
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_that_says_what_it_must_not_is_named(tmp_path: Path, name: str) -> None:
    folder = small(tmp_path / "a", (1,))
    change, said = MANIFESTS[name]
    manifest = json.loads((folder / "manifest.json").read_text())
    changed = {**manifest, **change} if isinstance(change, dict) else change
    (folder / "manifest.json").write_text(json.dumps(changed))
    with pytest.raises(ResultsError, match=rf"manifest\.json is.*{said}"):
        read_results(folder)


def test_a_manifest_nested_without_end(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("[" * 100_000)
    with pytest.raises(ResultsError, match=r"manifest\.json cannot be read"):
        read_results(tmp_path)


def test_results_of_the_format_before_are_read(tmp_path: Path) -> None:
    """Format 1 kept the burn-in once for each arm, and series of arms with shocks in unshocked.parquet."""
    folder = small(tmp_path / "a")
    results = read_results(folder)
    full = {name: results.table(f"{name}.parquet") for name in ("metrics", "hashes", "sites", "ledger")}
    manifest = json.loads((folder / "manifest.json").read_text())
    old = tmp_path / "old"
    shutil.copytree(folder, old)
    for name, table in full.items():
        table.to_parquet(old / f"{name}.parquet")
        path = old / f"{name}.parquet"
        facts = {"rows": len(table), "bytes": path.stat().st_size, "sha256": file_digest(path)}
        manifest["tables"][path.name] = facts
    for run in manifest["runs"]:
        for key in ("key", "past", "rows"):
            del run[key]
    for key in ("start", "kept", "unshocked_runs", "pasts", "files", "identities"):
        del manifest[key]
    (old / "manifest.json").write_text(json.dumps({**manifest, "format": "clustersim results 1"}))
    again = read_results(old)
    for name, table in full.items():
        pd.testing.assert_frame_equal(again.table(f"{name}.parquet"), table, check_categorical=False)
    assert again.seeds == (1, 2)
    with pytest.raises(ResultsError, match="format 'clustersim results 1', and this version writes"):
        small(old)


def test_a_scenario_of_another_version_is_told_when_it_is_asked_for(tmp_path: Path) -> None:
    folder = small(tmp_path / "a")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["arms"]["market"]["plan"]["dearness"] = 1
    (folder / "manifest.json").write_text(json.dumps(manifest))
    results = read_results(folder)
    assert len(results.hashes) == 12
    with pytest.raises(ResultsError, match=r"plan\.dearness.*tables can be read"):
        _ = results.arms


def test_where_a_scenario_was_read_from_is_no_part_of_it() -> None:
    here, there = ({"a": scenario(origin=f"{place}/x.yaml"), "b": scenario()} for place in ("/home/me", "/srv"))
    first, second = (new_manifest(Design("comparison", both, (1,), "a")) for both in (here, there))
    assert first["identities"] == second["identities"]
    assert first["arms"]["a"]["origin"] == "x.yaml"
    other = new_manifest(Design("comparison", {"a": scenario(burn_in=4), "b": scenario()}, (1,), "a"))
    assert [other["identities"][arm] == first["identities"][arm] for arm in ("a", "b")] == [False, True]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail(temporary: Path) -> None:
        temporary.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, fail)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("a.txt", "old")]


def test_csvs_are_clean_for_spreadsheets(tmp_path: Path) -> None:
    table = pd.DataFrame({"arm": ["=2+3", "@x", "-market", "plain"], "value": [1.5, float("nan"), -2.0, 1e-12]})
    write_csv(tmp_path / "deep" / "a.csv", table)
    lines = (tmp_path / "deep" / "a.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines == ["arm,value", "'=2+3,1.5", "'@x,", "'-market,-2.0", "plain,1e-12"]


def test_the_manifest_can_be_read_by_any_json_reader(comparison: Comparison) -> None:
    text = (comparison.folder / "manifest.json").read_text(encoding="utf-8")

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    manifest = json.loads(text, parse_constant=refuse)
    assert set(manifest["versions"]) >= {"python", "numpy", "numba", "mesa"}
    assert manifest["tables"]["metrics.parquet"]["rows"] == len(pd.read_parquet(comparison.folder / "metrics.parquet"))
