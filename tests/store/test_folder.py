"""The folder of an experiment: what is refused, ignored, cleared, checked."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from sim.runs.run import Progress
from sim.store import folder as module
from sim.store.folder import Work, carry_out, note_files
from sim.store.lock import locked
from sim.store.manifest import new_manifest, obstacle
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


def test_nothing_but_tables_and_the_manifest_is_left(tmp_path: Path) -> None:
    assert carry_out(tmp_path / "a", DESIGN, keep_number, 1) == []
    assert files(tmp_path / "a") == ["manifest.json", "values.parquet"]
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
    stamp["runs"]["market"]["key"] = "0" * 16 + "-1"
    (shard / STAMP).write_text(json.dumps(stamp))


def another_seed(shard: Path) -> None:
    stamp = json.loads((shard / STAMP).read_text())
    (shard / STAMP).write_text(json.dumps({**stamp, "seed": 2}))


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
    merge = module.merge.merge

    def lossy(target: Path, shards: list[Path], order: dict[str, int], wanted: set[tuple[str, int]]) -> object:
        return merge(target, shards, order, wanted - {("duplicated", 2)})

    monkeypatch.setattr(module.merge, "merge", lossy)
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
    (replace(DESIGN, kept="another number"), "keeps other measures"),
    (replace(DESIGN, start="past"), "starts from another past"),
    (replace(DESIGN, arms={"market": TWO["market"]}), r"arms that are not asked for now \(duplicated\)"),
    (replace(DESIGN, seeds=(1,)), r"replications that are not asked for now \(seed 2\)"),
    (replace(DESIGN, arms={**TWO, "market": scenario("balanced")}), "differs in arm market"),
    (replace(DESIGN, unshocked_runs={"market": "duplicated"}), "a second time without them"),
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
    assert files(tmp_path) == ["figures", "figures/mine.png", "manifest.json", "notes.txt", "values.parquet"]
    assert read_results(tmp_path).seeds == (3,)


def test_a_manifest_that_points_elsewhere_removes_nothing_there(tmp_path: Path) -> None:
    folder, outside = tmp_path / "a", tmp_path / "diary.txt"
    carry_out(folder, DESIGN, keep_number, 1)
    outside.write_text("mine")
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "files": ["../diary.txt"]}))
    carry_out(folder, replace(DESIGN, seeds=(3,)), keep_number, 1, overwrite=True)
    assert outside.read_text() == "mine"


def test_arms_that_are_not_asked_for_stay_where_a_folder_grows(tmp_path: Path) -> None:
    first = replace(DESIGN, arms={"market": TWO["market"]}, grows=True)
    carry_out(tmp_path, first, keep_number, 1)
    carry_out(tmp_path, replace(first, arms={"duplicated": TWO["duplicated"]}, seeds=(2, 3)), keep_number, 1)
    values = read_results(tmp_path).values
    assert sorted(zip(values["arm"], values["seed"], strict=True)) == [
        ("duplicated", 2), ("duplicated", 3), ("market", 1), ("market", 2)
    ]  # fmt: skip


def test_a_worker_with_another_code_refuses(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="edited while the experiment ran"):
        Work(tmp_path, keep_number, {}, code="older")(Task(1, dict(TWO), {}))


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
