"""docs/architecture.md is true: its files and phases exist, its picture shows today's imports."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path

import pytest

from sim.model import schedule

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def rooms():
    """The program that draws the picture."""
    spec = importlib.util.spec_from_file_location("rooms", ROOT / "docs" / "rooms.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_picture_of_the_rooms_is_fresh(rooms) -> None:
    assert rooms.PICTURE.read_text(encoding="utf-8") == rooms.draw(), "run `make docs-rooms`"


def test_every_room_is_in_the_picture_and_there_are_few(rooms) -> None:
    drawn = {room for floor in rooms.floors() for room in floor}
    present = {
        path.name.removesuffix(".py") for path in (ROOT / "sim").iterdir() if not path.name.startswith(("_", "."))
    }
    assert drawn == present - {"py.typed"}
    assert len(drawn) <= 16


def test_no_room_imports_from_a_room_above(rooms) -> None:
    order = [room for floor in rooms.floors() for room in floor]
    upward = {
        f"{room} -> {other}"
        for room, below in rooms.arrows().items()
        for other in below
        if order.index(other) < order.index(room)
    }
    assert upward == set()


def test_at_most_three_modules_are_loose() -> None:
    loose = {path.name for path in (ROOT / "sim").glob("*.py")}
    assert len(loose) <= 3, loose


def test_every_file_that_is_named_exists() -> None:
    named = set(re.findall(r"`((?:sim|docs|tests)/[\w/.]+)`", DOCUMENT))
    assert len(named) > 20
    assert {path for path in named if not (ROOT / path).exists()} == set()


def test_every_phase_that_is_named_stands_in_the_year() -> None:
    rows = re.findall(r"^\| (\d+ \w+) \| .* \| (.*) \|$", DOCUMENT, re.MULTILINE)
    assert len(rows) > 8
    year = {
        f"{phase.apply.__module__.rpartition('.')[2]}.{phase.apply.__name__}": phase.part for phase in schedule.YEAR
    }
    for part, phases in rows:
        for phase in re.findall(r"`([\w.]+)`", phases):
            assert year.get(phase) == part, phase


def test_the_parameter_that_is_followed_is_declared_where_it_says() -> None:
    name = re.search(r"^## One parameter through the rooms: `(\w+)`$", DOCUMENT, re.MULTILINE)[1]
    text = (ROOT / "sim/model/rules/innovation.py").read_text(encoding="utf-8")
    assert re.search(rf'SPILLOVERS\.param\(\s*"{name}", 110\.0', text)
    assert f"math.exp(-gap / p.{name})" in text


@pytest.mark.parametrize("room", ["kernel", "reporting", "store", "studies"])
def test_a_room_of_many_files_says_where_to_look(room: str) -> None:
    """What a file is for is found from the top of its room; elsewhere names say it: a theme, a mechanism, a command."""
    folder = ROOT / "sim" / room
    told = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    inside = {path.stem for path in folder.iterdir() if not path.name.startswith("_")}
    assert {name for name in inside if not re.search(rf"\b{name}\b", told)} == set()
    listed = [re.split(r"  |$", line[4:])[0] for line in told.splitlines() if re.match(r" {4}\w", line)]
    assert listed and {name for line in listed for name in line.split(", ")} <= inside
