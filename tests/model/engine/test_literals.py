"""No number of the model is hidden in a rule: what is assumed is declared, and every other literal has a reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

MODEL = Path(__file__).resolve().parents[3] / "sim" / "model"
KERNEL = MODEL.parent / "kernel"
FILES = [
    *sorted(path for path in MODEL.rglob("*.py")),
    *(KERNEL / f"{name}.py" for name in ("geography", "neighbours", "proximity")),
]

ALGEBRA = (0, 1, 2)
SMALL, LARGE = 1e-6, 1e300
"""What is at most SMALL or at least LARGE guards a division or a logarithm, or stands for no limit."""
DECLARING = ("param", "Setting", "mechanism")
"""Calls whose numbers are declarations; so is the `share` of an instrument."""

HALF = "algebra: half a square, the mean of a lognormal or the normal density"
ALLOWED: dict[str, dict[float, str]] = {
    "kernel/geography.py": {0.5214: "mean distance of two random points in a square of side 1 (Ghosh 1951)"},
    "opening/agents.py": {9: "decimals beyond which remainders count as equal"},
    "opening/first_market.py": {
        0.02: "keeps money finite where the elasticity leaves no margin; at the defaults the margin is .067",
        60: "steps of a fixed point", 25: "steps of a fixed point", 8: "a step of them", 16: "a step of them",
        3: "steps of a fixed point",
    },
    "opening/niches.py": {500: "terms of a sum of which far fewer count"},
    "opening/places.py": {26: "letters of the alphabet"},
    "plans/planning.py": {
        10.0: "only its ratio to hot_judgement_weight acts, since the sum is standardised; that one is swept",
        9: "decimal places to which scores are compared",
    },
    "policies/purchases.py": {0.5: "stands where nobody looks"},
    "policies/talent.py": {0.5: HALF},
    "rules/anchoring.py": {1e-3: "weight at which the sum over neighbours is cut off"},
    "rules/appeal.py": {8.0: "keeps appeal within a factor of 3,000, some five standard deviations of a lifetime"},
    "rules/cooperation.py": {
        3.0: "years in which trust grows, which is shown and read by no rule",
        200: "counter of a draw", 1000: "counter of a draw", 1001: "counter of a draw",
    },
    "rules/customer_base.py": {
        0.02: "keeps the spread finite for a firm that sold next to nothing",
        6.0: "cuts shocks of which there is one in four hundred at most",
    },
    "rules/emergence.py": {0.5: HALF},
    "rules/endowments.py": {0.5: HALF},
    "rules/exit.py": {
        3: "class of age of the published hazards", 4: "number of a class", 5: "class of age; number of classes",
        10: "class of age",
    },
    "rules/foreign_trade.py": {
        80: "steps of a fixed point", 0.3: "most of a step of it",
        60.0: "bounds the slope of a step", 10.0: "foreign money that dear, imports are rationed; a total blow only",
        5.0: "keeps the price index finite where nobody sells: spending that meets it is not served",
    },
    "rules/founding.py": {0.5: HALF},
    "rules/innovation.py": {
        0.03: "unit of innovation_rate: innovations of a firm with R&D at 3 % of sales",
        0.5: HALF,
        200.0: "keeps the mean of a Poisson draw small; no firm comes near two hundred mean firms",
    },
    "rules/labour.py": {
        1e-4: "share of the labour force within which the market counts as cleared", 40: "steps of a fixed point",
        0.2: "bounds the slope of a step", 1.5: "bounds the slope of a step",
        3.0: "a wage so much dearer within a year, hands are shared out; a total blow only",
    },
    "rules/learning.py": {1e-3: "guards a division"},
    "rules/relocation.py": {0.1: "guards a division where profit_pull is 0"},
    "rules/supply.py": {64: "counter of a draw", 32: "counter of a draw", 8: "counter of a draw"},
    "rules/tiers.py": {3: "number of marks"},
    "shocks/obsolescence.py": {0.01: "keeps the logarithm of productivity finite at strength 1"},
}  # fmt: skip
"""Literals by file under sim/model (or sim), each with the reason why it is no parameter."""


def declares(node: ast.AST) -> bool:
    """Whether a node is a declaration: its numbers are written where users see them."""
    if isinstance(node, ast.For):
        return any(declares(part) for part in ast.walk(node) if isinstance(part, ast.Call))
    if isinstance(node, ast.keyword):
        return node.arg == "share"
    name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
    return name in DECLARING


def literals(node: ast.AST) -> Iterator[tuple[int, float]]:
    """Line and value of every number below `node` that is neither algebra nor a guard, declarations left out."""
    for part in ast.iter_child_nodes(node):
        if declares(part):
            continue
        value = part.value if isinstance(part, ast.Constant) else None
        if isinstance(value, int | float) and value not in ALGEBRA and SMALL < value < LARGE:
            yield part.lineno, value  # True and False are 1 and 0
        yield from literals(part)


def name_of(path: Path) -> str:
    """The file under sim/model, or under sim if it does not lie there."""
    return path.relative_to(MODEL if path.is_relative_to(MODEL) else MODEL.parent).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_number_is_a_parameter_or_has_a_reason(path: Path) -> None:
    allowed = ALLOWED.get(name_of(path), {})
    found = list(literals(ast.parse(path.read_text(encoding="utf-8"))))
    hidden = [f"line {line}: {value}" for line, value in found if value not in allowed]
    assert not hidden, f"declare it as a parameter (a `param` call of its mechanism), in {name_of(path)}: {hidden}"
    assert set(allowed) == {value for _, value in found}, "the list names a number that the file no longer holds"


def test_every_file_with_exceptions_exists() -> None:
    assert set(ALLOWED) <= {name_of(path) for path in FILES}


def test_the_scan_sees_numbers_in_rules_and_not_those_declared() -> None:
    text = '''
KIND.param("speed", 0.3, 0.0, 1.0, help="speed")
for name, default in (("first", 0.2), ("second", 0.4)):
    KIND.param(name, default, 0.0, 1.0, help="hazard")
@policy("grant", share=0.4, cover=Setting(0.7, 0.0, 1.0, "1", "cover"))
def rule(firm, p):
    """At most 7.0."""
    return 1.0 + 2 * min(firm.sales, -4.5) + max(p.speed, 1e-9) + (firm.age > 3) + math.exp(0.25)
'''
    assert [value for _, value in literals(ast.parse(text))] == [4.5, 3, 0.25]
