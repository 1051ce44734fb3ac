"""Sentences that users read stand in the catalogue, not in the code that prints and draws."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

SIM = Path(__file__).parents[3] / "sim"
REPORTING = SIM / "reporting"
DECLARATIONS = ("columns.py", "game_columns.py", "benchmark_columns.py", "pairing_columns.py", "response_columns.py",
                "describe.py")  # fmt: skip
"""Meanings of columns, one line each, and the heads of columns."""
WORDS = 4


def sentences(path: Path, declared: Callable[[ast.AST], bool] = lambda _node: False) -> list[str]:
    """Texts of at least four words, but for docstrings, errors (raised where they happen) and what no reader sees.

    What stands in a node that is `declared` does not count either.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    aside = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    out = [node for node in ast.walk(tree) if isinstance(node, ast.Raise) or declared(node)]
    aside |= {id(inner) for node in out for inner in ast.walk(node)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in aside
        and len(re.findall(r"(?<![\w./_-])[A-Za-z]{2,}(?![\w./_(=-])", node.value)) >= WORDS
    ]  # fmt: skip


SAID_OUTSIDE = {
    "cli/exits.py": "what is said as a program is stopped or has no room left, when nothing may be imported any more",
    "game/web_addresses.py": "patterns of names of interfaces",
    "page/server.py": "the policy on contents and the addresses that are answered, in HTTP's words",
}
"""Files above the catalogue in which texts of several words stand that are no errors and no help, and why."""


def spoken(path: Path) -> list[str]:
    """As `sentences`, but for the help of commands and what becomes an error: that stands where it is declared."""
    return sentences(path, _is_declared)


HELP_AND_ERRORS = (
    "option",
    "command",
    "group",
    "ArgumentParser",
    "add_argument",
    "BadInput",
    "Problem",
    "fail",
    "__init__",
)


def _is_declared(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):  # an option, an error, or what tells click that a value is none
        return _name(node) in HELP_AND_ERRORS or _name(node).endswith("Error")
    parts_of_errors = isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("message", "remedy")
    return isinstance(node, ast.Assert) or parts_of_errors


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_no_sentence_of_a_command_or_a_page_stands_outside_the_catalogue() -> None:
    files = [path for room in ("cli", "game", "page") for path in sorted((SIM / room).rglob("*.py"))]
    assert len(files) > 70
    found = {path.relative_to(SIM).as_posix(): told for path in files if (told := spoken(path))}
    assert set(found) == set(SAID_OUTSIDE), found


def test_no_sentence_stands_outside_the_catalogue() -> None:
    files = [path for path in sorted(REPORTING.rglob("*.py")) if "wording" not in path.parts]
    assert len(files) > 50
    found = {path.relative_to(REPORTING).as_posix(): sentences(path) for path in files if path.name not in DECLARATIONS}
    assert {name: told for name, told in found.items() if told} == {}


def test_a_sentence_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text('"""A docstring that has many words."""\nprint(f"Too few runs for {1} interval")\n')
    assert sentences(tmp_path / "x.py") == ["Too few runs for "]


def test_what_a_command_says_is_noticed_and_its_help_and_errors_are_not(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text(
        '@option("-x", help="How many runs there are.")\ndef run(x):\n    echo(f"There are {x} runs of it now today")\n'
        '    remedy = "take fewer of all these"\n    return Problem("there are too many runs", remedy)\n'
    )
    assert spoken(tmp_path / "x.py") == [" runs of it now today"]
