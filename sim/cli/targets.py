"""Files that a command is to write: tried before the work, and never taken from somebody else."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.cli.exits import BadInput


def check_target(path: Path, is_ours: Callable[[Path], bool], kind: str, option: str = "--out") -> None:
    """End with bad input where `path` cannot be written, or holds something that is not `kind` of clustersim."""
    with writing_file(path, option):
        str(path).encode()
        if path.is_dir():
            raise BadInput(f"{path} is a folder: name a file with {option}")
        if os.path.lexists(path) and not (path.is_file() and is_ours(path)):
            raise BadInput(f"{path} exists and is not {kind} of clustersim: choose another file with {option}")
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            pass


@contextmanager
def writing_file(path: Path, option: str = "--out") -> Iterator[None]:
    """Tell what goes wrong with writing `path` as bad input."""
    try:
        yield
    except UnicodeEncodeError:
        raise BadInput(f"{path} has bytes in its name that are no text: choose another with {option}") from None
    except OSError as error:
        said = error.strerror or error
        raise BadInput(f"{path} cannot be written: {said}; choose another place with {option}") from None
