"""How a command ends: one exit code for each outcome, and errors that a user can mend told without a traceback."""

from __future__ import annotations

import errno
import logging
import logging.handlers
import os
import shlex
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sim.store.executors.local import Failure

COMPLETE, BAD_INPUT, SOME_FAILED, ALL_FAILED, TOO_LONG, TOO_LARGE, DIFFERENT, INTERRUPTED = 0, 2, 3, 4, 5, 6, 7, 130
EXITS = (
    "Exit codes: 0 complete, 2 bad input, 3 some replications failed, 4 all failed, 5 some ran longer than they might, "
    "6 some ran out of memory, 7 what was done again came out differently, 130 interrupted."
)
RESUMING = (
    "demo",
    "run",
    "compare",
    "sweep",
    "batch",
    "sensitivity",
    "equilibrium",
    "regimes",
    "evidence",
    "signs",
    "knockout",
    "facts",
    "findings",
    "calibrate",
    "rerun",
    "reproduce",
)
"""Commands that go on where they stopped."""


class BadInput(click.ClickException):
    """Something the user gave cannot be used: told on stderr as it is."""

    exit_code = BAD_INPUT

    def show(self, file: Any = None) -> None:
        """Print the message alone: it begins with the place of the problem."""
        click.echo(self.format_message(), file=file or sys.stderr)


class NothingDone(BadInput):
    """Every replication failed."""

    exit_code = ALL_FAILED


class Interrupted(BadInput):
    """The user ended the command."""

    exit_code = INTERRUPTED


class Commands(click.Group):
    """The commands of the program: whatever ends one early ends here."""

    def main(self, args: Sequence[str] | None = None, *others: Any, **options: Any) -> Any:
        """Run the program on `args`, those of the command line if None."""
        self.typed = list(sys.argv[1:] if args is None else args)
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # letters that a terminal lacks, and bytes that are none, are escaped
                stream.reconfigure(errors="backslashreplace")
        with ended_as_interrupted(), remembered():
            return super().main(args, *others, **options)

    def make_context(self, *given: Any, **options: Any) -> click.Context:
        """Read the words, answer `--help` and `--version`; an output that cannot be written is told as in `invoke`."""
        try:
            return super().make_context(*given, **options)
        except OSError as error:
            ended = _told(error)
            if ended is None:
                raise
            raise ended from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn what a user can mend, or did, into a message and an exit code."""
        try:
            with warnings.catch_warnings():
                warnings.showwarning = tell_plainly(warnings.showwarning)
                return super().invoke(ctx)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except KeyboardInterrupt:
            resumes = ctx.invoked_subcommand in RESUMING
            kept = "What is finished is kept; to go on" if resumes else "To begin again"
            raise Interrupted(f"Interrupted. {kept}: {shlex.join(['clustersim', *self.typed])}") from None
        except Exception as error:
            ended = _told(error)
            if ended is None:
                raise
            raise ended from None


@contextmanager
def remembered() -> Iterator[None]:
    """What is said of files that are read goes into the log of the result folder, once there is one."""
    logger, memory = logging.getLogger("clustersim"), logging.handlers.MemoryHandler(10_000, logging.CRITICAL)
    before = logger.level
    logger.addHandler(memory)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(before)
        logger.removeHandler(memory)


@contextmanager
def ended_as_interrupted() -> Iterator[None]:
    """What asks the program to end (SIGTERM) ends it as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def tell_plainly(otherwise: Callable[..., None]) -> Callable[..., None]:
    """A way to show warnings: ours as one line on stderr, without a place in the source; others as `otherwise` does."""

    def show(message: Any, category: type[Warning], *place: Any, **more: Any) -> None:
        if category.__module__.startswith("sim."):
            click.echo(f"Warning: {message}", err=True)
        else:
            otherwise(message, category, *place, **more)

    return show


def _told(error: Exception) -> BadInput | None:
    """The end of a command that such an error stands for; None for an error of the program's own."""
    from sim.runs.checkpoint import CheckpointError
    from sim.runs.history import HistoryError
    from sim.scenario.problems import ScenarioError
    from sim.store.results import AllFailed, ResultsError
    from sim.studies.compare import ComparisonError
    from sim.studies.libraries import MissingLibrary

    if isinstance(error, AllFailed):
        return NothingDone(str(error))
    if isinstance(
        error, ScenarioError | CheckpointError | HistoryError | ComparisonError | ResultsError | MissingLibrary
    ):
        return BadInput(str(error))
    if isinstance(error, OSError) and error.errno != errno.EPIPE:
        said = error.strerror or error
        if error.filename is None:  # files are named
            _silence_output()
            return BadInput(f"the standard output cannot be written: {said}")
        return BadInput(f"{error.filename} cannot be written or read: {said}; choose another with --out")
    return None


def _silence_output() -> None:
    """What waits to be written to the standard output is dropped, since it cannot be written at the end either."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def end_with(failures: Sequence[Failure]) -> None:
    """End a command of which some replications failed with its exit code; they were told already."""
    causes = {failure.cause for failure in failures}
    if causes:
        code = TOO_LARGE if "memory" in causes else TOO_LONG if "time" in causes else SOME_FAILED
        click.get_current_context().exit(code)
