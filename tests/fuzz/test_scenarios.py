"""Every mutant of every scenario of the library loads, or is refused with a place, in bounded time and memory."""

from __future__ import annotations

import copy
import csv
import gc
import io
import random
import shutil
import time
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sim.kernel.scenario_types import Scenario
from sim.scenario.documents import plain, write_yaml
from sim.scenario.layers import SCENARIOS, read_layers
from sim.scenario.problems import Problem, ScenarioError
from sim.scenario.reading import load_scenario, scenario_as_yaml
from tests.fuzz import most_memory, mutants
from tests.fuzz.mutations import ODD, garbled, harmed, places

LIBRARY = sorted(SCENARIOS.glob("*.yaml"))
MOST_SECONDS = 2.0
"""Seconds of the processor; another program's work does not count."""
MOST_MEGABYTES = 500.0
PARTS = ("values", "text", "table", "workbook", "plan", "override")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tables of the library."""
    folder = tmp_path_factory.mktemp("mutants")
    shutil.copytree(SCENARIOS / "data", folder / "data")
    return folder


@cache
def values_of(path: Path) -> dict[str, Any]:
    """All that a file of the library and those that it extends say; not to be changed."""
    problems: list[Problem] = []
    tree = read_layers(path, problems)
    assert tree is not None and not problems
    return lists(plain(tree))


def lists(values: Any) -> Any:
    """Values with lists, which can be changed."""
    if isinstance(values, dict):
        return {key: lists(child) for key, child in values.items()}
    return [lists(child) for child in values] if isinstance(values, list | tuple) else values


def made(folder: Path, luck: random.Random) -> tuple[Path, list[str]]:
    """The file of a mutant, and the overrides that go with it."""
    values = values_of(luck.choice(LIBRARY))
    part = luck.choice(PARTS)
    shutil.copytree(SCENARIOS / "data", folder / "data", dirs_exist_ok=True)
    if part == "values":
        values = harmed(values, luck)
    elif part in ("table", "plan"):
        values = dict(values_of(SCENARIOS / "china_45.yaml"))
        table = folder / "data" / ("provinces.csv" if part == "table" else "plan_45.csv")
        values["plan"] = {**values.get("plan", {}), "layout": "explicit", "matrix": "data/plan_45.csv"}
        table.write_bytes(garbled(table.read_bytes(), luck))
    elif part == "workbook":
        values = copy.deepcopy(values_of(SCENARIOS / "china_45.yaml"))
        values["regions"]["map"]["table"] = "provinces.xlsx"
        (folder / "provinces.xlsx").write_bytes(harmed_workbook(luck))
    text = write_yaml(values).encode("utf-8", "surrogatepass")
    (folder / "mutant.yaml").write_bytes(garbled(text, luck) if part == "text" else text)
    return folder / "mutant.yaml", [override(values, luck)] if part == "override" else []


@cache
def workbook() -> dict[str, bytes]:
    """The parts of a workbook with the table of provinces."""
    book = openpyxl.Workbook()
    sheet = book.create_sheet("provinces", 0)
    for row in csv.reader(io.StringIO((SCENARIOS / "data" / "provinces.csv").read_text(encoding="utf-8"))):
        sheet.append([float(cell) if cell.replace(".", "").isdigit() else cell for cell in row])
    whole = io.BytesIO()
    book.save(whole)
    with zipfile.ZipFile(whole) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def harmed_workbook(luck: random.Random) -> bytes:
    """A workbook of which one part, or the whole, has a slip."""
    parts, whole = dict(workbook()), io.BytesIO()
    name = luck.choice(sorted(parts))
    parts[name] = garbled(parts[name], luck)
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return garbled(whole.getvalue(), luck) if luck.random() < 0.3 else whole.getvalue()


def override(values: dict[str, Any], luck: random.Random) -> str:
    """A text of `--set` that changes something."""
    at = [str(part) for part in luck.choice(list(places(values)))]
    if luck.random() < 0.3:
        at[luck.randrange(len(at))] += luck.choice(ODD)
    return (
        f"{'.'.join(at)}{luck.choice(['=', '=', '=', '', '=='])}{luck.choice([*ODD, '1e-300', '[1, {a: b}]', '.nan'])}"
    )


def outcome(path: Path, overrides: list[str]) -> Scenario | ScenarioError:
    """The scenario, or the error with a place for each problem; anything else that is raised fails the test."""
    try:
        return load_scenario(path, overrides)
    except ScenarioError as error:
        assert error.problems
        for problem in error.problems:
            assert problem.line >= 1 and problem.column >= 1 and problem.message and problem.file
            assert "\n" not in str(problem) and len(problem.message) < 1000
        return error


def test_mutants_load_or_are_refused_with_a_place(folder: Path) -> None:
    outcome(LIBRARY[0], [])  # what is imported once does not count
    before = most_memory()
    loaded = refused = 0
    for number, luck in mutants():
        path, overrides = made(folder, luck)
        began = time.process_time()
        try:
            found = outcome(path, overrides)
            spent = time.process_time() - began
            assert spent < MOST_SECONDS
            if isinstance(found, Scenario):
                again = outcome(written(folder, scenario_as_yaml(found)), [])
                assert isinstance(again, Scenario) and again.model_copy(update={"origin": found.origin}) == found
        except Exception as error:
            error.add_note(f"mutant {number}: {path.read_bytes()[:2000]!r} {overrides}")
            raise
        loaded, refused = loaded + isinstance(found, Scenario), refused + isinstance(found, ScenarioError)
    gc.collect()
    assert most_memory() - before < MOST_MEGABYTES
    assert loaded and refused


def written(folder: Path, text: str) -> Path:
    """A file that holds the text."""
    path = folder / "again.yaml"
    path.write_text(text, encoding="utf-8")
    return path
