"""How a command ends: one exit code for each outcome, and errors that a user can mend told without a traceback."""

from __future__ import annotations

import errno
import sys
import warnings
from collections.abc import Callable, Sized
from typing import Any

import click

COMPLETE, BAD_INPUT, SOME_FAILED, ALL_FAILED, INTERRUPTED = 0, 2, 3, 4, 130
EXITS = "Exit codes: 0 complete, 2 bad input, 3 some replications failed, 4 all failed, 130 interrupted."
RESUMING = ("run", "compare", "regimes", "knockout", "facts", "findings", "calibrate")
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

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn what a user can mend, or did, into a message and an exit code."""
        try:
            with warnings.catch_warnings():
                warnings.showwarning = tell_plainly(warnings.showwarning)
                return super().invoke(ctx)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except KeyboardInterrupt:
            kept = " What is finished is kept: the same command goes on from there."
            raise Interrupted(f"Interrupted.{kept if ctx.invoked_subcommand in RESUMING else ''}") from None
        except Exception as error:
            ended = _told(error)
            if ended is None:
                raise
            raise ended from None


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
    from sim.scenario.problems import ScenarioError
    from sim.store.results import AllFailed, ResultsError
    from sim.studies.compare import ComparisonError
    from sim.studies.facts.libraries import MissingLibrary

    if isinstance(error, AllFailed):
        return NothingDone(str(error))
    if isinstance(error, ScenarioError | CheckpointError | ComparisonError | ResultsError | MissingLibrary):
        return BadInput(str(error))
    if isinstance(error, OSError) and error.errno != errno.EPIPE:
        told = f"{error.filename or 'the result folder'} cannot be written or read: {error.strerror or error}"
        return BadInput(f"{told}; choose a place with --out where you may write")
    return None


def end_with(failures: Sized) -> None:
    """End a command of which some replications failed with its exit code; they were told already."""
    if len(failures):
        click.get_current_context().exit(SOME_FAILED)
