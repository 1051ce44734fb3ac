"""Statistical libraries that not everybody installs, imported when they are needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

EXTRAS = {"SALib": "experiments", "sklearn": "experiments"}
"""Package -> the extra that installs it; of all others it is `facts`."""


class MissingLibrary(RuntimeError):
    """A statistical library is not installed; the message says what to do."""


def library(name: str) -> Any:
    """The module `name` of scipy, statsmodels, lifelines, SALib or sklearn. Raises MissingLibrary with the remedy."""
    package = name.partition(".")[0]
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        extra = EXTRAS.get(package, "facts")
        what = "stylised facts need" if extra == "facts" else "this design or analysis needs"
        raise MissingLibrary(f"{what} {package}, which is not installed: pip install 'clustersim[{extra}]'") from error
