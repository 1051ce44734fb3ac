"""Sentences that users read stand in the catalogue, not in the code that prints and draws."""

from __future__ import annotations

import ast
import re
from pathlib import Path

REPORTING = Path(__file__).parents[3] / "sim" / "reporting"
DECLARATIONS = ("columns.py", "game_columns.py", "benchmark_columns.py", "pairing_columns.py", "response_columns.py",
                "describe.py")  # fmt: skip
"""Meanings of columns, one line each, and the heads of columns."""
WORDS = 4


def sentences(path: Path) -> list[str]:
    """Texts of at least four words, but for docstrings, errors (raised where they happen) and what no reader sees."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    aside = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    aside |= {id(inner) for node in ast.walk(tree) if isinstance(node, ast.Raise) for inner in ast.walk(node)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in aside
        and len(re.findall(r"(?<![\w./_-])[A-Za-z]{2,}(?![\w./_(=-])", node.value)) >= WORDS
    ]  # fmt: skip


def test_no_sentence_stands_outside_the_catalogue() -> None:
    files = [path for path in sorted(REPORTING.rglob("*.py")) if "wording" not in path.parts]
    assert len(files) > 50
    found = {path.relative_to(REPORTING).as_posix(): sentences(path) for path in files if path.name not in DECLARATIONS}
    assert {name: told for name, told in found.items() if told} == {}


def test_a_sentence_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text('"""A docstring that has many words."""\nprint(f"Too few runs for {1} interval")\n')
    assert sentences(tmp_path / "x.py") == ["Too few runs for "]
