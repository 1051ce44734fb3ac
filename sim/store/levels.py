"""Merging finished tasks on the way: so many shards become one of the next level, and these one of the level after.

The manifest and the tables of the folder are written when the experiment ends: what a task costs the program that hands
them out does not grow with the tasks before it, and each row is copied once a level.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.kernel.fingerprint import fingerprint
from sim.store import merge, shards
from sim.store.results import ResultsError
from sim.store.shards import PARTS, Shard

MOST_SHARDS = 200
"""Shards of a level that wait to be merged: each is a few files, of which a folder and a program can hold only so
many."""
TASKS = "seed-*"
"""Names of the shards of single tasks."""
Told = dict[str, Any]
"""What a manifest says of a run or a burn-in."""


def together(
    folder: Path, fresh: Iterable[Shard], runs: Iterable[Told] = (), pasts: Iterable[Told] = ()
) -> tuple[dict[merge.Key, Told], dict[merge.Key, Told]]:
    """What shards tell of their runs and burn-ins, by arm and seed, added to what is known.

    Raises ResultsError where a burn-in that arms share came out in two ways.
    """
    kept = {_key(run): run for run in runs}
    shared = {_key(past): past for past in pasts}
    for shard in fresh:
        kept |= {_key(run): run for run in shard.runs}
        for past in shard.pasts:
            if shared.setdefault(_key(past), past)["hash"] != past["hash"]:
                raise ResultsError(
                    f"{folder}: the years that arms share came out differently with seed {past['seed']}: the machine "
                    "computes otherwise than the one before. Begin it again in another folder"
                )
    return kept, shared


def _key(told: Told) -> merge.Key:
    return str(told["arm"]), int(told["seed"])


def merge_checked(
    path: Path, file: str, parts: list[Path], order: Mapping[str, int], told: Mapping[merge.Key, Told]
) -> Told:
    """Merge tables named `file` into `path`; returns rows, bytes and digest. Raises ResultsError for lost rows."""
    facts, counts = merge.merge(path, parts, order, set(told))
    place = path.with_name(Path(file).name)
    for (arm, seed), one in told.items():
        there, wanted = counts.get((arm, seed), 0), one["rows"].get(file, 0)
        if there != wanted:
            raise ResultsError(f"{place} has {there} rows of {arm}, seed {seed}, instead of {wanted}")
    return facts


def files_of(fresh: Iterable[Shard]) -> list[str]:
    """Names of the tables that shards have."""
    return sorted({file for shard in fresh for file in shard.stamp["files"]})


def climb(folder: Path, is_own: Callable[[Shard], bool]) -> int:
    """Merge each level that is full, from single tasks on; how many tasks lie about unmerged then.

    `is_own` says whether a shard is one of the experiment. Raises ResultsError as `together` and `merge_checked` do.
    """
    level, names = 0, TASKS
    while True:
        fresh = [lying for _, lying in shards.found(folder, names) if isinstance(lying, Shard) and is_own(lying)]
        if len(fresh) < MOST_SHARDS:
            break
        level, names = level + 1, f"level-{level + 1}-*"
        _gather(folder, fresh, level)
    return sum(1 for _ in (folder / PARTS).glob(TASKS))


def _gather(folder: Path, fresh: Sequence[Shard], level: int) -> None:
    """Make one shard of many, then drop these; a kill between leaves both, which tell the same of the same runs."""
    runs, pasts = together(folder, fresh)
    told = runs | pasts
    order = {arm: place for place, arm in enumerate(dict.fromkeys(arm for arm, _ in [*pasts, *runs]))}
    name = f"level-{level}-{fingerprint(sorted(str(run['key']) for run in runs.values()))[:8]}"
    scratch = folder / PARTS / f".{name}.{os.getpid()}.tmp"
    shutil.rmtree(scratch, ignore_errors=True)
    path = scratch / "shard"
    files = {}
    for file in files_of(fresh):
        parts = [shard.path / file for shard in fresh if file in shard.stamp["files"]]
        files[file] = merge_checked(path / file, file, parts, order, told)
    metrics = {metric: one for shard in fresh for metric, one in shard.stamp["metrics"].items()}
    stamp = {"runs": [*runs.values()], "pasts": [*pasts.values()], "metrics": metrics, "files": files}
    shards.place(folder, shards.sealed(path, stamp), name)
    for shard in fresh:
        shards.drop(shard)
