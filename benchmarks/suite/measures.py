"""The figures: each is a ratio within one run, so that the machine cancels out."""

from __future__ import annotations

import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.suite import exchange, rivals

ROOT = Path(__file__).resolve().parents[2]
STORY = "policy_text"
"""The full model: all mechanisms that are on by default, and a plan."""
INSIDE = Path(__file__).with_name("inside.py")
KEYS = (
    "times_mesa_1000", "times_mesa_10000", "yardsticks_a_firm_year_10000", "growth_exponent", "bytes_a_firm",
    "recording_ratio", "panel_ratio", "two_threads", "cold_compile_ratio", "edit_ratio", "cached_start_ratio",
    "demo_ratio",
)  # fmt: skip
"""What results.json holds; null where a run did not measure it."""


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    sizes: tuple[int, ...]
    """Firms at which the full model is timed, growing."""
    race_sizes: tuple[int, ...]
    rounds: int
    warm: int
    starts: bool
    """Whether compiling and starting are timed, which takes minutes."""
    demo: bool


FULL = Plan((1_000, 10_000, 100_000), (1_000, 10_000), 5, 3, True, True)
QUICK = Plan((1_000, 10_000), (1_000, 10_000), 3, 2, False, False)
TOY = Plan((60, 120), (60,), 1, 1, False, False)


def ask(checkout: Path, task: str, cache: Path | None = None, **told: Any) -> Any:
    """What a measurement finds in a program of its own that imports `checkout`."""
    env = os.environ | {"PYTHONPATH": str(checkout)}
    if cache:  # modules are kept as Python compiles them, as they are wherever the program is installed
        env |= {"NUMBA_CACHE_DIR": str(cache), "PYTHONPYCACHEPREFIX": str(cache / "modules")}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, str(INSIDE), task, json.dumps(told)], cwd=checkout, env=env, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{task} in {checkout.name} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def slope(points: dict[int, float]) -> float:
    """Least-squares slope of values on sizes."""
    x, y = list(points), list(points.values())
    mean_x, mean_y = statistics.fmean(x), statistics.fmean(y)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum((a - mean_x) ** 2 for a in x)


def exponent(points: dict[int, float]) -> float:
    """Slope of ln value on ln size."""
    logs = {math.log(size): math.log(value) for size, value in points.items()}
    return slope(logs)  # type: ignore[arg-type]


def measure_exchange(plan: Plan) -> dict[str, Any]:
    """The yardstick in every system."""
    return {"nanoseconds_an_agent_step": exchange.agent_steps(10_000 if plan != TOY else 100, plan.rounds)}


def measure_rivals(plan: Plan) -> dict[str, Any]:
    """The plain Mesa model beside the engine, and where it spends its time."""
    races = {str(firms): rivals.race(firms, plan.rounds) for firms in plan.race_sizes}
    return {"races": races, "profile": rivals.profile(plan.race_sizes[0])}


def measure_sizes(plan: Plan, checkouts: dict[str, Path]) -> dict[str, Any]:
    """Cost and memory of the full model by size, in every checkout, by turns."""
    found: dict[str, dict[str, Any]] = {name: {} for name in checkouts}
    for firms in plan.sizes:
        rounds = plan.rounds if firms < 50_000 else min(plan.rounds, 3)
        for name, checkout in checkouts.items():
            told = ask(checkout, "years", scenario=STORY, firms=firms, warm=plan.warm, count=rounds, overrides=[])
            a_firm_year = statistics.median(told["a_firm_year"])
            found[name][str(firms)] = {"a_firm_year": a_firm_year, "peak": told["peak"], "hash": told["hash"]}
    return {"sizes": found}


def measure_recording(plan: Plan, checkouts: dict[str, Path]) -> dict[str, Any]:
    """Cost of measures, hash and panels beside that of steps, at the second size."""
    found = {}
    for name, checkout in checkouts.items():
        told = ask(
            checkout, "recording", scenario=STORY, firms=plan.sizes[1], warm=plan.warm, count=plan.rounds,
            overrides=[],
        )  # fmt: skip
        found[name] = {part: statistics.median(seconds) for part, seconds in told.items()}
    return {"recording": found}


def edited_copy(checkout: Path, folder: Path) -> Path:
    """A copy of the package in which one rule computes something else."""
    copy = folder / "edited"
    shutil.copytree(checkout / "sim", copy / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(checkout / "scenarios", copy / "scenarios")
    rule = copy / "sim" / "model" / "rules" / "pricing.py"
    text = rule.read_text(encoding="utf-8")
    changed = text.replace("p.utilisation_cap)\n", "p.utilisation_cap * 1.0)\n")
    if changed == text:
        raise ValueError("the rule of prices is not as expected")
    rule.write_text(changed, encoding="utf-8")
    return copy


def measure_starts(plan: Plan, checkouts: dict[str, Path]) -> dict[str, Any]:
    """Seconds to compile all, to compile after an edit of one rule, and to start with all compiled."""
    if not plan.starts:
        return {}
    found: dict[str, dict[str, float]] = {}
    for name, checkout in checkouts.items():
        with tempfile.TemporaryDirectory() as temporary:
            cache = Path(temporary) / "cache"
            cold = ask(checkout, "first_year", cache, overrides=[])["cpu"]
            again = [ask(checkout, "first_year", cache, overrides=[])["cpu"] for _ in range(plan.rounds)]
            edited = ask(edited_copy(checkout, Path(temporary)), "first_year", cache, overrides=[])["cpu"]
            found[name] = {"cold": cold, "cached": statistics.median(again), "edited": edited}
    return {"starts": found}


def measure_demo(plan: Plan, checkouts: dict[str, Path]) -> dict[str, Any]:
    """Seconds of the compiled demo on two workers, by the clock."""
    if not plan.demo:
        return {}
    found = {}
    for name, checkout in checkouts.items():
        env = os.environ | {"PYTHONPATH": str(checkout)}
        with tempfile.TemporaryDirectory() as out:
            command = [
                sys.executable,
                "-m",
                "sim.cli",
                "demo",
                "--replications",
                "20",
                "--workers",
                "2",
                "--out",
                f"{out}/demo",
                "--quiet",
            ]
            short = [*command, "--replications", "1", "--years", "2+2"]
            subprocess.run(short, cwd=checkout, env=env, check=True, capture_output=True)
            begun = time.perf_counter()
            subprocess.run(command, cwd=checkout, env=env, check=True, capture_output=True)
            found[name] = time.perf_counter() - begun
    return {"demo": found}


def ratio(details: dict[str, Any], part: str, of: Callable[[Any], float], to: Callable[[Any], float]) -> float | None:
    """One figure of this checkout over one of the checkout that it is held against; None if either is missing."""
    found = details.get(part, {})
    return of(found["here"]) / to(found["before"]) if {"here", "before"} <= set(found) else None


def figures(details: dict[str, Any]) -> dict[str, float | None]:
    """The figures of KEYS from what was measured."""
    races, here = details["races"], {int(size): one for size, one in details["sizes"]["here"].items()}
    costs = {size: one["a_firm_year"] for size, one in here.items()}
    middle = sorted(costs)[1]
    step = details["nanoseconds_an_agent_step"]["numba"]
    steps = details["recording"]["here"]["step"]
    return {
        "times_mesa_1000": races.get("1000", {}).get("times"),
        "times_mesa_10000": races.get("10000", {}).get("times"),
        "yardsticks_a_firm_year_10000": costs[middle] * 1e3 / step if middle == 10_000 else None,
        "growth_exponent": 1.0 + exponent(costs),
        "bytes_a_firm": slope({size: one["peak"] for size, one in here.items()}),
        "recording_ratio": ratio(details, "recording", lambda x: x["measures"], lambda x: x["measures"]),
        "panel_ratio": (details["recording"]["here"]["panels"] - details["recording"]["here"]["measures"]) / steps,
        "two_threads": details.get("two_threads"),
        "cold_compile_ratio": ratio(details, "starts", lambda x: x["cold"], lambda x: x["cold"]),
        "edit_ratio": ratio(details, "starts", lambda x: x["edited"], lambda x: x["cold"]),
        "cached_start_ratio": ratio(details, "starts", lambda x: x["cached"], lambda x: x["cached"]),
        "demo_ratio": ratio(details, "demo", float, float),
    }
