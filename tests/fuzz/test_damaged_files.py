"""Result folders and checkpoints that are damaged at random are read rightly or refused with one error each."""

from __future__ import annotations

import json
import random
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim.runs.checkpoint import CheckpointError, identity_of, load_checkpoint, save_checkpoint, scenario_of
from sim.store.folder import carry_out
from sim.store.results import AllFailed, ResultsError, read_results
from sim.store.tasks import Design
from sim.studies.compare import read_comparison
from sim.studies.kept_runs import FullRuns
from tests.fuzz import mutants
from tests.small_world import past, scenario
from tests.synthetic import arms, run_synthetic

TWO = arms("market", "duplicated", treatment=2, burn_in=1)
DESIGN = Design("comparison", TWO, (1, 2), "market", keeps_past=True)
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 2**70, 1e308, "", "x", "../x", "/dev/zero", [], {}, [[]], {"": {}}, "\x00", "\ud800"
)  # fmt: skip


def flipped(content: bytes, luck: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(luck.randint(1, 20)):
        if changed:
            changed[luck.randrange(len(changed))] = luck.randrange(256)
    return bytes(changed)


def zeroed(content: bytes, luck: random.Random) -> bytes:
    first = luck.randrange(len(content) + 1)
    last = luck.randrange(first, len(content) + 1)
    return content[:first] + bytes(last - first) + content[last:]


CONTENTS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    flipped,
    zeroed,
    lambda content, luck: content[: luck.randrange(len(content) + 1)],
    lambda content, luck: b"",
    lambda content, luck: luck.choice([b"PAR1", b"PK\x03\x04", b"\x89PNG\r\n", b"{}", b"[", "地区".encode("gbk")]),
    lambda content, luck: content + luck.randbytes(20),
    lambda content, luck: luck.randbytes(len(content)),
)


def changed(value: Any, luck: random.Random) -> Any:
    """JSON with one part of it replaced or left out."""
    if isinstance(value, dict) and value and luck.random() < 0.9:
        key = luck.choice(sorted(value))
        if luck.random() < 0.1:
            return {name: one for name, one in value.items() if name != key}
        return {**value, key: changed(value[key], luck)}
    if isinstance(value, list) and value and luck.random() < 0.9:
        place = luck.randrange(len(value))
        return [*value[:place], changed(value[place], luck), *value[place + 1 :]]
    return luck.choice(ODD)


def read_all(folder: Path) -> None:
    """Every way in which a folder is read."""
    results = read_results(folder)
    for file in results.manifest["tables"]:
        results.table(file)
    for read in ("metrics", "nation", "hashes", "sites", "ledger", "tiers", "series", "provenance", "panels"):
        getattr(results, read)
    read_comparison(folder)
    results.verify()


def go_on(folder: Path) -> None:
    """The same experiment again, with a seed more."""
    carry_out(folder, replace(DESIGN, seeds=(1, 2, 3)), FullRuns(TWO, run_synthetic), 1)


def begin_again(folder: Path) -> None:
    carry_out(folder, replace(DESIGN, kept="another"), FullRuns(TWO, run_synthetic), 1, overwrite=True)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished comparison of two seeds."""
    folder = tmp_path_factory.mktemp("fuzz") / "finished"
    carry_out(folder, DESIGN, FullRuns(TWO, run_synthetic), 1)
    return folder


def damage(folder: Path, luck: random.Random) -> str:
    """Harm something in a folder; says what."""
    path = luck.choice(sorted(one for one in folder.rglob("*") if one.is_file()))
    how = luck.randrange(len(CONTENTS) + 4)
    if how < len(CONTENTS):
        path.write_bytes(CONTENTS[how](path.read_bytes(), luck))
    elif how == len(CONTENTS):
        path.unlink()
    elif how == len(CONTENTS) + 1:
        other = luck.choice(sorted(one for one in folder.rglob("*.parquet")))
        content = path.read_bytes()
        path.write_bytes(other.read_bytes())
        other.write_bytes(content)
    elif how == len(CONTENTS) + 2:
        path.unlink()
        path.mkdir()
    else:
        path = folder / "manifest.json"
        manifest = changed(json.loads(path.read_text(encoding="utf-8")), luck)
        path.write_text(json.dumps(manifest), encoding="utf-8")
    return f"{path.name}, way {how}"


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_damaged_result_folders(finished: Path, tmp_path: Path) -> None:
    refused = 0
    for number, luck in mutants():
        folder = tmp_path / "damaged"
        shutil.copytree(finished, folder)
        said = [damage(folder, luck) for _ in range(luck.randint(1, 2))]
        for use in (read_all, go_on, read_all, begin_again):
            try:
                use(folder)
            except (ResultsError, AllFailed) as error:
                refused += 1
                assert str(folder) in str(error), (number, said, use.__name__)
            except Exception as error:
                raise AssertionError(f"mutant {number}: {said}, {use.__name__}: {error!r}") from error
        shutil.rmtree(folder)
    assert refused > 3 or number < 20


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("fuzz") / "kept.checkpoint"
    save_checkpoint(past(), path, scenario())
    return path


def test_damaged_checkpoints(kept: Path, tmp_path: Path) -> None:
    from tests.runs.test_checkpoint import rewritten

    whole, path, refused = load_checkpoint(kept).state_hash(), tmp_path / "damaged.checkpoint", 0
    sealed = json.loads(json.loads(_header(kept))["header"])
    for number, luck in mutants():
        shutil.copy(kept, path)
        if luck.random() < 0.5:
            path.write_bytes(CONTENTS[number % len(CONTENTS)](path.read_bytes(), luck))
            honest = True
        else:
            mutant = changed(sealed, luck)
            rewritten(path, mutant if isinstance(mutant, dict) else {"state": mutant})
            honest = False
        for read in (load_checkpoint, scenario_of, identity_of):
            try:
                found = read(path)
                # A bit of the archive that means nothing, such as a date, may pass: then nothing has changed.
                assert not honest or read is not load_checkpoint or found.state_hash() == whole  # type: ignore[union-attr]
            except CheckpointError as error:
                refused += 1
                assert str(path) in str(error), number
            except Exception as error:
                raise AssertionError(f"mutant {number}, {read.__name__}: {error!r}") from error
    assert refused > 3 or number < 20


def _header(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read("header.json")
