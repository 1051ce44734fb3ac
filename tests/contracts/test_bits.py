"""Compiled and uncompiled give the same bits, for every policy, shock, layout and metric."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
import json
import numpy as np
from sim.model import schedule
from sim.kernel.declare import METRICS
from sim.model.plans import LAYOUTS
from sim.model.policies import POLICIES
from sim.model.opening import build_world, treat
from sim.runs.run import fork
from sim.scenario.reading import load_scenario
from sim.model.shocks import SHOCKS

SMALL = [
    "regions.grid={rows: 1, columns: 3}", "regions.cells=1", "population.firms=60", "population.institutes=4",
    "population.leaders=0.1", "plan.budget=0.1",
]
ARMS = {name: [f"plan.layout={name}"] for name in LAYOUTS if name != "explicit"}
ARMS |= {name: ["plan.layout=balanced", f"policies=[{{policy: {name}, strength: 3.0}}]"] for name in POLICIES}
SOME = {name: "industries: [chips]" if "industries" in SHOCKS[name].by else "regions: []" for name in SHOCKS}
ARMS |= {name: [f"shocks=[{{shock: {name}, years: 2, strength: 0.5, {SOME[name]}}}]"] for name in SHOCKS}
past = build_world(load_scenario("base", SMALL), 3)
schedule.step(past)
hashes = {}
for name, overrides in ARMS.items():
    world = fork(past)
    treat(world, load_scenario("base", [*SMALL, *overrides]))
    for _ in range(2):
        schedule.step(world)
    hashes[name] = [world.state_hash(), world.ledger.amount.tobytes().hex()]
metrics = {name: np.asarray(metric.function(world), dtype=float).tobytes().hex() for name, metric in METRICS.items()}
print(json.dumps({"arms": hashes, "metrics": metrics}))
"""


def run(disabled: str) -> dict[str, dict[str, object]]:
    """What the script prints, in a program of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT],
        cwd=ROOT, env=os.environ | {"NUMBA_DISABLE_JIT": disabled}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.long
def test_with_and_without_the_compiler_the_bits_are_the_same() -> None:
    compiled, plain = run("0"), run("1")
    assert len(compiled["arms"]) > 20
    assert compiled["arms"] == plain["arms"]
    assert compiled["metrics"] == plain["metrics"]


def small_powers(source: str) -> list[int]:
    """Lines of compiled rules on which something is raised to a written number."""
    found = []
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef) and any(ast.unparse(one) == "rule" for one in function.decorator_list):
            for node in ast.walk(function):
                power = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)
                if power and isinstance(node.right, ast.Constant):
                    found.append(node.lineno)
    return found


def test_no_rule_raises_to_a_written_power() -> None:
    """The compiler turns x ** 2 into x * x, which the interpreter's pow may miss by the last bit."""
    for path in sorted((ROOT / "sim").rglob("*.py")):
        assert small_powers(path.read_text(encoding="utf-8")) == [], path.name
    assert small_powers("@rule\ndef square(x):\n    return x ** 2 + x**x\n") == [3]
