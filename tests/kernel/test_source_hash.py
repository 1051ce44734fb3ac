"""Hashes of the source text: what changes them, and what does not."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.kernel import source_hash
from sim.kernel.source_hash import Hashes

ROOT = Path(__file__).resolve().parents[2]
HERE = Hashes(source_hash.NUMBERS, source_hash.STATE, source_hash.RULES)
FEW = ("model/rules/innovation.py", "model/rules/exchange.py", "metrics/network.py")
"""Files that are edited, beside those of the kernel."""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of a part of the package that may be edited: a few files are hashed quickly."""
    house = tmp_path / "sim"
    shutil.copytree(ROOT / "sim" / "kernel", house / "kernel", ignore=shutil.ignore_patterns("__pycache__"))
    for file in FEW:
        (house / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "sim" / file, house / file)
    return house


def edited(house: Path, file: str, edit: Callable[[str], str]) -> Hashes:
    """The hashes after an edit that must change the text."""
    path = house / file
    before = path.read_text(encoding="utf-8")
    after = edit(before)
    assert after != before
    path.write_text(after, encoding="utf-8")
    return source_hash.compute(house)


def test_the_program_that_runs_is_hashed_wherever_it_lies(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__", "shipped"))
    assert source_hash.compute(tmp_path / "sim") == HERE


def test_rooms_that_decide_no_number_change_no_hash(house: Path) -> None:
    before = source_hash.compute(house)
    for room in ("reporting", "studies", "store", "cli", "mesa_model"):
        (house / room).mkdir()
        (house / room / "newcomer.py").write_text("ANSWER = 42\n", encoding="utf-8")
    assert source_hash.compute(house) == before


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: "# a comment\n\n" + text,
        lambda text: text.replace('"""', '"""Another sentence. ', 1),
        lambda text: text.replace('help="', 'help="that is, '),
        lambda text: text.replace('source="', 'source="see also '),
        lambda text: text.replace("\n\n\n@rule", "\n\n\n# told once more\n@rule"),
        lambda text: text.replace(", unit=", ",\n    unit="),
    ],
    ids=["comment", "docstring", "help", "source", "comment before a rule", "layout of the text"],
)
def test_words_and_layout_change_no_hash(house: Path, edit: Callable[[str], str]) -> None:
    before = source_hash.compute(house)
    assert edited(house, "model/rules/innovation.py", edit) == before


def test_a_default_changes_numbers_and_recompiles_nothing(house: Path) -> None:
    before = source_hash.compute(house)
    after = edited(
        house, "model/rules/innovation.py", lambda text: text.replace('"radical_share", 0.1', '"radical_share", 0.2')
    )
    assert after.numbers != before.numbers
    assert after.state != before.state
    assert after.rules == before.rules


def test_a_rule_changes_every_hash(house: Path) -> None:
    before = source_hash.compute(house)
    after = edited(
        house, "model/rules/innovation.py", lambda text: text.replace("-gap / p.spill", "-2.0 * gap / p.spill")
    )
    assert all(one != other for one, other in zip(after, before, strict=True))


def test_a_constant_that_rules_see_recompiles_them(house: Path) -> None:
    before = source_hash.compute(house)
    after = edited(house, "kernel/tables.py", lambda text: text.replace("FIELDS = 6", "FIELDS = 9"))
    assert after.rules != before.rules


def test_a_plain_function_beside_rules_recompiles_nothing(house: Path) -> None:
    before = source_hash.compute(house)
    after = edited(
        house, "model/rules/innovation.py", lambda text: text + "\n\ndef notice(world):\n    world.wage = 2.0\n"
    )
    assert after.rules == before.rules
    assert after.numbers != before.numbers


def test_a_metric_changes_numbers_and_not_the_state(house: Path) -> None:
    before = source_hash.compute(house)
    after = edited(house, "metrics/network.py", lambda text: text + "\nEXTRA = 1\n")
    assert after.numbers != before.numbers
    assert after.state == before.state
    assert after.rules == before.rules


def test_where_a_file_lies_counts(house: Path) -> None:
    before = source_hash.compute(house)
    (house / "model" / "rules" / "exchange.py").rename(house / "model" / "rules" / "barter.py")
    assert source_hash.compute(house).numbers != before.numbers


def test_hashes_are_remembered_by_content(house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    first = source_hash.kept_hashes(house)
    monkeypatch.setattr(source_hash, "compute", lambda house: pytest.fail("computed again"))
    assert source_hash.kept_hashes(house) == first


def test_without_a_place_to_write_hashes_are_computed(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file"))
    assert source_hash.kept_hashes(house) == source_hash.compute(house)


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_hashes_are_the_same_on_every_python(version: str) -> None:
    asked = subprocess.run([str(ROOT / ".ci" / "find-python"), version], capture_output=True, text=True, check=False)
    python = asked.stdout.strip()
    if not python:
        pytest.skip(f"Python {version} is not here")
    script = "from sim.kernel import source_hash; print(*source_hash.compute())"
    told = subprocess.run([python, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert tuple(told.stdout.split()) == HERE


def test_how_rules_are_compiled_is_seen_by_the_compiler_as_a_whole() -> None:
    """An edit of the decorator changes every compiled form."""
    tree = ast.parse("def other():\n    return 1\n\n\ndef rule(function):\n    return function\n")
    assert source_hash.seen_by_compiler(tree) is tree
    beside = ast.parse("def other():\n    return 1\n")
    assert source_hash.seen_by_compiler(beside).body == []
