"""Progress bars: how much of an experiment, or of compiling, is done."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from sim.kernel.compiling import compiled_so_far
from sim.store.executors.local import Failure
from sim.store.progress import Progress as Told


@contextmanager
def progress_bar(show: bool) -> Iterator[Told]:
    """A function for studies to tell their progress; it moves a bar on stderr, silently unless `show`."""
    columns = (TextColumn("Runs {task.fields[state]}"), BarColumn(bar_width=24), TaskProgressColumn())
    times = (TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    with Progress(*columns, *times, console=Console(stderr=True), disable=not show) as bar:
        task = bar.add_task("", total=None, state="")

        def told(done: float, total: int, seconds: float, failure: Failure | None) -> None:
            if failure:
                where = f", arm {failure.arm}" if failure.arm else ""
                bar.console.print(Text(f"seed {failure.seed}{where}: {failure.error}"))
            bar.update(task, completed=done, total=total, state=f"{int(done)} of {total}")

        yield told


@contextmanager
def compiling_bar(show: bool) -> Iterator[None]:
    """A bar on stderr that shows how many rules are compiled while the body runs, silently unless `show`."""
    columns = (TextColumn("Compiling rules {task.fields[state]}"), BarColumn(bar_width=24), TimeElapsedColumn())
    ended = threading.Event()
    with Progress(*columns, console=Console(stderr=True), disable=not show, transient=True) as bar:
        task = bar.add_task("", total=None, state="")

        def follow() -> None:
            while not ended.wait(0.5):
                done, total = compiled_so_far()
                bar.update(task, completed=done, total=total, state=f"{done} of {total}")

        teller = threading.Thread(target=follow, daemon=True)
        teller.start()
        try:
            yield
        finally:
            ended.set()
            teller.join()
