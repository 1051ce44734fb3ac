"""Files that extend each other: any length, no circle, nothing that waits, nothing that is foreign, no stale texts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sim.scenario.layers import MOST_LAYERS
from sim.scenario.reading import load_scenario
from tests.scenario_files import MAP, SMALL, problems_in, spot, the_problem, within, written

# -- chains ----------------------------------------------------------------------------------------------


def chain(folder: Path, length: int, last: str) -> Path:
    """Files that extend one another; the last says `last`."""
    for number in range(length):
        text = f"extends: f{number + 1}.yaml\n" if number + 1 < length else last
        written(folder, text, f"f{number}.yaml")
    return folder / "f0.yaml"


def test_a_long_chain_is_refused_at_once(tmp_path: Path) -> None:
    path = chain(tmp_path, 2000, SMALL)
    with within(2):
        (problem,) = problems_in(path)
    assert spot(problem) == (f"f{MOST_LAYERS - 1}.yaml", 1, 10, "extends")
    assert (
        f"{MOST_LAYERS} files extend one another, and the last extends one more; allowed: up to {MOST_LAYERS}"
        in str(problem)
    )


def test_a_chain_that_is_not_too_long(tmp_path: Path) -> None:
    path = chain(tmp_path, MOST_LAYERS, SMALL)
    with within(2):
        assert load_scenario(path).title == "Small"


def test_a_long_circle_is_shown_in_short(tmp_path: Path) -> None:
    path = chain(tmp_path, 30, "extends: f3.yaml\n")
    (problem,) = problems_in(path)
    assert spot(problem) == ("f29.yaml", 1, 10, "extends")
    assert problem.message.startswith("files extend each other in a circle: ")
    assert problem.message.count(" -> ") == 9


def test_all_files_of_a_chain_together_are_bounded(tmp_path: Path) -> None:
    written(tmp_path, SMALL + "#" * 600_000, "base.yaml")
    (problem,) = problems_in(written(tmp_path, "extends: base.yaml\n#" + "#" * 600_000))
    assert spot(problem)[0] == "base.yaml"
    assert "allowed: up to 1,000,000 bytes, with all files that are extended" in str(problem)


# -- what is no file -------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are found on Unix")
@pytest.mark.parametrize("kind", ["pipe", "/dev/zero", "/dev/tty", "/dev/stdin"])
@pytest.mark.parametrize("way", ["named", "extended", "map", "plan"])
def test_what_is_no_file_is_told_and_not_read(tmp_path: Path, kind: str, way: str) -> None:
    path = Path(kind)
    if kind == "pipe":
        path = tmp_path / "pipe.csv"
        os.mkfifo(path)
    elif not path.exists() or (kind == "/dev/stdin" and path.resolve().is_file()):
        pytest.skip(f"{kind} is not there")
    text = {
        "named": "",
        "extended": f"extends: {path}\n",
        "map": MAP.replace("places.csv", str(path)),
        "plan": SMALL + f"plan: {{layout: explicit, matrix: {path}}}\n",
    }[way]
    with within(2):
        (problem,) = problems_in(path if way == "named" else written(tmp_path, text))
    assert "cannot be read: it is a " in problem.message or "No such device" in problem.message
    assert problem.line >= 1


def test_standard_input_by_its_usual_sign() -> None:
    (problem,) = problems_in("-")
    assert str(problem) == "-:1:1: standard input is not read; write it into a file"


def test_a_study_is_read_from_a_file_only() -> None:
    from sim.kernel.scenario_types import Record
    from sim.scenario.documents import read_document
    from sim.scenario.problems import ScenarioError

    with within(2), pytest.raises(ScenarioError, match="cannot be read: it is a device"):
        read_document("/dev/zero", Record, "")


@pytest.mark.parametrize(
    "secret", ["login:x:0:0:secret:/home\nother:y:1:1\n", "secret: 1\npassword: hidden\n", "- secret\n", "a: *secret\n",
               "!secret x\n", "'secret\n"]
)  # fmt: skip
@pytest.mark.parametrize("way", ["extended", "map", "plan"])
def test_a_foreign_file_is_not_shown(tmp_path: Path, secret: str, way: str) -> None:
    written(tmp_path, secret, "foreign")
    text = {
        "extended": "extends: foreign\n",
        "map": MAP.replace("places.csv", "foreign"),
        "plan": SMALL + "plan: {layout: explicit, matrix: foreign}\n",
    }[way]
    for problem in problems_in(written(tmp_path, text)):
        assert "secret" not in repr(problem) and "password" not in repr(problem) and "login" not in repr(problem)


def test_a_mistake_in_a_base_that_is_a_scenario_is_told_in_full(tmp_path: Path) -> None:
    written(tmp_path, "title: Base\nplan: *nowhere\n", "base.yaml")
    assert "the alias *nowhere has no complete anchor above it" in the_problem(tmp_path, "extends: base.yaml\n").message


# -- texts that would be false ---------------------------------------------------------------------------

TOLD = "title: Told\ndescription: Four regions.\nsource: Ours.\nlook_at: Them.\n"
BASE = TOLD + SMALL.removeprefix("title: Small\n")
PLACES = "place,r,c\nNorth,0,0\nSouth,1,0\n"
ANOTHER_MAP = "regions: {grid: null, map: {table: places.csv, name: place, row: r, column: c}}\n"


@pytest.mark.parametrize(
    ("child", "overrides", "kept"),
    [
        ("seed: 3\n", [], True),
        ("plan: {budget: .1}\n", ["regions.grid.rows=3"], True),
        ("industries: {cars: {weight: 2}}\n", [], True),
        ("industries: {cars: null}\n", [], True),
        ("industries: {more: {chain: cars, stage: upstream}}\n", [], True),
        (ANOTHER_MAP, [], False),
        ("seed: 3\n", [ANOTHER_MAP.strip().replace("regions: ", "regions=")], False),
        ("industries: {cars: null, parts: null, tools: {chain: tools, stage: upstream}}\n", [], False),
        ("industries: {cars: null, parts: {chain: tools, stage: upstream}}\n", [], False),
    ],
)
def test_texts_are_inherited_with_what_they_are_about(
    tmp_path: Path, child: str, overrides: list[str], kept: bool
) -> None:
    written(tmp_path, BASE, "base.yaml")
    written(tmp_path, PLACES, "places.csv")
    path = written(tmp_path, "extends: base.yaml\n" + child)
    if overrides and "places.csv" in overrides[0]:
        overrides = [overrides[0].replace("places.csv", str(tmp_path / "places.csv"))]
    scenario = load_scenario(path, overrides)
    told = (scenario.description, scenario.source, scenario.look_at)
    assert told == (("Four regions.", "Ours.", "Them.") if kept else ("", "", ""))


def test_texts_of_its_own_stay_with_another_map(tmp_path: Path) -> None:
    written(tmp_path, BASE, "base.yaml")
    written(tmp_path, PLACES, "places.csv")
    path = written(tmp_path, "extends: base.yaml\nsource: A table.\n" + ANOTHER_MAP)
    scenario = load_scenario(path, ["look_at=South"])
    assert (scenario.description, scenario.source, scenario.look_at) == ("", "A table.", "South")


def test_a_map_of_another_table_of_the_same_name(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    written(tmp_path / "far", TOLD + ANOTHER_MAP + "industries: {parts: {chain: cars, stage: upstream}}\n", "base.yaml")
    written(tmp_path / "far", PLACES, "places.csv")
    written(tmp_path, PLACES.replace("South", "West"), "places.csv")
    path = written(tmp_path, "extends: far/base.yaml\nregions: {map: {table: places.csv}}\n")
    assert load_scenario(path).description == ""
    assert load_scenario(written(tmp_path, "extends: far/base.yaml\n")).description == "Four regions."
