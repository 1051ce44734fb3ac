"""A checkpoint whose numbers point nowhere is refused before a compiled rule follows them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.kernel.fingerprint import fingerprint
from sim.kernel.world import Tie, World
from sim.runs import checkpoint
from sim.runs.checkpoint import CheckpointError, is_checkpoint, load_checkpoint, save_checkpoint
from sim.runs.run import fork
from tests.small_world import past, scenario

FIELDS = (
    ("firms", "cell", 10**6), ("firms", "cell", -1), ("firms", "region", 6), ("firms", "industry", 99),
    ("firms", "tier", 5), ("firms", "kind", 2), ("firms", "origin", 4), ("institutes", "industry", -1),
    ("institutes", "cell", 10**6), ("links", "first", 10**6), ("links", "first", -1), ("links", "second", 10**6),
    ("links", "second", -2), ("links", "tie", 7), ("cells", "region", 6), ("industries", "chain", 99),
    ("industries", "category", 4), ("ledger", "account", 99), ("ledger", "region", -2), ("firms", "contracts", -1),
)  # fmt: skip


def refused(world: World, folder: Path, message: str) -> None:
    """Its checkpoint can be written, and not be read."""
    save_checkpoint(world, folder / "odd.checkpoint", scenario())
    with pytest.raises(CheckpointError, match=rf"odd\.checkpoint is damaged.*{message}.*make it again"):
        load_checkpoint(folder / "odd.checkpoint")


@pytest.mark.parametrize(("table", "column", "value"), FIELDS)
def test_a_number_of_a_row_that_is_not_there(table: str, column: str, value: int, tmp_path: Path) -> None:
    world = fork(past())
    rows = getattr(world, table)
    assert len(rows), table
    rows[column][len(rows) // 2] = value
    refused(world, tmp_path, "")


def test_an_institute_is_looked_for_among_institutes(tmp_path: Path) -> None:
    world = fork(past())
    assert len(world.institutes) < len(world.firms)
    world.links.tie[0] = Tie.INSTITUTE
    world.links.second[0] = len(world.institutes)
    refused(world, tmp_path, r"links\.second points at no row")


def shrink(name: str) -> Callable[[World], None]:
    def change(world: World) -> None:
        setattr(world, name, getattr(world, name)[:-1])

    return change


def set_to(name: str, value: Any) -> Callable[[World], None]:
    def change(world: World) -> None:
        setattr(world, name, value)

    return change


def kernel(world: World) -> None:
    world.kernels["odd"] = np.zeros(3)


CHANGES: dict[str, Callable[[World], None]] = {
    **{name: shrink(name) for name in ("input_shares", "relatedness", "local_industries", "sites", "region_names",
                                       "industry_names", "freeness")},
    "kernel odd": kernel,
    "input_rows": set_to("input_rows", np.full((1, 1), 99)),
    "seed": set_to("seed", "one"),
    "year": set_to("year", 10**9),
    "wage": set_to("wage", "high"),
    "treated": set_to("treated", 1),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_does_not_fit_the_rest(name: str, tmp_path: Path) -> None:
    world = fork(past())
    CHANGES[name](world)
    refused(world, tmp_path, "")


@pytest.mark.parametrize(
    ("key", "value"), [("cell_km", 1e-300), ("cell_km", -1.0), ("cell_km", 1e308), ("reach_km", 1e300)]
)
def test_distances_that_are_none(key: str, value: float, tmp_path: Path) -> None:
    from tests.runs.test_checkpoint import rewritten

    path = tmp_path / "odd.checkpoint"
    save_checkpoint(past(), path, scenario())
    rewritten(path, {key: value})
    with pytest.raises(CheckpointError, match="distances"):
        load_checkpoint(path)


# -- sizes -------------------------------------------------------------------------------------------------


def with_member(path: Path, name: str, content: bytes, packing: int = zipfile.ZIP_DEFLATED) -> None:
    """Replace one member of a checkpoint."""
    with zipfile.ZipFile(path) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    with zipfile.ZipFile(path, "w", packing) as archive:
        for one, old in {**members, name: content}.items():
            archive.writestr(one, old)


def test_a_small_file_does_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "SMALL", 2**20)
    path = tmp_path / "bomb"
    save_checkpoint(past(), path)
    load_checkpoint(path)
    with_member(path, "grid.npy", bytes(2**28))
    with pytest.raises(CheckpointError, match="GiB of memory"):
        load_checkpoint(path)
    assert path.stat().st_size < 2**21


def head(shape: tuple[int, ...], kind: str) -> bytes:
    """The head of an array without its contents."""
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"shape": shape, "fortran_order": False, "descr": kind})
    return stream.getvalue()


@pytest.mark.parametrize(
    "content", [head((10**12,), "<f8"), head((10**18,), "|V0"), head((2, 2), "<f8") + bytes(7), b""]
)
def test_a_head_that_promises_what_does_not_follow(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd"
    save_checkpoint(past(), path)
    with_member(path, "grid.npy", content)
    with pytest.raises(CheckpointError, match="is damaged"):
        load_checkpoint(path)


def test_a_member_that_is_packed_in_another_way(tmp_path: Path) -> None:
    path = tmp_path / "odd"
    save_checkpoint(past(), path)
    with_member(path, "grid.npy", bytes(100), zipfile.ZIP_BZIP2)
    with pytest.raises(CheckpointError, match="packed in another way"):
        load_checkpoint(path)


def test_only_checkpoints_are_checkpoints(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    save_checkpoint(past(), path)
    assert is_checkpoint(path)
    for name, content in (("text", b"mine"), ("empty", b""), ("cut", path.read_bytes()[:-30])):
        (tmp_path / name).write_bytes(content)
        assert not is_checkpoint(tmp_path / name)
    with zipfile.ZipFile(tmp_path / "zip", "w") as archive:
        text = json.dumps({"format": "another"})
        archive.writestr(checkpoint.HEADER, json.dumps({"hash": fingerprint(text), "header": text}))
    assert not is_checkpoint(tmp_path / "zip")
    assert not is_checkpoint(tmp_path / "none")


def test_a_checkpoint_is_on_the_disk_before_its_name_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    replace = Path.replace
    monkeypatch.setattr(checkpoint.os, "fsync", lambda _: told.append("disk"))
    monkeypatch.setattr(Path, "replace", lambda self, target: (told.append("name"), replace(self, target)))
    save_checkpoint(past(), tmp_path / "kept")
    assert told == ["disk", "name"]
