"""The statistical libraries that estimate facts, imported when they are needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class MissingLibrary(RuntimeError):
    """A statistical library is not installed; the message says what to do."""


def library(name: str) -> Any:
    """The module `name` of scipy, statsmodels or lifelines. Raises MissingLibrary with the remedy."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise MissingLibrary(
            f"stylised facts need {name.partition('.')[0]}, which is not installed: pip install 'clustersim[facts]'"
        ) from error
