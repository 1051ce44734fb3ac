"""The one way an experiment is carried out in a folder: locked, resumed, run task by task, merged, checked, closed.

A kill at any moment loses the tasks in flight and no other: what ended stands in a shard, and a shard goes only after
the manifest that covers its rows in the tables is on the disk.
"""

from __future__ import annotations

import errno
import logging
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.kernel.source_hash import NUMBERS
from sim.store import levels, shards
from sim.store.executors.cluster import Cluster, ClusterError, Workers
from sim.store.executors.limits import Limits
from sim.store.executors.local import Attempt, Failure, Halt, processes, run_tasks
from sim.store.lock import locked
from sim.store.manifest import (
    check_place,
    going_on,
    new_manifest,
    now,
    obstacle,
    read_for_writing,
    remove_own,
    write_manifest,
)
from sim.store.progress import Count, Progress
from sim.store.provenance import without_folders
from sim.store.results import AllFailed, ResultsError
from sim.store.run_log import RunLog, run_log
from sim.store.shards import PARTS, Parcel, Shard
from sim.store.tables import damage, finish, put_in_place, staged
from sim.store.tasks import Design, Keep, Task, tasks_of
from sim.store.work import Sent, Work, unwritable

log = logging.getLogger("clustersim")
Known = tuple[Mapping[str, str], Set[int]]
"""Of an experiment, the identity of each run by its name, and the seeds."""


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Tell what goes wrong with writing into `folder` as ResultsError."""
    try:
        yield
    except (Halt, ClusterError) as error:
        raise ResultsError(str(error)) from None
    except OSError as error:
        if error.errno == errno.EPIPE:  # whoever read our output is gone
            raise
        raise ResultsError(unwritable(folder, error)) from error


def carry_out(
    folder: Path, design: Design, keep: Keep, workers: Workers = None, overwrite: bool = False,
    progress: Progress | None = None, limits: Limits | None = None,
) -> list[Failure]:  # fmt: skip
    """Run what `folder` does not hold yet of an experiment, merge it into its tables and return what failed.

    A folder of the same experiment goes on: with more seeds or arms only what is new is run. Raises ResultsError for a
    folder that holds anything else or is damaged (`overwrite` clears it, if clustersim wrote it), that another program
    writes into or that cannot be written, and AllFailed when no run is there in the end.
    """
    check_place(folder)
    begun = folder.exists()
    try:
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            with locked(folder):
                check_place(folder)
                done = open_folder(folder, design, overwrite)
                with run_log(folder) as told:
                    return _carry_out(folder, design, keep, workers, done, progress, told, limits)
    finally:
        if not begun:
            with suppress(OSError):
                folder.rmdir()  # nothing was written


def _carry_out(
    folder: Path, design: Design, keep: Keep, workers: Workers, done: set[tuple[str, int]],
    progress: Progress | None, told: RunLog, limits: Limits | None,
) -> list[Failure]:  # fmt: skip
    began, started = now(), time.perf_counter()
    tasks = tasks_of(design, done)
    wanted = sum(design.wants(name, seed) for seed in design.seeds for name in design.runs)
    count = Count(progress, wanted, len(done))
    alone = not isinstance(workers, Cluster) and processes(workers, len(tasks)) == 1 and limits is None
    manifest = _manifest_of(folder)
    known = _known(manifest)
    _log_start(told, manifest, workers, tasks, wanted, len(done))
    del manifest  # it is long where the arms are many
    place = folder.absolute() if isinstance(workers, Cluster) else folder
    work = Work(place, keep, count.follow if alone else None, NUMBERS)
    sent = isinstance(workers, Cluster) and not workers.shares_folder
    failures: list[Failure] = []
    failed: set[tuple[str, int]] = set()
    apart: list[Task] = []
    fresh, lying = 0, sum(1 for _ in (folder / PARTS).glob(levels.TASKS))

    def ended(task: Task, attempt: Attempt[Shard | Parcel]) -> None:
        nonlocal fresh, lying
        if attempt.result is not None:
            if lying >= levels.MOST_SHARDS:
                lying = levels.climb(folder, lambda shard: not _why_foreign(shard, known))
            fresh += len(task.runs)
            left = attempt.result
            shards.commit(folder, left if isinstance(left, Shard) else shards.unpack(folder, task, left), task)
            lying += 1
            told.write("done", f"seed {task.seed}: {', '.join(task.runs)}", seed=task.seed, arms=[*task.runs])
        elif attempt.failure is not None and len(task.runs) > 1 and design.isolates:
            told.failed(attempt.failure)
            apart.extend(task.alone())
            return
        elif attempt.failure is not None:
            only = next(iter(task.runs)) if len(task.runs) == 1 else ""
            failures.append(replace(attempt.failure, arm=attempt.failure.arm or only))
            failed.update((name, task.seed) for name in task.runs)
            told.failed(failures[-1])
        count.ended_with(len(task.runs), attempt.failure)

    for waiting in (tasks, apart):  # the second list is filled as the first is run
        run_tasks(Sent(work) if sent else work, waiting, workers, ended, limits, lambda task: len(task.runs))
    if failures and not fresh and not done:
        raise AllFailed(f"every replication failed; the first, with seed {failures[0].seed}:\n{failures[0].traceback}")
    failures.sort(key=lambda failure: design.seeds.index(failure.seed))
    spent = {"began": began, "seconds": round(time.perf_counter() - started, 1), "runs": fresh}
    close_folder(folder, design, failures, failed, spent if fresh else None)
    return failures


def _log_start(
    told: RunLog, manifest: Mapping[str, Any], workers: Workers, tasks: list[Task], wanted: int, done: int
) -> None:
    facts = {key: manifest[key] for key in ("kind", "command", "code", "program", "versions", "platform", "compiled")}
    count = None if isinstance(workers, Cluster) else processes(workers, len(tasks))
    where = f"{count} processes" if count else str(workers)
    told.write("start", f"{wanted} runs, {done} of them done already, on {where}", **facts, processes=count,
               runs=wanted, done=done)  # fmt: skip


def open_folder(folder: Path, design: Design, overwrite: bool = False) -> set[tuple[str, int]]:
    """Make a locked `folder` ready; returns the runs (name, seed) that are done in it."""
    old, manifest = read_for_writing(folder), new_manifest(design)
    if old is not None:
        finish(folder, old["tables"])
        other, broken = obstacle(old, manifest, design.grows), damage(folder, old["tables"])
        if not other and not broken:
            manifest = going_on(old, manifest, design.grows)
            write_manifest(folder, manifest)
            _try_place(folder)
            shards.sweep(folder)
            merged = {(run["arm"], run["seed"]): run["key"] for run in old["runs"]}
            fresh = {(run["arm"], run["seed"]): run["key"] for shard in own_shards(folder, manifest, warn=True)
                     for run in shard.runs}  # fmt: skip
            keys = {**merged, **fresh}
            return {
                (name, seed) for seed in design.seeds for name in design.runs
                if keys.get((name, seed)) == design.key(name, seed)
            }  # fmt: skip
        if not overwrite:
            raise ResultsError(
                f"{folder} holds another experiment: {other}. "
                "Choose another folder with --out, or clear this one with --overwrite"
                if other else f"{broken}. Put it back from a copy, or begin the experiment again with --overwrite"
            )  # fmt: skip
        remove_own(folder, old)
    write_manifest(folder, manifest)
    _try_place(folder)
    return set()


def _try_place(folder: Path) -> None:
    """Raise OSError before anything is run where shards could not be written."""
    parts = folder / PARTS
    parts.mkdir(exist_ok=True)
    trial = parts / f".trial.{os.getpid()}.tmp"
    trial.mkdir()
    trial.rmdir()


def own_shards(folder: Path, manifest: Mapping[str, Any], warn: bool = False) -> list[Shard]:
    """The shards of the very experiment of `manifest`; any other is left alone, and named with `warn`."""
    kept, known = [], _known(manifest)
    for path, lying in shards.found(folder):
        reason = lying if isinstance(lying, str) else _why_foreign(lying, known)
        if not isinstance(lying, str) and not reason:
            kept.append(lying)
        elif warn:
            log.warning("%s is ignored: %s", path, reason)
    return kept


def _known(manifest: Mapping[str, Any]) -> Known:
    return manifest["identities"], frozenset(manifest["seeds"])


def _why_foreign(shard: Shard, known: Known) -> str:
    """Why a shard does not belong to the experiment; empty when it does."""
    identities, seeds = known
    for run in shard.runs:
        if run["seed"] not in seeds or run["key"] != f"{identities.get(run['arm'])}-{run['seed']}":
            return f"its run of {run['arm']} is not of this experiment"
    return ""


def close_folder(
    folder: Path, design: Design, failures: Iterable[Failure], failed: Set[tuple[str, int]],
    spent: Mapping[str, Any] | None,
) -> None:  # fmt: skip
    """Merge all shards into the tables, check that nothing is missing and complete the manifest.

    `failed`: the runs (name, seed) that `failures` left undone. `spent`: when this call began, its seconds and its
    runs, to be added to those of earlier ones.

    Raises ResultsError when a run is neither done nor failed, or a table lacks rows of one.
    """
    manifest = _manifest_of(folder)
    left = own_shards(folder, manifest)
    for first in range(0, len(left), levels.MOST_SHARDS):
        manifest = take_in(folder, design, manifest, left[first : first + levels.MOST_SHARDS])
    manifest["failures"] = [
        {**failure.__dict__, "traceback": without_folders(failure.traceback)} for failure in failures
    ]
    manifest["times"] += [{**spent, "ended": now()}] if spent is not None else []
    manifest["cost"] = {
        "runs": len(manifest["runs"]),
        "run_seconds": round(sum(float(run.get("seconds", 0.0)) for run in manifest["runs"]), 1),
        "wall_seconds": round(sum(one["seconds"] for one in manifest["times"]), 1),
    }
    _check_whole(folder, design, manifest, failed)
    manifest["complete"] = True
    write_manifest(folder, manifest)
    with suppress(OSError):
        (folder / PARTS).rmdir()


def take_in(folder: Path, design: Design, manifest: dict[str, Any], fresh: Sequence[Shard]) -> dict[str, Any]:
    """Merge shards into the tables and the manifest, which is written, then drop them; returns the manifest.

    Raises ResultsError where a table lacks rows, or where a past that arms share came out in two ways.
    """
    names = [*_pasts_first(manifest, design, fresh), *manifest["arms"], *design.runs]
    names += [run["arm"] for run in manifest["runs"]]
    order = {name: position for position, name in reversed([*enumerate(names)])}
    runs, pasts = levels.together(folder, fresh, manifest["runs"], manifest["pasts"])
    for shard in fresh:
        manifest["metrics"].update(shard.stamp["metrics"])
    position = lambda run: (run["seed"], order[run["arm"]])  # noqa: E731
    manifest["runs"] = sorted(runs.values(), key=position)
    manifest["pasts"] = sorted(pasts.values(), key=position)
    merged: dict[str, Any] = {}
    for file in levels.files_of(fresh):
        parts = [folder / file] if file in manifest["tables"] else []
        parts += [shard.path / file for shard in fresh if file in shard.stamp["files"]]
        merged[file] = levels.merge_checked(staged(folder / file), file, parts, order, runs | pasts)
    manifest["tables"].update(merged)
    write_manifest(folder, manifest)
    put_in_place(folder, merged)
    for shard in fresh:
        shards.drop(shard)
    return manifest


def _manifest_of(folder: Path) -> dict[str, Any]:
    manifest = read_for_writing(folder)
    if manifest is None:
        raise ResultsError(f"{folder} is gone: somebody moved or removed it while the experiment ran")
    return {"times": [], **manifest}


def _pasts_first(manifest: Mapping[str, Any], design: Design, fresh: Sequence[Shard]) -> list[str]:
    """Names of shared pasts, in the order of the arms that have them."""
    known = {past["arm"] for past in manifest["pasts"]} | {past["arm"] for shard in fresh for past in shard.pasts}
    ordered = list(dict.fromkeys(design.pasts[name] for name in design.arms))
    return [name for name in ordered if name in known] + sorted(known - set(ordered))


def _check_whole(
    folder: Path, design: Design, manifest: Mapping[str, Any], failed: Set[tuple[str, int]]
) -> None:  # fmt: skip
    accounted = {(run["arm"], run["seed"]) for run in manifest["runs"]} | failed
    missing = [
        (name, seed)
        for seed in design.seeds
        for name in design.runs
        if design.wants(name, seed) and (name, seed) not in accounted
    ]
    if missing:
        name, seed = missing[0]
        raise ResultsError(f"{folder} lacks {len(missing)} runs, the first of {name} with seed {seed}")
    for run in (*manifest["runs"], *manifest["pasts"]):
        lost = [file for file, rows in run["rows"].items() if rows and file not in manifest["tables"]]
        if lost:
            raise ResultsError(f"{folder / lost[0]} is lost: it held rows of {run['arm']}, seed {run['seed']}")


def note_files(folder: Path, files: Iterable[Path]) -> None:
    """Add files that were written into a finished folder to its manifest, so that `overwrite` removes them too."""
    with writing(folder), locked(folder):
        manifest = _manifest_of(folder)
        told = {path.relative_to(folder).as_posix() for path in files}
        manifest["files"] = sorted({*manifest["files"], *told})
        write_manifest(folder, manifest)
