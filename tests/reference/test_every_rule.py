"""No rule of one agent goes without a test of its own: a new one needs numbers worked out by hand."""

from __future__ import annotations

import ast
from pathlib import Path

import sim.rules

TESTS = Path(__file__).resolve().parent.parent
RULES = Path(sim.rules.__file__).parent


def rules_of_one_agent() -> dict[str, str]:
    """Every `@rule` that does not loop over a table: "module.name" and its docstring."""
    found = {}
    for path in sorted(RULES.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            compiled = any(getattr(decorator, "id", "") == "rule" for decorator in node.decorator_list)
            if compiled and not any(isinstance(part, ast.For | ast.While) for part in ast.walk(node)):
                found[f"{path.stem}.{node.name}"] = ast.get_docstring(node) or ""
    return found


def called_in_tests() -> set[str]:
    """Every "module.name" that a test of rules calls or passes on."""
    called = set()
    for folder in ("reference", "rules"):
        for path in sorted((TESTS / folder).glob("test_*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    called.add(f"{node.value.id}.{node.attr}")
    return called


def test_every_rule_of_one_agent_has_a_test() -> None:
    rules = rules_of_one_agent()
    assert len(rules) > 50
    assert sorted(set(rules) - called_in_tests()) == []


def test_every_rule_of_one_agent_says_what_it_does() -> None:
    assert [name for name, said in rules_of_one_agent().items() if len(said) < 20] == []
