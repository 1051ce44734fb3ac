"""Files of studies: which kind a file is, by its keys, and reading it to the end."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from sim.scenario.documents import MOST_CHARACTERS, read_yaml
from sim.scenario.files import Unreadable, read_bytes
from sim.scenario.problems import Position

Kind = Literal["experiment", "evidence"]
MARKS: dict[str, Kind] = {
    "benchmarks": "evidence", "scenario": "experiment", "arms": "experiment", "factors": "experiment",
}  # fmt: skip
"""Key that no scenario has -> the kind."""


def kind_of(path: str | Path) -> Kind | None:
    """The kind of study in a file; None for a scenario, and for what cannot be read as either."""
    if not Path(path).is_file():
        return None
    try:
        text = read_bytes(Path(path), MOST_CHARACTERS).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError, Unreadable):
        return None
    entry = read_yaml(text, Position(str(path)), [])
    keys = entry.value if entry is not None and isinstance(entry.value, dict) else {}
    return next((kind for mark, kind in MARKS.items() if mark in keys), None)


def read_file(path: str | Path, kind: Kind) -> int:
    """Read a study to the end, every scenario of it; how many these are. Raises ScenarioError."""
    if kind == "experiment":
        from sim.studies.experiment.reading import read_experiment

        return len(read_experiment(path).runs)
    from sim.studies.evidence import study

    return len(study.study_arms(study.read_study(path))[0])
