"""Reading a YAML document of a declared form, such as a study: every problem with its place."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from sim.kernel.scenario_types import Section
from sim.scenario.problems import Position, Problem, ScenarioError, dotted
from sim.scenario.yaml_text import Entry, plain, read_yaml

Form = TypeVar("Form", bound=Section)


def read_document(path: str | Path, form: type[Form], remedy: str) -> tuple[Form, Entry]:
    """What a file says, checked against `form`, and its entries with their places.

    Raises ScenarioError with every problem found; `remedy` is for a file that cannot be read.
    """
    problems: list[Problem] = []
    start = Position(str(path))
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        told = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise ScenarioError([Problem(start, "", told, remedy=remedy)]) from None
    entry = read_yaml(text, start, problems)
    if entry is None or problems:
        raise ScenarioError(problems)
    try:
        return form.model_validate(plain(entry)), entry
    except ValidationError as error:
        raise ScenarioError(
            [
                Problem(position_in(entry, tuple(wrong["loc"])), dotted(wrong["loc"]), wrong["msg"], wrong["input"])
                for wrong in error.errors()
            ]
        ) from None


def position_in(entry: Entry, key: tuple[str | int, ...]) -> Position:
    """Where the value of a key stands, or the nearest that holds it."""
    for part in key:
        if isinstance(entry.value, dict) and part in entry.value:
            entry = entry.value[str(part)]
        elif isinstance(entry.value, list) and isinstance(part, int) and part < len(entry.value):
            entry = entry.value[part]
    return entry.position
