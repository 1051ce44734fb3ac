"""Bundles: valid by the rules of RO-Crate 1.1, wherever they lie, whatever names they hold; nobody's home in them."""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from sim.front import compare
from sim.store.bundle import LICENCE, METADATA, Words, faults, unpacked, write_bundle
from sim.store.folder import note_files
from sim.store.results import MANIFEST, ResultsError, read_results
from tests.synthetic import arms, run_synthetic

pytest.importorskip("rocrate")
ODD = "rush 100% #1 长三角"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two arms with odd names in a folder with an odd name, with all figures."""
    both = dict(zip((ODD, "b'c&d"), arms("market", "duplicated", treatment=3).values(), strict=True))
    where = tmp_path_factory.mktemp("a b") / "50% 计划 #2"
    compare(both, 2, 1, where, progress=False, runner=run_synthetic)
    extra = where / "figures" / f"{ODD}.csv"
    extra.write_text("a\n1\n")
    note_files(where, [extra])
    return where


@pytest.fixture
def crate(folder: Path, tmp_path: Path) -> Path:
    write_bundle(folder, tmp_path / "x.zip", Words())
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        archive.extractall(tmp_path / "moved to another user")
    return tmp_path / "moved to another user"


def graph(crate: Path) -> dict[str, dict[str, Any]]:
    return {one["@id"]: one for one in json.loads((crate / METADATA).read_text(encoding="utf-8"))["@graph"]}


def rewrite(crate: Path, change: Any) -> None:
    told = json.loads((crate / METADATA).read_text(encoding="utf-8"))
    change({one["@id"]: one for one in told["@graph"]}, told)
    (crate / METADATA).write_text(json.dumps(told), encoding="utf-8")


def test_moved_elsewhere_every_id_resolves_and_the_folder_is_a_result_folder(folder: Path, crate: Path) -> None:
    assert faults(crate) == []
    entities = graph(crate)
    files = {unquote(name) for name, one in entities.items() if one["@type"] == "File"}
    assert f"figures/{ODD}.csv" in files
    assert {path.relative_to(crate).as_posix() for path in crate.rglob("*") if path.is_file()} == {*files, METADATA}
    assert not any(set(name) & set(" %#") - {"%"} for name in entities if entities[name]["@type"] == "File")
    moved = read_results(crate)
    moved.verify()
    assert tuple(moved.arms) == (ODD, "b'c&d")
    assert moved.manifest["arms"] == read_results(folder).manifest["arms"]


def test_what_the_format_asks_for_is_there(crate: Path) -> None:
    entities = graph(crate)
    assert entities[METADATA]["about"] == {"@id": "./"}
    assert entities[METADATA]["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    root = entities["./"]
    assert root["datePublished"] == read_results(crate).manifest["times"][-1]["ended"]
    assert root["license"] == {"@id": LICENCE}
    assert root["name"] == "Synthetic <test> & co"
    action = entities["#run"]
    assert action["instrument"] == {"@id": "#clustersim"}
    assert entities["#clustersim"]["identifier"] == f"code {read_results(crate).manifest['code']}"


def test_authors_title_and_licence(folder: Path, tmp_path: Path) -> None:
    orcid, terms = "https://orcid.org/0000-0002-1825-0097", "https://creativecommons.org/licenses/by/4.0/"
    write_bundle(folder, tmp_path / "x.zip", Words("Two plans", (f"Mei Lin ({orcid})", "Bo Li"), terms))
    with unpacked(tmp_path / "x.zip") as place:
        entities = graph(place)
    assert entities["./"]["author"] == [{"@id": orcid}, {"@id": "#author-2"}]
    assert entities[orcid]["name"] == "Mei Lin"
    assert entities["./"]["license"] == {"@id": terms}
    assert entities["./"]["name"] == "Two plans"


def test_the_same_folder_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_bundle(folder, tmp_path / "a.zip", Words())
    copy = shutil.copytree(folder, tmp_path / "elsewhere")
    write_bundle(copy, tmp_path / "b.zip", Words())
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_no_home_folder_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home" / "mei"
    (home / "plans").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home / "plans")
    where = home / "plans" / "duel"
    monkeypatch.setattr(sys, "argv", ["/opt/bin/clustersim", "compare", str(home / "mine.yaml"), f"--out={where}"])
    compare(arms("market", "duplicated", treatment=3), 1, 1, where, progress=False, runner=run_synthetic)
    assert read_results(where).manifest["command"] == "clustersim compare mine.yaml --out=duel"
    for path in where.rglob("*"):
        assert path.is_dir() or str(home).encode() not in path.read_bytes(), path
    report, picture = where / "report.html", where / "figures" / "own.png"
    report.write_text(f"{report.read_text(encoding='utf-8')}<!-- {home}/mine.yaml -->", encoding="utf-8")
    write_bundle(where, tmp_path / "x.zip", Words())
    with unpacked(tmp_path / "x.zip") as place:
        assert "<!-- ~/mine.yaml -->" in (place / "report.html").read_text(encoding="utf-8")
    picture.write_bytes(b"\0" * (2**20 - 4) + f"{home}/x".encode())
    note_files(where, [picture])
    with pytest.raises(ResultsError, match=r"own.png holds the path of your home folder"):
        write_bundle(where, tmp_path / "y.zip", Words())
    assert not (tmp_path / "y.zip").exists()


def test_faults_are_found(crate: Path) -> None:
    def check(change: Any, said: str) -> None:
        before = (crate / METADATA).read_text(encoding="utf-8")
        rewrite(crate, change)
        assert any(said in one for one in faults(crate)), faults(crate)
        (crate / METADATA).write_text(before, encoding="utf-8")

    check(lambda all_, told: told.update({"@context": "https://schema.org"}), "@context")
    check(lambda all_, told: all_["./"].pop("license"), "lacks license")
    check(lambda all_, told: all_["#run"].update(instrument={"@id": "#nobody"}), "refers to #nobody")
    check(lambda all_, told: all_["manifest.json"].update({"@id": "../manifest.json"}), "there is no file")
    check(lambda all_, told: all_["./"]["hasPart"].pop(), "no part of the root dataset")
    check(lambda all_, told: told["@graph"].append(all_["#run"]), "one @id")
    check(lambda all_, told: all_["#run"].pop("@type"), "has no @type")
    (crate / "hashes.parquet").write_bytes((crate / "hashes.parquet").read_bytes()[:-1] + b"x")
    assert faults(crate) == ["hashes.parquet is not the file that was packed"]
    (crate / METADATA).unlink()
    with pytest.raises(ResultsError, match="no whole bundle"), unpacked(crate):
        pass


def test_what_is_no_bundle_is_refused(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"no archive")
    with pytest.raises(ResultsError, match="no bundle"), unpacked(tmp_path / "x.zip"):
        pass
    with zipfile.ZipFile(tmp_path / "y.zip", "w") as archive:
        archive.writestr("../outside.txt", "x")
    with pytest.raises(ResultsError, match="would not stay within"), unpacked(tmp_path / "y.zip"):
        pass
    assert not (tmp_path / "outside.txt").exists()
    half = shutil.copytree(folder, tmp_path / "half")
    manifest = json.loads((half / MANIFEST).read_text(encoding="utf-8"))
    (half / MANIFEST).write_text(json.dumps({**manifest, "complete": False}), encoding="utf-8")
    with pytest.raises(ResultsError, match="not finished"):
        write_bundle(half, tmp_path / "z.zip", Words())
