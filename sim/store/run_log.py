"""run.log: what happened while an experiment ran, a line of JSON for each event, the newest last.

start      command, versions, machine, processes, runs that are wanted and those that are done already
read       how tables of the scenario were read, where that had to be decided (of commands)
warning    what the program warned of
done       a seed and its arms came to an end
failed     a seed, its arm, the error and its traceback
end        complete, stopped or interrupted, and the seconds
"""

from __future__ import annotations

import json
import logging
import logging.handlers
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.store.progress import Failure
from sim.store.provenance import without_folders

LOG = "run.log"
TOLD = logging.getLogger("clustersim.run")
"""Hears of every event too: `--verbose` shows what it hears."""
TOLD.setLevel(logging.WARNING)


class RunLog(logging.Handler):
    """Writes events into a folder's log, and all that the program warns of meanwhile."""

    def __init__(self, folder: Path) -> None:
        super().__init__(logging.WARNING)
        self.path = folder / LOG
        self.started = time.perf_counter()

    def write(self, event: str, message: str, **facts: Any) -> None:
        """Append an event. Raises OSError where the log cannot be written."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"time": now, "event": event, "message": message, **facts}, ensure_ascii=False, default=str)
        with self.path.open("a", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(f"{without_folders(line)}\n")
        TOLD.info("%s", message)

    def failed(self, failure: Failure) -> None:
        """A task that did not finish, with its traceback."""
        self.write("failed", f"seed {failure.seed} failed: {failure.error}", seed=failure.seed, arm=failure.arm,
                   error=failure.error, traceback=failure.traceback)  # fmt: skip
        TOLD.info("%s", failure.traceback.rstrip())

    def emit(self, record: logging.LogRecord) -> None:
        """Append what the program warns of."""
        if record.name != TOLD.name:
            with suppress(OSError):
                self.write("warning", record.getMessage(), level=record.levelname.lower())

    @property
    def seconds(self) -> float:
        """Since the log was opened."""
        return round(time.perf_counter() - self.started, 1)


@contextmanager
def run_log(folder: Path) -> Iterator[RunLog]:
    """The log of a folder; says how the experiment ended, also when it was stopped."""
    log = RunLog(folder)
    listened = logging.getLogger("clustersim")
    listened.addHandler(log)
    try:
        for record in _heard_before(listened):
            log.write("read", record.getMessage())
        yield log
    except BaseException as error:
        ended = "interrupted" if isinstance(error, KeyboardInterrupt) else "stopped"
        said = f"{type(error).__name__}: {error}".rstrip(": ").splitlines()[0]
        with suppress(OSError):
            log.write("end", f"{ended} after {log.seconds} s: {said}", outcome=ended, seconds=log.seconds)
        raise
    else:
        log.write("end", f"complete after {log.seconds} s", outcome="complete", seconds=log.seconds)
    finally:
        listened.removeHandler(log)


def _heard_before(logger: logging.Logger) -> list[logging.LogRecord]:
    """What a command remembered of what was said before there was a folder; it is forgotten then."""
    heard = []
    for handler in logger.handlers:
        if isinstance(handler, logging.handlers.MemoryHandler):
            heard += [record for record in handler.buffer if record.name != TOLD.name]
            handler.buffer.clear()
    return heard
