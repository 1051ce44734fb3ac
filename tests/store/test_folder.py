"""The folder of an experiment: what is refused, ignored, cleared, checked."""

from __future__ import annotations

import errno
import json
import logging
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from sim.runs.run import Progress
from sim.store import folder as module
from sim.store import levels
from sim.store import merge as merge_module
from sim.store.folder import Work, carry_out, note_files
from sim.store.lock import locked
from sim.store.manifest import known_keys, new_manifest, obstacle
from sim.store.results import AllFailed, ResultsError, read_results
from sim.store.shards import PARTS, STAMP, pieces
from sim.store.tasks import Design, Kept, Task
from tests.synthetic import arms, scenario

TWO = arms("market", "duplicated", treatment=2, burn_in=1)
DESIGN = Design("knockout", TWO, (1, 2), "market", kept="a number")
SCHEMA = pa.schema([("arm", pa.string()), ("seed", pa.int64()), ("measure", pa.string()), ("value", pa.float64()),
                    ("error", pa.string())])  # fmt: skip


def keep_number(task: Task, folder: Path, progress: Progress) -> Kept:
    """Keeps ten times the seed of every run."""
    rows = [
        {"arm": arm, "seed": task.seed, "measure": "m", "value": 10.0 * task.seed, "error": ""} for arm in task.runs
    ]
    return Kept({"values.parquet": pieces(pa.Table.from_pylist([row], SCHEMA) for row in rows)},
                {arm: {} for arm in task.runs})  # fmt: skip


def never(task: Task, folder: Path, progress: Progress) -> Kept:
    """Must not be called."""
    raise AssertionError(f"{task.seed}: {list(task.runs)} ran again")


def fail_on_2(task: Task, folder: Path, progress: Progress) -> Kept:
    """As `keep_number`, but seed 2 fails."""
    if task.seed == 2:
        raise ArithmeticError("no balance")
    return keep_number(task, folder, progress)


def fail_on_duplicated(task: Task, folder: Path, progress: Progress) -> Kept:
    """As `keep_number`, but one arm fails with seed 2."""
    if task.seed == 2 and "duplicated" in task.runs:
        raise ArithmeticError("no balance")
    return keep_number(task, folder, progress)


def killed_on_2(task: Task, folder: Path, progress: Progress) -> Kept:
    """As `keep_number`, but the user ends it at seed 2."""
    if task.seed == 2:
        raise KeyboardInterrupt
    return keep_number(task, folder, progress)


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def half_done(folder: Path) -> Path:
    """A folder in which seed 1 is done and not merged; returns its shard."""
    with pytest.raises(KeyboardInterrupt):
        carry_out(folder, DESIGN, killed_on_2, 1)
    (shard,) = (folder / PARTS).iterdir()
    return shard


def test_nothing_but_tables_the_manifest_and_the_log_is_left(tmp_path: Path) -> None:
    assert carry_out(tmp_path / "a", DESIGN, keep_number, 1) == []
    assert files(tmp_path / "a") == ["manifest.json", "run.log", "values.parquet"]
    values = read_results(tmp_path / "a").values
    assert list(zip(values["arm"], values["seed"], values["value"], strict=True)) == [
        ("market", 1, 10.0), ("duplicated", 1, 10.0), ("market", 2, 20.0), ("duplicated", 2, 20.0)
    ]  # fmt: skip
    assert carry_out(tmp_path / "a", DESIGN, never, 1) == []


def test_what_failed_is_tried_again_and_the_rest_is_not(tmp_path: Path) -> None:
    failures = carry_out(tmp_path, DESIGN, fail_on_2, 1)
    assert [(failure.seed, failure.arm, failure.error) for failure in failures] == [
        (2, "market", "ArithmeticError: no balance")
    ]
    manifest = read_results(tmp_path).manifest
    assert manifest["complete"] and [failure["seed"] for failure in manifest["failures"]] == [2]
    seen: list[int] = []

    def watch(task: Task, folder: Path, progress: Progress) -> Kept:
        seen.append(task.seed)
        return keep_number(task, folder, progress)

    assert carry_out(tmp_path, DESIGN, watch, 1) == []
    assert seen == [2] and read_results(tmp_path).manifest["failures"] == []


def test_an_experiment_of_which_nothing_ends_well_is_not_finished(tmp_path: Path) -> None:
    with pytest.raises(AllFailed, match=r"with seed 2:(.|\n)*no balance"):
        carry_out(tmp_path, replace(DESIGN, seeds=(2,)), fail_on_2, 1)
    with pytest.raises(ResultsError, match="0 of 2 runs"):
        read_results(tmp_path)


def test_a_lost_run_does_not_hide_behind_a_failure_with_the_same_seed(tmp_path: Path) -> None:
    def fail_and_lose(task: Task, folder: Path, progress: Progress) -> Kept:
        if task.seed == 2 and "duplicated" in task.runs:
            for shard in (tmp_path / PARTS).glob("seed-2-*"):
                shutil.rmtree(shard)
            raise ArithmeticError("no balance")
        return keep_number(task, folder, progress)

    with pytest.raises(ResultsError, match="lacks 1 runs, the first of market with seed 2"):
        carry_out(tmp_path, replace(DESIGN, isolates=True), fail_and_lose, 1)
    with pytest.raises(ResultsError, match=r"is not finished \(\d of 4 runs\)"):
        read_results(tmp_path)
    assert [one.arm for one in carry_out(tmp_path, replace(DESIGN, isolates=True), fail_on_duplicated, 1)] == [
        "duplicated"
    ]
    assert len(read_results(tmp_path).manifest["runs"]) == 3


def test_a_shard_survives_a_kill_and_is_merged_later(tmp_path: Path) -> None:
    shard = half_done(tmp_path)
    assert sorted(path.name for path in shard.iterdir()) == [STAMP, "values.parquet"]
    with pytest.raises(ResultsError, match="2 of 4 runs"):
        read_results(tmp_path)
    assert carry_out(tmp_path, replace(DESIGN, seeds=(1,)), never, 1) == []
    assert read_results(tmp_path).values["seed"].tolist() == [1, 1]


def truncate(shard: Path) -> None:
    (shard / "values.parquet").write_bytes(b"PAR1")


def unstamp(shard: Path) -> None:
    (shard / STAMP).unlink()


def tear(shard: Path) -> None:
    (shard / STAMP).write_text('{"format": "clustersim sh')


def another_program(shard: Path) -> None:
    stamp = json.loads((shard / STAMP).read_text())
    (shard / STAMP).write_text(json.dumps({**stamp, "format": "something else"}))


def another_run(shard: Path) -> None:
    stamp = json.loads((shard / STAMP).read_text())
    stamp["runs"][0]["key"] = "0" * 16 + "-1"
    (shard / STAMP).write_text(json.dumps(stamp))


def another_seed(shard: Path) -> None:
    stamp = json.loads((shard / STAMP).read_text())
    stamp["runs"][0]["seed"] = 2
    (shard / STAMP).write_text(json.dumps(stamp))


@pytest.mark.parametrize("damage", [truncate, unstamp, tear, another_program, another_run, another_seed])
def test_a_shard_that_is_not_whole_or_not_ours_is_named_and_never_counted(
    tmp_path: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    shard = half_done(tmp_path)
    damage(shard)
    with caplog.at_level(logging.WARNING, "clustersim"):
        assert carry_out(tmp_path, DESIGN, keep_number, 1) == []
    assert [record.getMessage().startswith(f"{shard} is ignored: ") for record in caplog.records] == [True]
    values = read_results(tmp_path).values
    assert values["seed"].tolist() == [1, 1, 2, 2] and values["value"].tolist() == [10.0, 10.0, 20.0, 20.0]


def test_a_table_that_lacks_rows_is_noticed_before_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    merge_all = merge_module.merge

    def lossy(target: Path, shards: list[Path], order: dict[str, int], wanted: set[tuple[str, int]]) -> object:
        return merge_all(target, shards, order, wanted - {("duplicated", 2)})

    monkeypatch.setattr(merge_module, "merge", lossy)
    with pytest.raises(ResultsError, match="0 rows of duplicated, seed 2, instead of 1"):
        carry_out(tmp_path, DESIGN, keep_number, 1)
    with pytest.raises(ResultsError, match="not finished"):
        read_results(tmp_path)


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with locked(tmp_path / "a"), pytest.raises(ResultsError, match="in use"):
        carry_out(tmp_path / "a", DESIGN, keep_number, 1)


def test_folders_of_others_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("mine")
    with pytest.raises(ResultsError, match="not written by clustersim"):
        carry_out(tmp_path / "thesis", DESIGN, keep_number, 1, overwrite=True)
    assert files(tmp_path / "thesis") == ["chapter.txt"]
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ResultsError, match="is a file"):
        carry_out(tmp_path / "file", DESIGN, keep_number, 1, overwrite=True)
    (tmp_path / "empty").mkdir()
    assert carry_out(tmp_path / "empty", DESIGN, keep_number, 1) == []


CHANGES = [
    (replace(DESIGN, kind="regimes"), "it is a knockout, not a regimes"),
    (replace(DESIGN, kept="another number"), "keeps other numbers"),
    (replace(DESIGN, start="past"), "starts from another past"),
    (replace(DESIGN, arms={"market": TWO["market"]}), r"arms that are not asked for now \(duplicated\)"),
    (replace(DESIGN, seeds=(1,)), r"replications that are not asked for now \(seed 2\)"),
    (replace(DESIGN, arms={**TWO, "market": scenario("balanced")}), "differs in arm market"),
    (
        replace(
            DESIGN,
            unshocked_runs={"market": "calm"},
            ran={**TWO, "market": scenario("balanced"), "calm": TWO["market"]},
        ),
        "only one of the two runs market a second time without shocks",
    ),
]


@pytest.mark.parametrize(("changed", "message"), CHANGES)
def test_another_experiment_is_not_overwritten_silently(tmp_path: Path, changed: Design, message: str) -> None:
    carry_out(tmp_path, DESIGN, keep_number, 1)
    with pytest.raises(ResultsError, match=message):
        carry_out(tmp_path, changed, keep_number, 1)
    assert carry_out(tmp_path, DESIGN, never, 1) == []


def test_another_version_of_the_program_does_not_go_on(tmp_path: Path) -> None:
    old = new_manifest(DESIGN)
    assert "another version" in obstacle({**old, "code": "0" * 16}, old, grows=False)


def test_overwriting_removes_what_we_wrote_and_nothing_else(tmp_path: Path) -> None:
    carry_out(tmp_path, DESIGN, keep_number, 1)
    for name in ("summary.csv", "figures/a.png", "figures/mine.png", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    note_files(tmp_path, [tmp_path / "summary.csv", tmp_path / "figures" / "a.png"])
    carry_out(tmp_path, replace(DESIGN, seeds=(3,)), keep_number, 1, overwrite=True)
    left = ["figures", "figures/mine.png", "manifest.json", "notes.txt", "run.log", "values.parquet"]
    assert files(tmp_path) == left
    assert read_results(tmp_path).seeds == (3,)


def test_a_manifest_that_points_elsewhere_removes_nothing_there(tmp_path: Path) -> None:
    folder, outside = tmp_path / "a", tmp_path / "diary.txt"
    carry_out(folder, DESIGN, keep_number, 1)
    outside.write_text("mine")
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "files": ["../diary.txt"]}))
    with pytest.raises(ResultsError, match=r"manifest\.json is damaged: files\.0.*names no file of the folder"):
        carry_out(folder, replace(DESIGN, seeds=(3,)), keep_number, 1, overwrite=True)
    assert outside.read_text() == "mine"


def test_overwriting_follows_no_link_out_of_the_folder(tmp_path: Path) -> None:
    folder, outside = tmp_path / "a", tmp_path / "pictures"
    carry_out(folder, DESIGN, keep_number, 1)
    note_files(folder, [folder / "figures" / "map.png"])
    outside.mkdir()
    (outside / "map.png").write_text("mine")
    (folder / "figures").symlink_to(outside, target_is_directory=True)
    carry_out(folder, replace(DESIGN, seeds=(3,)), keep_number, 1, overwrite=True)
    assert (outside / "map.png").read_text() == "mine"


def test_arms_that_are_not_asked_for_stay_where_a_folder_grows(tmp_path: Path) -> None:
    first = replace(DESIGN, arms={"market": TWO["market"]}, grows=True)
    carry_out(tmp_path, first, keep_number, 1)
    carry_out(tmp_path, replace(first, arms={"duplicated": TWO["duplicated"]}, seeds=(2, 3)), keep_number, 1)
    values = read_results(tmp_path).values
    assert sorted(zip(values["arm"], values["seed"], strict=True)) == [
        ("duplicated", 2), ("duplicated", 3), ("market", 1), ("market", 2)
    ]  # fmt: skip


def test_shards_are_merged_as_an_experiment_goes_on_and_a_kill_between_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = replace(DESIGN, seeds=tuple(range(1, 13)))
    carry_out(tmp_path / "whole", many, keep_number, 1)
    monkeypatch.setattr(levels, "MOST_SHARDS", 3)
    lying: list[int] = []
    ended: list[float] = []

    def watch(task: Task, folder: Path, progress: Progress) -> Kept:
        lying.append(len(list((tmp_path / "killed" / PARTS).glob("[!.]*"))))
        if task.seed == 8 and not ended:
            raise KeyboardInterrupt
        return keep_number(task, folder, progress)

    with pytest.raises(KeyboardInterrupt):
        carry_out(tmp_path / "killed", many, watch, 1)
    with pytest.raises(ResultsError, match="not finished"):
        read_results(tmp_path / "killed")
    names = sorted(path.name[:7] for path in (tmp_path / "killed" / PARTS).glob("[!.]*"))
    assert names == ["level-1", "level-1", "seed-7-"], "three tasks each, and one that waits"
    assert len(known_keys(tmp_path / "killed")) == 2 * 7
    ended.append(0.0)
    assert carry_out(tmp_path / "killed", many, watch, 1) == []
    assert len(lying) == 13 and max(lying) == 5, "three tasks and two of the next level, at most"
    tables = [(tmp_path / place / "values.parquet").read_bytes() for place in ("killed", "whole")]
    assert tables[0] == tables[1]
    assert files(tmp_path / "killed") == files(tmp_path / "whole")


def test_a_level_that_lacks_rows_is_noticed_and_what_it_was_made_of_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    merge_all = merge_module.merge

    def lossy(target: Path, shards: list[Path], order: dict[str, int], wanted: set[tuple[str, int]]) -> object:
        return merge_all(target, shards, order, wanted - {("duplicated", 2)})

    many = replace(DESIGN, seeds=tuple(range(1, 6)))
    monkeypatch.setattr(levels, "MOST_SHARDS", 3)
    with monkeypatch.context() as patched:
        patched.setattr(merge_module, "merge", lossy)
        with pytest.raises(ResultsError, match="has 0 rows of duplicated, seed 2, instead of 1"):
            carry_out(tmp_path, many, keep_number, 1)
    assert sorted(path.name[:7] for path in (tmp_path / PARTS).glob("[!.]*")) == ["seed-1-", "seed-2-", "seed-3-"]
    assert carry_out(tmp_path, many, keep_number, 1) == [] and len(read_results(tmp_path).values) == 2 * 5


def test_a_worker_with_another_code_refuses(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="edited while the experiment ran"):
        Work(tmp_path, keep_number, code="older").into(tmp_path, Task(1, dict(TWO), {}))


def test_a_past_that_comes_out_differently_is_not_mixed_in(tmp_path: Path) -> None:
    def kept_with(told: str) -> Callable[[Task, Path, Progress], Kept]:
        def keep(task: Task, folder: Path, progress: Progress) -> Kept:
            return replace(keep_number(task, folder, progress), pasts={"past:x": told})

        return keep

    one = replace(DESIGN, arms={"market": TWO["market"]})
    carry_out(tmp_path, one, kept_with("1f"), 1)
    with pytest.raises(ResultsError, match="came out differently with seed 1"):
        carry_out(tmp_path, DESIGN, kept_with("2e"), 1)


def test_progress_counts_runs(tmp_path: Path) -> None:
    told: list[tuple[float, int]] = []
    carry_out(
        tmp_path, DESIGN, keep_number, 1, progress=lambda done, total, seconds, failure: told.append((done, total))
    )
    assert told == [(0, 4), (2, 4), (4, 4)]


def test_another_experiment_that_overwrites_takes_over_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even of tables that a kill left without a word of them in the manifest."""

    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    wide = {**TWO, "balanced": scenario("balanced", treatment=2, burn_in=1)}
    with monkeypatch.context() as patched:
        patched.setattr(module, "put_in_place", kill)
        with pytest.raises(KeyboardInterrupt):
            carry_out(tmp_path, replace(DESIGN, arms=wide, seeds=(1, 2, 3)), keep_number, 1)
    (tmp_path / "values.parquet").write_bytes(b"of another time")
    other = replace(DESIGN, kept="another number", seeds=(2, 3))
    assert carry_out(tmp_path, other, keep_number, 1, overwrite=True) == []
    results = read_results(tmp_path)
    results.verify()
    assert results.manifest["seeds"] == [2, 3]
    assert list(zip(results.values["arm"], results.values["seed"], strict=True)) == [
        ("market", 2), ("duplicated", 2), ("market", 3), ("duplicated", 3)
    ]  # fmt: skip
    assert files(tmp_path) == ["manifest.json", "run.log", "values.parquet"]


@pytest.mark.parametrize("moment", ["put_in_place", "finish of put_in_place"])
def test_a_kill_between_manifest_and_tables_loses_nothing(
    tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry_out(tmp_path, replace(DESIGN, seeds=(1,)), keep_number, 1)
    place = module.put_in_place

    def kill(*given: Any) -> None:
        if moment != "put_in_place":
            place(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(module, "put_in_place", kill)
        with pytest.raises(KeyboardInterrupt):
            carry_out(tmp_path, DESIGN, keep_number, 1)
    with pytest.raises(ResultsError, match=r"is not finished \(4 of 4 runs\)"):
        read_results(tmp_path)
    assert carry_out(tmp_path, DESIGN, never, 1) == []
    read_results(tmp_path).verify()
    assert read_results(tmp_path).values["seed"].tolist() == [1, 1, 2, 2]
    assert files(tmp_path) == ["manifest.json", "run.log", "values.parquet"]


def stray(folder: Path) -> None:
    """A folder that looks like a finished replication."""
    (folder / PARTS / "seed-2").mkdir(parents=True)
    (folder / PARTS / "seed-2" / "values.parquet").write_bytes(b"PAR1")


def a_file(folder: Path) -> None:
    (folder / PARTS).mkdir(exist_ok=True)
    (folder / PARTS / "seed-2").write_text("mine")


@pytest.mark.parametrize("lay", [stray, a_file])
def test_what_lies_among_the_shards_hides_no_replication(tmp_path: Path, lay: Callable[[Path], None]) -> None:
    carry_out(tmp_path, replace(DESIGN, seeds=(1,)), keep_number, 1)
    lay(tmp_path)
    assert carry_out(tmp_path, DESIGN, keep_number, 1) == []
    assert read_results(tmp_path).values["seed"].tolist() == [1, 1, 2, 2]
    assert (tmp_path / PARTS / "seed-2").exists()


def test_a_shard_of_which_a_byte_has_changed_is_run_again(tmp_path: Path) -> None:
    shard = half_done(tmp_path)
    content = bytearray((shard / "values.parquet").read_bytes())
    content[60] ^= 0x10
    (shard / "values.parquet").write_bytes(content)
    seen: list[int] = []

    def watch(task: Task, folder: Path, progress: Progress) -> Kept:
        seen.append(task.seed)
        return keep_number(task, folder, progress)

    carry_out(tmp_path, DESIGN, watch, 1)
    assert seen == [1, 2]


def lose(path: Path) -> None:
    path.unlink()


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(("harm", "said"), [(lose, "is lost"), (flip, "is damaged")])
def test_a_lost_or_damaged_table_is_told_before_anything_is_run(
    tmp_path: Path, harm: Callable[[Path], None], said: str
) -> None:
    carry_out(tmp_path, replace(DESIGN, seeds=(1,)), keep_number, 1)
    harm(tmp_path / "values.parquet")
    with pytest.raises(ResultsError, match=rf"values\.parquet {said}.*--overwrite"):
        carry_out(tmp_path, DESIGN, never, 1)
    assert carry_out(tmp_path, DESIGN, keep_number, 1, overwrite=True) == []
    assert read_results(tmp_path).values["seed"].tolist() == [1, 1, 2, 2]


def test_a_finished_folder_takes_runs_without_shocks_in(tmp_path: Path) -> None:
    """The arms are the same runs: only what is new is run."""
    carry_out(tmp_path, DESIGN, keep_number, 1)
    seen: list[list[str]] = []

    def watch(task: Task, folder: Path, progress: Progress) -> Kept:
        seen.append(list(task.runs))
        return keep_number(task, folder, progress)

    calm = {**TWO, "calm": scenario("balanced", treatment=2, burn_in=1)}
    carry_out(tmp_path, replace(DESIGN, unshocked_runs={"market": "calm"}, ran=calm), watch, 1)
    assert seen == [["calm"], ["calm"]]


def test_overwriting_leaves_what_others_put_among_the_shards(tmp_path: Path) -> None:
    half_done(tmp_path)
    for name in ("parts/mine/notes.txt", "parts/.hidden/notes.txt", ".own.tmp"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("mine")
    carry_out(tmp_path, replace(DESIGN, kept="another number"), keep_number, 1, overwrite=True)
    mine = [".own.tmp", "parts", "parts/.hidden", "parts/.hidden/notes.txt", "parts/mine", "parts/mine/notes.txt"]
    assert files(tmp_path) == sorted([*mine, "manifest.json", "run.log", "values.parquet"])


# -- full, vanished, unwritable ----------------------------------------------------------------------------


@dataclass(frozen=True)
class FullDisk:
    """Keeps nothing, since the disk is full; notes which seeds were tried."""

    notes: Path

    def __call__(self, task: Task, folder: Path, progress: Progress) -> Kept:
        (self.notes / str(task.seed)).touch()
        raise OSError(errno.ENOSPC, "No space left on device", str(folder / "values.parquet"))


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_full_disk_ends_all_at_once(tmp_path: Path, workers: int) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    many = replace(DESIGN, seeds=tuple(range(1, 30)))
    with pytest.raises(ResultsError, match=r"values\.parquet cannot be written: No space left on device.*goes on"):
        carry_out(tmp_path / "out", many, FullDisk(notes), workers)
    assert 1 <= len(list(notes.iterdir())) <= 2 * workers
    assert carry_out(tmp_path / "out", replace(many, seeds=(1, 2)), keep_number, 1) == []


@pytest.mark.parametrize("number", range(0, 40, 3))
def test_a_disk_that_fills_at_any_moment_is_one_error_and_loses_nothing(
    tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The n-th time that something is forced to the disk, it is full."""
    left = number

    def fsync(opened: int) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fsync)
        try:
            carry_out(tmp_path / "out", DESIGN, keep_number, 1)
        except ResultsError as error:
            assert "No space left on device" in str(error)
    assert carry_out(tmp_path / "out", DESIGN, keep_number, 1) == []
    assert read_results(tmp_path / "out").values["seed"].tolist() == [1, 1, 2, 2]


def can_mount(folder: Path) -> bool:
    """Whether a tiny file system can be mounted here."""
    words = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    try:
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def test_a_file_system_that_is_really_full(tmp_path: Path) -> None:
    def keep_much(task: Task, folder: Path, progress: Progress) -> Kept:
        folder.mkdir(parents=True)
        (folder / "panel").write_bytes(b"x" * 200_000)
        return keep_number(task, folder, progress)

    place = tmp_path / "small"
    place.mkdir()
    if not can_mount(place):
        pytest.skip("no file system can be mounted here; the tests above stand in for it")
    try:
        (place / "ballast").write_bytes(b"x" * 100_000)
        with pytest.raises(ResultsError, match="cannot be written: No space left on device"):
            carry_out(place / "out", DESIGN, keep_much, 1)
        (place / "ballast").unlink()
        assert carry_out(place / "out", DESIGN, keep_number, 1) == []
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_folder_that_is_removed_meanwhile_ends_all_at_once(tmp_path: Path, workers: int) -> None:
    with pytest.raises(ResultsError, match=r"is gone: somebody moved or removed it|cannot be written: No such file"):
        carry_out(tmp_path / "out", replace(DESIGN, seeds=tuple(range(1, 30))), Remove(tmp_path / "out"), workers)
    assert not (tmp_path / "out" / "manifest.json").exists()


@dataclass(frozen=True)
class Remove:
    """Keeps a number after somebody removed the whole folder."""

    folder: Path

    def __call__(self, task: Task, folder: Path, progress: Progress) -> Kept:
        shutil.rmtree(self.folder, ignore_errors=True)
        return keep_number(task, folder, progress)


def test_a_place_that_cannot_be_written_is_told_before_anything_is_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ResultsError, match="cannot be written: Not a directory"):
        carry_out(tmp_path / "file" / "out", DESIGN, never, 1)
    carry_out(tmp_path / "out", replace(DESIGN, seeds=(1,)), keep_number, 1)
    (tmp_path / "out" / PARTS).write_text("mine")
    with pytest.raises(ResultsError, match="parts cannot be written: File exists"):
        carry_out(tmp_path / "out", DESIGN, never, 1)


def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="no text"):
        carry_out(tmp_path / "out\udcff", DESIGN, never, 1)
    assert list(tmp_path.iterdir()) == []
