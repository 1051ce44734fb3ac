"""No rule goes without a test: a new one needs numbers worked out by hand.

Rules of one agent, and loops that draw luck and so decide who does what, are named by a test. Other loops apply rules
or add up; a test names them or the phase that runs them.
"""

from __future__ import annotations

import ast
from pathlib import Path

import sim.model.rules

TESTS = Path(__file__).resolve().parents[2]
RULES = Path(sim.model.rules.__file__).parent
KERNEL = RULES.parents[1] / "kernel"
FILES = [*sorted(RULES.glob("*.py")), *(KERNEL / f"{name}.py" for name in ("neighbours", "proximity"))]


def compiled_rules() -> dict[str, ast.FunctionDef]:
    """Every `@rule` by "module.name"."""
    found = {}
    for path in FILES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and "rule" in {getattr(one, "id", "") for one in node.decorator_list}:
                found[f"{path.stem}.{node.name}"] = node
    return found


def loops(node: ast.FunctionDef) -> bool:
    """Whether a rule goes over a table."""
    return any(isinstance(part, ast.For | ast.While) for part in ast.walk(node))


def draws(node: ast.FunctionDef) -> bool:
    """Whether a rule draws luck itself."""
    return any(
        isinstance(part, ast.Call) and getattr(part.func, "id", "").endswith(("draw", "uniform"))
        for part in ast.walk(node)
    )


def rules_of_one_agent() -> dict[str, str]:
    """Every `@rule` that does not loop over a table: "module.name" and its docstring."""
    return {name: ast.get_docstring(node) or "" for name, node in compiled_rules().items() if not loops(node)}


def callers() -> dict[str, set[str]]:
    """For every function of a rule file, "module.name", those of rule files that call it or pass it on."""
    found: dict[str, set[str]] = {}
    for path in FILES:
        functions = [
            one for one in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(one, ast.FunctionDef)
        ]
        for function in functions:
            for part in ast.walk(function):
                if isinstance(part, ast.Name) and part.id != function.name:
                    found.setdefault(f"{path.stem}.{part.id}", set()).add(f"{path.stem}.{function.name}")
                elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
                    found.setdefault(f"{part.value.id}.{part.attr}", set()).add(f"{path.stem}.{function.name}")
    return found


def reached_by(names: set[str]) -> set[str]:
    """Rules in `names`, and those that a function in `names` uses, at any depth."""
    above, reached = callers(), set(names)
    waiting = set(above) - reached
    while fresh := {name for name in waiting if above[name] & reached}:
        reached |= fresh
        waiting -= fresh
    return reached


def called_in_tests() -> set[str]:
    """Every "module.name" that a test of rules calls or passes on."""
    called = set()
    for folder in ("model/by_hand", "model/rules"):
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


def test_every_loop_that_draws_luck_has_a_test_of_its_own() -> None:
    drawing = {name for name, node in compiled_rules().items() if loops(node) and draws(node)}
    assert len(drawing) > 10
    assert sorted(drawing - called_in_tests()) == []


def test_every_other_loop_is_run_by_a_test_that_names_it_or_its_phase() -> None:
    looping = {name for name, node in compiled_rules().items() if loops(node)}
    assert len(looping) > 50
    assert sorted(looping - reached_by(called_in_tests())) == []


def test_what_reaches_a_rule_is_found_at_any_depth() -> None:
    assert "supply.pick_supplier" in reached_by({"supply.contract"})  # contract, choose_suppliers, find_supplier
    assert "supply.settle_accounts" not in reached_by({"supply.contract"})
