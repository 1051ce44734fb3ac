"""Experiments as the text of a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sim.scenario.documents import plain, read_yaml, write_yaml
from sim.scenario.problems import Position
from sim.studies.experiment.contents import Experiment


def experiment_as_yaml(experiment: Experiment, folder: Path | None = None) -> str:
    """YAML text that reads as an equal experiment from a file in `folder`: a scenario's path is written from there."""
    values = experiment.model_dump(mode="json", exclude_defaults=True)
    factors = {}
    for name, told in values["factors"].items():
        listed = isinstance(told, str) and ":" not in told
        factors[name] = [plain_level(part) for part in told.split(",")] if listed else told
    values["factors"] = factors
    if isinstance(values.get("design"), dict) and set(values["design"]) == {"kind"}:
        values["design"] = values["design"]["kind"]
    if folder is not None and Path(experiment.scenario).is_file():
        values["scenario"] = Path(os.path.relpath(experiment.scenario, folder)).as_posix()
    return write_yaml(values)


def plain_level(text: str) -> Any:
    """The value that a level in a text stands for."""
    entry = read_yaml(text.strip(), Position(text), [])
    return plain(entry) if entry is not None else text.strip()
