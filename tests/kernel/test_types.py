"""The walls: types of tables and parameters are fresh and true, and what is misspelled fails the type check."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sim.kernel import typed
from sim.kernel.compiling import RULES
from sim.kernel.declare import PARAMETERS, TABLES
from sim.scenario.json_schema import declare_everything
from tests.kernel import write_types

ROOT = Path(__file__).resolve().parents[2]
MOST_ARGUMENTS = 8
MOST_LINES = 30
LONGER = {"sim.kernel.draws.normal_quantile"}
"""Rules that may be longer: the rational approximations of AS 241 stand as they were published."""

MISSPELLED = """
from sim.kernel.typed import FirmRow, Firms, Parameters
from sim.kernel.world import World


def by_row(firm: FirmRow, p: Parameters) -> float:
    return firm.headcont * p.spilover_range + firm.labour * p.spillover_range


def by_table(firms: Firms) -> float:
    return firms[0].headcont + sum(firm.prise for firm in firms) + firms[0].price


def by_world(world: World) -> float:
    return float(world.firms.headcont.sum() + world.regions.wadge.sum() + world.firms.labour.sum() + world.p.payout)
"""


@pytest.mark.parametrize("name", write_types.FILES)
def test_generated_types_are_fresh(name: str) -> None:
    declare_everything()
    text = (write_types.FOLDER / name).read_text(encoding="utf-8")
    assert text == write_types.FILES[name](), "run `make types`"


def test_every_table_has_a_row_type_and_a_table_type_with_its_columns() -> None:
    for table in TABLES.values():
        word = write_types.word(table.name)
        names = [column.name for column in table.columns]
        assert list(getattr(typed, f"{word}Row").__annotations__) == names
        assert list(getattr(typed, f"{word}Table").__annotations__) == names


def test_whole_parameters_are_int() -> None:
    declare_everything()
    kinds = typed.Parameters.__annotations__
    assert kinds["build_lag"] == "int"
    assert kinds["spillover_range"] == "float"
    assert kinds["spillovers"] == "bool"
    assert set(PARAMETERS) <= set(kinds)


@pytest.mark.slow
def test_a_misspelled_column_or_parameter_fails_the_type_check(tmp_path: Path) -> None:
    program = tmp_path / "misspelled.py"
    program.write_text(MISSPELLED, encoding="utf-8")
    check = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml")]
    told = subprocess.run([*check, str(program)], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    found = re.findall(r'misspelled\.py:\d+: error: "(\w+)" has no attribute "(\w+)"', told)
    assert sorted(found) == [
        ("FirmRow", "headcont"),
        ("FirmRow", "headcont"),
        ("FirmRow", "prise"),
        ("FirmTable", "headcont"),
        ("Parameters", "spilover_range"),
        ("RegionTable", "wadge"),
    ], told
    assert told.count("error:") == 6, told


# -- rules -------------------------------------------------------------------------------------------------


def rules() -> dict[str, ast.FunctionDef]:
    """Every rule's syntax tree, by its full name."""
    found = {}
    for path in sorted((ROOT / "sim").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(
                isinstance(one, ast.Name) and one.id == "rule" for one in node.decorator_list
            ):
                found[f"{module}.{node.name}"] = node
    return found


def test_rules_are_found() -> None:
    declare_everything()
    assert set(RULES) <= set(rules())
    assert len(rules()) > 150


def test_no_rule_takes_more_than_eight_arguments() -> None:
    taken = {name: len(node.args.args) for name, node in rules().items()}
    assert {name: count for name, count in taken.items() if count > MOST_ARGUMENTS} == {}


def test_no_rule_is_longer_than_what_is_read_at_once() -> None:
    lengths = {name: (node.end_lineno or 0) - node.lineno + 1 for name, node in rules().items()}
    assert {name for name, length in lengths.items() if length > MOST_LINES} == LONGER


def test_every_argument_and_result_of_a_rule_has_a_type() -> None:
    bare = [
        name
        for name, node in rules().items()
        if node.returns is None or any(one.annotation is None for one in node.args.args)
    ]
    assert bare == []


def test_parameters_come_before_luck_and_after_everything_else() -> None:
    late = {"luck", "u", "year"}
    wrong = []
    for name, node in rules().items():
        names = [one.arg for one in node.args.args]
        if "p" in names and set(names[names.index("p") + 1 :]) - late:
            wrong.append(name)
    assert wrong == []
