"""What an executor runs of an experiment: one task, into the folder itself or, on another machine, into a parcel."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sim.kernel.source_hash import NUMBERS
from sim.runs.run import Progress as Years
from sim.store import shards
from sim.store.executors.local import Halt
from sim.store.results import MANIFEST
from sim.store.shards import Parcel, Shard
from sim.store.tasks import Keep, Task

HOPELESS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ESTALE, errno.EACCES, errno.EPERM)
"""Errors of writing that the next replication would meet as well."""


def unwritable(folder: Path, error: OSError) -> str:
    """What a user is told of an error of writing."""
    said = os.strerror(error.errno) if error.errno else str(error)
    return (
        f"{error.filename or folder} cannot be written: {said}. What is finished is kept: make room or give access, "
        "and the same command goes on"
    )


@dataclass(frozen=True)
class Work:
    """A task is carried out and its shard prepared; the parent commits it. Takes no lock."""

    folder: Path
    keep: Keep
    progress: Callable[[list[str]], Years] | None = None
    """Makes the progress of a task's runs; only where the task runs in this program."""
    code: str = ""
    """Hash of the program's text when the experiment began: a worker that loads another text refuses to mix."""

    def __call__(self, task: Task) -> Shard:
        """Run and write. Raises what the engine raises, with the arm as `error.arm`; ValueError for a missing run;
        RuntimeError when the program's code has changed; Halt when the folder is gone or cannot be written."""
        if not (self.folder / MANIFEST).exists():
            raise Halt(f"{self.folder} is gone: somebody moved or removed it while the experiment ran")
        return self.into(self.folder, task)

    def into(self, folder: Path, task: Task) -> Shard:
        """Run, and prepare the shard in the scratch place of `folder`. Raises as a call does."""
        if self.code != NUMBERS:
            raise RuntimeError("the program's code was edited while the experiment ran: begin it again")
        names = list(task.runs)
        at = 0
        told = self.progress(names) if self.progress else None

        def follow(arm: str, done: int, total: int) -> None:
            nonlocal at
            at = names.index(arm) + (done == total)
            if told is not None:
                told(arm, done, total)

        position = shards.scratch(folder, task)
        shutil.rmtree(position, ignore_errors=True)
        try:
            kept = self.keep(task, position / "runs", follow)
            missing = [name for name in names if name not in kept.runs]
            if missing:
                raise ValueError(f"seed {task.seed} has no run of arm {', '.join(missing)}")
            shard = shards.prepare(folder, task, kept)
        except BaseException as error:
            shutil.rmtree(position, ignore_errors=True)
            if isinstance(error, OSError) and error.errno in HOPELESS:
                raise Halt(unwritable(folder, error)) from None
            if not hasattr(error, "arm") and at < len(names):
                error.arm = names[at]  # type: ignore[attr-defined]
            raise
        shutil.rmtree(position / "runs", ignore_errors=True)
        return shard


@dataclass(frozen=True)
class Sent:
    """The same on a machine that does not see the folder: the shard comes back in memory."""

    work: Work

    def __call__(self, task: Task) -> Parcel:
        """Run, write into a temporary folder and pack what was written. Raises as Work does."""
        with tempfile.TemporaryDirectory(prefix="clustersim-") as place:
            return shards.pack(self.work.into(Path(place), task))
